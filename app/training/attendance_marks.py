"""Reads the marks of a register: signs, words and their short forms, in the light of the whole file.

Most signs mean one thing everywhere. A few do not, and are read only when the rest of the file settles them:

- `0` is 결석 beside `1`; it is a careless ○ where the file marks absences in another way and no other presence.
- `/` is 결석 where ○ and the like mark presence and nothing else marks absence, and the other way round.
- Other digits, and words such as 병가 that a centre judges in its own way, need a legend: 1=출석, 2=지각, 병가=공결.
- `●` and `▲` are ○ and △, unless both forms stand in one file.

A legend in the file (○ 출석, × 결석, △ 지각) goes first; signs that mean nothing by themselves need one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.core.sheets import Cell
from app.training.policy import Mark

_WORDS: dict[Mark, str] = {
    Mark.PRESENT: "출석 출석함 출 출첵 참석 참석함 참여 참여함 참 정상 정상출석 present attended p yes y true",
    Mark.LATE: "지각 지각함 지 지각입실 미인정지각 질병지각 기타지각 late tardy l",
    Mark.LEFT_EARLY: "조퇴 조퇴함 조 조기퇴실 조기하원 조기귀가 미인정조퇴 질병조퇴 기타조퇴 leftearly earlyleave",
    Mark.OUTING: "외출 외출함 외 outing",
    Mark.ABSENT: (
        "결석 결석함 결 무단결석 무단 미인정결석 질병결석 기타결석 미출석 불참 불참함 미참석 미참여 "
        "absent a no n false"
    ),
    Mark.EXCUSED: "공결 공결석 공 공가 출석인정 인정출석 인정 인정결석 결석인정 출석인정결석 유고인정 excused",
}
_BY_WORD: dict[str, Mark] = {word: mark for mark, words in _WORDS.items() for word in words.split()}
_SIGNS: dict[Mark, str] = {
    Mark.PRESENT: "○◯〇⭕ㅇoOvV√✓✔☑",
    Mark.LATE: "△",
    Mark.LEFT_EARLY: "◁",
    Mark.ABSENT: "×xX✕✖╳❌✗✘☓",
}
_BY_SIGN: dict[str, Mark] = {sign: mark for mark, signs in _SIGNS.items() for sign in signs}
_LEGEND_SIGNS = "○◯〇⭕ㅇ×✕✖╳❌✗✘☓△▲▽▼◁▷◀▶●◎◇◆□■☆★◐◑◒◓◈⊙♡♥/\\\\–—*#@√✓✔☑oOxXvV\\-"
_PARTING = "/\\–—*-"
_LEGEND_WORDS = "|".join(
    sorted((word for word in _BY_WORD if re.fullmatch("[가-힣]{2,}", word)), key=len, reverse=True)
)
# A word goes on in 출석률 or 결석일수, and a digit in 10 or 1회: those are no legend.
_LEGEND_WORD = rf"(?P<word>{_LEGEND_WORDS})(?!률|율|일|수|자|부|현|여|인원|횟|체크|확인)"
_LEGEND_SIGN = rf"(?<![0-9a-zA-Z])(?P<sign>[{_LEGEND_SIGNS}01])(?![0-9a-zA-Z회차월일.])"
_LEGEND_TOKEN = re.compile(f"{_LEGEND_WORD}|{_LEGEND_SIGN}")
# Said outright: 1=출석, 2. 지각, 병가=공결, or the other way round 출석=1. Totals (결석: 2) say no such thing.
_SAID_OUTRIGHT = (
    re.compile(rf"(?<![\d:./\-])(?P<sign>\d)\s*[=:→.)]\s*{_LEGEND_WORD}"),
    re.compile(rf"(?P<sign>[^\s,;:=→/()\[\]·|]{{1,8}})\s*[=→]\s*{_LEGEND_WORD}"),
    re.compile(rf"{_LEGEND_WORD}\s*[=→]\s*(?P<sign>\d)(?!\d)"),
)
_EMPTY = r"(?:공란|빈\s?칸|공백|무표시|미표시|표시\s?없음)"
_NOT = r"(?!.{0,12}(?:안|않|아님|아니|없|못|마세요|말))"
_BLANK = (
    re.compile(
        rf"{_EMPTY}\s*(?:은|는|[:=→])?\s*(?P<word>출석|결석)"
        rf"(?=\s*(?:$|[,.;·/)\]]|으로\s?(?:처리|간주|인정)|처리|임|입니다)){_NOT}"
    ),
    re.compile(
        rf"(?P<word>출석|결석)\s*(?:은|는|[:=→])?\s*[(\[]?\s*{_EMPTY}"
        rf"(?=\s*(?:$|[,.;·/)\]]|으로\s?(?:표시|둠|두))){_NOT}"
    ),
)
_LEGEND_JOINT = re.compile(r"\s*(?:[:=→]|\s-\s)\s*")
_SLIP_ORDER = (Mark.LATE, Mark.LEFT_EARLY, Mark.OUTING)


@dataclass(frozen=True)
class MarkReader:
    """Reads marks by what the file's legend says and which signs the file uses at all.

    `disputed` are signs whose meaning nobody can tell: two legends differ, or one turns ○ and × round.
    """

    legend: Mapping[str, Mark] = field(default_factory=dict)
    disputed: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    shows_presence: bool = False
    shows_absence: bool = False

    @property
    def reads_blanks(self) -> bool:
        """Whether a legend says what an empty cell means."""
        return "" in self.legend

    def read(self, value: Cell) -> Mark | None:
        """Answer the mark of a cell, None when it is not one or could mean two things."""
        text = normal(value)
        if text in self.disputed:
            return None
        if text in self.legend:
            return self.legend[text]
        known = _simple(text)
        return known if known is not None else self._by_context(text)

    def _by_context(self, text: str) -> Mark | None:
        present, absent = self.shows_presence, self.shows_absence
        if text == "1":
            return None if present else Mark.PRESENT
        if text == "0":
            if "1" in self.used:
                return None if present or absent else Mark.ABSENT
            return Mark.PRESENT if absent and not present else None
        if text == "/":
            if present == absent:
                return None
            return Mark.ABSENT if present else Mark.PRESENT
        if text == "●":
            return None if self.used & set("○◯〇⭕ㅇ") else Mark.PRESENT
        if text == "▲":
            return None if "△" in self.used else Mark.LATE
        return None


def normal(value: Cell) -> str:
    """Answer a mark as it is compared: without spaces, width variants and full stops."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = re.sub(r"[\s\ufe0e\ufe0f\u200b]+", "", str(value if value is not None else ""))
    if len(text) != 1 or not text.isalpha() or text.isascii() or unicodedata.east_asian_width(text) == "F":
        text = unicodedata.normalize("NFKC", text)
    # The letter ieung typed for a circle turns into another code point under NFKC; bring it back.
    return text.replace("\u110b", "ㅇ").strip(".").lower() if text not in ("", ".") else text


def looks_like_mark(value: Cell) -> bool:
    """Tell whether a cell could be a mark in some register: used to notice columns that nobody asked for."""
    text = normal(value)
    return bool(text) and (_simple(text) is not None or text in ("1", "0", "/", "●", "▲", "◎"))


def reader_for(cells: Iterable[Cell], notes: Iterable[str]) -> MarkReader:
    """Answer the reader for a file, from the cells that hold marks and the texts that may hold a legend."""
    said: dict[str, set[Mark]] = {}
    disputed: set[str] = set()
    for note in notes:
        for sign, mark in legend_of(note).items():
            said.setdefault(sign, set()).add(mark)
        disputed |= _turned_round(note)
        if (blank := blank_of(note)) is not None:
            said.setdefault("", set()).add(blank)
    disputed |= {sign for sign, marks in said.items() if len(marks) > 1}
    legend = {sign: next(iter(marks)) for sign, marks in said.items() if len(marks) == 1}
    if "" in disputed:
        disputed.discard("")
    used = frozenset(text for text in map(normal, cells) if text)
    meant = {legend.get(text) or _simple(text) for text in used}
    return MarkReader(legend, frozenset(disputed), used, Mark.PRESENT in meant or "●" in used, Mark.ABSENT in meant)


def legend_of(text: str) -> dict[str, Mark]:
    """Answer which sign stands for which mark in a text such as "○ 출석, × 결석" or "출석: ○ / 결석: ×"."""
    return {sign: mark for sign, mark in _pairs_of(text).items() if not _contradicts(sign, mark)}


def is_legend_sign(text: str) -> bool:
    """Tell whether a text is a sign that a legend may explain, and nothing else."""
    return bool(re.fullmatch(rf"[{_LEGEND_SIGNS}\d]", text))


def is_legend_word(text: str) -> bool:
    """Tell whether a text is a word that a legend explains a sign with, and nothing else."""
    return bool(re.fullmatch(_LEGEND_WORDS, re.sub(r"\s", "", text)))


def blank_of(text: str) -> Mark | None:
    """Answer what an empty cell is said to mean: 공란은 결석, 결석: 빈칸. A sentence that forbids it says nothing."""
    for pattern in _BLANK:
        if match := pattern.search(unicodedata.normalize("NFC", text)):
            return _BY_WORD[match["word"]]
    return None


def _pairs_of(text: str) -> dict[str, Mark]:
    joined = _LEGEND_JOINT.sub(" ", unicodedata.normalize("NFC", text))
    found = [(match.lastgroup or "", match[0]) for match in _LEGEND_TOKEN.finditer(joined)]
    # A sign may also part the pairs ("○ 출석 / × 결석"): it stands next to another sign and means nothing.
    tokens = [
        (kind, value)
        for at, (kind, value) in enumerate(found)
        if not (kind == "sign" and value in _PARTING and any(near == "sign" for near, _ in _beside(found, at)))
    ]
    pairs: dict[str, Mark] = {}
    sign_first = bool(tokens) and tokens[0][0] == "sign"
    for (kind, value), (next_kind, next_value) in pairwise(tokens):
        if sign_first and (kind, next_kind) == ("sign", "word"):
            pairs.setdefault(normal(value), _BY_WORD[next_value])
        elif not sign_first and (kind, next_kind) == ("word", "sign"):
            pairs.setdefault(normal(next_value), _BY_WORD[value])
    if len(pairs) == 1 and len(re.sub(r"[\s※()*]", "", joined)) > 8:
        pairs = {}  # One pair in a long sentence is a coincidence, not a legend.
    if any(kind == next_kind == "sign" for (kind, _), (next_kind, _) in pairwise(tokens)):
        # Signs stand now before and now behind their words; what each of them usually means is safer.
        pairs = {sign: mark for sign, mark in pairs.items() if _BY_SIGN.get(sign, mark) is mark}
    return pairs | _said_outright(text)


def _beside(tokens: Sequence[tuple[str, str]], at: int) -> Sequence[tuple[str, str]]:
    return (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2])


def _turned_round(text: str) -> set[str]:
    """Answer the signs that a legend of several gives the opposite of what they mean everywhere."""
    pairs = _pairs_of(text)
    return {sign for sign, mark in pairs.items() if len(pairs) > 1 and _contradicts(sign, mark)}


def _said_outright(text: str) -> dict[str, Mark]:
    """Answer digits and words that the text gives a mark to; one that it gives two marks to is left out."""
    said: dict[str, set[Mark]] = {}
    for pattern in _SAID_OUTRIGHT:
        for match in pattern.finditer(unicodedata.normalize("NFC", text)):
            sign = normal(match["sign"])
            if sign and _simple(sign) is None:
                said.setdefault(sign, set()).add(_BY_WORD[match["word"]])
    return {sign: marks.pop() for sign, marks in said.items() if len(marks) == 1}


def _contradicts(sign: str, mark: Mark) -> bool:
    """Whether a circle is said to mean absence, or a cross presence: one alone is an accident and no legend."""
    plain = _BY_SIGN.get(sign)
    return (plain, mark) in ((Mark.PRESENT, Mark.ABSENT), (Mark.ABSENT, Mark.PRESENT))


def _simple(text: str) -> Mark | None:
    if text in _BY_SIGN:
        return _BY_SIGN[text]
    if text in _BY_WORD:
        return _BY_WORD[text]
    return _annotated(text)


def _annotated(text: str) -> Mark | None:
    """Read a word or sign with a note, such as 지각(10분), 조퇴 17:00 or 지각/조퇴; contradictions are None."""
    notes = re.findall(r"[(\[](.*?)[)\]]", text)
    bare = re.sub(r"[(\[].*?[)\]]", "", text)
    bare = re.sub(r"\d{1,2}(:\d{2}(:\d{2})?|시(\d{1,2}분|반)?|분)$", "", bare)
    if not bare or (bare == text and not re.search(r"[/,+·&]", text)):
        return None
    meant = {_BY_SIGN.get(part) or _BY_WORD.get(part) for part in re.split(r"[/,+·&]", bare)}
    meant |= {mark for note in notes if (mark := _BY_SIGN.get(note) or _BY_WORD.get(note)) is not None}
    if None in meant:
        return None
    if len(meant) == 1:
        return next(iter(meant))
    return next((slip for slip in _SLIP_ORDER if slip in meant), None) if meant <= set(_SLIP_ORDER) else None
