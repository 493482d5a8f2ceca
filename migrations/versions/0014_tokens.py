"""The certificate as VC-JWT, signed in the transaction that issues it.

Why: wallets and verifiers that know JOSE alone take no other form. What was issued before has none.
Safe while the old code still runs: the column is empty unless somebody fills it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SIGNED_BEFORE = (
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
    "slip",
)


def upgrade() -> None:
    op.add_column("certificates", sa.Column("token", sa.LargeBinary(), nullable=True))
    _forbid_changes_of((*SIGNED_BEFORE, "token"))


def downgrade() -> None:
    _forbid_changes_of(SIGNED_BEFORE)
    op.drop_column("certificates", "token")


def _forbid_changes_of(columns: tuple[str, ...]) -> None:
    dialect = op.get_bind().dialect.name
    for statement in (
        *allow_changes(dialect, "certificates"),
        *forbid_changes(dialect, "certificates", columns),
    ):
        op.execute(statement)
