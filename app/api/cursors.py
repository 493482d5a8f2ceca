"""Cursors: how a list goes on where a page ended, whatever was added meanwhile.

A cursor is the moment and the id of the last item told. To callers it is opaque: they follow `Link` or
`next_cursor`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic, Protocol, TypeVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import Select, and_, or_

from app.core.db import db

MOST = 100
CURSOR = r"^[0-9]{1,16}-[0-9a-f]{32}$"
_NUMBER = re.compile(r"[0-9]{1,6}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _digits_alone(value: Any) -> Any:
    """Python reads `1_0` and ` 10` as numbers, too; nobody else does."""
    if not isinstance(value, str):
        return value
    if not _NUMBER.fullmatch(value):
        raise PydanticCustomError("int_parsing", "Not a number in digits")
    return int(value)


Limit = Annotated[int, BeforeValidator(_digits_alone), Field(ge=1, le=MOST)]
Cursor = Annotated[str, Field(pattern=CURSOR)]


class Row(Protocol):
    """What a list can be read from: it is known by a public id."""

    public_id: Any


T = TypeVar("T", bound=Row)


@dataclass(frozen=True)
class Slice(Generic[T]):
    """Some items of a list, and the cursor behind them; None when nothing follows."""

    items: Sequence[T]
    next_cursor: str | None


def slice_of(rows: Select[Any], model: type[T], moment: str, limit: int, cursor: str | None) -> Slice[T]:
    """Answer the newest `limit` rows behind the cursor, by the column named `moment` and the public id."""
    at, public_id = getattr(model, moment), model.public_id
    if cursor is not None:
        last, last_id = _read(cursor)
        rows = rows.where(or_(at < last, and_(at == last, public_id < last_id)))
    found = db.session.scalars(rows.order_by(None).order_by(at.desc(), public_id.desc()).limit(limit + 1)).all()
    items = list(found[:limit])
    goes_on = len(found) > limit
    return Slice(items, _write(getattr(items[-1], moment), items[-1].public_id) if goes_on else None)


def _write(moment: datetime, public_id: str) -> str:
    return f"{(moment - _EPOCH) // _MICROSECOND}-{public_id}"


def _read(cursor: str) -> tuple[datetime, str]:
    count, _dash, public_id = cursor.partition("-")
    return _EPOCH + int(count) * _MICROSECOND, public_id
