"""Duties of the fair-hiring law, destruction of papers, employments, figures of the job board.

Why: employers owe applicants notices, a result, the return and the destruction of their papers, each by a day;
whoever is hired has it in her record. What somebody wrote into the steps of an application goes with its papers: the
database lets the words of a step be emptied and still refuses any other change.
Safe while the old code still runs: it only adds tables and an index, and allows what nobody did before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import (
    allow_changes,
    allow_only_emptying,
    forbid_changes,
    forbid_truncation_too,
    refuse_emptying,
)

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EMPTIED = ("actor_label", "why")
NEVER_CHANGED = ("id", "application_id", "at", "action", "stage", "is_shown")


def upgrade() -> None:
    op.create_table(
        "job_board_daily_runs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("ran_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_board_daily_runs")),
    )
    op.create_table(
        "job_figures",
        sa.Column("by", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("applications", sa.Integer(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("matches", sa.Integer(), nullable=False),
        sa.Column("hires", sa.Integer(), nullable=False),
        sa.Column("median_days", sa.Integer(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("by", "key", name=op.f("pk_job_figures")),
    )
    op.create_table(
        "duty_reminders",
        sa.Column("id", _ID, nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_duty_reminders_opening_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_reminders")),
        sa.UniqueConstraint(
            "opening_id", "kind", "phase", "due_on", name=op.f("uq_duty_reminders_opening_id_kind_phase_due_on")
        ),
    )
    op.create_table(
        "open_duties",
        sa.Column("id", _ID, nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_open_duties_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_open_duties_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_duties")),
        sa.UniqueConstraint("opening_id", "kind", name=op.f("uq_open_duties_opening_id_kind")),
    )
    op.create_index("ix_open_duties_due_on_id", "open_duties", ["due_on", "id"])
    op.create_index("ix_open_duties_organisation_id", "open_duties", ["organisation_id"])
    op.create_table(
        "schedule_notices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_schedule_notices_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_schedule_notices_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_notices")),
        sa.UniqueConstraint("public_id", name=op.f("uq_schedule_notices_public_id")),
    )
    op.create_index("ix_schedule_notices_opening_id", "schedule_notices", ["opening_id", "id"])
    op.create_table(
        "destructions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("application_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_destructions_application_id")),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_destructions_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_destructions_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destructions")),
        sa.UniqueConstraint("application_id", name=op.f("uq_destructions_application_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_destructions_public_id")),
    )
    op.create_index("ix_destructions_opening_id", "destructions", ["opening_id", "id"])
    op.create_table(
        "employments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("application_id", _ID, nullable=True),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("experience_id", _ID, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stood", sa.Boolean(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_employments_application_id")),
        sa.ForeignKeyConstraint(["experience_id"], ["experiences.id"], name=op.f("fk_employments_experience_id")),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_employments_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_employments_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_employments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employments")),
        sa.UniqueConstraint("application_id", name=op.f("uq_employments_application_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_employments_public_id")),
    )
    op.create_index("ix_employments_asked_at_started_on", "employments", ["asked_at", "started_on"])
    op.create_index("ix_employments_opening_id", "employments", ["opening_id"])
    op.create_index("ix_employments_organisation_id_id", "employments", ["organisation_id", "id"])
    op.create_index("ix_employments_person_id_id", "employments", ["person_id", "id"])
    op.create_table(
        "return_requests",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("application_id", _ID, nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_return_requests_application_id")
        ),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_return_requests_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_return_requests_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_requests")),
        sa.UniqueConstraint("application_id", name=op.f("uq_return_requests_application_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_return_requests_public_id")),
    )
    op.create_index("ix_return_requests_opening_id", "return_requests", ["opening_id", "returned_at"])
    op.create_index("ix_applications_destroyed_at_opening_id", "applications", ["destroyed_at", "opening_id"])
    dialect = op.get_bind().dialect.name
    for statement in (
        *forbid_changes(dialect, "destructions"),
        *forbid_truncation_too(dialect, "destructions"),
        *forbid_truncation_too(dialect, "application_events"),
        *forbid_truncation_too(dialect, "opening_edits"),
        *allow_only_emptying(dialect, "application_events", EMPTIED, NEVER_CHANGED),
    ):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in (*refuse_emptying(dialect, "application_events"), *allow_changes(dialect, "destructions")):
        op.execute(statement)
    if dialect != "sqlite":
        for table in ("application_events", "opening_edits"):
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    op.drop_index("ix_applications_destroyed_at_opening_id", table_name="applications")
    op.drop_index("ix_return_requests_opening_id", table_name="return_requests")
    op.drop_table("return_requests")
    op.drop_index("ix_employments_person_id_id", table_name="employments")
    op.drop_index("ix_employments_organisation_id_id", table_name="employments")
    op.drop_index("ix_employments_opening_id", table_name="employments")
    op.drop_index("ix_employments_asked_at_started_on", table_name="employments")
    op.drop_table("employments")
    op.drop_index("ix_destructions_opening_id", table_name="destructions")
    op.drop_table("destructions")
    op.drop_index("ix_schedule_notices_opening_id", table_name="schedule_notices")
    op.drop_table("schedule_notices")
    op.drop_index("ix_open_duties_organisation_id", table_name="open_duties")
    op.drop_index("ix_open_duties_due_on_id", table_name="open_duties")
    op.drop_table("open_duties")
    op.drop_table("duty_reminders")
    op.drop_table("job_figures")
    op.drop_table("job_board_daily_runs")
