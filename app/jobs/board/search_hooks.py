"""Nobody can forget the index: whatever changes openings through a session is indexed before it is committed.

Objects are seen when they are flushed, bulk statements when they are executed: an `insert` of many openings, an
`update` or `delete` with conditions. Only SQL given as text goes unseen; the worker finds what it left
(`search_job`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import InstrumentedAttribute, ORMExecuteState, Session

from app.core import clock
from app.jobs.board import search_index
from app.jobs.opening_models import Opening, Requirement

# By table: its own number, and the number of the opening that a row of it belongs to.
_WATCHED: dict[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[int]]] = {
    Opening.__tablename__: (Opening.id, Opening.id),
    Requirement.__tablename__: (Requirement.id, Requirement.opening_id),
}
_CHANGED, _ADDED = "openings_changed", "openings_added_behind"


def _changed(session: Session) -> set[int]:
    ids: set[int] = session.info.setdefault(_CHANGED, set())
    return ids


@event.listens_for(Session, "after_flush")
def _note_objects(session: Session, _context: Any) -> None:
    for thing in (*session.new, *session.dirty, *session.deleted):
        if isinstance(thing, Opening):
            _changed(session).add(thing.id)
        elif isinstance(thing, Requirement):
            _changed(session).add(thing.opening_id)


@event.listens_for(Session, "do_orm_execute")
def _note_statements(state: ORMExecuteState) -> None:
    table = getattr(getattr(state.statement, "table", None), "name", "")
    if table not in _WATCHED or state.is_select:
        return
    own, of_opening = _WATCHED[table]
    if state.is_insert:
        # Their numbers are not known yet, but that they will be greater than these.
        marks = state.session.info.setdefault(_ADDED, {})
        marks.setdefault(table, state.session.scalar(select(func.max(own))) or 0)
        return
    given = state.parameters if isinstance(state.parameters, list) else []
    where = getattr(state.statement, "whereclause", None)
    rows = select(of_opening)
    if where is not None:
        rows = rows.where(where)
    elif given:
        rows = rows.where(own.in_([row["id"] for row in given]))
    _changed(state.session).update(state.session.scalars(rows))


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    ids = session.info.pop(_CHANGED, set())
    for table, mark in session.info.pop(_ADDED, {}).items():
        own, of_opening = _WATCHED[table]
        ids.update(session.scalars(select(of_opening).where(own > mark)))
    if ids:
        search_index.write(session, ids, clock.now())


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if session.in_nested_transaction():
        # Only a savepoint is given up: what was changed before it is still to be committed.
        return
    session.info.pop(_CHANGED, None)
    session.info.pop(_ADDED, None)
