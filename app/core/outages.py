"""Tells a database that cannot be used now from a row that cannot be stored. Pure."""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, TimeoutError

# Classes of SQLSTATE: connection, transaction rolled back, not in prerequisite state (locks), resources, operator
# intervention, system. A class of its own is 54, limits of a program: that is one row's doing.
_CLASSES = frozenset(("08", "40", "53", "55", "57", "58"))
_CODES = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    )
)


def is_outage(error: BaseException) -> bool:
    """Tell whether an error means that the database cannot be used now, whatever was asked of it: locked, gone, full.

    Whoever works off rows stops then; any other error is of one row, and the rest goes on.
    """
    if isinstance(error, TimeoutError):
        return True  # No connection came free.
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and is_outage(error.orig))
    if isinstance(error, psycopg.Error):
        # Without a state the server has not answered: it is away.
        state = error.sqlstate
        if not state:
            return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return state[:2] in _CLASSES
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _CODES
    return False
