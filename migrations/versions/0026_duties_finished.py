"""Certificates of destruction as sealed files; no name of an applicant where a destruction does not reach.

Why: the certificate of destruction carries the seal of all our papers, and the keys are the worker's: what was
destroyed asks for it, the worker makes it, the page offers it. Lines of the audit trail about what applicants did
named them and outlived their papers; they lose the name, once and for all, and get none any more. Answers kept for
programs say which application they tell of, so that they go with its papers; so does the text of delivered mail.
A destruction says whether there was no result to count from. A job that was confirmed by mistake can be withdrawn;
what happens to a job is a history that the database refuses to change.
Safe while the old code still runs: it adds a table and a column; what the old code destroys meanwhile is asked for
with the next destruction of the opening.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes, forbid_truncation_too

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# What only applicants do, and what they do as well as employers.
_BY_APPLICANTS = (
    "application.submit",
    "application.withdraw",
    "application.consent_withdraw",
    "application.ask_return",
    "interview.choose",
    "application_draft.begin",
    "application_draft.discard",
    "application_file.add",
    "application_file.delete",
)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "destruction_papers",
        sa.Column("opening_id", _ID, autoincrement=False, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_destruction_papers_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_destruction_papers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_destruction_papers")),
    )
    op.create_index("ix_destruction_papers_state_opening_id", "destruction_papers", ["state", "opening_id"])
    op.execute(
        "INSERT INTO destruction_papers (opening_id, organisation_id, state, asked) "
        "SELECT opening_id, organisation_id, 'waiting', count(*) FROM destructions "
        "GROUP BY opening_id, organisation_id"
    )
    op.add_column("destructions", sa.Column("is_lapsed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("api_answers", sa.Column("about", sa.String(length=32), server_default="", nullable=False))
    op.create_index(op.f("ix_api_answers_about"), "api_answers", ["about"])
    op.execute("UPDATE outgoing_mails SET body = '' WHERE sent_at IS NOT NULL")
    _unname_applicants()
    op.add_column("experiences", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("employments", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "employment_steps",
        sa.Column("id", _ID, nullable=False),
        sa.Column("employment_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["employment_id"], ["employments.id"], name=op.f("fk_employment_steps_employment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment_steps")),
    )
    op.create_index(op.f("ix_employment_steps_employment_id"), "employment_steps", ["employment_id"])
    # What had been confirmed before begins its history with that, as far as the row still says it.
    op.execute(
        sa.text(
            "INSERT INTO employment_steps (employment_id, at, action, by_person, actor_label, why) "
            "SELECT id, confirmed_at, 'confirm', :no, confirmed_by, '' FROM employments ORDER BY id"
        ).bindparams(sa.bindparam("no", False, sa.Boolean()))
    )
    dialect = op.get_bind().dialect.name
    for statement in (
        *forbid_changes(dialect, "employment_steps"),
        *forbid_truncation_too(dialect, "employment_steps"),
    ):
        op.execute(statement)


def _unname_applicants() -> None:
    names = ", ".join(f"'{action}'" for action in _BY_APPLICANTS)
    said = "action = 'application.message' AND CAST(after AS TEXT) LIKE '%\"applicant\"%'"
    change = (
        f"UPDATE audit_lines SET actor_label = 'applicant', account_id = NULL WHERE action IN ({names}) OR ({said})"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_lines_no_update")
        op.execute(sa.text(change))
        op.execute(
            "CREATE TRIGGER audit_lines_no_update BEFORE UPDATE ON audit_lines "
            "BEGIN SELECT RAISE(ABORT, 'audit_lines is append-only'); END"
        )
        return
    op.execute("ALTER TABLE audit_lines DISABLE TRIGGER audit_lines_no_update")
    op.execute(sa.text(change))
    op.execute("ALTER TABLE audit_lines ENABLE TRIGGER audit_lines_no_update")


def downgrade() -> None:
    for statement in allow_changes(op.get_bind().dialect.name, "employment_steps"):
        op.execute(statement)
    op.drop_index(op.f("ix_employment_steps_employment_id"), table_name="employment_steps")
    op.drop_table("employment_steps")
    op.drop_column("employments", "withdrawn_at")
    op.drop_column("experiences", "withdrawn_at")
    op.drop_index(op.f("ix_api_answers_about"), table_name="api_answers")
    op.drop_column("api_answers", "about")
    op.drop_column("destructions", "is_lapsed")
    op.drop_index("ix_destruction_papers_state_opening_id", table_name="destruction_papers")
    op.drop_table("destruction_papers")
