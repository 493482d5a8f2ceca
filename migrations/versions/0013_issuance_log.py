"""The issuance log: waiting facts, entries, tiles and the signed head.

Why: back-dating and silent deletion become visible, and what a stolen key signed can be told by when it was logged.
It begins with an empty log, and so refuses a database in which something has been signed already: a log that is told
afterwards what it has not seen proves nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _require_that_nothing_was_signed()
    op.create_table(
        "log_intents",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_intents")),
    )
    op.create_table(
        "log_entries",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_entries")),
    )
    op.create_index("ix_log_entries_digest", "log_entries", ["digest"])
    op.create_index(op.f("ix_log_entries_subject"), "log_entries", ["subject"])
    op.create_table(
        "log_tiles",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_log_tiles")),
    )
    op.create_table(
        "log_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_heads")),
    )
    for statement in forbid_changes(op.get_bind().dialect.name, "log_entries"):
        op.execute(statement)


def _require_that_nothing_was_signed() -> None:
    connection = op.get_bind()
    for table in ("certificates", "issuer_keys"):
        if connection.execute(sa.text(f"SELECT 1 FROM {table}")).first() is not None:
            raise RuntimeError(
                f"{table} holds rows from before there was an issuance log, which nobody could tell from rows "
                "inserted behind it. No version without the log was ever put in service: begin with an empty database"
            )


def downgrade() -> None:
    for statement in allow_changes(op.get_bind().dialect.name, "log_entries"):
        op.execute(statement)
    op.drop_table("log_heads")
    op.drop_table("log_tiles")
    op.drop_index(op.f("ix_log_entries_subject"), table_name="log_entries")
    op.drop_index("ix_log_entries_digest", table_name="log_entries")
    op.drop_table("log_entries")
    op.drop_table("log_intents")
