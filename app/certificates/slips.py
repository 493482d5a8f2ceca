"""The slip that a QR code carries beside the address: signed with the certificate, never afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from app.certificates import keys
from credentials import CertificateClaims, ClaimRefused, SigningKey, Slip, read_qr, sign_qr

# 35 mm on paper: 1,000 digits beside an address are modules of 0.45 mm, which still read at 150 dots per inch.
MOST_DIGITS_ON_PAPER = 1_000


def sign_slip(claims: CertificateClaims, credential: bytes, key: SigningKey) -> str | None:
    """Sign the slip of a certificate and read it back; None when its texts are too long to be read from paper.

    `credential` are the exact bytes of the signed certificate.
    """
    try:
        digits = sign_qr(claims, hashlib.sha256(credential).digest(), key)
    except ClaimRefused as refused:
        if refused.field == "slip":
            return None
        raise
    return digits if len(digits) <= MOST_DIGITS_ON_PAPER else None


def record_of(credential: bytes, claims: CertificateClaims) -> dict[str, str]:
    """Answer what the slip of this credential, whose signature holds, has to say, as the browser writes it."""
    return {**_fields(Slip.of_checked(claims)), "digest": hashlib.sha256(credential).hexdigest()}


def read_slip(digits: str) -> dict[str, object]:
    """Read a slip with our own keys, for browsers that cannot; raises NotValid (of `credentials`).

    A slip by a key that has been revoked since is read as well, and said to be one: it proves nothing by itself, and
    counts as much as the record that says the same.
    """
    known = keys.verification_keys().credentials
    verified = read_qr(digits, {key_id: replace(key, revoked=None) for key_id, key in known.items()})
    is_revoked = known[verified.key_id].revoked is not None
    return {"fields": _fields(verified.slip), "digest": verified.digest.hex(), "key_revoked": is_revoked}


def _fields(slip: Slip) -> dict[str, str]:
    return {
        "credential_id": slip.credential_id,
        "name": slip.name,
        "birth_year": str(slip.birth_year),
        "serial": slip.serial,
        "course_name": slip.course_name,
        "course_kind": slip.course_kind,
        "term": slip.term,
        "started": slip.started.isoformat(),
        "ended": slip.ended.isoformat(),
        "hours": f"{slip.hours.normalize():f}",
        "attendance_rate": f"{slip.attendance_rate.normalize():f}",
        "centre_name": slip.centre_name,
        "issued": slip.issued.isoformat(),
    }
