"""Connections to PostgreSQL that outlive the application of one test.

The server begins a process for each connection, and each process reads the catalogue anew before it plans its first
statements: more than what a quick test asks for. A connection that an application closes is wiped of everything that
a session can hold, and kept for the next application of this process.
"""

from __future__ import annotations

from collections import defaultdict
from os import getpid
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect

Address = tuple[object, ...]

# The server has room for a hundred. A test that asks with fifty at once leaves no more than an ordinary one.
KEPT = 8


def keep_connections(dialect: Dialect) -> None:
    """Let the engines of this dialect hand on to each other what they have connected."""
    connect, close = dialect.connect, dialect.do_close
    # A process that was forked must neither talk on its parent's connections nor hang up for it by forgetting them.
    kept: dict[tuple[int, Address], list[psycopg.Connection]] = defaultdict(list)
    addresses: WeakKeyDictionary[psycopg.Connection, Address] = WeakKeyDictionary()

    def take(*arguments: Any, **named: Any) -> Any:
        address = (*arguments, *sorted(named.items(), key=lambda item: item[0]))
        idle = kept[getpid(), address]
        connection: Any = idle.pop() if idle else connect(*arguments, **named)
        addresses[connection] = address
        return connection

    def put_back(connection: Any) -> None:
        idle = kept[getpid(), addresses[connection]]
        if len(idle) < KEPT and _wiped(connection):
            idle.append(connection)
        else:
            close(connection)

    dialect.connect = take  # type: ignore[method-assign]
    dialect.do_close = put_back  # type: ignore[method-assign,assignment]


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
    connection._notice_handlers.clear()
    return True
