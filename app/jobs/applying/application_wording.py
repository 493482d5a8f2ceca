"""How applications are written for those who hand them in: what a thing proves, what it names, what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date as Date
from typing import Any

from app.core.i18n import Text, _, _l
from app.core.templating import date, hours
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import ItemKind, Scan, Stage
from app.jobs.applying.application_numbers import receipt_number
from app.portfolio.experience_models import ExperienceKind
from app.training.models import CourseKind


def facts_line(kind: str, facts: Mapping[str, Any]) -> str:
    """Write what an item proves without naming anybody: `직무교육 62.5시간 · 서명 확인됨`."""
    parts = [_what(ItemKind(kind), facts)]
    if facts.get("signature"):
        parts.append(str(_("서명 확인됨") if facts["signature"] == "valid" else _("서명을 확인하지 못함")))
    if kind == ItemKind.EXPERIENCE:
        parts.append(str(_("확인됨") if facts.get("is_confirmed") else _("본인 기재")))
    if kind == ItemKind.COURSE:
        parts.append(str(_("수료") if facts.get("state") == "completed" else _("미수료")))
    return " · ".join(parts)


def facts_period(facts: Mapping[str, Any]) -> str:
    """Write the days of an item."""
    days = [facts.get(key) for key in ("started_on", "ended_on", "since", "until")]
    return " ~ ".join(iso_day(day) for day in days if day)


def names_in(full: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """Answer what an item names, as terms and values."""
    return [(label, str(full[key])) for key, label in _NAMES.items() if full.get(key)]


def item_title(kind: str, full: Mapping[str, Any]) -> str:
    """Write what its owner calls an item."""
    return str(full.get("course") or full.get("title") or full.get("organisation") or ItemKind(kind).label)


def step_title(event: ApplicationEvent) -> Text:
    """Write a step of an application."""
    return _STEPS.get(event.action) or Stage(event.stage).label


def stage_badge(stage: str) -> str:
    """Answer the kind of badge that shows a stage."""
    return _BADGES.get(Stage(stage), "information")


def scan_badge(scan: str) -> str:
    """Answer the kind of badge that shows what the scanner has said."""
    return _SCANS.get(Scan(scan), "neutral")


def file_size(size: int) -> str:
    """Write the size of a file: `1.2MB`, `340KB`."""
    return f"{size / 1024 / 1024:.1f}MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))}KB"


def iso_day(day: str) -> str:
    """Write a day that was kept as text."""
    return date(Date.fromisoformat(day)) if day else ""


def was_looked_at(application: Application) -> list[ApplicationEvent]:
    """Answer when the employer looked at the application and opened the identity box."""
    return [event for event in application.events if event.is_shown and event.action in _LOOKS]


def _what(kind: ItemKind, facts: Mapping[str, Any]) -> str:
    if kind is ItemKind.EXPERIENCE:
        label = ExperienceKind(facts["state"]).label
        return str(_("%(kind)s %(months)s개월", kind=label, months=facts["months"]))
    if facts.get("course_kind"):
        return f"{CourseKind(facts['course_kind']).label} {hours(facts.get('minutes'))}"
    return str(kind.label)


_LOOKS = ("view", "reveal")
_NAMES: dict[str, Text] = {
    "name": _l("이름"),
    "title": _l("증서 이름"),
    "course": _l("과정"),
    "cohort": _l("기수"),
    "centre": _l("교육기관"),
    "issuer": _l("발급기관"),
    "serial": _l("증서번호"),
    "document_number": _l("문서확인번호"),
    "organisation": _l("기관"),
    "role": _l("직위·역할"),
    "field": _l("분야"),
    "description": _l("한 일"),
    "confirmed_by": _l("확인한 기관"),
}
_STEPS: dict[str, Text] = {
    "submit": _l("지원서를 냈어요"),
    "acknowledge": _l("접수 알림을 보냈어요"),
    "view": _l("기관이 지원서를 열어 봤어요"),
    "reveal": _l("기관이 인적사항을 열어 봤어요"),
    "undo": _l("기관이 앞의 결정을 되돌렸어요"),
    "interview": _l("면접 시간을 골랐어요"),
    "interview_lost": _l("고른 면접 시간이 그사이 찼어요. 다시 골라 주세요"),
    "interview_cancel": _l("고른 면접 시간을 취소했어요"),
    "schedule": _l("기관이 채용 일정을 알렸어요"),
    "lapse": _l("결과가 없어서 채용이 끝난 것으로 봤어요"),
    "return_ask": _l("서류를 돌려 달라고 했어요"),
    "returned": _l("기관이 서류를 돌려줬어요"),
    "destroy": _l("기관이 서류를 파기했어요"),
    "withdraw": _l("지원을 취소했어요"),
    "consent_withdraw": _l("제공 동의를 철회했어요"),
    "file_infected": _l("낸 파일에서 악성코드가 발견되어 지웠어요"),
}
_BADGES = {
    Stage.SHORTLISTED: "success",
    Stage.INTERVIEW: "success",
    Stage.HIRED: "success",
    Stage.REJECTED: "danger",
    Stage.WITHDRAWN: "neutral",
}
_SCANS = {Scan.PENDING: "warning", Scan.CLEAN: "success", Scan.INFECTED: "danger"}
FILTERS: dict[str, Callable[..., object]] = {
    "application_stage": lambda stage: Stage(stage).label,
    "application_stage_badge": stage_badge,
    "application_step": step_title,
    "receipt_number": receipt_number,
    "scan_label": lambda scan: Scan(scan).label,
    "scan_badge": scan_badge,
    "file_size": file_size,
    "iso_day": iso_day,
}
