"""Saving searches, and their alerts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, select

from app.accounts.models import Account
from app.accounts.tokens import seal, unseal
from app.core import audit
from app.core.access import NOBODY, Actor
from app.core.clock import SEOUL
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.holding import hold
from app.core.i18n import _l
from app.jobs.board import saved_search_queries as queries
from app.jobs.board.saved_search_models import Alert, SavedSearch, SavedSearchTelling
from app.jobs.board.search_question import Question

MOST_SEARCHES = 20
DAILY_AT = time(8)
_STOPPING, _LINK_LASTS = "stop a saved search", timedelta(days=400)


def save_search(question: Question, name: str, alert: Alert, actor: Actor, at: datetime) -> SavedSearch:
    """Keep a question for the actor's account. Raises `Conflict` for one too many, or one that is kept already."""
    # Two who save at once count one after the other.
    if db.session.scalar(select(Account.id).where(Account.id == actor.account_id).with_for_update()) is None:
        raise NotFound
    kept = queries.searches_of(actor)
    if len(kept) >= MOST_SEARCHES:
        raise Conflict(
            _l("검색은 %(most)s개까지 저장할 수 있어요. 쓰지 않는 검색을 먼저 지워 주세요.", most=MOST_SEARCHES)
        )
    asked = question.arguments()
    if any(search.asked == asked for search in kept):
        raise Conflict(_l("이미 저장한 검색이에요."))
    search = SavedSearch(account_id=actor.account_id, name=name, asked=asked, alert=alert.value)
    search.created_at = search.told_from = search.looked_at = at
    search.next_look_at = next_daily(at)
    db.session.add(search)
    db.session.flush()
    audit.record(actor, "saved_search.create", search, at=at, after={"alert": alert.value})
    return search


def change_search(search: SavedSearch, name: str, alert: Alert, actor: Actor, at: datetime) -> None:
    """Give a search another name or other alerts. Alerts that begin anew tell of what is listed from now on."""
    hold(search)
    before = {"name": search.name, "alert": search.alert}
    if search.alert == Alert.OFF and alert is not Alert.OFF:
        search.told_from = search.looked_at = at
        search.next_look_at = next_daily(at)
    search.name, search.alert = name, alert.value
    audit.record(
        actor, "saved_search.change", search, at=at, before=before, after={"name": name, "alert": alert.value}
    )


def delete_search(search: SavedSearch, actor: Actor, at: datetime) -> None:
    """Forget a search and what it has told."""
    # The worker that tells of it at this moment ends first.
    hold(search)
    audit.record(actor, "saved_search.delete", search, at=at)
    _forget([search.id])


def stop_link_token(search: SavedSearch, at: datetime) -> str:
    """Make what the link in a mail carries: it stops the alerts of this search and can do nothing else."""
    return seal(_STOPPING, {"search": search.public_id}, at)


def search_to_stop(token: str, at: datetime) -> SavedSearch | None:
    """Answer the search of a link; None when it has been deleted. Raises `LinkExpired` for what is no such link."""
    return queries.search_by_link(unseal(_STOPPING, token, at, _LINK_LASTS)["search"])


def stop_alerts(token: str, at: datetime) -> None:
    """Send no more mail for the search of a link. Twice is as good as once. Raises `LinkExpired`."""
    public_id = unseal(_STOPPING, token, at, _LINK_LASTS)["search"]
    search = queries.search_by_link(public_id, for_change=True)
    if search is None or search.alert == Alert.OFF:
        return
    before, search.alert = {"alert": search.alert}, Alert.OFF.value
    audit.record(NOBODY, "saved_search.stop", search, at=at, before=before, after={"alert": search.alert})


def forget_searches(account: Account, at: datetime, **_rest: Any) -> None:
    """Delete the searches of an account that is being closed."""
    own = select(SavedSearch.id).where(SavedSearch.account_id == account.id).order_by(SavedSearch.id)
    _forget(list(db.session.scalars(own.with_for_update())))


def next_daily(at: datetime) -> datetime:
    """Answer the next eight o'clock in Korea after this moment."""
    there = at.astimezone(SEOUL)
    today = datetime.combine(there.date(), DAILY_AT, SEOUL)
    return today if there < today else today + timedelta(days=1)


def _forget(ids: list[int]) -> None:
    db.session.execute(delete(SavedSearchTelling).where(SavedSearchTelling.saved_search_id.in_(ids)))
    db.session.execute(delete(SavedSearch).where(SavedSearch.id.in_(ids)))
