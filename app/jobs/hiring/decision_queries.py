"""Questions about decisions that were made on several applications at once, and whether they can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.core.i18n import Text, _l
from app.jobs.applicant_models import StageMove
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying.visible import holds_papers
from app.jobs.hiring.applicant_queries import applications_of, with_papers
from app.jobs.interview_models import InterviewChoice
from app.jobs.opening_models import Opening
from app.jobs.outcomes.employment_queries import confirmed_among
from app.jobs.stages import UNDO_WITHIN, Move, why_not_undo

_MOST_RECENT = 5


@dataclass(frozen=True)
class Decision:
    """A decision on several applications: what, when, by whom, on how many, and on how many it still stands."""

    public_id: str
    wanted: Stage
    at: datetime
    actor_label: str
    count: int
    standing: int

    def can_be_undone(self, at: datetime) -> bool:
        """Tell whether any of it may be taken back at this moment, as far as time goes."""
        return bool(self.standing) and at - self.at <= UNDO_WITHIN


def find_decision(opening: Opening, decision_id: str, actor: Actor) -> Decision:
    """Answer a decision on applications that the actor may judge. Raises `NotFound`."""
    rows = _decisions(opening, actor).where(StageMove.decision_id == decision_id, StageMove.decision_id != "")
    found = db.session.execute(rows).one_or_none()
    if found is None:
        raise NotFound
    return _decision(*found)


def recent_decisions(opening: Opening, actor: Actor, at: datetime) -> list[Decision]:
    """Answer the last decisions that can still be taken back, the newest first."""
    rows = _decisions(opening, actor).where(StageMove.decision_id != "", StageMove.at >= at - UNDO_WITHIN)
    rows = rows.where(StageMove.undone_at.is_(None)).order_by(func.max(StageMove.id).desc()).limit(_MOST_RECENT)
    return [_decision(*row) for row in db.session.execute(rows)]


def decided_applications(opening: Opening, decision_id: str, actor: Actor) -> Select[Application]:
    """Select the applications of a decision, by number, with what the employer may see of them."""
    chosen = select(StageMove.application_id).where(StageMove.decision_id == decision_id)
    rows = applications_of(opening, actor, to_write=True).where(Application.id.in_(chosen))
    return with_papers(rows, with_documents=False).order_by(Application.number)


def moves_by_application(applications: Iterable[Application]) -> dict[int, list[StageMove]]:
    """Answer the decisions on each of these applications, the oldest first."""
    ids = [application.id for application in applications]
    moves: dict[int, list[StageMove]] = {id: [] for id in ids}
    for move in db.session.scalars(select(StageMove).where(StageMove.application_id.in_(ids)).order_by(StageMove.id)):
        moves[move.application_id].append(move)
    return moves


def why_not_undo_one_decision(
    applications: Sequence[Application], decision_id: str, at: datetime
) -> dict[int, Text | None]:
    """Answer for each application, by its row, why this decision on it cannot be taken back; None when it can."""
    moves = moves_by_application(applications)
    last = {id: next((m for m in reversed(some) if m.undone_at is None), None) for id, some in moves.items()}
    reasons = why_not_undo_each(applications, last, at)
    for id, some in moves.items():
        own, standing = next((m for m in some if m.decision_id == decision_id), None), last[id]
        if own is not None and own.undone_at is not None:
            reasons[id] = _l("이미 되돌렸어요.")
        elif own is not standing:
            reasons[id] = _l("그사이 다른 결정을 해서 되돌릴 수 없어요.")
    return reasons


def why_not_undo_each(
    applications: Sequence[Application], moves: Mapping[int, StageMove | None], at: datetime
) -> dict[int, Text | None]:
    """Answer why the decision that stands on each application (`moves`, by its row) cannot be taken back; None when
    it can. The number of queries does not grow with them."""
    ids = [application.id for application in applications]
    rows = select(InterviewChoice.application_id, InterviewChoice.chosen_at)
    chosen = dict(iter(db.session.execute(rows.where(InterviewChoice.application_id.in_(ids)))))
    confirmed = confirmed_among(applications)
    return {a.id: _why_not(a, moves[a.id], chosen.get(a.id), a.id in confirmed, at) for a in applications}


def _why_not(
    application: Application, move: StageMove | None, chosen: datetime | None, is_confirmed: bool, at: datetime
) -> Text | None:
    since = Move(Stage(move.before), Stage(move.after), move.at) if move is not None else None
    revealed = application.revealed_at
    why_not = why_not_undo(
        since,
        Stage(application.stage),
        at,
        was_revealed=since is not None and revealed is not None and revealed >= since.at,
        was_chosen=since is not None and chosen is not None and chosen >= since.at,
    )
    if why_not is None and not holds_papers(application):
        return _l("그사이 제출한 서류가 지워져서 되돌릴 수 없어요.")
    if why_not is None and is_confirmed:
        return _l("그사이 채용을 확정해서 되돌릴 수 없어요.")
    return why_not


def _decisions(opening: Opening, actor: Actor) -> Select[str, str, datetime, str, int, int]:
    judged = applications_of(opening, actor, to_write=True).with_only_columns(Application.id)
    return (
        select(
            StageMove.decision_id,
            func.min(StageMove.after),
            func.min(StageMove.at),
            func.min(StageMove.actor_label),
            func.count(),
            func.count().filter(StageMove.undone_at.is_(None)),
        )
        .where(StageMove.application_id.in_(judged))
        .group_by(StageMove.decision_id)
    )


def _decision(public_id: str, wanted: str, at: datetime, actor_label: str, count: int, standing: int) -> Decision:
    return Decision(public_id, Stage(wanted), at, actor_label, count, standing)
