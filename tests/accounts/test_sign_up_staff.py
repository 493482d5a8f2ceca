"""Signing up to work for an organisation: no date of birth, no person, and the way to the organisation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from app.accounts.consents import COLLECTION, STAFF_COLLECTION
from app.accounts.models import Account, Consent, Person
from app.accounts.queries import account_by_email
from app.core.db import db
from tests.accounts.test_invitations import invite
from tests.accounts.test_sign_up import FIELDS, sign_up
from tests.conftest import Visitor
from tests.factories.accounts import (
    PASSWORD,
    audit_lines,
    link_in,
    mails_to,
    make_account,
    make_member,
    make_organisation,
    make_person,
    sign_in,
)

STAFF = {"role": "staff", "birth_date": ""}
EMAIL = FIELDS["email"]


def confirm(visitor: Visitor, **changes: str) -> Any:
    assert sign_up(visitor, **(STAFF | changes)).status_code == 303
    return visitor.post(link_in(mails_to(EMAIL)[-1]), data={"password": PASSWORD})


def account() -> Account:
    found = account_by_email(EMAIL)
    assert found is not None
    return found


def people() -> list[Person]:
    return list(db.session.scalars(select(Person)))


def consents() -> list[str]:
    return list(db.session.scalars(select(Consent.version).order_by(Consent.id)))


def test_the_form_offers_it_and_says_what_is_collected_then(visitor: Visitor) -> None:
    page = visitor.get("/sign-up").text
    for said in ("기관 담당자 (교육기관·구인기업·구청 등)", "교육 기록이 있는 사람만", str(STAFF_COLLECTION.items)):
        assert said in page
    assert "생년월일" not in str(STAFF_COLLECTION.items)


def test_no_person_is_made_and_the_first_page_registers_an_organisation(visitor: Visitor) -> None:
    answer = confirm(visitor)
    assert (answer.status_code, answer.location) == (303, "/organisations/new")
    assert visitor.get(answer.location).status_code == 200
    assert (account().person_id, people()) == (None, [])
    (line,) = audit_lines("account.confirm")
    assert line.after == {"person": None, "joined": False}
    assert consents() == [STAFF_COLLECTION.version]


@pytest.mark.parametrize("typed", ["1990-03-09", "no date", "2999-01-01", "2020-01-01"])
def test_a_date_of_birth_typed_all_the_same_is_neither_judged_nor_kept(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    sealed: list[bytes] = []
    encrypt = Fernet.encrypt_at_time

    def look(box: Fernet, data: bytes, at: int) -> bytes:
        sealed.append(data)
        return encrypt(box, data, at)

    monkeypatch.setattr(Fernet, "encrypt_at_time", look)
    confirm(visitor, birth_date=typed)
    assert sealed
    assert not [content for content in sealed if b"birth" in content]
    assert people() == []


def test_a_record_with_the_same_address_is_not_joined(visitor: Visitor) -> None:
    make_person(email=EMAIL)
    confirm(visitor, birth_date="1990-03-09")
    assert account().person_id is None


def test_who_was_invited_is_led_to_the_invitation(visitor: Visitor) -> None:
    organisation = make_organisation("한빛마을기업", "employer")
    sign_in(visitor, make_member(organisation))
    invite(visitor, organisation, EMAIL)
    visitor.post("/sign-out")
    answer = confirm(visitor)
    assert answer.location.startswith("/invitations/")
    assert "한빛마을기업" in visitor.get(answer.location).text
    assert visitor.post(answer.location).location == f"/organisations/{organisation.public_id}"


def test_who_was_invited_twice_chooses(visitor: Visitor) -> None:
    for name in ("한빛마을기업", "서울교육원"):
        organisation = make_organisation(name)
        sign_in(visitor, make_member(organisation))
        invite(visitor, organisation, EMAIL)
        visitor.post("/sign-out")
    answer = confirm(visitor)
    assert answer.location == "/organisations"
    page = visitor.get(answer.location).text
    assert page.count("/invitations/") == 2


def test_the_answer_is_the_same_whether_the_address_has_an_account(visitor: Visitor) -> None:
    make_account("known@example.kr")
    make_account("unconfirmed@example.kr", confirmed=False)
    answers = []
    for email in ("known@example.kr", "unconfirmed@example.kr", "unknown@example.kr"):
        answer = sign_up(visitor, **STAFF, email=email)
        answers.append((answer.status_code, answer.location, answer.text, visitor.get(answer.location).text))
    assert answers[0] == answers[1] == answers[2]


def test_the_consent_kept_is_the_one_of_the_last_try(visitor: Visitor) -> None:
    sign_up(visitor)
    assert consents() == [COLLECTION.version]
    confirm(visitor)
    assert consents() == [STAFF_COLLECTION.version]
    assert str(STAFF_COLLECTION.items) in visitor.get("/account").text


STATED = {"name": "홍길동", "role": "trainee", "birth_date": "1990-03-09", "consent": "y"}


def test_a_portfolio_can_be_added_later(visitor: Visitor) -> None:
    confirm(visitor)
    for page in ("/account", "/portfolio"):
        assert "/account/person" in visitor.get(page).text
    assert 'value="홍길동"' in visitor.get("/account/person").text
    answer = visitor.post("/account/person", data=STATED)
    assert (answer.status_code, answer.location) == (303, "/portfolio")
    (person,) = people()
    assert (person.birth_date, person.role, person.email) == (date(1990, 3, 9), "trainee", EMAIL)
    assert account().person_id == person.id
    assert consents() == [STAFF_COLLECTION.version, COLLECTION.version]
    (line,) = audit_lines("account.add_person")
    assert line.after == {"person": person.public_id, "joined": False}
    assert "/account/person" not in visitor.get("/account").text


def test_the_record_of_a_centre_is_joined_by_name_birth_date_and_address(visitor: Visitor) -> None:
    person = make_person(email=EMAIL)
    others = make_person(email="other@example.kr")
    sign_in(visitor, make_account(EMAIL))
    visitor.post("/account/person", data=STATED | {"name": "홍 길 동"})
    assert account().person_id == person.id != others.id
    assert len(people()) == 2


@pytest.mark.parametrize(
    "recorded", [{"email": "other@example.kr"}, {"email": ""}, {"email": EMAIL, "name": "이순신"}]
)
def test_no_other_record_is_taken_over(visitor: Visitor, recorded: dict[str, Any]) -> None:
    person = make_person(**recorded)
    sign_in(visitor, make_account(EMAIL))
    visitor.post("/account/person", data=STATED)
    assert account().person_id not in (None, person.id)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "www.evil.example"},
        {"birth_date": ""},
        {"birth_date": "2999-01-01"},
        {"birth_date": "2020-01-01"},
        {"role": "staff"},
        {"consent": ""},
    ],
    ids=str,
)
def test_the_checks_are_those_of_signing_up(visitor: Visitor, changes: dict[str, str]) -> None:
    sign_in(visitor, make_account(EMAIL))
    stated = {k: v for k, v in (STATED | changes).items() if v or k != "consent"}
    answer = visitor.post("/account/person", data=stated)
    assert answer.status_code == 422
    assert f'href="#{next(iter(changes))}' in answer.text
    assert (people(), consents()) == ([], [])


def test_who_has_a_portfolio_is_led_to_it(visitor: Visitor) -> None:
    sign_in(visitor, make_account(EMAIL, person=make_person()))
    for answer in (visitor.get("/account/person"), visitor.post("/account/person", data=STATED)):
        assert (answer.status_code, answer.location) == (303, "/portfolio")
    assert len(people()) == 1
