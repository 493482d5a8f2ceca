"""The office's review of openings before they are published: `/opening-reviews`."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.paging import paginate
from app.jobs.blueprints import opening_reviews
from app.jobs.listings.similar_queries import similar_to
from app.jobs.opening_models import Opening
from app.jobs.openings import opening_queries as queries
from app.jobs.openings import opening_service as service
from app.jobs.openings.forbidden_words import worst
from app.jobs.openings.opening_forms import ReturnForm
from app.jobs.scope import may_review


@opening_reviews.get("")
@requires(may_review())
def index() -> ResponseReturnValue:
    page = paginate(queries.waiting_for_review(), request.args.get("page", 1, type=int))
    return render_template("jobs/hiring/reviews.html", page=page)


@opening_reviews.get("/<opening_id>")
@requires(may_review())
def show(opening_id: str) -> ResponseReturnValue:
    return _page(queries.opening_in_review(opening_id), ReturnForm())


@opening_reviews.post("/<opening_id>/approve")
@requires(may_review())
def approve(opening_id: str) -> ResponseReturnValue:
    opening = queries.opening_in_review(opening_id)
    # Its employer may change it while it waits: what is approved is what was read.
    seen = request.form.get("version", -1, type=int)
    service.approve_opening(opening, seen, current_actor(), clock.now())
    flash(_("공고를 올렸어요."), "success")
    return redirect(url_for("opening_reviews.index"), 303)


@opening_reviews.post("/<opening_id>/return")
@requires(may_review())
def give_back(opening_id: str) -> ResponseReturnValue:
    opening, form = queries.opening_in_review(opening_id), ReturnForm()
    if form.validate_on_submit():
        try:
            service.return_opening(opening, form.why.data or "", current_actor(), clock.now())
        except DomainError as error:
            form.why.errors = [str(error.message)]
        else:
            flash(_("구인기업에 돌려보냈어요."), "success")
            return redirect(url_for("opening_reviews.index"), 303)
    return _page(opening, form), 422


def _page(opening: Opening, form: ReturnForm) -> str:
    found, said = service.words_found(opening), service.words_said(opening)
    return render_template(
        "jobs/hiring/review.html",
        opening=opening,
        form=form,
        found=found,
        said=said,
        worst=worst,
        similar=similar_to([opening]),
    )
