"""PostgreSQL refuses TRUNCATE on every table whose rows it refuses to delete.

Why: TRUNCATE fires no trigger on rows, so one statement emptied what is never to be deleted. The issuer's keys and
the lists and heads that others have seen are protected with them. Safe while the old code still runs: it empties
nothing.
"""

from __future__ import annotations

from alembic import op

from app.core.append_only import allow_truncation, forbid_truncation

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = (
    "access_log",
    "access_log_subjects",
    "attendances",
    "audit_lines",
    "certificate_status_changes",
    "certificates",
    "correction_answers",
    "correction_requests",
    "credit_entries",
    "issuer_keys",
    "log_entries",
    "log_heads",
    "log_tiles",
    "status_lists",
)


def upgrade() -> None:
    for statement in forbid_truncation(op.get_bind().dialect.name, TABLES):
        op.execute(statement)


def downgrade() -> None:
    for statement in allow_truncation(op.get_bind().dialect.name, TABLES):
        op.execute(statement)
