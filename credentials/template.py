"""Compiled templates: from one shape both the exact JSON text and the canonical N-Quads, and back.

A shape is the JSON document with slots where its values go. It is compiled once, when the module is loaded, into
format strings, so that neither signing nor verifying runs a JSON-LD processor or an RDF canonicaliser:

1. Every node has an id except those marked `Blank`, so a node's quads are known but for its values. The canonical
   form (RDFC-1.0) sorts all quads by code point; within a node the order is fixed by the predicates and found at
   compile time, and as subjects are distinct, sorting the nodes sorts the quads.
2. A blank node is named once, by the node that holds it, and refers to nothing. Its canonical label therefore
   follows from its first-degree hash alone (RDFC-1.0 §4.6): c14n0, c14n1, … in the order of the hashes.
3. Documents that stand exactly as we write them are read by the places of their quotation marks and proved by writing
   them again (`split`, then `json`); the slower walk over parsed JSON is for the others, and says where they differ.
4. Slot values hold no control characters (`values`), so JSON and canonical N-Quads escape the same two characters,
   the quotation mark and the backslash, in the same way (`escape`). Everything is written in bytes: the values are
   encoded one by one, and the fixed text around them never again.
5. What many documents share is filled in once (`bind`); the template that results has only the other slots left.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from credentials import terms, values
from credentials.strict_json import Number

_PLACE = re.compile(r"%\(([^)]+)\)s")


@dataclass(frozen=True)
class Slot:
    """A place for a text value, called by its name; what follows it, if anything, is fixed."""

    name: str
    then: str = ""


@dataclass(frozen=True)
class NumberSlot:
    """A place for a number, given as it is spelled in JSON."""

    name: str


class Blank(dict[str, Any]):
    """A node without an id."""


@dataclass(frozen=True)
class Mismatch:
    """Where a document leaves the shape: the path of keys and what is wrong there, as a stable code."""

    path: tuple[str, ...]
    code: str


class _Filler:
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

    @classmethod
    def of_format(cls, named: str) -> "_Filler":
        """Compile a format string with named places."""
        cut = _PLACE.split(named)
        return cls(
            piece if place % 2 else piece.replace("%%", "%").encode() for place, piece in enumerate(cut) if piece
        )

    def __call__(self, values: Mapping[str, bytes]) -> bytes:
        return self.constant if self._take is None else self._format % self._take(values)

    def bind(self, values: Mapping[str, bytes]) -> "_Filler":
        """Fill some of the places once and for all."""
        return _Filler(values.get(piece, piece) if isinstance(piece, str) else piece for piece in self._pieces)


@dataclass(frozen=True)
class _Node:
    """A node as a format string; for a blank one also the quad that names it, which its hash covers."""

    quads: str
    link: str | None = None


@dataclass(frozen=True)
class _BlankFillers:
    """Writes a blank node: for its hash with the quad that names it, and under each canonical label it may get."""

    first_degree: _Filler
    labelled: tuple[_Filler, ...]

    def bind(self, values: Mapping[str, bytes]) -> "_BlankFillers":
        return _BlankFillers(self.first_degree.bind(values), tuple(fill.bind(values) for fill in self.labelled))


def _blank_fillers(nodes: Sequence[tuple[str, str]]) -> list[_BlankFillers]:
    labels = [{"blank": f"_:c14n{place}".encode()} for place in range(len(nodes))]
    return [
        _BlankFillers(
            # RDFC-1.0 §4.6: the node being hashed is called _:a.
            _Filler.of_format(link + quads).bind({"blank": b"_:a"}),
            tuple(_Filler.of_format(quads).bind(label) for label in labels),
        )
        for link, quads in nodes
    ]


_hash_of = itemgetter(0)


class Bound:
    """A template with the values that stay the same filled in: it writes documents from the values of the others.

    `values` hold the value of each remaining slot by its name, spelled and escaped (`escape`).
    """

    def __init__(
        self, json: _Filler, named: Iterable[_Filler], blank: Iterable[_BlankFillers], numbers: Iterable[str]
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

    def bind(self, values: Mapping[str, bytes]) -> "Bound":
        """Fill in some of the values once and for all."""
        values = {**values, **{f: _canonical_float(values[name]) for name, f in self._numbers if name in values}}
        return Bound(
            self._json.bind(values),
            [fill.bind(values) for fill in self._named],
            [node.bind(values) for node in self._blank],
            [name for name, _ in self._numbers if name not in values],
        )


class Template(Bound):
    """A shape, compiled."""

    def __init__(self, shape: dict[str, Any]) -> None:
        self._shape = shape
        pieces = list(_pieces(shape))
        self._places, self._marks = _places(pieces)
        nodes = _compile_node({key: value for key, value in shape.items() if key not in ("@context", "proof")}, None)
        super().__init__(
            _Filler.of_format("".join(_format(piece) for piece in pieces)),
            [_Filler.of_format(node.quads) for node in nodes if node.link is None],
            _blank_fillers([(node.link, node.quads) for node in nodes if node.link is not None]),
            list(dict.fromkeys(piece.name for piece in pieces if isinstance(piece, NumberSlot))),
        )
        self._bare = self.places(name for name, _ in self._numbers)

    def split(self, data: bytes) -> list[str] | None:
        """Cut bytes at their quotation marks, so that each slot's value has its place (`places`), or answer None.

        That the bytes are those of this template has not been looked at: whoever calls writes them again with `json`
        and compares. Texts that need escapes are left to `read`.
        """
        if b"\\" in data or data.count(b'"') != self._marks:
            return None
        try:
            parts = data.decode().split('"')
        except UnicodeDecodeError:
            return None
        for place in self._bare:
            # A number stands between a colon and a comma, and has no quotation marks of its own.
            parts[place] = parts[place][1:-1]
        return parts

    def places(self, names: Iterable[str]) -> list[int]:
        """Say where the values of these slots are in what `split` returns."""
        return [self._places[name] for name in names]

    def read(self, document: Any) -> tuple[dict[str, str], list[Mismatch]]:
        """Take the slots' values out of a parsed document, and list every place that differs from the shape."""
        found: dict[str, str] = {}
        mismatches: list[Mismatch] = []
        _read(self._shape, document, (), found, mismatches)
        return found, mismatches


def escape(values: Mapping[str, str]) -> dict[str, bytes]:
    """Write values the way JSON and canonical N-Quads both write them between quotation marks, in UTF-8."""
    together = "".join(values.values())
    if '"' in together or "\\" in together:
        return {name: value.replace("\\", "\\\\").replace('"', '\\"').encode() for name, value in values.items()}
    return {name: value.encode() for name, value in values.items()}


@lru_cache(maxsize=1024)
def _canonical_float(spelled: bytes) -> bytes:
    return values.canonical_float(spelled.decode()).encode()


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _filling(value: Slot | str) -> str:
    return f"%({value.name})s{value.then}" if isinstance(value, Slot) else value.replace("%", "%%")


def _pieces(shape: Any) -> Iterator[str | Slot | NumberSlot]:
    """Cut the JSON text of a shape into fixed pieces and slots."""
    if isinstance(shape, dict):
        for place, (key, value) in enumerate(shape.items()):
            yield ("," if place else "{") + _literal(key) + ":"
            yield from _pieces(value)
        yield "}"
    elif isinstance(shape, list):
        for place, value in enumerate(shape):
            yield "," if place else "["
            yield from _pieces(value)
        yield "]"
    elif isinstance(shape, Slot):
        yield '"'
        yield shape
        yield f'{shape.then}"'
    elif isinstance(shape, NumberSlot):
        yield shape
    else:
        yield _literal(shape)


def _format(piece: str | Slot | NumberSlot) -> str:
    return piece.replace("%", "%%") if isinstance(piece, str) else f"%({piece.name})s"


def _places(pieces: list[str | Slot | NumberSlot]) -> tuple[dict[str, int], int]:
    """Find each slot's place when the JSON text is split at its quotation marks, and how many of these there are."""
    places: dict[str, int] = {}
    marks = 0
    for piece in pieces:
        if isinstance(piece, str):
            marks += piece.count('"')
        else:
            places.setdefault(piece.name, marks)
    return places, marks


def _compile_node(shape: dict[str, Any], link: str | None) -> list[_Node]:
    """Compile a node and those inside it. `link` is the quad that names a blank node."""
    subject = "%(blank)s" if isinstance(shape, Blank) else f"<{_filling(shape['id'])}>"
    types = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    lines = [f"<{terms.RDF_TYPE}> <{terms.TYPES[name]}> ." for name in types]
    inner: list[_Node] = []
    blanks = 0
    for key, value in shape.items():
        if key in ("id", "type"):
            continue
        predicate, coercion = terms.SCOPED_TERMS.get((types[0], key)) or terms.TERMS[key]
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Blank):
                lines.append(f"<{predicate}> _:c14n{blanks} .")
                blanks += 1
                inner += _compile_node(item, f"{subject} <{predicate}> %(blank)s .\n")
            elif isinstance(item, dict):
                lines.append(f"<{predicate}> <{_filling(item['id'])}> .")
                inner += _compile_node(item, None)
            else:
                lines.append(f"<{predicate}> {_object(item, coercion)} .")
    return [_Node("".join(f"{subject} {line}\n" for line in sorted(lines)), link), *inner]


def _object(item: Any, coercion: str) -> str:
    if coercion == terms.IRI:
        return f"<{_filling(item)}>"
    if isinstance(item, NumberSlot):
        return f'"%({item.name}.float)s"^^<{coercion}>'
    if isinstance(item, bool):
        return f'"{json.dumps(item)}"^^<{terms.XSD_BOOLEAN if coercion == terms.TEXT else coercion}>'
    if isinstance(item, int):
        return f'"{item}"^^<{terms.XSD_INTEGER if coercion == terms.TEXT else coercion}>'
    quoted = f'"{_filling(item)}"' if isinstance(item, Slot) else _format(_literal(item))
    return quoted if coercion == terms.TEXT else f"{quoted}^^<{coercion}>"


def _read(shape: Any, node: Any, path: tuple[str, ...], found: dict[str, str], mismatches: list[Mismatch]) -> None:
    if isinstance(shape, Slot):
        # Number is a str too, but a number where text belongs is something else.
        if type(node) is not str or not node.endswith(shape.then):
            mismatches.append(Mismatch(path, "unexpected_value"))
        else:
            _fill(shape.name, node.removesuffix(shape.then), path, found, mismatches)
    elif isinstance(shape, NumberSlot):
        if isinstance(node, Number):
            _fill(shape.name, str(node), path, found, mismatches)
        else:
            mismatches.append(Mismatch(path, "unexpected_value"))
    elif isinstance(shape, dict):
        _read_members(shape, node, path, found, mismatches)
    elif isinstance(shape, list):
        if not isinstance(node, list) or len(node) != len(shape):
            mismatches.append(Mismatch(path, "unexpected_value"))
        else:
            for part, item in zip(shape, node, strict=True):
                _read(part, item, path, found, mismatches)
    elif not _equals(shape, node):
        mismatches.append(Mismatch(path, "unexpected_value"))


def _read_members(
    shape: dict[str, Any], node: Any, path: tuple[str, ...], found: dict[str, str], mismatches: list[Mismatch]
) -> None:
    if not isinstance(node, dict):
        mismatches.append(Mismatch(path, "unexpected_value"))
        return
    for key, part in shape.items():
        if key in node:
            _read(part, node[key], (*path, key), found, mismatches)
        else:
            mismatches.append(Mismatch((*path, key), "missing_term"))
    if len(node) > len(shape) or node.keys() != shape.keys():
        mismatches.extend(Mismatch((*path, key), "unknown_term") for key in node if key not in shape)


def _fill(name: str, value: str, path: tuple[str, ...], found: dict[str, str], mismatches: list[Mismatch]) -> None:
    if found.setdefault(name, value) != value:
        mismatches.append(Mismatch(path, "contradiction"))


def _equals(constant: Any, node: Any) -> bool:
    if isinstance(constant, bool):
        return node is constant
    if isinstance(constant, int):
        return isinstance(node, Number) and str(node) == str(constant)
    return type(node) is str and bool(node == constant)
