"""The tree cut into tiles, as a log is served (C2SP tlog-tiles), and appending to it.

A tile of level L holds up to 256 hashes of subtrees of 256**L leaves each, one after the other; an entry bundle holds
the entries under a tile of level 0. Only full tiles are hashed into the level above. A log of n leaves has at most
one partial tile on each level, and these are all that `append` reads.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from credentials.errors import ProofRefused
from credentials.log.tree import HASH_BYTES, MOST_LEAVES, ReadHash, leaf_hash, node_hash, root_of

WIDTH = 256
"""Most hashes in a tile, most entries in a bundle."""

_HEIGHT = 8
_MOST_LEVEL = 63
_MOST_ENTRY = 0xFFFF
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")

ReadTile = Callable[[int, int], bytes]
"""Answers the stored bytes of the tile (level, index), or more of them than the tree at hand has."""


@dataclass(frozen=True, order=True)
class Tile:
    """A tile: its level (0 to 63), its index on that level, and its width (1 to 256 hashes of 32 bytes)."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path under the log's prefix, such as `tile/0/x001/x234/067.p/12`."""
        return f"tile/{self.level}/{_path(self.index, self.width)}"


@dataclass(frozen=True, order=True)
class Bundle:
    """An entry bundle: its index and its width (1 to 256 entries)."""

    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path under the log's prefix, such as `tile/entries/067.p/12`."""
        return f"tile/entries/{_path(self.index, self.width)}"


@dataclass(frozen=True)
class Appended:
    """What became of a log: its size and root, and the new bytes of every tile that changed, by level and index."""

    size: int
    root: bytes
    tiles: Mapping[tuple[int, int], bytes]


def tiles_of(size: int) -> Iterator[Tile]:
    """List the tiles of a tree of `size` leaves, level by level, partial ones last; none is empty."""
    for level in range(_MOST_LEVEL + 1):
        hashes = size >> _HEIGHT * level
        if not hashes:
            return
        full, rest = divmod(hashes, WIDTH)
        yield from (Tile(level, index) for index in range(full))
        if rest:
            yield Tile(level, full, rest)


def parse_path(path: str) -> Tile | Bundle:
    """Read the path of a tile or bundle; ValueError unless it is spelled in the one permitted way."""
    parts = _PATH.fullmatch(path)
    if parts is None:
        raise ValueError(f"not the path of a tile: {path[:80]!r}")
    level, upper, last, width = parts.groups()
    index = int(upper.replace("x", "").replace("/", "") + last)
    wide = WIDTH if width is None else int(width)
    found = Bundle(index, wide) if level == "entries" else Tile(int(level), index, wide)
    if found.path != path or index >= MOST_LEAVES or (isinstance(found, Tile) and found.level > _MOST_LEVEL):
        raise ValueError(f"not the path of a tile: {path[:80]!r}")
    return found


def hash_reader(read_tile: ReadTile) -> ReadHash:
    """Read the hashes of complete subtrees from tiles, for `tree`; it raises ProofRefused for a tile too short."""

    def read(height: int, index: int) -> bytes:
        level, above = divmod(height, _HEIGHT)
        tile, place = divmod(index << above, WIDTH)
        count = 1 << above
        data = read_tile(level, tile)[place * HASH_BYTES : (place + count) * HASH_BYTES]
        if len(data) != count * HASH_BYTES:
            raise ProofRefused(f"tile {level}/{tile} is too short")
        return _root(data)

    return read


def append(size: int, entries: Sequence[bytes], read_tile: ReadTile) -> Appended:
    """Append entries to a log of `size` leaves, of whose tiles only the partial ones are read.

    Write the tiles that are returned in the same transaction as the new size and root. ProofRefused when a stored
    tile is shorter than the size demands; ValueError for an entry that does not fit a bundle.
    """
    _require_sizes(entries)
    changed: dict[tuple[int, int], bytes] = {}
    added = [leaf_hash(entry) for entry in entries]
    level = 0
    while added:
        stored = size >> _HEIGHT * level
        index, width = divmod(stored, WIDTH)
        data = read_tile(level, index)[: width * HASH_BYTES] if width else b""
        if len(data) != width * HASH_BYTES:
            raise ProofRefused(f"tile {level}/{index} is too short")
        data += b"".join(added)
        added = []
        for begin in range(0, len(data), WIDTH * HASH_BYTES):
            piece = data[begin : begin + WIDTH * HASH_BYTES]
            changed[level, index] = piece
            index += 1
            if len(piece) == WIDTH * HASH_BYTES:
                added.append(_root(piece))
        level += 1

    def read(level: int, index: int) -> bytes:
        return changed[level, index] if (level, index) in changed else read_tile(level, index)

    total = size + len(entries)
    return Appended(total, root_of(total, hash_reader(read)), changed)


def encode_entries(entries: Iterable[bytes]) -> bytes:
    """Write an entry bundle: each entry after its length in two bytes; ValueError for one above 65,535 bytes."""
    listed = list(entries)
    _require_sizes(listed)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in listed)


def decode_entries(data: bytes) -> list[bytes]:
    """Read an entry bundle; ValueError when it ends early or holds more than 256 entries."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or len(entries) == WIDTH:
            raise ValueError("an entry bundle that ends early or is too wide")
        entries.append(data[at + 2 : end])
        at = end
    return entries


def _path(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[begin : begin + 3] for begin in range(0, len(digits), 3)]
    whole = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return whole if width == WIDTH else f"{whole}.p/{width}"


def _root(data: bytes) -> bytes:
    """Hash the hashes of a complete subtree up to its root."""
    hashes = [data[begin : begin + HASH_BYTES] for begin in range(0, len(data), HASH_BYTES)]
    while len(hashes) > 1:
        hashes = list(map(node_hash, hashes[::2], hashes[1::2]))
    return hashes[0]


def _require_sizes(entries: Sequence[bytes]) -> None:
    for entry in entries:
        if len(entry) > _MOST_ENTRY:
            raise ValueError(f"an entry of {len(entry)} bytes; a bundle holds at most {_MOST_ENTRY}")
