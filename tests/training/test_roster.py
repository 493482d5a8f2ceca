"""Rosters and single enrolments: preview, capacity, waitlist, cancelling and restoring."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.training import queries
from app.training.models import Cohort, Enrolment, EnrolmentStatus
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_person
from tests.factories.training import make_cohort, make_course
from tests.training.conftest import Centre
from tests.training.samples import DATA, everything_stored, send, send_file, ticket_of

ROSTER = """성명,생년월일,연락처,이메일
홍길동,1990-03-09,010-1234-5678,hong@example.org
홍길동,1985-01-02,,
김이음,1977-07-07,,
"""


def enrol_by_hand(visitor: Visitor, address: str, name: str, birth_date: str = "1990-03-09") -> Any:
    return visitor.post(f"{address}/people/new", data={"name": name, "birth_date": birth_date})


def small_cohort(centre: Centre, capacity: int) -> Cohort:
    cohort = make_cohort(make_course(centre.organisation))
    cohort.capacity = capacity
    db.session.commit()
    return cohort


def statuses(cohort: Cohort) -> list[tuple[str, str]]:
    return [(e.person.name, e.status) for e in queries.enrolments(cohort, *EnrolmentStatus)]


def test_a_roster_is_previewed_and_then_enrolled(clerk: Visitor, centre: Centre) -> None:
    address = centre.address()
    before = everything_stored()
    preview = send(clerk, f"{address}/roster", ROSTER.encode("cp949"), "명단.csv")
    assert everything_stored() == before
    page = preview.get_data(as_text=True)
    assert page.count("새로 등록") == 1 + 3
    answer = clerk.post(f"{address}/roster/confirm", data={"ticket": ticket_of(preview)})
    assert answer.status_code == 303
    assert [e.person.birth_date.year for e in queries.enrolments(centre.cohort())] == [1990, 1985, 1977]
    again = send(clerk, f"{address}/roster", ROSTER.encode("utf-8-sig"), "명단.csv").get_data(as_text=True)
    assert again.count("이미 등록됨") == 1 + 3


def test_a_letter_behind_a_name_is_asked_about_before_it_is_stored(clerk: Visitor, centre: Centre) -> None:
    text = "성명,생년월일\n김영희A,1990-01-01\n"
    preview = send(clerk, f"{centre.address()}/roster", text.encode(), "명단.csv")

    assert "2행: ‘김영희A’의 끝 글자가 이름의 일부인지 확인해 주세요." in preview.get_data(as_text=True)
    assert ticket_of(preview)


def test_spaces_and_capitals_inside_a_name_make_no_other_person(clerk: Visitor, centre: Centre) -> None:
    address = centre.address()
    for name in ("남궁 민수", "남궁민수", "Ann Lee", "ANN LEE"):
        enrol_by_hand(clerk, address, name)

    assert [e.person.name for e in queries.enrolments(centre.cohort())] == ["남궁 민수", "Ann Lee"]


def test_a_full_cohort_puts_the_rest_on_the_waitlist_as_previewed(clerk: Visitor, centre: Centre) -> None:
    cohort = small_cohort(centre, 2)
    address = f"/cohorts/{cohort.public_id}"
    preview = send(clerk, f"{address}/roster", ROSTER.encode(), "명단.csv")
    assert "1명은 대기로 등록돼요" in preview.get_data(as_text=True)
    clerk.post(f"{address}/roster/confirm", data={"ticket": ticket_of(preview)})
    assert [status for _name, status in statuses(cohort)] == ["enrolled", "enrolled", "waitlisted"]
    assert "대기·수강취소" in clerk.get(address).get_data(as_text=True)


def test_a_roster_confirmed_after_the_cohort_changed_is_409(clerk: Visitor, centre: Centre) -> None:
    address = centre.address()
    ticket = ticket_of(send(clerk, f"{address}/roster", ROSTER.encode(), "명단.csv"))
    enrol_by_hand(clerk, address, "새사람")
    before = everything_stored()
    assert clerk.post(f"{address}/roster/confirm", data={"ticket": ticket}).status_code == 409
    assert everything_stored() == before


def test_a_roster_with_a_problem_names_the_cell_and_stores_nothing(clerk: Visitor, centre: Centre) -> None:
    before = everything_stored()
    broken = ROSTER.replace("1985-01-02", "1985-02-30")
    answer = send(clerk, f"{centre.address()}/roster", broken.encode(), "명단.csv")
    assert answer.status_code == 422
    assert "B3" in answer.get_data(as_text=True)
    assert everything_stored() == before


def test_a_file_that_is_no_roster_is_answered_at_the_field(clerk: Visitor, centre: Centre) -> None:
    answer = send_file(clerk, f"{centre.address()}/roster", DATA / "bad" / "pdf_renamed.xlsx")
    assert answer.status_code == 422
    assert "PDF" in answer.get_data(as_text=True)


def test_one_person_is_enrolled_by_hand_and_only_once(clerk: Visitor, centre: Centre) -> None:
    address = centre.address()
    assert enrol_by_hand(clerk, address, "홍길동").status_code == 303
    enrol_by_hand(clerk, address, "홍길동")
    enrol_by_hand(clerk, address, "홍길동", "1991-03-09")
    assert statuses(centre.cohort()) == [("홍길동", "enrolled")] * 2
    assert "이미 이 기수에 등록되어 있어요" in enrol_by_hand_page(clerk, address)


def enrol_by_hand_page(clerk: Visitor, address: str) -> str:
    page: str = clerk.get(enrol_by_hand(clerk, address, "홍길동").location).get_data(as_text=True)
    return page


def test_somebody_not_yet_born_is_refused(clerk: Visitor, centre: Centre) -> None:
    answer = enrol_by_hand(clerk, centre.address(), "홍길동", "2990-03-09")
    assert answer.status_code == 422
    assert "생년월일이 미래예요" in answer.get_data(as_text=True)


def test_cancelling_seats_the_first_who_waits_and_can_be_taken_back(clerk: Visitor, centre: Centre) -> None:
    cohort = small_cohort(centre, 1)
    address = f"/cohorts/{cohort.public_id}"
    for name in ("가가", "나나", "다다"):
        enrol_by_hand(clerk, address, name)
    first = queries.enrolments(cohort)[0]
    cancel = f"{address}/people/{first.public_id}/cancel"
    asked = clerk.get(cancel).get_data(as_text=True)
    assert "나나님이 등록돼요" in asked
    assert statuses(cohort)[0] == ("가가", "enrolled")
    assert clerk.post(cancel, data={"reason": "이사"}).status_code == 303
    assert statuses(cohort) == [("가가", "cancelled"), ("나나", "enrolled"), ("다다", "waitlisted")]
    assert [line.why for line in audit_lines("enrolment.cancel")] == ["이사"]
    assert clerk.post(cancel, data={}).status_code == 409
    restore = f"{address}/people/{first.public_id}/restore"
    assert clerk.post(restore, data={}).status_code == 303
    assert statuses(cohort)[0] == ("가가", "waitlisted")
    assert clerk.post(restore, data={}).status_code == 409


def test_namesakes_of_other_centres_are_other_people(clerk: Visitor, centre: Centre) -> None:
    enrol_by_hand(clerk, centre.address(), "홍길동")
    here = db.session.scalars(select(Enrolment.person_id)).one()
    other = make_person("김이음", date(1990, 3, 9))
    enrol_by_hand(clerk, centre.address(), "김이음")
    taught = set(db.session.scalars(select(Enrolment.person_id)))
    assert other.id not in taught
    enrol_by_hand(clerk, centre.address("2026-S1"), "홍길동")
    same = db.session.scalars(
        select(Enrolment.person_id).where(Enrolment.cohort_id == centre.cohort("2026-S1").id)
    ).one()
    assert same == here
