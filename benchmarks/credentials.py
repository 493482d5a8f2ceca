"""Rates of signing and verifying against raw Ed25519 and against another library; one JSON line each.

Run: .venv/bin/python -m benchmarks.credentials
Rates are per second of processor time, medians over rounds that take turns, so that a busy machine slows all alike.
The certificates are those of a cohort of 200 people, in turn; each is signed and verified whole each time.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import cycle
from typing import Generic, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
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


def rates(work: dict[str, tuple[Callable[[], object], int]]) -> dict[str, float]:
    """Measure every kind of work in turn, round by round; `int` is how often per round."""
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


def main() -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    key = SigningKey(private, PublicKey(f"{DID}#c1", DID, public.public_bytes_raw()))
    keys = {key.public.id: key.public}
    everyone = cohort()
    files = [sign_certificate(claims, key, NOW) for claims in everyone]
    status_list = StatusList.from_bytes(sign_status_list(LIST_URL, "revocation", [], key, NOW), keys, NOW)
    lists = {LIST_URL: status_list}
    message = bytes(64)
    signature = private.sign(message)
    signer = OB3LdpSigner(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), verification_method=key.public.id
    )
    credentials = [OpenBadgeCredential.from_vc_document(json.loads(data)) for data in files]
    tokens = [sign_jwt(claims, key, NOW) for claims in everyone]
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    jwt_signer = OB3Signer(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), algorithm="EdDSA"
    )
    other = OB3LdpVerifier(pem, issuer_did=DID)
    other_jwt = OB3Verifier(pubkey_pem=pem)
    sign = Turns(lambda claims: sign_unchecked(claims, key, NOW), everyone)
    check = Turns(lambda data: verify(data, issuer_keys=keys, status_lists=lists, at=NOW), files)
    measured = rates(
        {
            "raw sign": (lambda: private.sign(message), 300),
            "raw verify": (lambda: public.verify(signature, message), 300),
            "sign unchecked": (sign, 300),
            "sign": (Turns(lambda claims: sign_certificate(claims, key, NOW), everyone), 200),
            "verify": (check, 200),
            "sign first": (forgetful(sign), 100),
            "verify first": (forgetful(check), 100),
            "jwt sign unchecked": (Turns(lambda claims: sign_jwt_unchecked(claims, key, NOW), everyone), 300),
            "jwt sign": (Turns(lambda claims: sign_jwt(claims, key, NOW), everyone), 200),
            "jwt verify": (
                Turns(lambda token: verify_jwt(token, issuer_keys=keys, status_lists=lists, at=NOW), tokens),
                200,
            ),
            "other jwt sign": (Turns(jwt_signer.sign, credentials), 10),
            "other jwt verify": (Turns(lambda token: other_jwt.verify(token.decode()), tokens), 10),
            "other sign": (Turns(signer.sign, credentials), 2),
            "other verify": (Turns(other.verify, files), 2),
        }
    )
    raw_sign, raw_verify = measured["raw sign"], measured["raw verify"]
    both = 1 / (1 / raw_sign + 1 / raw_verify)
    first = "each the first of its cohort"

    def by(raw: float, what: str) -> str:
        # Their token is little more than the raw operation, so nobody can be many times as fast.
        return f" (the raw operation is {raw / measured[f'other {what}']:.1f} times as fast)"

    for name, value, baseline, goal in (
        ("certificate: sign, to be verified before storing / raw sign", "sign unchecked", raw_sign, 0.35),
        ("certificate: sign and verify the result / raw sign and verify", "sign", both, 0.35),
        ("certificate: sign and verify the result / openbadgeslib sign", "sign", measured["other sign"], 30),
        ("certificate: verify from bytes / raw verify", "verify", raw_verify, 0.5),
        ("certificate: verify from bytes / openbadgeslib", "verify", measured["other verify"], 20),
        (f"certificate: sign, {first} / raw sign", "sign first", raw_sign, None),
        (f"certificate: verify from bytes, {first} / raw verify", "verify first", raw_verify, None),
        ("VC-JWT: sign, to be verified before storing / raw sign", "jwt sign unchecked", raw_sign, 0.35),
        ("VC-JWT: sign and verify the result / raw sign and verify", "jwt sign", both, 0.35),
        (
            f"VC-JWT: sign, to be verified / openbadgeslib{by(raw_sign, 'jwt sign')}",
            "jwt sign unchecked",
            measured["other jwt sign"],
            30,
        ),
        ("VC-JWT: verify from bytes / raw verify", "jwt verify", raw_verify, 0.5),
        (
            f"VC-JWT: verify from bytes / openbadgeslib{by(raw_verify, 'jwt verify')}",
            "jwt verify",
            measured["other jwt verify"],
            20,
        ),
    ):
        if goal is None:
            no_goal(name, measured[value], "1/s", baseline)
        else:
            at_least(name, measured[value], "1/s", baseline, goal)


if __name__ == "__main__":
    main()
