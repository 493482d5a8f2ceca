"""A clerk edits a cohort that exists: capacity and waitlist, and sessions that nobody has attended yet."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.training import attendance_service, cohort_change_service, queries, undo_service
from app.training.attendance_sheet import Entry
from app.training.models import AttendanceUpload, Cohort, Enrolment, EnrolmentStatus
from app.training.policy import Mark
from app.training.record import basis_of
from app.training.session_changes import SessionChange, WantedSessions, changes
from app.training.session_dates import SessionTime
from app.training.understanding import Understanding
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines
from tests.factories.certificates import issue
from tests.factories.training import AT, CLERK, enrol, finished_cohort, make_cohort, make_course
from tests.training.conftest import Centre
from tests.training.samples import REGISTERS, everything_stored, send_file, ticket_of


def on(day: int, start: int = 14, end: int = 18) -> SessionTime:
    return SessionTime(date(2026, 3, day), time(start), time(end))


CURRENT = {1: on(9), 2: on(10), 3: on(11)}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (WantedSessions({}), ()),
        (WantedSessions({1: on(9)}), ()),
        (WantedSessions({3: on(12)}), (SessionChange(3, on(11), on(12)),)),
        (WantedSessions({2: None}), (SessionChange(2, on(10), None),)),
        (WantedSessions({}, [on(20), on(8)]), (SessionChange(4, None, on(8)), SessionChange(5, None, on(20)))),
        (WantedSessions({3: None}, [on(11)]), (SessionChange(3, on(11), None), SessionChange(4, None, on(11)))),
        (WantedSessions({9: on(20)}), ()),
    ],
)
def test_sessions_keep_their_numbers(wanted: WantedSessions, expected: tuple[SessionChange, ...]) -> None:
    assert changes(CURRENT, {1}, wanted) == expected


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (WantedSessions({1: None}), Conflict),
        (WantedSessions({1: on(20)}), Conflict),
        (WantedSessions({2: on(11, 17, 19)}), Invalid),
        (WantedSessions({2: on(10, 18, 14)}), Invalid),
        (WantedSessions({}, [on(9)]), Invalid),
    ],
)
def test_what_cannot_be_is_refused(wanted: WantedSessions, error: type[Exception]) -> None:
    with pytest.raises(error):
        changes(CURRENT, {1}, wanted)
    with pytest.raises(Invalid):
        changes(CURRENT, set(), WantedSessions(dict.fromkeys(CURRENT)))


@pytest.fixture
def cohort(centre: Centre) -> Cohort:
    """A cohort of four sessions: four people are enrolled and two wait; the first session has attendance."""
    cohort = make_cohort(make_course(centre.organisation), sessions=4)
    cohort.capacity = 4
    attend_first(cohort, enrol(cohort))
    return cohort


def attend_first(cohort: Cohort, enrolments: list[Enrolment]) -> AttendanceUpload:
    entries = tuple(
        Entry(e.public_id, 1, Mark.PRESENT, 240, None, None, "○", "출석부", row, "D")
        for row, e in enumerate(enrolments, start=2)
    )
    understood = Understanding("출석부.xlsx", "0" * 64, "columns", basis_of(cohort), entries)
    upload = attendance_service.apply(cohort, understood, CLERK, AT)
    db.session.commit()
    return upload


def rows(cohort: Cohort, **changed: tuple[str, str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    listed = {f"s{s.number}": (f"{s.date}", f"{s.start:%H:%M}", f"{s.end:%H:%M}") for s in cohort.sessions[1:]}
    for place, (name, (day, start, end)) in enumerate((listed | changed).items()):
        number = name[1:] if name.startswith("s") else ""
        fields |= {
            f"sessions-{place}-number": number,
            f"sessions-{place}-date": day,
            f"sessions-{place}-start": start,
            f"sessions-{place}-end": end,
        }
    return fields


def post(visitor: Visitor, cohort: Cohort, capacity: int | str, **changed: tuple[str, str, str]) -> Any:
    return visitor.post(f"/cohorts/{cohort.public_id}/edit", data={"capacity": capacity, **rows(cohort, **changed)})


def confirm(visitor: Visitor, cohort: Cohort, preview: Any) -> Any:
    return visitor.post(f"/cohorts/{cohort.public_id}/edit/confirm", data={"ticket": ticket_of(preview)})


def meetings(cohort: Cohort) -> list[tuple[int, int]]:
    db.session.refresh(cohort)
    return [(session.number, session.date.day) for session in cohort.sessions]


def test_sessions_are_added_moved_and_cancelled_after_a_preview(clerk: Visitor, cohort: Cohort) -> None:
    before = everything_stored()
    preview = post(
        clerk, cohort, 4, s2=("", "", ""), s3=("2026-03-20", "10:00", "12:00"), new=("2026-03-08", "14:00", "18:00")
    )
    assert everything_stored() == before
    page = preview.get_data(as_text=True)
    assert "아직 저장하지 않았어요" in page
    for words in ("2026. 3. 10. 14:00~18:00", "2026. 3. 20. 10:00~12:00", "5회차", "취소", "옮김", "추가"):
        assert words in page

    answer = confirm(clerk, cohort, preview)
    assert answer.status_code == 303
    assert meetings(cohort) == [(1, 9), (3, 20), (4, 12), (5, 8)]
    assert (cohort.starts_on, cohort.ends_on) == (date(2026, 3, 8), date(2026, 3, 20))
    (line,) = audit_lines("cohort.change_sessions")
    assert line.before == {"2": "2026-03-10 14:00-18:00", "3": "2026-03-11 14:00-18:00", "5": None}
    assert line.after == {"2": None, "3": "2026-03-20 10:00-12:00", "5": "2026-03-08 14:00-18:00"}
    assert audit_lines("cohort.change_capacity") == []


def test_new_seats_go_to_the_waitlist_in_order(clerk: Visitor, cohort: Cohort) -> None:
    waiting = queries.enrolments(cohort, EnrolmentStatus.WAITLISTED)
    preview = post(clerk, cohort, 5)
    assert "대기하는 1명이 순서대로 등록돼요." in preview.get_data(as_text=True)

    answer = confirm(clerk, cohort, preview)
    assert "대기하던 1명이 등록되었어요." in clerk.get(answer.location).get_data(as_text=True)
    assert [e.status for e in waiting] == ["enrolled", "waitlisted"]
    assert cohort.capacity == 5
    (line,) = audit_lines("cohort.change_capacity")
    assert (line.before, line.after) == ({"capacity": 4}, {"capacity": 5})
    assert [line.subject_id for line in audit_lines("enrolment.seat")] == [waiting[0].public_id]
    assert audit_lines("cohort.change_sessions") == []


@pytest.mark.parametrize(
    ("capacity", "message"), [("3", "지금 4명이 수강하고"), ("0", "정원은 1명"), ("", "정원을 입력")]
)
def test_a_capacity_that_cannot_be_is_explained(clerk: Visitor, cohort: Cohort, capacity: str, message: str) -> None:
    before = everything_stored()
    answer = post(clerk, cohort, capacity)

    assert answer.status_code in (409, 422)
    assert message in answer.get_data(as_text=True)
    assert everything_stored() == before


def test_nothing_changed_is_said_so(clerk: Visitor, cohort: Cohort) -> None:
    answer = post(clerk, cohort, 4)

    assert answer.status_code == 422
    assert "바뀐 내용이 없어요" in answer.get_data(as_text=True)


def test_a_session_with_attendance_is_not_in_the_form_and_cannot_vanish(clerk: Visitor, cohort: Cohort) -> None:
    page = clerk.get(f"/cohorts/{cohort.public_id}/edit").get_data(as_text=True)
    assert "바꿀 수 없어서 여기에 없어요: 1회차" in page
    assert 'value="2026-03-09"' not in page

    for fields in (("", "", ""), ("2026-03-30", "14:00", "18:00")):
        answer = post(clerk, cohort, 4, s1=fields)
        assert answer.status_code == 409
        assert "1회차에는 출결 기록이 있어" in answer.get_data(as_text=True)
    assert meetings(cohort)[0] == (1, 9)


def test_an_undone_record_still_holds_its_session(clerk: Visitor, cohort: Cohort) -> None:
    upload = undo_service.newest_standing(cohort)
    assert upload is not None
    undo_service.undo(upload, cohort, CLERK, AT)
    db.session.commit()

    assert post(clerk, cohort, 4, s1=("", "", "")).status_code == 409


def test_a_preview_from_before_a_change_is_not_applied(clerk: Visitor, cohort: Cohort) -> None:
    early = post(clerk, cohort, 6, s4=("", "", ""))
    confirm(clerk, cohort, post(clerk, cohort, 5))
    before = everything_stored()
    answer = confirm(clerk, cohort, early)

    assert answer.status_code == 409
    assert "다시 열어 주세요" in answer.get_data(as_text=True)
    assert everything_stored() == before


def test_attendance_previewed_before_a_session_was_cancelled_is_not_applied(clerk: Visitor, enrolled: Centre) -> None:
    address = enrolled.address()
    early = send_file(clerk, f"{address}/attendance/new", REGISTERS["2026-F1"])
    cohort = enrolled.cohort()
    kept = cohort.sessions[-1]
    wanted = WantedSessions({kept.number: None})
    preview = cohort_change_service.preview(cohort, cohort.capacity, wanted)
    cohort_change_service.apply(cohort, preview.wanted, CLERK, AT)
    db.session.commit()

    answer = clerk.post(f"{address}/attendance/confirm", data={"ticket": ticket_of(early)})
    assert answer.status_code == 409
    assert queries.attendance_of_cohort(cohort) == {}


def test_sessions_stay_once_certificates_are_issued(clerk: Visitor, centre: Centre) -> None:
    cohort = finished_cohort(centre.organisation)
    issue(cohort)
    added = {
        "sessions-0-number": "",
        "sessions-0-date": "2026-03-30",
        "sessions-0-start": "14:00",
        "sessions-0-end": "18:00",
    }
    answer = clerk.post(f"/cohorts/{cohort.public_id}/edit", data={"capacity": cohort.capacity, **added})

    assert answer.status_code == 409
    assert "수료증을 발급한 기수" in answer.get_data(as_text=True)
    raised = clerk.post(f"/cohorts/{cohort.public_id}/edit", data={"capacity": cohort.capacity + 1})
    assert raised.status_code == 200


def test_a_date_that_is_none_is_answered_at_its_row(clerk: Visitor, cohort: Cohort) -> None:
    answer = post(clerk, cohort, 4, new=("2026-02-30", "14:00", "18:00"))

    assert answer.status_code == 422
    assert "날짜를 2026-03-09처럼" in answer.get_data(as_text=True)
