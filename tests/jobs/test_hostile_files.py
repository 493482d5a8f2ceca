"""Whatever is uploaded is known by its content; what could do harm is refused, and nothing is ever rendered."""

from __future__ import annotations

import re
import unicodedata

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.errors import Invalid
from app.core.forms import has_unsafe_characters
from app.jobs.application_models import ApplicationFile
from app.jobs.applying import application_file_check
from app.jobs.applying.application_file_check import MAX_BYTES, kind_of
from app.jobs.applying.application_file_service import shown_name
from tests.conftest import Visitor
from tests.factories.accounts import sign_in
from tests.factories.applying import PDF
from tests.factories.jobs import make_opening
from tests.jobs.applying import Applying, make_applicant
from tests.jobs.hostile_files import DOCX, HARMLESS, HOSTILE, NAMES, docx, hwp, hwpx, pdf, zipped


@pytest.fixture
def applying(app: Flask, visitor: Visitor) -> Applying:
    sign_in(visitor, make_applicant())
    applying = Applying(visitor, make_opening())
    visitor.post(applying.start)
    return applying


def stored() -> list[ApplicationFile]:
    return list(db.session.scalars(select(ApplicationFile).order_by(ApplicationFile.id)))


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_what_could_do_harm_is_refused(what: str) -> None:
    with pytest.raises(Invalid):
        kind_of(HOSTILE[what])


@pytest.mark.parametrize("what", sorted(HARMLESS))
def test_what_people_send_is_taken(what: str) -> None:
    content, kind = HARMLESS[what]
    assert kind_of(content) == kind


def test_there_are_more_than_fifty() -> None:
    assert len(HOSTILE) > 50


def test_without_looking_at_names_the_same_script_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application_file_check, "_HARMFUL", re.compile(rb"(?!)"))
    monkeypatch.setattr(application_file_check, "_HARMFUL_ANYWHERE", re.compile(rb"(?!)"))
    for what in ("PDF with JavaScript", "PDF with JavaScript in a stream of objects", "PDF with a file inside"):
        assert kind_of(HOSTILE[what]) == "pdf"


@pytest.mark.parametrize("size", [MAX_BYTES, MAX_BYTES + 1])
def test_a_file_may_have_ten_megabytes(size: int) -> None:
    content = pdf(b"%" + b"x" * (size - len(pdf()) - 2) + b"\n")
    assert len(content) == size
    if size > MAX_BYTES:
        with pytest.raises(Invalid, match="너무 커요"):
            kind_of(content)
    else:
        assert kind_of(content) == "pdf"


@pytest.mark.parametrize("what", ["HTML", "SVG", "EICAR", "Word with macros", "PDF with JavaScript", "a ZIP bomb"])
def test_an_upload_of_it_says_why_and_stores_nothing(applying: Applying, what: str) -> None:
    answer = applying.choose(file=HOSTILE[what], filename="resume.pdf", act="upload")
    assert answer.status_code == 422
    assert stored() == []
    page = answer.get_data(as_text=True)
    assert "파일 더하기" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("content", [pdf(), docx(), hwp(), hwpx()], ids=["pdf", "docx", "hwp", "hwpx"])
def test_it_is_served_to_be_saved_and_never_to_be_shown(applying: Applying, content: bytes) -> None:
    assert applying.choose(file=content, filename="이력서.html", act="upload").status_code == 303
    (file,) = stored()
    answer = applying.visitor.get(f"{applying.start}/files/{file.public_id}")
    headers = answer.headers
    assert answer.data == content
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"attachment; filename=ieum-[0-9a-f]{12}\.(pdf|docx|hwpx?)", headers["Content-Disposition"])
    assert "html" not in headers["Content-Type"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_ever_a_name(name: str) -> None:
    shown = shown_name(name, "pdf")
    assert shown.endswith(".pdf")
    assert not set('/\\<>:"|?*%') & set(shown)
    assert not has_unsafe_characters(shown)
    assert not shown.startswith(".")
    assert len(shown) <= 130
    assert not re.search(r"\.(exe|html)\.pdf$", shown)


@pytest.mark.parametrize("name", NAMES[:9])
def test_a_name_does_no_harm_on_a_page(applying: Applying, name: str) -> None:
    answer = applying.choose(file=PDF, filename=name.replace("\r\n", " "), act="upload")
    assert answer.status_code == 303
    page = applying.page("/documents")
    assert "<script>alert" not in page
    assert not any(unicodedata.category(c) == "Cf" for c in page)


def test_a_draft_holds_five_files_and_the_same_one_once(applying: Applying) -> None:
    for number in range(5):
        assert applying.choose(file=pdf(b"%" + str(number).encode() + b"\n"), act="upload").status_code == 303
    assert applying.choose(file=pdf(b"%0\n"), act="upload").status_code == 303
    answer = applying.choose(file=pdf(b"%6\n"), act="upload")
    assert answer.status_code == 422
    assert "5개까지" in answer.get_data(as_text=True)
    assert len(stored()) == 5
    assert applying.choose(delete=stored()[0].public_id).status_code == 303
    assert len(stored()) == 4


def test_a_document_of_word_under_another_name_is_still_one(applying: Applying) -> None:
    applying.choose(file=zipped(DOCX), filename="이력서.pdf", act="upload")
    assert [(f.kind, f.filename) for f in stored()] == [("docx", "이력서.docx")]
