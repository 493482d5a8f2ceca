"""Verification of many documents at once, each as strictly as alone: files, codes, and pairs from a list.

Stored bytes are verified anew each time and nothing foreign is fetched. No private key is opened.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from flask import current_app

from app.accounts import throttle
from app.accounts.throttle import Limit
from app.certificates import bulk_queries, keys, seal_keys, slips
from app.certificates.authority import this_authority
from app.certificates.bulk_answers import ANSWERS, REASONS, BulkAnswer, DocumentAnswer, Form, Reason
from app.certificates.bulk_documents import Document, id_named, issuer_named, recognise
from app.certificates.bulk_seal import SealState, seal_state
from app.certificates.many_verification import verify_credentials
from app.certificates.verdict import Answer, Verdict, judge, not_this_one
from app.certificates.verification_service import (
    StoredLists,
    Verification,
    find_by_number,
    verify_stored,
)
from app.core.errors import TooMany
from credentials import Code, NotValid, State, Step, examine_jwt

LIMITS = {"bulk_pair": (Limit(40, timedelta(hours=1)), Limit(120, timedelta(days=1)))}

_BEFORE_THE_ISSUER = (Step.STRUCTURE, Step.CONTEXTS, Step.TYPES, Step.FORM)
_WITHDRAWN = {Answer.REVOKED: Reason.REVOKED, Answer.REPLACED: Reason.REPLACED}
_PATH = re.compile(r"/v/([0-9a-f]{32})")


def verify_documents(documents: Sequence[bytes], at: datetime) -> list[DocumentAnswer]:
    """Verify files as they were received (PDF, JSON, JWT or badge image), each by itself, in their order."""
    recognised = [recognise(data) for data in documents]
    in_json = [document.content for document in recognised if _is_in_json(document)]
    verdicts = iter(verify_credentials(in_json, at))
    return [
        _answer(data, document, next(verdicts) if _is_in_json(document) else None, at)
        for data, document in zip(documents, recognised, strict=True)
    ]


def verify_code(text: str, at: datetime) -> DocumentAnswer:
    """Verify what a QR code says: an address of ours, the digits behind it, or both."""
    try:
        parts = urlsplit(text if "://" in text else f"#{text}")
    except ValueError:
        return DocumentAnswer(Form.CODE, BulkAnswer.NOT_READ, Reason.NOT_A_NUMBER)
    if parts.netloc and parts.netloc.lower() not in _own_hosts():
        return DocumentAnswer(Form.CODE, BulkAnswer.COULD_NOT_CHECK, Reason.FOREIGN)
    named = _PATH.fullmatch(parts.path.rstrip("/"))
    if parts.netloc and named is None:
        return DocumentAnswer(Form.CODE, BulkAnswer.NOT_READ, Reason.NOT_A_NUMBER)
    return _verify_slip(parts, named[1], at) if named is not None else _verify_slip(parts, "", at)


def verify_codes(texts: Sequence[str], at: datetime) -> DocumentAnswer:
    """Verify what the QR codes in a picture say: the one certificate of ours, or else the first code.

    A picture of several certificates gets no answer: it would be taken for one about all of them.
    """
    answers = {text: verify_code(text, at) for text in texts}
    if not answers:
        return DocumentAnswer(Form.CODE, BulkAnswer.NOT_READ, Reason.NO_CODE)
    # One certificate may show two codes, such as that of its paper and that of its page.
    ours = {
        answer.public_id or text: answer
        for text, answer in answers.items()
        if answer.reason not in (Reason.FOREIGN, Reason.NOT_A_NUMBER)
    }
    if len(ours) > 1:
        return DocumentAnswer(Form.CODE, BulkAnswer.NOT_READ, Reason.SEVERAL)
    return next(iter((ours or answers).values()))


def verify_pair(number: str, second: str, organisation: str, at: datetime) -> DocumentAnswer:
    """Verify the certificate with this document number if the second thing (name or date of birth) is on it, too.

    A wrong pair counts as a try of this organisation's (its public id), at this number and among all.
    """
    subject = f"organisation {organisation}"
    try:
        throttle.check("bulk_pair", subject, at)
        certificate = find_by_number(number, second, subject, at)
    except TooMany:
        return DocumentAnswer(Form.NUMBER, BulkAnswer.COULD_NOT_CHECK, Reason.TOO_MANY)
    if certificate is None:
        throttle.record("bulk_pair", subject, at)
        return DocumentAnswer(Form.NUMBER, BulkAnswer.NOT_FOUND, Reason.NO_MATCH)
    verification = verify_stored(certificate.public_id, at)
    if verification is None:
        return DocumentAnswer(Form.NUMBER, BulkAnswer.NOT_FOUND, Reason.NO_MATCH)
    return _of_record(Form.NUMBER, verification)


def _is_in_json(document: Document) -> bool:
    return document.problem is Reason.NONE and not document.is_token


def _answer(data: bytes, document: Document, verdict: Verdict | None, at: datetime) -> DocumentAnswer:
    """Answer for one file; `verdict` is that of its credential where that is in JSON."""
    if document.problem is not Reason.NONE:
        return DocumentAnswer(document.form, BulkAnswer.NOT_READ, document.problem)
    if verdict is None:
        verdict = _verify_token(document.content, at)
    answer = _on_record(_of_verdict(document.form, verdict))
    if _is_foreign(document, verdict):
        return DocumentAnswer(document.form, BulkAnswer.COULD_NOT_CHECK, Reason.FOREIGN)
    return _with_seal(answer, data) if document.form is Form.PDF else answer


def _with_seal(answer: DocumentAnswer, pdf: bytes) -> DocumentAnswer:
    """Let the PDF around a credential count: nobody may see "valid" beside a paper with another text on it."""
    if answer.answer not in (BulkAnswer.VALID, BulkAnswer.COULD_NOT_CHECK):
        return answer
    state = seal_state(pdf, seal_keys.every_seal())
    if state is SealState.BROKEN:
        return replace(answer, answer=BulkAnswer.NOT_VALID, reason=Reason.PDF_ALTERED)
    if state is SealState.UNKNOWN and answer.answer is BulkAnswer.VALID:
        return replace(answer, answer=BulkAnswer.COULD_NOT_CHECK, reason=Reason.SEAL_UNKNOWN)
    return answer


def _verify_token(token: bytes, at: datetime) -> Verdict:
    """Verify a VC-JWT: by its signature, and as the very token that is on record; the record then tells the rest."""
    known = keys.verification_keys()
    lists = StoredLists(known.status, at, {})
    verdict = judge(examine_jwt(token, issuer_keys=known.credentials, status_lists=lists, at=at), at)
    if verdict.certificate is None and not verdict.is_by_revoked_key:
        return verdict
    public_id = _public_id(id_named(token))
    if bulk_queries.token_of(public_id) != token:
        return verdict if verdict.certificate is None else not_this_one(verdict)
    verification = verify_stored(public_id, at)
    return verification.verdict if verification is not None else verdict


def _verify_slip(parts: SplitResult, named: str, at: datetime) -> DocumentAnswer:
    slip: dict[str, object] = {}
    if parts.fragment or not named:
        try:
            slip = slips.read_slip(parts.fragment)
        except NotValid as refused:
            return _refused(Form.CODE, Code(refused.code))
        fields = dict(slip["fields"])  # type: ignore[call-overload]
        told = _public_id(fields["credential_id"])
        if named and told != named:
            return DocumentAnswer(Form.CODE, BulkAnswer.NOT_VALID, Reason.ADDRESS_DIFFERS)
        named = told
    verification = verify_stored(named, at)
    if verification is None:
        missing = (BulkAnswer.NOT_VALID, Reason.NOT_ON_RECORD) if slip else (BulkAnswer.NOT_FOUND, Reason.NO_MATCH)
        return DocumentAnswer(Form.CODE, *missing)
    answer = _of_record(Form.CODE, verification)
    if slip and answer.claims is not None:
        record = slips.record_of(verification.certificate.credential, answer.claims)
        if record != {**fields, "digest": slip["digest"]}:
            return replace(answer, answer=BulkAnswer.NOT_VALID, reason=Reason.CODE_DIFFERS)
    return answer


def _of_record(form: Form, verification: Verification) -> DocumentAnswer:
    found = verification.certificate
    answer = _of_verdict(form, verification.verdict)
    return replace(answer, public_id=found.public_id, document_number=found.document_number)


def _on_record(answer: DocumentAnswer) -> DocumentAnswer:
    if answer.claims is None:
        return answer
    public_id = _public_id(answer.claims.credential_id)
    number = bulk_queries.document_number_of(public_id)
    return replace(answer, public_id=public_id, document_number=number) if number else answer


def _of_verdict(form: Form, verdict: Verdict) -> DocumentAnswer:
    claims = verdict.certificate.claims if verdict.certificate is not None else None
    reason = _WITHDRAWN.get(verdict.answer, Reason.NONE)
    if verdict.answer is Answer.NOT_VALID:
        failed = next((c.code for c in verdict.checks if c.state is State.FAILED), None)
        reason = REASONS.get(failed, Reason.NOT_AS_ISSUED) if failed is not None else Reason.NOT_AS_ISSUED
    elif verdict.answer is Answer.COULD_NOT_CHECK:
        is_foreign = any(c.code is Code.ISSUER_UNKNOWN for c in verdict.checks)
        reason = Reason.FOREIGN if is_foreign else Reason.STATUS_UNKNOWN
    return DocumentAnswer(form, ANSWERS[verdict.answer], reason, claims)


def _refused(form: Form, code: Code) -> DocumentAnswer:
    return DocumentAnswer(form, BulkAnswer.NOT_VALID, REASONS.get(code, Reason.NOT_AS_ISSUED))


def _is_foreign(document: Document, verdict: Verdict) -> bool:
    """Tell whether somebody else is said to have issued what is not of our shape: we cannot call that false."""
    if verdict.answer is not Answer.NOT_VALID:
        return False
    failed = {c.step for c in verdict.checks if c.state is State.FAILED}
    named = issuer_named(document)
    if not named or not failed & set(_BEFORE_THE_ISSUER):
        return False
    own = {key.controller for key in keys.verification_keys().credentials.values()} | {this_authority().did}
    return named not in own and not any(f"{did}#".encode() in document.content for did in own)


def _own_hosts() -> set[str]:
    return {urlsplit(url).netloc.lower() for url in (this_authority().url, current_app.config["IEUM_BASE_URL"])}


def _public_id(name: str) -> str:
    """Answer the public id behind a URN; for what is none, an id that nothing has."""
    try:
        return uuid.UUID(name.removeprefix("urn:uuid:")).hex
    except ValueError:
        return "0" * 32
