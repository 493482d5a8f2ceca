"""Applying: experience in the portfolio, drafts of applications, the counter of an opening's applications.

Why: somebody applies from her phone, so what she has begun is kept; numbers of applications have no gaps; experience
that she states, or an employer confirms, can be handed in.
Safe while the old code still runs: it adds tables and columns that may be empty or have a default.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "experiences",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=120), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_experiences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiences")),
        sa.UniqueConstraint("public_id", name=op.f("uq_experiences_public_id")),
    )
    op.create_index("ix_experiences_person_id_starts_on", "experiences", ["person_id", "starts_on"])

    op.create_table(
        "application_drafts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("makes_resume", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("has_chosen", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_application_drafts_opening_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_application_drafts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_drafts")),
        sa.UniqueConstraint("person_id", "opening_id", name=op.f("uq_application_drafts_person_id_opening_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_drafts_public_id")),
    )
    op.create_index("ix_application_drafts_updated_at", "application_drafts", ["updated_at"])

    op.create_table(
        "application_counters",
        sa.Column("opening_id", _ID, autoincrement=False, nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_application_counters_opening_id")),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_application_counters")),
    )
    op.add_column("application_files", sa.Column("draft_public_id", sa.String(length=32), nullable=True))
    op.add_column("application_files", sa.Column("is_made", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("application_files", sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_application_files_draft_public_id", "application_files", ["draft_public_id"])
    op.create_index("ix_application_files_scan_id", "application_files", ["scan", "id"])


def downgrade() -> None:
    op.drop_index("ix_application_files_scan_id", table_name="application_files")
    op.drop_index("ix_application_files_draft_public_id", table_name="application_files")
    with op.batch_alter_table("application_files") as table:
        table.drop_column("scanned_at")
        table.drop_column("is_made")
        table.drop_column("draft_public_id")
    op.drop_table("application_counters")
    op.drop_index("ix_application_drafts_updated_at", table_name="application_drafts")
    op.drop_table("application_drafts")
    op.drop_index("ix_experiences_person_id_starts_on", table_name="experiences")
    op.drop_table("experiences")
