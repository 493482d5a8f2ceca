"""The fixed choices of imports and their names."""

from __future__ import annotations

from enum import StrEnum

from app.core.i18n import Text, _l


class RunState(StrEnum):
    """How an import went."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"

    @property
    def label(self) -> Text:
        return _STATES[self]

    @property
    def colour(self) -> str:
        return _COLOURS[self]


class Schedule(StrEnum):
    """How often a source is asked by itself."""

    NEVER = "never"
    HOURLY = "hourly"
    DAILY = "daily"

    @property
    def label(self) -> Text:
        return _SCHEDULES[self]

    @property
    def hours(self) -> int:
        return {"never": 0, "hourly": 1, "daily": 24}[self]


class NoteKind(StrEnum):
    """Whether a row was refused, or something was left out of it."""

    REFUSED = "refused"
    REMARK = "remark"


_STATES: dict[RunState, Text] = {
    RunState.RUNNING: _l("가져오는 중"),
    RunState.DONE: _l("가져옴"),
    RunState.FAILED: _l("실패"),
    RunState.UNDONE: _l("되돌림"),
}
_COLOURS = {"running": "information", "done": "success", "failed": "danger", "undone": "neutral"}
_SCHEDULES: dict[Schedule, Text] = {
    Schedule.NEVER: _l("자동으로 가져오지 않음"),
    Schedule.HOURLY: _l("한 시간마다"),
    Schedule.DAILY: _l("하루에 한 번"),
}
