"""Rates of signing and verifying against raw Ed25519 and against another library; one JSON line each.

Run: .venv/bin/python -m benchmarks.credentials
Rates are per second of processor time, medians over rounds that take turns, so that a busy machine slows all alike.
The certificates are those of a cohort of 200 people, in turn; each is signed and verified whole each time.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import cycle
from typing import Generic, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from nacl.bindings import crypto_sign_open
from openbadgeslib.ob3.credential import OpenBadgeCredential
from openbadgeslib.ob3.ldp import OB3LdpSigner, OB3LdpVerifier
from openbadgeslib.ob3.signer import OB3Signer
from openbadgeslib.ob3.verifier import OB3Verifier

from benchmarks.figures import at_least, no_goal
from credentials import (
    Centre,
    CertificateClaims,
    Course,
    Issuer,
    PublicKey,
    SigningKey,
    StatusEntry,
    StatusList,
    frame,
    sign_certificate,
    sign_jwt,
    sign_jwt_unchecked,
    sign_status_list,
    sign_unchecked,
    verify,
    verify_jwt,
)

Thing = TypeVar("Thing")
Work = tuple[Callable[[], object], int]
"""What is measured, and how often per round."""

ROUNDS = 15
DID = "did:web:certificates.example"
NOW = datetime(2026, 3, 21, tzinfo=UTC)
LIST_URL = "https://certificates.example/status/1"
COURSE_ID = "urn:uuid:7f1e3c54-54ab-4a0e-9f5b-0d1f5a3b9c01"


def cohort() -> list[CertificateClaims]:
    seoul = timezone(timedelta(hours=9))
    family, given = "김이박최정강조윤장임", ("민수", "서연", "지훈", "하은", "도윤", "수아", "예준", "지우")
    issuer = Issuer(DID, "이음 교육증서 발급센터", "https://certificates.example")
    centre = Centre("urn:uuid:7f1e3c54-54ab-4a0e-9f5b-0d1f5a3b9c03", "서울도시재생교육원")
    course = Course(
        id=COURSE_ID,
        criteria_id=f"{COURSE_ID}#criteria",
        result_description_id=f"{COURSE_ID}#attendance",
        name="도시재생 코디네이터 양성과정",
        kind="양성교육",
        description="도시재생 현장에서 일할 코디네이터를 기르는 과정",
        criteria="전체 교육시간의 80% 이상 출석",
        credits_available=Decimal(40),
    )
    return [
        CertificateClaims(
            credential_id=f"urn:uuid:{UUID(int=0xA0000 + number * 7919, version=4)}",
            issuer=issuer,
            centre=centre,
            subject_id=f"urn:uuid:{UUID(int=0xB0000 + number * 104729, version=4)}",
            name=family[number % 10] + given[number % 8],
            birth_year=1955 + number % 50,
            serial=f"제 2026-양성-{number:04d}호",
            course=course,
            term="2026년 상반기 1기",
            started=datetime(2026, 3, 9, 9, tzinfo=seoul),
            ended=datetime(2026, 3, 19, 18, tzinfo=seoul),
            hours_earned=Decimal(40 - number % 4),
            attendance_rate=Decimal(1000 - number % 200) / 10,
            valid_from=datetime(2026, 3, 20, tzinfo=UTC) + timedelta(seconds=number),
            status=StatusEntry(LIST_URL, number * 617),
        )
        for number in range(200)
    ]


class Turns(Generic[Thing]):
    """Calls a function with one thing after the other, from the first again when all had their turn."""

    def __init__(self, call: Callable[[Thing], object], things: Iterable[Thing]) -> None:
        self._call = call
        self._things = cycle(things)

    def __call__(self) -> object:
        return self._call(next(self._things))


def rates(work: dict[str, Work]) -> dict[str, float]:
    """Measure every kind of work in turn, round by round."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, (call, times) in work.items():
            start = time.process_time()
            for _ in range(times):
                call()
            seconds[name].append((time.process_time() - start) / times)
    return {name: 1 / statistics.median(taken) for name, taken in seconds.items()}


def forgetful(call: Callable[[], object]) -> Callable[[], object]:
    """Let nothing be known of earlier certificates, as for the first of a cohort."""

    def work() -> object:
        frame._frames.clear()
        frame._hints.clear()
        return call()

    return work


@dataclass(frozen=True)
class Material:
    """What is signed and verified: a key, the raw operation, and a cohort as claims, as JSON and as tokens."""

    private: Ed25519PrivateKey
    key: SigningKey
    everyone: list[CertificateClaims]
    files: list[bytes]
    tokens: list[bytes]
    message: bytes
    signature: bytes

    @classmethod
    def make(cls) -> Material:
        private, message = Ed25519PrivateKey.generate(), bytes(64)
        key = SigningKey(private, PublicKey(f"{DID}#c1", DID, private.public_key().public_bytes_raw()))
        everyone = cohort()
        files = [sign_certificate(claims, key, NOW) for claims in everyone]
        tokens = [sign_jwt(claims, key, NOW) for claims in everyone]
        return cls(private, key, everyone, files, tokens, message, private.sign(message))

    @property
    def keys(self) -> dict[str, PublicKey]:
        return {self.key.public.id: self.key.public}

    def status_lists(self) -> dict[str, StatusList]:
        data = sign_status_list(LIST_URL, "revocation", [], self.key, NOW)
        return {LIST_URL: StatusList.from_bytes(data, self.keys, NOW)}


def raw_work(material: Material) -> dict[str, Work]:
    """Answer the raw operations of `cryptography`, and the one of libsodium that verifies here."""
    public = material.private.public_key()
    raw, signed = public.public_bytes_raw(), material.signature + material.message
    return {
        "raw sign": (lambda: material.private.sign(material.message), 300),
        "raw verify": (lambda: public.verify(material.signature, material.message), 300),
        "raw verify, libsodium": (lambda: crypto_sign_open(signed, raw), 300),
    }


def our_work(material: Material) -> dict[str, Work]:
    """Answer what this library does, with certificates of a cohort it knows and with the first of each."""
    key, keys, lists = material.key, material.keys, material.status_lists()
    sign = Turns(lambda claims: sign_unchecked(claims, key, NOW), material.everyone)
    check = Turns(lambda data: verify(data, issuer_keys=keys, status_lists=lists, at=NOW), material.files)
    check_jwt = Turns(lambda token: verify_jwt(token, issuer_keys=keys, status_lists=lists, at=NOW), material.tokens)
    return {
        "sign unchecked": (sign, 300),
        "sign": (Turns(lambda claims: sign_certificate(claims, key, NOW), material.everyone), 200),
        "verify": (check, 200),
        "sign first": (forgetful(sign), 100),
        "verify first": (forgetful(check), 100),
        "jwt sign unchecked": (Turns(lambda claims: sign_jwt_unchecked(claims, key, NOW), material.everyone), 300),
        "jwt sign": (Turns(lambda claims: sign_jwt(claims, key, NOW), material.everyone), 200),
        "jwt verify": (check_jwt, 200),
    }


def other_work(material: Material) -> dict[str, Work]:
    """Answer what openbadgeslib does with the same certificates."""
    pem = material.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_pem = material.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signer = OB3LdpSigner(pem, verification_method=material.key.public.id)
    verifier = OB3LdpVerifier(public_pem, issuer_did=DID)
    jwt_signer, jwt_verifier = OB3Signer(pem, algorithm="EdDSA"), OB3Verifier(pubkey_pem=public_pem)
    credentials = [OpenBadgeCredential.from_vc_document(json.loads(data)) for data in material.files]
    return {
        "other jwt sign": (Turns(jwt_signer.sign, credentials), 10),
        "other jwt verify": (Turns(lambda token: jwt_verifier.verify(token.decode()), material.tokens), 10),
        "other sign": (Turns(signer.sign, credentials), 2),
        "other verify": (Turns(verifier.verify, material.files), 2),
    }


def main() -> None:
    """Measure everything in turns, then print it by use case."""
    material = Material.make()
    measured = rates(raw_work(material) | our_work(material) | other_work(material))
    report_certificates(measured)
    report_tokens(measured)


def report_certificates(measured: dict[str, float]) -> None:
    """Print the figures of certificates with a Data Integrity proof."""
    raw_sign, raw_verify, both = _raw(measured)
    first = "each the first of its cohort"
    for name, value, baseline, goal in (
        ("sign, to be verified before storing / raw sign", "sign unchecked", raw_sign, 0.35),
        ("sign and verify the result / raw sign and verify", "sign", both, 0.35),
        ("sign and verify the result / openbadgeslib sign", "sign", measured["other sign"], 30),
        ("verify from bytes / raw verify", "verify", raw_verify, 0.5),
        ("verify from bytes / openbadgeslib", "verify", measured["other verify"], 20),
    ):
        at_least(f"certificate: {name}", measured[value], "1/s", baseline, goal)
    sodium = measured["raw verify, libsodium"]
    no_goal("certificate: verify from bytes / raw verify of libsodium", measured["verify"], "1/s", sodium)
    no_goal(f"certificate: sign, {first} / raw sign", measured["sign first"], "1/s", raw_sign)
    no_goal(f"certificate: verify from bytes, {first} / raw verify", measured["verify first"], "1/s", raw_verify)


def report_tokens(measured: dict[str, float]) -> None:
    """Print the figures of VC-JWT. Theirs is little more than the raw operation: nobody can be many times as fast."""
    raw_sign, raw_verify, both = _raw(measured)
    other_sign, other_verify = measured["other jwt sign"], measured["other jwt verify"]
    for name, value, baseline, goal in (
        ("sign, to be verified before storing / raw sign", "jwt sign unchecked", raw_sign, 0.35),
        ("sign and verify the result / raw sign and verify", "jwt sign", both, 0.35),
        (f"sign, to be verified / openbadgeslib{_by(raw_sign / other_sign)}", "jwt sign unchecked", other_sign, 30),
        ("verify from bytes / raw verify", "jwt verify", raw_verify, 0.5),
        (f"verify from bytes / openbadgeslib{_by(raw_verify / other_verify)}", "jwt verify", other_verify, 20),
    ):
        at_least(f"VC-JWT: {name}", measured[value], "1/s", baseline, goal)


def _raw(measured: dict[str, float]) -> tuple[float, float, float]:
    sign, verify_ = measured["raw sign"], measured["raw verify"]
    return sign, verify_, 1 / (1 / sign + 1 / verify_)


def _by(times: float) -> str:
    return f" (the raw operation is {times:.1f} times as fast)"


if __name__ == "__main__":
    main()
