"""What an employer does with applications: open, decide, take back, open the identity. Every step is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from app.core import audit
from app.core.access import Actor
from app.core.db import db, new_public_id
from app.core.errors import Conflict, Invalid
from app.core.holding import hold
from app.core.i18n import Text, _l
from app.jobs.applicant_models import Reveal, StageMove
from app.jobs.application_models import Application, ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.applying.applicant_mail import Writer, take_back, tell_decision
from app.jobs.applying.badge_checks import ask_for_checks
from app.jobs.applying.visible import Visible, holds_papers, visible_of
from app.jobs.hiring import applicant_queries as queries
from app.jobs.hiring.decision_queries import decided_applications, find_decision, why_not_undo_each
from app.jobs.hiring.interview_service import keep_or_lose_seat
from app.jobs.interview_models import InterviewSlot
from app.jobs.opening_models import Opening
from app.jobs.stages import TOLD, UNDO_WITHIN, has_reached, may_move

_MOST_WHY = 500
# The same decision of the same person once more, so soon, is a double click.
_SAME = timedelta(minutes=1)


@dataclass(frozen=True)
class LeftOut:
    """An application that a decision passed over, and why."""

    seen: Visible
    why: Text


@dataclass(frozen=True)
class Decided:
    """What a decision on several applications did: what its moves share, on how many it was, whom it passed over."""

    decision_id: str
    count: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class TakenBack:
    """A decision that was taken back: the stage it is at again, and the interview time that is lost meanwhile."""

    stage: Stage
    lost: InterviewSlot | None


def open_application(application: Application, actor: Actor, at: datetime) -> None:
    """Note that the employer has opened an application: the first time it moves from 접수 to 열람."""
    if not _moved(application, Stage.RECEIVED, Stage.VIEWED):
        return
    application.viewed_at = application.viewed_at or at
    _tell_applicant(application, "view", actor, at)
    _record(application, "application.view", actor, at, Stage.RECEIVED, Stage.VIEWED)
    ask_for_checks(application)


def decide(
    application: Application,
    seen: Stage,
    wanted: Stage,
    words: str,
    why: str,
    actor: Actor,
    at: datetime,
    decision_id: str = "",
    writer: Writer | None = None,
) -> StageMove:
    """Move an application that was seen at stage `seen` to another, and let the applicant know when it stands.

    `words` go into the mail, `why` stays inside; `decision_id` is what decisions on several share, `writer` writes
    the employer's own letter. Raises `Conflict` when it has moved since, `Invalid` for what may not follow.
    """
    if not may_move(seen, wanted):
        raise Invalid(
            _l("‘%(before)s’ 다음에는 ‘%(after)s’ 결정을 할 수 없어요.", before=seen.label, after=wanted.label)
        )
    if not _moved(application, seen, wanted):
        just = queries.last_move(application)
        if just is not None and not application.destroyed_at and _is_same_click(just, seen, wanted, actor, at):
            return just
        raise Conflict(_l("그사이 이 지원서의 단계가 바뀌었어요. 지금 단계를 확인하고 다시 정해 주세요."))
    opening = application.opening
    application.decided_at = at if wanted.is_final else None
    move = StageMove(application_id=application.id, before=seen.value, after=wanted.value, at=at)
    move.why, move.actor_label, move.decision_id = why.strip()[:_MOST_WHY], actor.label[:120], decision_id
    move.mail_id = tell_decision(
        application,
        visible_of(application, opening, at),
        opening,
        wanted,
        words,
        at,
        not_before=at + UNDO_WITHIN,
        writer=writer,
    )
    db.session.add(move)
    _tell_applicant(application, "decide", actor, at)
    _record(application, "application.decide", actor, at, seen, wanted)
    return move


def decide_many(
    applications: Sequence[Application],
    seen: Mapping[str, str],
    wanted: Stage,
    words: str,
    why: str,
    actor: Actor,
    at: datetime,
    writer: Writer | None = None,
) -> Decided:
    """Decide on each that still is where it was seen (`seen`: stage by public id)."""
    decision_id = new_public_id()
    made: list[StageMove] = []
    left_out: list[LeftOut] = []
    for application in applications:
        before = seen.get(application.public_id, "")
        try:
            if before not in set(Stage):
                raise Invalid(_l("화면에서 본 단계를 알 수 없어요."))
            made.append(decide(application, Stage(before), wanted, words, why, actor, at, decision_id, writer))
        except (Conflict, Invalid) as refusal:
            left_out.append(LeftOut(visible_of(application, application.opening, at), refusal.message))
    # After a double click all have been moved by the first one, whose decision it is.
    shared = next((move.decision_id for move in made if move.decision_id), decision_id)
    return Decided(shared, len(made), tuple(left_out))


def undo_many(opening: Opening, decision_id: str, actor: Actor, at: datetime) -> tuple[int, int]:
    """Take one decision on several applications back; answer on how many it was, and on how many it has to stay.

    The same rules hold for each as in `undo`; why one has to stay is for `why_not_undo_one_decision` to say. Raises
    `NotFound` for a decision that is none of the opening's.
    """
    find_decision(opening, decision_id, actor)
    applications = db.session.scalars(decided_applications(opening, decision_id, actor)).all()
    # All before any interview time, and before looking what stands: a second click finds what the first one did.
    for application in applications:
        hold(application)
    undone = stay = 0
    for application in applications:
        move = next((m for m in queries.moves_of(application) if m.decision_id == decision_id), None)
        if move is None or move.undone_at is not None:
            continue
        try:
            if queries.last_move(application) is not move:
                raise Conflict(_l("그사이 다른 결정을 해서 되돌릴 수 없어요."))
            undo(application, actor, at)
            undone += 1
        except Conflict:
            stay += 1
    return undone, stay


def undo(application: Application, actor: Actor, at: datetime, seen: str | None = None) -> TakenBack:
    """Take back the last decision, and its mail with it.

    Raises `Conflict` when it stands, or the application is not at the stage any more that somebody has `seen` (None:
    nobody has looked): the second of two clicks does not take back the decision before, too.
    """
    # Whoever destroys the papers, confirms the hiring or chooses an interview at this moment is waited for.
    hold(application)
    if seen is not None and application.stage != seen:
        raise Conflict(_l("그사이 이 지원서의 단계가 바뀌었어요. 지금 단계를 확인하고 다시 정해 주세요."))
    move = queries.last_move(application)
    why_not = why_not_undo_each([application], {application.id: move}, at)[application.id]
    if move is None or why_not is not None:
        raise Conflict(why_not or _l("되돌릴 결정이 없어요."))
    if move.mail_id and not take_back(move.mail_id):
        # The worker was faster: nobody is told a decision that does not stand.
        raise Conflict(TOLD)
    before, after = Stage(move.after), Stage(move.before)
    if not _moved(application, before, after):
        raise Conflict(_l("그사이 이 지원서의 단계가 바뀌었어요. 지금 단계를 확인하고 다시 정해 주세요."))
    move.undone_at, application.decided_at = at, None
    _tell_applicant(application, "undo", actor, at)
    _record(application, "application.undo", actor, at, before, after)
    return TakenBack(after, keep_or_lose_seat(application, at))


def can_undo(application: Application, at: datetime) -> bool:
    """Tell whether the last decision can be taken back at this moment."""
    move = queries.last_move(application)
    return why_not_undo_each([application], {application.id: move}, at)[application.id] is None


def reveal(application: Application, actor: Actor, at: datetime) -> bool:
    """Open the identity box of an application in a blind opening; answer whether it was closed before.

    Who and when is kept, and the applicant sees it. Raises `Conflict` before the opening's stage for it is reached,
    and when papers are destroyed.
    """
    opening = application.opening
    hold(application)
    if not opening.blind or application.revealed_at is not None:
        return False
    wanted = Stage(opening.reveal_stage)
    if not has_reached(Stage(application.stage), wanted):
        raise Conflict(_l("인적사항은 ‘%(stage)s’ 단계부터 열 수 있어요.", stage=wanted.label))
    if not holds_papers(application):
        raise Conflict(_l("이미 파기한 지원서예요."))
    application.revealed_at = at
    row = Reveal(application_id=application.id, account_id=actor.account_id, at=at, stage=application.stage)
    row.actor_label, row.acted_for = actor.label[:120], opening.employer_name[:120]
    db.session.add(row)
    _tell_applicant(application, "reveal", actor, at)
    audit.record(actor, "application.reveal", application, at=at, after={"stage": application.stage})
    return True


def _is_same_click(move: StageMove, seen: Stage, wanted: Stage, actor: Actor, at: datetime) -> bool:
    same = (move.before, move.after, move.actor_label) == (seen.value, wanted.value, actor.label[:120])
    return same and at - move.at <= _SAME


def _moved(application: Application, before: Stage, after: Stage) -> bool:
    """Move the row if it still stands where it was seen; answer whether it did: others may do so at once."""
    changed = db.session.execute(
        update(Application)
        .where(
            Application.id == application.id, Application.stage == before.value, Application.destroyed_at.is_(None)
        )
        .values(stage=after.value)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(application, ["stage"])
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _tell_applicant(application: Application, action: str, actor: Actor, at: datetime) -> None:
    """Put a step where the applicant sees it: what the employer did, not which of its people nor why."""
    event = ApplicationEvent(application_id=application.id, at=at, action=action, stage=application.stage)
    event.actor_label, event.why, event.is_shown = application.opening.employer_name[:120], "", True
    db.session.add(event)
    db.session.flush()


def _record(application: Application, action: str, actor: Actor, at: datetime, before: Stage, after: Stage) -> None:
    # Without the reason: it goes with the papers, and the audit trail is kept for longer than they are.
    states: Iterable[dict[str, str]] = ({"stage": before.value}, {"stage": after.value})
    old, new = states
    audit.record(actor, action, application, at=at, before=old, after=new)
