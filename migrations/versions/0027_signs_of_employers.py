"""What tells employers of one name apart, kept of each row of a list.

Why: openings of two branches with one name, place and deadline were shown as one; a business number, an address or a
contact that differs keeps them apart.
Safe while the old code still runs: it adds a column that may stay empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("opening_origins") as table:
        table.add_column(sa.Column("signs", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("opening_origins") as table:
        table.drop_column("signs")
