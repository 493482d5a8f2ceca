"""The signed documents of applications, verified anew whenever they are looked at: one query for a whole page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.certificates.claims import kind_in_words
from app.certificates.many_verification import verify_documents
from app.certificates.verdict import Answer, Verdict
from app.core.i18n import Text, _l
from app.jobs.application_models import Application, ApplicationItem
from app.jobs.application_words import ItemKind
from app.training.models import CourseKind


class ProofState(StrEnum):
    """What looking at a proof has shown. `NONE`: nothing signed was handed in."""

    CONFIRMED = "confirmed"
    CONFIRMED_THEN = "confirmed_then"
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_VALID = "not_valid"
    UNKNOWN = "unknown"
    NONE = "none"

    @property
    def label(self) -> Text:
        return _STATES[self]

    @property
    def kind(self) -> str:
        """Answer the kind of badge that shows it."""
        return _KINDS[self]


_STATES: dict[ProofState, Text] = {
    ProofState.CONFIRMED: _l("서명 확인됨"),
    ProofState.CONFIRMED_THEN: _l("낼 때 서명 확인됨"),
    ProofState.REVOKED: _l("폐지됨"),
    ProofState.REPLACED: _l("정정되어 새 수료증으로 바뀜"),
    ProofState.NOT_VALID: _l("서명이 맞지 않음"),
    ProofState.UNKNOWN: _l("확인하지 못함"),
    ProofState.NONE: _l("서명 없음"),
}
_KINDS = {
    ProofState.CONFIRMED: "success",
    ProofState.CONFIRMED_THEN: "success",
    ProofState.REVOKED: "danger",
    ProofState.REPLACED: "warning",
    ProofState.NOT_VALID: "danger",
    ProofState.UNKNOWN: "warning",
    ProofState.NONE: "neutral",
}
_ANSWERS = {
    Answer.VALID: ProofState.CONFIRMED,
    Answer.REVOKED: ProofState.REVOKED,
    Answer.REPLACED: ProofState.REPLACED,
    Answer.NOT_VALID: ProofState.NOT_VALID,
    Answer.COULD_NOT_CHECK: ProofState.UNKNOWN,
}


@dataclass(frozen=True)
class Proof:
    """What was found of one item now, and what was signed of it that names nobody (only if the signature holds).

    `course_kind` is a value of `CourseKind`, `minutes` those of the certificate.
    """

    state: ProofState
    course_kind: str = ""
    minutes: int | None = None


# The kind of a course is signed in words.
_SIGNED_KINDS = {kind_in_words(kind.value): kind.value for kind in CourseKind}
NO_PROOF = Proof(ProofState.NONE)
Proofs = Mapping[str, Proof]


def proofs_of(applications: Sequence[Application], at: datetime) -> dict[str, Proof]:
    """Verify every signed document of these applications; answer what was found under the items' public ids.

    The documents have to be loaded with the items: this asks the database once, however many there are.
    """
    items = [item for application in applications for item in application.items]
    ours = [item for item in items if item.kind == ItemKind.CERTIFICATE and item.document is not None]
    verdicts = verify_documents([item.document or b"" for item in ours], at)
    found = {item.public_id: _proof(item, verdict) for item, verdict in zip(ours, verdicts, strict=True)}
    return found | {i.public_id: _of_elsewhere(i) for i in items if i.kind == ItemKind.BADGE}


def _of_elsewhere(item: ApplicationItem) -> Proof:
    """What others issued was checked over the network when it was handed in, which no page can wait for."""
    return Proof(ProofState.CONFIRMED_THEN if item.facts.get("signature") == "valid" else ProofState.UNKNOWN)


def _proof(item: ApplicationItem, verdict: Verdict) -> Proof:
    state = _ANSWERS[verdict.answer]
    if verdict.certificate is None:
        return Proof(state)
    claims = verdict.certificate.claims
    if item.source_public_id and uuid.UUID(claims.credential_id).hex != item.source_public_id:
        # A sound certificate, but not the one that this item names.
        return Proof(ProofState.NOT_VALID)
    return Proof(state, _SIGNED_KINDS.get(claims.course.kind, ""), int(claims.hours_earned * 60))
