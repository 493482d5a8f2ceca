"""The steps that certificates and status lists share: from bytes to a document whose signature holds.

1. parse: strict JSON of at most 64 KB
2. structure, contexts, types: exactly the one shape, nothing missing, nothing more
3. form: exactly the bytes we would write (unless the caller accepts re-formatted JSON)
4. issuer, key, purpose: a key we hold, of the issuer named in the document, listed for assertions, not revoked
5. signature: rebuilt canonical form, Ed25519

The algorithm is never taken from the document. Everything read is part of what is signed: the canonical form is
rebuilt from the content that was read, so a document cannot show one thing and sign another. A document that stands
exactly as we write it is not parsed but compared with what we write for its content; every other is taken apart.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from credentials import proof
from credentials.errors import ClaimRefused
from credentials.keys import ASSERTION, Keys, PublicKey
from credentials.report import Code, Finding, Step
from credentials.strict_json import MAX_BYTES, Refused, aliased_key, parse, suspicion
from credentials.template import Mismatch, Template
from credentials.writer import Writer

Content = TypeVar("Content", covariant=True)

_ORDER = tuple(Step)


class Sealed(NamedTuple, Generic[Content]):
    """A document whose signature holds."""

    content: Content
    key: PublicKey
    created: datetime


class Unsealed(Exception):
    """The document failed at a step before or at its signature; the steps up to `reached` were looked at."""

    def __init__(self, step: Step, code: Code, where: str = "", *, reached: Step | None = None) -> None:
        super().__init__(code)
        self.finding = Finding(step, code, where)
        self.reached = step if reached is None else reached


class Reading(NamedTuple, Generic[Content]):
    """The content of a document with its proof, and what writes the document again from what was read.

    `filled` are the values that `writer` takes; `remember` is called once the signature holds.
    """

    content: Content
    issuer: str
    created: datetime
    method: str
    proof_value: str
    writer: Writer
    filled: Mapping[str, bytes]
    remember: Callable[[], None]

    def is_exactly(self, data: bytes) -> bool:
        """Say whether these bytes are what we write."""
        return self.writer.json(self.filled) == data


class Profile(Protocol[Content]):
    """A kind of document: the shapes it may have, and how its texts become content."""

    @property
    def templates(self) -> Sequence[Template]:
        """The shapes that a document of this kind may have."""

    def read(self, template: Template, texts: dict[str, str]) -> Reading[Content]:
        """Read the texts of a template; ClaimRefused unless each has its one permitted spelling."""

    def compare(self, data: bytes) -> Reading[Content] | None:
        """Read bytes that are exactly what we write, without parsing; None whenever in doubt."""


def open_document(data: bytes, keys: Keys, profile: Profile[Content], *, exact: bool) -> Sealed[Content]:
    """Take the steps up to the signature; raises Unsealed at the first that fails.

    `exact` says whether the document's bytes must be those we would write.
    """
    reading = read_document(data, profile, exact=exact)
    # 4. issuer, key, purpose (the purpose is a constant of the shape)
    key = find_key(keys, reading.method, reading.issuer)
    # 5. signature
    signature = proof.read_signature(reading.proof_value)
    if signature is None:
        raise Unsealed(Step.SIGNATURE, Code.SIGNATURE_MALFORMED, "proof.proofValue")
    if not proof.holds(reading.writer, reading.filled, key, signature):
        raise Unsealed(Step.SIGNATURE, Code.SIGNATURE_MISMATCH)
    reading.remember()
    return Sealed(reading.content, key, reading.created)


def read_document(data: bytes, profile: Profile[Content], *, exact: bool) -> Reading[Content]:
    """Take the steps that need no key, 1 to 3; raises Unsealed at the first that fails."""
    if len(data) > MAX_BYTES:
        raise Unsealed(Step.PARSE, Code.TOO_LARGE)
    # Bytes that are exactly what we write for their content need not be parsed: that is all three at once.
    return profile.compare(data) or _parse(data, profile, exact=exact)


def _parse(data: bytes, profile: Profile[Content], *, exact: bool) -> Reading[Content]:
    """Take steps 1 to 3 one by one."""
    # 1. parse
    try:
        document = parse(data)
    except Refused as refused:
        raise Unsealed(Step.PARSE, Code(refused.code)) from None
    # 2. structure, contexts, types
    if not exact:
        document = _single_proof(document)
    template, texts, mismatches = min(
        ((template, *template.read(document)) for template in profile.templates), key=lambda attempt: len(attempt[2])
    )
    if mismatches:
        raise _explain(document, mismatches)
    try:
        reading = profile.read(template, texts)
    except ClaimRefused as refused:
        raise Unsealed(Step.STRUCTURE, Code.VALUE_REFUSED, refused.field) from None
    # 3. form: `read` has spelled the content again and found the same texts
    if exact and not reading.is_exactly(data):
        raise Unsealed(Step.FORM, Code.NOT_EXACT_BYTES)
    return reading


def find_key(keys: Keys, method: str, issuer: str) -> PublicKey:
    """Take step 4: find the key by its id; Unsealed unless it is the issuer's and may sign."""
    key = keys.get(method)
    if key is None:
        known = any(key.controller == issuer for key in keys.values())
        raise Unsealed(Step.ISSUER, Code.KEY_UNKNOWN if known else Code.ISSUER_UNKNOWN)
    if key.controller != issuer or key.id != method:
        raise Unsealed(Step.ISSUER, Code.KEY_OF_ANOTHER)
    if ASSERTION not in key.purposes:
        raise Unsealed(Step.KEY, Code.KEY_NOT_FOR_ASSERTION)
    if key.revoked is not None:
        # The time in a proof is the word of whoever held the key, so no proof of a revoked key counts by itself.
        raise Unsealed(Step.KEY, Code.KEY_REVOKED)
    return key


def _single_proof(document: Any) -> Any:
    """Reduce a set of proofs to ours: proofs of suites that our keys do not make neither help nor harm.

    Two proofs of our suite stay two, and a set stays a set when nothing in it is ours: both are refused later.
    """
    proofs = document.get("proof") if isinstance(document, dict) else None
    if not isinstance(proofs, list):
        return document
    ours = [entry for entry in proofs if not _is_foreign_proof(entry)]
    return {**document, "proof": ours[0]} if len(ours) == 1 and suspicion(proofs) is None else document


_PROOF_TERMS = frozenset(
    ("id", "type", "cryptosuite", "created", "expires", "verificationMethod", "proofPurpose", "proofValue")
)


def _is_foreign_proof(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() <= _PROOF_TERMS
        and all(type(value) is str for value in entry.values())
        and entry.get("type") == "DataIntegrityProof"
        and entry.get("cryptosuite", proof.CRYPTOSUITE).casefold().strip() != proof.CRYPTOSUITE
    )


def _explain(document: Any, mismatches: list[Mismatch]) -> Unsealed:
    """Choose, among all that is wrong with a document, what the earliest step would say."""
    suspicious = suspicion(document)
    if suspicious is not None:
        return Unsealed(Step.PARSE, Code(suspicious))
    aliased = aliased_key(document)
    if aliased is not None:
        return Unsealed(Step.STRUCTURE, Code.ALIASED_KEY, aliased[:80])
    return min(map(_classify, mismatches), key=lambda unsealed: _ORDER.index(unsealed.finding.step))


_PROOF_STEPS = {
    "type": (Step.SIGNATURE, Code.SUITE_REFUSED),
    "cryptosuite": (Step.SIGNATURE, Code.SUITE_REFUSED),
    "proofPurpose": (Step.PURPOSE, Code.PURPOSE_REFUSED),
    "proofValue": (Step.SIGNATURE, Code.SIGNATURE_MALFORMED),
}


def _classify(mismatch: Mismatch) -> Unsealed:
    where = ".".join(mismatch.path)[:200]
    if mismatch.path[:1] == ("@context",):
        return Unsealed(Step.CONTEXTS, Code.CONTEXTS_REFUSED, where)
    if mismatch.code == "unexpected_value" and mismatch.path[:1] == ("proof",) and mismatch.path[-1] in _PROOF_STEPS:
        return Unsealed(*_PROOF_STEPS[mismatch.path[-1]], where, reached=Step.TYPES)
    if mismatch.path[-1:] == ("type",):
        return Unsealed(Step.TYPES, Code.TYPES_REFUSED, where)
    return Unsealed(Step.STRUCTURE, Code(mismatch.code), where)
