"""Interview times: the employer offers them, applicants choose; a seat is given once however many want it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from app.accounts.tokens import absolute_url
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.holding import hold
from app.core.i18n import _l
from app.core.mail import send_later
from app.core.templating import datetime as written
from app.jobs.applicant_trail import APPLICANT
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.applying.applicant_mail import account_of_applicant, people_to_tell
from app.jobs.applying.visible import visible_of
from app.jobs.hiring import interview_queries as queries
from app.jobs.interview_models import InterviewChoice, InterviewSlot
from app.jobs.opening_models import Opening

MOST_SLOTS = 100
LOST = "interview_lost"
_SAME = timedelta(minutes=1)


def offer_slot(
    opening: Opening,
    starts_at: datetime,
    minutes: int,
    place: str,
    capacity: int,
    closes_hours: int,
    actor: Actor,
    at: datetime,
) -> InterviewSlot:
    """Offer a time; it can be chosen and changed until `closes_hours` before. The very same once more within a minute
    is a double click. Raises `Invalid`."""
    hold(opening)
    if opening.organisation_id is None or starts_at <= at:
        raise Invalid(_l("면접 시각은 지금보다 뒤여야 해요."))
    there, wanted = queries.slots_of(opening), (starts_at, minutes, place, capacity)
    same = next((s for s in there if (s.starts_at, s.minutes, s.place, s.capacity) == wanted), None)
    if same is not None and at - same.created_at <= _SAME:
        return same
    if len(there) >= MOST_SLOTS:
        raise Invalid(_l("면접 시간은 100개까지 둘 수 있어요."))
    slot = InterviewSlot(
        opening_id=opening.id,
        organisation_id=opening.organisation_id,
        starts_at=starts_at,
        minutes=minutes,
        place=place,
        capacity=capacity,
        taken=0,
        changes_until=starts_at - timedelta(hours=closes_hours),
        created_at=at,
    )
    db.session.add(slot)
    db.session.flush()
    audit.record(actor, "interview.offer", slot, at=at, after={"starts_at": written(starts_at), "capacity": capacity})
    return slot


def withdraw_slot(slot: InterviewSlot, actor: Actor, at: datetime) -> None:
    """Take a time back that nobody has chosen. Raises `Conflict`."""
    hold(slot)
    if slot.withdrawn_at is not None:
        return
    _count_seats(slot)
    gone = db.session.execute(
        update(InterviewSlot).where(InterviewSlot.id == slot.id, InterviewSlot.taken == 0).values(withdrawn_at=at)
    )
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_l("이미 고른 지원자가 있어서 거둘 수 없어요. 먼저 메시지로 알려 주세요."))
    audit.record(actor, "interview.withdraw", slot, at=at)


def choose(application: Application, slot_public_id: str, actor: Actor, at: datetime) -> InterviewSlot:
    """Let the applicant take a seat, giving up the one they had. Raises `Conflict` when it is full or too late.

    The seat is taken by a conditional update: of many who want the last one at the same moment, one gets it.
    """
    opening = application.opening
    # Everybody who chooses for the same application waits for each other here; seats are counted below.
    db.session.execute(select(Application.id).where(Application.id == application.id).with_for_update())
    db.session.refresh(application, ["stage", "destroyed_at"])
    if application.stage != Stage.INTERVIEW or application.destroyed_at is not None:
        raise Conflict(_l("지금은 면접 시간을 고를 수 있는 단계가 아니에요."))
    slot = next((slot for slot in queries.slots_of(opening) if slot.public_id == slot_public_id), None)
    if slot is None:
        raise Conflict(_l("그 시간은 더 고를 수 없어요. 다른 시간을 골라 주세요."))
    before = queries.choice_of(application)
    if slot.changes_until <= at or (before is not None and before.slot.changes_until <= at):
        raise Conflict(_l("면접 시간을 고르거나 바꿀 수 있는 때가 지났어요. 메시지로 기관에 알려 주세요."))
    if before is not None and before.slot_id == slot.id:
        return slot
    _lock(slot.id, *([before.slot_id] if before is not None else []))
    _count_seats(slot)
    _take_seat(slot)
    if before is None:
        db.session.add(InterviewChoice(application_id=application.id, slot_id=slot.id, chosen_at=at))
    else:
        _free_seat(before.slot_id)
        before.slot, before.chosen_at = slot, at
    _note(application, "interview", actor, at)
    audit.record(APPLICANT, "interview.choose", application, at=at, after={"slot": slot.public_id})
    _tell_both(application, slot, at, "interview_chosen")
    return slot


def give_up(application: Application, actor: Actor, at: datetime) -> InterviewSlot:
    """Let the applicant give the chosen seat up; another may be chosen afterwards. Raises `Conflict` without one, or
    when it is too late to change."""
    db.session.execute(select(Application.id).where(Application.id == application.id).with_for_update())
    choice = queries.choice_of(application)
    if choice is None:
        raise Conflict(_l("고른 면접 시간이 없어요."))
    slot = choice.slot
    if slot.changes_until <= at:
        raise Conflict(_l("면접 시간을 고르거나 바꿀 수 있는 때가 지났어요. 메시지로 기관에 알려 주세요."))
    _lock(slot.id)
    db.session.delete(choice)
    db.session.flush()
    # Counted: who has just been turned down may hold no seat any more that could be freed.
    _count_seats(slot)
    _note(application, "interview_cancel", actor, at)
    audit.record(APPLICANT, "interview.give_up", application, at=at, before={"slot": slot.public_id})
    _tell_both(application, slot, at, "interview_given_up")
    return slot


def _note(application: Application, action: str, actor: Actor, at: datetime) -> None:
    event = ApplicationEvent(application_id=application.id, at=at, action=action, stage=application.stage)
    event.actor_label, event.why, event.is_shown = actor.label[:120], "", True
    db.session.add(event)
    db.session.flush()


def keep_or_lose_seat(application: Application, at: datetime) -> InterviewSlot | None:
    """Give an application that is in the running again the seat it had chosen before it was turned down; answer the
    time that is lost because others have taken it, or it was withdrawn, meanwhile.

    The applicant is told of the loss, on the page and by mail, and asked to choose again.
    """
    choice = queries.choice_of(application)
    if choice is None:
        return None
    slot = choice.slot
    _lock(slot.id)
    db.session.refresh(slot)
    if slot.withdrawn_at is None and queries.held_by_others(slot, application) < slot.capacity:
        _count_seats(slot)
        return None
    db.session.delete(choice)
    db.session.flush()
    _count_seats(slot)
    event = ApplicationEvent(application_id=application.id, at=at, action=LOST, stage=application.stage)
    event.actor_label, event.why, event.is_shown = "", "", True
    db.session.add(event)
    db.session.flush()
    account = account_of_applicant(application)
    if account is not None:
        send_later(
            account.email,
            "interview_lost",
            at,
            language=account.language,
            title=application.opening.title,
            when=written(slot.starts_at, account.language),
            page_url=absolute_url("applications.interview", application_id=application.public_id),
        )
    return slot


def _lock(*slot_ids: int) -> None:
    # In one order, so that two who change places do not wait for each other for ever.
    rows = select(InterviewSlot.id).where(InterviewSlot.id.in_(slot_ids)).order_by(InterviewSlot.id)
    db.session.execute(rows.with_for_update())


def _count_seats(slot: InterviewSlot) -> None:
    """Count who holds a seat: not those who are out, nor whose choice has gone with an application's papers.

    What somebody who is out had chosen stays: the decision may be taken back.
    """
    held = (
        select(func.count())
        .select_from(InterviewChoice)
        .join(Application, Application.id == InterviewChoice.application_id)
        .where(InterviewChoice.slot_id == slot.id, Application.stage.not_in(queries.OUT))
    )
    db.session.execute(
        update(InterviewSlot)
        .where(InterviewSlot.id == slot.id)
        .values(taken=held.scalar_subquery())
        .execution_options(synchronize_session=False)
    )


def _take_seat(slot: InterviewSlot) -> None:
    taken = db.session.execute(
        update(InterviewSlot)
        .where(
            InterviewSlot.id == slot.id,
            InterviewSlot.taken < InterviewSlot.capacity,
            InterviewSlot.withdrawn_at.is_(None),
        )
        .values(taken=InterviewSlot.taken + 1)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_l("방금 자리가 찼어요. 다른 시간을 골라 주세요."))


def _free_seat(slot_id: int) -> None:
    db.session.execute(
        update(InterviewSlot)
        .where(InterviewSlot.id == slot_id)
        .values(taken=InterviewSlot.taken - 1)
        .execution_options(synchronize_session=False)
    )


def _tell_both(application: Application, slot: InterviewSlot, at: datetime, letter: str) -> None:
    opening = application.opening
    seen = visible_of(application, opening, at)
    said = {"title": opening.title, "place": slot.place, "number": seen.number}
    account = account_of_applicant(application)
    readers = [account] if account is not None else []
    for reader in [*readers, *people_to_tell(opening)]:
        send_later(
            reader.email,
            letter,
            at,
            language=reader.language,
            when=written(slot.starts_at, reader.language),
            is_applicant=reader is account,
            **said,
        )
