import base64
import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from credentials import (
    ClaimRefused,
    Code,
    CouldNotCheck,
    Outcome,
    Replaced,
    Revoked,
    State,
    StatusEntry,
    StatusList,
    Step,
    proof,
    replaced_list_url,
    sign_status_list,
    status,
    strict_json,
    verify,
)
from tests.credentials.examples import (
    CLAIMS,
    CLAIMS_WITH_END,
    CLEAN_LIST,
    KEYS,
    LIST_KEY,
    LIST_KEYS,
    LIST_URL,
    NOW,
    STRANGER,
    UNTIL,
    changed,
    issue,
    look,
    status_list,
)

PLACE = CLAIMS.status.index
REPLACED_URL = replaced_list_url(LIST_URL)


def signed_list(*places: int, **options: Any) -> bytes:
    return sign_status_list(LIST_URL, "revocation", places, LIST_KEY, NOW, **options)


def forged_list(encoded: str) -> bytes:
    """Sign any `encodedList` with the issuer's own list key."""
    texts, _ = status.LIST_TEMPLATE.read(strict_json.parse(signed_list()))
    return proof.sign(status.LIST_TEMPLATE, {**texts, "encoded": encoded}, LIST_KEY, NOW)


def pack(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_a_place_that_is_not_set_is_valid() -> None:
    others = status_list(*(place for place in (0, PLACE - 1, PLACE + 1, 131_071)))
    assert look(issue(), lists={LIST_URL: others}).outcome is Outcome.VALID


def test_a_place_that_is_set_is_revoked_and_what_was_signed_is_still_shown() -> None:
    lists = {LIST_URL: status_list(PLACE)}
    examination = look(issue(), lists=lists)
    assert examination.outcome is Outcome.REVOKED
    assert examination.certificate is not None
    assert examination.checks[-1].state is State.PASSED
    with pytest.raises(Revoked) as failure:
        verify(issue(), issuer_keys=KEYS, status_lists=lists, at=NOW)
    assert (failure.value.step, failure.value.code) == (Step.STATUS, Code.STATUS_REVOKED)
    assert not isinstance(failure.value, Replaced)


def test_a_place_that_is_set_on_both_lists_is_replaced() -> None:
    lists = {LIST_URL: status_list(PLACE), REPLACED_URL: status_list(PLACE, url=REPLACED_URL, purpose="refresh")}
    assert look(issue(), lists=lists).outcome is Outcome.REPLACED
    with pytest.raises(Replaced):
        verify(issue(), issuer_keys=KEYS, status_lists=lists, at=NOW)


def test_a_second_list_never_makes_the_answer_milder() -> None:
    revoked = status_list(PLACE)
    for second in (
        status_list(PLACE, url=REPLACED_URL),  # for another purpose
        status_list(PLACE, url=REPLACED_URL, purpose="refresh", key=STRANGER),
        status_list(PLACE + 1, url=REPLACED_URL, purpose="refresh"),
    ):
        assert look(issue(), lists={LIST_URL: revoked, REPLACED_URL: second}).outcome is Outcome.REVOKED
    unset = {LIST_URL: CLEAN_LIST, REPLACED_URL: status_list(PLACE, url=REPLACED_URL, purpose="refresh")}
    assert look(issue(), lists=unset).outcome is Outcome.VALID


HOUR = timedelta(hours=1)
UNANSWERABLE: dict[str, tuple[dict[str, StatusList], timedelta, Code]] = {
    "no list": ({}, timedelta(0), Code.STATUS_LIST_MISSING),
    "list of another address": (
        {LIST_URL: status_list(url="https://certificates.example/status/2")},
        timedelta(0),
        Code.STATUS_PURPOSE_DIFFERS,
    ),
    "list for another purpose": (
        {LIST_URL: status_list(purpose="refresh")},
        timedelta(0),
        Code.STATUS_PURPOSE_DIFFERS,
    ),
    "list of a stranger": ({LIST_URL: status_list(key=STRANGER)}, timedelta(0), Code.STATUS_LIST_FOREIGN),
    "list of two days ago": ({LIST_URL: CLEAN_LIST}, 48 * HOUR, Code.STATUS_LIST_STALE),
    "list just out of date": ({LIST_URL: CLEAN_LIST}, timedelta(days=1, seconds=301), Code.STATUS_LIST_STALE),
    "list of the future": ({LIST_URL: CLEAN_LIST}, -timedelta(seconds=301), Code.STATUS_LIST_STALE),
}


@pytest.mark.parametrize("name", UNANSWERABLE)
def test_a_list_that_cannot_answer_means_could_not_be_checked(name: str) -> None:
    lists, later, code = UNANSWERABLE[name]
    examination = look(issue(), lists=lists, at=NOW + later)
    assert examination.outcome is Outcome.COULD_NOT_CHECK
    assert examination.deciding is not None
    assert (examination.deciding.step, examination.deciding.code) == (Step.STATUS, code)
    assert examination.deciding.state is State.COULD_NOT_CHECK
    with pytest.raises(CouldNotCheck):
        verify(issue(), issuer_keys=KEYS, status_lists=lists, at=NOW + later)


def test_a_place_beyond_the_list_could_not_be_checked() -> None:
    claims = replace(CLAIMS, status=StatusEntry(LIST_URL, 131_072))
    deciding = look(issue(claims)).deciding
    assert deciding is not None
    assert deciding.code is Code.STATUS_INDEX_OUT_OF_RANGE
    last = replace(CLAIMS, status=StatusEntry(LIST_URL, 131_071))
    assert look(issue(last)).outcome is Outcome.VALID
    assert look(issue(last), lists={LIST_URL: status_list(131_071)}).outcome is Outcome.REVOKED


def test_an_expired_certificate_is_not_valid_whatever_its_status() -> None:
    for lists in ({LIST_URL: CLEAN_LIST}, {}, {LIST_URL: status_list(PLACE)}):
        examination = look(issue(CLAIMS_WITH_END), lists=lists, at=UNTIL + timedelta(days=1))
        assert examination.outcome is Outcome.NOT_VALID
        assert examination.certificate is not None


def test_a_list_reads_back_with_exactly_the_places_that_were_set() -> None:
    places = {0, 7, 8, 9, 65_535, 131_071}
    read = StatusList.from_bytes(signed_list(*places), LIST_KEYS, NOW)
    assert {place for place in range(read.size) if read.is_set(place)} == places
    assert (read.url, read.purpose, read.size, read.valid_until) == (
        LIST_URL,
        "revocation",
        131_072,
        NOW + timedelta(days=1),
    )


def test_the_leftmost_bit_is_the_first_place() -> None:
    encoded = json.loads(signed_list(0, 9))["credentialSubject"]["encodedList"]
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert bits[:2] == b"\x80\x40"


def test_a_list_with_every_other_place_set_can_be_signed() -> None:
    half = range(0, 131_072, 2)
    assert StatusList.from_bytes(signed_list(*half), LIST_KEYS, NOW).is_set(131_070)


@pytest.mark.parametrize(
    ("places", "size"), [((-1,), 131_072), ((131_072,), 131_072), ((), 131_064), ((), 131_073), ((), 2_097_152)]
)
def test_it_refuses_to_sign_a_list_that_nobody_could_use(places: tuple[int, ...], size: int) -> None:
    with pytest.raises(ClaimRefused):
        signed_list(*places, size=size)


def test_it_refuses_to_sign_a_list_for_an_unknown_purpose() -> None:
    with pytest.raises(ClaimRefused):
        sign_status_list(LIST_URL, "message", [], LIST_KEY, NOW)


BITS = bytes(16_384)
MALFORMED: dict[str, tuple[Callable[[], bytes], Code]] = {
    "not JSON": (lambda: b"<html>", Code.STATUS_LIST_MALFORMED),
    "nothing": (lambda: b"", Code.STATUS_LIST_MALFORMED),
    "a certificate": (issue, Code.STATUS_LIST_MALFORMED),
    "too short": (lambda: forged_list(pack(gzip.compress(bytes(16_383)))), Code.STATUS_LIST_SHORT),
    "empty": (lambda: forged_list(pack(gzip.compress(b""))), Code.STATUS_LIST_SHORT),
    "too long": (lambda: forged_list(pack(gzip.compress(bytes(131_073)))), Code.STATUS_LIST_MALFORMED),
    "a bomb of 40 MB": (lambda: forged_list(pack(gzip.compress(bytes(40_000_000)))), Code.STATUS_LIST_MALFORMED),
    "not compressed": (lambda: forged_list(pack(BITS[:30_000])), Code.STATUS_LIST_MALFORMED),
    "zlib, not gzip": (lambda: forged_list(pack(zlib.compress(BITS))), Code.STATUS_LIST_MALFORMED),
    "two gzip members": (lambda: forged_list(pack(gzip.compress(BITS) * 2)), Code.STATUS_LIST_MALFORMED),
    "gzip cut short": (lambda: forged_list(pack(gzip.compress(BITS)[:-1])), Code.STATUS_LIST_MALFORMED),
    "gzip with a wrong sum": (
        lambda: forged_list(pack(gzip.compress(BITS)[:-8] + bytes(8))),
        Code.STATUS_LIST_MALFORMED,
    ),
    "one character of base64": (lambda: forged_list("uA"), Code.STATUS_LIST_MALFORMED),
    "multibase z": (
        lambda: signed_list().replace(b'"encodedList":"u', b'"encodedList":"z'),
        Code.STATUS_LIST_MALFORMED,
    ),
    "padding": (lambda: forged_list(pack(gzip.compress(BITS)) + "="), Code.STATUS_LIST_MALFORMED),
    "purpose exchanged": (lambda: signed_list().replace(b"revocation", b"refresh"), Code.STATUS_LIST_REFUSED),
    "purpose unknown": (lambda: signed_list().replace(b"revocation", b"message"), Code.STATUS_LIST_MALFORMED),
    "subject of another list": (lambda: signed_list().replace(b"/1#list", b"/2#list"), Code.STATUS_LIST_MALFORMED),
    "type in a list": (
        lambda: changed(signed_list(), lambda d: d["credentialSubject"].update(type=["BitstringStatusList"])),
        Code.STATUS_LIST_MALFORMED,
    ),
    "second context": (
        lambda: changed(signed_list(), lambda d: d["@context"].append("https://www.w3.org/ns/did/v1")),
        Code.STATUS_LIST_MALFORMED,
    ),
    "another ttl": (lambda: signed_list().replace(b"300000", b"900000"), Code.STATUS_LIST_MALFORMED),
    "no end": (lambda: changed(signed_list(), lambda d: d.pop("validUntil")), Code.STATUS_LIST_MALFORMED),
    "no proof": (lambda: changed(signed_list(), lambda d: d.pop("proof")), Code.STATUS_LIST_MALFORMED),
    "proof of another list": (
        lambda: changed(signed_list(), lambda d: d.update(proof=json.loads(signed_list(1))["proof"])),
        Code.STATUS_LIST_REFUSED,
    ),
    "signed by a stranger": (
        lambda: sign_status_list(LIST_URL, "revocation", [], STRANGER, NOW),
        Code.STATUS_LIST_REFUSED,
    ),
    "indented": (lambda: json.dumps(json.loads(signed_list()), indent=1).encode(), Code.STATUS_LIST_MALFORMED),
    "end moved": (lambda: signed_list().replace(b'l":"2026-03-22', b'l":"2027-03-22'), Code.STATUS_LIST_REFUSED),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_list_is_refused(name: str) -> None:
    make, code = MALFORMED[name]
    with pytest.raises(CouldNotCheck) as failure:
        StatusList.from_bytes(make(), LIST_KEYS, NOW)
    assert (failure.value.step, failure.value.code) == (Step.STATUS, code)


def test_a_list_out_of_date_is_refused_when_read() -> None:
    StatusList.from_bytes(signed_list(), LIST_KEYS, NOW + timedelta(days=1, seconds=300))
    for moment in (NOW + timedelta(days=1, seconds=301), NOW - timedelta(seconds=301)):
        with pytest.raises(CouldNotCheck) as failure:
            StatusList.from_bytes(signed_list(), LIST_KEYS, moment)
        assert failure.value.code is Code.STATUS_LIST_STALE


def test_a_key_for_certificates_signs_no_lists_when_the_keys_are_kept_apart() -> None:
    with pytest.raises(CouldNotCheck):
        StatusList.from_bytes(signed_list(), KEYS, NOW)


def test_not_one_altered_byte_of_a_list_passes() -> None:
    data = signed_list(PLACE)
    for place in range(len(data)):
        altered = bytearray(data)
        altered[place] ^= 1 << place % 8
        with pytest.raises(CouldNotCheck):
            StatusList.from_bytes(bytes(altered), LIST_KEYS, NOW)
