"""Data Integrity proofs with cryptosuite `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0 §3.2).

Signed are 64 bytes: SHA-256 of the canonical proof options, then SHA-256 of the canonical document. The options are
canonicalised in the document's contexts, without `proofValue`; they are one blank node, hence always c14n0.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from credentials import base58, values
from credentials.errors import ClaimRefused
from credentials.keys import ASSERTION, PublicKey, SigningKey
from credentials.template import Slot, Template
from credentials.terms import RDF_TYPE

CRYPTOSUITE = "eddsa-rdfc-2022"
SIGNATURE_BYTES = 64

PROOF_SHAPE = {
    "type": "DataIntegrityProof",
    "cryptosuite": CRYPTOSUITE,
    "created": Slot("proof.created"),
    "verificationMethod": Slot("proof.method"),
    "proofPurpose": ASSERTION,
    "proofValue": Slot("proof.value"),
}

_OPTIONS = (
    '_:c14n0 <http://purl.org/dc/terms/created> "%s"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n'
    f"_:c14n0 <{RDF_TYPE}> <https://w3id.org/security#DataIntegrityProof> .\n"
    f'_:c14n0 <https://w3id.org/security#cryptosuite> "{CRYPTOSUITE}"'
    "^^<https://w3id.org/security#cryptosuiteString> .\n"
    "_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .\n"
    "_:c14n0 <https://w3id.org/security#verificationMethod> <%s> .\n"
)


def signed_bytes(created: str, method: str, quads: bytes) -> bytes:
    """Compute what the signature covers, from the spelled proof options and the canonical document."""
    options = (_OPTIONS % (created, method)).encode()
    return hashlib.sha256(options).digest() + hashlib.sha256(quads).digest()


def sign(template: Template, spelled: Mapping[str, str], key: SigningKey, created: datetime) -> bytes:
    """Fill a template, sign it, and return the exact bytes of the document with its proof."""
    moment = values.spell_instant(values.instant("created", created))
    signature = key.sign(signed_bytes(moment, key.public.id, template.quads(spelled)))
    proof = {
        "proof.created": moment,
        "proof.method": key.public.id,
        "proof.value": "z" + base58.encode(signature),
    }
    return template.json({**spelled, **proof})


def read_created(spelled: str) -> datetime:
    """Read the proof's time; ClaimRefused unless it has its one permitted spelling."""
    created = values.read_instant("proof.created", spelled)
    if values.spell_instant(created) != spelled:
        raise ClaimRefused("proof.created", repr(spelled), repr(values.spell_instant(created)))
    return created


def read_signature(spelled: str) -> bytes | None:
    """Read a `proofValue`: `z` and exactly 64 bytes in canonical base58btc, or None."""
    if not spelled.startswith("z"):
        return None
    try:
        return base58.decode(spelled[1:], SIGNATURE_BYTES)
    except ValueError:
        return None


def holds(template: Template, texts: Mapping[str, str], key: PublicKey, signature: bytes) -> bool:
    """Say whether the key's signature covers the document that these texts fill."""
    message = signed_bytes(texts["proof.created"], texts["proof.method"], template.quads(texts))
    return key.signed(signature, message)
