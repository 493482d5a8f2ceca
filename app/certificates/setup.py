"""Connects certificates to the application: pages, publication, commands, work, and what training asks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Flask

from app.accounts import throttle
from app.certificates import (
    bulk_job,
    bulk_queries,
    bulk_service,
    bulk_verification_service,
    bulk_views,
    centre_views,
    commands,
    conformance_commands,
    correction_views,
    issuing_service,
    key_commands,
    key_service,
    log_commands,
    log_service,
    log_views,
    publication_views,
    queries,
    receipt_views,
    reissue_commands,
    revocation_views,
    status_service,
    sunset_commands,
    verification_service,
    verification_views,
    views,
)
from app.certificates.blueprints import certificates
from app.core.i18n import _l
from app.core.templating import add_navigation
from app.training.scope import belongs_to_centre
from app.training.signals import certificates_counted

# Importing a module of views hangs its routes on the blueprint; importing a service registers its stored work,
# and importing commands hangs them on their group.
PARTS = (
    centre_views,
    views,
    correction_views,
    revocation_views,
    issuing_service,
    key_service,
    log_service,
    reissue_commands,
    status_service,
    bulk_job,
)


def _count(cohort_ids: Collection[int], **_more: Any) -> dict[int, int]:
    return queries.people_with_certificates(cohort_ids)


def init_app(app: Flask) -> None:
    """Connect this domain to the application."""
    for limits in (verification_service.LIMITS, bulk_service.LIMITS, bulk_verification_service.LIMITS):
        throttle.LIMITS.update(limits)
    app.register_blueprint(certificates)
    app.register_blueprint(verification_views.blueprint)
    app.register_blueprint(bulk_views.blueprint)
    app.register_blueprint(receipt_views.blueprint)
    app.register_blueprint(publication_views.blueprint)
    app.register_blueprint(log_views.blueprint)
    app.cli.add_command(commands.certificates)
    app.cli.add_command(key_commands.group)
    app.cli.add_command(log_commands.group)
    app.cli.add_command(sunset_commands.group)
    app.cli.add_command(conformance_commands.conformance)
    certificates_counted.connect(_count)
    add_navigation(app, _l("발급대장"), "certificates.ledger", 30, belongs_to_centre)
    add_navigation(app, _l("일괄 진위확인"), "bulk.index", 40, bulk_queries.verifies)
