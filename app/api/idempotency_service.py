"""One effect for one Idempotency-Key: the answer is stored in the transaction of the effect, and given again.

Of requests in parallel the later ones wait for the first one's transaction, by the unique key of the row; if that is
rolled back, nothing has happened, the key with it, and the next one acts. A refusal has no effect and is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.api.problems import KeyUsedAgain
from app.api.token_models import StoredAnswer
from app.core.db import db, unit_of_work
from app.core.errors import Conflict
from app.core.i18n import _l
from app.core.jobs import job
from app.core.sealing import seal, seals, unseal
from app.jobs.application_models import Application

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Answered:
    """What was answered the first time."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def claim(token_id: int, key: str, request: str, at: datetime, *, about: str = "") -> Answered | None:
    """Take the key for a request (its digest), or answer what was answered to it before. `about` is the public id of
    the application that it is about, if any.

    Raises `KeyUsedAgain` when it came with another request.
    """
    old = StoredAnswer.at < at - KEPT_FOR
    db.session.execute(delete(StoredAnswer).where(StoredAnswer.token_id == token_id, StoredAnswer.key == key, old))
    row = StoredAnswer(token_id=token_id, key=key, request=request, status=0, headers={}, body=b"", at=at)
    row.about = about[:32]
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return _answered(_stored(token_id, key), request)
    return None


def keep(token_id: int, key: str, answered: Answered) -> None:
    """Store the answer to the request that has taken the key in this transaction."""
    row = _stored(token_id, key)
    row.body = seal(answered.body, _purpose(row))
    row.status, row.headers = answered.status, dict(answered.headers)
    db.session.flush()


def forget_application(application: Application, **_more: Any) -> dict[str, int]:
    """Delete the answers that tell of an application whose papers are destroyed (receives `application-destroyed`).

    A request that comes again is refused like any other about it, so that it still has one effect.
    """
    gone = db.session.execute(delete(StoredAnswer).where(StoredAnswer.about == application.public_id))
    return {"api_answers": gone.rowcount}  # type: ignore[attr-defined]


def _answered(row: StoredAnswer, request: str) -> Answered:
    if row.request != request:
        raise KeyUsedAgain
    return Answered(row.status, row.headers, unseal(row.body, _purpose(row)))


def _stored(token_id: int, key: str) -> StoredAnswer:
    rows = select(StoredAnswer).where(StoredAnswer.token_id == token_id, StoredAnswer.key == key)
    row = db.session.scalars(rows.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise Conflict(_l("같은 Idempotency-Key의 요청이 그사이 끝났어요. 다시 보내 주세요."))
    return row


def _purpose(row: StoredAnswer) -> str:
    return f"api answer {row.token_id} {row.key}"


@seals
def answers_are_sealed() -> bool:
    """Tell whether there is an answer that only this instance's key opens."""
    return db.session.scalar(select(StoredAnswer.id).where(StoredAnswer.status > 0).limit(1)) is not None


@job("api-answers")
def sweep_old_answers(at: datetime) -> None:
    """Delete the answers that are not given again."""
    with unit_of_work():
        db.session.execute(delete(StoredAnswer).where(StoredAnswer.at < at - KEPT_FOR))
