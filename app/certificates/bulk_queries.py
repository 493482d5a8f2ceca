"""Questions about bulk verifications. Every one that serves a person is scoped here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import undefer

from app.accounts.models import WRITING_ROLES, Organisation, OrganisationKind
from app.certificates.bulk_answers import BulkAnswer
from app.certificates.bulk_models import BulkState, BulkVerification, BulkVerificationItem, VerificationReceipt
from app.certificates.models import Certificate
from app.core.access import Actor, Permission, member, owned
from app.core.db import db
from app.core.errors import NotFound

KINDS = (
    OrganisationKind.EMPLOYER.value,
    OrganisationKind.FIELD_CENTRE.value,
    OrganisationKind.OFFICE.value,
)


@dataclass(frozen=True)
class BulkProgress:
    """How many items have been checked, of how many."""

    done: int
    total: int


def may_look() -> Permission:
    """Any member of an organisation that hires or supervises."""
    return member(*KINDS)


def may_verify() -> Permission:
    """Managers and clerks of such an organisation."""
    return member(*KINDS, roles=WRITING_ROLES)


def can_verify(actor: Actor, organisation_id: int | None = None) -> bool:
    """Tell whether the actor may ask for a bulk verification in an organisation; none named: in any."""
    own = actor.organisation_ids(KINDS, WRITING_ROLES)
    return bool(own) if organisation_id is None else organisation_id in own


def verifies(actor: Actor) -> bool:
    """Tell whether the actor acts for an organisation that hires or supervises."""
    return bool(actor.organisation_ids(KINDS))


def organisations_of(actor: Actor) -> Sequence[Organisation]:
    """Answer the organisations that the actor may ask for, by name."""
    ids = actor.organisation_ids(KINDS, WRITING_ROLES)
    return db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)).all()


def bulk_verifications_of(actor: Actor) -> Select[BulkVerification]:
    """Select what the actor's organisations have asked, the newest first."""
    return owned(BulkVerification, actor, kinds=KINDS).order_by(BulkVerification.id.desc())


def bulk_verification_for(actor: Actor, public_id: str, *, to_write: bool = False) -> BulkVerification:
    """Answer one of the actor's organisations. Raises `NotFound` for anybody else's."""
    rows = owned(BulkVerification, actor, kinds=KINDS, roles=WRITING_ROLES if to_write else ())
    found = db.session.scalars(rows.where(BulkVerification.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def hold(bulk: BulkVerification) -> None:
    """Keep everybody else from a bulk verification until the transaction ends. Raises `NotFound` when it is gone."""
    if db.session.scalar(select(BulkVerification.id).where(BulkVerification.id == bulk.id).with_for_update()) is None:
        raise NotFound


def organisation_name(bulk: BulkVerification) -> str:
    """Answer who asked."""
    return db.session.scalars(select(Organisation.name).where(Organisation.id == bulk.organisation_id)).one()


def items_of(bulk: BulkVerification, answers: Sequence[BulkAnswer] = ()) -> Select[BulkVerificationItem]:
    """Select the items in their order; only those with one of these answers, if any are named."""
    rows = select(BulkVerificationItem).where(BulkVerificationItem.bulk_verification_id == bulk.id)
    if answers:
        rows = rows.where(BulkVerificationItem.answer.in_([answer.value for answer in answers]))
    return rows.order_by(BulkVerificationItem.position)


def every_item(bulk: BulkVerification) -> Sequence[BulkVerificationItem]:
    """Answer all items in their order."""
    return db.session.scalars(items_of(bulk)).all()


def counted(bulk: BulkVerification) -> dict[BulkAnswer, int]:
    """Count the items by their answer; those without one are left out."""
    rows = (
        select(BulkVerificationItem.answer, func.count())
        .where(BulkVerificationItem.bulk_verification_id == bulk.id, BulkVerificationItem.answer.is_not(None))
        .group_by(BulkVerificationItem.answer)
    )
    return {BulkAnswer(str(answer)): count for answer, count in db.session.execute(rows)}


def progress_of(bulk: BulkVerification) -> BulkProgress:
    """Tell how far a bulk verification is."""
    return BulkProgress(sum(counted(bulk).values()), bulk.item_count)


def waiting_of(organisation: Organisation) -> int:
    """Count the bulk verifications of an organisation that are not done."""
    rows = select(func.count()).where(
        BulkVerification.organisation_id == organisation.id, BulkVerification.state == BulkState.WAITING.value
    )
    return db.session.scalar(rows) or 0


def next_item(after: int) -> BulkVerificationItem | None:
    """Take hold of the next item behind `after` that has no answer, with what was sent."""
    rows = (
        select(BulkVerificationItem)
        .where(BulkVerificationItem.answer.is_(None), BulkVerificationItem.id > after)
        .order_by(BulkVerificationItem.id)
        .limit(1)
        .options(undefer(BulkVerificationItem.content))
        .with_for_update(skip_locked=True)
    )
    return db.session.scalars(rows).one_or_none()


def next_to_sign(after: int) -> BulkVerification | None:
    """Take hold of the next one behind `after` whose items all have an answer and that has no receipt yet."""
    open_item = select(BulkVerificationItem.id).where(
        BulkVerificationItem.bulk_verification_id == BulkVerification.id, BulkVerificationItem.answer.is_(None)
    )
    rows = (
        select(BulkVerification)
        .where(BulkVerification.state == BulkState.WAITING.value, BulkVerification.id > after, ~open_item.exists())
        .order_by(BulkVerification.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return db.session.scalars(rows).one_or_none()


def bulk_of(item: BulkVerificationItem) -> BulkVerification:
    """Answer what an item belongs to."""
    return db.session.get_one(BulkVerification, item.bulk_verification_id)


def earlier_position(item: BulkVerificationItem, certificate_public_id: str) -> int | None:
    """Answer the position of the first item before this one that is about the same certificate."""
    rows = select(func.min(BulkVerificationItem.position)).where(
        BulkVerificationItem.bulk_verification_id == item.bulk_verification_id,
        BulkVerificationItem.certificate_public_id == certificate_public_id,
        BulkVerificationItem.position < item.position,
    )
    return db.session.scalar(rows)


def to_destroy(at: datetime) -> BulkVerification | None:
    """Take hold of the next bulk verification whose time is over."""
    rows = (
        select(BulkVerification)
        .where(BulkVerification.kept_until <= at)
        .order_by(BulkVerification.kept_until)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return db.session.scalars(rows).one_or_none()


def receipt_of(bulk: BulkVerification) -> VerificationReceipt | None:
    """Answer the receipt of a bulk verification; None before it is signed."""
    return receipt_by_id(bulk.receipt_public_id)


def receipt_by_id(public_id: str) -> VerificationReceipt | None:
    """Find a receipt by its public id."""
    rows = select(VerificationReceipt).where(VerificationReceipt.public_id == public_id)
    return db.session.scalars(rows).one_or_none()


def receipt_by_digest(sha256: str) -> VerificationReceipt | None:
    """Find the receipt with the digest of its compact form."""
    rows = select(VerificationReceipt).where(VerificationReceipt.sha256 == sha256)
    return db.session.scalars(rows).one_or_none()


def token_of(public_id: str) -> bytes | None:
    """Answer the VC-JWT of a certificate as it is on record."""
    return db.session.scalar(select(Certificate.token).where(Certificate.public_id == public_id))


def document_number_of(public_id: str) -> str:
    """Answer the document number of a certificate; empty for one that is not on record."""
    return db.session.scalar(select(Certificate.document_number).where(Certificate.public_id == public_id)) or ""
