"""Destroying papers before their day, and the certificate of destruction (파기확인서)."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.certificates.downloads import download
from app.core import clock
from app.core.access import current_actor, requires
from app.core.i18n import _, _l
from app.jobs.blueprints import hiring
from app.jobs.duties import destruction_queries as queries
from app.jobs.duties.destruction_by_hand import MOST_AT_ONCE, Outcome, destroy_by_hand
from app.jobs.duties.destruction_forms import DestroyForm
from app.jobs.duties.destruction_paper_service import paper_of, sealed_paper
from app.jobs.opening_models import Opening
from app.jobs.scope import find_own_opening, may_look, may_write


@hiring.route("/<opening_id>/destruction", methods=["GET", "POST"])
@requires(may_write(), shows=_l("파기할 채용서류"))
def destroy(opening_id: str) -> ResponseReturnValue:
    opening, form = find_own_opening(opening_id, current_actor(), to_write=True), DestroyForm()
    # A destruction that was looked at is the one that is done: what was decided since is not in it.
    if form.validate_on_submit():
        return _destroyed(opening, destroy_by_hand(opening, form.numbers, current_actor(), clock.now()))
    kept = queries.kept_papers(opening)
    free = [one for one in kept if not one.is_asked_back]
    now = free[:MOST_AT_ONCE]
    form.seen.data = ",".join(str(one.number) for one in now)
    page = render_template(
        "jobs/duties/destroy.html",
        opening=opening,
        form=form,
        asked_back=len(kept) - len(free),
        later=len(free) - len(now),
        free=now,
        early=[one for one in now if clock.seoul_date(clock.now()) <= one.until],
        counts=queries.counts_of([one.id for one in now]),
    )
    return page, 422 if form.errors else 200


def _destroyed(opening: Opening, outcome: Outcome) -> ResponseReturnValue:
    if outcome.destroyed:
        flash(_("지원서 %(count)s건의 채용서류를 파기했어요.", count=len(outcome.destroyed)), "success")
    if outcome.refused:
        return render_template("jobs/duties/destroyed.html", opening=opening, refused=outcome.refused)
    if not outcome.destroyed:
        flash(_("고른 지원서가 없어서 아무것도 파기하지 않았어요."), "info")
    return redirect(url_for("hiring.destructions", opening_id=opening.public_id), 303)


@hiring.get("/<opening_id>/destructions")
@requires(may_look())
def destructions(opening_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    return render_template(
        "jobs/duties/destructions.html",
        opening=opening,
        summary=queries.summary_of(opening),
        rows=queries.destructions_of(opening),
        paper=paper_of(opening),
    )


@hiring.get("/<opening_id>/destructions.pdf")
@requires(may_look())
def destructions_paper(opening_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    return download(sealed_paper(opening), "application/pdf", f"{_('채용서류 파기확인서')}.pdf")
