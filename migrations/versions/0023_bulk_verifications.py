"""Bulk verification and its receipts.

Why: an employer checks a pile of certificates at once, and keeps a signed receipt of the answers; what was sent waits
in rows until it is checked. The database keeps that a receipt was signed, for ever. Safe while the old code still
runs: it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# What a receipt says is destroyed one day; which it was, and that it was, never changes.
LASTING = ("public_id", "organisation_id", "sha256", "key_id", "signed_at")


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bulk_verifications",
        sa.Column("id", _id(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", _id(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("account_id", _id(), nullable=True),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("receipt_public_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_bulk_verifications_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_verifications")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_verifications_public_id")),
        sa.UniqueConstraint("receipt_public_id", name=op.f("uq_bulk_verifications_receipt_public_id")),
    )
    op.create_index("ix_bulk_verifications_organisation_id", "bulk_verifications", ["organisation_id"])
    op.create_index("ix_bulk_verifications_state_id", "bulk_verifications", ["state", "id"])
    op.create_index("ix_bulk_verifications_kept_until", "bulk_verifications", ["kept_until"])
    op.create_table(
        "bulk_verification_items",
        sa.Column("id", _id(), nullable=False),
        sa.Column("bulk_verification_id", _id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("number", sa.String(length=19), nullable=False),
        sa.Column("second", sa.String(length=100), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("same_as", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=True),
        sa.Column("certificate_public_id", sa.String(length=32), nullable=True),
        sa.Column("person_public_id", sa.String(length=32), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["bulk_verification_id"],
            ["bulk_verifications.id"],
            name=op.f("fk_bulk_verification_items_bulk_verification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_verification_items")),
        sa.UniqueConstraint(
            "bulk_verification_id",
            "position",
            name=op.f("uq_bulk_verification_items_bulk_verification_id_position"),
        ),
    )
    op.create_index("ix_bulk_verification_items_answer_id", "bulk_verification_items", ["answer", "id"])
    op.create_table(
        "verification_receipts",
        sa.Column("id", _id(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=200), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_receipts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_verification_receipts_public_id")),
        sa.UniqueConstraint("sha256", name=op.f("uq_verification_receipts_sha256")),
    )
    op.create_index("ix_verification_receipts_organisation_id", "verification_receipts", ["organisation_id"])
    dialect = op.get_bind().dialect.name
    for statement in forbid_changes(dialect, "verification_receipts", LASTING):
        op.execute(statement)
    if dialect == "postgresql":
        op.execute(
            "CREATE TRIGGER verification_receipts_no_truncate BEFORE TRUNCATE ON verification_receipts "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncation()"
        )


def downgrade() -> None:
    for statement in allow_changes(op.get_bind().dialect.name, "verification_receipts"):
        op.execute(statement)
    op.drop_table("verification_receipts")
    op.drop_table("bulk_verification_items")
    op.drop_table("bulk_verifications")
