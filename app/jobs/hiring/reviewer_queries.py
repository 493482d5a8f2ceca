"""Questions about reviewers, criteria and scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account, Membership
from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.core.paging import Page
from app.jobs.application_models import Application
from app.jobs.hiring.applicant_queries import applications_with_rows, scored_rows
from app.jobs.hiring.scoring import Given, Judgement, Weighed, judge, may_see_all
from app.jobs.opening_models import Opening
from app.jobs.reviewer_models import Criterion, Recusal, ReviewComment, Reviewer, Score, ScoresOpened

PER_PAGE = 20


@dataclass(frozen=True)
class Seen:
    """What one reader sees of the scores of an application. `sums` are by reviewer's name; `own` by criterion."""

    judgement: Judgement
    shows_all: bool
    own: dict[int, int]
    sums: tuple[tuple[str, int], ...]
    missing: tuple[str, ...]
    stepped_back: tuple[str, ...]


def reviewers_of(opening: Opening) -> Sequence[Reviewer]:
    """Answer who judges the applications of an opening now, in the order of their appointment."""
    rows = select(Reviewer).where(Reviewer.opening_id == opening.id, Reviewer.removed_at.is_(None))
    return db.session.scalars(rows.options(joinedload(Reviewer.account)).order_by(Reviewer.id)).all()


def members_to_appoint(opening: Opening) -> Sequence[Account]:
    """Answer the members of the employer who do not judge this opening yet, by name."""
    appointed = {reviewer.account_id for reviewer in reviewers_of(opening)}
    return [account for account in members_of_employer(opening) if account.id not in appointed]


def members_of_employer(opening: Opening) -> Sequence[Account]:
    """Answer the members of the employer, by name."""
    rows = select(Account).join(Account.memberships).where(Membership.organisation_id == opening.organisation_id)
    return db.session.scalars(rows.order_by(Account.name, Account.id)).all()


def find_reviewer(opening: Opening, public_id: str) -> Reviewer:
    """Answer a reviewer of the opening. Raises `NotFound`."""
    rows = select(Reviewer).where(Reviewer.opening_id == opening.id, Reviewer.public_id == public_id)
    reviewer = db.session.scalars(rows.where(Reviewer.removed_at.is_(None))).one_or_none()
    if reviewer is None:
        raise NotFound
    return reviewer


def criteria_of(opening: Opening) -> Sequence[Criterion]:
    """Answer what the opening's applications are judged by, in order."""
    rows = select(Criterion).where(Criterion.opening_id == opening.id)
    return db.session.scalars(rows.order_by(Criterion.position)).all()


def has_scores(opening: Opening) -> bool:
    """Tell whether anybody has given points already: then the criteria stay as they are."""
    rows = select(Score.id).join(Criterion, Criterion.id == Score.criterion_id)
    return db.session.scalar(rows.where(Criterion.opening_id == opening.id).limit(1)) is not None


def scores_opened(opening: Opening) -> ScoresOpened | None:
    """Answer who has opened the scores before all were in, and when; None when nobody has."""
    return db.session.get(ScoresOpened, opening.id)


def is_reviewer(opening: Opening, actor: Actor) -> bool:
    """Tell whether the actor judges the applications of this opening."""
    rows = select(Reviewer.id).where(Reviewer.opening_id == opening.id, Reviewer.account_id == actor.account_id)
    return db.session.scalar(rows.where(Reviewer.removed_at.is_(None))) is not None


def has_stepped_back(opening: Opening, application_public_id: str, actor: Actor) -> bool:
    """Tell whether the actor has stepped back from judging this application of the opening."""
    rows = select(Recusal.id).join(Application, Application.id == Recusal.application_id)
    rows = rows.where(Application.opening_id == opening.id, Application.public_id == application_public_id)
    return db.session.scalar(rows.where(Recusal.account_id == actor.account_id)) is not None


def scores_seen(opening: Opening, applications: Sequence[Application], actor: Actor) -> dict[int, Seen]:
    """Answer what the actor may see of the scores of these applications, by their row."""
    return scores_of_rows(opening, [application.id for application in applications], actor)


def scores_of_rows(opening: Opening, ids: Sequence[int], actor: Actor) -> dict[int, Seen]:
    """Answer what the actor may see of the scores of the applications with these rows; the number of queries does not
    grow with them. Without the right to see all of one, it has the actor's own points and nobody else's."""
    names = {r.account_id: r.account.name for r in reviewers_of(opening)}
    criteria = [Weighed(c.id, c.most, c.weight) for c in criteria_of(opening)]
    opened = scores_opened(opening) is not None
    # For many, all of the opening: a list of thousands of rows is too long for a query.
    judged = select(Application.id).where(Application.opening_id == opening.id)
    judged = judged.where(Application.id.in_(ids)) if len(ids) <= PER_PAGE else judged
    rows = select(Score.application_id, Score.criterion_id, Score.account_id, Score.points)
    given: dict[int, list[Given]] = defaultdict(list)
    for id, criterion_id, account_id, points in db.session.execute(rows.where(Score.application_id.in_(judged))):
        given[id].append(Given(criterion_id, account_id, points))
    stepped_back: dict[int, set[int]] = defaultdict(set)
    recusals = select(Recusal.application_id, Recusal.account_id).where(Recusal.application_id.in_(judged))
    for id, account_id in db.session.execute(recusals):
        stepped_back[id].add(account_id)
    seen = {}
    for id in ids:
        judgement = judge(criteria, [r for r in names if r not in stepped_back[id]], given[id])
        shows_all = may_see_all(judgement, opened=opened)
        seen[id] = Seen(
            judgement,
            shows_all,
            {g.criterion_id: g.points for g in given[id] if g.account_id == actor.account_id},
            tuple((names[r], total) for r, total in judgement.sums.items()) if shows_all else (),
            tuple(names[r] for r in judgement.missing),
            tuple(names[r] for r in names if r in stepped_back[id]),
        )
    return seen


def scored_page(opening: Opening, actor: Actor, search: str, page: int) -> tuple[Page[Application], dict[int, Seen]]:
    """Answer a page of the opening's applications with their scores, the best first and after them, by number, those
    whose scores the actor does not see yet."""
    seen = scores_of_rows(opening, db.session.scalars(scored_rows(opening, actor, search)).all(), actor)
    order = sorted(seen, key=lambda id: -(seen[id].judgement.average or 0) if seen[id].shows_all else 0)
    pages = max(1, -(-len(order) // PER_PAGE))
    page = min(max(page, 1), pages)
    shown = order[(page - 1) * PER_PAGE : page * PER_PAGE]
    found = applications_with_rows(opening, actor, shown)
    by_id = {application.id: application for application in found}
    return Page([by_id[id] for id in shown if id in by_id], page, pages, len(order)), seen


def comments_seen(application: Application, seen: Seen, actor: Actor) -> Sequence[ReviewComment]:
    """Answer the comments that the actor may read: all, or only their own while scores are closed."""
    rows = select(ReviewComment).where(ReviewComment.application_id == application.id)
    if not seen.shows_all:
        rows = rows.where(ReviewComment.account_id == actor.account_id)
    return db.session.scalars(rows.order_by(ReviewComment.id)).all()


def last_comment(application: Application) -> ReviewComment | None:
    """Answer what was said of an application last."""
    rows = select(ReviewComment).where(ReviewComment.application_id == application.id)
    return db.session.scalars(rows.order_by(ReviewComment.id.desc()).limit(1)).first()
