"""Rows of the job board, made quickly."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import Account, Organisation, OrganisationKind
from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.jobs import opening_service
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.opening_fields import OpeningFields
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import DocumentKind, EmploymentType, OpeningState, PayUnit, WorkKind
from app.jobs.regions import Province
from tests.factories.accounts import make_organisation

_numbers = itertools.count(1)
COMMAND = Actor.command("test")


def opening_fields(at: datetime | None = None, **values: Any) -> OpeningFields:
    """Answer the fields of an ordinary opening; its deadline is thirty days away."""
    fields = OpeningFields(
        title="도시재생 현장지원센터 코디네이터 모집",
        employer_name="종로구 도시재생지원센터",
        work_kind=WorkKind.COORDINATOR,
        duties="주민 상담과 공모사업 지원",
        province=Province.SEOUL.value,
        district="종로구",
        employment_type=EmploymentType.FIXED_TERM,
        headcount=2,
        pay_unit=PayUnit.MONTH,
        pay_min=2_400_000,
        pay_max=2_800_000,
        deadline_at=(at or clock.now()) + timedelta(days=30),
        documents=(DocumentKind.RESUME,),
        contact_name="김담당",
        contact_phone="02-123-4567",
    )
    return replace(fields, **values)


def make_employer(name: str = "", kind: str = OrganisationKind.FIELD_CENTRE) -> Organisation:
    """Store an approved employer."""
    return make_organisation(name or f"도시재생지원센터 {next(_numbers)}", kind)


def make_opening(
    employer: Organisation | None = None,
    state: str = OpeningState.PUBLISHED,
    requirements: tuple[Requirement, ...] = (),
    at: datetime | None = None,
    **values: Any,
) -> Opening:
    """Store an opening of the employer as it came to this state by itself."""
    at = at or clock.now()
    employer = employer or make_employer()
    fields = opening_fields(at, **({"employer_name": employer.name} | values))
    opening = opening_service.draft_opening(employer, fields, COMMAND, at)
    for position, requirement in enumerate(requirements):
        requirement.position = position
        opening.requirements.append(requirement)
    if state != OpeningState.DRAFT:
        opening_service.submit_opening(opening, state == OpeningState.IN_REVIEW, COMMAND, at)
    if state == OpeningState.CLOSED:
        opening_service.close_opening(opening, COMMAND, at)
    if state == OpeningState.FILLED:
        opening_service.fill_opening(opening, COMMAND, at)
    db.session.commit()
    return opening


def make_application(
    opening: Opening, applicant: Account, stage: str = Stage.RECEIVED, at: datetime | None = None, **values: Any
) -> Application:
    """Store an application of the account's person, with nothing handed in but the identity box."""
    person, at = applicant.person, at or clock.now()
    assert person is not None
    assert opening.organisation_id is not None
    number = len(db.session.query(Application.id).filter_by(opening_id=opening.id).all()) + 1
    identity = {"name": person.name, "birth_date": person.birth_date.isoformat()}
    identity |= {"phone": "010-1234-5678", "email": applicant.email}
    application = Application(
        **{"opening_id": opening.id, "organisation_id": opening.organisation_id, "person_id": person.id}
        | {"number": number, "stage": stage, "identity": identity, "eligibility": [], "submitted_at": at}
        | values
    )
    db.session.add(application)
    db.session.flush()
    event = ApplicationEvent(application_id=application.id, at=at, action="submit", stage=Stage.RECEIVED)
    event.actor_label, event.why, event.is_shown = applicant.name, "", True
    db.session.add(event)
    db.session.commit()
    return application
