"""Two workers with the same daily work, a worker and somebody who takes back, two who name the same new thing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.db import Base, db
from app.core.errors import Conflict
from app.core.mail import OutgoingMail, deliver_waiting
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.board import saved_search_service
from app.jobs.board.saved_search_models import Alert, SavedSearch
from app.jobs.board.saved_search_queries import search_of
from app.jobs.duties import daily, duty_job
from app.jobs.duties.duty_models import DutyReminder, OpenDuty
from app.jobs.hiring import interview_service
from app.jobs.hiring.applicant_service import decide, undo
from app.jobs.interview_models import InterviewSlot
from app.jobs.listings import source_service
from app.jobs.listings.import_models import ListSource
from app.jobs.opening_models import Opening
from app.jobs.opening_words import OpeningSource
from app.jobs.outcomes import figure_job
from app.jobs.outcomes.figure_models import JobFigure
from app.jobs.stages import UNDO_WITHIN
from tests.factories.accounts import audit_lines, make_account, make_member, make_person
from tests.factories.jobs import COMMAND, make_application, make_employer, make_opening, make_saved_search, make_slot
from tests.meeting import BROKEN, DONE, at_once, twice

NOW = clock.now()


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def overdue_opening() -> Opening:
    """Store an opening whose schedule should have been told to its one applicant."""
    long_ago = NOW - timedelta(days=40)
    opening = make_opening(at=long_ago)
    make_application(opening, make_account(person=make_person("나지원")), at=long_ago)
    assert opening.organisation is not None
    make_member(opening.organisation)
    return opening


def unhold(monkeypatch: pytest.MonkeyPatch, *modules: object) -> None:
    for module in modules:
        monkeypatch.setattr(module, "hold_name", lambda *_name: None)


def test_two_workers_remind_once(app: Flask) -> None:
    overdue_opening()
    assert twice(app, partial(duty_job.note_duties, NOW)) == [DONE, DONE]
    assert count(DutyReminder) == count(OutgoingMail) == 1
    assert count(OpenDuty) == 2


# SQLite lets one writer in at a time: there is nothing to take out.
@pytest.mark.databases("postgresql")
def test_without_the_name_the_second_worker_breaks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unhold(monkeypatch, duty_job)
    overdue_opening()
    assert BROKEN in twice(app, partial(duty_job.note_duties, NOW))


def test_two_workers_finish_a_day_once(app: Flask) -> None:
    assert twice(app, partial(daily.note_done, "anything", NOW)) == [DONE, DONE]
    assert daily.is_done_today("anything", NOW)


@pytest.mark.databases("postgresql")
def test_without_the_name_the_day_breaks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unhold(monkeypatch, daily)
    assert BROKEN in twice(app, partial(daily.note_done, "anything", NOW))


def test_two_workers_keep_each_figure_once(app: Flask) -> None:
    overdue_opening()
    figure_job.count_figures(NOW - timedelta(days=1))
    once = count(JobFigure)
    assert once > 0
    assert twice(app, partial(figure_job.count_figures, NOW)) == [DONE, DONE]
    assert count(JobFigure) == once


def follow() -> ListSource:
    return source_service.source_for_files(OpeningSource.SHEET, "구청 목록", COMMAND, clock.now())


def test_files_of_one_name_are_one_list(app: Flask) -> None:
    assert twice(app, follow) == [DONE, DONE]
    assert count(ListSource) == len(audit_lines("opening_source.create")) == 1


@pytest.mark.databases("postgresql")
def test_without_the_name_they_are_two(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unhold(monkeypatch, source_service)
    assert twice(app, follow) == [DONE, DONE]
    assert count(ListSource) == 2


def test_a_time_is_offered_and_withdrawn_once(app: Flask) -> None:
    id = make_opening(make_employer()).id
    starts_at = clock.now() + timedelta(days=7)

    def offer() -> None:
        opening = db.session.get_one(Opening, id)
        interview_service.offer_slot(opening, starts_at, 30, "2층", 1, 24, COMMAND, clock.now())

    def withdraw() -> None:
        interview_service.withdraw_slot(db.session.scalars(select(InterviewSlot)).one(), COMMAND, clock.now())

    assert twice(app, offer) == [DONE, DONE]
    assert count(InterviewSlot) == 1
    assert twice(app, withdraw) == [DONE, DONE]
    assert len(audit_lines("interview.withdraw")) == 1


def test_the_same_time_offered_later_is_another(app: Flask) -> None:
    opening = make_opening(make_employer())
    slot = make_slot(opening, at=clock.now() - timedelta(minutes=5))
    again = (slot.starts_at, slot.minutes, slot.place, slot.capacity, 24)
    assert interview_service.offer_slot(opening, *again, COMMAND, clock.now()).id != slot.id


def test_a_decision_stays_once_its_mail_was_taken(app: Flask) -> None:
    application = make_application(make_opening(), make_account(person=make_person("나지원")), Stage.VIEWED)
    decide(application, Stage.VIEWED, Stage.REJECTED, "", "", COMMAND, NOW)
    db.session.commit()
    id = application.id
    # Somebody asked in time, and the worker, whose clock is a moment ahead, was faster.
    deliver_waiting(NOW + UNDO_WITHIN)
    db.session.expire_all()
    with pytest.raises(Conflict, match="지원자에게 알렸기"):
        undo(application, COMMAND, NOW + UNDO_WITHIN - timedelta(seconds=1))
    db.session.rollback()
    assert db.session.get_one(Application, id).stage == Stage.REJECTED


def test_a_search_is_deleted_and_changed_in_turn(app: Flask) -> None:
    account = make_account()
    id, actor = make_saved_search(account).public_id, account.actor

    def delete() -> None:
        saved_search_service.delete_search(search_of(actor, id), actor, clock.now())

    def change() -> None:
        saved_search_service.change_search(search_of(actor, id), "새 이름", Alert.OFF, actor, clock.now())

    became = at_once(app, delete, change)
    assert DONE in became
    assert BROKEN not in became
    assert count(SavedSearch) == 0
