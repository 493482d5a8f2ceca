"""What arrives with an upload, as questions to be stored: files one by one, lists a line at a time.

Nothing is verified here. A list is opened as every table is (`core.sheets`, in a limited process).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from app.certificates.bulk_answers import Form, Reason
from app.certificates.bulk_documents import recognise
from app.certificates.bulk_lines import Line, lines_of_table, lines_of_text
from app.core import resident_number
from app.core.errors import Invalid
from app.core.i18n import _, _l
from app.core.sheets import read_workbook
from app.training.received_file import clean_filename

MOST_ITEMS = 200
MOST_FILE_BYTES = 10 * 1024 * 1024
MOST_BYTES = 50 * 1024 * 1024
LISTS = (".csv", ".tsv", ".txt", ".xlsx", ".xls")
DOCUMENTS = (".pdf", ".json", ".jwt", ".png", ".svg", ".jpg", ".jpeg")


class TooLarge(Invalid):
    """More bytes than are taken at once."""

    status = 413


class TextRefused(Invalid):
    """The pasted text holds what must not be stored."""


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent."""

    filename: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Question:
    """One thing to verify, or (`problem`) to be answered at once that it was not read."""

    form: Form
    label: str
    content: bytes | None = field(default=None, repr=False)
    sha256: str | None = None
    number: str = ""
    second: str = field(default="", repr=False)
    problem: Reason = Reason.NONE


def read_questions(files: Sequence[SentFile], text: str) -> list[Question]:
    """Read everything that was sent, in its order.

    Raises `Invalid` when there is nothing, too much or a resident number, `SheetError` for a list that is no table.
    """
    _check_sizes(files)
    questions = [question for file in files for question in _of_file(file)]
    questions += [_of_line(line) for line in lines_of_text(_allowed(text))]
    if not questions:
        raise Invalid(_l("확인할 파일을 고르거나 문서확인번호를 붙여 넣어 주세요."))
    if len(questions) > MOST_ITEMS:
        raise Invalid(
            _(
                "한 번에 %(most)s건까지 확인할 수 있는데 %(found)s건을 보냈어요. 나누어 올려 주세요.",
                most=MOST_ITEMS,
                found=len(questions),
            )
        )
    return questions


def _check_sizes(files: Sequence[SentFile]) -> None:
    large = [clean_filename(file.filename) for file in files if len(file.data) > MOST_FILE_BYTES]
    if large:
        named = ", ".join(large[:5])
        raise TooLarge(_("파일 하나는 10MB까지예요. 빼고 다시 올려 주세요: %(named)s", named=named))
    if sum(len(file.data) for file in files) > MOST_BYTES:
        raise TooLarge(_l("한 번에 보낼 수 있는 크기는 모두 합해 50MB예요. 나누어 올려 주세요."))


def _of_file(file: SentFile) -> list[Question]:
    name = clean_filename(file.filename)
    if PurePath(name).suffix.lower() in LISTS and recognise(file.data).problem is not Reason.NONE:
        return _of_list(file)
    digest = hashlib.sha256(file.data).hexdigest()
    return [Question(recognise(file.data).form, name, file.data, digest)]


def _of_list(file: SentFile) -> list[Question]:
    workbook = read_workbook(file.data, file.filename)
    if workbook.problems:
        raise Invalid(workbook.problems[0].message)
    return [_of_line(line) for line in lines_of_table(workbook)]


def _allowed(text: str) -> str:
    if any(resident_number.find(line) for line in text.splitlines()):
        raise TextRefused(
            _l("주민등록번호로 보이는 번호가 있어서 아무것도 저장하지 않았어요. 지우고 다시 보내 주세요.")
        )
    return text


def _of_line(line: Line) -> Question:
    content = line.text.encode() if line.form is Form.CODE else None
    return Question(line.form, line.label, content, None, line.number, line.second, line.problem)
