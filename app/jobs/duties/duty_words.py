"""How duties are written: what they are, and how long is left."""

from __future__ import annotations

from datetime import date

from app.core.i18n import Text, _, _l, ngettext
from app.jobs.duties.duty_rules import Duty, DutyKind, DutyState

_BADGES = {
    DutyState.DONE: "success",
    DutyState.MISSED: "danger",
    DutyState.WAITING: "neutral",
    DutyState.OPEN: "neutral",
    DutyState.SOON: "warning",
    DutyState.OVERDUE: "danger",
}
_LAWS: dict[DutyKind, Text] = {
    DutyKind.RECEIPT: _l("채용절차법 제7조"),
    DutyKind.SCHEDULE: _l("채용절차법 제8조"),
    DutyKind.RESULT: _l("채용절차법 제10조"),
    DutyKind.RETURN: _l("채용절차법 제11조"),
    DutyKind.DESTRUCTION: _l("채용절차법 제11조"),
    DutyKind.LAPSE: _l("개인정보보호법 제21조"),
}


def days_left(due_on: date, today: date) -> str:
    """Write how long is left until a day: `3일 남음`, `오늘까지`, `2일 지남`."""
    left = (due_on - today).days
    if left == 0:
        return str(_("오늘까지"))
    if left < 0:
        return str(ngettext("%(days)s일 지남", "%(days)s일 지남", -left, days=-left))
    return str(ngettext("%(days)s일 남음", "%(days)s일 남음", left, days=left))


def standing(duty: Duty, today: date) -> str:
    """Write where a duty stands."""
    if duty.kind is DutyKind.RECEIPT:
        return str(_("자동으로 보냄"))
    if duty.is_missed:
        return str(_("하지 못함"))
    if duty.is_done:
        return str(_("마침"))
    if duty.due_on is None:
        return str(_("아직 날짜가 없음"))
    return days_left(duty.due_on, today)


def waiting_for(duty: Duty) -> str:
    """Write how many applications a duty is about."""
    return str(ngettext("지원자 %(count)s명", "지원자 %(count)s명", duty.count, count=f"{duty.count:,}"))


FILTERS = {
    "duty_standing": standing,
    "duty_days": days_left,
    "duty_count": waiting_for,
    "duty_badge": lambda duty, today: _BADGES[duty.state(today)],
    "duty_kind": lambda kind: DutyKind(kind).label,
    "duty_law": lambda duty: _LAWS[duty.kind],
}
