"""Certificates of destruction as sealed files.

Why: the certificate of destruction carries the seal of all our papers, and the keys are the worker's: what was
destroyed asks for it, the worker makes it, the page offers it.
Safe while the old code still runs: it adds a table; what the old code destroys meanwhile is asked for with the next
destruction of the opening.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "destruction_papers",
        sa.Column("opening_id", _ID, autoincrement=False, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_destruction_papers_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_destruction_papers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_destruction_papers")),
    )
    op.create_index("ix_destruction_papers_state_opening_id", "destruction_papers", ["state", "opening_id"])
    op.execute(
        "INSERT INTO destruction_papers (opening_id, organisation_id, state, asked) "
        "SELECT opening_id, organisation_id, 'waiting', count(*) FROM destructions "
        "GROUP BY opening_id, organisation_id"
    )


def downgrade() -> None:
    op.drop_index("ix_destruction_papers_state_opening_id", table_name="destruction_papers")
    op.drop_table("destruction_papers")
