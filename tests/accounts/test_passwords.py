"""Which passwords are refused, and how they are kept."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher

from app.accounts import passwords
from app.core.errors import Invalid
from tests.factories.accounts import PASSWORD, password_hash


@pytest.mark.parametrize(
    "password",
    [
        "",
        "아홉글자비밀번호임",
        "a" * 129,
        "가" * 43,
        "password123",
        "PassWord123",
        "1234567890",
        "aaaaaaaaaaaa",
        "abababababab",
        "hong@example.kr",
        "HONG@EXAMPLE.KR",
        "  Gildong Hong  ",
    ],
)
def test_it_refuses(password: str) -> None:
    with pytest.raises(Invalid):
        passwords.check_strength(password, "Gildong Hong", "hong@example.kr")


def test_it_refuses_the_part_of_the_address_before_the_at_sign() -> None:
    with pytest.raises(Invalid):
        passwords.check_strength("gildonghong", "홍길동", "gildonghong@example.kr")


@pytest.mark.parametrize(
    "password", ["열글자비밀번호로괜찮아", "correct horse", "가" * 10 + "나다라", "x1y2z3w4v5" * 12]
)
def test_it_accepts(password: str) -> None:
    passwords.check_strength(password, "홍길동", "hong@example.kr")


@pytest.mark.usefixtures("agreed_cost")
def test_it_keeps_argon2id_with_the_agreed_cost() -> None:
    made = passwords.hash_password(PASSWORD)
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.needs_rehash(made)


@pytest.mark.usefixtures("agreed_cost")
def test_the_hash_that_nobody_has_costs_as_much_as_a_real_one() -> None:
    assert not passwords.needs_rehash(passwords.NOBODYS_HASH)


def test_it_takes_the_same_letters_from_every_keyboard() -> None:
    apart = unicodedata.normalize("NFD", PASSWORD)
    assert apart != PASSWORD
    assert passwords.is_right(password_hash(), apart)
    assert not passwords.is_right(password_hash(), PASSWORD + " ")


def test_without_an_account_nothing_fits_and_a_hash_is_still_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Spy:
        def verify(self, password_hash: str, password: str) -> bool:
            verified.append(password_hash)
            return True

    monkeypatch.setattr(passwords, "hasher", Spy())
    assert not passwords.is_right(None, PASSWORD)
    assert verified == [passwords.NOBODYS_HASH]


@pytest.mark.usefixtures("agreed_cost")
def test_a_hash_with_other_parameters_is_due_for_renewal() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x")
    assert passwords.needs_rehash(weaker)
