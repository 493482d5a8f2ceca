"""What a letter can say of each applicant, and how its writer calls that. Pure."""

from __future__ import annotations

from enum import StrEnum


class Placeholder(StrEnum):
    """What a letter can say of one applicant; the value is its English word."""

    NAME = "name"
    OPENING = "opening"
    STAGE = "stage"
    INTERVIEW = "interview"


_KOREAN = {
    Placeholder.NAME: "이름",
    Placeholder.OPENING: "공고",
    Placeholder.STAGE: "단계",
    Placeholder.INTERVIEW: "면접시간",
}
# A text may use the words of either language, whichever it is written in.
WORDS = {word: placeholder for placeholder, word in _KOREAN.items()} | {one.value: one for one in Placeholder}


def words_in(language: str) -> dict[str, str]:
    """Answer how each placeholder is written in this language, by its English word."""
    return {one.value: f"{{{one.value if language == 'en' else _KOREAN[one]}}}" for one in Placeholder}
