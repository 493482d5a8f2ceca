"""The answer to "does this certificate hold?", with the steps that led to it. Pure: an examination goes in.

The library answers for itself alone. Two things are added here: a document that names a foreign issuer as well as a
foreign key could not be checked by us (we cannot call it false), and what our own record says of a certificate
counts at once, before the next status list is signed; it can only make an answer stricter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.certificates.log_queries import Logged
from app.certificates.models import CertificateStatus
from credentials import SENTENCES, Check, Code, Examination, Outcome, State, Step, VerifiedCertificate
from credentials.report import ALL_PASSED


class Answer(StrEnum):
    """The answer as a whole. Only VALID means valid."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_VALID = "not_valid"
    COULD_NOT_CHECK = "could_not_check"


@dataclass(frozen=True)
class Verdict:
    """An answer, the steps behind it, and what was signed (only if the signature holds)."""

    answer: Answer
    checks: tuple[Check, ...]
    certificate: VerifiedCertificate | None
    checked_at: datetime
    logged: Logged | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the issuer is this authority: told apart from whether the document holds."""
        return any(c.step is Step.ISSUER and c.state is State.PASSED for c in self.checks)

    @property
    def is_by_revoked_key(self) -> bool:
        """Whether nothing but the revocation of the key that signed stands against it so far."""
        return any(c.step is Step.KEY and c.code is Code.KEY_REVOKED for c in self.checks)

    def as_json(self) -> dict[str, Any]:
        """Answer the verdict as programs get it; `code` is stable, `detail` is English prose."""
        log = self.logged.as_json() if self.logged is not None else None
        return {**self._answer_as_json(), "log": log, **_steps_as_json(self.checks)}

    def as_text(self, **more: object) -> str:
        """Write what programs get, with `more` in the place of the log. The steps of a sound certificate, half of the
        text, are always the same and are written once."""
        answer = _JSON.encode({**self._answer_as_json(), **more})
        steps = _SOUND if self.checks is ALL_PASSED else _JSON.encode(_steps_as_json(self.checks))
        return f"{answer[:-1]}, {steps[1:]}"

    def _answer_as_json(self) -> dict[str, Any]:
        return {
            "verified": self.answer is Answer.VALID,
            "outcome": self.answer.value,
            "checked_at": self.checked_at.isoformat(timespec="seconds"),
            "trust": "own" if self.is_ours else "unknown",
            "credential": self.certificate.claims.credential_id if self.certificate is not None else None,
        }


def _steps_as_json(checks: tuple[Check, ...]) -> dict[str, Any]:
    return {
        "checks": [{"name": c.step, "state": c.state, "code": c.code, "detail": c.message} for c in checks],
        "errors": [
            {"name": c.step, "code": c.code, "detail": c.message}
            for c in checks
            if c.state in (State.FAILED, State.COULD_NOT_CHECK)
        ],
    }


_JSON = json.JSONEncoder(ensure_ascii=False)
_SOUND = _JSON.encode(_steps_as_json(ALL_PASSED))
_ANSWERS = {
    Outcome.VALID: Answer.VALID,
    Outcome.REVOKED: Answer.REVOKED,
    Outcome.REPLACED: Answer.REPLACED,
    Outcome.NOT_VALID: Answer.NOT_VALID,
    Outcome.COULD_NOT_CHECK: Answer.COULD_NOT_CHECK,
}
_RECORDED = {
    CertificateStatus.REVOKED: (Answer.REVOKED, Code.STATUS_REVOKED),
    CertificateStatus.REPLACED: (Answer.REPLACED, Code.STATUS_REPLACED),
}


def judge(examination: Examination, at: datetime) -> Verdict:
    """Turn an examination made at the time `at` into a verdict."""
    deciding = examination.deciding
    if deciding is not None and deciding.code is Code.ISSUER_UNKNOWN:
        checks = _with(examination.checks, Step.ISSUER, State.COULD_NOT_CHECK, Code.ISSUER_UNKNOWN)
        return Verdict(Answer.COULD_NOT_CHECK, checks, None, at)
    return Verdict(_ANSWERS[examination.outcome], examination.checks, examination.certificate, at)


def with_list_failure(verdict: Verdict, code: Code) -> Verdict:
    """Say what was wrong with a status list that was there but could not be used."""
    return replace(verdict, checks=_with(verdict.checks, Step.STATUS, State.COULD_NOT_CHECK, code))


def with_record(verdict: Verdict, status: CertificateStatus) -> Verdict:
    """Let the issuer's own record count: it makes "valid" or "could not be checked" stricter, never milder."""
    if status is CertificateStatus.VALID or verdict.answer in (Answer.NOT_VALID, Answer.REPLACED):
        return verdict
    answer, code = _RECORDED[status]
    if verdict.answer is Answer.REVOKED and answer is not Answer.REPLACED:
        return verdict
    return replace(verdict, answer=answer, checks=_with(verdict.checks, Step.STATUS, State.FAILED, code))


def not_this_one(verdict: Verdict) -> Verdict:
    """Refuse a sound certificate that stands where another one belongs."""
    checks = _with(verdict.checks, Step.STRUCTURE, State.FAILED, Code.CONTRADICTION)
    return Verdict(Answer.NOT_VALID, checks, None, verdict.checked_at)


def _with(checks: tuple[Check, ...], step: Step, state: State, code: Code) -> tuple[Check, ...]:
    return tuple(replace(c, state=state, code=code, message=SENTENCES[code]) if c.step is step else c for c in checks)
