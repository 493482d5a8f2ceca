"""Whether the texts of a certificate can be printed and signed; asked before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.certificates.authority import Authority
from app.certificates.claims import SharedClaims, build_claims, shared_claims
from app.certificates.fonts import missing_glyphs
from app.core.errors import Invalid
from app.core.i18n import Text, _, _l
from app.training.models import Cohort
from app.training.queries import PersonReport
from credentials import ClaimRefused, StatusEntry, require_text

_MOST_NAMED = 10
_NO_ID = "0" * 32


@dataclass(frozen=True)
class TextProblem:
    """A text of a certificate and what in it cannot be printed or signed."""

    what: str
    text: str
    found: str

    def __str__(self) -> str:
        return str(
            _(
                "%(what)s “%(text)s”: 수료증에 쓸 수 없는 글자가 있어요 (%(found)s).",
                what=self.what,
                text=self.text,
                found=self.found,
            )
        )


class CannotBeWritten(Invalid):
    """Somebody's certificate cannot be printed or signed as the record stands; nothing was stored."""

    def __init__(self, problems: list[TextProblem]) -> None:
        self.problems = problems
        message: Text = " ".join(str(p) for p in problems[:_MOST_NAMED])
        super().__init__(message + " " + _("명단이나 과정 정보를 고친 뒤 다시 발급해 주세요."))


def text_problems(reports: Sequence[PersonReport], authority: Authority) -> dict[int, list[TextProblem]]:
    """List what keeps people's certificates from being printed and signed, by enrolment id; nobody else is named.

    A person's name comes first; what is wrong with the cohort is looked at once and said of everybody in it.
    """
    cohorts: dict[int, _Cohort] = {}
    found: dict[int, list[TextProblem]] = {}
    for report in reports:
        cohort = report.enrolment.cohort
        known = cohorts.get(cohort.id)
        if known is None:
            known = cohorts[cohort.id] = _look_at(cohort, authority)
        problems = _problems(_l("성명"), report.person.name) + known.problems
        problems = problems or _refused_by_signer(report, known.claims, authority)
        if problems:
            found[report.enrolment.id] = problems
    return found


@dataclass(frozen=True)
class _Cohort:
    """What is wrong with a cohort's texts, or its part of the claims."""

    problems: list[TextProblem]
    claims: SharedClaims | None


def _look_at(cohort: Cohort, authority: Authority) -> _Cohort:
    problems = (
        _problems(_("과정명"), cohort.course.name)
        + _problems(_("과정 설명"), " ".join(cohort.course.description.split()))
        + _problems(_("기수"), cohort.name)
        + _problems(_("교육기관"), cohort.organisation.name)
        + _problems(_("발급기관"), authority.name)
    )
    if problems:
        return _Cohort(problems, None)
    try:
        return _Cohort([], shared_claims(cohort, authority))
    except ClaimRefused as refused:
        return _Cohort([TextProblem(cohort.name, refused.field, refused.found)], None)


def _problems(what: Text, text: str) -> list[TextProblem]:
    bad = _unusable(text)
    return [TextProblem(str(what), text, ", ".join(map(_spell, bad)))] if bad else []


def _unusable(text: str) -> list[str]:
    unprintable = missing_glyphs(text)
    return [c for c in dict.fromkeys(text) if c in unprintable or not _can_be_signed(c)]


def _spell(character: str) -> str:
    code = f"U+{ord(character):04X}"
    return f"{character} {code}" if character.isprintable() else code


@lru_cache(maxsize=4096)
def _can_be_signed(character: str) -> bool:
    try:
        require_text("text", f"가{character}가")
    except ClaimRefused:
        return False
    return True


def _refused_by_signer(report: PersonReport, shared: SharedClaims | None, authority: Authority) -> list[TextProblem]:
    """Make the claims as if they were to be signed now: what is refused here would be refused then."""
    if shared is None:
        return []
    try:
        build_claims(
            report,
            shared,
            public_id=_NO_ID,
            serial="제 0000-양성-0000호",
            status=StatusEntry(authority.status_list_url(_NO_ID), 0),
            at=report.enrolment.created_at,
        )
    except ClaimRefused as refused:
        return [TextProblem(report.person.name, refused.field, refused.found)]
    return []
