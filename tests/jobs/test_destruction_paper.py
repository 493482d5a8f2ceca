"""The certificate of destruction: asked for by each destruction, sealed by the worker, offered when it is there."""

from __future__ import annotations

import io
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Organisation
from app.certificates import seal_keys
from app.core import clock
from app.core.audit import AuditLine
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.duties import destruction_paper_job, destruction_paper_service
from app.jobs.duties.destruction_models import DestructionPaper, PaperState
from app.jobs.duties.destruction_paper_job import seal_waiting_papers
from app.jobs.duties.destruction_paper_service import print_and_seal, sealed_paper
from app.jobs.opening_models import Opening
from tests.conftest import ISSUER_NAME, Visitor
from tests.factories.accounts import make_account, make_member, make_person, sign_in
from tests.factories.duties import make_destruction
from tests.factories.jobs import make_application, make_employer, make_opening

NOW = clock.now()


@pytest.fixture
def employer(app: Flask, visitor: Visitor) -> Organisation:
    employer = make_employer("종로센터")
    sign_in(visitor, make_member(employer))
    return employer


def rejected(opening: Opening, name: str = "나지원") -> Application:
    applicant = make_account(person=make_person(name))
    return make_application(opening, applicant, Stage.REJECTED, decided_at=NOW - timedelta(days=1))


def address(opening: Opening, ending: str = "") -> str:
    return f"/hiring/{opening.public_id}/destructions{ending}"


def test_it_waits_for_the_worker_and_is_offered_then(employer: Organisation, visitor: Visitor) -> None:
    opening = make_opening(employer)
    make_destruction(rejected(opening))
    page = visitor.get(address(opening)).get_data(as_text=True)
    assert "파기확인서 PDF를 준비하고 있어요" in page
    assert "destructions.pdf" not in page
    early = visitor.get(address(opening, ".pdf"))
    assert early.status_code == 503
    assert "1분 뒤에" in early.get_data(as_text=True)
    seal_waiting_papers(NOW)
    page = visitor.get(address(opening)).get_data(as_text=True)
    assert "준비하고 있어요" not in page
    assert "전자서명을 넣은 PDF예요" in page
    paper = visitor.get(address(opening, ".pdf"))
    assert paper.data.startswith(b"%PDF-1.7")
    assert paper.headers["Cache-Control"] == "no-store"


def test_pdfsig_says_valid(employer: Organisation, tmp_path: Path) -> None:
    opening = make_opening(employer)
    make_destruction(rejected(opening), has_paper=True)
    content, file = sealed_paper(opening), tmp_path / "paper.pdf"

    def said_of(data: bytes) -> str:
        file.write_bytes(data)
        return subprocess.run(["pdfsig", file], capture_output=True, text=True, timeout=60, check=False).stdout

    said = said_of(content)
    for words in ("Signature is Valid.", "Total document signed", "ETSI.CAdES.detached", ISSUER_NAME):
        assert words in said
    place = len(content) // 2
    assert "Signature is Valid." not in said_of(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])


def test_it_is_the_same_kind_of_file_as_all_our_papers(employer: Organisation) -> None:
    opening = make_opening(employer)
    make_destruction(rejected(opening), has_paper=True)
    reader = pypdf.PdfReader(io.BytesIO(sealed_paper(opening)))
    catalog: Any = reader.root_object
    assert b"<pdfaid:part>3</pdfaid:part>" in catalog["/Metadata"].get_object().get_data()
    text = "".join(page.extract_text() for page in reader.pages)
    assert "채용서류 파기확인서" in text
    assert "나지원" not in text


def test_each_destruction_asks_for_a_new_one(employer: Organisation, visitor: Visitor) -> None:
    opening = make_opening(employer)
    make_destruction(rejected(opening), has_paper=True)
    first = sealed_paper(opening)
    make_destruction(rejected(opening, "라마바"))
    assert visitor.get(address(opening, ".pdf")).status_code == 503
    seal_waiting_papers(NOW)
    db.session.expire_all()
    assert sealed_paper(opening) != first
    # Nothing waits: nothing is sealed again.
    lines = select(func.count()).where(AuditLine.action == "opening.seal_destruction_paper")
    assert db.session.scalar(lines) == 2
    seal_waiting_papers(NOW)
    assert db.session.scalar(lines) == 2


def test_what_is_destroyed_while_it_is_printed_leaves_it_waiting(
    employer: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = make_opening(employer)
    opening_id, late = opening.id, rejected(opening, "라마바")
    make_destruction(rejected(opening))
    seal_waiting_papers(NOW)
    make_destruction(rejected(opening, "사아자"))

    def print_and_be_overtaken(opening_id: int, at: Any) -> Any:
        printed = print_and_seal(opening_id, at)
        between.append(printed)
        return printed

    between: list[Any] = []
    monkeypatch.setattr(destruction_paper_job, "print_and_seal", print_and_be_overtaken)
    keeps = destruction_paper_service.keep_paper

    def destroy_and_keep(*arguments: Any) -> bool:
        db.session.rollback()
        make_destruction(late)
        return keeps(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(destruction_paper_job, "keep_paper", destroy_and_keep)
        seal_waiting_papers(NOW)
    state = select(DestructionPaper.state).where(DestructionPaper.opening_id == opening_id)
    assert db.session.scalar(state) == PaperState.WAITING
    seal_waiting_papers(NOW)
    assert db.session.scalar(state) == PaperState.SEALED
    assert [one.destructions for one in between] == [2, 3]


def test_one_that_cannot_be_printed_keeps_no_other(employer: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = make_opening(employer), make_opening(employer)
    for opening in (broken, whole):
        make_destruction(rejected(opening, f"나지원{opening.id}"))
    broken_id = broken.id

    def print_most(opening_id: int, at: Any) -> Any:
        if opening_id == broken_id:
            raise ValueError("no such letter")
        return print_and_seal(opening_id, at)

    with monkeypatch.context() as patch:
        patch.setattr(destruction_paper_job, "print_and_seal", print_most)
        seal_waiting_papers(NOW)
    db.session.expire_all()
    states = {one.opening_id: one.is_under_way for one in db.session.scalars(select(DestructionPaper))}
    assert states == {broken.id: True, whole.id: False}
    seal_waiting_papers(NOW)
    db.session.expire_all()
    assert sealed_paper(broken).startswith(b"%PDF-")


def test_without_a_destruction_there_is_none(employer: Organisation, visitor: Visitor) -> None:
    opening = make_opening(employer)
    assert visitor.get(address(opening, ".pdf")).status_code == 404
    with pytest.raises(NotFound):
        sealed_paper(opening)


def test_the_pages_never_open_the_key(
    employer: Organisation, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = make_opening(employer)
    make_destruction(rejected(opening), has_paper=True)

    def refuse(*_what: Any) -> Any:
        raise AssertionError("a page opened the key of the seal")

    monkeypatch.setattr(seal_keys, "_from_row", refuse)
    assert visitor.get(address(opening)).status_code == 200
    assert visitor.get(address(opening, ".pdf")).status_code == 200
