"""After the destruction an application leaves nobody's name anywhere: all tables are searched, text, JSON and bytes.

What stays is the applicant's own record, which she made before she applied and can close herself.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, func, select

from app.accounts.models import Account
from app.api.token_models import StoredAnswer
from app.core import clock
from app.core.audit import AuditLine
from app.core.db import Base, db
from app.core.mail import deliver_waiting
from app.jobs.application_models import Application
from app.jobs.duties.destruction_job import destroy_due_papers
from app.jobs.duties.destruction_models import Destruction
from app.jobs.job_signals import application_destroyed
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_person, sign_in
from tests.factories.api import Program, make_token
from tests.factories.applying import PDF
from tests.factories.experience import make_experience
from tests.factories.jobs import make_employer, make_opening, make_slot
from tests.jobs.applying import EMAIL, PHONE, Applying

CANARY = "카나리아쿡쿡"
# Her own record, apart from any application.
HER_OWN = {"accounts.name", "people.name"}


def places_of(*canaries: str) -> set[str]:
    """Answer every column of the database in which one of these is found, however it is spelled there."""
    spellings = {one for canary in canaries for one in (canary, json.dumps(canary).strip('"'))}
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(*table.columns)):
            for column, value in zip(table.columns, row, strict=True):
                if isinstance(column.type, LargeBinary):
                    said = bytes(value or b"").decode(errors="replace")
                else:
                    said = json.dumps(value, ensure_ascii=False, default=str)
                if any(one in said for one in spellings):
                    found.add(f"{table.name}.{column.name}")
    db.session.rollback()
    return found


@pytest.fixture
def applicant(app: Flask) -> Account:
    account = make_account(person=make_person(CANARY))
    account.name = CANARY
    db.session.commit()
    make_experience(account)
    return account


@pytest.fixture
def application(visitor: Visitor, applicant: Account) -> Application:
    """Go all the way by the pages and by the interface, so that whatever writes a name has written it."""
    employer = make_employer()
    opening = make_opening(employer, retention_days=14)
    member = make_member(employer)
    program = Program(visitor, make_token(employer)[1])
    sign_in(visitor, applicant)
    applying = Applying(visitor, opening)
    items = applying.offered() if visitor.post(applying.start).status_code == 303 else []
    application = applying.apply(*items, words=f"저는 {CANARY}예요.", file=PDF, filename=f"{CANARY}.pdf")
    own = f"/applications/{application.public_id}"
    visitor.post(f"{own}/messages", data={"words": f"{CANARY}입니다."})
    stage = f"/employer/applications/{application.public_id}/stage"
    for seen, wanted in (("received", "viewed"), ("viewed", "shortlisted"), ("shortlisted", "interview")):
        assert program.post(stage, {"seen": seen, "stage": wanted}, Idempotency_Key=wanted).status_code == 200
    slot = make_slot(opening)
    visitor.post(f"{own}/interview", data={"slot": slot.public_id})
    sign_in(visitor, member)
    page = f"/hiring/{opening.public_id}/applications/{application.public_id}"
    assert CANARY in visitor.get(page).get_data(as_text=True)
    visitor.post(f"{page}/messages", data={"words": f"{CANARY}님, 반가워요."})
    assert program.post(stage, {"seen": "interview", "stage": "rejected"}, Idempotency_Key="no").status_code == 200
    sign_in(visitor, applicant)
    assert visitor.post(f"{own}/return").status_code == 303
    return application


def later(days: int) -> Any:
    return clock.now() + timedelta(days=days)


def test_no_name_is_left_anywhere(application: Application) -> None:
    before = places_of(CANARY, PHONE, EMAIL)
    # The search finds what is there: else finding nothing would say nothing.
    assert before >= {
        "application_events.actor_label",
        "application_files.filename",
        "application_messages.words",
        "applications.identity",
        "applications.words",
        "outgoing_mails.body",
    }
    destroy_due_papers(later(60))
    deliver_waiting(later(60))
    assert db.session.scalars(select(Destruction)).one().application_id == application.id
    assert places_of(CANARY, PHONE, EMAIL) == HER_OWN


def test_the_audit_trail_never_had_it(application: Application, applicant: Account) -> None:
    mine = select(AuditLine).where(AuditLine.subject_kind.like("Application%"))
    lines = db.session.scalars(mine).all()
    by_her = {line.action for line in lines if line.actor_label == "applicant"}
    assert by_her == {
        "application.ask_return",
        "application.message",
        "application.submit",
        "application_draft.begin",
        "application_file.add",
        "interview.choose",
    }
    assert not [line for line in lines if line.account_id == applicant.id or CANARY in line.actor_label]


def test_answers_to_programs_go_with_the_papers(application: Application) -> None:
    kept = select(func.count()).select_from(StoredAnswer)
    assert db.session.scalar(kept) == 4
    destroy_due_papers(later(60))
    assert db.session.scalar(kept) == 0
    row = db.session.scalars(select(Destruction)).one()
    assert row.counts["api_answers"] == 4


def test_without_the_receiver_answers_would_stay(application: Application, app: Flask) -> None:
    receivers = dict(application_destroyed.receivers)
    application_destroyed.receivers.clear()
    try:
        destroy_due_papers(later(60))
    finally:
        application_destroyed.receivers.update(receivers)
    assert db.session.scalar(select(func.count()).select_from(StoredAnswer)) == 4


def test_a_request_that_comes_again_has_no_second_effect(application: Application, visitor: Visitor) -> None:
    assert application.opening.organisation is not None
    program = Program(visitor, make_token(application.opening.organisation)[1])
    path = f"/employer/applications/{application.public_id}/stage"
    destroy_due_papers(later(60))
    again = program.post(path, {"seen": "interview", "stage": "rejected"}, Idempotency_Key="no")
    assert again.status_code == 409
    assert CANARY not in again.get_data(as_text=True)
