"""Openings for a person and people for an opening: `/openings/for-me`, `/hiring/<opening>/people`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import NotFound
from app.core.i18n import _
from app.core.paging import Page, paginate
from app.jobs.blueprints import hiring, offers, openings
from app.jobs.matching import match_queries
from app.jobs.matching import matching_rules as matching
from app.jobs.matching import preference_service as service
from app.jobs.matching.matching_forms import PreferenceForm, WordsForm
from app.jobs.opening_models import Opening
from app.jobs.openings import opening_queries
from app.jobs.preference_models import OfferState
from app.jobs.scope import can_write, find_own_opening, may_look, may_write
from app.jobs.wishes import Wish
from app.portfolio.views import own_person

PER_PAGE = 20
T = TypeVar("T")
# What somebody may answer to an offer; the answers are the states that they lead to.
_ANSWERS = {OfferState.INTERESTED.value: True, OfferState.DECLINED.value: False}


def page_of(found: Sequence[T], number: int) -> Page[T]:
    """Answer one page of a list that has been made whole already."""
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(number, 1), pages)
    return Page(found[(number - 1) * PER_PAGE : number * PER_PAGE], number, pages, len(found))


@openings.get("/for-me")
@requires(signed_in())
def for_me() -> ResponseReturnValue:
    person = own_person()
    preference = service.preference_of(person)
    wish = preference.wish if preference is not None else Wish()
    found = match_queries.openings_for(person, wish, clock.now())
    return render_template(
        "jobs/matching/for_me.html",
        page=page_of(found, request.args.get("page", 1, type=int)),
        preference=preference,
        most=match_queries.OPENINGS_LOOKED_AT,
        points=matching.POINTS,
    )


@openings.route("/preferences", methods=["GET", "POST"])
@requires(signed_in())
def preferences() -> ResponseReturnValue:
    person = own_person()
    form = PreferenceForm(data=PreferenceForm.describe(service.preference_of(person)))
    if form.validate_on_submit():
        service.keep_preference(person, form.wishes(), current_actor(), clock.now())
        flash(_("찾는 일을 저장했어요."), "success")
        return redirect(url_for("openings.for_me"), 303)
    page = render_template("jobs/matching/preferences.html", form=form, consent=service.CONSENT_TEXT)
    return page, 422 if form.errors else 200


@hiring.get("/<opening_id>/people")
@requires(may_look())
def people(opening_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    return _people(opening, WordsForm())


@hiring.post("/<opening_id>/people/<preference_id>")
@requires(may_write())
def offer(opening_id: str, preference_id: str) -> ResponseReturnValue:
    opening, form = find_own_opening(opening_id, current_actor(), to_write=True), WordsForm()
    preference = match_queries.preference_listed(opening, preference_id, current_app.config["SECRET_KEY"])
    if not form.validate_on_submit():
        return _people(opening, form)
    service.send_offer(opening, preference, form.words.data or "", current_actor(), clock.now())
    flash(_("제안을 보냈어요. 관심이 있으면 지원해 주실 거예요."), "success")
    return redirect(url_for("hiring.people", opening_id=opening_id), 303)


@offers.get("")
@requires(signed_in())
def index() -> ResponseReturnValue:
    page = paginate(opening_queries.offers_to(own_person()), request.args.get("page", 1, type=int))
    return render_template("jobs/matching/offers.html", page=page, states=OfferState)


@offers.post("/<offer_id>/<answer>")
@requires(signed_in())
def answer(offer_id: str, answer: str) -> ResponseReturnValue:
    if answer not in _ANSWERS:
        raise NotFound
    found, interested = service.offer_to(own_person(), offer_id), _ANSWERS[answer]
    service.answer_offer(found, interested, current_actor(), clock.now())
    if interested:
        flash(_("관심 있다고 알렸어요. 공고를 읽고 지원해 보세요."), "success")
        return redirect(url_for("openings.show", opening_id=found.opening.public_id), 303)
    flash(_("사양한다고 알렸어요."), "success")
    return redirect(url_for("offers.index"), 303)


def _people(opening: Opening, form: WordsForm) -> ResponseReturnValue:
    found = match_queries.people_for(opening, clock.now(), current_app.config["SECRET_KEY"])
    page = render_template(
        "jobs/matching/people.html",
        opening=opening,
        page=page_of(found, request.args.get("page", 1, type=int)),
        form=form,
        writes=can_write(current_actor(), opening.organisation_id),
        can_offer=opening.takes_applications(clock.now()),
        states=OfferState,
        points=matching.POINTS,
    )
    return page, 422 if form.errors else 200
