"""Finds the planned session that a head or a row is about, and says so when there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.core.i18n import Text, _l
from app.core.sheet_problems import Problem, column_letter, quoted
from app.training.attendance_heads import Block, Head
from app.training.attendance_people import show_date
from app.training.attendance_reading import CohortPlan, Findings, PlannedSession
from app.training.attendance_record import Places
from app.training.sheet_values import WrittenDate
from app.training.sheet_words import Field, is_footer

_WEEKDAYS = (_l("월요일"), _l("화요일"), _l("수요일"), _l("목요일"), _l("금요일"), _l("토요일"), _l("일요일"))


@dataclass(frozen=True)
class SessionColumns:
    """The columns of one session: one of marks, several of periods, or a pair of times (with or without a mark)."""

    session: PlannedSession
    places: Places


@dataclass(frozen=True)
class Answer:
    """The session, or the code and the text of what is wrong."""

    session: PlannedSession | None = None
    code: str = ""
    message: Text = ""


def look_up(plan: CohortPlan, number: int | None, dates: Sequence[WrittenDate], order: int | None = None) -> Answer:
    """Answer the session with this number on one of these dates; either may be missing, both must agree.

    `order` tells which of several sessions on one day is meant, counted from 0.
    """
    if not dates:
        session = plan.session(number) if number is not None else None
        return Answer(session) if session else Answer(None, "no_such_session", _no_such_session(plan, number))
    days = [day for day in dates if day.exists]
    if not days:
        return Answer(None, "impossible_date", _impossible(plan, number, dates[0]))
    on_day = [s for day in days for s in plan.sessions_on(day.month, day.day) if day.is_day(s.date)]
    if not on_day:
        return Answer(None, "not_a_session_date", _not_a_session(plan, number, days[0]))
    if number is not None:
        session = next((session for session in on_day if session.number == number), None)
        if session is None:
            return Answer(None, "session_contradiction", _contradiction(plan, number, on_day[0]))
        return Answer(session)
    if len(on_day) == 1:
        return Answer(on_day[0])
    if order is not None and order < len(on_day):
        return Answer(on_day[order])
    message = _l(
        "%(day)s에는 회차가 %(count)s개 있어요. 몇 회차인지 ‘1회차’처럼 적어 주세요.",
        day=show_date(on_day[0].date),
        count=len(on_day),
    )
    return Answer(None, "ambiguous_session", message)


def column_sessions(block: Block, plan: CohortPlan, findings: Findings) -> list[SessionColumns]:
    """Answer which columns of the block belong to which session, in the order of the plan."""
    found: dict[int, list[Head]] = defaultdict(list)
    for head, order in _ordered(block.heads, plan):
        answer = look_up(plan, head.number, head.dates, order)
        if answer.session is None and _is_to_spare(block, head, plan):
            continue
        if answer.session is None:
            findings.problems.append(block.sheet.place(head.row, head.column, answer.code, answer.message))
            continue
        found[answer.session.number].append(head)
        _check_weekday(block, head, answer.session, findings)
    sessions = []
    for session in plan.sessions:
        if session.number in found:
            sessions.append(_columns_of(block, session, found[session.number], findings))
    return [columns for columns in sessions if columns is not None]


def dates_are_foreign(days: Iterable[WrittenDate], plan: CohortPlan) -> bool:
    """Tell whether a file has at least two dates and not one of them is a session: it is about another "
    "cohort."""
    distinct = {(day.year, day.month, day.day) for day in days if day.exists}
    if len(distinct) < 2:
        return False
    return not any(
        year in (None, session.date.year) for year, month, day in distinct for session in plan.sessions_on(month, day)
    )


def foreign_dates(place: Problem, days: Iterable[WrittenDate], plan: CohortPlan) -> Problem:
    """Answer the one problem of a file whose dates are all foreign, at the given place."""
    written = sorted({(day.year or 0, day.month, day.day) for day in days if day.exists})
    first, last = (WrittenDate(year or None, month, day) for year, month, day in (written[0], written[-1]))
    message = _l(
        "선택한 기수는 %(planned)s인데 파일의 날짜는 %(found)s이에요. "
        "다른 기수의 파일인 것 같아요. 기수를 다시 고르거나 파일을 확인해 주세요.",
        planned=_period(plan),
        found=f"{first} ~ {last}",
    )
    return replace(place, code="wrong_cohort", message=message)


def _is_to_spare(block: Block, head: Head, plan: CohortPlan) -> bool:
    """Whether a form has a day or a number (16회차) too many, and nothing is recorded of anybody under it."""
    if head.number is not None and not head.dates and not any(_answers(plan, other) for other in block.heads):
        return False
    names = block.fields[Field.NAME]
    people = (row for row in range(block.first, block.last + 1) if not is_footer(block.cell(row, names)))
    return bool(head.dates) != (head.number is not None) and all(
        block.sheet.cell(row, head.column) is None for row in people if block.cell(row, names) is not None
    )


def _answers(plan: CohortPlan, head: Head) -> bool:
    return look_up(plan, head.number, head.dates).session is not None


def _ordered(heads: Sequence[Head], plan: CohortPlan) -> list[tuple[Head, int | None]]:
    """Number the heads that share a date on which the plan has several sessions."""
    by_date: dict[tuple[WrittenDate, ...], list[Head]] = defaultdict(list)
    for head in heads:
        if head.number is None and head.dates:
            by_date[head.dates].append(head)
    orders: dict[int, int] = {}
    for dates, sharing in by_date.items():
        on_day = sum(1 for session in plan.sessions if any(day.is_day(session.date) for day in dates))
        if on_day < 2:
            continue
        periods = sorted({head.period for head in sharing if head.period is not None})
        for role in ("mark", "in", "out"):
            same = [head for head in sharing if head.role == role]
            if len(periods) == on_day and all(head.period is not None for head in same):
                orders.update((head.column, periods.index(head.period or 0)) for head in same)
            elif len(same) == on_day:
                orders.update((head.column, position) for position, head in enumerate(same))
    return [(head, orders.get(head.column)) for head in heads]


def _columns_of(
    block: Block, session: PlannedSession, heads: list[Head], findings: Findings
) -> SessionColumns | None:
    by_role: dict[str, list[Head]] = defaultdict(list)
    for head in heads:
        by_role[head.role].append(head)
    marks, ins, outs = by_role["mark"], by_role["in"], by_role["out"]
    periods = [head.period for head in marks]
    twice = [pair for pair in (ins, outs) if len(pair) > 1]
    if len(marks) > 1 and (None in periods or len(set(periods)) < len(periods)):
        twice.append(marks)
    for pair in twice:
        message = _l(
            "%(number)s회차가 %(first)s열과 %(second)s열에 두 번 있어요. 한 열만 남겨 주세요.",
            number=session.number,
            first=column_letter(pair[0].column),
            second=column_letter(pair[1].column),
        )
        findings.problems.append(block.sheet.place(pair[1].row, pair[1].column, "duplicate_session", message))
    if bool(ins) != bool(outs):
        head = (ins or outs)[0]
        message = _l(
            "%(number)s회차에 입실과 퇴실 가운데 하나만 있어요. 두 열을 모두 넣어 주세요.", number=session.number
        )
        findings.problems.append(block.sheet.place(head.row, head.column, "time_column_missing", message))
        return None
    if twice:
        return None
    ordered = sorted(marks, key=lambda head: head.period or 0)
    return SessionColumns(
        session,
        Places(
            tuple(head.column for head in ordered),
            ins[0].column if ins else None,
            outs[0].column if outs else None,
        ),
    )


def _check_weekday(block: Block, head: Head, session: PlannedSession, findings: Findings) -> None:
    for day in head.dates:
        if day.weekday is not None and day.is_day(session.date) and day.weekday != session.date.weekday():
            message = _l(
                "%(day)s은 %(expected)s인데 %(found)s로 적혀 있어요. 날짜를 따라 읽었어요.",
                day=show_date(session.date),
                expected=_WEEKDAYS[session.date.weekday()],
                found=_WEEKDAYS[day.weekday],
            )
            findings.warnings.append(block.sheet.place(head.row, head.column, "weekday_mismatch", message))


def _period(plan: CohortPlan) -> str:
    days = [session.date for session in plan.sessions]
    return f"{show_date(min(days))} ~ {show_date(max(days))}"


def _no_such_session(plan: CohortPlan, number: int | None) -> Text:
    return _l(
        "%(number)s회차는 이 기수에 없어요. 이 기수는 %(count)s회차까지예요. 회차를 확인해 주세요.",
        number=number,
        count=max(session.number for session in plan.sessions),
    )


def _impossible(plan: CohortPlan, number: int | None, day: WrittenDate) -> Text:
    planned = plan.session(number) if number is not None else None
    if planned is None:
        return _l("%(day)s은 달력에 없는 날짜예요. 날짜를 고쳐 주세요.", day=str(day))
    return _l(
        "%(day)s은 달력에 없는 날짜예요. 계획에는 %(number)s회차가 %(planned)s이에요. 날짜를 고쳐 주세요.",
        day=str(day),
        number=planned.number,
        planned=show_date(planned.date),
    )


def _not_a_session(plan: CohortPlan, number: int | None, day: WrittenDate) -> Text:
    planned = plan.session(number) if number is not None else None
    if planned is None:
        return _l(
            "%(day)s에는 이 기수의 수업이 없어요(교육기간 %(period)s). 날짜를 고치거나 기수를 다시 골라 주세요.",
            day=str(day),
            period=_period(plan),
        )
    return _l(
        "%(day)s에는 이 기수의 수업이 없어요. 계획에는 %(number)s회차가 %(planned)s이에요. 날짜를 고쳐 주세요.",
        day=str(day),
        number=planned.number,
        planned=show_date(planned.date),
    )


def _contradiction(plan: CohortPlan, number: int, other: PlannedSession) -> Text:
    planned = plan.session(number)
    if planned is None:
        return _no_such_session(plan, number)
    return _l(
        "회차와 날짜가 서로 달라요. 계획에는 %(number)s회차가 %(planned)s이고, %(day)s은 %(other)s회차예요. "
        "맞는 쪽으로 고쳐 주세요.",
        number=number,
        planned=show_date(planned.date),
        day=show_date(other.date),
        other=other.number,
    )


def unreadable_date(found: object) -> Text:
    """Answer the text for a cell of a date column that is no date."""
    return _l("날짜 ‘%(found)s’을 읽을 수 없어요. 2026-03-09처럼 적어 주세요.", found=quoted(found))
