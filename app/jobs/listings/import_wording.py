"""How sources and imports are written on pages."""

from __future__ import annotations

from collections.abc import Callable

from app.core.i18n import Text, _, _l
from app.jobs.listings.import_models import ImportNote, ImportRun
from app.jobs.listings.import_words import RunState, Schedule
from app.jobs.listings.listing_messages import explain
from app.jobs.listings.sheet_columns import FIELDS
from app.jobs.listings.similar_queries import Similar
from app.jobs.opening_words import OpeningSource

# What a column of a list can mean.
COLUMNS: dict[str, Text] = {
    "title": _l("공고명"),
    "employer": _l("기관"),
    "region": _l("근무지"),
    "employment_type": _l("고용형태"),
    "headcount": _l("모집인원"),
    "pay": _l("급여"),
    "period": _l("접수기간"),
    "posted": _l("접수 시작일"),
    "deadline": _l("마감일"),
    "qualification": _l("자격요건"),
    "preference": _l("우대사항"),
    "duties": _l("업무 내용"),
    "hours": _l("근무시간"),
    "work_period": _l("근무기간"),
    "address": _l("근무지 주소"),
    "documents": _l("제출서류"),
    "contact": _l("담당자"),
    "phone": _l("전화번호"),
    "email": _l("이메일"),
    "link": _l("링크"),
    "external_id": _l("공고번호"),
    "business_number": _l("사업자등록번호"),
}


SIGNS: dict[str, Text] = {
    "number": _l("사업자등록번호"),
    "road": _l("주소"),
    "lot": _l("주소"),
    "phone": _l("전화번호"),
    "email": _l("이메일"),
}


def what_differs(found: Similar) -> str:
    """Write what keeps two openings apart that are alike."""
    names = dict.fromkeys(str(SIGNS[name]) for name in found.differs)
    return ", ".join(names) or str(_("구별할 정보가 없어요"))


def column_choices() -> list[tuple[str, Text]]:
    """Answer what somebody can choose a column to mean."""
    return [(name, label) for name, label in COLUMNS.items() if name in FIELDS]


def error(run: ImportRun) -> Text:
    """Write why an import came to nothing, or closed nothing."""
    return explain(run.error_code, run.error_found) if run.error_code else ""


def message(note: ImportNote) -> Text:
    """Write why a row was refused, or what was left out of it."""
    return explain(note.code, note.found)


FILTERS: dict[str, Callable[..., object]] = {
    "run_state": lambda run: RunState(run.state).label,
    "run_colour": lambda run: RunState(run.state).colour,
    "run_error": error,
    "note_message": message,
    "what_differs": what_differs,
    "source_kind": lambda source: OpeningSource(source.kind).label,
    "source_schedule": lambda source: Schedule(source.schedule).label,
}
