"""Signing certificates."""

from datetime import datetime

from credentials import certificate, proof, values
from credentials.claims import CertificateClaims
from credentials.errors import ClaimRefused, SelfCheckFailed
from credentials.frame import PROFILE, writer_of
from credentials.keys import SigningKey
from credentials.sealed_document import Unsealed, open_document


def sign_certificate(claims: CertificateClaims, key: SigningKey, created: datetime) -> bytes:
    """Sign claims and return the exact bytes to store: JSON with its `eddsa-rdfc-2022` proof.

    What is returned has been read back and verified, and says exactly `claims`. Raises ClaimRefused when the claims
    name another issuer than the key's controller, KeyRefused when the key may not sign, SelfCheckFailed when the
    result does not verify.
    """
    data = sign_unchecked(claims, key, created)
    keys = {key.public.id: key.public}
    try:
        sealed = open_document(data, keys, PROFILE, exact=True)
    except Unsealed as unsealed:
        raise SelfCheckFailed(f"{claims.credential_id}: {unsealed.finding.code}") from None
    if sealed.content != claims or sealed.created != values.instant("created", created):
        raise SelfCheckFailed(f"{claims.credential_id}: reads back as something else")
    return data


def sign_unchecked(claims: CertificateClaims, key: SigningKey, created: datetime) -> bytes:
    """Sign without reading the result back: for callers that verify it themselves before they store it."""
    if claims.issuer.id != key.public.controller:
        raise ClaimRefused("issuer.id", claims.issuer.id, f"{key.public.controller}, which controls the key")
    writer, spelled, remember = writer_of(claims, certificate.TEMPLATES)
    remember()
    return proof.sign(writer, spelled, key, created)
