"""Signing up, up to the mail."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.consents import COLLECTION
from app.accounts.models import Account, Consent, Person
from app.accounts.queries import account_by_email
from app.core import clock
from app.core.db import db
from app.core.mail import OutgoingMail
from tests.conftest import Visitor
from tests.factories.accounts import PASSWORD, link_in, mails_to, make_account

FIELDS = {
    "name": "홍길동",
    "birth_date": "1990-03-09",
    "email": "hong@example.kr",
    "password": PASSWORD,
    "role": "coordinator",
    "consent": "y",
}


def sign_up(visitor: Visitor, **changes: str) -> Any:
    return visitor.post("/sign-up", data={k: v for k, v in (FIELDS | changes).items() if v != "-"})


def test_the_form_says_what_is_collected_why_how_long_and_that_one_may_refuse(visitor: Visitor) -> None:
    page = visitor.get("/sign-up").text
    for text in (COLLECTION.purpose, COLLECTION.items, COLLECTION.period, COLLECTION.refusal):
        assert str(text) in page


def test_it_mails_a_link_and_keeps_the_consent_with_its_version(visitor: Visitor) -> None:
    answer = sign_up(visitor, email="Hong@Example.kr")
    assert answer.status_code == 303
    assert "메일을 보냈어요" in visitor.get(answer.location).text
    account = account_by_email("hong@example.kr")
    assert account is not None
    assert account.confirmed_at is None
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.account_id, consent.kind, consent.version) == (account.id, "collection", COLLECTION.version)
    (mail,) = mails_to("hong@example.kr")
    assert link_in(mail).startswith("/sign-up/confirm/")
    assert "1990" not in mail.body, "the link shows a date of birth"


def test_nobody_is_on_record_before_the_address_is_confirmed(visitor: Visitor) -> None:
    sign_up(visitor)
    assert db.session.scalars(select(Person)).all() == []


def test_the_account_opens_nothing_before_it_is_confirmed(visitor: Visitor) -> None:
    sign_up(visitor)
    answer = visitor.post("/sign-in", data={"email": FIELDS["email"], "password": PASSWORD})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "홍\u202e길동"},
        {"name": "홍" * 81},
        {"name": "당첨! evil.example 에서 받으세요"},
        {"birth_date": ""},
        {"birth_date": "900309"},
        {"birth_date": "1990-02-30"},
        {"birth_date": "1899-12-31"},
        {"birth_date": "2999-01-01"},
        {"email": "hong"},
        {"email": ""},
        {"email": "hong@example.kr\x00"},
        {"password": ""},
        {"password": "짧은비밀번호"},
        {"password": "hong@example.kr"},
        {"password": "password123"},
        {"password": "x1" * 65},
        {"role": ""},
        {"role": "operator"},
        {"consent": "-"},
    ],
    ids=str,
)
def test_it_refuses_and_stores_nothing(visitor: Visitor, changes: dict[str, str]) -> None:
    answer = sign_up(visitor, **changes)
    assert answer.status_code == 422
    (field,) = changes
    assert f'href="#{field}' in answer.text
    assert PASSWORD not in answer.text
    assert db.session.scalars(select(Account)).all() == []
    assert db.session.scalars(select(OutgoingMail)).all() == []


@pytest.mark.parametrize(("born", "status"), [("2012-03-02", 303), ("2012-03-03", 422)])
def test_it_takes_people_from_fourteen_years_on(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, born: str, status: int
) -> None:
    # Half past midnight in Korea, when it is still the day before in UTC.
    moment = clock.now().replace(year=2026, month=3, day=1, hour=15, minute=30)
    assert clock.seoul_date(moment) == date(2026, 3, 2)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert sign_up(visitor, birth_date=born).status_code == status


def test_the_answer_is_the_same_whether_the_address_has_an_account(visitor: Visitor) -> None:
    make_account("known@example.kr")
    make_account("unconfirmed@example.kr", confirmed=False)
    answers = []
    for email in ("known@example.kr", "unconfirmed@example.kr", "unknown@example.kr"):
        answer = sign_up(visitor, email=email)
        page = visitor.get(answer.location)
        answers.append((answer.status_code, answer.location, answer.text, page.status_code, page.text))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 303


def test_an_address_with_an_account_gets_a_mail_that_says_so_with_a_link_to_reset(visitor: Visitor) -> None:
    account = make_account("known@example.kr")
    before = account.password_hash
    sign_up(visitor, email="known@example.kr", name="다른 사람")
    (mail,) = mails_to("known@example.kr")
    assert "이미 계정이 있어요" in mail.subject
    assert visitor.get(link_in(mail)).status_code == 200
    assert (account.name, account.password_hash) == ("홍길동", before)


def test_who_signs_up_again_before_confirming_replaces_the_first_try(visitor: Visitor) -> None:
    sign_up(visitor)
    sign_up(visitor, password="두 번째로 정한 비밀번호", name="홍길순")
    first, second = mails_to("hong@example.kr")
    assert visitor.get(link_in(first)).status_code == 410
    assert visitor.get(link_in(second)).status_code == 200
    account = account_by_email("hong@example.kr")
    assert account is not None
    assert account.name == "홍길순"


def test_the_sixth_mail_to_one_address_in_an_hour_is_not_sent(visitor: Visitor) -> None:
    statuses = [sign_up(visitor).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]
    assert len(mails_to("hong@example.kr")) == 5


def test_the_links_lead_to_the_configured_host_whatever_the_request_says(visitor: Visitor) -> None:
    visitor.post("/sign-up", data=FIELDS, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    bodies = [mail.body for mail in mails_to("hong@example.kr")]
    assert not [body for body in bodies if "evil" in body]
