"""The search of openings: rows to filter and sort by, bits to count by, each database's own full-text index.

Why: openings are found by words of two syllables whatever their spacing, and choices show how many there are.
Safe while the old code still runs: it only adds tables; the worker indexes what the old code writes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "opening_searches",
        sa.Column("opening_id", _ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_filled", sa.Boolean(), nullable=False),
        sa.Column("province", sa.String(length=2), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("work_kind", sa.String(length=20), nullable=False),
        sa.Column("employment_type", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("residents_first", sa.Boolean(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("pay_month", sa.BigInteger(), nullable=False),
        sa.Column("pay_hour", sa.BigInteger(), nullable=False),
        sa.Column("hours_asked", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_opening_searches")),
    )
    for column in ("published_at", "ends_at", "pay_month"):
        op.create_index(f"ix_opening_searches_{column}_opening_id", "opening_searches", [column, "opening_id"])
    op.create_index("ix_opening_searches_changed_at", "opening_searches", ["changed_at"])
    op.create_table(
        "opening_facets",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "chunk", name=op.f("pk_opening_facets")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Without content and positions: the text itself, beside it, says whether a term is there.
        op.execute(
            "CREATE VIRTUAL TABLE opening_tokens USING fts5(words, content='', detail=none, tokenize='unicode61')"
        )
    else:
        op.execute("CREATE TABLE opening_tokens (opening_id bigint PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_opening_tokens_words ON opening_tokens USING gin (words)")


def downgrade() -> None:
    op.drop_table("opening_tokens")
    op.drop_table("opening_facets")
    op.drop_table("opening_searches")
