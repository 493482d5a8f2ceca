"""The slip that a QR code carries beside the address: signed with the certificate, never afterwards."""

from __future__ import annotations

import hashlib

from credentials import CertificateClaims, ClaimRefused, SigningKey, encode_qr, read_qr

# 35 mm on paper: 1,000 digits beside an address are modules of 0.45 mm, which still read at 150 dots per inch.
MOST_DIGITS_ON_PAPER = 1_000


def sign_slip(claims: CertificateClaims, credential: bytes, key: SigningKey) -> str | None:
    """Sign the slip of a certificate and read it back; None when its texts are too long to be read from paper.

    `credential` are the exact bytes of the signed certificate.
    """
    try:
        digits = encode_qr(claims, hashlib.sha256(credential).digest(), key)
    except ClaimRefused as refused:
        if refused.field == "slip":
            return None
        raise
    if len(digits) > MOST_DIGITS_ON_PAPER:
        return None
    read_qr(digits, {key.public.id: key.public})
    return digits
