"""Openings of employers here: draft, review, publish, close; every change is kept.

Each holds the opening first: whoever does something to it at the same moment finds what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import Organisation
from app.core import audit, clock
from app.core.access import Actor
from app.core.db import db, new_public_id
from app.core.errors import Conflict, Invalid
from app.core.holding import hold, hold_new
from app.core.i18n import _l
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.opening_models import Opening, OpeningEdit
from app.jobs.opening_words import OpeningState
from app.jobs.openings.forbidden_words import FIELDS, Finding, Level, find_in_fields, worst
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.signals import opening_moved
from app.jobs.stages import has_reached

_LIVE = (OpeningState.DRAFT, OpeningState.IN_REVIEW, OpeningState.PUBLISHED)


def draft_opening(
    employer: Organisation, fields: OpeningFields, actor: Actor, at: datetime, new_id: str = ""
) -> Opening:
    """Store a new opening as a draft that only its employer sees. Raises `Invalid`.

    `new_id` is what its page calls it: the same once more, of a second click, is the one that is there.
    """
    fields = fields.checked()
    made = hold_new(Opening, new_id) if new_id else None
    if made is not None and made.organisation_id == employer.id and OpeningFields.of(made) == fields:
        return made
    opening = Opening(organisation_id=employer.id, source="own", state=OpeningState.DRAFT, version=1)
    opening.public_id = new_id if new_id and made is None else new_public_id()
    opening.created_at = opening.updated_at = at
    fields.write_to(opening)
    db.session.add(opening)
    db.session.flush()
    audit.record(actor, "opening.create", opening, at=at, after={"title": opening.title})
    return opening


def change_opening(opening: Opening, fields: OpeningFields, version: int, actor: Actor, at: datetime) -> bool:
    """Put new values into an opening that was read as `version`; answer whether anything differs.

    Raises `Conflict` when somebody has changed it since or it has ended, `Invalid` for values that cannot be.
    """
    hold(opening)
    if opening.state not in _LIVE:
        raise Conflict(_l("마감된 공고는 고칠 수 없어요. 다시 모집하려면 공고를 복사해 새로 올려 주세요."))
    if opening.version != version:
        raise Conflict(_l("그사이 다른 분이 이 공고를 고쳤어요. 지금 내용을 확인하고 다시 고쳐 주세요."))
    before = OpeningFields.of(opening)
    fields = fields.checked()
    old, new = before.changes_to(fields)
    if not old:
        return False
    _keep_promises(before, fields, opening)
    if opening.state != OpeningState.DRAFT:
        # What is published or under review already changes before everybody's eyes.
        refuse_forbidden(words_found(fields), confirmed=True)
    fields.write_to(opening)
    _note(opening, "change", actor, at, before=old, after=new)
    return True


def submit_opening(
    opening: Opening, needs_review: bool, actor: Actor, at: datetime, *, confirmed: bool = False
) -> None:
    """Publish a draft, or hand it to the office for review. Raises `Conflict` for anything but a draft.

    Raises `Invalid` when it says what it may not, and for doubtful words unless somebody has `confirmed` them.
    """
    hold(opening)
    if opening.state != OpeningState.DRAFT:
        raise Conflict(_l("작성 중인 공고만 올릴 수 있어요."))
    _refuse_past_deadline(opening, at)
    found = words_found(opening)
    refuse_forbidden(found, confirmed=confirmed)
    if found:
        audit.record(actor, "opening.confirm_words", opening, at=at, after={"fields": sorted(found)})
    if needs_review:
        _move(opening, OpeningState.IN_REVIEW, "submit", actor, at)
    else:
        _publish(opening, actor, at)


def approve_opening(opening: Opening, version: int, actor: Actor, at: datetime) -> None:
    """Publish what an employer has handed in, as it was read: its `version`. Raises `Conflict` when it is not in
    review any more, or its employer has changed it since."""
    hold(opening)
    if opening.state != OpeningState.IN_REVIEW:
        raise Conflict(_l("이미 검토가 끝난 공고예요."))
    if opening.version != version:
        raise Conflict(_l("그사이 구인기업이 이 공고를 고쳤어요. 다시 읽고 정해 주세요."))
    _refuse_past_deadline(opening, at)
    # A list that an employer has brought in may say anything.
    refuse_forbidden(words_found(opening), confirmed=True)
    _publish(opening, actor, at)


def return_opening(opening: Opening, why: str, actor: Actor, at: datetime) -> None:
    """Give it back to its employer as a draft, with what to mend. Raises `Conflict` or `Invalid`."""
    hold(opening)
    if opening.state != OpeningState.IN_REVIEW:
        raise Conflict(_l("이미 검토가 끝난 공고예요."))
    if not why.strip():
        raise Invalid(_l("무엇을 고쳐야 하는지 적어 주세요."))
    opening.returned_why = why.strip()[:500]
    _move(opening, OpeningState.DRAFT, "return", actor, at, why=opening.returned_why)


def close_opening(opening: Opening, actor: Actor, at: datetime, why: str = "") -> None:
    """End the taking of applications. Raises `Conflict` when it was not published."""
    hold(opening)
    if opening.state != OpeningState.PUBLISHED:
        raise Conflict(_l("모집 중인 공고만 마감할 수 있어요."))
    opening.closed_at = at
    _move(opening, OpeningState.CLOSED, "close", actor, at, why=why)


def reopen_opening(opening: Opening, actor: Actor, at: datetime) -> None:
    """Take back the closing. Raises `Conflict` when the deadline has passed or it was not closed, `Invalid` when it
    says what it may not."""
    hold(opening)
    if opening.state != OpeningState.CLOSED:
        raise Conflict(_l("마감된 공고만 다시 열 수 있어요."))
    _refuse_past_deadline(opening, at)
    # It may have come from a list, or have been published before such words were looked for.
    refuse_forbidden(words_found(opening), confirmed=True)
    opening.closed_at = None
    _move(opening, OpeningState.PUBLISHED, "reopen", actor, at)


def fill_opening(opening: Opening, actor: Actor, at: datetime) -> None:
    """Say that everybody wanted has been found. Raises `Conflict` for a draft or one that is filled already."""
    hold(opening)
    if opening.state not in (OpeningState.PUBLISHED, OpeningState.CLOSED):
        raise Conflict(_l("모집 중이거나 마감된 공고만 채용 완료로 바꿀 수 있어요."))
    opening.closed_at = opening.closed_at or at
    _move(opening, OpeningState.FILLED, "fill", actor, at)


def note_change(
    opening: Opening, actor: Actor, at: datetime, *, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Keep a change of what belongs to an opening but not to its fields: its requirements."""
    _note(opening, "change", actor, at, before=before, after=after)


def words_found(opening: Opening | OpeningFields) -> dict[str, list[Finding]]:
    """Answer what an opening says that it may not or should think about, by field; `requirement` is what all of its
    requirements say in words."""
    return find_in_fields(words_said(opening))


def words_said(opening: Opening | OpeningFields) -> dict[str, str]:
    """Answer all the words in which findings are looked for, by field."""
    said: dict[str, str] = {name: getattr(opening, name) for name in FIELDS}
    if isinstance(opening, Opening):
        said["requirement"] = "\n\n".join(f"{asked.name}\n\n{asked.text}" for asked in opening.requirements)
    return said


def refuse_forbidden(found: Mapping[str, list[Finding]], *, confirmed: bool) -> None:
    """Raise `Invalid` for clear findings, and for doubtful ones that nobody has confirmed."""
    level = worst(found)
    if level is None or (confirmed and level is Level.DOUBTFUL):
        return
    named = ", ".join(f"‘{finding.words}’" for findings in found.values() for finding in findings)
    if level is Level.CLEAR:
        raise Invalid(
            _l("채용공고에 쓸 수 없는 조건이 있어 올릴 수 없어요: %(words)s. 공고를 고쳐 주세요.", words=named)
        )
    raise Invalid(_l("확인이 필요한 말이 있어요: %(words)s. 고치거나 ‘그래도 올리기’를 눌러 주세요.", words=named))


def _keep_promises(before: OpeningFields, after: OpeningFields, opening: Opening) -> None:
    """Whoever applied blind was promised that nobody knows them before a stage, and everybody agreed to a period of
    keeping: neither can be taken back meanwhile."""
    softer = before.blind and (not after.blind or _earlier(after.reveal_stage, before.reveal_stage))
    applied = select(Application.id).where(Application.opening_id == opening.id).limit(1)
    longer = after.retention_days > before.retention_days
    if not (softer or longer) or db.session.scalar(applied) is None:
        return
    if longer:
        raise Conflict(_l("지원한 사람이 동의한 보관기간이라 늘릴 수 없어요."))
    raise Conflict(_l("지원한 사람이 있어서 블라인드를 풀거나 인적사항을 여는 단계를 앞당길 수 없어요."))


def _earlier(stage: str, than: str) -> bool:
    return not has_reached(Stage(stage), Stage(than))


def _publish(opening: Opening, actor: Actor, at: datetime) -> None:
    opening.published_at, opening.returned_why = at, ""
    opening.posted_on = opening.posted_on or clock.seoul_date(at)
    _move(opening, OpeningState.PUBLISHED, "publish", actor, at)


def _refuse_past_deadline(opening: Opening, at: datetime) -> None:
    if opening.deadline_at is not None and opening.deadline_at <= at:
        raise Conflict(_l("마감일이 지났어요. 마감일을 먼저 고쳐 주세요."))


def _move(opening: Opening, state: OpeningState, action: str, actor: Actor, at: datetime, *, why: str = "") -> None:
    before = {"state": str(opening.state)}
    opening.state = state
    _note(opening, action, actor, at, before=before, after={"state": str(state)}, why=why)


def _note(
    opening: Opening,
    action: str,
    actor: Actor,
    at: datetime,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    why: str = "",
) -> None:
    opening.version += 1
    opening.updated_at = at
    edit = OpeningEdit(opening_id=opening.id, version=opening.version, at=at, actor_label=actor.label[:120])
    edit.action, edit.before, edit.after, edit.why = action, before, after, why[:500]
    db.session.add(edit)
    db.session.flush()
    audit.record(actor, f"opening.{action}", opening, at=at, before=before, after=after, why=why)
    opening_moved.send(opening, action=action, at=at)
