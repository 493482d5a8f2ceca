"""What the moves of one decision on several applications share.

Why: who decides on forty applications by a slip takes all of them back at once.
Safe while the old code still runs: it only adds a column with a default.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stage_moves", sa.Column("decision_id", sa.String(length=32), server_default="", nullable=False))
    op.create_index("ix_stage_moves_decision_id", "stage_moves", ["decision_id"])


def downgrade() -> None:
    op.drop_index("ix_stage_moves_decision_id", "stage_moves")
    op.drop_column("stage_moves", "decision_id")
