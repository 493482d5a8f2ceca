"""The stages of an application and their names."""

from __future__ import annotations

from enum import StrEnum

from app.core.i18n import Text, _l


class Stage(StrEnum):
    """Where an application stands, as its applicant is told."""

    RECEIVED = "received"
    VIEWED = "viewed"
    SHORTLISTED = "shortlisted"
    INTERVIEW = "interview"
    HIRED = "hired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Text:
        return _STAGES[self]

    @property
    def is_final(self) -> bool:
        return self in FINAL_STAGES


FINAL_STAGES = (Stage.HIRED, Stage.REJECTED, Stage.WITHDRAWN)

_STAGES: dict[Stage, Text] = {
    Stage.RECEIVED: _l("접수"),
    Stage.VIEWED: _l("열람"),
    Stage.SHORTLISTED: _l("서류합격"),
    Stage.INTERVIEW: _l("면접"),
    Stage.HIRED: _l("최종합격"),
    Stage.REJECTED: _l("불합격"),
    Stage.WITHDRAWN: _l("지원취소"),
}


class ItemKind(StrEnum):
    """What of a portfolio an applicant can hand in."""

    CERTIFICATE = "certificate"
    HOURS = "hours"
    COURSE = "course"
    BADGE = "badge"
    EXPERIENCE = "experience"

    @property
    def label(self) -> Text:
        return _ITEM_KINDS[self]


_ITEM_KINDS: dict[ItemKind, Text] = {
    ItemKind.CERTIFICATE: _l("수료증"),
    ItemKind.HOURS: _l("이수시간"),
    ItemKind.COURSE: _l("교육이수내역"),
    ItemKind.BADGE: _l("다른 기관의 증서"),
    ItemKind.EXPERIENCE: _l("경력"),
}


class Scan(StrEnum):
    """What the virus scanner has said of a file."""

    NONE = "none"
    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"

    @property
    def label(self) -> Text:
        return _SCANS[self]


_SCANS: dict[Scan, Text] = {
    Scan.NONE: _l("올림"),
    Scan.PENDING: _l("악성코드 검사 중"),
    Scan.CLEAN: _l("악성코드 없음"),
    Scan.INFECTED: _l("악성코드가 있어 지움"),
}
