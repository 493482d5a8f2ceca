"""The search of openings: rows to filter and sort by, bits to count by, a full-text index; searches that are saved.

Why: openings are found by words of two syllables whatever their spacing, choices show how many there are, and
whoever keeps a search is told of new openings, of each once.
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
    op.create_table(
        "saved_searches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("alert", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_saved_searches_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_searches_public_id")),
    )
    op.create_index("ix_saved_searches_account_id_id", "saved_searches", ["account_id", "id"])
    op.create_index("ix_saved_searches_alert_looked_at", "saved_searches", ["alert", "looked_at"])
    op.create_table(
        "saved_search_tellings",
        sa.Column("saved_search_id", _ID, nullable=False),
        sa.Column("opening_id", _ID, autoincrement=False, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["saved_search_id"], ["saved_searches.id"], name=op.f("fk_saved_search_tellings_saved_search_id")
        ),
        sa.PrimaryKeyConstraint("saved_search_id", "opening_id", name=op.f("pk_saved_search_tellings")),
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
    op.drop_table("saved_search_tellings")
    op.drop_table("saved_searches")
    op.drop_table("opening_tokens")
    op.drop_table("opening_facets")
    op.drop_table("opening_searches")
