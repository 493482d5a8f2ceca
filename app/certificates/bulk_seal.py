"""Whether a PDF is, to the last byte, as one of our seals left it.

Nothing of the PDF is read but where its last signature says that it lies (ISO 32000-2 §12.8.1): it has to cover the
whole file but itself. Whose certificate the signature names does not matter; it has to verify under a key of ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}0\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{0,8}\]")
_MOST_BYTES = 64 * 1024


class SealState(StrEnum):
    """INTACT: as we sealed it. BROKEN: changed since, or never sealed. UNKNOWN: whole, but under a key not ours."""

    INTACT = "intact"
    BROKEN = "broken"
    UNKNOWN = "unknown"


def seal_state(pdf: bytes, ours: Iterable[x509.Certificate]) -> SealState:
    """Look at the last signature of a PDF with the certificates of every seal that we have had."""
    last = pdf.rfind(b"/ByteRange")
    found = _RANGE.match(pdf, last) if last >= 0 else None
    if found is None:
        return SealState.BROKEN
    gap, resumes, rest = (int(number) for number in found.groups())
    message = pdf[gap:resumes]
    covers_all = gap < resumes and resumes + rest == len(pdf)
    if not covers_all or len(message) > _MOST_BYTES or message[:1] != b"<" or message[-1:] != b">":
        return SealState.BROKEN
    digest = hashlib.sha256(pdf[:gap] + pdf[resumes:]).digest()
    try:
        signature, attributes = _signed_attributes(bytes.fromhex(message[1:-1].decode("ascii")), digest)
    except (ValueError, TypeError, KeyError, IndexError):
        return SealState.BROKEN
    return SealState.INTACT if any(_signed(c, signature, attributes) for c in ours) else SealState.UNKNOWN


def _signed_attributes(message: bytes, digest: bytes) -> tuple[bytes, bytes]:
    """Answer the signature and what it signs (RFC 5652 §5.4). Raises ValueError unless that names this digest."""
    signed = cms.ContentInfo.load(message)["content"]
    (signer,) = signed["signer_infos"]
    attributes = signer["signed_attrs"]
    (named,) = [a["values"][0].native for a in attributes if a["type"].native == "message_digest"]
    if named != digest:
        raise ValueError("the message names another digest")
    return signer["signature"].native, attributes.untag().dump()


def _signed(certificate: x509.Certificate, signature: bytes, attributes: bytes) -> bool:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
