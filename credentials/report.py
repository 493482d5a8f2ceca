"""The vocabulary of an examination: steps, codes, outcomes, and what was found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from credentials.claims import CertificateClaims


class Step(StrEnum):
    """The steps of verification, in the order in which they are taken."""

    PARSE = "parse"
    STRUCTURE = "structure"
    CONTEXTS = "contexts"
    TYPES = "types"
    FORM = "form"
    ISSUER = "issuer"
    KEY = "key"
    PURPOSE = "purpose"
    SIGNATURE = "signature"
    VALIDITY = "validity"
    STATUS = "status"
    TRUST = "trust"


class State(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    COULD_NOT_CHECK = "could_not_check"
    NOT_REACHED = "not_reached"


class Outcome(StrEnum):
    """The answer as a whole. Only VALID means valid."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_VALID = "not_valid"
    COULD_NOT_CHECK = "could_not_check"


class Code(StrEnum):
    """What a step found. The values are stable: callers translate by them."""

    PASSED = "passed"
    NOT_REACHED = "not_reached"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_JWT = "not_jwt"
    NOT_DIGITS = "not_digits"
    NOT_JSON = "not_json"
    TOO_DEEP = "too_deep"
    DUPLICATE_KEY = "duplicate_key"
    NOT_A_NUMBER = "not_a_number"
    LONE_SURROGATE = "lone_surrogate"
    ALIASED_KEY = "aliased_key"
    MISSING_TERM = "missing_term"
    UNKNOWN_TERM = "unknown_term"
    UNEXPECTED_VALUE = "unexpected_value"
    CONTRADICTION = "contradiction"
    VALUE_REFUSED = "value_refused"
    CONTEXTS_REFUSED = "contexts_refused"
    TYPES_REFUSED = "types_refused"
    NOT_EXACT_BYTES = "not_exact_bytes"
    ISSUER_UNKNOWN = "issuer_unknown"
    KEY_UNKNOWN = "key_unknown"
    KEY_OF_ANOTHER = "key_of_another"
    KEY_NOT_FOR_ASSERTION = "key_not_for_assertion"
    KEY_REVOKED = "key_revoked"
    PURPOSE_REFUSED = "purpose_refused"
    SUITE_REFUSED = "suite_refused"
    SIGNATURE_MALFORMED = "signature_malformed"
    SIGNATURE_MISMATCH = "signature_mismatch"
    SIGNED_BEFORE_KEY = "signed_before_key"
    SIGNED_IN_FUTURE = "signed_in_future"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    STATUS_REVOKED = "status_revoked"
    STATUS_REPLACED = "status_replaced"
    STATUS_LIST_MISSING = "status_list_missing"
    STATUS_LIST_MALFORMED = "status_list_malformed"
    STATUS_LIST_REFUSED = "status_list_refused"
    STATUS_LIST_SHORT = "status_list_short"
    STATUS_LIST_STALE = "status_list_stale"
    STATUS_LIST_FOREIGN = "status_list_foreign"
    STATUS_PURPOSE_DIFFERS = "status_purpose_differs"
    STATUS_INDEX_OUT_OF_RANGE = "status_index_out_of_range"


SENTENCES: dict[Code, str] = {
    Code.PASSED: "This step passed.",
    Code.NOT_REACHED: "This step was not reached.",
    Code.TOO_LARGE: "The document is larger than 64 KB.",
    Code.NOT_UTF8: "The document is not UTF-8 text.",
    Code.NOT_JWT: "This is not a JWT: three parts in base64url, each in its one spelling.",
    Code.NOT_DIGITS: "This is not what the QR code of a certificate holds.",
    Code.NOT_JSON: "The document is not JSON.",
    Code.TOO_DEEP: "The document is nested deeper than 32 levels.",
    Code.DUPLICATE_KEY: "An object has the same key twice.",
    Code.NOT_A_NUMBER: "The document holds NaN or an infinite number.",
    Code.LONE_SURROGATE: "A text holds half of a surrogate pair.",
    Code.ALIASED_KEY: "A key has ':' in it or '@' before it, which could hide another term.",
    Code.MISSING_TERM: "A term that every certificate has is missing.",
    Code.UNKNOWN_TERM: "A term outside the profile was found; it might not be signed.",
    Code.UNEXPECTED_VALUE: "A value is not of the kind that the profile permits there.",
    Code.CONTRADICTION: "Two places that must agree do not.",
    Code.VALUE_REFUSED: "A value is not spelled in the one permitted way.",
    Code.CONTEXTS_REFUSED: "The contexts are not exactly the expected ones.",
    Code.TYPES_REFUSED: "A type is not exactly the expected one.",
    Code.NOT_EXACT_BYTES: "The content is well formed, but the bytes are not exactly those that were issued.",
    Code.ISSUER_UNKNOWN: "The issuer is not one whose keys we hold.",
    Code.KEY_UNKNOWN: "The issuer has no key with this id.",
    Code.KEY_OF_ANOTHER: "The key that signed belongs to somebody other than the issuer.",
    Code.KEY_NOT_FOR_ASSERTION: "The key is not listed for signing credentials.",
    Code.KEY_REVOKED: "The key has been revoked.",
    Code.PURPOSE_REFUSED: "The proof was made for another purpose.",
    Code.SUITE_REFUSED: "The proof is not of the one kind that our keys make.",
    Code.SIGNATURE_MALFORMED: "The signature is not 64 bytes in canonical base58btc.",
    Code.SIGNATURE_MISMATCH: "The signature does not cover this content: something was altered.",
    Code.SIGNED_BEFORE_KEY: "The proof claims to be older than its key.",
    Code.SIGNED_IN_FUTURE: "The proof claims to be made in the future.",
    Code.NOT_YET_VALID: "The document is not valid yet.",
    Code.EXPIRED: "The document has expired.",
    Code.STATUS_REVOKED: "The issuer has revoked this certificate.",
    Code.STATUS_REPLACED: "The issuer has replaced this certificate by another.",
    Code.STATUS_LIST_MISSING: "The status list was not available.",
    Code.STATUS_LIST_MALFORMED: "The status list is malformed.",
    Code.STATUS_LIST_REFUSED: "The status list is not soundly signed by its issuer.",
    Code.STATUS_LIST_SHORT: "The status list is shorter than 131,072 entries.",
    Code.STATUS_LIST_STALE: "The status list is out of date.",
    Code.STATUS_LIST_FOREIGN: "The status list is signed by somebody other than the issuer.",
    Code.STATUS_PURPOSE_DIFFERS: "The status list is kept for another purpose.",
    Code.STATUS_INDEX_OUT_OF_RANGE: "The status list has no such place.",
}


@dataclass(frozen=True)
class Check:
    """One step with its end: `code` for translation, `message` in English, `where` the path in the document."""

    step: Step
    state: State
    code: Code
    message: str
    where: str = ""


@dataclass(frozen=True)
class VerifiedCertificate:
    """A certificate whose signature holds: what it says, the key that signed it and when it says so."""

    claims: CertificateClaims
    key_id: str
    created: datetime


@dataclass(frozen=True)
class Examination:
    """Every step in order, the answer, and the certificate only if its signature holds."""

    outcome: Outcome
    checks: tuple[Check, ...]
    certificate: VerifiedCertificate | None

    @property
    def deciding(self) -> Check | None:
        """The check that kept the answer from being "valid", or None."""
        wanted = State.COULD_NOT_CHECK if self.outcome is Outcome.COULD_NOT_CHECK else State.FAILED
        return next((check for check in self.checks if check.state is wanted), None)


@dataclass(frozen=True)
class Finding:
    """Why a step did not pass."""

    step: Step
    code: Code
    where: str = ""
    state: State = State.FAILED


def check_of(finding: Finding) -> Check:
    """Write a finding out with its sentence."""
    message = SENTENCES[finding.code]
    if finding.where:
        message = f"{message} ({finding.where})"
    return Check(finding.step, finding.state, finding.code, message, finding.where)


_PASSED = {step: Check(step, State.PASSED, Code.PASSED, SENTENCES[Code.PASSED]) for step in Step}
_NOT_REACHED = {step: Check(step, State.NOT_REACHED, Code.NOT_REACHED, SENTENCES[Code.NOT_REACHED]) for step in Step}


def list_checks(findings: list[Finding], *, reached: Step) -> tuple[Check, ...]:
    """List all steps: those with a finding as found, the others passed up to `reached` and not reached after."""
    if not findings and reached is Step.TRUST:
        return ALL_PASSED
    found = {finding.step: finding for finding in reversed(findings)}
    last = _ORDER[reached]
    return tuple(
        check_of(found[step]) if step in found else (_PASSED if _ORDER[step] <= last else _NOT_REACHED)[step]
        for step in Step
    )


ALL_PASSED = tuple(_PASSED.values())
"""The steps of every sound document: the same object each time."""

_ORDER = {step: place for place, step in enumerate(Step)}
