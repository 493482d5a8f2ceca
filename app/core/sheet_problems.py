"""What can be wrong with a file: an error for the whole file, or problems at single cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.errors import Invalid
from app.core.i18n import Text

MAX_PROBLEMS = 200
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True)
class Problem:
    """One thing to put right, at a cell: `row` counts from 1 and `column` is Excel's letter.

    `row` 0 and `column` "" say that it concerns the whole file. `code` is for programs and never changes with
    the language.
    """

    sheet: str
    row: int
    column: str
    code: str
    message: Text

    def __str__(self) -> str:
        return f"{self.sheet}:{self.row or ''}:{self.column} {self.message}"


class SheetError(Invalid):
    """The file cannot be read as a table at all, or must not be. `code` is for programs."""

    def __init__(self, message: Text, code: str, filename: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.filename = filename
        if code in ("too_large", "bomb"):
            self.status = 413

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The same as one problem of the whole file, for callers that list problems."""
        return (Problem(self.filename, 0, "", self.code, self.message),)


def column_letter(index: int) -> str:
    """Answer Excel's letter of a column counted from 0: A, B, ... Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def quoted(value: object, limit: int = 24) -> str:
    """Answer a piece of the file fit for a message: one line, short, without control or bidi characters."""
    text = _UNSEEN.sub(" ", unicodedata.normalize("NFC", str(value))).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def in_reading_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Answer the problems by sheet as they came, then row and column, each once, at most `MAX_PROBLEMS`."""
    sheets: dict[str, int] = {}
    seen: dict[tuple[str, int, str, str], Problem] = {}
    for problem in problems:
        sheets.setdefault(problem.sheet, len(sheets))
        seen.setdefault((problem.sheet, problem.row, problem.column, problem.code), problem)
    ordered = sorted(seen.values(), key=lambda p: (sheets[p.sheet], p.row, len(p.column), p.column))
    return tuple(ordered[:MAX_PROBLEMS])
