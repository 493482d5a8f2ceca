"""Taking uploads back: every earlier state can be reached again, and the ledger always agrees."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import Conflict
from app.training import attendance_service, queries, undo_service
from app.training.attendance_sheet import Entry
from app.training.models import AttendanceUpload, Cohort, CreditEntry, Enrolment
from app.training.policy import Mark
from app.training.record import basis_of
from app.training.understanding import Understanding
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_organisation
from tests.factories.training import AT, CLERK, attend, enrol, make_cohort, make_course
from tests.training.conftest import Centre
from tests.training.samples import REGISTERS, apply_file

State = dict[tuple[int, int], tuple[str, int]]


def state_of(cohort: Cohort) -> State:
    """Answer what is recorded now, by enrolment and session; undone records are as if never made."""
    known = queries.attendance_of_cohort(cohort)
    return {key: (version.mark, version.minutes) for key, version in known.items() if version.mark}


def ledger_of(cohort: Cohort) -> dict[int, int]:
    people = select(Enrolment.id).where(Enrolment.cohort_id == cohort.id)
    sums = (
        select(CreditEntry.enrolment_id, func.sum(CreditEntry.minutes))
        .where(CreditEntry.enrolment_id.in_(people))
        .group_by(CreditEntry.enrolment_id)
    )
    return {key: total for key, total in db.session.execute(sums) if total}


def credited(state: State) -> dict[int, int]:
    totals: dict[int, int] = {}
    for (enrolment_id, _session_id), (_mark, minutes) in state.items():
        totals[enrolment_id] = totals.get(enrolment_id, 0) + minutes
    return {key: total for key, total in totals.items() if total}


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    cohort = make_cohort(make_course(make_organisation()), sessions=3)
    enrol(cohort)
    return cohort


def everybody(cohort: Cohort, mark: Mark) -> dict[str, Sequence[Mark]]:
    return {e.public_id: [mark] * len(cohort.sessions) for e in queries.enrolments(cohort)}


def test_undoing_in_turn_leads_back_to_the_beginning(cohort: Cohort) -> None:
    first = attend(cohort, everybody(cohort, Mark.PRESENT))
    after_first = state_of(cohort)
    second = attend(cohort, everybody(cohort, Mark.ABSENT))
    undo_service.undo(second, cohort, CLERK, AT)
    assert state_of(cohort) == after_first
    undo_service.undo(first, cohort, CLERK, AT)
    assert state_of(cohort) == {}
    assert ledger_of(cohort) == {}
    assert all(not report.decision.completed for report in queries.cohort_report(cohort))


def test_only_the_newest_upload_can_be_undone(cohort: Cohort) -> None:
    first = attend(cohort, everybody(cohort, Mark.PRESENT))
    attend(cohort, everybody(cohort, Mark.ABSENT))
    before = state_of(cohort)
    with pytest.raises(Conflict, match="가장 최근에"):
        undo_service.undo(first, cohort, CLERK, AT)
    assert state_of(cohort) == before


def test_an_undone_file_can_be_applied_again(cohort: Cohort) -> None:
    upload = attend(cohort, everybody(cohort, Mark.PRESENT))
    undo_service.undo(upload, cohort, CLERK, AT)
    attend(cohort, everybody(cohort, Mark.PRESENT))
    assert len(state_of(cohort)) == 6 * 3


def test_an_undo_is_confirmed_with_a_reason_that_is_kept(clerk: Visitor, enrolled: Centre) -> None:
    done = apply_file(clerk, enrolled.address(), REGISTERS["2026-F1"])
    page = clerk.get(f"{done.location}/undo").get_data(as_text=True)
    assert "450건" in page
    assert len(state_of(enrolled.cohort())) == 450
    answer = clerk.post(f"{done.location}/undo", data={"reason": "다른 반 파일이었어요"})
    assert answer.status_code == 303
    assert state_of(enrolled.cohort()) == {}
    assert [line.why for line in audit_lines("attendance.undo")] == ["다른 반 파일이었어요"]
    assert "되돌렸어요" in clerk.get(answer.location).get_data(as_text=True)
    assert clerk.post(f"{done.location}/undo", data={}).status_code == 409


class Uploads(RuleBasedStateMachine):
    """Uploads and undoings in any order, beside a model that simply remembers every state."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.numbers = itertools.count()
        self.standing: list[tuple[AttendanceUpload, State]] = []
        self.model: State = {}

    @initialize()
    def begin(self) -> None:
        self.cohort = make_cohort(make_course(make_organisation()), sessions=3)
        self.people = enrol(self.cohort)[:3]

    @rule(
        cells=st.dictionaries(
            st.tuples(st.integers(0, 2), st.integers(0, 2)),
            st.tuples(st.sampled_from(list(Mark)), st.integers(0, 240)),
            min_size=1,
        )
    )
    def upload(self, cells: dict[tuple[int, int], tuple[Mark, int]]) -> None:
        entries = tuple(
            Entry(self.people[p].public_id, s + 1, mark, minutes, None, None, mark.value, "출석부", p + 5, "D")
            for (p, s), (mark, minutes) in cells.items()
        )
        what = Understanding("출석부.csv", f"{next(self.numbers):064}", "columns", basis_of(self.cohort), entries)
        self.standing.append((attendance_service.apply(self.cohort, what, CLERK, AT), dict(self.model)))
        for (p, s), (mark, minutes) in cells.items():
            self.model[self.people[p].id, self.cohort.sessions[s].id] = (mark.value, minutes)

    @precondition(lambda self: bool(self.standing))
    @rule()
    def undo(self) -> None:
        upload, self.model = self.standing.pop()
        undo_service.undo(upload, self.cohort, CLERK, AT)

    @invariant()
    def record_and_ledger_are_what_the_model_says(self) -> None:
        if not hasattr(self, "cohort"):
            return
        db.session.flush()
        assert state_of(self.cohort) == self.model
        assert ledger_of(self.cohort) == credited(self.model)

    def teardown(self) -> None:
        db.session.rollback()
        self.context.pop()


def _run(app: Flask, examples: int) -> None:
    machine = type("UploadsHere", (Uploads,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_order_of_uploads_and_undoings_is_remembered(app: Flask) -> None:
    _run(app, 8)


@pytest.mark.long
def test_a_thousand_orders_of_uploads_and_undoings_are_remembered(app: Flask) -> None:
    _run(app, 1000)
