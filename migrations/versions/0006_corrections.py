"""Revocation and correction: why a certificate was marked, what a new one replaces, lists of replaced certificates.

Why: a wrong certificate is corrected by a new one; the paper that is out already must say so when it is scanned.
Safe while the old code still runs: columns are added with defaults, and it does not know the new lists.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

from app.core.append_only import allow_changes, forbid_changes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "certificate_status_changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("certificate_public_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("replaced_by", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("account_id", _ID, nullable=True),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_status_changes")),
    )
    op.create_index(
        op.f("ix_certificate_status_changes_certificate_public_id"),
        "certificate_status_changes",
        ["certificate_public_id"],
    )
    with op.batch_alter_table("issuances") as table:
        table.add_column(sa.Column("replaces", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("reason", sa.String(length=20), nullable=False, server_default=""))
        table.add_column(sa.Column("words", sa.String(length=500), nullable=False, server_default=""))
    with op.batch_alter_table("status_lists") as table:
        table.add_column(sa.Column("beside_id", sa.BigInteger(), nullable=True))
        table.create_unique_constraint(op.f("uq_status_lists_beside_id"), ["beside_id"])
    op.create_index(
        "ix_certificates_status_list_id_status", "certificates", ["status_list_id", "status"], unique=False
    )
    _begin_lists_beside()
    for statement in forbid_changes(op.get_bind().dialect.name, "certificate_status_changes"):
        op.execute(statement)


def _begin_lists_beside() -> None:
    """Give every list its list of replaced certificates; the worker signs it as it does any stale list."""
    lists = sa.table(
        "status_lists",
        *(
            sa.column(name)
            for name in ("id", "public_id", "url", "purpose", "beside_id", "size", "next_place", "permutation_key")
        ),
        sa.column("is_stale", sa.Boolean),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(lists)).all():
        connection.execute(
            lists.insert().values(
                public_id=uuid.uuid4().hex,
                url=f"{row.url}/replaced",
                purpose="refresh",
                beside_id=row.id,
                size=row.size,
                next_place=0,
                permutation_key=row.permutation_key,
                is_stale=True,
            )
        )


def downgrade() -> None:
    for statement in allow_changes(op.get_bind().dialect.name, "certificate_status_changes"):
        op.execute(statement)
    op.drop_index("ix_certificates_status_list_id_status", table_name="certificates")
    op.execute("DELETE FROM status_lists WHERE beside_id IS NOT NULL")
    with op.batch_alter_table("status_lists") as table:
        table.drop_constraint(op.f("uq_status_lists_beside_id"), type_="unique")
        table.drop_column("beside_id")
    with op.batch_alter_table("issuances") as table:
        table.drop_column("words")
        table.drop_column("reason")
        table.drop_column("replaces")
    op.drop_index(
        op.f("ix_certificate_status_changes_certificate_public_id"), table_name="certificate_status_changes"
    )
    op.drop_table("certificate_status_changes")
