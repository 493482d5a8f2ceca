"""What goes wrong with credentials of others: problem details (RFC 9457) with the types that the standards name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from credentials.errors import CredentialError

_DATA_MODEL = "https://www.w3.org/TR/vc-data-model#"
_SECURITY = "https://w3id.org/security#"
_STATUS_LIST = "https://www.w3.org/ns/credentials/status-list#"


class ProblemType(Enum):
    """The kinds of problems: VC Data Model 2.0 §7.2, Data Integrity 1.0 §4.7, Bitstring Status List 1.0 §3.5."""

    PARSING = f"{_DATA_MODEL}PARSING_ERROR"
    MALFORMED = f"{_DATA_MODEL}MALFORMED_VALUE_ERROR"
    CRYPTOGRAPHIC = f"{_DATA_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR"
    RANGE = f"{_DATA_MODEL}RANGE_ERROR"
    PROOF = f"{_SECURITY}PROOF_VERIFICATION_ERROR"
    GENERATION = f"{_SECURITY}PROOF_GENERATION_ERROR"
    DOMAIN = f"{_SECURITY}INVALID_DOMAIN_ERROR"
    CHALLENGE = f"{_SECURITY}INVALID_CHALLENGE_ERROR"
    METHOD = f"{_SECURITY}INVALID_VERIFICATION_METHOD"
    DATA_LOSS = f"{_SECURITY}DATA_LOSS_DETECTION_ERROR"
    STATUS_RETRIEVAL = f"{_STATUS_LIST}STATUS_RETRIEVAL_ERROR"
    STATUS_VERIFICATION = f"{_STATUS_LIST}STATUS_VERIFICATION_ERROR"
    UNCHECKED = "about:blank"

    @property
    def title(self) -> str:
        """The name of the kind in words."""
        return self.name.replace("_", " ").lower()


@dataclass(frozen=True)
class Problem:
    """One problem: its kind, and what was found."""

    type: ProblemType
    detail: str

    def as_json(self) -> dict[str, str]:
        """Spell the problem as a problem details object."""
        return {"type": self.type.value, "title": self.type.title, "detail": self.detail}


class Faulty(CredentialError):
    """A document does not conform, or its proof does not hold: the answer is no, and `problem` says why."""

    def __init__(self, type: ProblemType, detail: str) -> None:
        super().__init__(detail)
        self.problem = Problem(type, detail)


def malformed(detail: str) -> Faulty:
    """Make the error for a value that the data model does not allow."""
    return Faulty(ProblemType.MALFORMED, detail)
