"""Matching: what people look for and agree to, offers, needs of field centres, invitations of experts.

Why: openings and people find each other, each side by rules that it can read.
Safe while the old code still runs: it only adds tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "expert_needs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("province", sa.String(length=2), nullable=True),
        sa.Column("wanted_from", sa.Date(), nullable=True),
        sa.Column("wanted_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_expert_needs_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_needs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_expert_needs_public_id")),
    )
    op.create_index("ix_expert_needs_organisation_id_id", "expert_needs", ["organisation_id", "id"])
    op.create_table(
        "job_preferences",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("provinces", sa.JSON(), nullable=False),
        sa.Column("work_kinds", sa.JSON(), nullable=False),
        sa.Column("employment_types", sa.JSON(), nullable=False),
        sa.Column("offers_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expert_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expert_fields", sa.JSON(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_job_preferences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_preferences")),
        sa.UniqueConstraint("person_id", name=op.f("uq_job_preferences_person_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_job_preferences_public_id")),
    )
    op.create_index("ix_job_preferences_expert_since", "job_preferences", ["expert_since"])
    op.create_index("ix_job_preferences_offers_since", "job_preferences", ["offers_since"])
    op.create_table(
        "expert_invitations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("need_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["expert_needs.id"], name=op.f("fk_expert_invitations_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_expert_invitations_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_expert_invitations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_invitations")),
        sa.UniqueConstraint("need_id", "person_id", name=op.f("uq_expert_invitations_need_id_person_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_expert_invitations_public_id")),
    )
    op.create_index("ix_expert_invitations_organisation_id", "expert_invitations", ["organisation_id"])
    op.create_index("ix_expert_invitations_person_id_id", "expert_invitations", ["person_id", "id"])
    op.create_table(
        "job_offers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("opening_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_job_offers_opening_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_job_offers_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_job_offers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_offers")),
        sa.UniqueConstraint("opening_id", "person_id", name=op.f("uq_job_offers_opening_id_person_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_job_offers_public_id")),
    )
    op.create_index("ix_job_offers_organisation_id", "job_offers", ["organisation_id"])
    op.create_index("ix_job_offers_person_id_id", "job_offers", ["person_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_job_offers_person_id_id", table_name="job_offers")
    op.drop_index("ix_job_offers_organisation_id", table_name="job_offers")
    op.drop_table("job_offers")
    op.drop_index("ix_expert_invitations_person_id_id", table_name="expert_invitations")
    op.drop_index("ix_expert_invitations_organisation_id", table_name="expert_invitations")
    op.drop_table("expert_invitations")
    op.drop_index("ix_job_preferences_offers_since", table_name="job_preferences")
    op.drop_index("ix_job_preferences_expert_since", table_name="job_preferences")
    op.drop_table("job_preferences")
    op.drop_index("ix_expert_needs_organisation_id_id", table_name="expert_needs")
    op.drop_table("expert_needs")
