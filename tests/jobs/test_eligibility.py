"""Rules of what a record proves: a table of cases."""

from __future__ import annotations

from datetime import date

import pytest

from app.jobs.matching.eligibility import (
    Asked,
    Credit,
    Experience,
    HeldBadge,
    HeldCertificate,
    Record,
    first_day,
    judge,
    months_of,
)

pytestmark = pytest.mark.databases("sqlite")

TODAY = date(2026, 11, 26)
CREDITS = (
    Credit(date(2025, 11, 25), "in_service", "옛 직무교육", 600),
    Credit(date(2025, 11, 26), "in_service", "직무교육 1", 600),
    Credit(date(2026, 3, 9), "in_service", "직무교육 2", 900, "제 2026-직무-0001호"),
    Credit(date(2026, 3, 10), "in_service", "직무교육 2", 900, "제 2026-직무-0001호"),
    Credit(date(2026, 4, 1), "foundation", "양성교육", 1200),
    Credit(date(2026, 11, 27), "in_service", "내일 교육", 600),
)


def hours(minutes: int, kind: str = "in_service", within: int | None = 12) -> Asked:
    return Asked(1, "hours", "required", course_kind=kind, minutes=minutes, within_months=within)


@pytest.mark.parametrize(
    ("asked", "met", "short", "proven_by"),
    [
        (hours(2400), True, 0, ("직무교육 1", "제 2026-직무-0001호")),
        (hours(2401), False, 1, ("직무교육 1", "제 2026-직무-0001호")),
        (hours(2400, within=9), False, 600, ("제 2026-직무-0001호",)),
        (hours(3000, within=None), True, 0, ("옛 직무교육", "직무교육 1", "제 2026-직무-0001호")),
        (hours(3600, kind=""), True, 0, ("직무교육 1", "제 2026-직무-0001호", "양성교육")),
        (hours(60, kind="general"), False, 60, ()),
    ],
)
def test_hours(asked: Asked, met: bool, short: int, proven_by: tuple[str, ...]) -> None:
    result = judge(asked, Record(credits=CREDITS), TODAY)
    assert (result.met, result.short, result.proven_by) == (met, short, proven_by)


@pytest.mark.parametrize(
    ("name", "met"),
    [("도시재생 기초", True), ("도시재생기초", True), ("기초", True), ("도시재생 심화", False), ("", False)],
)
def test_a_course_by_its_name(name: str, met: bool) -> None:
    held = (HeldCertificate("제 2026-양성-0001호", "foundation", "도시재생 기초과정", 1200),)
    result = judge(Asked(1, "course", "required", name=name), Record(certificates=held), TODAY)
    assert result.met is met
    assert result.proven_by == (("제 2026-양성-0001호",) if met else ())


@pytest.mark.parametrize(
    ("name", "issuer", "met"),
    [("상담사", "", True), ("직업 상담사", "산업인력", True), ("상담사", "다른 곳", False), ("", "산업인력", False)],
)
def test_a_badge_by_name_and_issuer(name: str, issuer: str, met: bool) -> None:
    record = Record(badges=(HeldBadge("직업상담사 2급", "한국산업인력공단"),))
    assert judge(Asked(1, "badge", "preferred", name=name, issuer=issuer), record, TODAY).met is met


def work(since: date, until: date | None, confirmed_by: str = "", kind: str = "employment") -> Experience:
    return Experience(kind, "종로센터", "도시재생 코디네이터", since, until, confirmed_by)


@pytest.mark.parametrize(
    ("kind", "months", "experiences", "met", "short", "stated"),
    [
        ("experience", 12, (work(date(2025, 11, 1), None, "종로센터"),), True, 0, 0),
        ("experience", 12, (work(date(2025, 11, 1), None),), None, 12, 12),
        ("experience", 24, (work(date(2025, 11, 1), None),), False, 24, 12),
        # Half a year confirmed, the same half year stated again: not twice.
        ("experience", 12, (work(date(2026, 5, 26), None, "가"), work(date(2026, 5, 26), None)), False, 6, 6),
        ("appointment", 6, (work(date(2025, 1, 1), None, "서울시"),), False, 6, 0),
        ("appointment", 6, (work(date(2025, 1, 1), None, "서울시", "appointment"),), True, 0, 0),
    ],
)
def test_experience_and_appointments(
    kind: str, months: int, experiences: tuple[Experience, ...], met: bool | None, short: int, stated: int
) -> None:
    asked = Asked(1, kind, "required", months=months, name="코디네이터")
    result = judge(asked, Record(experiences=experiences), TODAY)
    assert (result.met, result.short, result.stated) == (met, short, stated)


def test_experience_in_another_field_does_not_count() -> None:
    asked = Asked(1, "experience", "required", months=1, name="회계")
    assert judge(asked, Record(experiences=(work(date(2020, 1, 1), None, "가"),)), TODAY).met is False


def test_what_no_record_can_tell_is_left_to_the_reader() -> None:
    assert judge(Asked(1, "other", "required", text="운전 가능"), Record(), TODAY).met is None


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2026, 5, 5), None, date.min),
        (date(2026, 5, 5), 60_000, date.min),
    ],
)
def test_the_first_day_that_counts(today: date, months: int | None, first: date) -> None:
    assert first_day(today, months) == first


def test_months_are_counted_once_where_stretches_overlap() -> None:
    stretches = [work(date(2025, 1, 1), date(2025, 12, 31)), work(date(2025, 7, 1), date(2026, 6, 30))]
    assert months_of(stretches, TODAY) == 17
    assert months_of([work(date(2027, 1, 1), None)], TODAY) == 0
