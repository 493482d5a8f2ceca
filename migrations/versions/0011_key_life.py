"""Keys are published ahead of their use, and the time since when one is revoked never changes.

Why: rotation must not meet anybody with a signature by a key they have not read of, and a compromise must not be
explained away later. Safe while the old code still runs: the new column has a value for its rows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import (
    allow_changes,
    allow_second_change,
    forbid_changes,
    forbid_second_change,
)

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_FOR_EVER = ("key_id", "controller", "purpose", "public_key", "created_at")


def upgrade() -> None:
    with op.batch_alter_table("issuer_keys") as table:
        table.add_column(sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE issuer_keys SET starts_at = created_at")
    with op.batch_alter_table("issuer_keys") as table:
        table.alter_column("starts_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    dialect = op.get_bind().dialect.name
    for statement in (
        *forbid_changes(dialect, "issuer_keys", _FOR_EVER),
        *forbid_second_change(dialect, "issuer_keys", "revoked_at"),
    ):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in (
        *allow_second_change(dialect, "issuer_keys", "revoked_at"),
        *allow_changes(dialect, "issuer_keys"),
    ):
        op.execute(statement)
    with op.batch_alter_table("issuer_keys") as table:
        table.drop_column("starts_at")
