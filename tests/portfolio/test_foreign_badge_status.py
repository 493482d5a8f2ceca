"""A badge that was revoked, or out of its time, does not hold; what cannot be found out is never called valid."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.foreign_badges import (
    BADGE_NAME,
    DID,
    LIST_URL,
    STATUS,
    ForeignIssuer,
    status_json,
)
from tests.factories.foreign_host import HOST, ForeignHost, document
from tests.portfolio.checking import KEY_ISSUER, VALID, WEB_ISSUER, judge, outcome


def test_a_revoked_badge_does_not_hide_it(host: ForeignHost) -> None:
    """The proof covers RDF, not JSON: the same statements under other names would pass a careless verifier."""
    host.pages["/status/1"] = status_json(7)
    good = json.loads(WEB_ISSUER.as_json(credential_status=[STATUS]))
    status = good.pop("credentialStatus")
    full = "https://www.w3.org/2018/credentials#credentialStatus"
    for hidden in (
        {**good, full: status},
        {**good, "@included": [{"id": good["id"], full: status}]},
        {**good, "credentialStatus": [[status]]},
        {**good, "credentialStatus": status["id"]},
        {**good, "credentialStatus": {**status, "statusPurpose": "message"}},
        {**good, "credentialStatus": {**status, "statusListIndex": "8"}},
        {**good, "@context": [*good["@context"], {"x": full}], "x": status},
        good,
    ):
        verdict = judge(json.dumps(hidden).encode(), host)
        assert verdict.state != "valid"
        assert verdict.content is None or verdict.reason == "revoked"


@pytest.mark.parametrize("form", ["as_json", "as_jwt"])
@pytest.mark.parametrize("proof", ["json", "jwt"])
def test_a_revoked_badge_is_revoked_and_still_says_what_it_was(host: ForeignHost, form: str, proof: str) -> None:
    badge: bytes = getattr(WEB_ISSUER, form)(credential_status=[STATUS])
    signed = status_json if proof == "json" else WEB_ISSUER.status_jwt
    host.pages["/status/1"] = signed(3)
    assert outcome(judge(badge, host)) == VALID
    host.pages["/status/1"] = signed(3, 7)
    verdict = judge(badge, host)
    assert outcome(verdict) == ("invalid", "revoked")
    assert verdict.content is not None
    assert verdict.content["name"] == BADGE_NAME


LONG_AGO = datetime.now(UTC) - timedelta(days=30)


@pytest.mark.parametrize(
    "answered",
    [
        document(b"", status="500 Oh"),
        b"",
        b"{}",
        b"not json",
        b"a.b.c",
        status_json(seed=8),
        status_json(did="did:web:other.example"),
        status_json(at=LONG_AGO),
        status_json(url=f"https://{HOST}/status/2"),
        WEB_ISSUER.status_jwt(issuer="did:web:other.example"),
        ForeignIssuer(DID, seed=8).status_jwt(),
        status_json().replace(b'"encodedList":"u', b'"encodedList":"uAAAA'),
        status_json().replace(b'"BitstringStatusList"', b'"Other"'),
        status_json().replace(b'"encodedList"', b'"https://www.w3.org/ns/credentials/status#encodedList"'),
        status_json().replace(b'"statusPurpose":"revocation"', b'"statusPurpose":"message"'),
    ],
    ids=range(15),
)
def test_a_status_that_cannot_be_checked_is_never_valid(host: ForeignHost, answered: bytes) -> None:
    host.pages["/status/1"] = answered
    verdict = judge(WEB_ISSUER.as_json(credential_status=[STATUS]), host)
    assert verdict.state == "unknown"
    assert verdict.content is not None  # The signature is right; whether it was taken back is open.


@pytest.mark.parametrize(
    "entry",
    [
        {**STATUS, "statusListIndex": "99999999999999999999"},
        {**STATUS, "statusListIndex": "-1"},
        {**STATUS, "statusListIndex": "9999999"},
        {**STATUS, "type": "SomethingElse"},
        {**STATUS, "statusSize": 2},
        {**STATUS, "statusPurpose": "suspension"},
        {**STATUS, "statusListCredential": "https://127.0.0.1/status/1"},
        {**STATUS, "statusListCredential": "http://issuer.example/status/1"},
    ],
    ids=range(8),
)
def test_a_status_that_we_do_not_understand_is_never_valid(host: ForeignHost, entry: dict[str, object]) -> None:
    host.pages["/status/1"] = status_json()
    verdict = judge(WEB_ISSUER.as_jwt(credential_status=[entry]), host)
    assert verdict.state == "unknown"
    assert outcome(judge(WEB_ISSUER.as_jwt(credential_status=[STATUS]), host)) == VALID


def test_one_list_that_revokes_counts_though_another_cannot_be_had(host: ForeignHost) -> None:
    other = {**STATUS, "id": "urn:uuid:0b6f8b6c-2f3d-4f6e-9d5a-1c1f1f6f0a09", "statusListCredential": LIST_URL + "0"}
    host.pages["/status/1"] = status_json(7)
    assert outcome(judge(WEB_ISSUER.as_jwt(credential_status=[other, STATUS]), host)) == ("invalid", "revoked")


@pytest.mark.parametrize("form", ["as_json", "as_jwt"])
def test_dates_count(host: ForeignHost, form: str) -> None:
    past, future = datetime(2026, 2, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=3)
    expired = judge(getattr(KEY_ISSUER, form)(expiration_date=past), host)
    assert outcome(expired) == ("invalid", "expired")
    assert expired.content is not None
    assert outcome(judge(getattr(KEY_ISSUER, form)(issuance_date=future), host)) == ("invalid", "not_yet")
    assert outcome(judge(getattr(KEY_ISSUER, form)(expiration_date=future), host)) == VALID
