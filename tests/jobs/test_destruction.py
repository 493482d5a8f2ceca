"""Papers are destroyed after the employer's period: nothing of the applicant is found in the job board any more."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, Table, select, text
from sqlalchemy.exc import DatabaseError

from app.core import clock
from app.core.access import Actor
from app.core.db import Base, db
from app.core.errors import Conflict
from app.core.mail import OutgoingMail
from app.jobs.application_models import Application, ApplicationConsent, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.duties import destruction_by_hand, destruction_views
from app.jobs.duties.destruction_job import destroy_due_papers
from app.jobs.duties.destruction_models import Destruction
from app.jobs.duties.destruction_rules import BY_SIGNAL, EMPTIED, FORGOTTEN, KEPT, tables_about_applications
from app.jobs.duties.destruction_service import destroy_papers
from app.jobs.duties.duty_models import DailyRun
from app.jobs.job_signals import application_destroyed
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.openings.opening_service import change_opening
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_person, sign_in
from tests.factories.duties import hand_in, make_destruction, make_return_request
from tests.factories.jobs import COMMAND, make_application, make_employer, make_opening

CANARY = "카나리아쿡쿡"
NOW = clock.now()
LONG_AGO = NOW - timedelta(days=15)


def decided(stage: str = Stage.REJECTED, **values: Any) -> Application:
    """Store a decided application full of the canary; its opening keeps papers for 14 days."""
    applicant = make_account("canary@example.kr", person=make_person(CANARY))
    opening = make_opening(retention_days=14, at=NOW - timedelta(days=20))
    application = make_application(
        opening, applicant, stage, at=NOW - timedelta(days=19), **({"decided_at": LONG_AGO} | values)
    )
    hand_in(application, applicant, CANARY)
    return application


def job_board_tables() -> list[Table]:
    mappers = [one for one in Base.registry.mappers if one.class_.__module__.startswith("app.jobs.")]
    return sorted((table for one in mappers for table in one.tables if isinstance(table, Table)), key=str)


def places_of(*canaries: str) -> list[str]:
    """Search every column of every table of the job board; answer where one of these is found."""
    found = []
    wanted = {one for canary in canaries for one in (canary, json.dumps(canary).strip('"'))}
    for table in job_board_tables():
        for row in db.session.execute(select(*table.columns)):
            for column, value in zip(table.columns, row, strict=True):
                raw = bytes(value) if isinstance(column.type, LargeBinary) and value is not None else None
                said = (
                    raw.decode(errors="replace")
                    if raw is not None
                    else json.dumps(value, ensure_ascii=False, default=str)
                )
                if any(one in said for one in wanted):
                    found.append(f"{table.name}.{column.name}")
    return sorted(found)


EVERYWHERE = [
    "application_consents.items",
    "application_events.actor_label",
    "application_events.why",
    "application_files.content",
    "application_files.filename",
    "application_items.document",
    "application_items.facts",
    "application_items.full",
    "applications.eligibility",
    "applications.identity",
    "applications.words",
]


def test_nothing_of_the_applicant_is_found_afterwards(app: Flask) -> None:
    application = decided()
    # The search finds what is there: else finding nothing would say nothing.
    assert set(places_of(CANARY, "010-1234-5678", "canary@example.kr")) == set(EVERYWHERE)
    destroy_due_papers(NOW)
    db.session.expire_all()
    assert places_of(CANARY, "010-1234-5678", "canary@example.kr") == []
    assert application.person_id is None
    assert application.destroyed_at is not None
    assert db.session.scalar(text("SELECT count(*) FROM applications WHERE identity IS NOT NULL")) == 0


def test_what_stays_says_that_there_was_an_application(app: Flask) -> None:
    application = decided()
    destroy_due_papers(NOW)
    db.session.expire_all()
    assert (application.stage, application.number) == (Stage.REJECTED, 1)
    actions = db.session.scalars(select(ApplicationEvent.action).order_by(ApplicationEvent.id)).all()
    assert actions == ["submit", "decide", "destroy"]
    consent = db.session.scalars(select(ApplicationConsent)).one()
    assert consent.given_at == application.submitted_at
    row = db.session.scalars(select(Destruction)).one()
    assert row.is_automatic
    assert row.counts == {
        "application_files": 1,
        "application_items": 1,
        "documents": 1,
        "identity": 1,
        "words": 1,
    }


def test_the_applicant_is_told(app: Flask) -> None:
    decided()
    destroy_due_papers(NOW)
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert mail.recipient == "canary@example.kr"
    assert "파기" in mail.subject


@pytest.mark.parametrize(
    "values",
    [
        {"decided_at": None, "stage": Stage.INTERVIEW},
        {"decided_at": NOW - timedelta(days=13)},
    ],
)
def test_it_waits_for_the_decision_and_the_period(app: Flask, values: dict[str, Any]) -> None:
    decided(**values)
    destroy_due_papers(NOW)
    assert db.session.scalars(select(Destruction)).all() == []


def test_it_waits_for_a_return_that_was_asked_for(app: Flask) -> None:
    application = decided()
    request = make_return_request(application, at=LONG_AGO + timedelta(days=10))
    destroy_due_papers(NOW)
    assert application.destroyed_at is None
    request.returned_at = NOW
    db.session.commit()
    destroy_due_papers(NOW + timedelta(days=1))
    db.session.expire_all()
    assert application.destroyed_at is not None


def test_a_failure_keeps_everything_of_that_application_and_is_tried_again(app: Flask) -> None:
    application = decided()

    def fail(_application: Application, **_more: Any) -> None:
        raise RuntimeError("the disk is full")

    with application_destroyed.connected_to(fail):
        destroy_due_papers(NOW)
    db.session.expire_all()
    assert application.destroyed_at is None
    assert set(places_of(CANARY)) >= {"application_files.content", "applications.identity"}
    assert db.session.get(DailyRun, "destruction") is None
    destroy_due_papers(NOW)
    db.session.expire_all()
    assert application.destroyed_at is not None


def test_twice_has_no_second_effect(app: Flask) -> None:
    application = decided()
    make_destruction(application)
    with pytest.raises(Conflict):
        destroy_papers(application.id, COMMAND, NOW, is_automatic=True)


def test_a_room_of_its_own_forgets_and_counts(app: Flask) -> None:
    application = decided()

    def forget(_application: Application, **_more: Any) -> dict[str, int]:
        return {"notes_elsewhere": 3}

    with application_destroyed.connected_to(forget):
        row = make_destruction(application)
    assert row.counts["notes_elsewhere"] == 3


def test_the_row_of_a_destruction_never_changes(app: Flask) -> None:
    make_destruction(decided())
    for statement in ("UPDATE destructions SET number = 7", "DELETE FROM destructions"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


@pytest.mark.parametrize(
    "change", ["why = 'other'", "action = ''", "actor_label = 'x'", "why = '', stage = 'hired'", "is_shown = (1 = 1)"]
)
def test_steps_can_be_emptied_and_nothing_else(app: Flask, change: str) -> None:
    decided()
    where = "WHERE action = 'decide'"
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(f"UPDATE application_events SET {change} {where}"))
    db.session.rollback()
    db.session.execute(text(f"UPDATE application_events SET why = '', actor_label = '' {where}"))
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("DELETE FROM application_events"))
    db.session.rollback()


def unlisted(metadata: MetaData) -> set[str]:
    names = {table.name for table, _column in tables_about_applications(metadata)}
    return names - {*FORGOTTEN, *EMPTIED, *BY_SIGNAL, *KEPT}


def test_every_table_about_applications_is_forgotten_or_kept_for_a_reason() -> None:
    """Whoever adds a table that leads to applications says in `destruction_rules` what becomes of its rows."""
    assert unlisted(Base.metadata) == set()
    lists = (set(FORGOTTEN), set(EMPTIED), set(BY_SIGNAL), set(KEPT))
    known = set().union(*lists)
    assert sum(map(len, lists)) == len(known), "a table stands in two lists"
    assert all(reason for reason in (*KEPT.values(), *BY_SIGNAL.values()))


def test_a_table_that_nobody_has_thought_of_is_noticed() -> None:
    metadata = MetaData()
    Table("applications", metadata, Column("id", Integer, primary_key=True))
    Table("notes", metadata, Column("about_id", ForeignKey("applications.id")))
    Table("application_items", metadata, Column("application_id", ForeignKey("applications.id")))
    assert unlisted(metadata) == {"notes"}


def test_the_employer_destroys_before_the_day(app: Flask, visitor: Visitor) -> None:
    employer = make_employer()
    opening = make_opening(employer)
    applicants = [make_account(person=make_person(name)) for name in ("가나다", "라마바", "사아자")]
    gone, asked_back, waiting = (
        make_application(opening, person, stage, decided_at=moment)
        for person, stage, moment in zip(
            applicants, (Stage.REJECTED, Stage.REJECTED, Stage.VIEWED), (NOW, NOW, None), strict=True
        )
    )
    make_return_request(asked_back)
    sign_in(visitor, make_member(employer))
    address = f"/hiring/{opening.public_id}/destruction"
    page = visitor.get(address).get_data(as_text=True)
    assert "아직 반환을 청구할 수 있는 기간이에요" in page
    assert "가나다" not in page
    assert visitor.post(address, data={"seen": "1,2,3"}).status_code == 422
    answer = visitor.post(address, data={"seen": "1,2,3", "sure": "y"})
    assert answer.status_code == 200
    db.session.expire_all()
    states = [bool(one.destroyed_at) for one in (gone, asked_back, waiting)]
    assert states == [True, False, False]
    result = answer.get_data(as_text=True)
    assert "지원서 1건의 채용서류를 파기했어요" in result
    assert "돌려준 뒤에 파기할 수 있어요" in result
    assert "결과가 정해지지 않은 지원서는" in result
    shown = visitor.get(f"/hiring/{opening.public_id}/destructions").get_data(as_text=True)
    assert "지원번호 1번" in shown


def three_decided(visitor: Visitor) -> tuple[str, list[Application]]:
    """Store three rejected applications of an employer who is signed in; answer where they are destroyed."""
    employer = make_employer()
    opening = make_opening(employer)
    rows = [
        make_application(opening, make_account(person=make_person(name)), Stage.REJECTED, decided_at=NOW)
        for name in ("가나다", "라마바", "사아자")
    ]
    sign_in(visitor, make_member(employer))
    return f"/hiring/{opening.public_id}/destruction", rows


def breaking_at(number: int, error: BaseException) -> Any:
    def fail(application: Application, **_more: Any) -> None:
        if application.number == number:
            raise error

    return application_destroyed.connected_to(fail)


def which_are_gone(rows: list[Application]) -> list[bool]:
    db.session.expire_all()
    return [one.destroyed_at is not None for one in rows]


def test_one_that_cannot_be_destroyed_keeps_no_other(app: Flask, visitor: Visitor) -> None:
    address, rows = three_decided(visitor)
    with breaking_at(2, RuntimeError("the disk is full")):
        answer = visitor.post(address, data={"seen": "1,2,3", "sure": "y"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "지원서 2건의 채용서류를 파기했어요" in page
    assert "시스템 문제로 파기하지 못했어요" in page
    assert "the disk" not in page
    assert which_are_gone(rows) == [True, False, True]
    # Doing it again goes on with what is left, and says of the others that they are gone.
    again = visitor.post(address, data={"seen": "1,2,3", "sure": "y"}).get_data(as_text=True)
    assert "지원서 1건의 채용서류를 파기했어요" in again
    assert "이미 파기한 지원서예요" in again
    assert which_are_gone(rows) == [True, True, True]
    assert len(db.session.scalars(select(Destruction)).all()) == 3


def test_a_process_that_ends_in_the_middle_loses_nothing(app: Flask, visitor: Visitor) -> None:
    address, rows = three_decided(visitor)
    with breaking_at(2, SystemExit()), pytest.raises(SystemExit):
        visitor.post(address, data={"seen": "1,2,3", "sure": "y"})
    db.session.rollback()
    assert which_are_gone(rows) == [True, False, False]
    assert visitor.post(address, data={"seen": "2,3", "sure": "y"}).status_code == 303
    assert which_are_gone(rows) == [True, True, True]


def test_a_page_offers_as_many_as_are_done_at_once(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destruction_views, "MOST_AT_ONCE", 2)
    address, rows = three_decided(visitor)
    page = visitor.get(address).get_data(as_text=True)
    assert 'value="1,2"' in page
    assert "남은 1건은 이어서" in page
    monkeypatch.setattr(destruction_by_hand, "MOST_AT_ONCE", 2)
    visitor.post(address, data={"seen": "1,2,3", "sure": "y"})
    assert which_are_gone(rows) == [True, True, False]


@pytest.mark.parametrize("seen", ["", "7", "9" * 5000, "²,x,-1"])
def test_numbers_that_nobody_has_destroy_nothing(app: Flask, visitor: Visitor, seen: str) -> None:
    address, rows = three_decided(visitor)
    answer = visitor.post(address, data={"seen": seen, "sure": "y"})
    assert answer.status_code == 303
    assert "아무것도 파기하지 않았어요" in visitor.get(answer.headers["Location"]).get_data(as_text=True)
    assert which_are_gone(rows) == [False, False, False]


def test_nobody_destroys_what_another_employer_keeps(app: Flask, visitor: Visitor) -> None:
    application = decided()
    sign_in(visitor, make_member(make_employer()))
    address = f"/hiring/{application.opening.public_id}/destruction"
    assert visitor.post(address, data={"seen": "1", "sure": "y"}).status_code == 404


def test_a_worker_is_who_did_it(app: Flask) -> None:
    decided()
    destroy_due_papers(NOW)
    row = db.session.scalars(select(Destruction)).one()
    assert row.actor_label == Actor.command("worker: destruction").label


def test_the_period_that_applicants_agreed_to_is_not_made_longer(app: Flask) -> None:
    opening = make_opening(retention_days=30)
    longer = replace(OpeningFields.of(opening), retention_days=60)
    change_opening(opening, longer, opening.version, COMMAND, NOW)
    make_application(opening, make_account(person=make_person("나지원")))
    with pytest.raises(Conflict, match="보관기간"):
        change_opening(opening, replace(longer, retention_days=90), opening.version, COMMAND, NOW)
    change_opening(opening, replace(longer, retention_days=14), opening.version, COMMAND, NOW)
    assert opening.retention_days == 14
