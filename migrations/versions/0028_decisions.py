"""Decisions on several applications: the templates of their mails, and what the moves of one decision share.

Why: an employer writes its own words once and uses them again; and who decides on forty applications by a slip takes
all of them back at once.
Safe while the old code still runs: it only adds a table and a column with a default.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "letter_templates",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_letter_templates_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_templates")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_letter_templates_organisation_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_letter_templates_public_id")),
    )
    op.add_column("stage_moves", sa.Column("decision_id", sa.String(length=32), server_default="", nullable=False))
    op.create_index("ix_stage_moves_decision_id", "stage_moves", ["decision_id"])


def downgrade() -> None:
    op.drop_index("ix_stage_moves_decision_id", "stage_moves")
    op.drop_column("stage_moves", "decision_id")
    op.drop_table("letter_templates")
