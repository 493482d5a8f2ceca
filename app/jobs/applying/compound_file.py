"""Just enough of the OLE compound file format ([MS-CFB]) to list the streams of an HWP file and read a small one.

Every read stays within the bytes at hand and every chain ends: a file that says otherwise is refused.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_END = 0xFFFFFFFE
_MOST_SECTORS = 100_000
_MOST_ENTRIES = 4_096


class NotCompound(ValueError):
    """The bytes are no compound file, or one that leads nowhere."""


@dataclass(frozen=True)
class Entry:
    """One entry of the directory: `kind` 1 is a storage, 2 a stream, 5 the root."""

    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """A compound file, its directory read. Raises `NotCompound`."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise NotCompound("no signature")
        self._data = data
        major, order, shift, mini_shift = struct.unpack_from("<HHHH", data, 26)
        if order != 0xFFFE or (major, shift) not in ((3, 9), (4, 12)) or mini_shift != 6:
            raise NotCompound("no known version")
        self._sector = 1 << shift
        first_directory, _signature, self._cutoff, first_mini = struct.unpack_from("<LLLL", data, 48)
        self._table = self._read_table()
        self._mini_table = _numbers(self._chain(first_mini)) if first_mini < _END else ()
        self.entries = self._read_directory(first_directory)
        root = next((entry for entry in self.entries if entry.kind == 5), None)
        if root is None:
            raise NotCompound("no root")
        self._mini = self._chain(root.start)[: root.size] if root.size else b""

    def read(self, entry: Entry) -> bytes:
        """Answer the bytes of a stream."""
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        parts: list[bytes] = []
        place, seen = entry.start, 0
        while place < _END:
            seen += 64
            if place >= len(self._mini_table) or seen > self._cutoff + 64:
                raise NotCompound("a short chain that leads nowhere")
            parts.append(self._mini[place * 64 : place * 64 + 64])
            place = self._mini_table[place]
        return b"".join(parts)[: entry.size]

    def _read_table(self) -> tuple[int, ...]:
        first, count = struct.unpack_from("<LL", self._data, 68)
        places = list(struct.unpack_from("<109L", self._data, 76))
        each = self._sector // 4 - 1
        for _number in range(min(count, _MOST_SECTORS)):
            if first >= _END:
                break
            more = _numbers(self._at(first))
            places += more[:each]
            first = more[each]
        return tuple(number for place in places if place < _END for number in _numbers(self._at(place)))

    def _read_directory(self, start: int) -> list[Entry]:
        raw = self._chain(start)
        entries = []
        for at in range(0, min(len(raw), _MOST_ENTRIES * 128), 128):
            length, kind = struct.unpack_from("<HB", raw, at + 64)
            if kind not in (1, 2, 5) or not 2 <= length <= 64:
                continue
            name = raw[at : at + length - 2].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<LL", raw, at + 116)
            entries.append(Entry(name, kind, first, size))
        return entries

    def _chain(self, place: int) -> bytes:
        parts: list[bytes] = []
        while place < _END:
            if place >= len(self._table) or len(parts) > len(self._data) // self._sector:
                raise NotCompound("a chain that leads nowhere")
            parts.append(self._at(place))
            place = self._table[place]
        return b"".join(parts)

    def _at(self, place: int) -> bytes:
        start = (place + 1) * self._sector
        sector = self._data[start : start + self._sector]
        if not sector:
            raise NotCompound("a sector beyond the end")
        return sector.ljust(self._sector, b"\0")


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}L", data)
