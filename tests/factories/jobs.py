"""Rows of the job board, made quickly."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.accounts.models import Account, Organisation, OrganisationKind, Person
from app.certificates.models import Certificate
from app.core import clock
from app.core.access import Actor
from app.core.db import db, new_public_id
from app.jobs.applicant_models import StageMove
from app.jobs.application_models import Application, ApplicationEvent, ApplicationFile, ApplicationItem
from app.jobs.application_words import ItemKind, Stage
from app.jobs.applying.application_numbers import take_number
from app.jobs.board import saved_search_service
from app.jobs.board.saved_search_models import Alert, SavedSearch
from app.jobs.board.search_question import Question
from app.jobs.hiring import letter_service
from app.jobs.interview_models import InterviewSlot
from app.jobs.letter_models import LetterTemplate
from app.jobs.matching import expert_service, preference_service
from app.jobs.matching.expert_models import ExpertInvitation, ExpertNeed, InvitationState
from app.jobs.matching.expert_service import NeedFields
from app.jobs.matching.listed_ids import listed_id
from app.jobs.matching.preference_service import Wishes
from app.jobs.opening_models import Opening, Requirement
from app.jobs.opening_words import DocumentKind, EmploymentType, OpeningState, PayUnit, WorkKind
from app.jobs.openings import opening_service
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.preference_models import JobOffer, JobPreference
from app.jobs.regions import Province
from app.jobs.reviewer_models import Criterion, Reviewer
from tests.factories.accounts import make_account, make_organisation
from tests.factories.certificates import issue_one

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


def make_saved_search(
    account: Account, alert: str = Alert.AT_ONCE, at: datetime | None = None, **asked: str
) -> SavedSearch:
    """Store a search of the account; without words it finds every opening."""
    question, name = Question.read(MultiDict(asked)), f"Search {next(_numbers)}"
    search = saved_search_service.save_search(question, name, Alert(alert), account.actor, at or clock.now())
    db.session.commit()
    return search


def make_application(
    opening: Opening, applicant: Account, stage: str = Stage.RECEIVED, at: datetime | None = None, **values: Any
) -> Application:
    """Store an application of the account's person, with nothing handed in but the identity box."""
    person, at = applicant.person, at or clock.now()
    assert person is not None
    assert opening.organisation_id is not None
    number = values.pop("number", None) or take_number(opening.id)
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


def make_preference(
    account: Account, *, takes_offers: bool = False, expert_fields: tuple[WorkKind, ...] = (), **wishes: list[str]
) -> JobPreference:
    """Store what the account's person looks for and agrees to."""
    assert account.person is not None
    given: dict[str, list[str]] = {"provinces": [], "work_kinds": [], "employment_types": []} | wishes
    kept = preference_service.keep_preference(
        account.person,
        Wishes(**given, takes_offers=takes_offers, is_expert=bool(expert_fields), expert_fields=list(expert_fields)),
        account.actor,
        clock.now(),
    )
    db.session.commit()
    return kept


def listed_in(place: Opening | ExpertNeed, preference: JobPreference) -> str:
    """Answer what somebody is called in the list of people for an opening or a need."""
    return listed_id(current_app.config["SECRET_KEY"], place.public_id, preference.public_id)


def make_offer(opening: Opening, preference: JobPreference) -> JobOffer:
    """Store an offer that waits for an answer."""
    offer = preference_service.send_offer(opening, preference, "함께 일해요.", COMMAND, clock.now())
    db.session.commit()
    return offer


def make_need(
    centre: Organisation, field: WorkKind = WorkKind.COORDINATOR, title: str = "주민공동체 자문"
) -> ExpertNeed:
    """Store what a centre needs an expert for."""
    need = expert_service.post_need(centre, NeedFields(title, field), COMMAND, clock.now())
    db.session.commit()
    return need


def make_expert(field: WorkKind = WorkKind.COORDINATOR) -> JobPreference:
    """Store somebody who agreed to be proposed and has a certificate of the coordinators' course."""
    certificate = issue_one(make_organisation())
    person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
    return make_preference(make_account(person=person), expert_fields=(field,))


def make_invitation(need: ExpertNeed, account: Account) -> ExpertInvitation:
    """Store an invitation to the account's person that waits for an answer."""
    assert account.person is not None
    invitation = ExpertInvitation(need_id=need.id, organisation_id=need.organisation_id, person_id=account.person.id)
    invitation.words, invitation.invited_at, invitation.state = "도와주세요.", clock.now(), InvitationState.INVITED
    db.session.add(invitation)
    db.session.commit()
    return invitation


def make_reviewer(opening: Opening, reviewer: Account, at: datetime | None = None) -> Reviewer:
    """Let a member of the employer judge the applications of an opening."""
    assert opening.organisation_id is not None
    row = Reviewer(opening_id=opening.id, organisation_id=opening.organisation_id, account_id=reviewer.id)
    row.created_at = at or clock.now()
    db.session.add(row)
    db.session.commit()
    return row


def make_item(application: Application, kind: str = ItemKind.CERTIFICATE, **values: Any) -> ApplicationItem:
    """Hand in one thing more with an application."""
    db.session.refresh(application)
    item = ApplicationItem(application_id=application.id, position=len(application.items) + 1, kind=kind)
    item.facts, item.full = {"course_kind": "in_service", "minutes": 3750}, {}
    for name, value in values.items():
        setattr(item, name, value)
    db.session.add(item)
    db.session.commit()
    return item


def make_certificate_item(application: Application, certificate: Certificate) -> ApplicationItem:
    """Hand in an issued certificate, with the signed document itself."""
    full = {"centre": "도시재생 교육원", "serial": certificate.serial, "name": certificate.name}
    return make_item(application, source_public_id=certificate.public_id, document=certificate.credential, full=full)


def make_criterion(opening: Opening, name: str = "주민 상담 경험", most: int = 10, weight: int = 1) -> Criterion:
    """Let the opening's applications be judged by one thing more."""
    position = db.session.query(Criterion).filter_by(opening_id=opening.id).count() + 1
    criterion = Criterion(opening_id=opening.id, position=position, name=name, most=most, weight=weight)
    db.session.add(criterion)
    db.session.commit()
    return criterion


def make_letter(
    employer: Organisation, stage: Stage = Stage.REJECTED, body: str = "{이름}님께", name: str = "", **texts: str
) -> LetterTemplate:
    """Store a letter of the employer."""
    name = name or f"Letter {next(_numbers)}"
    letter = letter_service.make_letter(
        employer.id, stage, name, body, texts.get("english", ""), COMMAND, clock.now()
    )
    db.session.commit()
    return letter


def make_move(application: Application, at: datetime | None = None) -> StageMove:
    """Store the decision by which an application came where it stands, as one on several."""
    move = StageMove(
        application_id=application.id, before=Stage.VIEWED, after=application.stage, at=at or clock.now()
    )
    move.actor_label, move.decision_id = COMMAND.label, new_public_id()
    db.session.add(move)
    db.session.commit()
    return move


def make_file(
    application: Application, filename: str = "이력서.pdf", content: bytes = b"%PDF-1.7"
) -> ApplicationFile:
    """Hand in a file with an application."""
    assert application.person_id is not None
    file = ApplicationFile(person_id=application.person_id, application_id=application.id, filename=filename)
    file.kind, file.sha256, file.size, file.content = "pdf", "0" * 64, len(content), content
    file.created_at = clock.now()
    db.session.add(file)
    db.session.commit()
    return file


def make_slot(opening: Opening, capacity: int = 1, days: int = 7, at: datetime | None = None) -> InterviewSlot:
    """Offer a time for interviews, so many days ahead; it can be changed until a day before."""
    at = at or clock.now()
    assert opening.organisation_id is not None
    slot = InterviewSlot(opening_id=opening.id, organisation_id=opening.organisation_id, capacity=capacity, taken=0)
    slot.starts_at, slot.minutes, slot.place = at + timedelta(days=days), 30, "2층 회의실"
    slot.changes_until, slot.created_at = slot.starts_at - timedelta(days=1), at
    db.session.add(slot)
    db.session.commit()
    return slot
