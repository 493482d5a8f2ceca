"""What somebody can hand in from the portfolio, and freezing what was chosen with its proof.

`facts` says what a thing proves and names nobody: the only words in it are ours. Whatever a person or a place wrote
(titles, organisations, names of courses) is in `full`, which a blind reviewer does not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.accounts.models import Person
from app.certificates.models import Certificate
from app.certificates.verdict import Answer
from app.certificates.verification_service import verify_stored
from app.core.clock import iso_utc, seoul_date
from app.core.errors import Conflict
from app.core.i18n import Text, _
from app.core.templating import hours
from app.jobs.application_words import ItemKind
from app.jobs.applying import application_choice_queries as queries
from app.portfolio.experience_models import Experience
from app.portfolio.foreign_badge_models import ForeignBadge
from app.training.models import CourseKind
from app.training.queries import PersonReport


@dataclass(frozen=True)
class Choice:
    """One thing that can be handed in: its words on the page where one chooses. `row` is what it was made from."""

    kind: ItemKind
    source: str
    title: Text
    note: str
    row: Any

    @property
    def key(self) -> str:
        """Its name in a draft and on the form."""
        return f"{self.kind.value}-{self.source}"


@dataclass(frozen=True)
class Frozen:
    """One thing as it is handed in; `document` are the signed bytes where there are any."""

    kind: ItemKind
    source: str
    facts: dict[str, Any]
    full: dict[str, Any]
    document: bytes | None = None


def choices_of(person: Person, at: datetime) -> list[Choice]:
    """Answer everything that this person could hand in, by kind."""
    return [
        *map(_of_certificate, queries.valid_certificates(person)),
        *map(_of_hours, queries.hours_by_year(person)),
        *map(_of_course, queries.course_reports(person)),
        *map(_of_badge, queries.valid_badges(person)),
        *(_of_experience(experience) for experience in queries.all_experiences(person)),
    ]


def chosen(choices: Iterable[Choice], keys: Sequence[str]) -> list[Choice]:
    """Answer what was chosen, in the order of the page. What is there no more is left out: see `missing`."""
    wanted = set(keys)
    return [choice for choice in choices if choice.key in wanted]


def missing(choices: Iterable[Choice], keys: Sequence[str]) -> bool:
    """Tell whether something that was chosen is there no more: revoked, or deleted, since."""
    return bool(set(keys) - {choice.key for choice in choices})


def usual(choices: Iterable[Choice]) -> list[str]:
    """Answer what most people hand in, to begin with: certificates, badges and experience."""
    kinds = (ItemKind.CERTIFICATE, ItemKind.BADGE, ItemKind.EXPERIENCE)
    return [choice.key for choice in choices if choice.kind in kinds]


def freeze(choice: Choice, at: datetime) -> Frozen:
    """Answer it as it stands now, its proof verified anew. Raises `Conflict` for a certificate that holds no more."""
    facts, full, document = _FREEZERS[choice.kind](choice.row, at)
    return Frozen(choice.kind, choice.source, facts, full, document)


def _of_certificate(certificate: Certificate) -> Choice:
    note = f"{certificate.serial} · {hours(certificate.credited_minutes)}"
    return Choice(ItemKind.CERTIFICATE, certificate.public_id, certificate.course_name, note, certificate)


def _of_hours(row: queries.HoursOfYear) -> Choice:
    title = _("%(year)s년 %(kind)s", year=row.year, kind=CourseKind(row.course_kind).label)
    return Choice(ItemKind.HOURS, f"{row.year}-{row.course_kind}", title, hours(row.minutes), row)


def _of_course(report: PersonReport) -> Choice:
    cohort = report.enrolment.cohort
    note = f"{cohort.name} · {hours(report.decision.credited_minutes)}"
    return Choice(ItemKind.COURSE, report.enrolment.public_id, cohort.course.name, note, report)


def _of_badge(badge: ForeignBadge) -> Choice:
    return Choice(ItemKind.BADGE, badge.public_id, badge.name, badge.issuer_name or badge.host, badge)


def _of_experience(experience: Experience) -> Choice:
    stated = _("확인됨") if experience.is_confirmed else _("본인 기재")
    note = " · ".join(filter(None, (experience.title, str(experience.kind_label), str(stated))))
    return Choice(ItemKind.EXPERIENCE, experience.public_id, experience.organisation, note, experience)


_Said = tuple[dict[str, Any], dict[str, Any], bytes | None]


def _certificate(row: Certificate, at: datetime) -> _Said:
    found = verify_stored(row.public_id, at)
    answer = found.verdict.answer if found is not None else Answer.NOT_VALID
    if found is None or answer in (Answer.NOT_VALID, Answer.REVOKED, Answer.REPLACED):
        raise Conflict(_("‘%(name)s’ 수료증은 지금 유효하지 않아요. 선택에서 빼고 내 주세요.", name=row.course_name))
    facts = {
        "course_kind": row.course_kind,
        "minutes": row.credited_minutes,
        "started_on": row.started_on.isoformat(),
        "ended_on": row.ended_on.isoformat(),
        "issued_on": seoul_date(row.issued_at).isoformat(),
        "signature": answer.value,
        "checked_at": iso_utc(at),
    }
    full = {
        "name": row.name,
        "course": row.course_name,
        "cohort": row.cohort_name,
        "centre": row.centre_name,
        "issuer": row.issuer_name,
        "serial": row.serial,
        "document_number": row.document_number,
        "verdict": found.verdict.as_json(),
    }
    return facts, full, row.credential


def _hours(row: queries.HoursOfYear, at: datetime) -> _Said:
    days = {"since": date(row.year, 1, 1).isoformat(), "until": date(row.year, 12, 31).isoformat()}
    facts = {"course_kind": row.course_kind, "minutes": row.minutes, "state": "recorded", "checked_at": iso_utc(at)}
    return facts | days, {}, None


def _course(report: PersonReport, at: datetime) -> _Said:
    cohort, decision = report.enrolment.cohort, report.decision
    facts = {
        "course_kind": cohort.course.kind,
        "minutes": decision.credited_minutes,
        "count": decision.counted,
        "sessions": decision.sessions,
        "state": "completed" if decision.completed else "not_completed",
        "started_on": cohort.starts_on.isoformat(),
        "ended_on": cohort.ends_on.isoformat(),
        "checked_at": iso_utc(at),
    }
    full = {"course": cohort.course.name, "cohort": cohort.name, "centre": cohort.course.organisation.name}
    return facts, full, None


def _badge(row: ForeignBadge, at: datetime) -> _Said:
    facts = {"signature": row.state, "checked_at": iso_utc(row.checked_at or at)}
    full = {"title": row.name, "issuer": row.issuer_name or row.host, "host": row.host, "issuer_id": row.issuer}
    return facts, full, row.file


def _experience(row: Experience, at: datetime) -> _Said:
    facts: dict[str, Any] = {
        "state": row.kind,
        "months": row.months(seoul_date(at)),
        "since": row.starts_on.isoformat(),
        "is_confirmed": row.is_confirmed,
    }
    if row.ends_on is not None:
        facts["until"] = row.ends_on.isoformat()
    full = {"organisation": row.organisation, "role": row.title, "field": row.field, "description": row.description}
    return facts, full | {"confirmed_by": row.confirmed_by}, None


_FREEZERS: dict[ItemKind, Callable[[Any, datetime], _Said]] = {
    ItemKind.CERTIFICATE: _certificate,
    ItemKind.HOURS: _hours,
    ItemKind.COURSE: _course,
    ItemKind.BADGE: _badge,
    ItemKind.EXPERIENCE: _experience,
}
