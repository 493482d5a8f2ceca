"""The stored work of bulk verification: each item by itself, then the receipt, at last the destruction.

What is found, the try that a wrong pair counts as, and the deletion of what was sent are one transaction. So whoever
is killed leaves an item either untouched or answered; a receipt is signed once, under the id allotted to it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from app.accounts.models import Organisation
from app.certificates import bulk_queries, keys, receipt_service
from app.certificates.bulk_answers import BulkAnswer, DocumentAnswer, Form, Reason
from app.certificates.bulk_documents import may_show_a_code, recognise
from app.certificates.bulk_fields import fields_of
from app.certificates.bulk_models import BulkVerificationItem
from app.certificates.bulk_service import JOB, destroy
from app.certificates.bulk_verification_service import verify_code, verify_codes, verify_documents, verify_pair
from app.certificates.claims import person_of
from app.certificates.code_reading import ReaderUnavailable, read_codes
from app.certificates.key_token import TokenUnavailable
from app.core.access import Actor
from app.core.db import db, unit_of_work
from app.core.jobs import job, wake
from app.core.outages import is_outage

_log = logging.getLogger("ieum.bulk")
_WORKER = Actor.command("worker: bulk verifications")
# Other slow work waits for the same thread: after this long it lets that pass before it goes on.
TURN_SECONDS = 20.0


@job(JOB, slow=True)
def work_off(at: datetime) -> None:
    """Check what waits for as long as one turn lasts, and sign the receipts of what is checked."""
    begun = time.monotonic()

    def moment() -> datetime:
        return at + timedelta(seconds=time.monotonic() - begun)

    checked = _each(lambda after: _check_next(after, moment()), begun)
    if checked and _each(lambda after: _sign_next(after, moment()), begun):
        return
    with unit_of_work():
        wake(JOB)


@job("bulk-destruction")
def destroy_old(at: datetime) -> None:
    """Destroy what has been kept long enough, each in a transaction of its own."""
    while _destroy_next(at):
        pass


def _each(step: Callable[[int], int | None], begun: float) -> bool:
    """Take a step for each row, from the oldest on; tell whether there was time for all."""
    after: int | None = 0
    while after is not None:
        if time.monotonic() - begun > TURN_SECONDS:
            return False
        after = step(after)
    return True


def _check_next(after: int, at: datetime) -> int | None:
    taken = None
    try:
        with unit_of_work():
            item = bulk_queries.next_item(after)
            if item is None:
                return None
            taken, picture = item.id, _picture_in(item)
        # Reading its codes takes seconds, which no transaction waits for.
        codes = read_codes(picture) if picture else None
        with unit_of_work():
            item = bulk_queries.next_item(taken - 1)
            if item is not None and item.id == taken:  # Neither destroyed meanwhile nor answered by another worker.
                store_answer(item, _answer(item, codes, at), at)
    except ReaderUnavailable:
        # It fails everybody alike; the next sweep asks again.
        raise
    except Exception as error:
        if taken is None or is_outage(error):
            raise
        _log.exception("item %s could not be checked", taken)
        _give_up(taken, at)
    return taken


def _picture_in(item: BulkVerificationItem) -> bytes:
    """Answer what of an item QR codes must be looked for in; empty when it says by itself what it is."""
    data = item.content or b"" if item.sent_as not in (Form.NUMBER, Form.CODE) else b""
    return data if may_show_a_code(data, recognise(data)) else b""


def _answer(item: BulkVerificationItem, codes: list[str] | None, at: datetime) -> DocumentAnswer:
    if codes is not None:
        item.form = Form.PHOTO.value
        return verify_codes(codes, at)
    if item.sent_as is Form.NUMBER:
        organisation = db.session.get_one(Organisation, bulk_queries.bulk_of(item).organisation_id)
        return verify_pair(item.number, item.second, organisation.public_id, at)
    if item.sent_as is Form.CODE:
        return verify_code((item.content or b"").decode(), at)
    return verify_documents([item.content or b""], at)[0]


def store_answer(item: BulkVerificationItem, answer: DocumentAnswer, at: datetime) -> None:
    """Keep the answer, and delete what was sent."""
    item.answer, item.reason, item.checked_at = answer.answer.value, answer.reason.value, at
    item.fields = fields_of(answer)
    if answer.claims is not None and answer.public_id:
        item.certificate_public_id = answer.public_id
        item.person_public_id = person_of(answer.claims)
        item.same_as = bulk_queries.earlier_position(item, answer.public_id) or item.same_as
    item.content, item.second = None, ""
    db.session.flush()


def _give_up(item_id: int, at: datetime) -> None:
    """Answer that an item could not be checked: it must not keep everything else waiting for ever."""
    try:
        with unit_of_work():
            item = db.session.get(BulkVerificationItem, item_id)
            if item is not None and item.answer is None:
                failed = DocumentAnswer(item.sent_as, BulkAnswer.COULD_NOT_CHECK, Reason.INTERNAL)
                store_answer(item, failed, at)
    except Exception as error:
        if is_outage(error):
            raise
        _log.exception("not even that could be stored of item %s, which stays waiting", item_id)


def _sign_next(after: int, at: datetime) -> int | None:
    taken = None
    try:
        with unit_of_work():
            bulk = bulk_queries.next_to_sign(after)
            if bulk is None:
                return None
            taken = bulk.id
            key = receipt_service.signing_key(at)
            if keys.is_in_use(key):  # Otherwise it was given up this moment; the next sweep signs with its successor.
                receipt_service.sign_receipt(bulk, key, at)
    except TokenUnavailable:
        # It fails everybody alike; the next sweep asks again.
        raise
    except Exception as error:
        if taken is None or is_outage(error):
            raise
        _log.exception("the receipt of bulk verification %s could not be signed and stays waiting", taken)
    return taken


def _destroy_next(at: datetime) -> bool:
    with unit_of_work():
        bulk = bulk_queries.to_destroy(at)
        if bulk is None:
            return False
        destroy(bulk, _WORKER, at, why="its time is over")
        return True
