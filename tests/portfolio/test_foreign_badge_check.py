"""Badges from elsewhere, checked in the limited process: what holds, what does not, and what cannot be found out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from openbadgeslib.ob3.did import did_key_from_pem

from app.portfolio import (
    foreign_badge_documents,
    foreign_badge_verifying,
)
from app.portfolio.foreign_badge_check import check
from app.portfolio.foreign_badge_documents import CannotCheck, NotValid, did_web_address
from tests.factories.foreign_badges import (
    BADGE_NAME,
    DID,
    ISSUER_NAME,
    STATUS,
    SVG,
    ForeignIssuer,
    baked,
    by_our_library,
    identity,
    png,
    status_json,
)
from tests.factories.foreign_host import HOST, ForeignHost, document
from tests.portfolio.checking import KEY_ISSUER, VALID, WEB_ISSUER, fetch_of, judge, outcome


def test_the_process_checks_a_badge(host: ForeignHost) -> None:
    verdict = check(WEB_ISSUER.as_json(credential_status=[STATUS]), datetime.now(UTC), fetch_of(host))
    assert outcome(verdict) == ("unknown", "fetch_failed")  # There is no such list.
    host.pages["/status/1"] = status_json()
    verdict = check(WEB_ISSUER.as_json(credential_status=[STATUS]), datetime.now(UTC), fetch_of(host))
    assert outcome(verdict) == VALID
    assert (verdict.issuer, verdict.host, verdict.status, verdict.standard) == (DID, HOST, "ok", "ob3-json")
    assert verdict.content is not None
    assert (verdict.content["name"], verdict.content["issuer_name"]) == (BADGE_NAME, ISSUER_NAME)
    assert ["credentialSubject.achievement.name", BADGE_NAME] in verdict.content["fields"]
    assert set(host.asked) == {"/.well-known/did.json", "/status/1"}


@pytest.mark.parametrize("issuer", [KEY_ISSUER, WEB_ISSUER], ids=["did:key", "did:web"])
@pytest.mark.parametrize("form", ["as_json", "as_jwt"])
@pytest.mark.parametrize("picture", ["", "png", "svg"])
def test_every_form_of_a_good_badge_holds(host: ForeignHost, issuer: ForeignIssuer, form: str, picture: str) -> None:
    badge: bytes = getattr(issuer, form)()
    verdict = judge(baked(badge, picture) if picture else badge, host)
    assert outcome(verdict) == VALID
    assert (verdict.issuer, verdict.host) == (issuer.did, HOST if issuer is WEB_ISSUER else "")
    assert verdict.status == "absent"
    assert bool(host.asked) == (issuer is WEB_ISSUER)


def test_a_certificate_of_another_authority_with_our_software_holds(host: ForeignHost) -> None:
    verdict = judge(by_our_library(host), host)
    assert outcome(verdict) == VALID
    assert verdict.status == "ok"
    assert verdict.content is not None
    assert verdict.content["recipients"][0] == {"kind": "name", "identity": "홍길동", "hashed": False, "salt": ""}


@pytest.mark.parametrize("issuer", [KEY_ISSUER, WEB_ISSUER], ids=["did:key", "did:web"])
def test_an_altered_badge_does_not_hold_and_shows_nothing(host: ForeignHost, issuer: ForeignIssuer) -> None:
    good = json.loads(issuer.as_json())
    changes: list[Callable[[dict[str, object]], object]] = [
        lambda d: d["credentialSubject"]["achievement"].update(name="Master"),  # type: ignore[index]
        lambda d: d["issuer"].update(name="Somebody else"),  # type: ignore[attr-defined]
        lambda d: d.update(validFrom="2020-01-01T00:00:00Z"),
        lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
        lambda d: d["proof"].update(proofValue="z" + "2" * 87),  # type: ignore[attr-defined]
        lambda d: d["proof"].update(verificationMethod="did:key:z6MkOther#z6MkOther"),  # type: ignore[attr-defined]
        lambda d: d.update({"https://www.w3.org/2018/credentials#name": "hidden"}),
    ]
    for change in changes:
        altered = json.loads(json.dumps(good))
        change(altered)
        verdict = judge(json.dumps(altered).encode(), host)
        assert outcome(verdict) == ("invalid", "signature")
        assert verdict.content is None
    head, payload, signature = issuer.as_jwt().decode().split(".")
    for token in (
        f"{head}.{payload[:-2]}.{signature}",
        f"{head}.{payload}.{signature[:-4]}AAAA",
        f"{head}.{payload}.",
    ):
        assert judge(token.encode(), host).state == "invalid"


def test_the_algorithm_follows_from_the_key(host: ForeignHost) -> None:
    payload = WEB_ISSUER.credential().to_jwt_payload()
    secret = json.loads(WEB_ISSUER.document())["verificationMethod"][0]["publicKeyJwk"]["x"]
    unsigned = jwt.encode(payload, "", algorithm="none")
    confused = jwt.encode(payload, secret, algorithm="HS256")
    thief = ForeignIssuer(seed=9)
    own_key = {"jwk": json.loads(ForeignIssuer(DID, seed=9).document())["verificationMethod"][0]["publicKeyJwk"]}
    brought = jwt.encode(payload, thief.key, algorithm="EdDSA", headers=own_key)
    pointing = jwt.encode(payload, thief.key, algorithm="EdDSA", headers={"kid": f"{thief.did}#{thief.did[8:]}"})
    for token in (unsigned, confused, brought, pointing):
        assert outcome(judge(token.encode(), host)) == ("invalid", "signature")


@pytest.mark.long
@pytest.mark.parametrize("form", ["as_json", "as_jwt"])
def test_no_changed_letter_is_taken(host: ForeignHost, form: str) -> None:
    badge: bytes = getattr(KEY_ISSUER, form)()
    said, tried = foreign_badge_verifying.claims_in(badge.decode()), 0
    for place in range(len(badge)):
        changed = badge[:place] + bytes([badge[place] ^ 1]) + badge[place + 1 :]
        verdict = judge(changed, host)
        if verdict.state == "valid":
            # Where it says the very same, to the letter of its JSON (a space for another), nothing was changed.
            assert foreign_badge_verifying.claims_in(changed.decode()) == said
        tried += 1
    assert tried == len(badge) > 1000


@pytest.mark.parametrize("form", ["as_json", "as_jwt"])
def test_another_key_does_not_speak_for_the_issuer(host: ForeignHost, form: str) -> None:
    thief = ForeignIssuer(DID, seed=9)
    assert outcome(judge(getattr(thief, form)(), host)) == ("invalid", "signature")


@pytest.mark.parametrize("form", ["as_json", "as_jwt"])
def test_the_did_document_has_to_be_the_issuers_own(
    host: ForeignHost, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    badge: bytes = getattr(WEB_ISSUER, form)()
    wrong = {
        "issuer_mismatch": [WEB_ISSUER.document(id="did:web:other.example"), WEB_ISSUER.document(id=None)],
        "issuer_no_key": [
            WEB_ISSUER.document(assertionMethod=[]),
            WEB_ISSUER.document(assertionMethod=[f"{DID}#key-2"]),
            WEB_ISSUER.document(assertionMethod=None, authentication=[f"{DID}#key-1"]),
            WEB_ISSUER.document().replace(b'"controller": "did:web:issuer', b'"controller": "did:web:other'),
        ],
    }
    for reason, documents in wrong.items():
        for answered in documents:
            host.pages["/.well-known/did.json"] = answered
            assert outcome(judge(badge, host)) == ("invalid", reason)
    # The control: openbadgeslib alone takes each of them.
    monkeypatch.setattr(foreign_badge_documents, "assertion_keys", lambda found, _did: found)
    for answered in [found for documents in wrong.values() for found in documents]:
        host.pages["/.well-known/did.json"] = answered
        assert outcome(judge(badge, host)) == VALID


def test_a_key_may_stand_inside_of_the_assertions_and_under_a_relative_name(host: ForeignHost) -> None:
    made = json.loads(WEB_ISSUER.document())
    method = {**made["verificationMethod"][0], "id": "#key-1"}
    for changed in (
        {**made, "verificationMethod": [], "assertionMethod": [method]},
        {**made, "verificationMethod": [method], "assertionMethod": ["#key-1"]},
    ):
        host.pages["/.well-known/did.json"] = json.dumps(changed).encode()
        assert outcome(judge(WEB_ISSUER.as_json(), host)) == VALID


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:issuer.example", "https://issuer.example/.well-known/did.json"),
        ("did:web:issuer.example:a:b", "https://issuer.example/a/b/did.json"),
    ],
)
def test_a_did_web_has_one_address(did: str, address: str) -> None:
    assert did_web_address(did) == address


@pytest.mark.parametrize(
    "did",
    [
        "did:web:localhost",
        "did:web:localhost%3A5432",
        "did:web:issuer.example%3A8443",
        "did:web:issuer.example%2F..%2Fx",
        "did:web:issuer.example:..:x",
        "did:web:issuer.example:",
        "did:web:user@issuer.example",
        "did:web:issuer.example#key",
        "did:web:ISSUER.example",
        "did:web:발급.example",
        "did:web:",
        "did:ion:x",
    ],
)
def test_other_spellings_of_a_did_are_not_fetched(host: ForeignHost, did: str) -> None:
    with pytest.raises(CannotCheck):
        did_web_address(did)
    before = host.hits
    verdict = judge(ForeignIssuer(did).as_jwt(), host)
    assert verdict.state != "valid"
    assert host.hits == before


def test_an_issuer_without_did_is_known_by_its_address_and_the_key_there(host: ForeignHost) -> None:
    home = f"https://{HOST}/people/1"
    issuer = ForeignIssuer(home)
    jwk = json.loads(WEB_ISSUER.document())["verificationMethod"][0]["publicKeyJwk"]
    host.pages["/jwks.json"] = json.dumps({"keys": [{**jwk, "kid": "other"}, {**jwk, "kid": "k1"}]}).encode()
    payload = issuer.credential().to_jwt_payload()

    def token(kid: str, key: ForeignIssuer = issuer) -> bytes:
        return jwt.encode(payload, key.key, algorithm="EdDSA", headers={"kid": kid}).encode()

    assert outcome(judge(token(f"https://{HOST}/jwks.json#k1"), host)) == VALID
    assert judge(token("https://other.example/jwks.json#k1"), host).reason == "issuer_mismatch"
    assert judge(token(f"https://{HOST}/none.json"), host).state == "unknown"
    thief = ForeignIssuer(home, seed=9)
    assert outcome(judge(token(f"https://{HOST}/jwks.json#k1", thief), host)) == ("invalid", "signature")
    assert judge(issuer.as_jwt(), host).state == "unknown"


def test_what_is_no_badge_is_said_to_be_none(host: ForeignHost) -> None:
    files = [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"hello",
        b"a.b.c",
        png(),
        SVG,
        b"\xff\xfe",
        b"<html></html>",
        b'{"a":1,"a":2}',
    ]
    files += [b'{"credentialSubject": {}}', baked(b"no token", "png"), png()[:20], b"<svg", b"[" * 100_000]
    for data in files:
        assert outcome(judge(data, host)) == ("invalid", "no_badge"), data[:40]
    unsigned = json.loads(KEY_ISSUER.as_json())
    del unsigned["proof"]
    assert outcome(judge(json.dumps(unsigned).encode(), host)) == ("invalid", "unsigned")


def test_what_we_cannot_read_is_not_called_wrong(host: ForeignHost) -> None:
    good = json.loads(KEY_ISSUER.as_json())
    for change in (
        {"@context": [*good["@context"], "https://elsewhere.example/context.json"]},
        {"@context": [*good["@context"], {"x": "https://x.example/"}]},
        {"proof": {**good["proof"], "cryptosuite": "ecdsa-rdfc-2019"}},
    ):
        assert outcome(judge(json.dumps({**good, **change}).encode(), host)) == ("unknown", "format_unsupported")
    wrapped = jwt.encode({"iss": KEY_ISSUER.did, "vc": good}, KEY_ISSUER.key, algorithm="EdDSA").encode()
    assert outcome(judge(wrapped, host)) == ("unknown", "format_unsupported")
    assert host.asked == []


def test_a_host_that_does_not_answer_makes_a_badge_unchecked(host: ForeignHost) -> None:
    for page in (document(b"", status="503 Busy"), document(b"", "Location: https://127.0.0.1/", status="302 Found")):
        host.pages["/.well-known/did.json"] = page
        verdict = judge(WEB_ISSUER.as_json(), host)
        assert verdict.state == "unknown"
        assert verdict.content is None
    host.pages["/.well-known/did.json"] = b"<html>not found</html>"
    assert outcome(judge(WEB_ISSUER.as_json(), host)) == ("unknown", "unreadable")


def test_hidden_letters_are_shown_and_long_texts_end(host: ForeignHost) -> None:
    credential = KEY_ISSUER.credential()
    credential.achievement.name = "관리자\u202e자격\u200b"
    credential.achievement.description = "가" * 50_000
    verdict = judge(KEY_ISSUER.as_jwt(achievement=credential.achievement), host)
    assert verdict.content is not None
    assert verdict.content["name"] == "관리자⟨U+202E⟩자격⟨U+200B⟩"
    assert len(verdict.content["description"]) == 2000
    many = [identity(f"{n}@example.kr") for n in range(500)]
    shown = judge(KEY_ISSUER.as_jwt(identifiers=many), host).content
    assert shown is not None
    assert len(shown["fields"]) == 201
    assert len(shown["recipients"]) == 10


def test_a_did_key_names_its_own_key() -> None:
    assert KEY_ISSUER.did == did_key_from_pem(KEY_ISSUER.public_pem)


def test_what_a_document_may_not_be() -> None:
    wrong: tuple[dict[str, Any], ...] = ({"id": DID}, {"id": DID, "assertionMethod": [None, 1, {}]}, {"id": "x"})
    for document_ in wrong:
        with pytest.raises(NotValid):
            foreign_badge_documents.assertion_keys(document_, DID)
