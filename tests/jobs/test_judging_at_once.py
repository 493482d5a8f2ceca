"""Double clicks and colleagues at the same moment: appointing, criteria, scores, stepping back, opening scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account, MembershipRole
from app.core import clock
from app.core.access import Actor
from app.core.db import Base, db
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying.application_service import withdraw_application
from app.jobs.hiring import reviewer_service as service
from app.jobs.opening_models import Opening
from app.jobs.reviewer_models import Criterion, Recusal, Reviewer, Score, ScoresOpened
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_account, make_member, make_person, sign_in
from tests.factories.jobs import COMMAND, make_application, make_criterion, make_employer, make_opening, make_reviewer
from tests.meeting import BROKEN, DONE, at_once, twice


@dataclass(frozen=True)
class Table:
    """An opening with a manager, a reviewer, somebody else and an applicant, by their keys: threads share no rows."""

    opening: int
    application: int
    manager: int
    reviewer: int
    member: str
    criterion: str

    def appoint(self) -> None:
        service.appoint(self._opened(), self.member, *self._by(self.manager))

    def add_criterion(self, name: str = "말하기", most: int = 5) -> None:
        service.add_criterion(self._opened(), name, most, 1, *self._by(self.manager))

    def score(self, points: int = 7) -> None:
        service.score(self._opened(), self.applied(), {self.criterion: points}, *self._by(self.reviewer))

    def step_back(self) -> None:
        service.step_back(self._opened(), self.applied(), "함께 일했어요", *self._by(self.reviewer))

    def comment(self) -> None:
        service.comment(self._opened(), self.applied(), "좋아요", *self._by(self.reviewer))

    def open_scores(self) -> None:
        service.open_scores(self._opened(), *self._by(self.manager))

    def remove_criterion(self) -> None:
        service.remove_criterion(self._opened(), self.criterion, *self._by(self.manager))

    def _opened(self) -> Opening:
        return db.session.get_one(Opening, self.opening)

    def applied(self) -> Application:
        return db.session.get_one(Application, self.application)

    def _by(self, account: int) -> tuple[Actor, datetime]:
        return db.session.get_one(Account, account).actor, clock.now()


@pytest.fixture
def table(app: Flask) -> Table:
    employer = make_employer()
    opening = make_opening(employer)
    reviewer = make_member(employer, MembershipRole.VIEWER, name="이심사")
    other = make_member(employer, MembershipRole.VIEWER, name="박심사")
    manager = make_member(employer, name="김담당")
    application = make_application(opening, make_account(person=make_person("나지원")), Stage.VIEWED)
    make_reviewer(opening, reviewer)
    criterion = make_criterion(opening)
    return Table(opening.id, application.id, manager.id, reviewer.id, other.public_id, criterion.public_id)


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@dataclass(frozen=True)
class Case:
    """Something done twice at once: what becomes of both, the rows that are there then, the lines of the trail."""

    act: Callable[[Table], None]
    became: list[str]
    model: type[Base]
    rows: int
    line: str


CASES = {
    "appoint": Case(Table.appoint, [DONE, DONE], Reviewer, 2, "reviewer.appoint"),
    "add_criterion": Case(Table.add_criterion, [DONE, DONE], Criterion, 2, "criterion.add"),
    "score": Case(Table.score, [DONE, DONE], Score, 1, "application.score"),
    "step_back": Case(Table.step_back, [DONE, DONE], Recusal, 1, "application.step_back"),
    "open_scores": Case(Table.open_scores, [DONE, "점수가 이미 열려 있어요."], ScoresOpened, 1, "scores.open"),
}


@pytest.mark.parametrize("name", list(CASES))
def test_a_double_click_does_it_once(app: Flask, table: Table, name: str) -> None:
    case = CASES[name]
    assert twice(app, partial(case.act, table)) == sorted(case.became)
    assert count(case.model) == case.rows
    assert len(audit_lines(case.line)) == 1


# SQLite lets one writer in at a time: without the guard, too, the second one looks when the first is done.
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("name", list(CASES))
def test_without_holding_the_second_click_breaks(
    app: Flask, table: Table, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "hold", lambda *_row, **_how: None)
    assert BROKEN in twice(app, partial(CASES[name].act, table))


def test_a_name_stands_for_one_criterion(app: Flask, table: Table) -> None:
    became = at_once(app, table.add_criterion, partial(table.add_criterion, most=9))
    assert became == sorted([DONE, "같은 이름의 평가 항목이 이미 있어요."])
    assert count(Criterion) == 2


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("guarded", [True, False], ids=["held", "not-held"])
def test_no_points_are_given_on_what_has_just_been_taken_away(
    app: Flask, table: Table, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(service, "hold", lambda *_row, **_how: None)
    became = at_once(app, table.score, table.remove_criterion)
    assert (BROKEN in became) is not guarded
    if guarded:
        assert count(Score) == count(Criterion)


def test_nothing_is_written_about_what_is_withdrawn_at_this_moment(app: Flask, table: Table) -> None:
    """Points that stayed would speak for papers that nobody has read, once the same person applies again."""

    def withdraw() -> None:
        application = table.applied()
        assert application.person is not None
        withdraw_application(application.person, application.public_id, COMMAND, clock.now())

    became = at_once(app, table.score, withdraw)
    assert became in ([DONE, DONE], sorted([DONE, "지원자가 거둔 지원서예요."]))
    assert count(Score) == 0
    assert at_once(app, table.score) == at_once(app, table.comment) == ["지원자가 거둔 지원서예요."]


def test_who_clicks_twice_on_stepping_back_is_told_so_twice(visitor: Visitor, table: Table) -> None:
    opening, application = (
        db.session.get_one(Opening, table.opening),
        db.session.get_one(Application, table.application),
    )
    sign_in(visitor, db.session.get_one(Account, table.reviewer))
    address = f"/hiring/{opening.public_id}/applications/{application.public_id}/step-back"
    assert [visitor.post(address, data={"why": "함께 일했어요"}).status_code for _click in range(2)] == [303, 303]
    assert len(audit_lines("application.step_back")) == 1


def test_the_same_points_again_are_no_change_once_all_are_shown(visitor: Visitor, table: Table) -> None:
    opening, application = (
        db.session.get_one(Opening, table.opening),
        db.session.get_one(Application, table.application),
    )
    sign_in(visitor, db.session.get_one(Account, table.reviewer))
    address = f"/hiring/{opening.public_id}/applications/{application.public_id}/scores"
    given = [visitor.post(address, data={f"points-{table.criterion}": p}).status_code for p in ("7", "7", "8")]
    assert given == [303, 303, 409]
