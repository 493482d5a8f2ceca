"""Facts for the issuance log, stored in the transaction that makes them; the worker gives them their places."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.certificates.log_models import LogIntent, LogKind
from app.certificates.log_record import record_sealer
from app.certificates.models import Certificate, IssuerKey
from app.core.clock import iso_utc
from app.core.db import db, insert_rows
from app.core.jobs import wake
from credentials import PublicKey

CREATED, RETIRED, REVOKED = "created", "retired", "revoked"


def note_issued(certificates: Sequence[dict[str, Any]]) -> None:
    """Store that certificates, given as rows, were issued: to be given their places in this order.

    It wakes nobody: whoever issues gives places to all that were issued together, and the sweep to what is left.
    """
    seal = record_sealer()
    rows = [_row(LogKind.ISSUED, row["public_id"], row["sha256"], record=seal(row)) for row in certificates]
    insert_rows(LogIntent, rows)


def note_revoked(certificate: Certificate) -> None:
    """Store that a certificate was revoked. Why is not told."""
    _note(LogKind.REVOKED, certificate.public_id, certificate.sha256)


def note_replaced(certificate: Certificate, by: str) -> None:
    """Store that a certificate was replaced by the one with this public id."""
    digest = db.session.scalars(select(Certificate.sha256).where(Certificate.public_id == by)).one()
    _note(LogKind.REPLACED, certificate.public_id, certificate.sha256, by=digest)


def note_key(row: IssuerKey, event: str, moment: datetime) -> None:
    """Store what became of a key: created, retired or revoked, and when (for a revocation: since when)."""
    public = PublicKey(row.key_id, row.controller, row.public_key)
    _note(
        LogKind.KEY,
        row.key_id,
        "",
        key=row.key_id,
        purpose=row.purpose,
        publicKeyMultibase=public.multibase,
        event=event,
        since=iso_utc(moment),
        **({"starts": iso_utc(row.starts_at)} if event == CREATED else {}),
    )


def _note(kind: LogKind, subject: str, digest: str, **facts: str) -> None:
    db.session.add(LogIntent(**_row(kind, subject, digest, **facts)))
    db.session.flush()
    wake("log")


def _row(kind: LogKind, subject: str, digest: str, **facts: str) -> dict[str, str]:
    told = {"type": kind.value, **({"sha256": digest} if digest else {}), **facts}
    return {"kind": kind.value, "subject": subject, "digest": digest, "facts": json.dumps(told)}
