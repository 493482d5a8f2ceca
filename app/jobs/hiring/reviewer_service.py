"""Appointing reviewers, setting criteria, scoring, commenting, stepping back.

What is done to an opening's judging holds the opening, what is done to an application holds both: whoever does the
same at the same moment finds what the first one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.holding import hold
from app.core.i18n import _l
from app.jobs.application_models import Application
from app.jobs.applying.visible import holds_papers
from app.jobs.hiring import reviewer_queries as queries
from app.jobs.opening_models import Opening
from app.jobs.reviewer_models import Criterion, Recusal, ReviewComment, Reviewer, Score, ScoresOpened

MOST_CRITERIA = 20
_SAME = timedelta(minutes=1)


def appoint(opening: Opening, account_public_id: str, actor: Actor, at: datetime) -> Reviewer:
    """Let a member of the employer judge this opening's applications; who judges them already goes on.

    Raises `Invalid` for anybody else.
    """
    hold(opening)
    account = next((a for a in queries.members_of_employer(opening) if a.public_id == account_public_id), None)
    if account is None or opening.organisation_id is None:
        raise Invalid(_l("심사위원으로 정할 구성원을 골라 주세요."))
    rows = select(Reviewer).where(Reviewer.opening_id == opening.id, Reviewer.account_id == account.id)
    reviewer = db.session.scalars(rows).one_or_none()
    if reviewer is not None and reviewer.removed_at is None:
        return reviewer
    if reviewer is None:
        reviewer = Reviewer(
            opening_id=opening.id, organisation_id=opening.organisation_id, account_id=account.id, created_at=at
        )
        db.session.add(reviewer)
    reviewer.removed_at = None
    db.session.flush()
    audit.record(actor, "reviewer.appoint", opening, at=at, after={"account": account.public_id})
    return reviewer


def dismiss(opening: Opening, reviewer: Reviewer, actor: Actor, at: datetime) -> None:
    """End somebody's reviewing; their scores stay on record and count no more."""
    hold(opening)
    hold(reviewer)
    if reviewer.removed_at is not None:
        return
    reviewer.removed_at = at
    db.session.flush()
    audit.record(actor, "reviewer.dismiss", opening, at=at, before={"account": reviewer.account.public_id})


def add_criterion(opening: Opening, name: str, most: int, weight: int, actor: Actor, at: datetime) -> Criterion:
    """Add something to judge by; the same again is the one that is there.

    Raises `Conflict` once points were given, or for a name that stands for something else already, `Invalid` for too
    many.
    """
    hold(opening)
    _refuse_once_scored(opening)
    there = queries.criteria_of(opening)
    same = next((c for c in there if c.name == name), None)
    if same is not None and (same.most, same.weight) == (most, weight):
        return same
    if same is not None:
        raise Conflict(_l("같은 이름의 평가 항목이 이미 있어요."))
    last = max((c.position for c in there), default=0)
    if len(there) >= MOST_CRITERIA:
        raise Invalid(_l("평가 항목은 20개까지 둘 수 있어요."))
    criterion = Criterion(opening_id=opening.id, position=last + 1, name=name, most=most, weight=weight)
    db.session.add(criterion)
    db.session.flush()
    audit.record(actor, "criterion.add", opening, at=at, after={"name": name, "most": most, "weight": weight})
    return criterion


def remove_criterion(opening: Opening, public_id: str, actor: Actor, at: datetime) -> None:
    """Take a criterion away. Raises `Conflict` once points were given, `NotFound`."""
    hold(opening)
    _refuse_once_scored(opening)
    criterion = next((c for c in queries.criteria_of(opening) if c.public_id == public_id), None)
    if criterion is None:
        raise NotFound
    audit.record(actor, "criterion.remove", opening, at=at, before={"name": criterion.name})
    db.session.delete(criterion)
    db.session.flush()


def score(opening: Opening, application: Application, points: Mapping[str, int], actor: Actor, at: datetime) -> None:
    """Store the points of a reviewer, by criterion's public id; the same again changes nothing.

    Raises `NotFound` for anybody but a reviewer, `Conflict` when all have been shown already or papers are destroyed,
    `Invalid` for too many or too few points.
    """
    hold(opening, shared=True)
    hold(application)
    account_id = _reviewing(opening, actor)
    _require_papers(application)
    known = {c.public_id: c for c in queries.criteria_of(opening)}
    rows = select(Score).where(Score.application_id == application.id, Score.account_id == account_id)
    given = {s.criterion_id: s for s in db.session.scalars(rows.execution_options(populate_existing=True))}
    if all(_has_given(given, known.get(public_id), value) for public_id, value in points.items()):
        return
    if queries.scores_seen(opening, [application], actor)[application.id].shows_all:
        raise Conflict(_l("다른 분의 점수가 이미 열려서 점수를 고칠 수 없어요."))
    for public_id, value in points.items():
        criterion = known.get(public_id)
        if criterion is None:
            raise NotFound
        if not 0 <= value <= criterion.most:
            raise Invalid(
                _l("‘%(name)s’은(는) 0점부터 %(most)s점까지예요.", name=criterion.name, most=criterion.most)
            )
    # Only now: where one is wrong, nothing is given, and no page shows what would be open with the rest.
    for public_id, value in points.items():
        criterion = known[public_id]
        row = given.get(criterion.id)
        if row is None:
            row = Score(application_id=application.id, criterion_id=criterion.id, account_id=account_id)
            db.session.add(row)
        row.points, row.at = value, at
    db.session.flush()
    audit.record(actor, "application.score", application, at=at, after={"criteria": len(points)})


def comment(opening: Opening, application: Application, words: str, actor: Actor, at: datetime) -> ReviewComment:
    """Store what one of the employer's people says of an application; the same words once more within a minute are a
    double click. Raises `Invalid` without words, `Conflict` once its papers are destroyed."""
    hold(application)
    if not words.strip() or actor.account_id is None:
        raise Invalid(_l("의견을 적어 주세요."))
    _require_papers(application)
    last = queries.last_comment(application)
    if (
        last is not None
        and (last.words, last.account_id) == (words.strip(), actor.account_id)
        and at - last.at <= _SAME
    ):
        return last
    row = ReviewComment(application_id=application.id, account_id=actor.account_id, at=at)
    row.actor_label, row.words = actor.label[:120], words.strip()
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "application.comment", application, at=at)
    return row


def step_back(opening: Opening, application: Application, why: str, actor: Actor, at: datetime) -> None:
    """Step back from judging an application for a conflict of interest (회피): from then on it is out of sight.

    Once is enough. Raises `NotFound` for anybody but a reviewer, `Invalid` without a reason.
    """
    hold(opening, shared=True)
    hold(application)
    account_id = _reviewing(opening, actor)
    if not why.strip():
        raise Invalid(_l("왜 회피하는지 적어 주세요. 예: 함께 일한 적이 있어요."))
    _require_papers(application)
    mine = select(Recusal.id).where(Recusal.application_id == application.id, Recusal.account_id == account_id)
    if db.session.scalar(mine) is not None:
        return
    db.session.add(Recusal(application_id=application.id, account_id=account_id, why=why.strip()[:500], at=at))
    db.session.flush()
    # Without the reason: it goes with the papers, and the audit trail is kept for longer than they are.
    audit.record(actor, "application.step_back", application, at=at)


def open_scores(opening: Opening, actor: Actor, at: datetime) -> None:
    """Let everybody who judges see all scores before all are in. Raises `Conflict` when they are open already."""
    hold(opening)
    if queries.scores_opened(opening) is not None:
        raise Conflict(_l("점수가 이미 열려 있어요."))
    row = ScoresOpened(opening_id=opening.id, account_id=actor.account_id, actor_label=actor.label[:120], at=at)
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "scores.open", opening, at=at)


def _reviewing(opening: Opening, actor: Actor) -> int:
    if actor.account_id is None or not queries.is_reviewer(opening, actor):
        raise NotFound(_l("이 공고의 심사위원만 할 수 있어요."))
    return actor.account_id


def _has_given(given: Mapping[int, Score], criterion: Criterion | None, points: int) -> bool:
    row = given.get(criterion.id) if criterion is not None else None
    return row is not None and row.points == points


def _require_papers(application: Application) -> None:
    # What is written after the destruction would be kept for ever; after a withdrawal it would speak for papers that
    # nobody has read, once the same person applies again.
    if application.destroyed_at is not None:
        raise Conflict(_l("이미 파기한 지원서예요."))
    if not holds_papers(application):
        raise Conflict(_l("지원자가 거둔 지원서예요."))


def _refuse_once_scored(opening: Opening) -> None:
    if queries.has_scores(opening):
        raise Conflict(_l("점수를 매기기 시작해서 평가 항목을 바꿀 수 없어요."))
