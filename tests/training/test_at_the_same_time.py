"""Many requests at once: one upload, and no seat sold twice."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.training import enrolment_service
from app.training.models import Attendance, AttendanceUpload, Cohort, CreditEntry, Enrolment, EnrolmentStatus
from app.training.roster_sheet import RosterPerson
from tests.conftest import BASE_URL, Visitor
from tests.factories.training import AT, CLERK, enrol, make_cohort, make_course
from tests.training.conftest import Centre
from tests.training.samples import REGISTERS, send_file, ticket_of

CONFIRMATIONS = 20
ROUNDS = 5


def test_twenty_confirmations_at_once_apply_one_upload(app: Flask, clerk: Visitor, enrolled: Centre) -> None:
    address = enrolled.address()
    ticket = ticket_of(send_file(clerk, f"{address}/attendance/new", REGISTERS["2026-F1"]))
    cookie = clerk.get_cookie("ieum_session", domain="ieum.test")
    assert cookie is not None
    db.session.commit()
    ready = threading.Barrier(CONFIRMATIONS)

    def confirm(_number: int) -> int:
        browser = FlaskClient(app, app.response_class)
        browser.set_cookie("ieum_session", cookie.value, domain="ieum.test")
        ready.wait()
        answer = browser.post(f"{address}/attendance/confirm", data={"ticket": ticket}, base_url=BASE_URL)
        assert answer.status_code == 303 or "에 적용한 파일이에요" in answer.get_data(as_text=True)
        return answer.status_code

    with ThreadPoolExecutor(CONFIRMATIONS) as pool:
        statuses = list(pool.map(confirm, range(CONFIRMATIONS)))
    assert sorted(statuses) == [200] * (CONFIRMATIONS - 1) + [303]
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(AttendanceUpload)) == 1
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 450
    entries = db.session.scalar(select(func.sum(CreditEntry.minutes)))
    assert entries == db.session.scalar(select(func.sum(Attendance.minutes)))


def _roster(number: int) -> list[RosterPerson]:
    return [RosterPerson(f"사람{chr(0xAC00 + number)}", date(1990, 1, 1 + number), "", "", "명단", 2)]


def _enrol_at_once(app: Flask, cohort_id: int, people: int) -> int:
    """Enrol so many people, each in a transaction of their own, and answer how many got a seat."""

    def one(number: int) -> None:
        with app.app_context(), unit_of_work():
            cohort = db.session.get_one(Cohort, cohort_id)
            enrolment_service.enrol_people(cohort, _roster(number), CLERK, AT)

    db.session.commit()
    with ThreadPoolExecutor(people) as pool:
        list(pool.map(one, range(people)))
    db.session.expire_all()
    seated = select(func.count()).where(
        Enrolment.cohort_id == cohort_id, Enrolment.status == EnrolmentStatus.ENROLLED.value
    )
    return db.session.scalar(seated) or 0


def _one_seat(centre: Centre, code: str) -> Cohort:
    cohort = make_cohort(make_course(centre.organisation), code=code)
    cohort.capacity = 1
    db.session.commit()
    return cohort


def test_one_seat_is_given_to_one_person_however_many_come(app: Flask, centre: Centre) -> None:
    for number in range(ROUNDS):
        cohort = _one_seat(centre, f"2026-X{number}")
        assert _enrol_at_once(app, cohort.id, 8) == 1


def test_it_is_the_lock_that_keeps_a_seat_from_being_sold_twice(
    app: Flask, centre: Centre, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The control: two people who both count the seats before either takes one. SQLite lets nobody write meanwhile.
    counted = threading.Barrier(2)
    seated = enrolment_service._seated

    def count_together(cohort: Cohort) -> int:
        number = seated(cohort)
        with contextlib.suppress(threading.BrokenBarrierError):
            counted.wait(timeout=1)
        return number

    monkeypatch.setattr(enrolment_service, "_seated", count_together)
    assert _enrol_at_once(app, _one_seat(centre, "2026-LOCK").id, 2) == 1
    counted.reset()
    monkeypatch.setattr(enrolment_service, "lock_seats", lambda cohort_id: None)
    oversold = 2 if database == "postgresql" else 1
    assert _enrol_at_once(app, _one_seat(centre, "2026-FREE").id, 2) == oversold


def test_two_cancellations_at_once_seat_one_person(app: Flask, centre: Centre) -> None:
    cohort = _one_seat(centre, "2026-W1")
    enrol(cohort, [("가가", date(1990, 1, 1)), ("나나", date(1990, 1, 2)), ("다다", date(1990, 1, 3))])
    first = db.session.scalars(select(Enrolment.id).order_by(Enrolment.id)).first()
    db.session.commit()

    def cancel(_number: int) -> bool:
        with app.app_context():
            try:
                with unit_of_work():
                    enrolment_service.cancel_enrolment(db.session.get_one(Enrolment, first), CLERK, AT)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(cancel, range(2))) == [False, True]
    db.session.expire_all()
    statuses = [e.status for e in db.session.scalars(select(Enrolment).order_by(Enrolment.id))]
    assert statuses == ["cancelled", "enrolled", "waitlisted"]
