"""The language in which an account's holder reads mail.

Why: mail was written in the language of whoever caused it: an invitation in the inviter's, a reset in a stranger's.
Safe while the old code still runs: the column fills itself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("language", sa.String(length=2), nullable=False, server_default="ko"))


def downgrade() -> None:
    op.drop_column("accounts", "language")
