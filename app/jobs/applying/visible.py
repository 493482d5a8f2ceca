"""What an employer may see of an application: the one place that decides. Pure.

Pages, tables, papers and mails of the employer's side are made from what `visible_of` answers and from nothing else;
a house test fails on any of them that reaches for the row's identity, its person or what its items say in full.

In a blind opening the identity box is closed until somebody has opened it (`Application.revealed_at`), which is
possible once the application has reached the opening's stage for it. Until then items say checked facts only, files
and papers stay locked, and what applicants wrote is masked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime
from typing import Any

from app.core.i18n import Text, _l
from app.core.templating import date
from app.jobs.application_models import Application, ApplicationFile, ApplicationItem
from app.jobs.application_words import ItemKind, Stage
from app.jobs.applying.masking import Masked, mask
from app.jobs.opening_models import Opening
from app.jobs.stages import has_reached

FILE_KINDS = frozenset(("pdf", "docx", "hwp", "hwpx"))
SERVED_SCANS = frozenset(("none", "clean"))
SIGNED_KINDS = (ItemKind.CERTIFICATE.value,)
_WORD = re.compile(r"[a-z_]{1,30}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FACT_WORDS = ("course_kind", "signature", "state")
_FACT_DAYS = ("started_on", "ended_on", "issued_on", "since", "until", "on")
_FACT_NUMBERS = ("minutes", "months", "count", "sessions")
IDENTITY_LABELS: dict[str, Text] = {
    "name": _l("성명"),
    "birth_date": _l("생년월일"),
    "sex": _l("성별"),
    "phone": _l("연락처"),
    "email": _l("이메일"),
    "school": _l("학교"),
}


@dataclass(frozen=True)
class VisibleItem:
    """Something handed in. `facts` names nobody and nothing; `full` is empty while the identity is closed."""

    public_id: str
    kind: ItemKind
    facts: Mapping[str, str | int]
    full: Mapping[str, Any]
    has_document: bool
    is_locked: bool


@dataclass(frozen=True)
class VisibleRequirement:
    """One finding about a requirement. `proven_by` is empty while the identity is closed."""

    level: str
    text: str
    met: bool | None
    proven_by: str
    short_minutes: int


@dataclass(frozen=True)
class VisibleFile:
    """A file handed in; its name is part of the identity."""

    public_id: str
    name: Text
    kind: str
    size: int
    can_be_taken: bool


@dataclass(frozen=True)
class Visible:
    """An application as its employer may see it at one moment."""

    public_id: str
    number: int
    name: Text
    stage: Stage
    submitted_at: datetime
    decided_at: datetime | None
    is_blind: bool
    is_open: bool
    can_be_opened: bool
    is_destroyed: bool
    identity: tuple[tuple[Text, str], ...]
    words: Masked
    items: tuple[VisibleItem, ...]
    requirements: tuple[VisibleRequirement, ...]
    files: tuple[VisibleFile, ...]

    @property
    def was_opened(self) -> bool:
        """Whether the employer has opened it, or decided on it without; the applicant is told either."""
        return self.stage is not Stage.RECEIVED

    @property
    def waits_to_be_opened(self) -> bool:
        """Whether there is something that nobody has opened yet."""
        return not self.was_opened and not self.is_destroyed

    @property
    def may_be_decided(self) -> bool:
        """Whether a decision may still follow: not once its papers went without a result."""
        return not self.stage.is_final and not self.is_destroyed

    @property
    def unmet(self) -> int:
        """How many requirements are not met."""
        return sum(1 for r in self.requirements if r.level == "required" and r.met is False)


def visible_of(application: Application, opening: Opening, at: datetime) -> Visible:
    """Answer what the employer may see of an application of this opening at this moment."""
    is_open = _is_open(application, opening, at)
    stage = Stage(application.stage)
    return Visible(
        public_id=application.public_id,
        number=application.number,
        name=_name(application, is_open=is_open),
        stage=stage,
        submitted_at=application.submitted_at,
        decided_at=application.decided_at,
        is_blind=opening.blind,
        is_open=is_open,
        can_be_opened=opening.blind
        and not is_open
        and holds_papers(application)
        and has_reached(stage, Stage(opening.reveal_stage)),
        is_destroyed=application.destroyed_at is not None,
        identity=_identity(application) if is_open else (),
        words=words_of(application, opening, application.words, at),
        items=tuple(_item(item, is_open=is_open) for item in application.items),
        requirements=tuple(_requirement(said, is_open=is_open) for said in application.eligibility),
        files=tuple(_file(file, place, is_open=is_open) for place, file in enumerate(application.files, start=1)),
    )


def unopened(seen: Visible) -> Visible:
    """Answer what may be taken away of an application that its employer has not opened: that it is there."""
    return replace(seen, is_open=False, identity=(), words=Masked(""), items=(), requirements=(), files=())


def holds_papers(application: Application) -> bool:
    """Tell whether what was handed in is still here: neither withdrawn nor destroyed."""
    return application.identity is not None


def words_of(application: Application, opening: Opening, words: str, at: datetime) -> Masked:
    """Answer what the employer may read of something that this applicant wrote: a message, for one."""
    if _is_open(application, opening, at) or not words:
        return Masked(words)
    if application.identity is None:
        return Masked("", is_held_back=True)
    return mask(words, application.identity, [item.full or {} for item in application.items])


def _is_open(application: Application, opening: Opening, at: datetime) -> bool:
    if not opening.blind:
        return True
    return application.revealed_at is not None and application.revealed_at <= at


def _name(application: Application, *, is_open: bool) -> Text:
    name = str((application.identity or {}).get("name") or "") if is_open else ""
    return name or _l("지원번호 %(number)s번", number=application.number)


def _identity(application: Application) -> tuple[tuple[Text, str], ...]:
    box = application.identity or {}
    return tuple((label, _written(box[key])) for key, label in IDENTITY_LABELS.items() if box.get(key))


def _written(value: Any) -> str:
    text = str(value)
    return date(Date.fromisoformat(text)) if _DAY.fullmatch(text) else text


def _item(item: ApplicationItem, *, is_open: bool) -> VisibleItem:
    return VisibleItem(
        public_id=item.public_id,
        kind=ItemKind(item.kind),
        facts=_harmless_facts(item.facts or {}),
        full=dict(item.full or {}) if is_open else {},
        has_document=bool(item.source_public_id) and item.kind in SIGNED_KINDS,
        is_locked=not is_open,
    )


def _harmless_facts(facts: Mapping[str, Any]) -> dict[str, str | int]:
    """Keep what cannot name anybody whoever wrote it: words of ours, days, numbers."""
    kept: dict[str, str | int] = {}
    for key in _FACT_WORDS:
        if isinstance(facts.get(key), str) and _WORD.fullmatch(facts[key]):
            kept[key] = facts[key]
    for key in _FACT_DAYS:
        if isinstance(facts.get(key), str) and _DAY.fullmatch(facts[key]):
            kept[key] = facts[key]
    if isinstance(facts.get("is_confirmed"), bool):
        kept["is_confirmed"] = int(facts["is_confirmed"])
    for key in _FACT_NUMBERS:
        if isinstance(facts.get(key), int) and not isinstance(facts[key], bool):
            kept[key] = min(max(facts[key], 0), 9_999_999)
    return kept


def _requirement(said: Mapping[str, Any], *, is_open: bool) -> VisibleRequirement:
    met = said.get("met")
    return VisibleRequirement(
        level=str(said.get("level") or "required"),
        text=str(said.get("text") or ""),
        met=met if isinstance(met, bool) else None,
        proven_by=_as_text(said.get("proven_by")) if is_open else "",
        short_minutes=int(said.get("short_minutes") or 0),
    )


def _as_text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


def _file(file: ApplicationFile, place: int, *, is_open: bool) -> VisibleFile:
    return VisibleFile(
        public_id=file.public_id,
        name=file.filename if is_open else _l("첨부파일 %(number)s", number=place),
        kind=file.kind if file.kind in FILE_KINDS else "",
        size=file.size,
        can_be_taken=is_open and file.scan in SERVED_SCANS,
    )
