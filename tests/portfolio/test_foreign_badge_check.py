"""Badges from elsewhere, checked in the limited process: what holds, what does not, and what cannot be found out."""

from __future__ import annotations

import json
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from openbadgeslib.ob2 import OB2Verifier
from openbadgeslib.ob3.did import did_key_from_pem

from app.core.foreign_fetch import Fetch
from app.portfolio import (
    foreign_badge_check,
    foreign_badge_documents,
    foreign_badge_verifying,
    foreign_badge_worker,
)
from app.portfolio.foreign_badge_check import Verdict, check
from app.portfolio.foreign_badge_documents import CannotCheck, Documents, NotValid, did_web_address
from tests.factories.foreign_badges import (
    BADGE_NAME,
    DID,
    ISSUER_NAME,
    LIST_URL,
    STATUS,
    SVG,
    ForeignIssuer,
    SecondIssuer,
    baked,
    by_our_library,
    identity,
    png,
    status_json,
)
from tests.factories.foreign_host import HOST, ForeignHost, document, drip

KEY_ISSUER = ForeignIssuer()
WEB_ISSUER = ForeignIssuer(DID)


@pytest.fixture(scope="module")
def listening() -> Iterator[ForeignHost]:
    host = ForeignHost()
    yield host
    host.close()


@pytest.fixture
def host(listening: ForeignHost) -> ForeignHost:
    listening.pages = {"/.well-known/did.json": WEB_ISSUER.document()}
    listening.asked.clear()
    return listening


def fetch_of(host: ForeignHost) -> Fetch:
    return host.fetcher(most_bytes=256 * 1024)


def judge(data: bytes, host: ForeignHost) -> Verdict:
    """Check in this process what the limited one would: the same code, a hundred times a second."""
    fetch = fetch_of(host)

    def ask(url: str) -> bytes:
        answer = foreign_badge_check._fetched(fetch, url)
        if "code" in answer:
            raise CannotCheck(answer["code"])
        return fetch(url)

    return Verdict(**foreign_badge_worker.check(data, Documents(ask), datetime.now(UTC)))


def outcome(verdict: Verdict) -> tuple[str, str]:
    return verdict.state, verdict.reason


VALID = ("valid", "")


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


# Attacks on time and memory: in the limited process, as they would arrive.


def poison(nodes: int) -> bytes:
    """Blank nodes that nothing tells apart."""
    badge = json.loads(KEY_ISSUER.as_json())
    badge["evidence"] = [
        {"type": ["Evidence"], "name": "x", "genre": "y", "description": "z"} for _number in range(nodes)
    ]
    return json.dumps(badge).encode()


def linked(nodes: int) -> bytes:
    """The same, each pointing at all others: seven of them take openbadgeslib's processor alone twelve seconds."""
    badge = json.loads(KEY_ISSUER.as_json())
    names = [f"_:b{number}" for number in range(nodes)]
    badge["credentialSubject"]["source"] = {
        "id": "urn:uuid:0b6f8b6c-2f3d-4f6e-9d5a-1c1f1f6f0aff",
        "type": ["Profile"],
        "parentOrg": [
            {"id": name, "type": ["Profile"], "parentOrg": [{"id": other} for other in names if other != name]}
            for name in names
        ],
    }
    return json.dumps(badge).encode()


def inflating_png() -> bytes:
    data = b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"{" * 60_000_000, 9)
    chunk = struct.pack(">I", len(data)) + b"iTXt" + data + struct.pack(">I", zlib.crc32(b"iTXt" + data))
    return png()[:33] + chunk + png()[33:]


def entities() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE svg [<!ENTITY e0 "ha">{levels}]><svg>&e11;</svg>'.encode()


BOMBS: dict[str, Callable[[], bytes]] = {
    "blank nodes": lambda: poison(200),
    "linked blank nodes": lambda: linked(9),
    "an iTXt chunk that inflates": inflating_png,
    "entities": entities,
    "an outside entity": lambda: b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "deep JSON": lambda: b'{"credentialSubject":' * 40_000,
    "deep XML": lambda: b"<svg>" + b"<g>" * 60_000 + b"</g>" * 60_000 + b"</svg>",
    "a long number": lambda: b'{"credentialSubject": ' + b"9" * 900_000 + b"}",
    "a long token": lambda: b"a" * 400_000 + b"." + b"a" * 400_000 + b".a",
}


@pytest.mark.parametrize("kind", sorted(BOMBS))
def test_a_bomb_ends_in_bounded_time(host: ForeignHost, kind: str) -> None:
    begun = time.monotonic()
    verdict = check(BOMBS[kind](), datetime.now(UTC), fetch_of(host))
    assert verdict.state in ("invalid", "unknown")
    assert time.monotonic() - begun < 12
    assert host.asked == []


def start(body: str) -> str:
    return (
        "import sys, types; app = types.ModuleType('app'); app.__path__ = [sys.argv[1]]; sys.modules['app'] = app; "
        "import app.portfolio.foreign_badge_worker as worker; "
        f"worker.MAX_SECONDS = 1; worker.verify = lambda *_: {body}; worker.main()"
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sum(iter(int, 1))", "limits"),
        ("bytes(2_000_000_000)", "limits"),
        ("__import__('time').sleep(60)", "limits"),
        ("__import__('os').kill(__import__('os').getpid(), 9)", "limits"),
        ("__import__('socket').create_connection(('127.0.0.1', 1))", "internal"),
        ("__import__('socket').getaddrinfo('localhost', 1)", "internal"),
        ("__import__('subprocess').run(['true'])", "internal"),
        ("__import__('os').system('true')", "internal"),
        ("open('/tmp/left-behind', 'w').write('x' * 9999)", "internal"),
        ("1 / len(set(__import__('os').environ) - {'LC_CTYPE'})", "internal"),
    ],
    ids=["processor", "memory", "wall clock", "killed", "connect", "resolve", "run", "shell", "write", "environment"],
)
def test_the_process_has_limits(monkeypatch: pytest.MonkeyPatch, body: str, reason: str) -> None:
    monkeypatch.setattr(foreign_badge_check, "_START", start(body))
    begun = time.monotonic()
    most = 3 if "sleep" in body else 20
    verdict = check(b"{}", datetime.now(UTC), seconds=most)
    assert outcome(verdict) == ("unknown", reason)
    assert time.monotonic() - begun < (5 if "sleep" in body else 15)


def test_a_badge_may_ask_for_so_many_documents_and_no_more(
    host: ForeignHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        foreign_badge_check, "_START", start(f"[_[1].any('https://{HOST}/' + str(n)) for n in range(100)]")
    )
    host.pages.update({f"/{number}": b"{}" for number in range(100)})
    assert outcome(check(b"{}", datetime.now(UTC), fetch_of(host))) == ("unknown", "too_many")
    assert len(host.asked) == foreign_badge_check.MAX_FETCHES


def test_hosts_that_drip_cannot_add_up(host: ForeignHost) -> None:
    host.pages["/.well-known/did.json"] = drip(iter([b"HTTP/1.1 200 OK\r\n\r\n"] + [b" "] * 100), 0.1)
    begun = time.monotonic()
    verdict = check(WEB_ISSUER.as_json(), datetime.now(UTC), host.fetcher(seconds=1))
    assert outcome(verdict) == ("unknown", "fetch_failed")
    assert time.monotonic() - begun < 4


def test_a_poisoned_graph_is_not_called_a_wrong_signature(host: ForeignHost) -> None:
    begun = time.process_time()
    assert outcome(judge(linked(9), host)) == ("unknown", "limits")
    assert time.process_time() - begun < 5


def test_a_did_key_names_its_own_key() -> None:
    assert KEY_ISSUER.did == did_key_from_pem(KEY_ISSUER.public_pem)


def test_what_a_document_may_not_be() -> None:
    wrong: tuple[dict[str, Any], ...] = ({"id": DID}, {"id": DID, "assertionMethod": [None, 1, {}]}, {"id": "x"})
    for document_ in wrong:
        with pytest.raises(NotValid):
            foreign_badge_documents.assertion_keys(document_, DID)
