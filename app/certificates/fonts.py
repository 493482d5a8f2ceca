"""The two typefaces of the certificate, and which characters they can print.

A PDF/A file may not hold a character that its font lacks, so the question is asked before anything is issued.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

from pylopdf_fonts_ko import sans_path, serif_path

FONT_FILES: tuple[Path, ...] = (serif_path(), sans_path())

# Characters that steer others and draw nothing: printed text that looks the same must be the same.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def missing_glyphs(text: str) -> list[str]:
    """List the characters of `text` that a certificate cannot print, each once, in order of appearance.

    The text is taken in NFC, as it is printed. Control and formatting characters count as missing.
    """
    printable = _printable()
    normal = unicodedata.normalize("NFC", text)
    return [
        character
        for character in dict.fromkeys(normal)
        if ord(character) not in printable or unicodedata.category(character) in _INVISIBLE
    ]


@cache
def _printable() -> frozenset[int]:
    # Every text on the certificate is set in one of the two faces with the other as its substitute.
    return frozenset().union(*(_coverage(path.read_bytes()) for path in FONT_FILES))


def _coverage(font: bytes) -> set[int]:
    """Read the code points of an OpenType font's Unicode `cmap` subtables (formats 4 and 12)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    for index in range(tables):
        tag, _, start, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        if tag == b"cmap":
            break
    else:
        raise ValueError("the font has no cmap table")
    (subtables,) = struct.unpack_from(">H", font, start + 2)
    covered: set[int] = set()
    for index in range(subtables):
        platform, _, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * index)
        (subtable_format,) = struct.unpack_from(">H", font, start + offset)
        if platform in (0, 3) and subtable_format == 4:
            covered |= _format_4(font, start + offset)
        elif platform in (0, 3) and subtable_format == 12:
            covered |= _format_12(font, start + offset)
    return covered


def _format_4(font: bytes, start: int) -> set[int]:
    (double_count,) = struct.unpack_from(">H", font, start + 6)
    count = double_count // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    firsts = struct.unpack_from(f">{count}H", font, start + 16 + double_count)
    deltas = struct.unpack_from(f">{count}H", font, start + 16 + 2 * double_count)
    ranges_at = start + 16 + 3 * double_count
    ranges = struct.unpack_from(f">{count}H", font, ranges_at)
    covered: set[int] = set()
    for segment in range(count):
        for point in range(firsts[segment], ends[segment] + 1):
            if ranges[segment] == 0:
                glyph = (point + deltas[segment]) & 0xFFFF
            else:
                at = ranges_at + 2 * segment + ranges[segment] + 2 * (point - firsts[segment])
                (glyph,) = struct.unpack_from(">H", font, at)
            if glyph:
                covered.add(point)
    return covered


def _format_12(font: bytes, start: int) -> set[int]:
    (groups,) = struct.unpack_from(">L", font, start + 12)
    covered: set[int] = set()
    for group in range(groups):
        first, last, glyph = struct.unpack_from(">LLL", font, start + 16 + 12 * group)
        covered.update(range(first if glyph else first + 1, last + 1))
    return covered
