"""The access log: who looked at whose personal data.

Why: the law on personal data asks for it (안전성 확보조치 기준 제8조); the database refuses to change a line, and to
delete one that is younger than two years.
Safe while the old code still runs: it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes_while_young

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEPT_FOR_DAYS = 730
AT_OF_SUBJECT = "(SELECT at FROM access_log WHERE id = OLD.access_id)"


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("acted_for", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("endpoint", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("is_download", sa.Boolean(), nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sa.UniqueConstraint("public_id", name=op.f("uq_access_log_public_id")),
    )
    op.create_index(op.f("ix_access_log_at"), "access_log", ["at"], unique=False)
    op.create_table(
        "access_log_subjects",
        sa.Column("access_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["access_id"], ["access_log.id"], name=op.f("fk_access_log_subjects_access_id")),
        sa.PrimaryKeyConstraint("access_id", "subject_id", name=op.f("pk_access_log_subjects")),
    )
    op.create_index(
        "ix_access_log_subjects_subject_id", "access_log_subjects", ["subject_id", "access_id"], unique=False
    )
    dialect = op.get_bind().dialect.name
    for statement in (
        *forbid_changes_while_young(dialect, "access_log", KEPT_FOR_DAYS),
        *forbid_changes_while_young(dialect, "access_log_subjects", KEPT_FOR_DAYS, AT_OF_SUBJECT),
    ):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in (*allow_changes(dialect, "access_log_subjects"), *allow_changes(dialect, "access_log")):
        op.execute(statement)
    op.drop_index("ix_access_log_subjects_subject_id", table_name="access_log_subjects")
    op.drop_table("access_log_subjects")
    op.drop_index(op.f("ix_access_log_at"), table_name="access_log")
    op.drop_table("access_log")
