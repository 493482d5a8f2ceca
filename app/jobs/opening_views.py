"""Openings for everybody, without an account: `/openings`."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, public, requires
from app.jobs import opening_queries as queries
from app.jobs import search_queries, search_words
from app.jobs.blueprints import openings
from app.jobs.eligibility_service import findings_for
from app.jobs.opening_fields import OpeningFields
from app.jobs.search_question import Question
from app.jobs.source_queries import origins_of
from app.portfolio.queries import person_of


@openings.get("")
@requires(public())
def index() -> ResponseReturnValue:
    question = Question.read(request.args)
    found = search_queries.search(question, request.args.get("page", 1, type=int), clock.now())
    return render_template(
        "jobs/openings.html",
        question=question,
        found=found,
        filters=search_words.filters(question, found.counts),
        chips=search_words.chips(question),
        sorts=search_words.sorts(question),
        total=search_words.number(found.total),
    )


@openings.get("/<opening_id>")
@requires(public())
def show(opening_id: str) -> ResponseReturnValue:
    opening, at = queries.public_opening(opening_id), clock.now()
    person = person_of(current_actor())
    return render_template(
        "jobs/opening.html",
        opening=opening,
        fields=OpeningFields.of(opening),
        takes_applications=opening.takes_applications(at),
        findings=findings_for(person, opening, at) if person is not None else (),
        origins=origins_of(opening),
    )
