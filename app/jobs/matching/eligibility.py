"""Whether a record proves what an opening asks for. Pure: what is asked and what is recorded in, findings out.

The rules, which pages repeat in words:

1. Hours count when they are credited, of the kind of course that is asked for (any, when none is named), and held
   within the months before the day of asking. They are proven by the courses they were credited in.
2. A course is proven by a certificate that holds, of a course whose name is the one asked for or contains it,
   white space aside.
3. Experience and appointments count month by month, overlapping ones once. What an organisation has confirmed
   proves; what somebody only states is said, and whether it is enough is left to the reader.
4. A certificate of another issuer is proven by a badge that was checked and holds, of that name and issuer.
5. Anything else cannot be proven from a record and is left to the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.jobs.opening_words import RequirementKind


@dataclass(frozen=True)
class Asked:
    """A requirement as `opening_models.Requirement` holds it; minutes and months are None where the kind has none."""

    id: int
    kind: str
    level: str
    course_kind: str = ""
    minutes: int | None = None
    within_months: int | None = None
    months: int | None = None
    name: str = ""
    issuer: str = ""
    text: str = ""


@dataclass(frozen=True)
class Credit:
    """Minutes credited to a person in one course on one day; `certificate` is the serial that covers them, if any."""

    held_on: date
    course_kind: str
    course_name: str
    minutes: int
    certificate: str = ""


@dataclass(frozen=True)
class HeldCertificate:
    """A certificate of ours that holds."""

    serial: str
    course_kind: str
    course_name: str
    minutes: int


@dataclass(frozen=True)
class HeldBadge:
    """A badge of another issuer whose check found it valid."""

    name: str
    issuer: str


@dataclass(frozen=True)
class Experience:
    """A stretch of work or an appointment; `until` None: it goes on. `confirmed_by` is empty for one only stated."""

    kind: str
    organisation: str
    field: str
    since: date
    until: date | None
    confirmed_by: str = ""


@dataclass(frozen=True)
class Record:
    """What is known of one person on the day of asking."""

    credits: tuple[Credit, ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()
    badges: tuple[HeldBadge, ...] = ()
    experiences: tuple[Experience, ...] = ()


@dataclass(frozen=True)
class Result:
    """What a record says of one requirement. `met` None: it cannot be told from the record.

    `proven_by` names courses, serials, badges or organisations; `short` counts what is missing, in minutes (hours)
    or months (experience); `stated` are months that are only stated.
    """

    asked: Asked
    met: bool | None
    proven_by: tuple[str, ...] = ()
    short: int = 0
    stated: int = 0


def judge(asked: Asked, record: Record, today: date) -> Result:
    """Judge one requirement by the rules above."""
    kind = RequirementKind(asked.kind)
    if kind is RequirementKind.HOURS:
        return _hours(asked, record.credits, today)
    if kind is RequirementKind.COURSE:
        return _course(asked, record.certificates)
    if kind is RequirementKind.BADGE:
        return _badge(asked, record.badges)
    if kind in (RequirementKind.EXPERIENCE, RequirementKind.APPOINTMENT):
        return _experience(asked, record.experiences, today)
    return Result(asked, None)


def judge_all(asked: Iterable[Asked], record: Record, today: date) -> tuple[Result, ...]:
    """Judge every requirement, in their order."""
    return tuple(judge(one, record, today) for one in asked)


def first_day(today: date, within_months: int | None) -> date:
    """Answer the first day that still counts, `within_months` back from `today`; without months, any day."""
    if within_months is None:
        return date.min
    month = today.year * 12 + today.month - 1 - within_months
    year, month = divmod(month, 12)
    if year < 1:
        return date.min
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(today.day, last))


def covers(course_name: str, asked_name: str) -> bool:
    """Tell whether a course of this name is the one that is asked for (rule 2)."""
    return bool(asked_name) and _bare(asked_name) in _bare(course_name)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _hours(asked: Asked, credited: Sequence[Credit], today: date) -> Result:
    since = first_day(today, asked.within_months)
    counted = [
        c for c in credited if since <= c.held_on <= today and asked.course_kind in ("", c.course_kind) and c.minutes
    ]
    total, wanted = sum(c.minutes for c in counted), asked.minutes or 0
    by = dict.fromkeys(c.certificate or c.course_name for c in counted)
    return Result(asked, total >= wanted, tuple(by), max(0, wanted - total))


def _course(asked: Asked, held: Sequence[HeldCertificate]) -> Result:
    found = tuple(c.serial for c in held if covers(c.course_name, asked.name))
    return Result(asked, bool(found), found)


def _badge(asked: Asked, held: Sequence[HeldBadge]) -> Result:
    name, issuer = _bare(asked.name), _bare(asked.issuer)
    found = tuple(b.name for b in held if name in _bare(b.name) and issuer in _bare(b.issuer))
    return Result(asked, bool(found) and bool(name), found)


def _experience(asked: Asked, experiences: Sequence[Experience], today: date) -> Result:
    wanted, field = asked.months or 0, _bare(asked.name)
    fitting = [
        e
        for e in experiences
        if (asked.kind == RequirementKind.EXPERIENCE or e.kind == "appointment") and field in _bare(e.field)
    ]
    confirmed = [e for e in fitting if e.confirmed_by]
    proven = months_of(confirmed, today)
    if proven >= wanted:
        return Result(asked, True, tuple(dict.fromkeys(e.confirmed_by for e in confirmed)))
    stated = months_of(fitting, today)
    met = None if stated >= wanted else False
    return Result(asked, met, tuple(dict.fromkeys(e.confirmed_by for e in confirmed)), wanted - proven, stated)


def months_of(experiences: Iterable[Experience], today: date) -> int:
    """Count whole months that these stretches cover together, days that overlap once."""
    days, reached = 0, date.min
    for one in sorted(experiences, key=lambda e: e.since):
        since, until = max(one.since, reached), min(one.until or today, today)
        if until >= since:
            days += (until - since).days + 1
            reached = date.fromordinal(until.toordinal() + 1)
    return int(days / 30.4375 + 1e-9)
