"""Tells sessions by their dates: puts the month to plain days, and finds numbers that begin again in each month.

A monthly form counts 1회, 2회, 3회 anew in every month. With dates these tell the sessions; without, nobody can.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from app.core.i18n import _l
from app.core.sheet_problems import quoted
from app.training.attendance_heads import Block, Head, plain_title
from app.training.attendance_reading import CohortPlan, Findings
from app.training.attendance_sessions import unreadable_date
from app.training.sheet_values import WrittenDate
from app.training.sheet_words import plain

MAX_RUNS = 100
_PART_OF_YEAR = re.compile(r"(?<!\d)(\d{1,2})(월|주|분기)|(상|하)반기")


@dataclass(frozen=True)
class _Run:
    """Heads whose numbers count up, and the part of the year that they are said to be of."""

    block: int
    heads: tuple[Head, ...]
    part: str

    @cached_property
    def numbers(self) -> dict[int, Head]:
        return {head.number: head for head in self.heads if head.number is not None}

    @property
    def says(self) -> Hashable:
        """What tells it from another run."""
        return self.part, self.kind, tuple((head.column, head.number, head.dates) for head in self.heads)

    @property
    def kind(self) -> tuple[str, int | None]:
        return self.heads[0].role, self.heads[0].period


def dated_blocks(blocks: Sequence[Block], plan: CohortPlan, findings: Findings) -> list[Block]:
    """Answer the blocks with every head told by number or date; what stays unclear is a problem.

    Numbers that begin again are dropped where dates stand beside them, and refused where none do.
    """
    dated = [replace(block, heads=_dated(block, plan, findings)) if block.by_columns else block for block in blocks]
    runs: dict[Hashable, list[_Run]] = defaultdict(list)
    for number, block in enumerate(dated):
        for run in _runs(number, block):
            runs[run.says].append(run)  # Heads that are repeated on every page say the same.
    told_by_date: set[int] = set()
    for alike, others in combinations(list(runs.values())[:MAX_RUNS], 2):
        first, again = alike[0], others[0]
        shared = first.numbers.keys() & again.numbers.keys()
        if first.kind != again.kind or not shared or min(again.numbers) not in shared:
            continue
        pairs = [(first.numbers[number], again.numbers[number]) for number in sorted(shared)]
        if all(one.dates and other.dates for one, other in pairs):
            if not any(_days(one) & _days(other) for one, other in pairs):
                told_by_date |= {id(head) for run in (*alike, *others) for head in run.heads if head.dates}
        elif (first.block == again.block and len(pairs) > 1) or (
            first.part and again.part and first.part != again.part
        ):
            _refuse(dated[again.block], again, findings)
    return [
        replace(
            block,
            heads=tuple(replace(head, number=None) if id(head) in told_by_date else head for head in block.heads),
        )
        for block in dated
    ]


def _days(head: Head) -> set[tuple[int, int]]:
    return {(day.month, day.day) for day in head.dates}


def _runs(number: int, block: Block) -> Iterator[_Run]:
    run: list[Head] = []
    for head in block.heads:
        if head.number is None:
            continue
        if run and head.number < (run[-1].number or 0):
            yield _Run(number, tuple(run), _part(block, run))
            run = []
        run.append(head)
    if run:
        yield _Run(number, tuple(run), _part(block, run))


def _part(block: Block, heads: Sequence[Head]) -> str:
    """Answer the month or quarter of these heads, from above them, the name of the sheet, or the title."""
    months = {head.month for head in heads}
    if months != {None}:
        return ",".join(f"{month}월" for month in sorted(months, key=lambda month: month or 0))
    for text in (plain(block.sheet.name), plain_title(block)):
        found = {match[0] for match in _PART_OF_YEAR.finditer(text)}
        if len(found) == 1:
            return found.pop()
    return ""


def _refuse(block: Block, run: _Run, findings: Findings) -> None:
    head = run.heads[0]
    message = _l(
        "회차 번호가 여기서 다시 %(number)s회부터 시작해서 몇 번째 수업인지 알 수 없어요. 회차를 처음부터 이어서 "
        "적거나(예: 7회차), 회차 아래에 날짜를 적어 주세요.",
        number=head.number,
    )
    findings.problems.append(block.sheet.place(head.row, head.column, "sessions_restart", message))


def _dated(block: Block, plan: CohortPlan, findings: Findings) -> tuple[Head, ...]:
    """Answer the heads with the month put to those that name only a day; what stays unclear is a problem."""
    months = {int(month) for month in re.findall(r"(?<!\d)(\d{1,2})월(?!\d)", plain_title(block))}
    if any(head.day is not None for head in block.heads):
        return _with_months(block, months, plan, findings)
    if len(months) == 1 and all(head.bare and not head.dates for head in block.heads):
        return _numbers_of_month(block, months.pop(), plan, findings)
    return block.heads


def _with_months(block: Block, titled: set[int], plan: CohortPlan, findings: Findings) -> tuple[Head, ...]:
    """A day (9일) is of the title's month, else of the plan's only month in which all of them are sessions."""
    days = {head.day for head in block.heads if head.day is not None}
    planned = {session.date.month for session in plan.sessions}
    fitting = {month for month in planned if all(plan.sessions_on(month, day) for day in days)}
    months = next((found for found in (titled, planned, fitting) if len(found) == 1), set())
    heads: list[Head] = []
    for head in block.heads:
        if head.day is not None and months:
            heads.extend(
                replace(head, dates=(WrittenDate(None, month, head.day),), number=None if head.bare else head.number)
                for month in months
            )
        elif head.day is not None and head.number is None:
            place = block.sheet.place(head.row, head.column, "not_a_session_date", unreadable_date(head.text))
            findings.problems.append(place)
        else:
            heads.append(head)
    return tuple(heads)


def _numbers_of_month(block: Block, month: int, plan: CohortPlan, findings: Findings) -> tuple[Head, ...]:
    """Plain numbers under the title of one month are its days where they cannot be numbers of sessions."""
    numbers = {head.number for head in block.heads if head.number is not None}
    days = {session.date.day for session in plan.sessions if session.date.month == month}
    if not days or not (numbers <= days or days <= numbers):
        return block.heads
    if all(plan.session(number) for number in numbers):
        if not numbers <= days or all(_same(plan, month, number) for number in numbers):
            return block.heads
        if numbers == days and max(numbers) - min(numbers) >= len(numbers):
            # All the days of the month and with gaps between them, as sessions are never counted.
            return _as_days(block, month)
        head = block.heads[0]
        message = _l(
            "‘%(found)s’이 날짜인지 회차인지 알 수 없어요. ‘3월 9일’이나 ‘9회차’처럼 적어 주세요.",
            found=quoted(head.text),
        )
        findings.problems.append(block.sheet.place(head.row, head.column, "ambiguous_session", message))
        return ()
    return _as_days(block, month)


def _as_days(block: Block, month: int) -> tuple[Head, ...]:
    return tuple(
        replace(head, number=None, dates=(WrittenDate(None, month, head.number or 0),)) for head in block.heads
    )


def _same(plan: CohortPlan, month: int, number: int) -> bool:
    return any(session.number == number for session in plan.sessions_on(month, number))
