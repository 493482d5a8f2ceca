"""Courses, cohorts, attendance in versions and the ledger of credited minutes.

Why: the training record; facts are only ever added, which the database itself enforces.
Safe while the old code still runs: it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance_policies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("completion_rate", sa.Numeric(precision=5, scale=4), nullable=False),
        sa.Column("slips_per_absence", sa.Integer(), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("absent_below", sa.Numeric(precision=5, scale=4), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_attendance_policies_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_policies")),
        sa.UniqueConstraint(
            "organisation_id", "name", "version", name=op.f("uq_attendance_policies_organisation_id_name_version")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_attendance_policies_public_id")),
    )
    op.create_index(
        op.f("ix_attendance_policies_organisation_id"), "attendance_policies", ["organisation_id"], unique=False
    )

    op.create_table(
        "courses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_courses_organisation_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["attendance_policies.id"], name=op.f("fk_courses_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("organisation_id", "kind", "name", name=op.f("uq_courses_organisation_id_kind_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_public_id")),
    )
    op.create_index(op.f("ix_courses_organisation_id"), "courses", ["organisation_id"], unique=False)

    op.create_table(
        "cohorts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_cohorts_course_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_cohorts_organisation_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["attendance_policies.id"], name=op.f("fk_cohorts_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_cohorts_organisation_id_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cohorts_public_id")),
    )
    op.create_index(op.f("ix_cohorts_code"), "cohorts", ["code"], unique=False)
    op.create_index(op.f("ix_cohorts_course_id"), "cohorts", ["course_id"], unique=False)
    op.create_index(op.f("ix_cohorts_organisation_id"), "cohorts", ["organisation_id"], unique=False)

    op.create_table(
        "attendance_uploads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("layout", sa.String(length=20), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_attendance_uploads_cohort_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_attendance_uploads_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["attendance_policies.id"], name=op.f("fk_attendance_uploads_policy_id")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["attendance_uploads.id"], name=op.f("fk_attendance_uploads_undoes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_uploads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attendance_uploads_public_id")),
    )
    op.create_index("ix_attendance_uploads_cohort_id_id", "attendance_uploads", ["cohort_id", "id"], unique=False)
    op.create_index(
        op.f("ix_attendance_uploads_organisation_id"), "attendance_uploads", ["organisation_id"], unique=False
    )
    op.create_index(
        "uq_attendance_uploads_applied_once",
        "attendance_uploads",
        ["cohort_id", "sha256"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL AND undoes_id IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL AND undoes_id IS NULL"),
    )

    op.create_table(
        "enrolments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_enrolments_cohort_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_enrolments_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_enrolments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("cohort_id", "person_id", name=op.f("uq_enrolments_cohort_id_person_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_enrolments_public_id")),
    )
    op.create_index(op.f("ix_enrolments_organisation_id"), "enrolments", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_enrolments_person_id"), "enrolments", ["person_id"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("start", sa.Time(), nullable=False),
        sa.Column("end", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_sessions_cohort_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("cohort_id", "number", name=op.f("uq_sessions_cohort_id_number")),
    )
    op.create_index(op.f("ix_sessions_cohort_id"), "sessions", ["cohort_id"], unique=False)

    op.create_table(
        "attendances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("check_in", sa.Time(), nullable=True),
        sa.Column("check_out", sa.Time(), nullable=True),
        sa.Column("raw", sa.String(length=80), nullable=False),
        sa.Column("sheet", sa.String(length=80), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("column", sa.String(length=4), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_attendances_enrolment_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_attendances_session_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["attendance_uploads.id"], name=op.f("fk_attendances_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint(
            "enrolment_id", "session_id", "version", name=op.f("uq_attendances_enrolment_id_session_id_version")
        ),
    )
    op.create_index(op.f("ix_attendances_session_id"), "attendances", ["session_id"], unique=False)
    op.create_index(op.f("ix_attendances_upload_id"), "attendances", ["upload_id"], unique=False)

    op.create_table(
        "credit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attendance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("course_kind", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attendance_id"], ["attendances.id"], name=op.f("fk_credit_entries_attendance_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_credit_entries_enrolment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_credit_entries_person_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["attendance_policies.id"], name=op.f("fk_credit_entries_policy_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_credit_entries_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entries")),
        sa.UniqueConstraint("attendance_id", name=op.f("uq_credit_entries_attendance_id")),
    )
    op.create_index(op.f("ix_credit_entries_enrolment_id"), "credit_entries", ["enrolment_id"], unique=False)
    op.create_index("ix_credit_entries_person_id_held_on", "credit_entries", ["person_id", "held_on"], unique=False)

    for statement in forbid_changes(op.get_bind().dialect.name, "attendances"):
        op.execute(statement)
    for statement in forbid_changes(op.get_bind().dialect.name, "credit_entries"):
        op.execute(statement)


def downgrade() -> None:
    for statement in allow_changes(op.get_bind().dialect.name, "attendances"):
        op.execute(statement)
    for statement in allow_changes(op.get_bind().dialect.name, "credit_entries"):
        op.execute(statement)
    op.drop_index("ix_credit_entries_person_id_held_on", table_name="credit_entries")
    op.drop_index(op.f("ix_credit_entries_enrolment_id"), table_name="credit_entries")

    op.drop_table("credit_entries")
    op.drop_index(op.f("ix_attendances_upload_id"), table_name="attendances")
    op.drop_index(op.f("ix_attendances_session_id"), table_name="attendances")

    op.drop_table("attendances")
    op.drop_index(op.f("ix_sessions_cohort_id"), table_name="sessions")

    op.drop_table("sessions")
    op.drop_index(op.f("ix_enrolments_person_id"), table_name="enrolments")
    op.drop_index(op.f("ix_enrolments_organisation_id"), table_name="enrolments")

    op.drop_table("enrolments")
    op.drop_index(
        "uq_attendance_uploads_applied_once",
        table_name="attendance_uploads",
        sqlite_where=sa.text("undone_at IS NULL AND undoes_id IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL AND undoes_id IS NULL"),
    )
    op.drop_index(op.f("ix_attendance_uploads_organisation_id"), table_name="attendance_uploads")
    op.drop_index("ix_attendance_uploads_cohort_id_id", table_name="attendance_uploads")

    op.drop_table("attendance_uploads")
    op.drop_index(op.f("ix_cohorts_organisation_id"), table_name="cohorts")
    op.drop_index(op.f("ix_cohorts_course_id"), table_name="cohorts")
    op.drop_index(op.f("ix_cohorts_code"), table_name="cohorts")

    op.drop_table("cohorts")
    op.drop_index(op.f("ix_courses_organisation_id"), table_name="courses")

    op.drop_table("courses")
    op.drop_index(op.f("ix_attendance_policies_organisation_id"), table_name="attendance_policies")

    op.drop_table("attendance_policies")
