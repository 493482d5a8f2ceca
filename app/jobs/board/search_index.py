"""The search index of openings: written with every change, asked on both databases. Nobody else touches its tables.

`opening_searches` has the text of what can be found; `opening_tokens` leads to it from parts of two characters: an
FTS5 table on SQLite, a `tsvector` with GIN on PostgreSQL. Both only say which openings may have a term; the text says
which have it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, bindparam, column, delete, func, insert, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, selectinload

from app.core.audit import RowId
from app.jobs.board import search_bits
from app.jobs.board.search_models import OpeningSearch
from app.jobs.board.search_row import facets_of, row_of
from app.jobs.board.search_text import needs_a_look, tokens_of, tokens_to_ask
from app.jobs.opening_models import Opening
from app.jobs.opening_words import OpeningState

BATCH = 500
_TABLE = cast(Table, OpeningSearch.__table__)
_TOKENS = table("opening_tokens", column("rowid"), column("opening_id"), column("words"))
_NOT_COMPARED = {"listed_at", "changed_at"}
# Any number that no other lock of ours has.
_LOCK = 4_020_020

_SQLITE_FORGET = text("INSERT INTO opening_tokens (opening_tokens, rowid, words) VALUES ('delete', :id, :words)")
_SQLITE_ADD = text("INSERT INTO opening_tokens (rowid, words) VALUES (:id, :words)")
_POSTGRESQL_FORGET = text("DELETE FROM opening_tokens WHERE opening_id = ANY(:ids)")
_POSTGRESQL_ADD = text(
    "INSERT INTO opening_tokens (opening_id, words) VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))"
)


def write(session: Session, ids: Iterable[int], at: datetime) -> int:
    """Make the index say of these openings what they say now; answer how many rows were written or removed.

    Openings that are gone, not published, or past their deadline leave the index. Doing it twice changes nothing.
    """
    wanted, changed = sorted(set(ids)), 0
    if wanted and session.connection().dialect.name == "postgresql":
        # Writers take turns until they commit: two of them would each wait for bits that the other has changed.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    for begin in range(0, len(wanted), BATCH):
        changed += _write_batch(session, wanted[begin : begin + BATCH], at)
    return changed


def _write_batch(session: Session, ids: Sequence[int], at: datetime) -> int:
    connection = session.connection()
    old = {r.opening_id: dict(r._mapping) for r in connection.execute(select(_TABLE).where(among(ids, connection)))}
    new = {row["opening_id"]: row for row in map(row_of, _findable(session, ids, at))}
    changed = [i for i in ids if _compared(old.get(i)) != _compared(new.get(i))]
    if not changed:
        return 0
    gone = [i for i in changed if i in old]
    come = [new[i] for i in changed if i in new]
    bits = search_bits.Changes()
    for i in changed:
        had = facets_of(old[i]) if i in old else set()
        has = facets_of(new[i]) if i in new else set()
        bits.note(i, had - has, has - had)
    search_bits.apply(connection, bits)
    _write_tokens(connection, [old[i] for i in gone], come)
    if gone:
        connection.execute(delete(_TABLE).where(among(gone, connection)))
    if come:
        listed = [row | {"listed_at": old.get(row["opening_id"], {}).get("listed_at", at)} for row in come]
        connection.execute(insert(_TABLE), [row | {"changed_at": at} for row in listed])
    return len(changed)


def _findable(session: Session, ids: Sequence[int], at: datetime) -> Iterable[Opening]:
    rows = select(Opening).where(Opening.id.in_(ids), Opening.state == OpeningState.PUBLISHED.value)
    rows = rows.where((Opening.deadline_at.is_(None)) | (Opening.deadline_at > at))
    fresh = rows.options(selectinload(Opening.requirements)).execution_options(populate_existing=True)
    return session.scalars(fresh)


def _compared(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: value for name, value in row.items() if name not in _NOT_COMPARED}


def _write_tokens(connection: Connection, gone: Sequence[dict[str, Any]], come: Sequence[dict[str, Any]]) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        ids = {row["opening_id"] for row in (*gone, *come)}
        connection.execute(_POSTGRESQL_FORGET, {"ids": list(ids)})
    elif gone:
        # Without content it cannot know which words to forget unless it is told.
        connection.execute(_SQLITE_FORGET, [_tokens(row) for row in gone])
    if come:
        connection.execute(_SQLITE_ADD if sqlite else _POSTGRESQL_ADD, [_tokens(row) for row in come])


def _tokens(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["opening_id"], "words": " ".join(sorted(tokens_of(row["text"])))}


def among(ids: Collection[int], connection: Connection) -> ColumnElement[bool]:
    """Make the condition that a row of the index is one of these, with one parameter however many they are."""
    if connection.dialect.name == "sqlite":
        values = func.json_each(json.dumps(list(ids))).table_valued("value")
        return OpeningSearch.opening_id.in_(select(values.c.value))
    given = bindparam("ids", list(ids), type_=ARRAY(RowId), unique=True)
    return OpeningSearch.opening_id == func.any(given)


def has_terms(terms: Iterable[str], connection: Connection) -> list[ColumnElement[bool]]:
    """Make the conditions that the text of a row has each of these terms."""
    place = func.instr if connection.dialect.name == "sqlite" else func.strpos
    return [place(OpeningSearch.text, term) != 0 for term in terms]


def find(session: Session, terms: Sequence[str], most: int) -> list[int]:
    """Answer the openings that have all terms, no more than `most` of them; which ones is not said."""
    connection, tokens = session.connection(), tokens_to_ask(terms)
    if connection.dialect.name == "sqlite":
        key, words = _TOKENS.c.rowid, text("opening_tokens MATCH :words").bindparams(words=" ".join(tokens))
    else:
        asked = text("opening_tokens.words @@ CAST(:words AS tsquery)")
        key, words = _TOKENS.c.opening_id, asked.bindparams(words=" & ".join(f"'{token}'" for token in tokens))
    rows = select(key).where(words)
    if looked_at := needs_a_look(terms):
        rows = rows.where(OpeningSearch.opening_id == key, *has_terms(looked_at, connection))
    return list(connection.execute(rows.limit(most)).scalars().all())


def stale(session: Session, at: datetime, most: int) -> list[int]:
    """Answer openings of which the index says what is not so: not listed, changed since, ended, past their deadline.

    Only code of an earlier version, a statement past the session, and time itself leave such behind.
    """
    listed = select(Opening.id).outerjoin(OpeningSearch, OpeningSearch.opening_id == Opening.id)
    in_time = (Opening.deadline_at.is_(None)) | (Opening.deadline_at > at)
    differs = (OpeningSearch.opening_id.is_(None)) | (OpeningSearch.version != Opening.version)
    published = Opening.state == OpeningState.PUBLISHED.value
    missing = listed.where(published, in_time, differs).limit(most)
    kept = select(OpeningSearch.opening_id).outerjoin(Opening, OpeningSearch.opening_id == Opening.id)
    ended = kept.where((OpeningSearch.ends_at <= at) | (Opening.id.is_(None)) | ~published).limit(most)
    return [*session.scalars(missing), *session.scalars(ended)]


def clear(session: Session) -> None:
    """Empty the index, for a rebuild from nothing."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO opening_tokens (opening_tokens) VALUES ('delete-all')"))
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text("DELETE FROM opening_tokens"))
    connection.execute(delete(_TABLE))
    search_bits.clear(connection)
