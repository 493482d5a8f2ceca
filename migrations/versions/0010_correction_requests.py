"""Correction requests and their answers.

Why: a person who sees that the record is not right says so where it is shown, and the answer stays beside it.
Safe while the old code still runs: it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AS_SENT = (
    "id",
    "public_id",
    "organisation_id",
    "enrolment_id",
    "session_id",
    "account_id",
    "kind",
    "words",
    "created_at",
)


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "correction_requests",
        sa.Column("id", _id(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", _id(), nullable=False),
        sa.Column("enrolment_id", _id(), nullable=False),
        sa.Column("session_id", _id(), nullable=True),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_correction_requests_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_correction_requests_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_correction_requests_session_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_correction_requests_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_correction_requests_public_id")),
    )
    op.create_index(op.f("ix_correction_requests_enrolment_id"), "correction_requests", ["enrolment_id"])
    op.create_index(
        "ix_correction_requests_organisation_id_state", "correction_requests", ["organisation_id", "state"]
    )
    op.create_table(
        "correction_answers",
        sa.Column("id", _id(), nullable=False),
        sa.Column("request_id", _id(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["correction_requests.id"], name=op.f("fk_correction_answers_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_answers")),
    )
    op.create_index(op.f("ix_correction_answers_request_id"), "correction_answers", ["request_id"])
    dialect = op.get_bind().dialect.name
    for statement in (
        *forbid_changes(dialect, "correction_requests", AS_SENT),
        *forbid_changes(dialect, "correction_answers"),
    ):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in (*allow_changes(dialect, "correction_answers"), *allow_changes(dialect, "correction_requests")):
        op.execute(statement)
    op.drop_index(op.f("ix_correction_answers_request_id"), table_name="correction_answers")
    op.drop_table("correction_answers")
    op.drop_index("ix_correction_requests_organisation_id_state", table_name="correction_requests")
    op.drop_index(op.f("ix_correction_requests_enrolment_id"), table_name="correction_requests")
    op.drop_table("correction_requests")
