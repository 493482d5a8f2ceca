"""How the history of an employment is written."""

from __future__ import annotations

from datetime import date as Date
from typing import Any

from app.core.i18n import Text, _, _l
from app.core.templating import actor_name, date
from app.jobs.outcomes.employment_models import Employment, EmploymentStep

_STEPS: dict[str, Text] = {
    "confirm": _l("채용을 확정했어요"),
    "correct": _l("기록을 고쳤어요"),
    "answer": _l("6개월 뒤를 답했어요"),
    "withdraw": _l("채용 확정을 철회했어요"),
}


def history_of(employment: Employment) -> list[EmploymentStep]:
    """Answer the steps that are worth showing."""
    return [one for one in employment.steps if one.action in _STEPS]


def step_title(one: EmploymentStep) -> str:
    """Write what happened, and on which side."""
    side = _("채용된 분") if one.by_person else actor_name(one.actor_label)
    return str(_("%(what)s (%(who)s)", what=_STEPS[one.action], who=side))


def step_text(one: EmploymentStep) -> str:
    """Write what it was about: the reason, the answer, or what the record said then."""
    if one.why:
        return one.why
    said: dict[str, Any] = one.after or {}
    if "stood" in said:
        return str(_("유지됨") if said["stood"] else _("끝남"))
    started, ended = said.get("started_on"), said.get("ended_on")
    if not started:
        return ""
    until = date(Date.fromisoformat(ended)) if ended else str(_("지금까지"))
    return f"{said.get('title', '')}, {date(Date.fromisoformat(started))} ~ {until}"


def withdrawal_of(employment: Employment) -> EmploymentStep | None:
    """Answer the step that withdrew it; None while it stands."""
    return next((one for one in reversed(employment.steps) if one.action == "withdraw"), None)


FILTERS = {
    "employment_history": history_of,
    "employment_step": step_title,
    "employment_step_text": step_text,
    "employment_withdrawal": withdrawal_of,
}
