"""What changes when a cohort's sessions are edited: added, moved, cancelled. Pure: no database, no clock.

A session keeps its number for good: registers, uploads and people speak of 7회차. A cancelled number stays free, and
a new session takes the next one after the last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.errors import Conflict, Invalid
from app.core.i18n import _
from app.training.session_dates import MAX_SESSIONS, SessionTime, faults, ranges


@dataclass(frozen=True)
class SessionChange:
    """One session that is added (no `before`), cancelled (no `after`) or moved."""

    number: int
    before: SessionTime | None
    after: SessionTime | None


@dataclass(frozen=True)
class WantedSessions:
    """The sessions that are to be: the known ones by number (None: cancelled; absent: as it is), and new ones."""

    known: Mapping[int, SessionTime | None]
    added: Sequence[SessionTime] = ()


def changes(
    current: Mapping[int, SessionTime], recorded: Collection[int], wanted: WantedSessions
) -> tuple[SessionChange, ...]:
    """Answer what has to change, by number.

    Raises `Conflict` for a session that has attendance (`recorded`), `Invalid` when no session would be left, or
    the sessions that would be cannot be.
    """
    after: dict[int, SessionTime] = {}
    for number, session in current.items():
        time = wanted.known.get(number, session)
        if time is not None:
            after[number] = time
    following = max(current, default=0) + 1
    new = sorted(wanted.added, key=lambda session: (session.date, session.start))
    after |= dict(enumerate(new, start=following))
    found = [
        SessionChange(number, current.get(number), after.get(number))
        for number in sorted({*current, *after})
        if current.get(number) != after.get(number)
    ]
    locked = [change.number for change in found if change.number in recorded]
    if locked:
        raise Conflict(
            _(
                "%(numbers)s회차에는 출결 기록이 있어 옮기거나 취소할 수 없어요. 나머지만 바꿔 주세요.",
                numbers=ranges(locked),
            )
        )
    _check(after.values())
    return tuple(found)


def _check(sessions: Iterable[SessionTime]) -> None:
    times = list(sessions)
    if not times:
        raise Invalid(_("회차가 하나도 남지 않아요. 한 회차 이상 두어 주세요."))
    if len(times) > MAX_SESSIONS:
        raise Invalid(_("회차는 200회까지예요. 회차를 줄여 주세요."))
    for place, message in faults(times).items():
        raise Invalid(
            _(
                "%(date)s %(start)s~%(end)s 수업: %(message)s",
                date=times[place].date.isoformat(),
                start=f"{times[place].start:%H:%M}",
                end=f"{times[place].end:%H:%M}",
                message=message,
            )
        )
