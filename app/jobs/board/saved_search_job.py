"""The stored work of telling: new openings, the mail about them and that they are told, all in one transaction.

A worker that is killed has told nothing or everything of it. What an opening is told by is a row that can be there
once; so neither a second worker nor a repeated run tells it again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from app.accounts.tokens import absolute_url
from app.core.db import db, unit_of_work
from app.core.i18n import _, in_language, ngettext
from app.core.jobs import job, wake
from app.core.mail import send_later
from app.jobs import wording
from app.jobs.board import saved_search_queries as queries
from app.jobs.board.saved_search_models import SavedSearch, SavedSearchTelling
from app.jobs.board.saved_search_service import next_daily, stop_link_token
from app.jobs.opening_models import Opening

SHOWN = 20
AT_ONE_TIME = 50
# Other work waits for the same worker.
TURN_SECONDS = 20.0


@job("saved-searches")
def tell(at: datetime) -> None:
    """Ask every search that is due, and store mail for what is new."""
    begun = time.monotonic()
    while True:
        with unit_of_work():
            searches = queries.due(at, AT_ONE_TIME)
            for search in searches:
                _tell_of(search, at)
            rushed = time.monotonic() - begun > TURN_SECONDS
            if searches and rushed:
                wake("saved-searches")
        if not searches or rushed:
            return


def _tell_of(search: SavedSearch, at: datetime) -> None:
    openings = queries.untold(search, at)
    search.looked_at, search.next_look_at = at, next_daily(at)
    if not openings:
        return
    search.last_told_at = at
    told = [{"saved_search_id": search.id, "opening_id": opening.id, "told_at": at} for opening in openings]
    db.session.execute(insert(SavedSearchTelling), told)
    account = search.account
    with in_language(account.language):
        number = len(openings)
        headline = str(ngettext("새 공고 %(num)s건", "새 공고 %(num)s건", number))
        lines = _lines(openings[:SHOWN])
        rest = str(_("그 밖에 %(number)s건이 더 있어요.", number=number - SHOWN)) if number > SHOWN else ""
    send_later(
        account.email,
        "saved_search",
        at,
        language=account.language,
        name=search.name,
        headline=headline,
        lines=lines,
        rest=rest,
        page_url=absolute_url("openings.index", **search.asked),
        stop_url=absolute_url("saved_searches.stop", token=stop_link_token(search, at)),
    )


def _lines(openings: Sequence[Opening]) -> list[str]:
    return [
        "\n".join(
            (
                opening.title,
                " · ".join((opening.employer_name, wording.place(opening), wording.pay(opening))),
                str(_("마감 %(when)s", when=wording.deadline(opening))),
                absolute_url("openings.show", opening_id=opening.public_id),
            )
        )
        for opening in openings
    ]
