"""Badges from elsewhere.

Why: a person shows what others have issued to them beside our certificates, once it has been checked.
Safe while the old code still runs: it only adds a table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "foreign_badges",
        sa.Column("id", _id(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("standard", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("issuer_name", sa.String(length=300), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("host", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("content_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_foreign_badges_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_badges")),
        sa.UniqueConstraint("public_id", name=op.f("uq_foreign_badges_public_id")),
        sa.UniqueConstraint("person_id", "sha256", name=op.f("uq_foreign_badges_person_id_sha256")),
    )
    op.create_index("ix_foreign_badges_state_id", "foreign_badges", ["state", "id"])


def downgrade() -> None:
    op.drop_index("ix_foreign_badges_state_id", table_name="foreign_badges")
    op.drop_table("foreign_badges")
