"""What duties leave behind, made quickly."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from app.jobs.application_models import (
    Application,
    ApplicationConsent,
    ApplicationEvent,
    ApplicationFile,
    ApplicationItem,
)
from app.jobs.duties import destruction_service
from app.jobs.duties.destruction_models import Destruction
from app.jobs.duties.destruction_paper_job import seal_waiting_papers
from app.jobs.duties.duty_models import ReturnRequest
from app.jobs.outcomes import employment_service
from app.jobs.outcomes.employment_models import Employment
from tests.factories.jobs import COMMAND


def make_return_request(application: Application, at: datetime | None = None) -> ReturnRequest:
    """Store that the applicant asked for the papers back."""
    request = ReturnRequest(application_id=application.id, opening_id=application.opening_id, returned_by="")
    request.organisation_id, request.asked_at = application.organisation_id, at or clock.now()
    db.session.add(request)
    db.session.commit()
    return request


def make_destruction(application: Application, at: datetime | None = None, *, has_paper: bool = False) -> Destruction:
    """Destroy the papers of an application that has been decided; `has_paper`: the worker has sealed that it did."""
    row = destruction_service.destroy_papers(application.id, COMMAND, at or clock.now(), is_automatic=True)
    db.session.commit()
    if has_paper:
        seal_waiting_papers(at or clock.now())
    return row


def make_employment(
    application: Application, started_on: date | None = None, at: datetime | None = None, title: str = "코디네이터"
) -> Employment:
    """Confirm the job of an application in the last stage."""
    at = at or clock.now()
    started_on = started_on or clock.seoul_date(at)
    employment = employment_service.confirm_employment(application, title, started_on, COMMAND, at)
    db.session.commit()
    return employment


def hand_in(application: Application, applicant: Account, canary: str) -> None:
    """Fill an application with words that must not be found any more once it is destroyed."""
    at = application.submitted_at
    application.words = f"words {canary}"
    application.eligibility = [{"text": f"eligibility {canary}"}]
    item = ApplicationItem(application_id=application.id, position=0, kind="certificate", source_public_id="")
    item.facts, item.full, item.document = {"kind": canary}, {"name": canary}, f"document {canary}".encode()
    content = f"%PDF-1.7 {canary}".encode()
    file = ApplicationFile(
        person_id=applicant.person_id,
        application_id=application.id,
        filename=f"{canary}.pdf",
        kind="pdf",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        scan="none",
        created_at=at,
    )
    event = ApplicationEvent(application_id=application.id, at=at, action="decide", stage=application.stage)
    event.actor_label, event.why, event.is_shown = canary, f"because {canary}", False
    consent = ApplicationConsent(application_id=application.id, version="1", recipient="기관", given_at=at)
    consent.items, consent.retention_days = [canary], 180
    db.session.add_all((item, file, event, consent))
    db.session.commit()
