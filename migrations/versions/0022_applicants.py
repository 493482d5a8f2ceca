"""The employer's side of applications: moves, reveals, reviewers with scores, interview times, messages.

Why: employers judge and answer applications here, and who opened whose identity has to be kept.
Safe while the old code still runs: it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "opening_reviewers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_opening_reviewers_account_id")),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_opening_reviewers_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_opening_reviewers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_reviewers")),
        sa.UniqueConstraint("opening_id", "account_id", name=op.f("uq_opening_reviewers_opening_id_account_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_opening_reviewers_public_id")),
    )
    op.create_index(op.f("ix_opening_reviewers_account_id"), "opening_reviewers", ["account_id"], unique=False)
    op.create_table(
        "application_recusals",
        sa.Column("id", _ID, nullable=False),
        sa.Column("application_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_application_recusals_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_recusals_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_recusals")),
        sa.UniqueConstraint(
            "application_id", "account_id", name=op.f("uq_application_recusals_application_id_account_id")
        ),
    )
    op.create_index(op.f("ix_application_recusals_account_id"), "application_recusals", ["account_id"], unique=False)
    op.create_table(
        "opening_criteria",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_opening_criteria_opening_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_criteria")),
        sa.UniqueConstraint("opening_id", "position", name=op.f("uq_opening_criteria_opening_id_position")),
        sa.UniqueConstraint("public_id", name=op.f("uq_opening_criteria_public_id")),
    )
    op.create_table(
        "application_scores",
        sa.Column("id", _ID, nullable=False),
        sa.Column("application_id", _ID, nullable=False),
        sa.Column("criterion_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_application_scores_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_scores_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["opening_criteria.id"], name=op.f("fk_application_scores_criterion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_scores")),
        sa.UniqueConstraint(
            "application_id",
            "criterion_id",
            "account_id",
            name=op.f("uq_application_scores_application_id_criterion_id_account_id"),
        ),
    )
    op.create_table(
        "opened_scores",
        sa.Column("opening_id", _ID, autoincrement=False, nullable=False),
        sa.Column("account_id", _ID, nullable=True),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_opened_scores_opening_id")),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_opened_scores")),
    )
    op.create_table(
        "review_comments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("application_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_review_comments_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_review_comments_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comments")),
    )
    op.create_index("ix_review_comments_application_id", "review_comments", ["application_id", "id"], unique=False)
    op.create_table(
        "stage_moves",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("application_id", _ID, nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_id", sa.String(length=32), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_stage_moves_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_moves")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stage_moves_public_id")),
    )
    op.create_index("ix_stage_moves_application_id", "stage_moves", ["application_id", "id"], unique=False)
    op.create_table(
        "reveals",
        sa.Column("id", _ID, nullable=False),
        sa.Column("application_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=True),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("acted_for", sa.String(length=120), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_reveals_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveals")),
    )
    op.create_index(op.f("ix_reveals_application_id"), "reveals", ["application_id"], unique=False)
    op.create_table(
        "interview_slots",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("changes_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name=op.f("ck_interview_slots_taken")),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_interview_slots_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_interview_slots_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_slots")),
        sa.UniqueConstraint("public_id", name=op.f("uq_interview_slots_public_id")),
    )
    op.create_index("ix_interview_slots_opening_id", "interview_slots", ["opening_id", "starts_at"], unique=False)
    op.create_table(
        "interview_choices",
        sa.Column("application_id", _ID, autoincrement=False, nullable=False),
        sa.Column("slot_id", _ID, nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_interview_choices_application_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["interview_slots.id"], name=op.f("fk_interview_choices_slot_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_interview_choices")),
    )
    op.create_index(op.f("ix_interview_choices_slot_id"), "interview_choices", ["slot_id"], unique=False)
    op.create_table(
        "application_messages",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("application_id", _ID, nullable=False),
        sa.Column("from_employer", sa.Boolean(), nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_messages_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_messages")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_messages_public_id")),
    )
    op.create_index(
        "ix_application_messages_application_id", "application_messages", ["application_id", "id"], unique=False
    )
    dialect = op.get_bind().dialect.name
    for statement in forbid_changes(dialect, "reveals"):
        op.execute(statement)
    if dialect != "sqlite":
        op.execute(
            "CREATE TRIGGER reveals_no_truncate BEFORE TRUNCATE ON reveals "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncation()"
        )


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect != "sqlite":
        op.execute("DROP TRIGGER reveals_no_truncate ON reveals")
    for statement in allow_changes(dialect, "reveals"):
        op.execute(statement)
    op.drop_index("ix_application_messages_application_id", table_name="application_messages")
    op.drop_table("application_messages")
    op.drop_index("ix_interview_choices_slot_id", table_name="interview_choices")
    op.drop_table("interview_choices")
    op.drop_index("ix_interview_slots_opening_id", table_name="interview_slots")
    op.drop_table("interview_slots")
    op.drop_index("ix_reveals_application_id", table_name="reveals")
    op.drop_table("reveals")
    op.drop_index("ix_stage_moves_application_id", table_name="stage_moves")
    op.drop_table("stage_moves")
    op.drop_index("ix_review_comments_application_id", table_name="review_comments")
    op.drop_table("review_comments")
    op.drop_table("opened_scores")
    op.drop_table("application_scores")
    op.drop_table("opening_criteria")
    op.drop_index("ix_application_recusals_account_id", table_name="application_recusals")
    op.drop_table("application_recusals")
    op.drop_index("ix_opening_reviewers_account_id", table_name="opening_reviewers")
    op.drop_table("opening_reviewers")
