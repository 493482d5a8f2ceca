"""Certificates as VC-JWT: what is signed, what other libraries make of it, and what is never accepted."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from credentials import (
    CertificateClaims,
    ClaimRefused,
    Code,
    Examination,
    KeyRefused,
    NotValid,
    Outcome,
    Revoked,
    SigningKey,
    Step,
    examine_jwt,
    frame,
    sign_jwt,
    verify_jwt,
)
from tests.credentials.examples import (
    CLAIMS,
    CLAIMS_WITH_END,
    DID,
    ISSUED,
    KEY,
    KEYS,
    LIST_KEY,
    LISTS,
    NOW,
    STRANGER,
    issue,
    status_list,
)
from tests.credentials.test_altered_bytes import flips
from tests.credentials.test_canonical_form import certificates
from tests.credentials.test_renamed_keys import CHANGES, DUPLICATES

SCHEMA = json.loads((Path(__file__).parent / "vectors" / "ob_v3p0_achievementcredential_schema.json").read_text())
BOTH = pytest.mark.parametrize("claims", [CLAIMS, CLAIMS_WITH_END], ids=["without end", "with end"])
ORDER = 2**252 + 27742317777372353535851937790883648493
PUBLIC = Ed25519PublicKey.from_public_bytes(KEY.public.raw)
PEM = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def token_of(claims: CertificateClaims = CLAIMS, key: SigningKey = KEY) -> bytes:
    return sign_jwt(claims, key, ISSUED)


def look(token: bytes, at: datetime = NOW) -> Examination:
    return examine_jwt(token, issuer_keys=KEYS, status_lists=LISTS, at=at)


def encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def decode(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def dump(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


HEADER = {"alg": "EdDSA", "kid": KEY.public.id, "typ": "JWT"}
PAYLOAD = json.loads(decode(token_of(CLAIMS_WITH_END).split(b".")[1]))


def forged(header: Any, payload: Any, key: SigningKey = KEY) -> bytes:
    """Sign any header and payload with the issuer's own key, as careless software might."""
    parts = (part if isinstance(part, bytes) else dump(part) for part in (header, payload))
    signed = b".".join(map(encode, parts))
    return signed + b"." + encode(key.sign(signed))


@BOTH
def test_what_was_signed_verifies_and_says_the_same(claims: CertificateClaims) -> None:
    verified = verify_jwt(token_of(claims), issuer_keys=KEYS, status_lists=LISTS, at=NOW)
    assert verified.claims == claims
    assert (verified.key_id, verified.created) == (KEY.public.id, ISSUED)


@BOTH
def test_header_and_payload_are_those_of_open_badges(claims: CertificateClaims) -> None:
    token = token_of(claims)
    header, payload = (json.loads(decode(part)) for part in token.split(b".")[:2])
    assert header == HEADER
    added = {name: payload.pop(name, None) for name in ("exp", "iat", "iss", "jti", "nbf", "sub")}
    assert added == {
        "exp": None if claims.valid_until is None else int(claims.valid_until.timestamp()),
        "iat": int(ISSUED.timestamp()),
        "iss": DID,
        "jti": claims.credential_id,
        "nbf": int(claims.valid_from.timestamp()),
        "sub": claims.subject_id,
    }
    secured = json.loads(issue(claims))
    secured.pop("proof")
    assert payload == secured


@BOTH
def test_the_payload_follows_the_published_schema(claims: CertificateClaims) -> None:
    payload = json.loads(decode(token_of(claims).split(b".")[1]))
    # In the schema `proof` is demanded where the proof is inside.
    assert list(jsonschema.Draft201909Validator(SCHEMA).iter_errors(payload)) == []


@BOTH
def test_other_libraries_accept_it(claims: CertificateClaims) -> None:
    token = token_of(claims).decode()
    assert jwt.decode(token, PEM, algorithms=["EdDSA"], issuer=DID, options={"require": ["iss", "nbf", "sub", "jti"]})
    assert OB3Verifier(pubkey_pem=PEM).verify(token).issuer.id == DID


def test_other_libraries_refuse_an_altered_one() -> None:
    token = forged(HEADER, {**PAYLOAD, "sub": "urn:uuid:x"}, LIST_KEY).decode()
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, PEM, algorithms=["EdDSA"])
    with pytest.raises(OB3VerificationError):
        OB3Verifier(pubkey_pem=PEM).verify(token)


def test_revocation_and_validity_are_checked() -> None:
    lists = {CLAIMS.status.list_url: status_list(CLAIMS.status.index)}
    with pytest.raises(Revoked):
        verify_jwt(token_of(), issuer_keys=KEYS, status_lists=lists, at=NOW)
    with pytest.raises(NotValid) as failure:
        verify_jwt(
            token_of(CLAIMS_WITH_END), issuer_keys=KEYS, status_lists=LISTS, at=datetime(2028, 4, 1, tzinfo=UTC)
        )
    assert failure.value.code == Code.EXPIRED
    early = sign_jwt(CLAIMS, KEY, NOW + timedelta(hours=1))
    deciding = look(early).deciding
    assert deciding is not None
    assert deciding.code is Code.SIGNED_IN_FUTURE
    missing = examine_jwt(token_of(), issuer_keys=KEYS, status_lists={}, at=NOW)
    assert missing.outcome is Outcome.COULD_NOT_CHECK


def set_header(**members: Any) -> Callable[[], bytes]:
    return lambda: forged({**HEADER, **members}, PAYLOAD)


def set_payload(**members: Any) -> Callable[[], bytes]:
    return lambda: forged(HEADER, {**PAYLOAD, **members})


def without(name: str) -> Callable[[], bytes]:
    def make() -> bytes:
        source = HEADER if name in HEADER else PAYLOAD
        rest = {key: value for key, value in source.items() if key != name}
        return forged(rest, PAYLOAD) if name in HEADER else forged(HEADER, rest)

    return make


def signed_with(header: dict[str, Any], make: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    def token() -> bytes:
        signed = encode(dump(header)) + b"." + encode(dump(PAYLOAD))
        return signed + b"." + encode(make(signed))

    return token


def hmac_with(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda signed: hmac.digest(secret, signed, hashlib.sha256)


def with_parts(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[], bytes]:
    return lambda: b".".join(change(token_of(CLAIMS_WITH_END).split(b".")))


def second_spelling(parts: list[bytes]) -> list[bytes]:
    signature = decode(parts[2])
    s = int.from_bytes(signature[32:], "little") + ORDER
    return [*parts[:2], encode(signature[:32] + s.to_bytes(32, "little"))]


def stray_bits(parts: list[bytes]) -> list[bytes]:
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(parts[2][-1])
    return [*parts[:2], parts[2][:-1] + alphabet[last ^ 1 : (last ^ 1) + 1]]


ATTACKER = SigningKey(
    Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32),
    type(KEY.public)(
        KEY.public.id, DID, Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32).public_key().public_bytes_raw()
    ),
)
JWK = {"kty": "OKP", "crv": "Ed25519", "x": encode(ATTACKER.public.raw).decode()}

CASES: dict[str, Callable[[], bytes]] = {
    "alg none, no signature": signed_with({**HEADER, "alg": "none"}, lambda signed: b""),
    "alg none, good signature": set_header(alg="none"),
    "alg None": signed_with({**HEADER, "alg": "None"}, lambda signed: b""),
    "alg NONE": signed_with({**HEADER, "alg": "NONE"}, lambda signed: b""),
    "alg empty": set_header(alg=""),
    "alg null": set_header(alg=None),
    "alg missing": without("alg"),
    "alg in a list": set_header(alg=["EdDSA"]),
    "alg in lower case": set_header(alg="eddsa"),
    "alg with a space": set_header(alg="EdDSA "),
    "alg Ed25519": set_header(alg="Ed25519"),
    "alg ES256": set_header(alg="ES256"),
    "alg RS256": set_header(alg="RS256"),
    "alg ES256K": set_header(alg="ES256K"),
    "HS256 with the raw public key": signed_with({**HEADER, "alg": "HS256"}, hmac_with(KEY.public.raw)),
    "HS256 with the public key as PEM": signed_with({**HEADER, "alg": "HS256"}, hmac_with(PEM)),
    "HS256 with its multibase": signed_with({**HEADER, "alg": "HS256"}, hmac_with(KEY.public.multibase.encode())),
    "EdDSA by HMAC": signed_with(HEADER, lambda signed: hmac.digest(KEY.public.raw, signed, hashlib.sha512)),
    "jwk of the attacker": lambda: forged({**HEADER, "jwk": JWK}, PAYLOAD, ATTACKER),
    "jwk instead of kid": lambda: forged({"alg": "EdDSA", "jwk": JWK, "typ": "JWT"}, PAYLOAD, ATTACKER),
    "jwk that is our own": set_header(jwk={**JWK, "x": encode(KEY.public.raw).decode()}),
    "jku": set_header(jku="https://stranger.example/keys"),
    "x5u": set_header(x5u="https://stranger.example/cert"),
    "x5c": set_header(x5c=["MIIB"]),
    "crit": set_header(crit=["exp"]),
    "b64 false": set_header(b64=False, crit=["b64"]),
    "zip": set_header(zip="DEF"),
    "enc": set_header(enc="A256GCM"),
    "cty": set_header(cty="vc"),
    "kid missing": without("kid"),
    "kid null": set_header(kid=None),
    "kid in a list": set_header(kid=[KEY.public.id]),
    "kid relative": set_header(kid="#c1"),
    "kid did:key of the attacker": lambda: forged(
        {**HEADER, "kid": f"did:key:{ATTACKER.public.multibase}"}, PAYLOAD, ATTACKER
    ),
    "kid of another key of the issuer": lambda: forged({**HEADER, "kid": LIST_KEY.public.id}, PAYLOAD, LIST_KEY),
    "kid of a stranger": lambda: forged({**HEADER, "kid": STRANGER.public.id}, PAYLOAD, STRANGER),
    "kid a path": set_header(kid="../../dev/null"),
    "kid with a quotation mark": set_header(kid=KEY.public.id + '"'),
    "kid with half a surrogate pair": lambda: forged(b'{"alg":"EdDSA","kid":"\\ud800","typ":"JWT"}', PAYLOAD),
    "typ missing": without("typ"),
    "typ vc+jwt": set_header(typ="vc+jwt"),
    "typ in lower case": set_header(typ="jwt"),
    "typ JOSE": set_header(typ="JOSE"),
    "alg twice, none first": lambda: forged(
        b'{"alg":"none","alg":"EdDSA","kid":"%b","typ":"JWT"}' % KEY.public.id.encode(), PAYLOAD
    ),
    "header in another order": lambda: forged(dict(reversed(HEADER.items())), PAYLOAD),
    "header with white space": lambda: forged(json.dumps(HEADER).encode(), PAYLOAD),
    "header a list": lambda: forged([HEADER], PAYLOAD),
    "header empty": lambda: forged(b"", PAYLOAD),
    "payload empty": lambda: forged(HEADER, b""),
    "payload within vc": lambda: forged(HEADER, {"iss": DID, "vc": PAYLOAD}),
    "payload with white space": lambda: forged(HEADER, json.dumps(PAYLOAD, ensure_ascii=False).encode()),
    "payload in another order": lambda: forged(HEADER, dict(reversed(PAYLOAD.items()))),
    "iss missing": without("iss"),
    "iss of a stranger": set_payload(iss="did:web:stranger.example"),
    "iss null": set_payload(iss=None),
    "sub missing": without("sub"),
    "sub another": set_payload(sub=CLAIMS.credential_id),
    "jti missing": without("jti"),
    "jti another": set_payload(jti=CLAIMS.subject_id),
    "nbf missing": without("nbf"),
    "nbf earlier": set_payload(nbf=PAYLOAD["nbf"] - 1),
    "nbf a text": set_payload(nbf=str(PAYLOAD["nbf"])),
    "nbf with a fraction": set_payload(nbf=PAYLOAD["nbf"] + 0.0),
    "exp missing": without("exp"),
    "exp later": set_payload(exp=PAYLOAD["exp"] + 1),
    "exp null": set_payload(exp=None),
    "exp without an end": lambda: forged(
        HEADER, {**json.loads(decode(token_of().split(b".")[1])), "exp": 4102444800}
    ),
    "iat missing": without("iat"),
    "iat negative": set_payload(iat=-1),
    "iat huge": set_payload(iat=10**20),
    "iat with a zero before": lambda: forged(HEADER, dump(PAYLOAD).replace(b'"iat":', b'"iat":0')),
    "iat true": set_payload(iat=True),
    "aud": set_payload(aud="https://verifier.example"),
    "cnf": set_payload(cnf={"jwk": JWK}),
    "vc beside": set_payload(vc={}),
    "a proof inside": set_payload(proof=json.loads(issue(CLAIMS_WITH_END))["proof"]),
    "no signature": with_parts(lambda parts: [*parts[:2], b""]),
    "two parts": with_parts(lambda parts: parts[:2]),
    "four parts": with_parts(lambda parts: [*parts, parts[2]]),
    "five parts": with_parts(lambda parts: [*parts, b"", b""]),
    "signature of 63 bytes": with_parts(lambda parts: [*parts[:2], encode(decode(parts[2])[:63])]),
    "signature of 65 bytes": with_parts(lambda parts: [*parts[:2], encode(decode(parts[2]) + b"\0")]),
    "signature of zeros": with_parts(lambda parts: [*parts[:2], encode(bytes(64))]),
    "signature with S + L": with_parts(second_spelling),
    "signature with stray bits": with_parts(stray_bits),
    "signature padded": with_parts(lambda parts: [*parts[:2], parts[2] + b"=="]),
    "header padded": with_parts(lambda parts: [parts[0] + b"=" * (-len(parts[0]) % 4 or 4), *parts[1:]]),
    "classic alphabet": with_parts(lambda parts: [part.replace(b"-", b"+").replace(b"_", b"/") for part in parts]),
    "line feed at the end": lambda: token_of(CLAIMS_WITH_END) + b"\n",
    "space before": lambda: b" " + token_of(CLAIMS_WITH_END),
    "JWS JSON serialisation": lambda: dump(
        dict(zip(("protected", "payload", "signature"), map(bytes.decode, token_of().split(b".")), strict=True))
    ),
    "the JSON certificate": issue,
    "nothing": lambda: b"",
    "not ASCII": lambda: token_of().replace(b".", "．".encode(), 1),
    "huge": lambda: b"A" * 200_000,
}


def test_the_table_is_long_enough_and_its_pieces_are_sound() -> None:
    assert len(CASES) >= 30
    assert look(forged(HEADER, PAYLOAD)).outcome is Outcome.VALID
    assert forged(HEADER, PAYLOAD) == token_of(CLAIMS_WITH_END)


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused(name: str) -> None:
    examination = look(CASES[name]())
    assert examination.outcome is Outcome.NOT_VALID
    assert examination.certificate is None


def test_a_careless_verifier_accepts_some_of_these() -> None:
    accepted = []
    for name, case in CASES.items():
        try:
            header = jwt.get_unverified_header(case())
            key: Any = jwt.PyJWK(header["jwk"]).key if "jwk" in header else PEM
            jwt.decode(case(), key, algorithms=["EdDSA"], options={"verify_aud": False})
        except Exception:
            continue
        accepted.append(name)
    assert {"jwk of the attacker", "jku", "typ vc+jwt", "sub missing", "exp missing", "payload within vc"} <= set(
        accepted
    )


@pytest.mark.parametrize("name", CHANGES)
def test_renamed_and_hidden_keys_are_refused_even_if_the_issuer_signed_them(name: str) -> None:
    payload = json.loads(decode(token_of(CLAIMS_WITH_END).split(b".")[1]))
    try:
        CHANGES[name](payload)
    except KeyError:
        assert name == "undefined term in the proof"
        return
    assert look(forged(HEADER, payload)).outcome is Outcome.NOT_VALID


@pytest.mark.parametrize("name", [name for name in DUPLICATES if name != "proof twice"])
def test_duplicate_keys_are_refused_even_if_the_issuer_signed_them(name: str) -> None:
    old, new = DUPLICATES[name]
    payload = dump(PAYLOAD)
    assert old.encode() in payload
    assert look(forged(HEADER, payload.replace(old.encode(), new.encode(), 1))).outcome is Outcome.NOT_VALID


def test_not_one_altered_byte_passes() -> None:
    token = token_of()
    assert [altered for altered in flips(token) if look(altered).outcome is not Outcome.NOT_VALID] == []


def test_the_steps_say_what_is_wrong() -> None:
    for name, step, code in (
        ("alg none, no signature", Step.SIGNATURE, Code.SUITE_REFUSED),
        ("jwk of the attacker", Step.STRUCTURE, Code.UNKNOWN_TERM),
        ("typ vc+jwt", Step.TYPES, Code.TYPES_REFUSED),
        ("kid of a stranger", Step.ISSUER, Code.KEY_UNKNOWN),
        ("sub another", Step.STRUCTURE, Code.CONTRADICTION),
        ("nbf earlier", Step.STRUCTURE, Code.VALUE_REFUSED),
        ("signature of zeros", Step.SIGNATURE, Code.SIGNATURE_MISMATCH),
        ("two parts", Step.PARSE, Code.NOT_JWT),
    ):
        deciding = look(CASES[name]()).deciding
        assert deciding is not None
        assert (deciding.step, deciding.code) == (step, code), name


def test_it_signs_only_for_the_keys_owner_and_with_a_good_key() -> None:
    with pytest.raises(ClaimRefused, match="controls the key"):
        sign_jwt(CLAIMS, STRANGER, ISSUED)
    revoked = SigningKey.from_pkcs8(KEY.to_pkcs8(), KEY.public.id, DID, revoked=NOW)
    with pytest.raises(KeyRefused, match="revoked"):
        sign_jwt(CLAIMS, revoked, ISSUED)
    with pytest.raises(ClaimRefused, match="1970"):
        sign_jwt(replace(CLAIMS, valid_from=datetime(1969, 1, 1, tzinfo=UTC)), KEY, ISSUED)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(claims=certificates)
def test_any_certificate_is_read_alike_by_both_readers(claims: CertificateClaims) -> None:
    frame._frames.clear()
    frame._hints.clear()
    token = token_of(claims)
    first = look(token)
    assert first.certificate is not None
    assert first.certificate.claims == claims
    for _ in range(2):
        assert repr(look(token)) == repr(first)
