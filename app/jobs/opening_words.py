"""The fixed choices of an opening and their names."""

from __future__ import annotations

from enum import StrEnum

from app.core.i18n import Text, _l


class OpeningState(StrEnum):
    """Where an opening stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    CLOSED = "closed"
    FILLED = "filled"

    @property
    def label(self) -> Text:
        return _STATES[self]


class WorkKind(StrEnum):
    """What somebody will do."""

    COORDINATOR = "coordinator"
    PLANNER = "planner"
    DESIGNER = "designer"
    COUNSELLOR = "counsellor"
    MANAGER = "manager"
    OFFICE = "office"
    OTHER = "other"

    @property
    def label(self) -> Text:
        return _WORK_KINDS[self]


class EmploymentType(StrEnum):
    """On what terms somebody is employed."""

    PERMANENT = "permanent"
    INDEFINITE = "indefinite"
    FIXED_TERM = "fixed_term"
    PART_TIME = "part_time"
    INTERN = "intern"
    OTHER = "other"

    @property
    def label(self) -> Text:
        return _EMPLOYMENT_TYPES[self]


class PayUnit(StrEnum):
    """What pay is counted by; the last three name no amount, and the last is of lists that are silent about it."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RULES = "rules"
    NEGOTIABLE = "negotiable"
    NOT_SAID = "not_said"

    @property
    def label(self) -> Text:
        return _PAY_UNITS[self]

    @property
    def has_amount(self) -> bool:
        return self in (PayUnit.HOUR, PayUnit.DAY, PayUnit.MONTH, PayUnit.YEAR)


class DocumentKind(StrEnum):
    """What an applicant hands in."""

    RESUME = "resume"
    INTRODUCTION = "introduction"
    CERTIFICATES = "certificates"
    PLAN = "plan"

    @property
    def label(self) -> Text:
        return _DOCUMENT_KINDS[self]


class OpeningSource(StrEnum):
    """Where an opening came from."""

    OWN = "own"
    WORK24 = "work24"
    ALIO = "alio"
    SHEET = "sheet"

    @property
    def label(self) -> Text:
        return _SOURCES[self]


class RequirementKind(StrEnum):
    """How a requirement can be proven; `OTHER` cannot be and is only said."""

    HOURS = "hours"
    COURSE = "course"
    APPOINTMENT = "appointment"
    EXPERIENCE = "experience"
    BADGE = "badge"
    OTHER = "other"

    @property
    def label(self) -> Text:
        return _REQUIREMENT_KINDS[self]


class RequirementLevel(StrEnum):
    """Whether somebody must have it or is preferred for it."""

    REQUIRED = "required"
    PREFERRED = "preferred"

    @property
    def label(self) -> Text:
        return _REQUIREMENT_LEVELS[self]


_STATES: dict[OpeningState, Text] = {
    OpeningState.DRAFT: _l("작성 중"),
    OpeningState.IN_REVIEW: _l("검토 중"),
    OpeningState.PUBLISHED: _l("모집 중"),
    OpeningState.CLOSED: _l("마감"),
    OpeningState.FILLED: _l("채용 완료"),
}
_WORK_KINDS: dict[WorkKind, Text] = {
    WorkKind.COORDINATOR: _l("도시재생 코디네이터"),
    WorkKind.PLANNER: _l("일자리기획가"),
    WorkKind.DESIGNER: _l("시민일자리설계사"),
    WorkKind.COUNSELLOR: _l("직업상담"),
    WorkKind.MANAGER: _l("센터장·사무국장·매니저"),
    WorkKind.OFFICE: _l("행정·회계"),
    WorkKind.OTHER: _l("그 밖의 일"),
}
_EMPLOYMENT_TYPES: dict[EmploymentType, Text] = {
    EmploymentType.PERMANENT: _l("정규직"),
    EmploymentType.INDEFINITE: _l("무기계약직"),
    EmploymentType.FIXED_TERM: _l("기간제"),
    EmploymentType.PART_TIME: _l("시간선택제"),
    EmploymentType.INTERN: _l("인턴"),
    EmploymentType.OTHER: _l("그 밖의 고용형태"),
}
_PAY_UNITS: dict[PayUnit, Text] = {
    PayUnit.HOUR: _l("시급"),
    PayUnit.DAY: _l("일급"),
    PayUnit.MONTH: _l("월급"),
    PayUnit.YEAR: _l("연봉"),
    PayUnit.RULES: _l("기관 규정"),
    PayUnit.NEGOTIABLE: _l("협의"),
    PayUnit.NOT_SAID: _l("원문에서 확인"),
}
_DOCUMENT_KINDS: dict[DocumentKind, Text] = {
    DocumentKind.RESUME: _l("이력서"),
    DocumentKind.INTRODUCTION: _l("자기소개서"),
    DocumentKind.CERTIFICATES: _l("수료증·자격증"),
    DocumentKind.PLAN: _l("직무수행계획서"),
}
_SOURCES: dict[OpeningSource, Text] = {
    OpeningSource.OWN: _l("이음"),
    OpeningSource.WORK24: _l("고용24"),
    OpeningSource.ALIO: _l("공공기관 채용정보"),
    OpeningSource.SHEET: _l("기관 목록 파일"),
}
_REQUIREMENT_KINDS: dict[RequirementKind, Text] = {
    RequirementKind.HOURS: _l("이수시간"),
    RequirementKind.COURSE: _l("과정 수료"),
    RequirementKind.APPOINTMENT: _l("위촉"),
    RequirementKind.EXPERIENCE: _l("경력"),
    RequirementKind.BADGE: _l("다른 기관의 증서"),
    RequirementKind.OTHER: _l("그 밖의 요건"),
}
_REQUIREMENT_LEVELS: dict[RequirementLevel, Text] = {
    RequirementLevel.REQUIRED: _l("자격요건"),
    RequirementLevel.PREFERRED: _l("우대사항"),
}
