"""The résumé made from what is handed in, as PDF. It says what the frozen items say and nothing else.

It is Korean like the certificates, whatever language the applicant reads in: employers read it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from datetime import date as Date
from datetime import datetime
from pathlib import Path
from typing import Any

from app.certificates.fonts import missing_glyphs
from app.certificates.typesetting import typeset
from app.core.clock import seoul_date
from app.core.i18n import _, in_language
from app.core.templating import date, hours
from app.jobs.application_models import Application, ApplicationFile
from app.jobs.application_words import ItemKind, Scan
from app.jobs.applying.application_choices import Frozen
from app.jobs.applying.application_package import Package
from app.portfolio.experience_models import ExperienceKind
from app.training.models import CourseKind

_FOLDER = Path(__file__).parents[3] / "templates" / "resume"
_Entry = dict[str, Any]


def resume_pdf(package: Package, at: datetime) -> bytes:
    """Set the résumé. What no typeface of ours can print stands as an empty square."""
    day = seoul_date(at)
    with in_language("ko"):
        content = {
            "title": str(_("이력서")),
            "author": package.identity["name"],
            "day": {"year": day.year, "month": day.month, "day": day.day},
            "sections": list(_sections(package)),
            "foot": str(
                _(
                    "이음에서 %(day)s에 만들었어요. 수료증과 증서는 함께 낸 서명 원본으로 확인해요.",
                    day=date(day),
                )
            ),
        }
    return typeset("resume.typ", {"resume": json.dumps(_printable(content))}, form="pdf", folder=_FOLDER)


def resume_file(application: Application, package: Package, at: datetime) -> ApplicationFile:
    """Answer the résumé as a file of the application; it was made here, so there is nothing to scan."""
    content = resume_pdf(package, at)
    with in_language("ko"):
        name = f"{_('이력서')}.pdf"
    return ApplicationFile(
        person_id=application.person_id,
        application_id=application.id,
        filename=name,
        kind="pdf",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        scan=Scan.NONE.value,
        is_made=True,
        created_at=at,
    )


def _sections(package: Package) -> Iterable[dict[str, Any]]:
    box = package.identity
    person = [
        _entry(_("이름"), box["name"]),
        _entry(_("생년월일"), date(Date.fromisoformat(box["birth_date"]))),
        _entry(_("연락처"), " · ".join(filter(None, (box["phone"], box["email"])))),
    ]
    yield {"title": str(_("인적사항")), "entries": person}
    titles = {
        ItemKind.EXPERIENCE: _("경력"),
        ItemKind.CERTIFICATE: _("수료증"),
        ItemKind.BADGE: _("다른 기관의 증서"),
        ItemKind.COURSE: _("교육이수내역"),
        ItemKind.HOURS: _("이수시간"),
    }
    for kind, title in titles.items():
        entries = [_ENTRIES[kind](item) for item in package.items if item.kind is kind]
        if entries:
            yield {"title": str(title), "entries": entries}
    if package.words:
        yield {"title": str(_("하고 싶은 말")), "entries": [_entry("", "", package.words.splitlines())]}


def _entry(term: object, title: object, lines: Iterable[object] = ()) -> _Entry:
    return {"term": str(term), "title": str(title), "lines": [str(line) for line in lines if str(line)]}


def _days(facts: dict[str, Any], first: str, last: str) -> str:
    end = facts.get(last)
    return f"{date(Date.fromisoformat(facts[first]))} ~ {date(Date.fromisoformat(end)) if end else _('지금까지')}"


def _experience(item: Frozen) -> _Entry:
    facts, full = item.facts, item.full
    role = " · ".join(filter(None, (str(ExperienceKind(facts["state"]).label), full["role"], full["field"])))
    by = full["confirmed_by"]
    mark = _("%(organisation)s에서 확인함", organisation=by) if by else _("본인 기재")
    lines = [role, *full["description"].splitlines(), mark]
    return _entry(_days(facts, "since", "until"), full["organisation"], lines)


def _certificate(item: Frozen) -> _Entry:
    facts, full = item.facts, item.full
    said = f"{full['cohort']} · {hours(facts['minutes'])} · {full['centre']}"
    numbers = _("%(serial)s · 문서확인번호 %(number)s", serial=full["serial"], number=full["document_number"])
    return _entry(_days(facts, "started_on", "ended_on"), full["course"], [said, numbers])


def _badge(item: Frozen) -> _Entry:
    return _entry(item.full["issuer"], item.full["title"], [_("서명 확인됨")])


def _course(item: Frozen) -> _Entry:
    facts, full = item.facts, item.full
    state = _("수료") if facts["state"] == "completed" else _("미수료")
    said = f"{full['cohort']} · {hours(facts['minutes'])} · {full['centre']} · {state}"
    return _entry(_days(facts, "started_on", "ended_on"), full["course"], [said])


def _hours(item: Frozen) -> _Entry:
    kind = CourseKind(item.facts["course_kind"]).label
    return _entry(_("%(year)s년", year=item.facts["since"][:4]), f"{kind} {hours(item.facts['minutes'])}")


_ENTRIES = {
    ItemKind.EXPERIENCE: _experience,
    ItemKind.CERTIFICATE: _certificate,
    ItemKind.BADGE: _badge,
    ItemKind.COURSE: _course,
    ItemKind.HOURS: _hours,
}


def _printable(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _printable(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_printable(value) for value in content]
    if not isinstance(content, str):
        return content
    text = unicodedata.normalize("NFC", content)
    return text.translate({ord(character): "□" for character in missing_glyphs(text)})
