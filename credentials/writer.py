"""Writing documents from values, in bytes: the JSON text and the canonical N-Quads, with fixed text between values.

`template` says what is written; here it only has to be fast. Values are spelled and escaped (`escape`) once and go
into both texts as they are.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from credentials import values

_PLACE = re.compile(r"%\(([^)]+)\)s")


class Filler:
    """Fixed bytes and named places, in turn; filled by position, which is several times faster than by name."""

    def __init__(self, pieces: Iterable[bytes | str]) -> None:
        self._pieces: list[bytes | str] = []
        for piece in pieces:
            last = self._pieces[-1] if self._pieces else ""
            if isinstance(piece, bytes) and isinstance(last, bytes):
                self._pieces[-1] = last + piece
            else:
                self._pieces.append(piece)
        names = [piece for piece in self._pieces if isinstance(piece, str)]
        self._take = itemgetter(*names) if names else None
        self._format = b"".join(
            b"%b" if isinstance(piece, str) else piece.replace(b"%", b"%%") for piece in self._pieces
        )
        self.constant = b"" if names else self._format % ()
        self.names = tuple(dict.fromkeys(names))
        self._steps = list(_steps(self._pieces))

    @classmethod
    def of_format(cls, named: str) -> "Filler":
        """Compile a format string with named places."""
        cut = _PLACE.split(named)
        return cls(
            piece if place % 2 else piece.replace("%%", "%").encode() for place, piece in enumerate(cut) if piece
        )

    def __call__(self, values: Mapping[str, bytes]) -> bytes:
        return self.constant if self._take is None else self._format % self._take(values)

    def match(self, data: bytes) -> list[bytes] | None:
        """Take the values, in the order of `names`, out of bytes that filling with them gives; None for others.

        None also for values that hold the byte which stands after them: so there is only one way to take them.
        """
        found: list[bytes] = []
        at = 0
        for fixed, length, end, before in self._steps:
            if not data.startswith(fixed, at):
                return None
            at += length
            if end:
                stop = data.find(end, at)
                if stop < 0:
                    return None
                found.append(data[at:stop])
                at = stop
            elif before >= 0:
                if not data.startswith(found[before], at):
                    return None
                at += len(found[before])
        return found if at == len(data) else None

    def bind(self, values: Mapping[str, bytes]) -> "Filler":
        """Fill some of the places once and for all."""
        return Filler(values.get(piece, piece) if isinstance(piece, str) else piece for piece in self._pieces)


def _steps(pieces: Sequence[bytes | str]) -> Iterator[tuple[bytes, int, bytes, int]]:
    """Say how to read what was filled: fixed bytes and their length, and the place after them, if any.

    A new value ends before a certain byte; one that stood before is called by its number.
    """
    names: list[str] = []
    fixed = b""
    for piece, after in zip(pieces, (*pieces[1:], b""), strict=True):
        if isinstance(piece, bytes):
            fixed = piece
        elif piece in names:
            yield fixed, len(fixed), b"", names.index(piece)
            fixed = b""
        else:
            # Where nothing fixed follows, a value could not be told from the next.
            yield fixed, len(fixed), after[:1] if isinstance(after, bytes) and after else b"\0", -1
            names.append(piece)
            fixed = b""
    yield fixed, len(fixed), b"", -1


@dataclass(frozen=True)
class _Blank:
    """Writes a blank node: for its hash with the quad that names it, and under each canonical label it may get."""

    first_degree: Filler
    labelled: tuple[Filler, ...]

    def bind(self, values: Mapping[str, bytes]) -> "_Blank":
        return _Blank(self.first_degree.bind(values), tuple(fill.bind(values) for fill in self.labelled))


def blank_fillers(nodes: Sequence[tuple[str, str]]) -> list[_Blank]:
    labels = [{"blank": f"_:c14n{place}".encode()} for place in range(len(nodes))]
    return [
        _Blank(
            # RDFC-1.0 §4.6: the node being hashed is called _:a.
            Filler.of_format(link + quads).bind({"blank": b"_:a"}),
            tuple(Filler.of_format(quads).bind(label) for label in labels),
        )
        for link, quads in nodes
    ]


_hash_of = itemgetter(0)


class Writer:
    """A template with the values that stay the same filled in: it writes documents from the values of the others.

    `values` hold the value of each remaining slot by its name, spelled and escaped (`escape`).
    """

    def __init__(
        self, json: Filler, named: Iterable[Filler], blank: Iterable[_Blank], numbers: Iterable[str]
    ) -> None:
        self._json = json
        self._named = tuple(named)
        self._known = [fill.constant for fill in self._named if fill.constant]
        self._varying = [fill for fill in self._named if not fill.constant]
        self._blank = tuple(blank)
        self._numbers = [(name, f"{name}.float") for name in numbers]

    def json(self, values: Mapping[str, bytes]) -> bytes:
        """Write the document: compact JSON in UTF-8, keys in the order of the shape."""
        return self._json(values)

    def match(self, data: bytes) -> list[bytes] | None:
        """Take the values of `names` out of bytes that are exactly what `json` writes; None for others."""
        return self._json.match(data)

    @property
    def names(self) -> tuple[str, ...]:
        """The remaining slots, in the order in which they stand in the JSON."""
        return self._json.names

    def quads(self, values: Mapping[str, bytes]) -> bytes:
        """Write the canonical N-Quads (RDFC-1.0) of the document without its proof."""
        if self._numbers:
            values = {**values, **{as_float: _canonical_float(values[name]) for name, as_float in self._numbers}}
        # UTF-8 sorts as code points do. An IRI stands before a blank node, because "<" does before "_".
        blocks = self._known + [fill(values) for fill in self._varying]
        blocks.sort()
        hashed = [(hashlib.sha256(node.first_degree(values)).digest(), node.labelled) for node in self._blank]
        hashed.sort(key=_hash_of)
        blocks += [labelled[label](values) for label, (_, labelled) in enumerate(hashed)]
        return b"".join(blocks)

    def bind(self, values: Mapping[str, bytes]) -> "Writer":
        """Fill in some of the values once and for all."""
        values = {**values, **{f: _canonical_float(values[name]) for name, f in self._numbers if name in values}}
        return Writer(
            self._json.bind(values),
            [fill.bind(values) for fill in self._named],
            [node.bind(values) for node in self._blank],
            [name for name, _ in self._numbers if name not in values],
        )


def escape(values: Mapping[str, str]) -> dict[str, bytes]:
    """Write values the way JSON and canonical N-Quads both write them between quotation marks, in UTF-8."""
    together = "".join(values.values())
    if '"' in together or "\\" in together:
        return {name: value.replace("\\", "\\\\").replace('"', '\\"').encode() for name, value in values.items()}
    return {name: value.encode() for name, value in values.items()}


@lru_cache(maxsize=1024)
def _canonical_float(spelled: bytes) -> bytes:
    return values.canonical_float(spelled.decode()).encode()
