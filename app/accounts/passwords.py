"""Passwords: Argon2id hashes, and which passwords are refused. The rules need no database."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import Invalid
from app.core.i18n import Text, _l

MIN_LENGTH = 10
MAX_BYTES = 128

# The smallest setting that OWASP recommends for Argon2id; about 46 ms on a small machine.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# The hash of a random value that nobody kept: verified when there is no account, so that the answer takes as long.
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$KYMSiIuUhXtLbeqXAt13Jw$R9JKolqoHM1QJpwfGCTchkmdjPrpOgBClwWvD7d9sZs"

# What people choose when they are made to choose ten characters.
_COMMON_TEXT = """
0123456789 1234567890 12345678910 123456789a 123456789q 1234512345 1231231231 1111111111 0000000000 0987654321
9876543210 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 qwertyuiop qwerty1234 qwerty12345 qwer123456 qwer1234!! asdf123456
asdfghjkl1 asdfghjkl; zxcvbnm123 abcdefghij abcd123456 abc1234567 a123456789 aa12345678 aaaaaaaaaa password12
password123 password1234 passw0rd123 p@ssw0rd12 p@ssword123 iloveyou12 iloveyou123 welcome123 administrator
admin12345 admin123456 changeme123 letmein1234 dragon12345 football123 superman123 seoul12345 korea12345
"""
_COMMON = frozenset(_COMMON_TEXT.split())


def hash_password(password: str) -> str:
    """Hash a password for storing. About 46 ms on purpose."""
    return hasher.hash(_normalised(password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Tell whether the password fits the hash. None (no such account) takes as long as a real one and never fits."""
    known = password_hash is not None
    try:
        fits = hasher.verify(password_hash if password_hash is not None else NOBODYS_HASH, _normalised(password))
    except (VerificationError, InvalidHashError):
        return False
    return known and fits


def needs_rehash(password_hash: str) -> bool:
    """Tell whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(password_hash)


def check_strength(password: str, *personal: str) -> None:
    """Refuse a password that is short, overlong, common, or equal to one of the `personal` words (name, address).

    Raises `Invalid` with what to do about it.
    """
    problem = _problem(_normalised(password), personal)
    if problem is not None:
        raise Invalid(problem)


def _problem(password: str, personal: tuple[str, ...]) -> Text | None:
    if len(password) < MIN_LENGTH:
        return _l("비밀번호는 10자 이상이어야 해요.")
    if len(password.encode()) > MAX_BYTES:
        return _l("비밀번호가 너무 길어요. 영문 128자, 한글 42자까지 쓸 수 있어요.")
    folded = password.casefold()
    own_words = {word.casefold().strip() for word in personal} | {word.casefold().split("@")[0] for word in personal}
    if folded.strip() in own_words:
        return _l("이름이나 이메일 주소와 같은 비밀번호는 쓸 수 없어요.")
    if folded in _COMMON or len(set(folded)) < 4:
        return _l("많이 쓰여서 쉽게 알아낼 수 있는 비밀번호예요. 다른 비밀번호를 정해 주세요.")
    return None


def _normalised(password: str) -> str:
    # The same Korean letters arrive composed from one keyboard and decomposed from another.
    return unicodedata.normalize("NFC", password)
