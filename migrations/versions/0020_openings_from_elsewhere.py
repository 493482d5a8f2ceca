"""Openings from elsewhere: sources, imports with what they refused, and which row of a source is which opening.

Why: portals and centres have openings that people should find here, once each, followed as they change.
Safe while the old code still runs: it adds tables and a column with a default, which stays empty for what the old
code writes; such an opening is found by other lists once it is changed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "opening_sources",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("schedule", sa.String(length=20), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_opening_sources_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_sources")),
        sa.UniqueConstraint("public_id", name=op.f("uq_opening_sources_public_id")),
    )
    op.create_index("ix_opening_sources_next_due_at", "opening_sources", ["next_due_at"])
    op.create_index("ix_opening_sources_organisation_id_id", "opening_sources", ["organisation_id", "id"])
    op.create_table(
        "import_runs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=False),
        sa.Column("error_found", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["opening_sources.id"], name=op.f("fk_import_runs_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_runs_public_id")),
    )
    op.create_index("ix_import_runs_source_id_id", "import_runs", ["source_id", "id"])
    op.create_index("ix_import_runs_state_started_at", "import_runs", ["state", "started_at"])
    op.create_table(
        "import_notes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("found", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_runs.id"], name=op.f("fk_import_notes_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_notes")),
    )
    op.create_index("ix_import_notes_run_id_id", "import_notes", ["run_id", "id"])
    op.create_table(
        "opening_origins",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("external_id", sa.String(length=220), nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("employer_name", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("same_key", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("closed_opening", sa.Boolean(), nullable=False),
        sa.Column("first_run_id", _ID, nullable=False),
        sa.Column("last_run_id", _ID, nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vanished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["first_run_id"], ["import_runs.id"], name=op.f("fk_opening_origins_first_run_id")),
        sa.ForeignKeyConstraint(["last_run_id"], ["import_runs.id"], name=op.f("fk_opening_origins_last_run_id")),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_opening_origins_opening_id")),
        sa.ForeignKeyConstraint(["source_id"], ["opening_sources.id"], name=op.f("fk_opening_origins_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_origins")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_opening_origins_source_id_external_id")),
    )
    op.create_index("ix_opening_origins_first_run_id", "opening_origins", ["first_run_id"])
    op.create_index("ix_opening_origins_opening_id", "opening_origins", ["opening_id"])
    op.create_index("ix_opening_origins_source_id_last_run_id", "opening_origins", ["source_id", "last_run_id"])
    op.add_column("openings", sa.Column("same_key", sa.String(length=32), server_default="", nullable=False))
    op.create_index("ix_openings_same_key", "openings", ["same_key"])


def downgrade() -> None:
    op.drop_index("ix_openings_same_key", table_name="openings")
    op.drop_column("openings", "same_key")
    op.drop_index("ix_opening_origins_source_id_last_run_id", table_name="opening_origins")
    op.drop_index("ix_opening_origins_opening_id", table_name="opening_origins")
    op.drop_index("ix_opening_origins_first_run_id", table_name="opening_origins")
    op.drop_table("opening_origins")
    op.drop_index("ix_import_notes_run_id_id", table_name="import_notes")
    op.drop_table("import_notes")
    op.drop_index("ix_import_runs_state_started_at", table_name="import_runs")
    op.drop_index("ix_import_runs_source_id_id", table_name="import_runs")
    op.drop_table("import_runs")
    op.drop_index("ix_opening_sources_organisation_id_id", table_name="opening_sources")
    op.drop_index("ix_opening_sources_next_due_at", table_name="opening_sources")
    op.drop_table("opening_sources")
