"""Verifying certificates: strict, and honest about what could not be found out.

The steps up to the signature are in `sealed_document`; then follow, each reported whatever the others say:

6. validity: now lies between `validFrom` and `validUntil`, with 300 s for clocks that differ
7. status: the issuer's own current status list says neither revoked nor replaced
8. trust: the issuer is one of those whose keys the caller gave

A document from an issuer whose keys the caller did not give is not valid here, not "could not be checked": no later
attempt with the same keys could end otherwise.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

from credentials import certificate
from credentials.claims import CertificateClaims, StatusEntry
from credentials.errors import CouldNotCheck, NotValid, Replaced, Revoked
from credentials.frame import PROFILE
from credentials.keys import Keys
from credentials.report import (
    Code,
    Examination,
    Finding,
    Outcome,
    State,
    Step,
    VerifiedCertificate,
    list_checks,
)
from credentials.sealed_document import Sealed, Unsealed, open_document
from credentials.status import StatusList, replaced_list_url
from credentials.validity import problem_with_times
from credentials.vc_jwt import open_jwt


def verify(
    data: bytes,
    *,
    issuer_keys: Keys,
    status_lists: Mapping[str, StatusList],
    at: datetime,
    exact: bool = True,
) -> VerifiedCertificate:
    """Return the certificate if every step passes at the time `at`.

    Raises NotValid, Revoked, Replaced or CouldNotCheck. `status_lists` are lists already verified, by address.
    `exact=False` accepts the same document with other white space, key order and string escapes, as it comes back
    from wallets and JSON tools; everything else is just as strict.
    """
    return _require_valid(_judge(partial(open_document, data, issuer_keys, PROFILE, exact=exact), status_lists, at))


def verify_jwt(
    token: bytes, *, issuer_keys: Keys, status_lists: Mapping[str, StatusList], at: datetime
) -> VerifiedCertificate:
    """Return the certificate of a VC-JWT if every step passes at the time `at`; raises like `verify`."""
    return _require_valid(_judge(partial(open_jwt, token, issuer_keys), status_lists, at))


def _require_valid(judgement: "_Judgement") -> VerifiedCertificate:
    if judgement.certificate is not None and not judgement.findings:
        return judgement.certificate
    examination = judgement.examination()
    deciding = examination.deciding
    if deciding is None:
        raise NotValid(Step.SIGNATURE, Code.SIGNATURE_MISMATCH, "no step decided")
    error = {
        Outcome.REVOKED: Revoked,
        Outcome.REPLACED: Replaced,
        Outcome.COULD_NOT_CHECK: CouldNotCheck,
    }.get(examination.outcome, NotValid)
    raise error(deciding.step, deciding.code, deciding.message)


def examine(
    data: bytes,
    *,
    issuer_keys: Keys,
    status_lists: Mapping[str, StatusList],
    at: datetime,
    exact: bool = True,
) -> Examination:
    """Report every step of `verify` (same arguments) instead of raising."""
    opened = partial(open_document, data, issuer_keys, PROFILE, exact=exact)
    return _judge(opened, status_lists, at).examination()


def examine_jwt(
    token: bytes, *, issuer_keys: Keys, status_lists: Mapping[str, StatusList], at: datetime
) -> Examination:
    """Report every step of `verify_jwt` instead of raising. A token has no white space to differ in: it is exact."""
    return _judge(partial(open_jwt, token, issuer_keys), status_lists, at).examination()


class _Judgement(NamedTuple):
    """What both `verify` and `examine` rest on: what was found, and the certificate only if its signature holds."""

    certificate: VerifiedCertificate | None
    findings: list[Finding]
    reached: Step

    def examination(self) -> Examination:
        outcome = Outcome.NOT_VALID if self.certificate is None else _outcome(self.findings)
        return Examination(outcome, list_checks(self.findings, reached=self.reached), self.certificate)


def _judge(
    opened: Callable[[], Sealed[CertificateClaims]], status_lists: Mapping[str, StatusList], at: datetime
) -> _Judgement:
    try:
        sealed = opened()
    except Unsealed as unsealed:
        return _Judgement(None, [unsealed.finding], unsealed.reached)
    claims = sealed.content
    findings = []
    # 6. validity
    code = problem_with_times(sealed.created, sealed.key.created, claims.valid_from, claims.valid_until, at)
    if code is not None:
        findings.append(Finding(Step.VALIDITY, code))
    # 7. status
    status = _status(claims.status, claims.issuer.id, status_lists, at)
    if status is not None:
        findings.append(status)
    # 8. trust: holding the key is what trust rests on, and step 4 has found it among the caller's.
    verified = VerifiedCertificate(claims, sealed.key.id, sealed.created)
    return _Judgement(verified, findings, Step.TRUST)


def _status(entry: StatusEntry, issuer: str, status_lists: Mapping[str, StatusList], at: datetime) -> Finding | None:
    status_list = status_lists.get(entry.list_url)
    if status_list is None:
        return _unknown(Code.STATUS_LIST_MISSING)
    problem = status_list.problem_for(entry.list_url, issuer, certificate.REVOCATION, entry.index, at)
    if problem is not None:
        return _unknown(problem)
    if not status_list.is_set(entry.index):
        return None
    # A replaced certificate is revoked for everybody; a second list of the issuer tells us that another one exists.
    # Without that list, or with a bad one, the answer stays "revoked": a missing list never makes an answer milder.
    url = replaced_list_url(entry.list_url)
    replaced = status_lists.get(url)
    if (
        replaced is not None
        and replaced.problem_for(url, issuer, "refresh", entry.index, at) is None
        and replaced.is_set(entry.index)
    ):
        return Finding(Step.STATUS, Code.STATUS_REPLACED)
    return Finding(Step.STATUS, Code.STATUS_REVOKED)


def _unknown(code: Code) -> Finding:
    return Finding(Step.STATUS, code, state=State.COULD_NOT_CHECK)


def _outcome(findings: list[Finding]) -> Outcome:
    if any(finding.step is Step.VALIDITY for finding in findings):
        return Outcome.NOT_VALID
    if not findings:
        return Outcome.VALID
    return {
        Code.STATUS_REVOKED: Outcome.REVOKED,
        Code.STATUS_REPLACED: Outcome.REPLACED,
    }.get(findings[0].code, Outcome.COULD_NOT_CHECK)
