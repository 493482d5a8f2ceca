"""Whether the texts of a certificate can be printed and signed; asked before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass

from app.certificates.authority import Authority
from app.certificates.claims import build_claims
from app.certificates.fonts import missing_glyphs
from app.core.errors import Invalid
from app.core.i18n import Text, _
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


def text_problems(report: PersonReport, authority: Authority) -> list[TextProblem]:
    """List what keeps this person's certificate from being printed and signed; the person's name comes first."""
    cohort = report.enrolment.cohort
    texts = (
        (_("성명"), report.person.name),
        (_("과정명"), cohort.course.name),
        (_("과정 설명"), " ".join(cohort.course.description.split())),
        (_("기수"), cohort.name),
        (_("교육기관"), cohort.organisation.name),
        (_("발급기관"), authority.name),
    )
    problems = [
        TextProblem(
            what, text, ", ".join(f"{c} U+{ord(c):04X}" if c.isprintable() else f"U+{ord(c):04X}" for c in bad)
        )
        for what, text in texts
        if (bad := _unusable(text))
    ]
    return problems or _refused_by_signer(report, authority)


def _unusable(text: str) -> list[str]:
    unprintable = missing_glyphs(text)
    return [c for c in dict.fromkeys(text) if c in unprintable or not _can_be_signed(c)]


def _spell(character: str) -> str:
    code = f"U+{ord(character):04X}"
    return f"{character} {code}" if character.isprintable() else code


def _can_be_signed(character: str) -> bool:
    try:
        require_text("text", f"가{character}가")
    except ClaimRefused:
        return False
    return True


def _refused_by_signer(report: PersonReport, authority: Authority) -> list[TextProblem]:
    """Make the claims as if they were to be signed now: what is refused here would be refused then."""
    try:
        build_claims(
            report,
            public_id=_NO_ID,
            serial="제 0000-양성-0000호",
            status=StatusEntry(authority.status_list_url(_NO_ID), 0),
            authority=authority,
            at=report.enrolment.created_at,
        )
    except ClaimRefused as refused:
        return [TextProblem(report.person.name, refused.field, refused.found)]
    return []
