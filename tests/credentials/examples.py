"""Certificates, keys and lists for the tests of `credentials`, and a plain JSON-LD verifier to compare with."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openbadgeslib.ob3.contexts import document_loader
from pyld import jsonld

from credentials import (
    Centre,
    CertificateClaims,
    Course,
    Examination,
    Issuer,
    PublicKey,
    SigningKey,
    StatusEntry,
    StatusList,
    base58,
    examine,
    sign_certificate,
    sign_status_list,
)

DID = "did:web:certificates.example"
SEOUL = timezone(timedelta(hours=9))
KEYS_MADE = datetime(2026, 1, 1, tzinfo=UTC)
ISSUED = datetime(2026, 3, 20, 1, 2, 3, tzinfo=UTC)
NOW = datetime(2026, 3, 21, tzinfo=UTC)
LIST_URL = "https://certificates.example/status/1"


def make_key(seed: int, id: str, controller: str = DID) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return SigningKey(private, PublicKey(id, controller, private.public_key().public_bytes_raw(), KEYS_MADE))


KEY = make_key(1, f"{DID}#c1")
LIST_KEY = make_key(2, f"{DID}#s1")
STRANGER = make_key(3, "did:web:stranger.example#c1", "did:web:stranger.example")
KEYS = {KEY.public.id: KEY.public}
LIST_KEYS = {LIST_KEY.public.id: LIST_KEY.public}


def urn(number: int) -> str:
    return f"urn:uuid:{UUID(int=number, version=4)}"


COURSE = Course(
    id=urn(0xC1),
    criteria_id=f"{urn(0xC1)}#criteria",
    result_description_id=f"{urn(0xC1)}#attendance",
    name="도시재생 코디네이터 양성과정",
    kind="양성교육",
    description="도시재생 현장에서 일할 코디네이터를 기르는 과정",
    criteria="전체 교육시간의 80% 이상 출석",
    credits_available=Decimal("62.5"),
)

CLAIMS = CertificateClaims(
    credential_id=urn(0xA1),
    issuer=Issuer(DID, "이음 교육증서 발급센터", "https://certificates.example"),
    centre=Centre(urn(0xB1), "서울도시재생교육원"),
    subject_id=urn(0xD1),
    name="홍길동",
    birth_year=1990,
    serial="제 2026-양성-0042호",
    course=COURSE,
    term="2026년 상반기 1기",
    started=datetime(2026, 3, 9, 9, tzinfo=SEOUL),
    ended=datetime(2026, 3, 19, 18, tzinfo=SEOUL),
    hours_earned=Decimal(40),
    attendance_rate=Decimal("97.5"),
    valid_from=datetime(2026, 3, 20, tzinfo=UTC),
    status=StatusEntry(LIST_URL, 70_001),
)
UNTIL = datetime(2028, 3, 20, tzinfo=UTC)
CLAIMS_WITH_END = replace(CLAIMS, valid_until=UNTIL)


def issue(claims: CertificateClaims = CLAIMS, key: SigningKey = KEY) -> bytes:
    return sign_certificate(claims, key, ISSUED)


def status_list(
    *places: int, url: str = LIST_URL, purpose: str = "revocation", key: SigningKey = LIST_KEY
) -> StatusList:
    data = sign_status_list(url, purpose, places, key, NOW)
    return StatusList.from_bytes(data, {key.public.id: key.public}, NOW)


CLEAN_LIST = status_list()
LISTS = {LIST_URL: CLEAN_LIST}


def look(data: bytes, *, exact: bool = True, at: datetime = NOW, lists: dict[str, StatusList] = LISTS) -> Examination:
    return examine(data, issuer_keys=KEYS, status_lists=lists, at=at, exact=exact)


def canonical(document: dict[str, Any]) -> str:
    """Canonicalise with a complete JSON-LD processor and the published contexts."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": document_loader()}
    return str(jsonld.normalize(document, options))


def _plain_message(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    options = {key: value for key, value in proof.items() if key != "proofValue"}
    options["@context"] = document["@context"]
    return b"".join(hashlib.sha256(canonical(part).encode()).digest() for part in (options, unsecured))


def plain_verifier_accepts(document: dict[str, Any], at: datetime, revoked: bool) -> bool:
    """Do what a plain JSON-LD verifier does: check the proof over RDF, then read status and dates from the JSON."""
    try:
        proof = document["proof"]
        message = _plain_message(document, proof)
        signature = base58.decode(proof["proofValue"][1:], 64)
    except Exception:
        return False
    expired = "validUntil" in document and datetime.fromisoformat(document["validUntil"]) < at
    withdrawn = "credentialStatus" in document and revoked
    return KEY.public.signed(signature, message) and not expired and not withdrawn


def plain_sign(document: dict[str, Any]) -> bytes:
    """Sign any JSON-LD document with our key, as careless software of the issuer might."""
    proof = {key: value for key, value in document["proof"].items() if key != "proofValue"}
    signature = KEY.sign(_plain_message(document, proof))
    return dump({**document, "proof": {**proof, "proofValue": "z" + base58.encode(signature)}})


def dump(document: Any) -> bytes:
    """Write JSON the way our certificates are written."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def changed(data: bytes, change: Callable[[Any], object]) -> bytes:
    """Parse a document, let `change` alter it, and write it again."""
    document = json.loads(data)
    change(document)
    return dump(document)
