"""What was too large is said by the route to which it was sent, with the limit there."""

from __future__ import annotations

import inspect
import io

import pytest
from flask import Flask
from wtforms import FileField, MultipleFileField

from app.core.config import MAX_UPLOAD_BYTES
from app.core.forms import Form
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.jobs import make_employer, make_opening

pytestmark = pytest.mark.databases("sqlite")


def too_large(visitor: Visitor, page: str) -> str:
    file = (io.BytesIO(b"0" * (MAX_UPLOAD_BYTES + 64 * 1024 + 1)), "a.bin")
    answer = visitor.post(page, data={"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 413
    return answer.text


def test_each_page_says_what_was_too_large_for_it(visitor: Visitor) -> None:
    sign_in(visitor, make_account(person=make_person()))
    resume = too_large(visitor, f"/openings/{make_opening().public_id}/apply/documents")
    assert "지원서에 더하는 파일 하나는 10MB까지" in resume
    assert "시트" not in resume
    assert "배지 파일은 1MB까지" in too_large(visitor, "/portfolio/badges/new")
    assert "확인결과서" in too_large(visitor, "/verify/receipts")
    visitor.post("/sign-out")
    sign_in(visitor, make_member(make_organisation()))
    plan = too_large(visitor, "/cohorts/plan")
    assert "교육계획 파일은 5MB까지" in plan
    assert "시트" not in plan
    visitor.post("/sign-out")
    sign_in(visitor, make_member(make_employer()))
    assert "공고 목록 파일은 10MB까지" in too_large(visitor, "/opening-sources/upload")


def test_a_text_that_is_too_long_is_no_file(app: Flask, visitor: Visitor) -> None:
    sign_in(visitor, make_member(make_employer()))
    most = app.config["MAX_FORM_MEMORY_SIZE"]
    data = {"title": "가" * (most // 3 + 1), "more": (io.BytesIO(b""), "a")}
    answer = visitor.post("/hiring/new", data=data, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "입력한 글이 너무 길어요. 글은 모두 합해 6MB까지" in answer.text
    assert "파일" not in answer.text.partition("<main")[2].partition("</main")[0]


def _forms(base: type[Form] = Form) -> set[type[Form]]:
    return {base, *(found for each in base.__subclasses__() for found in _forms(each))}


def _is_of_a_file(field: object) -> bool:
    kind = getattr(field, "field_class", None)
    return isinstance(kind, type) and issubclass(kind, FileField | MultipleFileField)


def test_every_view_with_a_file_says_what_is_too_large(app: Flask) -> None:
    names = {form.__name__ for form in _forms() if any(map(_is_of_a_file, vars(form).values()))}
    assert len(names) >= 5
    seen, silent = 0, []
    for endpoint, view in app.view_functions.items():
        source = inspect.getsource(inspect.unwrap(view))
        if any(f"{name}()" in source for name in names):
            seen += 1
            if not hasattr(view, "too_large"):
                silent.append(endpoint)
    assert seen >= 7
    assert not silent
