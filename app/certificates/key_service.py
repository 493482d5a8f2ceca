"""The life of the issuer's keys: published ahead, switched to, retired, and in the worst case revoked.

Old certificates keep verifying after a rotation: the public half stays published for ever, the private half is
destroyed as soon as the next key signs. Key ids carry a digest of the key and are never used again.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.certificates import keys, log_intents, private_halves, status_changes
from app.certificates.authority import this_authority
from app.certificates.key_token import TokenUnavailable
from app.certificates.models import IssuerKey, KeyPurpose
from app.core import audit
from app.core.access import Actor
from app.core.clock import iso_utc
from app.core.db import db, unit_of_work
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import _
from app.core.jobs import job, wake
from credentials import PublicKey

# Others may keep our DID document and status lists for a day; nobody meets a key that they have not read of.
PUBLISHED_AHEAD = timedelta(hours=24)
_WORKER = Actor.command("worker: keys")
_LEFT = {"left_in_token": True}


def rotate(
    purpose: KeyPurpose,
    actor: Actor,
    at: datetime,
    *,
    ahead: timedelta = PUBLISHED_AHEAD,
    in_database: bool = False,
) -> IssuerKey:
    """Publish the next key of a purpose; it signs once it has been public for `ahead`, and the former is destroyed.

    Raises `Conflict` when the next one is published already and waits, `TokenUnavailable` when keys are in a token
    that is not configured: they leave it only where that is asked for, with `in_database`.
    """
    did = this_authority().did
    keys.wait_for_other_makers()
    keys.ensure_keys(at)
    waiting = db.session.scalars(
        select(IssuerKey).where(
            IssuerKey.controller == did, IssuerKey.purpose == purpose.value, IssuerKey.starts_at > at
        )
    ).first()
    if waiting is not None:
        raise Conflict(
            _(
                "다음 키(%(key)s)가 이미 공개되어 %(when)s부터 쓰여요.",
                key=waiting.key_id,
                when=iso_utc(waiting.starts_at),
            )
        )
    current = keys.in_use(did, purpose, at)
    if current is not None and private_halves.place(current) == "token":
        private_halves.require_token()
    row = keys.create(did, purpose, at, starts_at=at + ahead, in_database=in_database)
    audit.record(actor, "key.rotate", row, at=at, after={"starts_at": row.starts_at.isoformat()})
    wake("keys")
    return row


@job("keys")
def retire_former_keys(at: datetime) -> None:
    """Give up every key whose successor has begun to sign, and destroy the private halves of what has been given up.

    What a token holds is destroyed when it is stored that the key signs no more, and looked for again until it is.
    """
    with unit_of_work():
        rows = db.session.scalars(
            select(IssuerKey)
            .where(
                IssuerKey.sealed_private_key.is_not(None),
                IssuerKey.retired_at.is_(None),
                IssuerKey.starts_at <= at,
            )
            .order_by(IssuerKey.id.desc())
            .with_for_update()
        ).all()
        in_use: set[tuple[str, str]] = set()
        for row in rows:
            place = (row.controller, row.purpose)
            if place not in in_use:
                in_use.add(place)
                continue
            private_halves.forget(row)
            row.retired_at = at
            log_intents.note_key(row, log_intents.RETIRED, at)
            audit.record(_WORKER, "key.retire", row, at=at)
            if row.purpose == KeyPurpose.STATUS:
                status_changes.make_all_stale()
    destroy_given_up(at)


def destroy_given_up(at: datetime) -> None:
    """Destroy in the token what has been retired or revoked and is there still, each in a transaction of its own.

    Raises `TokenUnavailable` when the token cannot be reached: the worker tries again.
    """
    given_up = or_(IssuerKey.retired_at.is_not(None), IssuerKey.revoked_at.is_not(None))
    left = select(IssuerKey).where(IssuerKey.sealed_private_key.is_not(None), given_up).order_by(IssuerKey.id)
    while True:
        with unit_of_work():
            row = db.session.scalars(left.limit(1).with_for_update()).one_or_none()
            if row is None:
                return
            gone = private_halves.destroy(row)
            audit.record(_WORKER, "key.destroy", row, at=at, after=None if gone else _LEFT)


def require_revocable(key_id: str, since: datetime, at: datetime) -> IssuerKey:
    """Hold the key that is to be revoked since a time.

    Raises `NotFound` for an id that never was, `Conflict` when it is revoked already (the time never changes),
    `Invalid` for a time before the key or in the future.
    """
    row = db.session.scalars(select(IssuerKey).where(IssuerKey.key_id == key_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(_("이런 키는 없어요: %(key)s", key=key_id))
    if row.revoked_at is not None:
        raise Conflict(_("이미 %(when)s부터 폐지한 키예요. 이 때는 바꿀 수 없어요.", when=iso_utc(row.revoked_at)))
    # People write whole seconds.
    if not row.created_at.replace(microsecond=0) <= since <= at:
        raise Invalid(
            _(
                "폐지하는 때는 키를 만든 때(%(made)s)와 지금 사이여야 해요.",
                made=iso_utc(row.created_at),
            )
        )
    return row


def revoke(key_id: str, since: datetime, why: str, actor: Actor, at: datetime) -> IssuerKey:
    """Say that what a key signed since a time does not count, destroy its private half and make its successor.

    What a token holds is destroyed by the worker, or by `destroy_given_up`, once this is stored. Raises what
    `require_revocable` raises.
    """
    keys.wait_for_other_makers()
    row = require_revocable(key_id, since, at)
    row.revoked_at, row.retired_at = since, row.retired_at or at
    in_token = private_halves.place(row) == "token"
    private_halves.forget(row)
    db.session.flush()
    log_intents.note_key(row, log_intents.REVOKED, since)
    audit.record(actor, "key.revoke", row, at=at, after={"since": since.isoformat()}, why=why)
    purpose = KeyPurpose(row.purpose)
    if keys.in_use(row.controller, purpose, at) is None:
        # A token out of reach must not keep anybody from revoking; the worker makes the successor when it answers.
        with suppress(TokenUnavailable):
            if in_token:
                private_halves.require_token()
            keys.create(row.controller, purpose, at, starts_at=at)
    if purpose is KeyPurpose.STATUS:
        status_changes.make_all_stale()
    if in_token:
        wake("keys")
    return row


def history() -> list[dict[str, str | None]]:
    """Answer every key there ever was with its times, the oldest first; entries are added and never taken away."""
    return [
        {
            "id": row.key_id,
            "controller": row.controller,
            "purpose": row.purpose,
            "publicKeyMultibase": PublicKey(row.key_id, row.controller, row.public_key).multibase,
            "created": iso_utc(row.created_at),
            "starts": iso_utc(row.starts_at),
            "retired": iso_utc(row.retired_at) if row.retired_at is not None else None,
            "revoked": iso_utc(row.revoked_at) if row.revoked_at is not None else None,
        }
        for row in keys.every_key()
    ]
