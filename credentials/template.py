"""Compiled templates: from one shape both the exact JSON text and the canonical N-Quads, and back.

A shape is the JSON document with slots where its values go. It is compiled once, when the module is loaded, into
format strings, so that neither signing nor verifying runs a JSON-LD processor or an RDF canonicaliser:

1. Every node has an id except those marked `Blank`, so a node's quads are known but for its values. The canonical
   form (RDFC-1.0) sorts all quads by code point; within a node the order is fixed by the predicates and found at
   compile time, and as subjects are distinct, sorting the nodes sorts the quads.
2. A blank node is named once, by the node that holds it, and refers to nothing. Its canonical label therefore
   follows from its first-degree hash alone (RDFC-1.0 §4.6): c14n0, c14n1, … in the order of the hashes.
3. Documents that stand exactly as we write them are read by comparing bytes and taking out what lies between the
   fixed ones (`match`); the slower walk over parsed JSON is for the others, and says where they differ.
4. Slot values hold no control characters (`values`), so JSON and canonical N-Quads escape the same two characters,
   the quotation mark and the backslash, in the same way (`escape`). Everything is written in bytes: the values are
   encoded one by one, and the fixed text around them never again.
5. What many documents share is filled in once (`bind`); the template that results has only the other slots left.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from credentials import terms
from credentials.strict_json import Number
from credentials.writer import Filler, Writer, blank_fillers


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


@dataclass(frozen=True)
class _Node:
    """A node as a format string; for a blank one also the quad that names it, which its hash covers."""

    quads: str
    link: str | None = None


@dataclass(frozen=True)
class Formats:
    """A compiled template as format strings with named places `%(name)s`: all that a reader elsewhere needs.

    `named` are the quads of each node with an id, `blank` those of each node without one after the quad that names
    it; of each number there is the place `name.float` too, for its canonical form.
    """

    json: str
    named: tuple[str, ...]
    blank: tuple[tuple[str, str], ...]
    numbers: tuple[str, ...]


class Template(Writer):
    """A shape, compiled. Members `beside` it stand in the JSON and have no part in the graph: a JWT's own claims."""

    def __init__(self, shape: dict[str, Any], beside: Mapping[str, Any] = MappingProxyType({})) -> None:
        self._shape = {**shape, **beside}
        pieces = list(_pieces(self._shape))
        nodes = _compile_node({key: value for key, value in shape.items() if key not in ("@context", "proof")}, None)
        self.formats = Formats(
            json="".join(_format(piece) for piece in pieces),
            named=tuple(node.quads for node in nodes if node.link is None),
            blank=tuple((node.link, node.quads) for node in nodes if node.link is not None),
            numbers=tuple(dict.fromkeys(piece.name for piece in pieces if isinstance(piece, NumberSlot))),
        )
        super().__init__(
            Filler.of_format(self.formats.json),
            [Filler.of_format(quads) for quads in self.formats.named],
            blank_fillers(self.formats.blank),
            self.formats.numbers,
        )

    def read(self, document: Any) -> tuple[dict[str, str], list[Mismatch]]:
        """Take the slots' values out of a parsed document, and list every place that differs from the shape."""
        found: dict[str, str] = {}
        mismatches: list[Mismatch] = []
        _read(self._shape, document, (), found, mismatches)
        return found, mismatches


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
