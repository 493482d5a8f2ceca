"""The keys of the issuer: made on first run, sealed at rest, opened only where something is signed.

The private half is PKCS#8 under AES-256-GCM; the key-encryption key is a file of the instance, outside the database
and its backups. Or it is in a PKCS#11 token and never leaves it (`private_halves`). A key id carries a digest of the
key itself, so that none is ever used twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app, has_request_context
from sqlalchemy import ScalarSelect, case, func, literal_column, select

from app.certificates import log_intents, private_halves
from app.certificates.authority import did_of, this_authority
from app.certificates.key_token import is_reference
from app.certificates.models import IssuerKey, KeyPurpose
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.sealing import seals
from credentials import Keys, PublicKey, SigningKey
from credentials.keys import ASSERTION

_ACTOR = Actor.command("issuer keys")
# Needed from the first certificate on; the key for receipts is made with the first receipt.
OF_CERTIFICATES = (KeyPurpose.CREDENTIALS, KeyPurpose.STATUS, KeyPurpose.LOG)
_KNOWN = "ieum_verification_keys"
_CREATION_LOCK = 0x6B657973  # "keys": any number nobody else locks with


@dataclass(frozen=True)
class VerificationKeys:
    """The public keys by what they may sign: a key for status lists proves no certificate, and the reverse."""

    credentials: Keys
    status: Keys


def ensure_keys(at: datetime, purposes: Sequence[KeyPurpose] = OF_CERTIFICATES) -> None:
    """Create the key of each of these purposes that this authority has none for. Two processes at once make one key
    each."""
    did = this_authority().did
    if all(in_use(did, purpose, at) is not None for purpose in purposes):
        return
    wait_for_other_makers()
    for purpose in purposes:
        if in_use(did, purpose, at) is None:
            create(did, purpose, at, starts_at=at)


def wait_for_other_makers() -> None:
    """Let one transaction at a time decide whether a key has to be made; the next then finds it."""
    # SQLite lets one writer in at a time anyway.
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))


def signing_key(purpose: KeyPurpose, at: datetime, did: str | None = None) -> SigningKey:
    """Open the private key that this authority (or the DID of an earlier address) uses for a purpose at a time.

    Raises LookupError without a key, and what `private_halves.open_key` raises.
    """
    if has_request_context():
        raise RuntimeError("private keys are not opened while a request is served")
    row = in_use(did or this_authority().did, purpose, at)
    if row is None:
        raise LookupError(f"no key for {purpose.value}")
    return private_halves.open_key(row)


def list_signing_key(url: str, at: datetime) -> SigningKey:
    """Open the key that signs the status list at this address, which may be an earlier address of ours."""
    return signing_key(KeyPurpose.STATUS, at, did_of(url))


def keys_state() -> ScalarSelect[str]:
    """Select what changes whenever a key comes or is revoked, for a query that needs something else anyway.

    A key id carries a digest of its key, and the database lets nobody change the time of a revocation.
    """
    row = IssuerKey.__table__.c
    mark = case((row.revoked_at.is_(None), ""), else_=" revoked")
    # As a parameter the separator would be written into the statement anew each time.
    between: Any = literal_column("','")
    return select(func.aggregate_strings(row.key_id + mark, between)).scalar_subquery()


def known_keys(state: str | None) -> VerificationKeys:
    """Answer the verification keys, reading them anew only when `keys_state` is another than the last time."""
    known: tuple[str | None, VerificationKeys] | None = current_app.extensions.get(_KNOWN)
    if known is not None and known[0] == state:
        return known[1]
    found = verification_keys()
    current_app.extensions[_KNOWN] = state, found
    return found


def verification_keys() -> VerificationKeys:
    """Answer every public key we ever had, in one query: what an old key signed is verified for ever."""
    rows = db.session.scalars(select(IssuerKey)).all()
    return VerificationKeys(
        credentials=_by_id(row for row in rows if row.purpose == KeyPurpose.CREDENTIALS),
        status=_by_id(row for row in rows if row.purpose == KeyPurpose.STATUS),
    )


def before_revocation(issuer_keys: Keys, key_id: str) -> Keys:
    """Answer keys as they stood before one of them was revoked: for a proof that is older by the log's word."""
    return {**issuer_keys, key_id: replace(issuer_keys[key_id], revoked=None)}


def receipt_keys() -> Keys:
    """Answer every public key that has ever signed receipts of verification."""
    return _by_id(row for row in every_key() if row.purpose == KeyPurpose.RECEIPTS)


def log_keys() -> list[PublicKey]:
    """Answer the public keys that sign checkpoints of the issuance log, the oldest first."""
    return [_public(row) for row in every_key() if row.purpose == KeyPurpose.LOG]


def published_keys(did: str) -> list[PublicKey]:
    """Answer the public keys that the DID document of this DID lists, the oldest first."""
    rows = db.session.scalars(select(IssuerKey).where(IssuerKey.controller == did).order_by(IssuerKey.id))
    return [_public(row) for row in rows]


def every_key() -> Sequence[IssuerKey]:
    """Answer every key there ever was, the oldest first."""
    return db.session.scalars(select(IssuerKey).order_by(IssuerKey.id)).all()


def in_use(did: str, purpose: KeyPurpose, at: datetime) -> IssuerKey | None:
    """Answer the key that signs for a purpose at a time: the newest that has begun and has not been given up.

    Before any has begun it is the first to come: of processes that start together, one makes the key a moment after
    the others looked at the clock.
    """
    kept = db.session.scalars(
        select(IssuerKey)
        .where(
            IssuerKey.controller == did,
            IssuerKey.purpose == purpose.value,
            IssuerKey.sealed_private_key.is_not(None),
            IssuerKey.retired_at.is_(None),
            IssuerKey.revoked_at.is_(None),
        )
        .order_by(IssuerKey.id)
    ).all()
    begun = [row for row in kept if row.starts_at <= at]
    return begun[-1] if begun else next(iter(kept), None)


def is_in_use(key: SigningKey) -> bool:
    """Tell whether an opened key has been given up since: retired, or revoked."""
    kept = select(IssuerKey.id).where(
        IssuerKey.key_id == key.public.id,
        IssuerKey.sealed_private_key.is_not(None),
        IssuerKey.retired_at.is_(None),
        IssuerKey.revoked_at.is_(None),
    )
    return db.session.scalar(kept.with_for_update(read=True)) is not None


def create(
    did: str, purpose: KeyPurpose, at: datetime, *, starts_at: datetime, in_database: bool = False
) -> IssuerKey:
    """Make and publish a key that signs from `starts_at` on, where keys are kept or in the database all the same."""
    new = private_halves.make(did, purpose, in_database=in_database)
    row = IssuerKey(
        key_id=new.key_id,
        controller=did,
        purpose=purpose.value,
        public_key=new.public_key,
        sealed_private_key=new.held,
        created_at=at,
        starts_at=starts_at,
    )
    db.session.add(row)
    db.session.flush()
    log_intents.note_key(row, log_intents.CREATED, at)
    audit.record(_ACTOR, "key.create", row, at=at, after={"key_id": new.key_id, "purpose": purpose.value})
    return row


@seals
def _any_sealed() -> bool:
    held = db.session.scalars(select(IssuerKey.sealed_private_key))
    return any(private is not None and not is_reference(private) for private in held)


def _by_id(rows: Iterable[IssuerKey]) -> Keys:
    return {row.key_id: _public(row) for row in rows}


def _public(row: IssuerKey) -> PublicKey:
    # The log's key signs no credential, and so the DID document does not list it for assertions.
    purposes = frozenset() if row.purpose == KeyPurpose.LOG else frozenset({ASSERTION})
    return PublicKey(row.key_id, row.controller, row.public_key, row.created_at, row.revoked_at, purposes)
