from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from credentials import CertificateClaims, ClaimRefused, Issuer, StatusEntry
from tests.credentials.examples import CLAIMS, COURSE, DID, LIST_URL, UNTIL, urn

FORBIDDEN = {
    "NUL": "\x00",
    "newline": "\n",
    "tab": "\t",
    "delete": "\x7f",
    "C1 control": "\x85",
    "soft hyphen": "\xad",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "right-to-left mark": "\u200f",
    "Arabic letter mark": "\u061c",
    "right-to-left override": "\u202e",
    "left-to-right isolate": "\u2066",
    "line separator": "\u2028",
    "Hangul filler": "\u3164",
    "halfwidth Hangul filler": "\uffa0",
    "byte-order mark": "\ufeff",
    "private use": "\ue000",
    "non-character": "\uffff",
    "lone surrogate": "\ud800",
    "language tag": "\U000e0041",
    "private plane": "\U00100000",
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_invisible_and_turning_characters_are_refused_in_every_text(name: str) -> None:
    text = f"홍{FORBIDDEN[name]}길동"
    changes: list[tuple[Any, str]] = [
        (CLAIMS, "name"),
        (CLAIMS, "serial"),
        (CLAIMS, "term"),
        (CLAIMS.issuer, "name"),
        (CLAIMS.centre, "name"),
        (COURSE, "name"),
        (COURSE, "kind"),
        (COURSE, "description"),
        (COURSE, "criteria"),
    ]
    for claims, field in changes:
        with pytest.raises(ClaimRefused, match="visible characters only"):
            replace(claims, **{field: text})


REFUSED: dict[str, dict[str, Any]] = {
    "empty name": {"name": ""},
    "space before": {"name": " 홍길동"},
    "too long": {"name": "가" * 2_001},
    "name missing": {"name": None},
    "name of bytes": {"name": b"x"},
    "year as text": {"birth_year": "1990"},
    "year too early": {"birth_year": 1899},
    "year true": {"birth_year": True},
    "hours negative": {"hours_earned": Decimal(-1)},
    "hours as float": {"hours_earned": 40.0},
    "hours as int": {"hours_earned": 40},
    "hours with three places": {"hours_earned": Decimal("33.333")},
    "hours not a number": {"hours_earned": Decimal("NaN")},
    "hours infinite": {"hours_earned": Decimal("Infinity")},
    "hours too many": {"hours_earned": Decimal("1E+30")},
    "rate over 100": {"attendance_rate": Decimal("100.01")},
    "start without zone": {"started": datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)},
    "start as text": {"started": "2026-01-01"},
    "zone with seconds": {"started": datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=30_472)))},
    "end before start": {"ended": CLAIMS.started - timedelta(seconds=1)},
    "expiry before start": {"valid_until": CLAIMS.valid_from},
    "id in capitals": {"credential_id": urn(0xABC).upper().replace("URN:UUID", "urn:uuid")},
    "id without urn": {"subject_id": "5f0f6c1e-1111-4222-8333-444455556666"},
    "same id twice": {"subject_id": CLAIMS.credential_id},
    "id of the course twice": {"course": replace(COURSE, criteria_id=COURSE.id)},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_not_be_signed_is_refused_when_it_is_said(name: str) -> None:
    with pytest.raises(ClaimRefused):
        replace(CLAIMS, **REFUSED[name])


@pytest.mark.parametrize(
    "address",
    [
        "certificates.example",
        "/status/1",
        "ftp://certificates.example",
        "https://certificates.example/a b",
        'https://certificates.example/"',
        "https://certificates.example/>",
        "https://certificates.example/\\",
        "https://이음.example",
        "https://certificates.example/#x",
        "https://certificates.example/?x",
        "https://user@certificates.example",
        "https://certificates.example/" + "a" * 500,
        "javascript:alert(1)",
        None,
    ],
)
def test_an_address_that_is_not_plain_and_absolute_is_refused(address: Any) -> None:
    with pytest.raises(ClaimRefused):
        StatusEntry(address, 1)
    with pytest.raises(ClaimRefused):
        Issuer(DID, "이음", address)


@pytest.mark.parametrize(
    "did", ["did:key:z6Mk", "did:web:", "did:web:a b", "did:web:A.example", "https://a.example", None]
)
def test_an_issuer_needs_a_did_web(did: Any) -> None:
    with pytest.raises(ClaimRefused):
        Issuer(did, "이음", "https://certificates.example")


@pytest.mark.parametrize("index", [-1, 2**31, "7", 7.0, True])
def test_a_place_is_a_whole_number(index: Any) -> None:
    with pytest.raises(ClaimRefused):
        StatusEntry(LIST_URL, index)


def test_the_refusal_names_the_field_and_what_was_found() -> None:
    with pytest.raises(ClaimRefused) as refused:
        replace(CLAIMS, name="홍\u202e길동")
    assert (refused.value.field, refused.value.found) == ("name", "U+202E at character 2")


def test_claims_cannot_be_changed_afterwards() -> None:
    claims: CertificateClaims = replace(CLAIMS, valid_until=UNTIL)
    with pytest.raises(AttributeError):
        claims.name = "김철수"  # type: ignore[misc]
