"""Connections to PostgreSQL that outlive the application of one test.

The server begins a process for each connection, and each process reads the catalogue anew before it plans its first
statements: more than what a quick test asks for. A connection that an application closes is wiped of everything that
a session can hold, and kept for the next application of this process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from os import getpid
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

Address = tuple[object, ...]

# The server has room for a hundred. A test that asks with fifty at once leaves no more than an ordinary one.
KEPT = 8


def keep_connections(patch: pytest.MonkeyPatch) -> None:
    """Let all engines hand on to each other what they have connected."""
    connect: Callable[..., Any] = PGDialect_psycopg.connect
    close: Callable[..., None] = PGDialect_psycopg.do_close
    # A process that was forked must neither talk on its parent's connections nor hang up for it by forgetting them.
    kept: dict[tuple[int, Address], list[Any]] = defaultdict(list)
    addresses: WeakKeyDictionary[Any, Address] = WeakKeyDictionary()

    def take(dialect: PGDialect_psycopg, *arguments: Any, **named: Any) -> Any:
        # What is left out is how values are read, an object of each dialect that is the same in all.
        address = (*arguments, *sorted((name, str(named[name])) for name in named.keys() - {"context"}))
        idle = kept[getpid(), address]
        connection = idle.pop() if idle else connect(dialect, *arguments, **named)
        addresses[connection] = address
        return connection

    def put_back(dialect: PGDialect_psycopg, connection: Any) -> None:
        idle = kept[getpid(), addresses[connection]]
        if len(idle) < KEPT and _wiped(connection):
            idle.append(connection)
        else:
            close(dialect, connection)

    patch.setattr(PGDialect_psycopg, "connect", take)
    patch.setattr(PGDialect_psycopg, "do_close", put_back)


def _wiped(connection: psycopg.Connection) -> bool:
    """Whether nothing is left of what the connection was used for; one that broke or is in the middle is not kept."""
    if connection.closed or connection.info.transaction_status != TransactionStatus.IDLE:
        return False
    try:
        connection.autocommit = True
        connection.execute("DISCARD ALL", prepare=False)
        connection.autocommit = False
        connection.isolation_level = connection.read_only = connection.deferrable = None
    except psycopg.Error:
        return False
    # What the driver believes to be prepared is discarded as well, and who listened to notices is gone.
    connection._prepared.clear()
    connection._prepared._to_flush.clear()
    connection._notice_handlers.clear()
    return True
