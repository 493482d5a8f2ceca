"""What verification answers, for the description: the answers themselves are written by `certificates.verdict`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from app.api.bodies import Body
from app.certificates.verdict import Answer


class Trust(StrEnum):
    """Whether the issuer is this authority."""

    OWN = "own"
    UNKNOWN = "unknown"


class Credential(Body):
    """A certificate as it was issued (Open Badges 3.0), itself or as `credential` or `verifiableCredential`."""

    model_config = Body.model_config | {"extra": "allow"}


class CheckTold(Body):
    """One step of the verification. `code` is stable, `detail` is prose."""

    name: str
    state: str
    code: str
    detail: str


class FailureTold(Body):
    """One step that decided against it."""

    name: str
    code: str
    detail: str


class VerdictTold(Body):
    """Whether a certificate holds, with every step. Only `verified: true` means that it does."""

    verified: bool
    outcome: Answer
    checked_at: datetime
    trust: Trust
    credential: str | None
    log: dict[str, Any] | None
    checks: list[CheckTold]
    errors: list[FailureTold]


class StoredVerdictTold(Body):
    """The same for one of ours by its id, with where the document and its place in the log are.

    `replaced_by` is where the certificate is that stands in the place of one whose outcome is `replaced`.
    """

    verified: bool
    outcome: Answer
    checked_at: datetime
    trust: Trust
    credential: str | None
    checks: list[CheckTold]
    errors: list[FailureTold]
    document: str
    log_proof: str
    replaced_by: str | None
