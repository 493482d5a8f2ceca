"""The job board's part of the world in English: openings, imports, applications at every step, in English words."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from app.accounts.models import Account, MembershipRole, Organisation, Person
from app.core import clock
from app.core.db import db
from app.jobs.application_models import ApplicationConsent, ApplicationEvent, ApplicationItem
from app.jobs.application_words import ItemKind, Stage
from app.jobs.applying.application_choices import choices_of
from app.jobs.applying.application_package import pack
from app.jobs.duties import duty_service
from app.jobs.duties.duty_job import note_duties
from app.jobs.hiring import message_service
from app.jobs.interview_models import InterviewChoice
from app.jobs.listings import import_service
from app.jobs.listings.listing import UnreadableList
from app.jobs.opening_models import Requirement
from app.jobs.opening_words import OpeningState
from app.jobs.openings import opening_service
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.outcomes.employment_job import ask_about_employments
from app.jobs.outcomes.employment_withdrawal import withdraw_employment
from app.jobs.outcomes.figure_job import count_figures
from app.jobs.preference_models import JobPreference
from tests.factories.accounts import make_member
from tests.factories.applying import make_draft, make_file
from tests.factories.duties import make_destruction, make_employment, make_return_request
from tests.factories.jobs import (
    COMMAND,
    make_application,
    make_criterion,
    make_item,
    make_letter,
    make_move,
    make_offer,
    make_opening,
    make_reviewer,
    make_slot,
)
from tests.factories.lists import wanted, work24
from tests.factories.sources import make_portal, make_run


def make_english_openings(employer: Organisation, preference: JobPreference) -> None:
    """Store openings at every step, in words that are English."""
    said: dict[str, Any] = {
        "title": "Coordinator wanted",
        "duties": "Talk with the residents.",
        "district": "",
        "contact_name": "Yoon",
    }
    for state in OpeningState:
        asked = (
            Requirement(kind="hours", level="required", course_kind="in_service", minutes=99_999, within_months=12),
            Requirement(kind="course", level="preferred", name="In-service course"),
            Requirement(kind="course", level="preferred", name="Welding"),
            Requirement(kind="badge", level="preferred", name="Counsellor", issuer="Institute"),
            Requirement(kind="experience", level="required", months=12, text="in any field"),
            Requirement(kind="other", level="required", text="A driving licence"),
        )
        opening = make_opening(employer, state, asked, **said)
    make_offer(make_opening(employer, **said), preference).words = "Work with us."
    opening = make_opening(employer, OpeningState.IN_REVIEW, **said)
    opening_service.return_opening(opening, "Say the pay.", COMMAND, clock.now())
    fields = dataclasses.replace(OpeningFields.of(opening), headcount=3)
    opening_service.change_opening(opening, fields, opening.version, COMMAND, clock.now())
    db.session.commit()


def make_english_imports() -> None:
    """Store a portal with an import that has taken and refused something, and one that failed."""
    english = {"title": "Coordinator wanted", "company": "Village", "region": "", "career": "", "sal": ""}
    source = make_portal("Portal")
    make_run(source, work24(wanted(1, **english), wanted(2, **(english | {"closeDt": "?"}))))
    failed = import_service.begin_run(source, COMMAND, clock.now())
    import_service.fail_run(failed, UnreadableList("html"), COMMAND, clock.now())
    db.session.commit()


def make_english_applications(employer: Organisation, applicant: Account) -> None:
    """Store what somebody has begun, handed in and taken back, with every step that there can be."""
    said: dict[str, Any] = {"title": "Coordinator wanted", "duties": "", "district": "", "contact_name": "Yoon"}
    opening = make_opening(employer, blind=True, **said)
    draft = make_draft(opening, applicant, words="I like it here.", makes_resume=True)
    draft.items = [choice.key for choice in choices_of(person_of(applicant), clock.now())]
    make_file(applicant, draft=draft)
    package = pack(draft, person_of(applicant), opening, clock.now())
    draft.consent = package.notices.as_json(clock.now())
    application = make_application(make_opening(employer, **said), applicant)
    make_file(applicant, application=application, scan="pending")
    for scan in ("clean", "infected"):
        make_file(applicant, application=application, scan=scan)
    for position, item in enumerate(package.items):
        db.session.add(
            ApplicationItem(
                application_id=application.id,
                position=position,
                kind=item.kind.value,
                facts=item.facts,
                full=item.full,
                document=item.document,
            )
        )
    for action in (
        "acknowledge",
        "view",
        "reveal",
        "undo",
        "interview_lost",
        "file_infected",
        "withdraw",
        "consent_withdraw",
    ):
        event = ApplicationEvent(application_id=application.id, at=clock.now(), action=action, stage="received")
        event.actor_label, event.is_shown, event.why = "Village Works", True, ""
        db.session.add(event)
    db.session.add(
        ApplicationConsent(
            application_id=application.id,
            version="2026-2",
            recipient="Village Works",
            items=list(package.notices.items),
            retention_days=180,
            given_at=clock.now(),
        )
    )
    late = make_opening(employer, **said)
    make_application(late, applicant, stage="rejected")
    make_application(make_opening(employer, **said), applicant, stage="withdrawn", identity=None)


def person_of(account: Account) -> Person:
    assert account.person is not None
    return account.person


def make_english_applicants(employer: Organisation, applicant: Account) -> None:
    """Let one person apply for an opening of each kind, with all that an employer does with applications."""
    reviewer = make_member(employer, MembershipRole.VIEWER, name="Ahn Reviewer")
    make_letter(employer, Stage.INTERVIEW, "Dear {name}, come at {interview}.", "Interview")
    said = {"level": "required", "text": "60 hours", "met": False, "short_minutes": 720}
    for stage, blind in (
        (Stage.VIEWED, True),
        (Stage.INTERVIEW, False),
        (Stage.RECEIVED, True),
        (Stage.HIRED, False),
    ):
        opening = make_opening(
            employer, title="Coordinator wanted", duties="", district="", blind=blind, contact_name="Yoon"
        )
        values: dict[str, Any] = {"words": "I am Hong Junghun.", "eligibility": [said]}
        application = make_application(opening, applicant, stage, **values)
        if stage == Stage.HIRED:
            make_move(application)
        make_item(application, ItemKind.EXPERIENCE, facts={"months": 36}, full={"organisation": "Works"})
        make_file(applicant, application=application)
        make_criterion(opening, "Experience")
        make_reviewer(opening, reviewer)
        make_slot(opening).place = "Room 2"
        for from_employer in (True, False):
            message_service.send_message(
                application, "Hello.", applicant.actor, clock.now(), from_employer=from_employer
            )
    db.session.commit()


def make_english_duties(employer: Organisation, subject: Account) -> None:
    """Store applications at every step of the duties, and a job."""
    said: dict[str, Any] = {"title": "Coordinator wanted", "duties": "", "district": "", "contact_name": "Yoon"}
    said["headcount"] = 1
    begun = clock.now() - timedelta(days=220)
    openings = [make_opening(employer, at=begun, **said) for _number in range(9)]
    invited, slot = make_application(openings[8], subject, Stage.INTERVIEW, at=begun), make_slot(openings[8])
    slot.place = "Room 2"
    db.session.add(InterviewChoice(application_id=invited.id, slot_id=slot.id, chosen_at=clock.now()))
    make_application(openings[0], subject, at=begun)
    make_application(openings[1], subject, Stage.REJECTED, decided_at=clock.now())
    make_return_request(make_application(openings[2], subject, Stage.REJECTED, decided_at=clock.now()))
    make_application(openings[3], subject, Stage.HIRED, decided_at=clock.now())
    hired = make_application(openings[4], subject, Stage.HIRED, decided_at=begun)
    jobs = [make_employment(hired, at=begun, title="Coordinator")]
    destroyed = make_application(openings[5], subject, Stage.HIRED, decided_at=begun)
    jobs.append(make_employment(destroyed, title="Coordinator"))
    for job in jobs:
        job.experience.field = "Renewal"
    db.session.commit()
    make_destruction(destroyed, has_paper=True)
    # Nobody has decided on this one for months, and this job was confirmed by mistake.
    make_application(openings[6], subject, Stage.VIEWED, at=begun)
    mistaken = make_employment(make_application(openings[7], subject, Stage.HIRED, decided_at=begun), title="Planner")
    withdraw_employment(mistaken, "The wrong person was chosen.", COMMAND, clock.now(), by_person=False)
    duty_service.tell_schedule(openings[0], "Interviews are on Monday.", COMMAND, clock.now())
    db.session.commit()
    note_duties(clock.now())
    ask_about_employments(clock.now())
    count_figures(clock.now())
