"""Destroying papers before their day: each application in a transaction of its own.

What was destroyed stays destroyed when the next one cannot be, or the process ends in the middle; doing it again goes
on with what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.core.i18n import Text, _l
from app.jobs.application_models import Application
from app.jobs.duties.destruction_service import destroy_papers
from app.jobs.opening_models import Opening

MOST_AT_ONCE = 100
_log = logging.getLogger("ieum.jobs")


@dataclass(frozen=True)
class Outcome:
    """What became of applications, by their numbers: destroyed, or why not."""

    destroyed: tuple[int, ...]
    refused: tuple[tuple[int, Text], ...]


def destroy_by_hand(opening: Opening, numbers: Iterable[int], actor: Actor, at: datetime) -> Outcome:
    """Destroy the papers of these applications of an opening, up to `MOST_AT_ONCE`. Commits by itself, one by one."""
    ids = _ids(opening, set(numbers))
    db.session.rollback()
    destroyed, refused = [], []
    for number, id in ids:
        why_not = _destroy(id, actor, at)
        if why_not is not None:
            refused.append((number, why_not))
        else:
            destroyed.append(number)
    return Outcome(tuple(destroyed), tuple(refused))


def _ids(opening: Opening, numbers: set[int]) -> list[tuple[int, int]]:
    rows = select(Application.number, Application.id).where(Application.opening_id == opening.id)
    found = db.session.execute(rows.order_by(Application.number))
    return [(number, id) for number, id in found if number in numbers][:MOST_AT_ONCE]


def _destroy(id: int, actor: Actor, at: datetime) -> Text | None:
    """Destroy one; answer why it could not be, None when it is done."""
    try:
        with unit_of_work():
            destroy_papers(id, actor, at, is_automatic=False)
    except Conflict as error:
        return error.message
    except Exception:
        _log.exception("the papers of application %s could not be destroyed by hand", id)
        return _l("시스템 문제로 파기하지 못했어요. 서류는 그대로 있어요.")
    return None
