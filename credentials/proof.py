"""Data Integrity proofs with cryptosuite `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0 §3.2).

Signed are 64 bytes: SHA-256 of the canonical proof options, then SHA-256 of the canonical document. The options are
canonicalised in the document's contexts, without `proofValue`; they are one blank node, hence always c14n0.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from credentials import base58, values
from credentials.errors import ClaimRefused
from credentials.keys import ASSERTION, PublicKey, SigningKey
from credentials.template import Slot
from credentials.terms import RDF_TYPE
from credentials.writer import Writer, escape

CRYPTOSUITE = "eddsa-rdfc-2022"
SIGNATURE_BYTES = 64

PROOF_TEXTS = ("proof.created", "proof.method", "proof.value")
PROOF_SHAPE = {
    "type": "DataIntegrityProof",
    "cryptosuite": CRYPTOSUITE,
    "created": Slot("proof.created"),
    "verificationMethod": Slot("proof.method"),
    "proofPurpose": ASSERTION,
    "proofValue": Slot("proof.value"),
}

OPTIONS = (
    '_:c14n0 <http://purl.org/dc/terms/created> "%b"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n'
    f"_:c14n0 <{RDF_TYPE}> <https://w3id.org/security#DataIntegrityProof> .\n"
    f'_:c14n0 <https://w3id.org/security#cryptosuite> "{CRYPTOSUITE}"'
    "^^<https://w3id.org/security#cryptosuiteString> .\n"
    "_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .\n"
    "_:c14n0 <https://w3id.org/security#verificationMethod> <%b> .\n"
).encode()


def signed_bytes(created: bytes, method: bytes, quads: bytes) -> bytes:
    """Compute what the signature covers, from the spelled proof options and the canonical document."""
    return hashlib.sha256(OPTIONS % (created, method)).digest() + hashlib.sha256(quads).digest()


def sign(writer: Writer, texts: Mapping[str, str], key: SigningKey, created: datetime) -> bytes:
    """Fill a template with spelled texts, sign it, and return the exact bytes of the document with its proof.

    `created` is cut to whole seconds. Raises ClaimRefused for a time without zone, KeyRefused for a key that may not
    sign.
    """
    moment = values.spell_instant(values.instant("created", created)).encode()
    method = key.public.id.encode()
    filled = escape(texts)
    signature = key.sign(signed_bytes(moment, method, writer.quads(filled)))
    filled["proof.created"] = moment
    filled["proof.method"] = method
    filled["proof.value"] = b"z" + base58.encode(signature).encode()
    return writer.json(filled)


@lru_cache(maxsize=256)
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


def holds(writer: Writer, filled: Mapping[str, bytes], key: PublicKey, signature: bytes) -> bool:
    """Say whether the key's signature covers the document that these values fill."""
    message = signed_bytes(filled["proof.created"], filled["proof.method"], writer.quads(filled))
    return key.signed(signature, message)
