"""Sets of openings as bits: one row for each choice of a filter and 16,384 openings, and one whole number when read.

Python's whole numbers are sets here: `&` and `|` of 100,000 openings take microseconds, and `bit_count` counts them.
Reading them takes longer than all the rest of a search, so a process keeps what it has read until the bits change:
every change writes a new random version beside them, which each search asks for.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, insert, select, update

from app.jobs.board.search_models import OpeningFacet
from app.jobs.board.search_row import Facet

CHUNK = 16_384
_TABLE = cast(Table, OpeningFacet.__table__)
# Stands among the bits, which only ever change together with it.
_VERSION = ("version", "", 0)
# The sets of one version, by kind and value. Versions are random: no two databases, or times of one, have the same.
_known: dict[bytes, dict[str, dict[str, int]]] = {}
_THIS = and_(*(_TABLE.c[name] == bindparam(f"the_{name}") for name in ("kind", "value", "chunk")))


class Changes:
    """The bits to set and to clear, gathered over many openings."""

    def __init__(self) -> None:
        self.cleared: dict[tuple[str, str, int], int] = defaultdict(int)
        self.set: dict[tuple[str, str, int], int] = defaultdict(int)

    def note(self, opening_id: int, lost: Iterable[Facet], gained: Iterable[Facet]) -> None:
        """Note the choices that an opening has lost and gained."""
        chunk, bit = divmod(opening_id, CHUNK)
        for target, facets in ((self.cleared, lost), (self.set, gained)):
            for kind, value in facets:
                target[kind, value, chunk] |= 1 << bit


def apply(connection: Connection, changes: Changes) -> None:
    """Change the stored bits. The caller holds the index: nobody else changes them meanwhile."""
    keys = sorted({*changes.cleared, *changes.set})
    stored = _stored(connection, keys)
    added, changed, emptied = [], [], []
    for key in keys:
        before = stored.get(key)
        after = ((before or 0) & ~changes.cleared.get(key, 0)) | changes.set.get(key, 0)
        kind, value, chunk = key
        this = {"the_kind": kind, "the_value": value, "the_chunk": chunk}
        if not after:
            emptied.append(this)
        elif before is None:
            added.append({"kind": kind, "value": value, "chunk": chunk, "bits": _bytes(after)})
        else:
            changed.append(this | {"bits": _bytes(after)})
    if keys:
        kind, value, chunk = _VERSION
        emptied.append({"the_kind": kind, "the_value": value, "the_chunk": chunk})
        added.append({"kind": kind, "value": value, "chunk": chunk, "bits": secrets.token_bytes(16)})
    if emptied:
        connection.execute(delete(_TABLE).where(_THIS), emptied)
    if added:
        connection.execute(insert(_TABLE), added)
    if changed:
        connection.execute(update(_TABLE).where(_THIS), changed)


def _of(key: tuple[str, str, int]) -> ColumnElement[bool]:
    return and_(
        *(column == part for column, part in zip((_TABLE.c.kind, _TABLE.c.value, _TABLE.c.chunk), key, strict=True))
    )


def _stored(connection: Connection, keys: Sequence[tuple[str, str, int]]) -> dict[tuple[str, str, int], int]:
    kinds, chunks = {key[0] for key in keys}, {key[2] for key in keys}
    rows = select(_TABLE).where(_TABLE.c.kind.in_(kinds), _TABLE.c.chunk.in_(chunks))
    return {(r.kind, r.value, r.chunk): int.from_bytes(r.bits, "little") for r in connection.execute(rows)}


def read(connection: Connection, kinds: Iterable[str]) -> dict[Facet, int]:
    """Answer the sets of all choices of these kinds."""
    wanted = tuple(kinds)
    version = connection.execute(select(_TABLE.c.bits).where(_of(_VERSION))).scalar()
    known = _known.get(version) if version is not None else None
    if known is None:
        known = {}
        if version is not None:
            _known.clear()
            _known[version] = known
    if missing := [kind for kind in wanted if kind not in known]:
        known.update(_read(connection, missing))
    return defaultdict(int, {(kind, value): bits for kind in wanted for value, bits in known[kind].items()})


def _read(connection: Connection, kinds: Sequence[str]) -> dict[str, dict[str, int]]:
    sets: dict[str, dict[str, bytearray]] = {kind: defaultdict(bytearray) for kind in kinds}
    rows = select(_TABLE.c.kind, _TABLE.c.value, _TABLE.c.chunk, _TABLE.c.bits).where(_TABLE.c.kind.in_(kinds))
    for kind, value, chunk, bits in connection.execute(rows).all():
        digits, begin = sets[kind][value], chunk * (CHUNK // 8)
        if len(digits) < begin:
            digits.extend(bytes(begin - len(digits)))
        digits[begin : begin + len(bits)] = bits
    return {
        kind: {value: int.from_bytes(digits, "little") for value, digits in values.items()}
        for kind, values in sets.items()
    }


def clear(connection: Connection) -> None:
    """Forget all bits."""
    connection.execute(delete(_TABLE))


def set_of(ids: Iterable[int]) -> int:
    """Answer a set as one number."""
    found = bytearray()
    for i in ids:
        byte = i >> 3
        if byte >= len(found):
            found.extend(bytes(byte - len(found) + 1))
        found[byte] |= 1 << (i & 7)
    return int.from_bytes(found, "little")


def members(ids: int) -> Iterator[int]:
    """Yield what is in a set, the smallest first. For small sets: each member is sought."""
    digits = bin(ids)[:1:-1]
    place = digits.find("1")
    while place >= 0:
        yield place
        place = digits.find("1", place + 1)


def _bytes(bits: int) -> bytes:
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")
