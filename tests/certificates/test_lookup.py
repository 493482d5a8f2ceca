"""`/verify`: by document number and a second thing on the paper, without becoming a list of certificates."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import throttle
from app.accounts.models import ThrottledAttempt
from app.certificates.models import Certificate
from app.certificates.verification_service import LIMITS
from app.core.clock import now
from app.core.db import db
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import issue_one

UNKNOWN_NUMBER = "1234-5678-9012-3450"


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), now())


def ask(visitor: Visitor, number: str, second: str, address: str = "192.0.2.1") -> tuple[int, str, str]:
    answer = visitor.post(
        "/verify",
        data={"document_number": number, "name_or_birth_date": second},
        environ_base={"REMOTE_ADDR": address},
    )
    return answer.status_code, answer.headers.get("Location", ""), answer.get_data(as_text=True)


def test_the_form_opens_for_everybody(visitor: Visitor) -> None:
    assert visitor.get("/verify").status_code == 200


@pytest.mark.parametrize("second", ["홍정훈", " 홍정훈 ", "홍 정 훈", "1969-10-28", "1969. 10. 28.", "19691028"])
def test_number_and_name_or_birth_date_lead_to_the_page(
    visitor: Visitor, certificate: Certificate, second: str
) -> None:
    status, location, _shown = ask(visitor, certificate.document_number, second)
    assert (status, location) == (303, f"/v/{certificate.public_id}")


def test_the_number_may_be_typed_without_groups(visitor: Visitor, certificate: Certificate) -> None:
    assert ask(visitor, certificate.document_number.replace("-", " "), "홍정훈")[0] == 303


def test_it_does_not_tell_which_was_wrong(visitor: Visitor, certificate: Certificate) -> None:
    def shown(number: str, second: str) -> tuple[int, str]:
        status, _location, page = ask(visitor, number, second)
        for typed in (number, second):
            page = page.replace(typed, "")
        return status, page

    wrong_name = shown(certificate.document_number, "박영길")
    assert wrong_name[0] == 404
    assert "일치하는 수료증이 없어요" in wrong_name[1]
    assert wrong_name == shown(certificate.document_number, "1969-10-29")
    assert wrong_name == shown(UNKNOWN_NUMBER, "홍정훈")
    assert wrong_name == shown("1234-5678-9012-3456", "홍정훈")
    assert wrong_name == shown("모름모름", "홍정훈")


def test_empty_fields_are_asked_for_again(visitor: Visitor, certificate: Certificate) -> None:
    status, _location, shown = ask(visitor, "", "")
    assert status == 422
    assert "문서확인번호를 입력해 주세요." in shown


def test_tries_at_one_number_run_out_whoever_makes_them(visitor: Visitor, certificate: Certificate) -> None:
    number = certificate.document_number
    for turn in range(LIMITS["lookup"][0].tries):
        assert ask(visitor, number, "박영길", f"192.0.2.{turn}")[0] == 404
    assert ask(visitor, number, "홍정훈", "198.51.100.7")[0] == 429


def test_tries_from_one_network_run_out_whatever_the_number(visitor: Visitor, certificate: Certificate) -> None:
    for turn in range(LIMITS["lookup_from"][0].tries):
        assert ask(visitor, f"{turn:016}", "박영길")[0] == 404
    assert ask(visitor, certificate.document_number, "홍정훈")[0] == 429
    assert ask(visitor, certificate.document_number, "홍정훈", "198.51.100.7")[0] == 303


def test_wrong_tries_from_everywhere_together_run_out(
    visitor: Visitor, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    (limit,) = LIMITS["lookup_all"]
    monkeypatch.setitem(throttle.LIMITS, "lookup_all", (replace(limit, tries=5),))
    for turn in range(5):
        assert ask(visitor, f"{turn:016}", "박영길", f"192.0.2.{turn}")[0] == 404
        # Who knows both is not counted, and not stopped, as long as there are tries left.
        assert ask(visitor, certificate.document_number, "홍정훈", f"192.0.2.{turn}")[0] == (303 if turn < 4 else 429)
    status, _location, shown = ask(visitor, certificate.document_number, "홍정훈", "198.51.100.7")
    assert status == 429
    assert "모든 조회를 잠시 멈췄어요" in shown


def test_the_tries_are_kept_in_the_database_and_name_nobody(visitor: Visitor, certificate: Certificate) -> None:
    ask(visitor, certificate.document_number, "박영길")
    kept = db.session.scalars(select(ThrottledAttempt)).all()
    assert {k.purpose for k in kept} == {"lookup", "lookup_from", "lookup_all"}
    assert all(re.fullmatch("[0-9a-f]{64}", k.subject) for k in kept)


def test_it_never_lists(visitor: Visitor, certificate: Certificate) -> None:
    _status, _location, shown = ask(visitor, certificate.document_number[:9], "홍정훈")
    assert certificate.public_id not in shown
    assert certificate.serial not in shown
