"""Keys, issuances, certificates and status lists.

Why: certificates as signed; the database refuses to change what was signed or to delete it.
Safe while the old code still runs: it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SIGNED_COLUMNS = (
    "id",
    "public_id",
    "organisation_id",
    "serial",
    "document_number",
    "person_public_id",
    "cohort_public_id",
    "enrolment_public_id",
    "name",
    "birth_date",
    "course_name",
    "course_kind",
    "cohort_name",
    "centre_name",
    "issuer_name",
    "started_on",
    "ended_on",
    "credited_minutes",
    "attendance_percent",
    "issued_at",
    "key_id",
    "credential",
    "sha256",
    "status_list_id",
    "status_index",
    "is_trial",
)


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("document_number", sa.String(length=19), nullable=False),
        sa.Column("person_public_id", sa.String(length=32), nullable=False),
        sa.Column("cohort_public_id", sa.String(length=32), nullable=False),
        sa.Column("enrolment_public_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("course_name", sa.String(length=120), nullable=False),
        sa.Column("course_kind", sa.String(length=20), nullable=False),
        sa.Column("cohort_name", sa.String(length=80), nullable=False),
        sa.Column("centre_name", sa.String(length=120), nullable=False),
        sa.Column("issuer_name", sa.String(length=120), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("credited_minutes", sa.Integer(), nullable=False),
        sa.Column("attendance_percent", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=200), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status_list_id", sa.BigInteger(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("document_number", name=op.f("uq_certificates_document_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificates_public_id")),
        sa.UniqueConstraint("serial", name=op.f("uq_certificates_serial")),
        sa.UniqueConstraint("sha256", name=op.f("uq_certificates_sha256")),
        sa.UniqueConstraint(
            "status_list_id", "status_index", name=op.f("uq_certificates_status_list_id_status_index")
        ),
    )
    op.create_index("ix_certificates_cohort_public_id_id", "certificates", ["cohort_public_id", "id"], unique=False)
    op.create_index(
        op.f("ix_certificates_enrolment_public_id"), "certificates", ["enrolment_public_id"], unique=False
    )
    op.create_index(op.f("ix_certificates_organisation_id"), "certificates", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_certificates_person_public_id"), "certificates", ["person_public_id"], unique=False)

    op.create_table(
        "issuer_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_id", sa.String(length=200), nullable=False),
        sa.Column("controller", sa.String(length=160), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer_keys")),
        sa.UniqueConstraint("key_id", name=op.f("uq_issuer_keys_key_id")),
    )
    op.create_table(
        "serial_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "kind", name=op.f("pk_serial_counters")),
    )
    op.create_table(
        "status_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("next_place", sa.Integer(), nullable=False),
        sa.Column("permutation_key", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_lists")),
        sa.UniqueConstraint("public_id", name=op.f("uq_status_lists_public_id")),
        sa.UniqueConstraint("url", name=op.f("uq_status_lists_url")),
    )
    op.create_table(
        "issuance_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_issuance_requests_cohort_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_issuance_requests_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuance_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_issuance_requests_public_id")),
    )
    op.create_index(op.f("ix_issuance_requests_cohort_id"), "issuance_requests", ["cohort_id"], unique=False)
    op.create_index(
        op.f("ix_issuance_requests_organisation_id"), "issuance_requests", ["organisation_id"], unique=False
    )

    op.create_table(
        "issuances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("certificate_public_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("refusal", sa.String(length=300), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_issuances_enrolment_id")),
        sa.ForeignKeyConstraint(["request_id"], ["issuance_requests.id"], name=op.f("fk_issuances_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuances")),
        sa.UniqueConstraint("certificate_public_id", name=op.f("uq_issuances_certificate_public_id")),
        sa.UniqueConstraint("enrolment_id", "edition", name=op.f("uq_issuances_enrolment_id_edition")),
    )
    op.create_index(op.f("ix_issuances_request_id"), "issuances", ["request_id"], unique=False)
    op.create_index("ix_issuances_state_id", "issuances", ["state", "id"], unique=False)

    for statement in forbid_changes(op.get_bind().dialect.name, "certificates", SIGNED_COLUMNS):
        op.execute(statement)


def downgrade() -> None:
    for statement in allow_changes(op.get_bind().dialect.name, "certificates"):
        op.execute(statement)
    op.drop_index("ix_issuances_state_id", table_name="issuances")
    op.drop_index(op.f("ix_issuances_request_id"), table_name="issuances")

    op.drop_table("issuances")
    op.drop_index(op.f("ix_issuance_requests_organisation_id"), table_name="issuance_requests")
    op.drop_index(op.f("ix_issuance_requests_cohort_id"), table_name="issuance_requests")

    op.drop_table("issuance_requests")
    op.drop_table("status_lists")
    op.drop_table("serial_counters")
    op.drop_table("issuer_keys")
    op.drop_index(op.f("ix_certificates_person_public_id"), table_name="certificates")
    op.drop_index(op.f("ix_certificates_organisation_id"), table_name="certificates")
    op.drop_index(op.f("ix_certificates_enrolment_public_id"), table_name="certificates")
    op.drop_index("ix_certificates_cohort_public_id_id", table_name="certificates")

    op.drop_table("certificates")
