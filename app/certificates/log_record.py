"""A seal over everything in a certificate's row that may never change, the unsigned parts included.

The date of birth and the document number are not in the credential. Their digest stands in the log, keyed with a
secret of the instance, since a plain one of so little would be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from app.certificates.models import Certificate
from app.core.clock import iso_utc
from app.core.sealing import key_encryption_key

LASTING = (
    "public_id",
    "organisation_id",
    "serial",
    "document_number",
    "person_public_id",
    "cohort_public_id",
    "enrolment_public_id",
    "name",
    "birth_date",
    "course_name",
    "course_kind",
    "cohort_name",
    "centre_name",
    "issuer_name",
    "started_on",
    "ended_on",
    "credited_minutes",
    "attendance_percent",
    "issued_at",
    "key_id",
    "slip",
    "token",
    "sha256",
    "status_list_id",
    "status_index",
    "is_trial",
)


_write = json.JSONEncoder(ensure_ascii=False).encode


def record_sealer() -> Callable[[Mapping[str, object]], str]:
    """Answer what computes the keyed digest (HMAC-SHA-256, hexadecimal) of the columns that never change."""
    key = hmac.new(key_encryption_key(), b"log records", hashlib.sha256).digest()

    def seal(row: Mapping[str, object]) -> str:
        values = [_spell(row[column]) for column in LASTING]
        return hmac.digest(key, _write(values).encode(), "sha256").hex()

    return seal


def record_seal(certificate: Certificate) -> str:
    """Answer the keyed digest of a stored certificate's columns that never change."""
    return record_sealer()(lasting_columns(certificate))


def lasting_columns(certificate: Certificate) -> dict[str, object]:
    """Answer the columns of a certificate that never change, as a row."""
    return {column: getattr(certificate, column) for column in LASTING}


def _spell(value: object) -> str:
    """Write a value the same before it is stored and after it is read back, from whichever database."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, Decimal):
        return f"{value:.1f}"
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return str(value)
