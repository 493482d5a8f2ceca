"""Confirming the address and joining the record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Account, Person
from app.accounts.queries import account_by_email
from app.core import clock
from app.core.db import db
from tests.accounts.test_sign_up import FIELDS, sign_up
from tests.conftest import Visitor
from tests.factories.accounts import PASSWORD, audit_lines, link_in, mails_to, make_account, make_person


def link(visitor: Visitor, **changes: str) -> str:
    sign_up(visitor, **changes)
    return link_in(mails_to(changes.get("email", FIELDS["email"]))[-1])


def confirm(visitor: Visitor, password: str = PASSWORD, **changes: str) -> Any:
    return visitor.post(link(visitor, **changes), data={"password": password})


def account() -> Account:
    found = account_by_email(FIELDS["email"])
    assert found is not None
    return found


def test_it_confirms_with_the_link_and_the_password_and_signs_in(visitor: Visitor) -> None:
    answer = confirm(visitor)
    assert (answer.status_code, answer.location) == (303, "/portfolio")
    assert account().confirmed_at is not None
    assert FIELDS["email"] in visitor.get("/account").text


def test_looking_at_the_link_changes_nothing(visitor: Visitor) -> None:
    path = link(visitor)
    assert visitor.get(path).status_code == 200
    assert visitor.get(path).status_code == 200
    assert account().confirmed_at is None


def test_a_new_person_has_what_was_stated(visitor: Visitor) -> None:
    confirm(visitor, role="planner")
    person = db.session.scalars(select(Person)).one()
    assert (person.name, person.birth_date, person.role) == ("홍길동", date(1990, 3, 9), "planner")
    assert person.email == FIELDS["email"]
    assert account().person_id == person.id


def test_it_joins_the_record_with_the_same_name_birth_date_and_address(visitor: Visitor) -> None:
    person = make_person(email=FIELDS["email"], role="designer")
    confirm(visitor, name="홍 길 동")
    assert account().person_id == person.id
    assert person.role == "designer", "what the centre recorded stays"
    assert len(db.session.scalars(select(Person)).all()) == 1
    (line,) = audit_lines("account.confirm")
    assert line.after == {"person": person.public_id, "joined": True}


@pytest.mark.parametrize(
    "recorded",
    [
        {"email": ""},
        {"email": "other@example.kr"},
        {"email": FIELDS["email"], "name": "홍길순"},
        {"email": FIELDS["email"], "birth_date": date(1990, 3, 10)},
    ],
    ids=str,
)
def test_nobody_takes_over_a_record_that_differs_in_one_of_the_three(
    visitor: Visitor, recorded: dict[str, Any]
) -> None:
    person = make_person(**recorded)
    confirm(visitor)
    assert account().person_id not in (None, person.id)


def test_nobody_takes_over_a_record_that_has_an_account(visitor: Visitor) -> None:
    person = make_person(email=FIELDS["email"])
    make_account("own@example.kr", person=person)
    confirm(visitor)
    assert account().person_id not in (None, person.id)


def test_it_does_not_choose_between_two_records(visitor: Visitor) -> None:
    people = {make_person(email=FIELDS["email"]).id, make_person(email=FIELDS["email"]).id}
    confirm(visitor)
    assert account().person_id not in people | {None}


def test_a_stranger_cannot_have_their_password_confirmed_by_the_owner_of_the_address(visitor: Visitor) -> None:
    answer = confirm(visitor, password="what the owner would type", email="hong@example.kr")
    assert answer.status_code == 422
    assert account().confirmed_at is None


def test_wrong_passwords_are_counted_as_at_signing_in(visitor: Visitor) -> None:
    path = link(visitor)
    statuses = [visitor.post(path, data={"password": "wrong"}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_a_link_works_once(visitor: Visitor) -> None:
    path = link(visitor)
    assert visitor.post(path, data={"password": PASSWORD}).status_code == 303
    assert visitor.get(path).status_code == 410
    assert visitor.post(path, data={"password": PASSWORD}).status_code == 410


@pytest.mark.parametrize(
    ("age", "status"), [(timedelta(hours=23, minutes=59), 200), (timedelta(hours=24, minutes=1), 410)]
)
def test_a_link_lasts_a_day(visitor: Visitor, monkeypatch: pytest.MonkeyPatch, age: timedelta, status: int) -> None:
    path = link(visitor)
    later = clock.now() + age
    monkeypatch.setattr(clock, "now", lambda: later)
    assert visitor.get(path).status_code == status


def test_a_confirmed_account_is_never_confirmed_again(visitor: Visitor) -> None:
    path = link(visitor)
    account().confirmed_at = clock.now()
    assert visitor.post(path, data={"password": PASSWORD}).status_code == 410
