"""Badges from elsewhere are checked again when an employer opens the application that they came with.

Why: what was found at handing in may not hold any more; the answer stands beside what was handed in, with its day.
Safe while the old code still runs: it adds columns with a beginning, and an index.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("application_items") as table:
        table.add_column(sa.Column("check_state", sa.String(length=20), server_default="", nullable=False))
        table.add_column(sa.Column("check_reason", sa.String(length=40), server_default="", nullable=False))
        table.add_column(sa.Column("check_claim", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("check_claimed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("check_attempts", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_application_items_check_state_id", ["check_state", "id"])


def downgrade() -> None:
    with op.batch_alter_table("application_items") as table:
        table.drop_index("ix_application_items_check_state_id")
        for name in (
            "checked_at",
            "check_attempts",
            "check_claimed_at",
            "check_claim",
            "check_reason",
            "check_state",
        ):
            table.drop_column(name)
