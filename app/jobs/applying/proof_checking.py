"""The signed documents of applications, verified anew whenever they are looked at: one query for a whole page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.certificates.claims import kind_in_words
from app.certificates.many_verification import verify_credentials
from app.certificates.verdict import Answer, Verdict
from app.core.clock import seoul_date
from app.core.i18n import Text, _l
from app.jobs.application_models import Application, ApplicationItem
from app.jobs.application_words import ItemKind
from app.portfolio.foreign_badge_models import UNDER_WAY, BadgeState
from app.training.models import CourseKind


class ProofState(StrEnum):
    """What looking at a proof has shown. `NONE`: nothing signed was handed in."""

    CONFIRMED = "confirmed"
    CONFIRMED_THEN = "confirmed_then"
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_VALID = "not_valid"
    NOT_IN_FORCE = "not_in_force"
    SUSPENDED = "suspended"
    CHECKING = "checking"
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
    ProofState.NOT_IN_FORCE: _l("유효기간이 아님"),
    ProofState.SUSPENDED: _l("효력이 멈춤"),
    ProofState.CHECKING: _l("다시 확인하는 중"),
    ProofState.UNKNOWN: _l("확인하지 못함"),
    ProofState.NONE: _l("서명 없음"),
}
_KINDS = {
    ProofState.CONFIRMED: "success",
    ProofState.CONFIRMED_THEN: "success",
    ProofState.REVOKED: "danger",
    ProofState.REPLACED: "warning",
    ProofState.NOT_VALID: "danger",
    ProofState.NOT_IN_FORCE: "danger",
    ProofState.SUSPENDED: "danger",
    ProofState.CHECKING: "information",
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

# Why a badge from elsewhere does not hold though its signature is right.
_REASONS = {
    "revoked": ProofState.REVOKED,
    "suspended": ProofState.SUSPENDED,
    "expired": ProofState.NOT_IN_FORCE,
    "not_yet": ProofState.NOT_IN_FORCE,
}


@dataclass(frozen=True)
class Proof:
    """What was found of one item now, and what was signed of it that names nobody (only if the signature holds).

    `course_kind` is a value of `CourseKind`, `minutes` those of the certificate. `on` is the day on which this was
    found, None for what has been verified this moment; `then` that on which it was found right at handing in, where
    that is not what is shown.
    """

    state: ProofState
    course_kind: str = ""
    minutes: int | None = None
    on: date | None = None
    then: date | None = None


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
    verdicts = verify_credentials([item.document or b"" for item in ours], at)
    found = {item.public_id: _proof(item, verdict) for item, verdict in zip(ours, verdicts, strict=True)}
    return found | {i.public_id: _of_elsewhere(i) for i in items if i.kind == ItemKind.BADGE}


def _of_elsewhere(item: ApplicationItem) -> Proof:
    """Answer what was found of what others issued: when the employer opened the application, else when it was handed
    in. Neither is done while somebody waits for a page: issuers' hosts are asked."""
    was_right, handed_in = item.facts.get("signature") == BadgeState.VALID, _day(item.facts.get("checked_at"))
    then = handed_in if was_right else None
    if item.check_state in UNDER_WAY:
        return Proof(ProofState.CHECKING, then=then)
    if not item.check_state or item.checked_at is None:
        return Proof(ProofState.CONFIRMED_THEN if was_right else ProofState.UNKNOWN, on=handed_in)
    on = seoul_date(item.checked_at)
    if item.check_state == BadgeState.VALID:
        return Proof(ProofState.CONFIRMED, on=on)
    if item.check_state == BadgeState.INVALID:
        return Proof(_REASONS.get(item.check_reason, ProofState.NOT_VALID), on=on, then=then)
    return Proof(ProofState.UNKNOWN, on=on, then=then)


def _day(moment: object) -> date | None:
    try:
        return seoul_date(datetime.fromisoformat(str(moment)))
    except ValueError:
        return None


def _proof(item: ApplicationItem, verdict: Verdict) -> Proof:
    state = _ANSWERS[verdict.answer]
    if verdict.certificate is None:
        return Proof(state)
    claims = verdict.certificate.claims
    if item.source_public_id and uuid.UUID(claims.credential_id).hex != item.source_public_id:
        # A sound certificate, but not the one that this item names.
        return Proof(ProofState.NOT_VALID)
    return Proof(state, _SIGNED_KINDS.get(claims.course.kind, ""), int(claims.hours_earned * 60))
