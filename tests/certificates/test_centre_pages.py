"""Issuing in the browser: who may, what the page says before, during and after, and the ledger."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.accounts.models import Account, MembershipRole, Organisation, OrganisationKind
from app.certificates import issuing_service
from app.core import clock
from app.core.db import db
from app.core.jobs import WorkerHeartbeat
from app.training import queries
from app.training.models import Cohort
from app.training.policy import Mark
from tests.certificates.queries_counted import counted
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.certificates import all_certificates, issue, request, waiting
from tests.factories.training import PEOPLE, attend, finished_cohort

MANAGER, CLERK, VIEWER = MembershipRole.MANAGER, MembershipRole.CLERK, MembershipRole.VIEWER


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


@pytest.fixture
def cohort(centre: Organisation) -> Cohort:
    return finished_cohort(centre, completing=4)


def url(cohort: Cohort, rest: str = "") -> str:
    return f"/cohorts/{cohort.public_id}/certificates{rest}"


def shown(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def beat() -> None:
    db.session.merge(WorkerHeartbeat(name="worker", seen_at=clock.now()))
    db.session.commit()


VISITORS: dict[str, Callable[[Organisation], Account | None]] = {
    "nobody": lambda centre: None,
    "a person": lambda centre: make_account(person=make_person()),
    "another centre": lambda centre: make_member(make_organisation()),
    "an employer": lambda centre: make_member(make_organisation("한빛마을기업", OrganisationKind.EMPLOYER)),
    "a viewer": lambda centre: make_member(centre, VIEWER),
    "a clerk": lambda centre: make_member(centre, CLERK),
    "a manager": lambda centre: make_member(centre, MANAGER),
}
LOOKS = {"a viewer", "a clerk", "a manager"}
WRITES = {"a clerk", "a manager"}


@pytest.mark.parametrize("who", VISITORS)
@pytest.mark.parametrize("rest", ["", "/progress", "/issued", "/ledger.csv", "/ledger.xlsx"])
def test_who_may_look(visitor: Visitor, centre: Organisation, cohort: Cohort, who: str, rest: str) -> None:
    account = VISITORS[who](centre)
    if account is not None:
        sign_in(visitor, account)
    expected = 302 if who == "nobody" else 200 if who in LOOKS else 404
    assert visitor.get(url(cohort, rest)).status_code == expected


@pytest.mark.parametrize("who", VISITORS)
def test_who_may_issue(visitor: Visitor, centre: Organisation, cohort: Cohort, who: str) -> None:
    account = VISITORS[who](centre)
    if account is not None:
        sign_in(visitor, account)
    answer = visitor.post(url(cohort))
    assert answer.status_code == (303 if who in WRITES else 401 if who == "nobody" else 404)
    assert bool(waiting()) is (who in WRITES)


@pytest.mark.parametrize("who", VISITORS)
def test_who_sees_which_ledger(visitor: Visitor, centre: Organisation, cohort: Cohort, who: str) -> None:
    issue(cohort)
    account = VISITORS[who](centre)
    if account is not None:
        sign_in(visitor, account)
    for path in ("/certificates", "/certificates/ledger.csv"):
        answer = visitor.get(path)
        allowed = who in LOOKS or who == "another centre"
        assert answer.status_code == (302 if who == "nobody" else 200 if allowed else 404)
        assert ("홍정훈" in answer.get_data(as_text=True)) is (who in LOOKS)


def test_it_says_who_gets_one_and_who_does_not(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    sign_in(visitor, make_member(centre))
    page = shown(visitor, url(cohort))
    assert "4명에게 발급할 수 있어요" in page
    assert page.count("발급 대상") == 4
    assert page.count("출석 기준에 미치지 못해요") == 2
    assert "did:web:ieum.test" in page


def test_a_viewer_sees_no_button(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    sign_in(visitor, make_member(centre, VIEWER))
    assert "수료증 발급하기" not in shown(visitor, url(cohort))


def test_one_click_issues_the_cohort(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    sign_in(visitor, make_member(centre))
    beat()
    assert visitor.post(url(cohort)).status_code == 303
    during = shown(visitor, url(cohort))
    assert "수료증을 발급하고 있어요" in during
    assert "멈춰 있어요" not in during
    issuing_service.issue_waiting(clock.now())
    after = shown(visitor, url(cohort))
    assert "수료증 4장을 발급했어요" in after
    assert "제 2026-양성-0004호" in after


def test_clicking_twice_says_so_and_issues_once(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    sign_in(visitor, make_member(centre))
    visitor.post(url(cohort))
    visitor.post(url(cohort))
    assert "새로 발급할 수료증이 없어요" in shown(visitor, url(cohort))
    assert waiting() == 4


def test_one_person_can_be_issued_alone(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    sign_in(visitor, make_member(centre))
    second = queries.enrolments(cohort)[1]
    visitor.post(url(cohort), data={"enrolment": second.public_id})
    issuing_service.issue_waiting(clock.now())
    assert [c.name for c in all_certificates()] == [second.person.name]


def test_an_enrolment_of_another_cohort_is_not_found(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    other = queries.enrolments(finished_cohort(centre))[0]
    sign_in(visitor, make_member(centre))
    assert visitor.post(url(cohort), data={"enrolment": other.public_id}).status_code == 404
    assert not waiting()


def test_who_has_not_completed_cannot_be_issued_by_hand(
    visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    last = queries.enrolments(cohort)[-1]
    sign_in(visitor, make_member(centre))
    answer = visitor.post(url(cohort), data={"enrolment": last.public_id})
    assert answer.status_code == 409
    assert last.person.name in answer.get_data(as_text=True)


def test_progress_is_told_to_the_page(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    sign_in(visitor, make_member(centre))
    request(cohort)
    beat()
    before = json.loads(shown(visitor, url(cohort, "/progress")))
    assert before == {"done": 0, "total": 4, "text": "4명 중 0명 발급", "running": True}
    issuing_service.issue_waiting(clock.now())
    after = json.loads(shown(visitor, url(cohort, "/progress")))
    assert (after["done"], after["running"]) == (4, False)


def test_it_says_when_the_worker_gives_no_sign_of_life(
    visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    sign_in(visitor, make_member(centre))
    request(cohort)
    assert "발급 프로그램이 멈춰 있어요" in shown(visitor, url(cohort))
    assert "멈춰 있어요" in json.loads(shown(visitor, url(cohort, "/progress")))["text"]


def test_a_refusal_is_shown_with_its_reason(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    request(cohort)
    attend(cohort, {queries.enrolments(cohort)[0].public_id: [Mark.ABSENT] * 5})
    issuing_service.issue_waiting(clock.now())
    sign_in(visitor, make_member(centre))
    page = shown(visitor, url(cohort))
    assert "발급하지 못함" in page
    assert "출결이 바뀌어 수료 기준에 미치지 못해요" in page


def test_a_record_that_changed_after_the_issue_is_pointed_out(
    visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    issue(cohort)
    sign_in(visitor, make_member(centre))
    assert "발급 뒤 출결이 바뀜" not in shown(visitor, url(cohort))
    attend(cohort, {queries.enrolments(cohort)[0].public_id: [Mark.ABSENT] + [Mark.PRESENT] * 4})
    assert shown(visitor, url(cohort)).count("발급 뒤 출결이 바뀜") == 1


def test_a_name_that_cannot_be_written_is_answered_at_once(visitor: Visitor, centre: Organisation) -> None:
    cohort = finished_cohort(centre, people=[*PEOPLE[:2], ("김𠮷동", date(1990, 1, 1))])
    sign_in(visitor, make_member(centre))
    answer = visitor.post(url(cohort))
    assert answer.status_code == 422
    assert "김𠮷동" in answer.get_data(as_text=True)
    assert "U+20BB7" in answer.get_data(as_text=True)
    assert not waiting()


def test_the_issued_can_be_searched_and_paged(visitor: Visitor, centre: Organisation) -> None:
    people = [(f"홍길동{n:02}", date(1980, 1, 1 + n)) for n in range(25)]
    cohort = finished_cohort(centre, people=people)
    issue(cohort)
    sign_in(visitor, make_member(centre))
    first = shown(visitor, url(cohort, "/issued"))
    assert ("홍길동00" in first, "홍길동24" in first) == (True, False)
    assert "홍길동24" in shown(visitor, url(cohort, "/issued?page=2"))
    found = shown(visitor, url(cohort, "/issued?q=0013호"))
    assert ("홍길동12" in found, "홍길동00" in found) == (True, False)
    assert "맞는 수료증이 없어요" in shown(visitor, url(cohort, "/issued?q=없는사람"))


def test_the_ledger_can_be_taken_away(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    issued = issue(cohort)
    sign_in(visitor, make_member(centre))
    table = visitor.get(url(cohort, "/ledger.csv"))
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["증서번호", "문서확인번호", "성명", "생년월일"]
    assert [r[0] for r in rows[1:]] == [c.serial for c in issued]
    assert rows[1][3] == "1969-10-28"
    sheet = load_workbook(io.BytesIO(visitor.get(url(cohort, "/ledger.xlsx")).data)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [c.serial for c in issued]
    assert visitor.get(url(cohort, "/ledger.pdf")).status_code == 404


def test_the_ledger_of_all_cohorts_finds_by_name(visitor: Visitor, centre: Organisation, cohort: Cohort) -> None:
    issue(cohort)
    issue(finished_cohort(centre, people=[("남궁하늘별", date(1988, 10, 25))]))
    sign_in(visitor, make_member(centre))
    assert "남궁하늘별" in shown(visitor, "/certificates")
    found = shown(visitor, "/certificates?q=남궁")
    assert ("남궁하늘별" in found, "홍정훈" in found) == (True, False)


@pytest.mark.parametrize("rest", ["", "/issued"])
def test_the_number_of_queries_does_not_grow_with_the_cohort(
    visitor: Visitor, centre: Organisation, rest: str
) -> None:
    small = finished_cohort(centre, people=PEOPLE[:1])
    large = finished_cohort(centre, people=[(f"홍길동{n:02}", date(1980, 1, 1 + n)) for n in range(12)])
    issue(small)
    issue(large)
    sign_in(visitor, make_member(centre))

    def cost(cohort: Cohort) -> int:
        path = url(cohort, rest)
        with counted() as statements:
            shown(visitor, path)
        return len(statements)

    assert cost(small) == cost(large) < 20


def test_training_learns_how_many_certificates_there_are(
    visitor: Visitor, centre: Organisation, cohort: Cohort
) -> None:
    issue(cohort)
    sign_in(visitor, make_member(centre))
    assert "수료증 4장을 발급했어요" in shown(visitor, f"/cohorts/{cohort.public_id}")
