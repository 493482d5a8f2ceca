"""The access log: what a line says, that it cannot be changed, and who may read it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from app.accounts import access_log
from app.accounts.access_log import KEPT_FOR, AccessLog, AccessLogSubject, sweep_old_lines
from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import (
    make_access,
    make_account,
    make_member,
    make_membership,
    make_organisation,
    make_person,
    sign_in,
)
from tests.factories.training import enrol, finished_cohort, make_cohort, make_course


def lines() -> list[AccessLog]:
    return list(db.session.scalars(select(AccessLog).order_by(AccessLog.id)))


def subjects_of(line: AccessLog) -> set[str]:
    return set(db.session.scalars(select(AccessLogSubject.subject_id).where(AccessLogSubject.access_id == line.id)))


@pytest.fixture
def clerk(visitor: Visitor) -> Account:
    """A clerk of a training centre who also acts for an employer, signed in."""
    account = make_member(make_organisation("서울교육원"), "clerk", name="이담당")
    make_membership(account, make_organisation("한빛마을기업", "employer"), "viewer")
    sign_in(visitor, account)
    return account


def centre_of(account: Account) -> str:
    return next(m.organisation.public_id for m in account.memberships if m.organisation.name == "서울교육원")


def test_a_line_says_who_for_whom_from_where_when_what_and_whose(visitor: Visitor, clerk: Account) -> None:
    enrolments = enrol(make_cohort(make_course(clerk.memberships[0].organisation)))
    cohort, people = enrolments[0].cohort.public_id, {e.person.public_id for e in enrolments}
    before = clock.now()
    answer = visitor.get(f"/cohorts/{cohort}?q=홍정훈", environ_base={"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"})
    assert answer.status_code == 200
    (line,) = lines()
    assert (line.account_id, line.actor_label, line.acted_for) == (clerk.id, "이담당", "서울교육원")
    assert (line.address, line.endpoint, line.path) == ("2001:db8:1:2:3:4:5:6", "cohorts.show", f"/cohorts/{cohort}")
    assert before <= line.at <= clock.now()
    assert line.is_download is False
    assert line.subjects == len(people)
    assert subjects_of(line) == people


def test_a_file_taken_away_is_marked(visitor: Visitor, clerk: Account) -> None:
    cohort = finished_cohort(clerk.memberships[0].organisation)
    visitor.get(f"/cohorts/{cohort.public_id}/report.csv")
    assert [line.is_download for line in lines()] == [True]


def test_ones_own_record_and_pages_for_everybody_are_no_access(visitor: Visitor) -> None:
    person = make_person()
    sign_in(visitor, make_account(person=person))
    for address in ("/portfolio", "/account", "/verify", "/"):
        assert visitor.get(address).status_code == 200
    assert lines() == []


def test_what_is_not_shown_is_not_logged(visitor: Visitor, clerk: Account) -> None:
    elsewhere = finished_cohort(make_organisation())
    assert visitor.get(f"/cohorts/{elsewhere.public_id}").status_code == 404
    assert visitor.head("/cohorts").status_code == 200
    assert lines() == []


def test_a_page_whose_line_cannot_be_written_is_not_shown(
    app: Flask, visitor: Visitor, clerk: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = finished_cohort(clerk.memberships[0].organisation)

    def full(**_fields: object) -> AccessLog:
        raise OSError("no space left")

    monkeypatch.setattr(access_log, "AccessLog", full)
    with pytest.raises(OSError, match="no space left"):
        visitor.get(f"/cohorts/{cohort.public_id}")


TABLES = ("access_log", "access_log_subjects")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_nobody_changes_or_deletes_a_young_line(app: Flask, table: str, change: str) -> None:
    make_access("a" * 32, at=clock.now() - KEPT_FOR + timedelta(hours=1))
    column = "path" if table == "access_log" else "subject_id"
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(change.format(table=table, column=column)))
    db.session.rollback()


@pytest.mark.parametrize("table", TABLES)
def test_without_the_trigger_the_same_deletion_succeeds(app: Flask, table: str) -> None:
    line = make_access(*([] if table == "access_log" else ["a" * 32]), at=clock.now())
    on_table = "" if db.engine.dialect.name == "sqlite" else f" ON {table}"
    db.session.execute(text(f"DROP TRIGGER {table}_no_delete{on_table}"))
    column = "id" if table == "access_log" else "access_id"
    db.session.execute(text(f"DELETE FROM {table} WHERE {column} = {line.id}"))
    assert db.session.scalar(text(f"SELECT count(*) FROM {table} WHERE {column} = {line.id}")) == 0
    db.session.rollback()


def test_after_two_years_lines_are_deleted(app: Flask) -> None:
    at = clock.now()
    make_access("a" * 32, at=at - KEPT_FOR - timedelta(hours=1))
    young = make_access("b" * 32, at=at - KEPT_FOR + timedelta(hours=1))
    sweep_old_lines(at)
    sweep_old_lines(at)
    assert [line.id for line in lines()] == [young.id]
    assert db.session.scalar(select(func.count()).select_from(AccessLogSubject)) == 1


def test_the_operator_searches_by_who_for_whom_and_whose(visitor: Visitor) -> None:
    hong, park = make_person("홍길동"), make_person("박영희")
    make_access(hong.public_id, who="이담당", acted_for="서울교육원")
    make_access(park.public_id, who="최담당", acted_for="부산교육원")
    sign_in(visitor, make_account(operator=True))
    for search, found, other in (
        ("이담당", "서울교육원", "부산교육원"),
        ("부산", "최담당", "이담당"),
        ("박영", "최담당", "이담당"),
    ):
        page = visitor.get("/access-log", query_string={"q": search}).text
        assert found in page
        assert other not in page
    assert "맞는 기록이 없어요" in visitor.get("/access-log?q=없는이름").text


def test_the_operator_leafs_through_pages_and_opens_a_line(visitor: Visitor) -> None:
    sign_in(visitor, make_account(operator=True))
    assert "아직 기록이 없어요" in visitor.get("/access-log").text
    people = [make_person(f"사람{chr(0xAC00 + number)}") for number in range(5)]
    for number in range(21):
        line = make_access(*(p.public_id for p in people), who=f"담당{number:02}")
    first = visitor.get("/access-log?q=담당").text
    (older,) = re.findall(r'href="(/access-log[^"]*before=[^"]*)"', first)
    second = visitor.get(unescape(older)).text
    assert "더 오래된 기록" not in second
    assert "담당20" not in second
    for wrong in ("x", "%00"):
        assert visitor.get(f"/access-log?before={wrong}").status_code == 404
    assert "담당20" in first
    assert "담당00" not in first
    assert "담당00" in second
    assert "외 2명" in first
    opened = visitor.get(f"/access-log/{line.public_id}").text
    assert all(person.name in opened for person in people)


def test_reading_the_log_is_an_access_itself(visitor: Visitor) -> None:
    person = make_person()
    make_access(person.public_id)
    operator = make_account(operator=True)
    sign_in(visitor, operator)
    visitor.get("/access-log")
    assert [(line.account_id, subjects_of(line)) for line in lines()[1:]] == [(operator.id, {person.public_id})]


def test_a_person_sees_who_looked_by_organisation_and_nothing_of_others(visitor: Visitor) -> None:
    me, other = make_person("홍길동"), make_person("박영희")
    day = datetime(2026, 5, 4, 1, 30, tzinfo=UTC)
    make_access(me.public_id, other.public_id, who="이담당", acted_for="서울교육원", at=day)
    make_access(me.public_id, who="이담당", acted_for="서울교육원", at=day + timedelta(days=1))
    make_access(me.public_id, who="운영자", acted_for="", at=day)
    make_access(other.public_id, who="최담당", acted_for="부산교육원", at=day)
    sign_in(visitor, make_account(person=me))
    page = visitor.get("/portfolio/accesses").text
    for shown in (
        "서울교육원",
        "운영기관",
        "2번",
        "2026. 5. 5. 10:30",
        "2명과 함께 있는 목록",
        "기수의 출결과 수료판정",
    ):
        assert shown in page
    for hidden in ("부산교육원", "이담당", "박영희", "192.0.2.1"):
        assert hidden not in page


def test_who_was_never_looked_at_reads_so(visitor: Visitor) -> None:
    sign_in(visitor, make_account(person=make_person()))
    assert "아직 아무도 보지 않았어요" in visitor.get("/portfolio/accesses").text
