"""Interview times are offered, chosen, changed; a seat is given once however many want it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.core import clock
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying.application_service import withdraw_application
from app.jobs.duties.destruction_service import destroy_papers
from app.jobs.hiring import interview_service
from app.jobs.interview_models import InterviewChoice, InterviewSlot
from app.jobs.opening_models import Opening
from tests.conftest import Visitor
from tests.factories.accounts import mails_to, make_account, make_member, make_person, sign_in
from tests.factories.jobs import make_application, make_employer, make_opening, make_slot

MANY, SEATS = 50, 7


@pytest.fixture
def opening(app: Flask) -> Opening:
    return make_opening(make_employer())


@pytest.fixture
def applicant(opening: Opening) -> Account:
    return make_account(person=make_person("나지원"))


@pytest.fixture
def application(opening: Opening, applicant: Account) -> Application:
    return make_application(opening, applicant, Stage.INTERVIEW)


def taken(slot: InterviewSlot) -> int | None:
    db.session.expire_all()
    return db.session.scalar(select(InterviewSlot.taken).where(InterviewSlot.id == slot.id))


def choose(visitor: Visitor, application: Application, slot: InterviewSlot) -> int:
    address = f"/applications/{application.public_id}/interview"
    return visitor.post(address, data={"slot": slot.public_id}).status_code


def test_an_employer_offers_and_withdraws_a_time(visitor: Visitor, opening: Opening) -> None:
    sign_in(visitor, make_member(opening.organisation))  # type: ignore[arg-type]
    address = f"/hiring/{opening.public_id}/interviews"
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    said = {"day": day, "time": "14:00", "minutes": "30", "place": "2층", "capacity": "2", "closes_hours": "24"}
    assert visitor.post(address, data=said).status_code == 303
    slot = db.session.scalars(select(InterviewSlot)).one()
    assert slot.starts_at - slot.changes_until == timedelta(hours=24)
    assert "14:00" in visitor.get(address).get_data(as_text=True)
    assert visitor.post(address, data=said | {"day": "2020-01-01"}).status_code == 422
    assert visitor.post(f"{address}/{slot.public_id}/withdraw").status_code == 303
    assert slot.withdrawn_at is not None


def test_an_applicant_chooses_and_changes_and_both_are_told(
    visitor: Visitor, opening: Opening, applicant: Account, application: Application
) -> None:
    manager = make_member(opening.organisation)  # type: ignore[arg-type]
    first, second = make_slot(opening), make_slot(opening, days=8)
    sign_in(visitor, applicant)
    assert "이 시간으로" in visitor.get(f"/applications/{application.public_id}/interview").get_data(as_text=True)
    assert choose(visitor, application, first) == 303
    assert choose(visitor, application, second) == 303
    assert (taken(first), taken(second)) == (0, 1)
    assert len(mails_to(applicant.email)) == 2
    assert "지원번호 1번" in mails_to(manager.email)[0].body
    assert "나지원" not in mails_to(manager.email)[0].body


def test_an_applicant_gives_the_time_up_and_both_are_told(
    visitor: Visitor, opening: Opening, applicant: Account, application: Application
) -> None:
    manager, slot = make_member(opening.organisation), make_slot(opening)  # type: ignore[arg-type]
    address = f"/applications/{application.public_id}/interview"
    sign_in(visitor, applicant)
    assert visitor.get(f"{address}/give-up").status_code == 302
    assert visitor.post(f"{address}/give-up").status_code == 409
    choose(visitor, application, slot)
    assert "취소할까요" in visitor.get(f"{address}/give-up").get_data(as_text=True)
    assert visitor.post(f"{address}/give-up").status_code == 303
    assert taken(slot) == 0
    assert db.session.scalars(select(InterviewChoice)).all() == []
    assert "취소했어요" in mails_to(applicant.email)[-1].subject
    assert "지원번호 1번" in mails_to(manager.email)[-1].body
    assert "나지원" not in mails_to(manager.email)[-1].body
    assert choose(visitor, application, slot) == 303


def test_it_is_too_late_to_give_up_what_can_be_changed_no_more(
    visitor: Visitor, opening: Opening, applicant: Account, application: Application
) -> None:
    slot = make_slot(opening)
    sign_in(visitor, applicant)
    choose(visitor, application, slot)
    slot.changes_until = clock.now()
    db.session.commit()
    assert visitor.post(f"/applications/{application.public_id}/interview/give-up").status_code == 409
    assert taken(slot) == 1


def test_the_next_time_begins_as_the_last_one_was(visitor: Visitor, opening: Opening) -> None:
    sign_in(visitor, make_member(opening.organisation))  # type: ignore[arg-type]
    slot = make_slot(opening, capacity=3)
    page = visitor.get(f"/hiring/{opening.public_id}/interviews").get_data(as_text=True)
    assert f'value="{clock.seoul_date(slot.starts_at).isoformat()}"' in page
    assert 'value="2층 회의실"' in page
    assert 'value="3"' in page


def test_a_full_time_is_not_given_and_the_former_seat_is_kept(
    visitor: Visitor, opening: Opening, applicant: Account, application: Application
) -> None:
    mine, full = make_slot(opening), make_slot(opening, days=8)
    other = make_account(person=make_person("남먼저"))
    earlier = make_application(opening, other, Stage.INTERVIEW)
    sign_in(visitor, other)
    assert choose(visitor, earlier, full) == 303
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, applicant)
    choose(visitor, application, mine)
    assert choose(visitor, application, full) == 409
    assert (taken(mine), taken(full)) == (1, 1)


def test_the_seat_of_somebody_who_withdrew_is_given_again(
    visitor: Visitor, opening: Opening, applicant: Account, application: Application
) -> None:
    slot = make_slot(opening)
    other = make_account(person=make_person("남취소"))
    gone = make_application(opening, other, Stage.INTERVIEW)
    sign_in(visitor, other)
    choose(visitor, gone, slot)
    assert other.person is not None
    withdraw_application(other.person, gone.public_id, other.actor, clock.now())
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, applicant)
    assert "이 시간으로" in visitor.get(f"/applications/{application.public_id}/interview").get_data(as_text=True)
    assert choose(visitor, application, slot) == 303
    assert taken(slot) == 1
    assert [c.application_id for c in db.session.scalars(select(InterviewChoice))] == [application.id]


def test_the_seat_of_somebody_whose_papers_were_destroyed_is_given_again(
    visitor: Visitor, opening: Opening, applicant: Account, application: Application
) -> None:
    slot = make_slot(opening)
    other = make_account(person=make_person("남파기"))
    gone = make_application(opening, other, Stage.INTERVIEW)
    sign_in(visitor, other)
    choose(visitor, gone, slot)
    gone.stage, gone.decided_at = Stage.REJECTED, clock.now()
    destroy_papers(gone.id, Actor.command("test"), clock.now(), is_automatic=False)
    db.session.commit()
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, applicant)
    assert choose(visitor, application, slot) == 303
    assert taken(slot) == 1


def test_a_time_that_only_those_who_are_out_chose_is_withdrawn(
    visitor: Visitor, opening: Opening, applicant: Account, application: Application
) -> None:
    slot = make_slot(opening)
    sign_in(visitor, applicant)
    choose(visitor, application, slot)
    application.stage = Stage.WITHDRAWN
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, make_member(opening.organisation))  # type: ignore[arg-type]
    page = visitor.get(f"/hiring/{opening.public_id}/interviews").get_data(as_text=True)
    assert "0 / 1" in page
    assert "지원번호 1번" not in page
    assert f"{slot.public_id}/withdraw" in page
    assert visitor.post(f"/hiring/{opening.public_id}/interviews/{slot.public_id}/withdraw").status_code == 303


def test_the_time_goes_with_the_withdrawal(
    visitor: Visitor, opening: Opening, applicant: Account, application: Application
) -> None:
    slot = make_slot(opening)
    sign_in(visitor, applicant)
    choose(visitor, application, slot)
    assert applicant.person is not None
    withdraw_application(applicant.person, application.public_id, applicant.actor, clock.now())
    assert db.session.scalars(select(InterviewChoice)).all() == []


def test_it_cannot_be_changed_when_it_is_too_late(
    visitor: Visitor, opening: Opening, applicant: Account, application: Application
) -> None:
    mine, other = make_slot(opening), make_slot(opening, days=8)
    sign_in(visitor, applicant)
    choose(visitor, application, mine)
    mine.changes_until = clock.now() - timedelta(minutes=1)
    assert choose(visitor, application, other) == 409
    assert (taken(mine), taken(other)) == (1, 0)


def test_only_those_invited_choose(visitor: Visitor, opening: Opening) -> None:
    other = make_account(person=make_person("남다른"))
    application = make_application(opening, other, Stage.SHORTLISTED)
    sign_in(visitor, other)
    slot = make_slot(opening)
    assert choose(visitor, application, slot) == 409
    assert taken(slot) == 0


def test_a_time_that_somebody_chose_is_not_withdrawn(
    visitor: Visitor, opening: Opening, application: Application, applicant: Account
) -> None:
    slot = make_slot(opening)
    sign_in(visitor, applicant)
    choose(visitor, application, slot)
    visitor.delete_cookie("ieum_session", domain="ieum.test")
    sign_in(visitor, make_member(opening.organisation))  # type: ignore[arg-type]
    assert visitor.post(f"/hiring/{opening.public_id}/interviews/{slot.public_id}/withdraw").status_code == 409


def test_fifty_at_once_get_as_many_seats_as_there_are(app: Flask, opening: Opening) -> None:
    slot = make_slot(opening, capacity=SEATS)
    applications = [
        make_application(opening, make_account(person=make_person(f"사람{number}")), Stage.INTERVIEW).id
        for number in range(MANY)
    ]
    public_id, at = slot.public_id, clock.now()
    db.session.commit()

    def one(application_id: int) -> bool:
        with app.app_context():
            try:
                with unit_of_work():
                    application = db.session.get_one(Application, application_id)
                    interview_service.choose(application, public_id, Actor.command("test"), at)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(MANY) as pool:
        got = list(pool.map(one, applications))
    assert got.count(True) == SEATS
    assert taken(slot) == SEATS
    assert len(db.session.scalars(select(InterviewChoice)).all()) == SEATS
