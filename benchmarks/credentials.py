"""Rates of signing and verifying against raw Ed25519 and against another library; one JSON line each.

Run: .venv/bin/python -m benchmarks.credentials
Rates are per second of processor time, medians over rounds that take turns, so that a busy machine slows all alike.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob3.credential import OpenBadgeCredential
from openbadgeslib.ob3.ldp import OB3LdpSigner, OB3LdpVerifier

from credentials import (
    Centre,
    CertificateClaims,
    Course,
    Issuer,
    PublicKey,
    SigningKey,
    StatusEntry,
    StatusList,
    sign_certificate,
    sign_status_list,
    sign_unchecked,
    verify,
)

ROUNDS = 15
DID = "did:web:certificates.example"
NOW = datetime(2026, 3, 21, tzinfo=UTC)
LIST_URL = "https://certificates.example/status/1"
COURSE_ID = "urn:uuid:7f1e3c54-54ab-4a0e-9f5b-0d1f5a3b9c01"


def make_claims() -> CertificateClaims:
    seoul = timezone(timedelta(hours=9))
    return CertificateClaims(
        credential_id="urn:uuid:7f1e3c54-54ab-4a0e-9f5b-0d1f5a3b9c02",
        issuer=Issuer(DID, "이음 교육증서 발급센터", "https://certificates.example"),
        centre=Centre("urn:uuid:7f1e3c54-54ab-4a0e-9f5b-0d1f5a3b9c03", "서울도시재생교육원"),
        subject_id="urn:uuid:7f1e3c54-54ab-4a0e-9f5b-0d1f5a3b9c04",
        name="홍길동",
        birth_year=1990,
        serial="제 2026-양성-0042호",
        course=Course(
            id=COURSE_ID,
            criteria_id=f"{COURSE_ID}#criteria",
            result_description_id=f"{COURSE_ID}#attendance",
            name="도시재생 코디네이터 양성과정",
            kind="양성교육",
            description="도시재생 현장에서 일할 코디네이터를 기르는 과정",
            criteria="전체 교육시간의 80% 이상 출석",
            credits_available=Decimal(40),
        ),
        term="2026년 상반기 1기",
        started=datetime(2026, 3, 9, 9, tzinfo=seoul),
        ended=datetime(2026, 3, 19, 18, tzinfo=seoul),
        hours_earned=Decimal(40),
        attendance_rate=Decimal("97.5"),
        valid_from=datetime(2026, 3, 20, tzinfo=UTC),
        status=StatusEntry(LIST_URL, 70_001),
    )


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


def report(name: str, value: float, baseline: float, goal: float) -> None:
    ratio = value / baseline
    line = {
        "name": name,
        "value": round(value, 1),
        "unit": "1/s",
        "baseline": round(baseline, 1),
        "ratio": round(ratio, 3),
        "goal": goal,
        "holds": ratio >= goal,
    }
    sys.stdout.write(json.dumps(line) + "\n")


def main() -> None:
    claims = make_claims()
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    key = SigningKey(private, PublicKey(f"{DID}#c1", DID, public.public_bytes_raw()))
    keys = {key.public.id: key.public}
    data = sign_certificate(claims, key, NOW)
    status_list = StatusList.from_bytes(sign_status_list(LIST_URL, "revocation", [], key, NOW), keys, NOW)
    lists = {LIST_URL: status_list}
    message = bytes(64)
    signature = private.sign(message)
    signer = OB3LdpSigner(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), verification_method=key.public.id
    )
    other = OB3LdpVerifier(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), issuer_did=DID)
    credential = OpenBadgeCredential.from_vc_document(json.loads(data))
    measured = rates(
        {
            "raw sign": (lambda: private.sign(message), 300),
            "raw verify": (lambda: public.verify(signature, message), 300),
            "sign unchecked": (lambda: sign_unchecked(claims, key, NOW), 300),
            "sign": (lambda: sign_certificate(claims, key, NOW), 200),
            "verify": (lambda: verify(data, issuer_keys=keys, status_lists=lists, at=NOW), 200),
            "other sign": (lambda: signer.sign(credential), 2),
            "other verify": (lambda: other.verify(data), 2),
        }
    )
    report(
        "certificate: sign, to be verified before storing / raw sign",
        measured["sign unchecked"],
        measured["raw sign"],
        0.35,
    )
    both = 1 / (1 / measured["raw sign"] + 1 / measured["raw verify"])
    report("certificate: sign and verify the result / raw sign and verify", measured["sign"], both, 0.35)
    report(
        "certificate: sign and verify the result / openbadgeslib sign", measured["sign"], measured["other sign"], 30
    )
    report("certificate: verify from bytes / raw verify", measured["verify"], measured["raw verify"], 0.5)
    report("certificate: verify from bytes / openbadgeslib", measured["verify"], measured["other verify"], 20)


if __name__ == "__main__":
    main()
