"""Bulk verifications: asked for, and destroyed. The verification itself is stored work (`bulk_job`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.accounts import throttle
from app.accounts.models import Organisation
from app.accounts.throttle import Limit
from app.certificates import bulk_queries
from app.certificates.bulk_answers import BulkAnswer, Reason
from app.certificates.bulk_models import BulkState, BulkVerification, BulkVerificationItem, VerificationReceipt
from app.certificates.bulk_reading import Question
from app.core import audit, resident_number
from app.core.access import Actor
from app.core.db import db, new_public_id
from app.core.errors import Conflict
from app.core.holding import hold_new
from app.core.i18n import _l
from app.core.jobs import wake

KEPT_FOR = timedelta(days=180)
MOST_WAITING = 3
JOB = "bulk-verifications"
_OFTEN = _l("한 기관이 하루에 확인할 수 있는 횟수를 넘었어요. 내일 다시 하거나 운영기관에 알려 주세요.")
LIMITS = {
    "bulk_verification": (Limit(20, timedelta(hours=1)), Limit(100, timedelta(days=1), _OFTEN)),
}


def submit(
    organisation: Organisation,
    questions: Sequence[Question],
    title: str,
    actor: Actor,
    at: datetime,
    new_id: str = "",
) -> BulkVerification:
    """Store what an organisation asks, all of it or nothing; the worker verifies it and signs the receipt.

    `new_id` is what its page calls it: the same once more, of a second click, is the one that is there.
    Raises `TooMany` after too many in a while, `Conflict` while three of the organisation's are still being checked.
    """
    made = hold_new(BulkVerification, new_id) if new_id else None
    if made is not None and made.organisation_id == organisation.id and _asked_in(made) == _asked(questions):
        return made
    # This also makes those of one organisation wait for one another, so that the numbers are exact.
    throttle.spend((("bulk_verification", organisation.public_id),), at)
    if bulk_queries.waiting_of(organisation) >= MOST_WAITING:
        raise Conflict(_l("먼저 올린 확인이 아직 끝나지 않았어요. 끝난 뒤에 다시 올려 주세요."))
    bulk = BulkVerification(
        public_id=new_id if new_id and made is None else new_public_id(),
        organisation_id=organisation.id,
        title=resident_number.mask(title)[:100],
        account_id=actor.account_id,
        actor_label=actor.label[:120],
        item_count=len(questions),
        state=BulkState.WAITING.value,
        created_at=at,
        kept_until=at + KEPT_FOR,
    )
    db.session.add(bulk)
    db.session.flush()
    db.session.add_all(_items(bulk, questions, at))
    db.session.flush()
    audit.record(actor, "bulk_verification.create", bulk, at=at, after={"items": len(questions)})
    wake(JOB)
    return bulk


def _asked(questions: Sequence[Question]) -> list[tuple[str, str | None, str]]:
    return [(question.label[:200], question.sha256, question.number) for question in questions]


def _asked_in(bulk: BulkVerification) -> list[tuple[str, str | None, str]]:
    """Answer what is still known of what was asked: names are deleted as soon as they have been compared."""
    item = BulkVerificationItem
    rows = select(item.label, item.sha256, item.number).where(item.bulk_verification_id == bulk.id)
    return [(label, sha256, number) for label, sha256, number in db.session.execute(rows.order_by(item.position))]


def _items(bulk: BulkVerification, questions: Sequence[Question], at: datetime) -> list[BulkVerificationItem]:
    first: dict[str, int] = {}
    items = []
    for position, question in enumerate(questions, start=1):
        is_read = question.problem is Reason.NONE
        pair = f"{question.number} {question.second}" if question.second else ""
        same = question.sha256 or pair
        items.append(
            BulkVerificationItem(
                bulk_verification_id=bulk.id,
                position=position,
                form=question.form.value,
                label=question.label[:200],
                sha256=question.sha256,
                content=question.content if is_read else None,
                number=question.number,
                second=question.second if is_read else "",
                answer=None if is_read else BulkAnswer.NOT_READ.value,
                reason=question.problem.value,
                same_as=first.get(same) if same else None,
                checked_at=None if is_read else at,
            )
        )
        if same:
            first.setdefault(same, position)
    return items


def destroy(bulk: BulkVerification, actor: Actor, at: datetime, why: str = "") -> None:
    """Delete what was found, and what the receipt says; that it was signed, and its digest, stay.

    A receipt that is being signed meanwhile is waited for, and goes, too. Raises `NotFound` when somebody else has
    just destroyed it.
    """
    bulk_queries.hold(bulk)
    audit.record(
        actor,
        "bulk_verification.destroy",
        bulk,
        at=at,
        before={"items": bulk.item_count, "state": bulk.state},
        why=why,
    )
    db.session.execute(delete(BulkVerificationItem).where(BulkVerificationItem.bulk_verification_id == bulk.id))
    db.session.execute(
        update(VerificationReceipt)
        .where(VerificationReceipt.public_id == bulk.receipt_public_id)
        .values(token=None, destroyed_at=at)
    )
    db.session.delete(bulk)
    db.session.flush()
