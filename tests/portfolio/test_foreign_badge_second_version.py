"""Open Badges 2.0: signed and hosted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from openbadgeslib.ob2 import OB2Verifier

from app.core.resident_number import MASK
from tests.factories.foreign_badges import (
    BADGE_NAME,
    ISSUER_NAME,
    ForeignIssuer,
    SecondIssuer,
    baked,
)
from tests.factories.foreign_host import HOST, ForeignHost
from tests.portfolio.checking import VALID, fetch_of, judge, outcome


def test_second_version_signed_and_hosted_hold(host: ForeignHost) -> None:
    second = SecondIssuer(host)
    second.publish()
    for data, standard in (
        (second.signed(), "ob2-signed"),
        (baked(second.signed(), "png", second=True), "ob2-signed"),
        (baked(second.signed(), "svg", second=True), "ob2-signed"),
        (second.hosted(), "ob2-hosted"),
        (baked(second.hosted(), "png", second=True), "ob2-hosted"),
        (baked(f"https://{HOST}/ob2/assertion".encode(), "png", second=True), "ob2-hosted"),
    ):
        verdict = judge(data, host)
        assert outcome(verdict) == VALID, standard
        assert (verdict.standard, verdict.issuer, verdict.host) == (standard, f"https://{HOST}/ob2/issuer", HOST)
        assert verdict.content is not None
        assert (verdict.content["name"], verdict.content["issuer_name"]) == (BADGE_NAME, ISSUER_NAME)
        assert verdict.content["recipients"][0]["hashed"] is True


def test_a_resident_number_on_the_issuers_host_is_stored_nowhere(host: ForeignHost) -> None:
    second = SecondIssuer(host)
    second.publish()
    badge_class = json.loads(host.pages["/ob2/class"])  # type: ignore[arg-type]
    second.put("class", {**badge_class, "name": "900309-1234567", "description": "of 9003\u200b09-1234567, and more"})
    verdict = judge(second.signed(), host)
    assert outcome(verdict) == VALID
    assert verdict.content is not None
    assert (verdict.content["name"], verdict.content["description"]) == (MASK, f"of {MASK}, and more")
    assert "1234567" not in json.dumps(verdict.content)


def test_second_version_revoked_altered_and_expired(host: ForeignHost) -> None:
    second = SecondIssuer(host)
    second.publish()
    head, payload, signature = second.signed().decode().split(".")
    assert outcome(judge(f"{head}.{payload}.{signature[:-4]}AAAA".encode(), host)) == ("invalid", "signature")
    expired = judge(second.signed(expires=datetime(2026, 2, 1, tzinfo=UTC)), host)
    assert outcome(expired) == ("invalid", "expired")
    second.put("revoked", {"id": f"{second.home}/revoked", "revokedAssertions": [{"id": second.assertion().id}]})
    revoked = judge(second.signed(), host)
    assert outcome(revoked) == ("invalid", "revoked")
    assert revoked.content is not None
    del host.pages["/ob2/revoked"]
    assert judge(second.signed(), host).state == "unknown"


def test_a_key_that_calls_itself_somebody_elses_is_not_theirs(host: ForeignHost) -> None:
    """The issuer's profile lists its key by address. A thief serves a key of their own under another address that
    says it is that key: openbadgeslib alone believes it."""
    second, thief = SecondIssuer(host), ForeignIssuer(seed=13)
    second.publish()
    real = json.loads(host.pages["/ob2/key"])  # type: ignore[arg-type]
    second.put("thief", {**real, "publicKeyPem": thief.public_pem.decode()})
    forged = SecondIssuer(host, thief)
    verification = second.assertion().verification
    verification.creator = f"{second.home}/thief"
    badge = forged.signed(verification=verification)
    assert outcome(judge(badge, host)) == ("invalid", "issuer_mismatch")
    # The control: openbadgeslib alone takes it.
    assert OB2Verifier(download=fetch_of(host)).verify(badge.decode()).id == second.assertion().id
