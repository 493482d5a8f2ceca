"""The issuance log: waiting facts, entries, tiles and the signed head.

Why: back-dating and silent deletion become visible, and what a stolen key signed can be told by when it was logged.
Safe while the old code still runs: it only adds tables. What was issued before enters the log now.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    intents = op.create_table(
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
    _note_what_was_issued(intents)


def _note_what_was_issued(intents: sa.Table) -> None:
    connection = op.get_bind()
    issued = sa.text("SELECT public_id, sha256 FROM certificates ORDER BY id")
    for public_id, sha256 in connection.execute(issued).all():
        # Their rows were not sealed when they were issued, and sealing them now would only hide what was changed.
        facts = json.dumps({"type": "issued", "sha256": sha256})
        connection.execute(intents.insert().values(kind="issued", subject=public_id, digest=sha256, facts=facts))


def downgrade() -> None:
    for statement in allow_changes(op.get_bind().dialect.name, "log_entries"):
        op.execute(statement)
    op.drop_table("log_heads")
    op.drop_table("log_tiles")
    op.drop_index(op.f("ix_log_entries_subject"), table_name="log_entries")
    op.drop_index("ix_log_entries_digest", table_name="log_entries")
    op.drop_table("log_entries")
    op.drop_table("log_intents")
