"""Finding somebody on record."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.accounts.people import create_account, create_person, find_person
from app.core.access import Actor
from app.core.errors import Conflict, Invalid
from tests.factories.accounts import AT, PASSWORD, audit_lines, make_account, make_person

BORN = date(1990, 3, 9)
COMMAND = Actor.command("test")


def test_it_finds_by_name_birth_date_and_address(app: Flask) -> None:
    person = make_person(email="hong@example.kr")
    assert find_person("홍길동", BORN, email="Hong@example.kr") is person


def test_it_finds_by_the_address_of_the_persons_account(app: Flask) -> None:
    person = make_person()
    make_account("own@example.kr", person=person)
    assert find_person("홍길동", BORN, email="own@example.kr") is person


def test_it_finds_by_phone_however_it_is_written(app: Flask) -> None:
    person = make_person(phone="010-1234-5678")
    assert find_person("홍 길 동", BORN, phone="+82 10 1234 5678") is person


@pytest.mark.parametrize(("email", "phone"), [("", ""), ("other@example.kr", ""), ("", "010-0000-0000")])
def test_a_name_and_a_birth_date_alone_find_nobody(app: Flask, email: str, phone: str) -> None:
    make_person(email="hong@example.kr", phone="010-1234-5678")
    assert find_person("홍길동", BORN, email=email, phone=phone) is None


def test_an_empty_contact_is_not_an_equal_one(app: Flask) -> None:
    make_person(email="", phone="")
    assert find_person("홍길동", BORN) is None


def test_it_does_not_choose_between_two(app: Flask) -> None:
    make_person(email="hong@example.kr")
    make_person(email="hong@example.kr")
    with pytest.raises(Conflict):
        find_person("홍길동", BORN, email="hong@example.kr")


def test_it_records_a_person_in_one_spelling_and_writes_an_audit_line_without_personal_data(app: Flask) -> None:
    person = create_person("홍 길 동", BORN, COMMAND, AT, email="Hong@Example.kr", phone="010-1234-5678")
    assert (person.name, person.email, person.phone) == ("홍길동", "hong@example.kr", "01012345678")
    (line,) = audit_lines("person.create")
    assert line.subject_id == person.public_id
    assert line.after == {"role": "trainee"}


def test_an_address_has_one_account(app: Flask) -> None:
    create_account("hong@example.kr", PASSWORD, "홍길동", at=AT)
    with pytest.raises(Conflict):
        create_account("HONG@example.kr", PASSWORD, "김길동", at=AT)


def test_an_account_gets_no_weak_password(app: Flask) -> None:
    with pytest.raises(Invalid):
        create_account("hong@example.kr", "hong@example.kr", "홍길동", at=AT)
