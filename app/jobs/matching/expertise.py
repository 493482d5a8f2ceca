"""What of a record proves somebody an expert in a field: a rule by words, shown beside each proposal.

A course counts for a field when its name holds one of the field's words; so does confirmed experience by its field,
and a checked badge by its name. What is only stated proves nothing. No serial is shown: it could be looked up.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.jobs.matching.eligibility import Record
from app.jobs.opening_words import WorkKind

WORDS: dict[WorkKind, tuple[str, ...]] = {
    WorkKind.COORDINATOR: ("도시재생", "코디네이터", "마을만들기", "주민공동체", "골목상권"),
    WorkKind.PLANNER: ("일자리기획", "기획", "공모사업"),
    WorkKind.DESIGNER: ("일자리설계", "설계사", "동행면접"),
    WorkKind.COUNSELLOR: ("상담", "취업지원"),
    WorkKind.MANAGER: ("사무국장", "센터장", "매니저", "운영관리"),
    WorkKind.OFFICE: ("회계", "행정", "정산"),
    WorkKind.OTHER: (),
}


@dataclass(frozen=True)
class Evidence:
    """One thing that proves a field: what it is called, who stands behind it (nobody named: we do), the minutes of a
    course, and how much it weighs (its hours, or ten for a badge or a confirmed employment)."""

    name: str
    by: str
    minutes: int
    weight: int


def evidence_in(field: WorkKind, record: Record) -> tuple[Evidence, ...]:
    """Answer everything in a record that proves this field, the weightiest first."""
    words = WORDS[field]
    found = [
        Evidence(c.course_name, "", c.minutes, c.minutes // 60)
        for c in record.certificates
        if any(word in "".join(c.course_name.split()) for word in words)
    ]
    found += [Evidence(b.name, b.issuer, 0, 10) for b in record.badges if any(word in b.name for word in words)]
    found += [
        Evidence(e.field, e.confirmed_by, 0, 10)
        for e in record.experiences
        if e.confirmed_by and any(word in "".join(e.field.split()) for word in words)
    ]
    return tuple(sorted(found, key=lambda one: -one.weight))
