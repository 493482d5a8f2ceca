"""The receipt (확인결과서) of a bulk verification: what it says, signed by the worker, verified by anybody.

It says when who asked, and of each thing its digest or number, the answer and its moment, and of a certificate the
serial and the masked name: whoever has the documents can tell that they are meant, and it tells nobody else more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.accounts.models import Organisation
from app.certificates import bulk_queries, keys, log_queries, seal_keys
from app.certificates.authority import this_authority
from app.certificates.bulk_documents import recognise
from app.certificates.bulk_models import BulkState, BulkVerification, BulkVerificationItem, VerificationReceipt
from app.certificates.bulk_pdf import PdfUnreadable, attachments
from app.certificates.bulk_seal import SealState, seal_state
from app.certificates.claims import urn
from app.certificates.models import KeyPurpose
from app.certificates.receipt_masking import masked_name
from app.certificates.receipt_statement import NotAReceipt, NotSigned, compact, open_statement, sign_statement
from app.core import audit
from app.core.access import Actor
from app.core.clock import iso_utc
from app.core.db import db
from credentials import Keys, SigningKey

WORKER = Actor.command("worker: receipts")


class ReceiptAnswer(StrEnum):
    """What is known of a receipt that somebody shows. Only GENUINE means that its content can be relied on."""

    GENUINE = "genuine"
    PDF_ALTERED = "pdf_altered"
    ALTERED = "altered"
    KEY_REVOKED = "key_revoked"
    NOT_A_RECEIPT = "not_a_receipt"
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class ReceiptVerification:
    """A receipt that was looked at; `statement` is what was signed, only if the signature holds."""

    answer: ReceiptAnswer
    statement: Mapping[str, Any] | None = field(default=None, repr=False)
    record: VerificationReceipt | None = None
    key_id: str = ""


def receipt_url(public_id: str) -> str:
    """Answer the public address at which a receipt is verified."""
    return f"{this_authority().url}/verify/receipts/{public_id}"


def sign_receipt(bulk: BulkVerification, key: SigningKey, at: datetime) -> VerificationReceipt:
    """Sign the receipt of a bulk verification whose items all have their answers, and end it. The worker's alone."""
    token = sign_statement(_statement(bulk, at), key)
    receipt = VerificationReceipt(
        public_id=bulk.receipt_public_id,
        organisation_id=bulk.organisation_id,
        sha256=hashlib.sha256(token).hexdigest(),
        key_id=key.public.id,
        token=token.decode("ascii"),
        signed_at=at,
    )
    db.session.add(receipt)
    bulk.state, bulk.done_at = BulkState.DONE.value, at
    db.session.flush()
    answers = {answer.value: count for answer, count in bulk_queries.counted(bulk).items()}
    audit.record(
        WORKER, "verification_receipt.sign", receipt, at=at, after={"sha256": receipt.sha256, "answers": answers}
    )
    return receipt


def signing_key(at: datetime) -> SigningKey:
    """Open the key for receipts, made on first use, and so is the seal of their papers."""
    keys.ensure_keys(at, (KeyPurpose.RECEIPTS,))
    seal_keys.ensure_seal(at)
    return keys.signing_key(KeyPurpose.RECEIPTS, at)


def verify_stored_receipt(public_id: str) -> ReceiptVerification | None:
    """Verify the receipt with this public id as it is stored; None when there never was one."""
    record = bulk_queries.receipt_by_id(public_id)
    if record is None:
        return None
    if record.token is None:
        return ReceiptVerification(ReceiptAnswer.DESTROYED, record=record)
    found = _verify(record.token.encode(), keys.receipt_keys())
    if found.record is None or found.record.public_id != public_id:
        return ReceiptVerification(ReceiptAnswer.ALTERED, record=record)
    return found


def verify_receipt(data: bytes) -> ReceiptVerification:
    """Verify a receipt as somebody holds it: its PDF, or JSON, or JWT. Nothing of it is stored."""
    if b"%PDF-" not in data[:1024]:
        return _verify(data, keys.receipt_keys())
    try:
        attached = attachments(data)
    except PdfUnreadable:
        attached = []
    found = next((v for v in (_verify(a, keys.receipt_keys()) for a in attached) if v.statement is not None), None)
    if found is None:
        known = any(recognise(a).problem == "receipt" for a in attached)
        return ReceiptVerification(ReceiptAnswer.ALTERED if known else ReceiptAnswer.NOT_A_RECEIPT)
    if found.answer is ReceiptAnswer.GENUINE and seal_state(data, seal_keys.every_seal()) is not SealState.INTACT:
        return ReceiptVerification(ReceiptAnswer.PDF_ALTERED, found.statement, found.record, found.key_id)
    return found


def _verify(data: bytes, receipt_keys: Keys) -> ReceiptVerification:
    try:
        token = compact(data)
        opened = open_statement(token, receipt_keys)
    except NotAReceipt:
        return ReceiptVerification(ReceiptAnswer.NOT_A_RECEIPT)
    except NotSigned:
        return ReceiptVerification(ReceiptAnswer.ALTERED)
    record = bulk_queries.receipt_by_digest(hashlib.sha256(token).hexdigest())
    if record is not None:
        # What a revoked key has signed counts where our own record has known it since it was made.
        return ReceiptVerification(ReceiptAnswer.GENUINE, opened.statement, record, opened.key.id)
    if opened.key.revoked is not None:
        return ReceiptVerification(ReceiptAnswer.KEY_REVOKED, None, None, opened.key.id)
    # Signed with our key, but nothing that we have on record: whoever stole the key made it.
    return ReceiptVerification(ReceiptAnswer.ALTERED, None, None, opened.key.id)


def _statement(bulk: BulkVerification, at: datetime) -> dict[str, Any]:
    authority, head = this_authority(), log_queries.head()
    organisation = db.session.get_one(Organisation, bulk.organisation_id)
    return {
        "type": "VerificationReceipt",
        "version": 1,
        "jti": urn(bulk.receipt_public_id),
        "iss": authority.did,
        "iat": int(at.timestamp()),
        "issuer_name": authority.name,
        "is_trial": authority.is_trial,
        "url": receipt_url(bulk.receipt_public_id),
        "requested_by": {"id": urn(organisation.public_id), "name": organisation.name},
        "requested_at": iso_utc(bulk.created_at),
        "signed_at": iso_utc(at),
        "log_checkpoint": head.checkpoint if head is not None else None,
        "items": [_item(item) for item in bulk_queries.every_item(bulk)],
    }


def _item(item: BulkVerificationItem) -> dict[str, Any]:
    fields = item.fields or {}
    said = {
        "number": item.position,
        "form": item.form,
        "answer": item.answer,
        "reason": item.reason,
        "checked_at": iso_utc(item.checked_at) if item.checked_at is not None else "",
        "sha256": item.sha256 or "",
        "serial": fields.get("serial", ""),
        "document_number": fields.get("document_number") or item.number,
        "name": masked_name(fields["name"]) if fields.get("name") else "",
        "same_as": item.same_as,
    }
    return {name: value for name, value in said.items() if value not in ("", None)}
