"""The résumé that is made from what is handed in."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdfium2
import pytest
from flask import Flask

from app.core import clock
from app.core.db import db
from app.jobs.application_models import ApplicationFile
from app.jobs.applying import application_draft_service
from app.jobs.applying.application_choices import choices_of
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.applying.application_package import pack
from app.jobs.applying.resume_document import resume_pdf
from tests.conftest import Visitor
from tests.factories.accounts import sign_in
from tests.factories.applying import make_draft, make_file
from tests.factories.experience import make_experience
from tests.factories.jobs import make_opening
from tests.jobs.applying import Applying, make_applicant

# What a paper says does not depend on where rows are kept.
pytestmark = pytest.mark.databases("sqlite")


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_it_says_what_was_chosen_and_nothing_else(app: Flask) -> None:
    applicant, at = make_applicant(rich=True), clock.now()
    person = applicant.person
    assert person is not None
    make_experience(applicant, organisation="고르지 않은 곳")
    keys = [choice.key for choice in choices_of(person, at) if choice.title != "고르지 않은 곳"]
    opening = make_opening()
    draft = make_draft(opening, applicant, items=keys, words="주민과 함께 #strong[일해요] 🙂")
    text = text_of(resume_pdf(pack(draft, person, opening, at), at))
    for said in (
        "이력서",
        "홍정훈",
        "1969. 10. 28.",
        "010-1234-5678",
        "창신동 현장지원센터",
        "본인 기재",
        "종로교육원",
    ):
        assert said in text, said
    assert "#strong[일해요]" in text, "what somebody writes is never markup"
    assert "고르지 않은 곳" not in text


def test_it_can_be_seen_before_it_is_handed_in(app: Flask, visitor: Visitor) -> None:
    sign_in(visitor, make_applicant(rich=True))
    applying = Applying(visitor, make_opening())
    visitor.post(applying.start)
    answer = visitor.get(f"{applying.start}/resume")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "홍정훈" in text_of(answer.data)


def test_long_words_fill_more_pages(app: Flask) -> None:
    applicant, at, opening = make_applicant(), clock.now(), make_opening()
    assert applicant.person is not None
    draft = make_draft(opening, applicant, words="\n".join(f"{n}번째 줄이에요." for n in range(200)))
    pdf = resume_pdf(pack(draft, applicant.person, opening, at), at)
    assert len(pypdfium2.PdfDocument(io.BytesIO(pdf))) > 1
    assert "199번째 줄이에요." in text_of(pdf)


def test_drafts_that_nobody_goes_on_with_are_deleted(app: Flask) -> None:
    applicant, now = make_applicant(), clock.now()
    kept, old, ended = (make_opening() for _n in range(3))
    drafts = [make_draft(opening, applicant, updated_at=now) for opening in (kept, old, ended)]
    drafts[1].updated_at = now - timedelta(days=91)
    ended.deadline_at = now - timedelta(days=15)
    files = [make_file(applicant, draft=draft, created_at=now) for draft in drafts]
    db.session.commit()
    left = (drafts[0].id, files[0].id)
    application_draft_service.sweep_old_drafts(now)
    assert [d.id for d in db.session.query(ApplicationDraft)] == [left[0]]
    assert [f.id for f in db.session.query(ApplicationFile)] == [left[1]]
