"""Takes out of free text what would tell a blind reviewer who wrote it. Pure.

Masked are the writer's own name, telephone, mail address, birth date, the names that their papers carry, and what
looks like any of these or like a school, a document number or an address on the web. When the name or a number is
still there once blanks and signs are left out (홍.길.동, zero-one-zero as digits with dots), the whole text is held
back: a hole in it would be no protection.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MASK = "○○○"
_GAP = r"[\s.\-_·,/]*"
_LOOKS_LIKE = re.compile(
    "|".join(
        (
            r"(?:https?://|www\.)\S+",
            r"[\w.+-]+\s*(?:@|\(at\)|\[at\])\s*[\w-]+(?:\.[\w-]+)+",
            r"(?<![\w@])@[A-Za-z][\w.]{2,}",
            r"(?<!\d)\d{4}-\d{4}-\d{4}-\d{4}(?!\d)",
            r"제?\s*\d{4}-[가-힣]{1,6}-\d{1,6}\s*호",
            r"(?<!\d)(?:\+?82[\s.-]*)?0?1[016789][\s.-]*\d{3,4}[\s.-]*\d{4}(?!\d)",
            r"(?<!\d)0\d{1,2}[\s.-]+\d{3,4}[\s.-]+\d{4}(?!\d)",
            r"(?<!\d)(?:19|20)\d{2}\s*[년.\-/]\s*\d{1,2}\s*[월.\-/]\s*\d{1,2}\s*일?\s*(?:생|출생)",
            r"(?<!\d)(?:(?:19|20)\d{2}|\d{2})\s*년\s*(?:생|출생)",
            r"(?:만\s*)?(?<!\d)\d{2}\s*(?:세|살)(?:의|인|입니다|이며|로)?",
            r"[가-힣A-Za-z]{2,}\s?(?:대학교|대학원|고등학교|중학교|초등학교|여자고|여고|남고|공고|상고|외고|과학고)",
            r"[가-힣]{1,8}대\s*(?=[가-힣]{0,12}(?:과|학부|전공|졸업|출신|재학|휴학|석사|박사))",
            r"[A-Z][A-Za-z]+(?:\s[A-Z][A-Za-z]+)*\s(?:University|College|High School)",
            r"University\sof\s[A-Z][A-Za-z]+",
            r"군필|군\s?복무|병장\s?(?:만기\s?)?(?:제대|전역)|병역\s?(?:필|면제)|만기\s?(?:제대|전역)",
            r"저는\s*(?:한\s*)?(?:여자|남자|여성|남성)(?:입니다|이며|이고|로서|로)?",
        )
    )
)
_SHORTEST_PAPER_NAME = 3
# Given names that are everyday words here: a hole where such a word belongs would give the name away.
_EVERYDAY_WORDS = frozenset(
    [
        "가을",
        "교육",
        "나라",
        "다정",
        "도시",
        "동네",
        "마을",
        "미래",
        "민주",
        "보라",
        "사랑",
        "상인",
        "성실",
        "세계",
        "소망",
        "아름",
        "예술",
        "우리",
        "유리",
        "은혜",
        "이슬",
        "자연",
        "정부",
        "정성",
        "정의",
        "주민",
        "지역",
        "지원",
        "지혜",
        "진실",
        "참여",
        "하나",
        "하늘",
        "한결",
        "현장",
        "활동",
    ]
)


@dataclass(frozen=True)
class Masked:
    """A text as a blind reviewer may read it; empty and `is_held_back` when it cannot be made harmless."""

    text: str
    is_held_back: bool = False


def mask(text: str, identity: Mapping[str, Any], papers: Iterable[Mapping[str, Any]] = ()) -> Masked:
    """Answer the text without what names its writer. `papers` are what their papers say in full."""
    plain = _LOOKS_LIKE.sub(MASK, unicodedata.normalize("NFKC", text))
    secrets = sorted(set(_secrets(identity, papers)), key=len, reverse=True)
    for secret in secrets:
        plain = re.sub(_spaced(secret), MASK, plain, flags=re.IGNORECASE)
    plain = plain.replace(_given_name(identity) or MASK, MASK)
    left = _compact(plain)
    letters = "".join(letter for letter in left if not letter.isdigit())
    if any(_compact(secret) in (left if any(map(str.isdigit, secret)) else letters) for secret in _never(identity)):
        return Masked("", is_held_back=True)
    return Masked(plain)


def _secrets(identity: Mapping[str, Any], papers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield from _never(identity)
    for value in _strings(identity.values()):
        if len(_compact(value)) >= _SHORTEST_PAPER_NAME:
            yield value
    for paper in papers:
        for key, value in paper.items():
            # What a course is called says nothing of who took it; who gave it, its numbers and its names do.
            if key not in ("course", "kind", "title"):
                yield from (v for v in _strings([value]) if len(_compact(v)) >= _SHORTEST_PAPER_NAME)


def _never(identity: Mapping[str, Any]) -> Iterator[str]:
    """Yield what must not be left however it is written: the name, the numbers, the mail address."""
    name = str(identity.get("name") or "")
    compact = _compact(name)
    if len(compact) >= 2:
        yield name
    phone = re.sub(r"\D", "", str(identity.get("phone") or ""))
    if len(phone) >= 8:
        yield phone
        yield phone[-8:]
    email = str(identity.get("email") or "")
    if "@" in email:
        yield email
        local = email.split("@")[0]
        if len(local) >= 4:
            yield local
    born = re.sub(r"\D", "", str(identity.get("birth_date") or ""))
    if len(born) == 8:
        yield born
        yield f"{int(born[:4])}.{int(born[4:6])}.{int(born[6:])}"
        yield f"{int(born[:4])}년{int(born[4:6])}월{int(born[6:])}일"


def _given_name(identity: Mapping[str, Any]) -> str:
    compact = _compact(str(identity.get("name") or ""))
    given = compact[-2:] if re.fullmatch("[가-힣]{3,4}", compact) else ""
    return "" if given in _EVERYDAY_WORDS else given


def _strings(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _strings(value.values())
        elif isinstance(value, list | tuple):
            yield from _strings(value)


def _spaced(secret: str) -> str:
    letters = [re.escape(letter) for letter in _compact(secret)]
    return _GAP.join(letters) if letters else r"(?!)"


def _compact(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum() or c == "○")
