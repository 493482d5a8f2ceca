"""What somebody reads whose sign-in ended while a page stood open."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, sign_in
from tests.factories.training import finished_cohort


@pytest.fixture
def guarded(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def test_a_form_sent_after_the_sign_in_ended_says_so_and_leads_back(guarded: Flask, visitor: Visitor) -> None:
    answer = visitor.post("/account/password", data={"password": "x"})
    assert answer.status_code == 401
    assert "다시 로그인해 주세요" in answer.text
    assert "저장하지 않았어요" in answer.text
    assert "/sign-in?next=/account/password" in answer.text


def test_an_address_that_only_takes_forms_leads_back_to_where_it_was_sent_from(app: Flask, visitor: Visitor) -> None:
    cohort = finished_cohort(make_organisation())
    page = f"/cohorts/{cohort.public_id}/attendance/new"
    sent = visitor.post(
        f"/cohorts/{cohort.public_id}/attendance/confirm", headers={"Referer": f"https://ieum.test{page}"}
    )
    assert sent.status_code == 401
    assert f"/sign-in?next={page}" in sent.text


def test_it_never_leads_to_another_host(app: Flask, visitor: Visitor) -> None:
    answer = visitor.post("/account/sign-out-everywhere", headers={"Referer": "https://evil.example/account"})
    assert answer.status_code == 401
    assert "evil.example" not in answer.text
    assert "/sign-in?next=" not in answer.text


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example/x"])
def test_a_page_of_ours_that_reads_as_another_host_is_no_way_back(app: Flask, visitor: Visitor, path: str) -> None:
    sign_in(visitor, make_account())
    app.config["WTF_CSRF_ENABLED"] = True
    answer = visitor.post("/account/sign-out-everywhere", headers={"Referer": f"https://ieum.test{path}"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_whoever_signed_in_again_elsewhere_may_open_the_page_anew(guarded: Flask, visitor: Visitor) -> None:
    guarded.config["WTF_CSRF_ENABLED"] = False
    sign_in(visitor, make_account())
    guarded.config["WTF_CSRF_ENABLED"] = True
    answer = visitor.post("/account/password", data={"password": "x"})
    assert answer.status_code == 400
    assert 'href="/account/password"' in answer.text


def test_a_file_too_large_leads_back_to_the_form(app: Flask, visitor: Visitor) -> None:
    cohort = finished_cohort(make_organisation())
    sign_in(visitor, make_member(cohort.course.organisation))
    page = f"/cohorts/{cohort.public_id}/attendance/new"
    large = (io.BytesIO(b"0" * 11_000_000), "attendance.xlsx")
    answer = visitor.post(page, data={"file": large}, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "표 파일은 10MB까지" in answer.text
    assert "필요 없는 시트를 지운 뒤" in answer.text
    assert f'href="{page}"' in answer.text
