from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from credentials import CertificateClaims, Outcome
from tests.credentials.examples import CLAIMS, CLAIMS_WITH_END, issue, look, urn

SAMPLES = [
    CLAIMS,
    CLAIMS_WITH_END,
    replace(CLAIMS, name='Ann "Ace" O\\Neil', hours_earned=Decimal("62.5"), credential_id=urn(2)),
    replace(CLAIMS, name="남궁민수", birth_year=1961, attendance_rate=Decimal(100), credential_id=urn(3)),
    replace(CLAIMS, name="𠮷野 é", term="100%", hours_earned=Decimal(0), credential_id=urn(4)),
]
MANY = [
    replace(CLAIMS, credential_id=urn(1000 + n), serial=f"제 2026-양성-{n:04d}호", birth_year=1930 + n % 80)
    for n in range(100)
]


def flips(data: bytes, mask: int | None = None) -> Iterator[bytes]:
    """Alter each byte once: by one bit that moves along with the place, or by `mask`."""
    for place in range(len(data)):
        altered = bytearray(data)
        altered[place] ^= mask or 1 << place % 8
        yield bytes(altered)


def accepted(alterations: Iterator[bytes], *, exact: bool) -> list[bytes]:
    return [data for data in alterations if look(data, exact=exact).outcome is not Outcome.NOT_VALID]


@pytest.mark.parametrize("claims", SAMPLES, ids=lambda claims: claims.name)
def test_not_one_altered_byte_passes(claims: CertificateClaims) -> None:
    data = issue(claims)
    assert look(data).outcome is Outcome.VALID
    assert accepted(flips(data), exact=True) == []


def test_not_one_altered_byte_passes_where_other_formatting_would() -> None:
    assert accepted(flips(issue(CLAIMS_WITH_END)), exact=False) == []


def test_nothing_may_be_cut_off_put_in_or_swapped() -> None:
    data = issue()
    cut = (data[:place] + data[place + 1 :] for place in range(0, len(data), 3))
    spaced = (data[:place] + b" " + data[place:] for place in range(0, len(data) + 1, 3))
    swapped = (
        data[:place] + data[place + 1 : place + 2] + data[place : place + 1] + data[place + 2 :]
        for place in range(0, len(data) - 1, 3)
        if data[place] != data[place + 1]
    )
    for alterations in (cut, spaced, swapped):
        assert accepted(alterations, exact=True) == []


@pytest.mark.long
@pytest.mark.parametrize("mask", [None, 0x01, 0x20, 0x80, 0xFF])
def test_not_one_altered_byte_of_a_hundred_certificates_passes(mask: int | None) -> None:
    for claims in MANY if mask is None else MANY[:10]:
        assert accepted(flips(issue(claims), mask), exact=True) == []
