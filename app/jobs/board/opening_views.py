"""Openings for everybody, without an account: `/openings`."""

from __future__ import annotations

from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.tokens import absolute_url
from app.core import clock
from app.core.access import current_actor, public, requires
from app.core.caching import asked_again
from app.core.security import limited
from app.jobs.blueprints import openings
from app.jobs.board import search_queries, search_words
from app.jobs.board.opening_posting import posting
from app.jobs.board.search_question import Question
from app.jobs.listings.source_queries import origins_of
from app.jobs.matching.eligibility_service import findings_for
from app.jobs.openings import opening_queries as queries
from app.jobs.openings.opening_fields import OpeningFields
from app.portfolio.queries import person_of


@openings.get("")
@requires(public())
@limited("300 per minute")
def index() -> ResponseReturnValue:
    question = Question.read(request.args)
    found = search_queries.search(question, request.args.get("page", 1, type=int), clock.now())
    page = render_template(
        "jobs/board/openings.html",
        question=question,
        found=found,
        filters=search_words.filters(question, found.counts),
        chips=search_words.chips(question),
        sorts=search_words.sorts(question),
        total=search_words.number(found.total),
        summary=search_words.summary(question),
    )
    return _cached(page)


@openings.get("/<opening_id>")
@requires(public())
def show(opening_id: str) -> ResponseReturnValue:
    opening, person = queries.public_opening(opening_id), person_of(current_actor())
    at, url = clock.now(), absolute_url("openings.show", opening_id=opening_id)
    page = render_template(
        "jobs/board/opening.html",
        opening=opening,
        fields=OpeningFields.of(opening),
        takes_applications=opening.takes_applications(at),
        findings=findings_for(person, opening, at) if person is not None else (),
        origins=origins_of(opening),
        posting=posting(opening, url, current_app.config["IEUM_ISSUER_NAME"], at),
    )
    return _cached(page)


def _cached(page: str) -> ResponseReturnValue:
    # What somebody signed in has seen is not kept, as everywhere.
    response = make_response(page)
    return response if current_actor().is_signed_in else asked_again(response)
