"""The seal (직인) of the issuing institution, drawn from its name.

Letters are strokes, not glyphs: a seal is a picture, so its letters must not turn up when the text of the
certificate is searched, copied or read aloud. They stand in columns from right to left, as on a carved seal.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def part(self, left: float, top: float, right: float, bottom: float) -> _Box:
        """Answer the part of this box that lies between the given fractions of its width and height."""
        width, height = self.right - self.left, self.bottom - self.top
        return _Box(
            self.left + left * width, self.top + top * height, self.left + right * width, self.top + bottom * height
        )


# Strokes as points "xy" on a grid of eighths, y downwards; "|" lifts the pen, "o" draws an oval into a box.
_CONSONANTS = {
    "ㄱ": "00 80 88", "ㄴ": "00 08 88", "ㄷ": "80 00 08 88", "ㄹ": "00 80 84 04 08 88", "ㅁ": "00 80 88 08 00",
    "ㅂ": "00 08 88 80|04 84", "ㅅ": "40 44|08 04 84 88", "ㅇ": "o 00 88", "ㅈ": "00 80|40 44|08 04 84 88",
    "ㅊ": "20 60|02 82|42 45|08 05 85 88", "ㅋ": "00 80 88|04 84", "ㅌ": "80 00 08 88|04 84",
    "ㅍ": "00 80|08 88|20 28|60 68", "ㅎ": "20 60|02 82|o 14 78",
}  # fmt: skip
_UPRIGHT = {
    "ㅏ": "20 28|24 84", "ㅑ": "20 28|23 83|25 85", "ㅓ": "60 68|04 64", "ㅕ": "60 68|03 63|05 65", "ㅣ": "40 48",
    "ㅐ": "10 18|80 88|14 84", "ㅒ": "10 18|80 88|13 83|15 85", "ㅔ": "40 48|80 88|04 44",
    "ㅖ": "40 48|80 88|03 43|05 45",
}  # fmt: skip
_LYING = {
    "ㅗ": "08 88|40 48",
    "ㅛ": "08 88|20 28|60 68",
    "ㅜ": "00 80|40 48",
    "ㅠ": "00 80|20 28|60 68",
    "ㅡ": "04 84",
}
_OTHERS = {
    "0": "20 60 82 86 68 28 06 02 20", "1": "22 40 48|28 68", "2": "00 80 84 08 88", "3": "00 80 88 08|24 84",
    "4": "68 60 05 85", "5": "80 00 04 84 88 08", "6": "80 00 08 88 84 04", "7": "00 80 38",
    "8": "00 80 88 08 00|04 84", "9": "84 04 00 80 88 08", "A": "08 03 40 83 88|05 85",
    "B": "00 60 64 04|64 84 88 08 00", "C": "80 00 08 88",
    "D": "00 50 83 85 58 08 00", "E": "80 00 08 88|04 84", "F": "80 00 08|04 64", "G": "80 00 08 88 84 44",
    "H": "00 08|80 88|04 84", "I": "00 80|40 48|08 88", "J": "80 88 08 05", "K": "00 08|80 04 88", "L": "00 08 88",
    "M": "08 00 44 80 88", "N": "08 00 88 80", "O": "o 00 88", "P": "08 00 80 84 04", "Q": "o 00 88|55 88",
    "R": "08 00 80 84 04|44 88", "S": "80 00 04 84 88 08", "T": "00 80|40 48", "U": "00 08 88 80", "V": "00 48 80",
    "W": "00 08 44 88 80", "X": "00 88|80 08", "Y": "00 44 80|44 48", "Z": "00 80 08 88",
}  # fmt: skip
_CLUSTERS = {
    "ㄲ": "ㄱㄱ", "ㄸ": "ㄷㄷ", "ㅃ": "ㅂㅂ", "ㅆ": "ㅅㅅ", "ㅉ": "ㅈㅈ",
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ",
    "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_DIPHTHONGS = {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"}

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

# (재), (사), ㈜ and other remarks in brackets are not carved.
_LEGAL_FORM = re.compile(r"\([^)]*\)")

_INK = "#b3202c"
_FIELD = _Box(9, 9, 91, 91)


def seal_columns(institution: str) -> list[str]:
    """Arrange an institution's name for its seal: columns of letters, the rightmost first.

    The name is closed with 인 or 의인, whichever fills the square evenly. Spaces, signs and legal forms in
    brackets are left out. A name with letters that we cannot carve, such as Hanja, gives the plain word 직인
    rather than half a name.
    """
    normal = _LEGAL_FORM.sub("", unicodedata.normalize("NFKC", institution)).upper()
    name = "".join(filter(str.isalnum, normal))
    if not name or not all(_is_syllable(letter) or letter in _OTHERS for letter in name):
        return ["직", "인"]
    texts = [name + "인", name + "의인"]
    text = next((text for text in texts if len(text) % _columns(text) == 0), texts[0])
    count = _columns(text)
    rows, longer = divmod(len(text), count)
    columns: list[str] = []
    for column in range(count):
        start = column * rows + min(column, longer)
        columns.append(text[start : start + rows + (column < longer)])
    return columns


@lru_cache(maxsize=64)
def seal_svg(institution: str) -> str:
    """Draw the seal of an institution as an SVG without text, 100 units square."""
    columns = seal_columns(institution)
    width = (_FIELD.right - _FIELD.left) / len(columns)
    pen = min(
        _widest_pen(letter, width, (_FIELD.bottom - _FIELD.top) / len(column))
        for column in columns
        for letter in column
    )
    gap = 1.2 * pen
    strokes: list[str] = []
    for index, column in enumerate(columns):
        right = _FIELD.right - index * width
        tall = (_FIELD.bottom - _FIELD.top) / len(column)
        for row, letter in enumerate(column):
            top = _FIELD.top + row * tall
            strokes += _letter(letter, _Box(right - width + gap, top + gap, right - gap, top + tall - gap))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<g fill="none" stroke="{_INK}" stroke-linecap="square" stroke-linejoin="miter">'
        '<rect x="3" y="3" width="94" height="94" rx="2" stroke-width="5"/>'
        f'<path stroke-width="{pen:.2f}" d="{"".join(strokes)}"/></g></svg>'
    )


class _Syllable(NamedTuple):
    initial: str
    lying: str
    upright: str
    final: str

    @property
    def bars(self) -> tuple[int, int, int]:
        """Count the heights at which initial, lying vowel and final have strokes."""
        return _bars(self.initial), _bars(self.lying), _bars(self.final)


def _is_syllable(letter: str) -> bool:
    return "가" <= letter <= "힣"


def _syllable(letter: str) -> _Syllable:
    position = ord(letter) - ord("가")
    vowel = _VOWELS[position % 588 // 28]
    parts = _DIPHTHONGS.get(vowel, vowel)
    lying = parts[0] if parts[0] in _LYING else ""
    upright = parts[-1] if parts[-1] in _UPRIGHT else ""
    return _Syllable(_INITIALS[position // 588], lying, upright, _FINALS[position % 28].strip())


def _bars(letter: str) -> int:
    if not letter:
        return 0
    pair = _CLUSTERS.get(letter)
    if pair is not None:
        return max(map(_bars, pair))
    strokes = _LYING.get(letter) or _CONSONANTS[letter]
    return len({point[1] for stroke in strokes.split("|") for point in stroke.strip("o ").split()})


def _columns(text: str) -> int:
    return max(2, round(math.sqrt(len(text))))


def _widest_pen(letter: str, width: float, height: float) -> float:
    """Answer the widest pen that keeps white between the bars of a letter of this size."""
    bars = sum(_syllable(letter).bars) if _is_syllable(letter) else 3
    return min(5.5, 0.12 * min(width, height), 0.58 * height / (bars + 0.5))


def _letter(letter: str, box: _Box) -> list[str]:
    if not _is_syllable(letter):
        return _pen(_OTHERS[letter], box.part(0.1, 0, 0.9, 1))
    syllable = _syllable(letter)
    first, second, third = syllable.bars
    # All bars of a letter stand at even distances, which is what makes carved letters look carved.
    step = 1 / max(1, first + second + third - 1)
    middle, bottom = first * step, (first + second) * step
    edge = 1.0 if not syllable.upright else 0.6 if syllable.lying else 0.54
    strokes = _consonant(syllable.initial, box.part(0, 0, edge, middle - step))
    if syllable.lying:
        strokes += _pen(_LYING[syllable.lying], box.part(0, middle, edge, bottom - step))
    if syllable.upright:
        low = bottom - 0.7 * step if syllable.final else 1
        strokes += _pen(_UPRIGHT[syllable.upright], box.part(0.74 if syllable.lying else 0.66, 0, 1, low))
    if syllable.final:
        strokes += _consonant(syllable.final, box.part(0, bottom, 1, 1))
    return strokes


def _consonant(letter: str, box: _Box) -> list[str]:
    pair = _CLUSTERS.get(letter)
    if pair is None:
        return _pen(_CONSONANTS[letter], box)
    return _pen(_CONSONANTS[pair[0]], box.part(0, 0, 0.42, 1)) + _pen(_CONSONANTS[pair[1]], box.part(0.58, 0, 1, 1))


def _pen(strokes: str, box: _Box) -> list[str]:
    """Write strokes on the grid of eighths as SVG path data inside the box."""
    paths: list[str] = []
    for stroke in strokes.split("|"):
        if stroke.startswith("o"):
            first, last = (_place(point, box) for point in stroke.split()[1:])
            paths.append(_oval(_Box(*first, *last)))
        else:
            points = (_place(point, box) for point in stroke.split())
            paths.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points))
    return paths


def _place(point: str, box: _Box) -> tuple[float, float]:
    spot = box.part(0, 0, int(point[0]) / 8, int(point[1]) / 8)
    return spot.right, spot.bottom


def _oval(box: _Box) -> str:
    """Write a rectangle with wide round corners: fuller than an ellipse, as carved letters are."""
    x, y = 0.42 * (box.right - box.left), 0.42 * (box.bottom - box.top)
    across, down = box.right - box.left - 2 * x, box.bottom - box.top - 2 * y
    return (
        f"M{box.left + x:.2f} {box.top:.2f}h{across:.2f}q{x:.2f} 0 {x:.2f} {y:.2f}v{down:.2f}"
        f"q0 {y:.2f} {-x:.2f} {y:.2f}h{-across:.2f}q{-x:.2f} 0 {-x:.2f} {-y:.2f}v{-down:.2f}"
        f"q0 {-y:.2f} {x:.2f} {-y:.2f}z"
    )
