"""The pages of badges from elsewhere: `/portfolio/badges`."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.queries import account_of
from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import DomainError, Invalid
from app.core.forms import search_text
from app.core.i18n import _
from app.core.paging import paginate
from app.core.uploads import takes_file
from app.portfolio import foreign_badge_queries as queries
from app.portfolio import foreign_badge_service as service
from app.portfolio.foreign_badge_file import MAX_BYTES
from app.portfolio.foreign_badge_forms import BadgeForm
from app.portfolio.foreign_badge_models import BadgeState
from app.portfolio.foreign_badge_recipient import shown
from app.portfolio.foreign_badge_words import BADGE_KINDS, moment, name_of, steps_of, words_on
from app.portfolio.views import blueprint, own_person


@blueprint.get("/badges")
@requires(signed_in())
def badges() -> ResponseReturnValue:
    person, search = own_person(), search_text(request.args.get("q"))
    return render_template(
        "portfolio/badges.html",
        page=paginate(queries.badges_of(person, search), request.args.get("page", 1, type=int)),
        search=search,
        states=BadgeState,
        kinds=BADGE_KINDS,
        name_of=name_of,
        most=service.MOST_BADGES,
    )


@blueprint.route("/badges/new", methods=["GET", "POST"])
@requires(signed_in())
@takes_file(
    lambda _size: _("배지 파일은 1MB까지 올릴 수 있어요. 발급기관에서 내려받은 배지 파일을 그대로 올려 주세요.")
)
def add_badge() -> ResponseReturnValue:
    own_person()
    form, own_certificate = BadgeForm(), ""
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            file = service.read_badge(form.data_sent)
            received = service.receive_badge(own_person(), file, current_actor(), clock.now())
        except Invalid as error:
            (form.file if form.file.data else form.text).errors = [str(error)]
        except DomainError as error:
            form.file.errors, status = [str(error)], error.status
        else:
            if received.badge is not None:
                if not received.is_new:
                    flash(_("이미 올린 배지예요."), "info")
                return redirect(url_for("portfolio.badge", public_id=received.badge.public_id), 303)
            own_certificate, status = received.own_certificate, 200
    page = render_template("portfolio/badge_new.html", form=form, limit=MAX_BYTES, own_certificate=own_certificate)
    return page, status


@blueprint.get("/badges/<public_id>")
@requires(signed_in())
def badge(public_id: str) -> ResponseReturnValue:
    person = own_person()
    found = queries.badge_of(person, public_id)
    content = found.content or {}
    return render_template(
        "portfolio/badge.html",
        badge=found,
        state=BadgeState(found.state),
        content=content,
        recipients=[text for text in map(shown, content.get("recipients", [])) if text],
        issued=moment(content.get("issued", "")),
        expires=moment(content.get("expires", "")),
        is_own=queries.is_own(found, account_of(current_actor()), person),
        name=name_of(found),
        words=words_on(found),
        steps=list(steps_of(found)),
        kinds=BADGE_KINDS,
    )


@blueprint.get("/badges/<public_id>/progress")
@requires(signed_in())
def badge_progress(public_id: str) -> ResponseReturnValue:
    found = queries.badge_of(own_person(), public_id)
    done = {BadgeState.WAITING: 0, BadgeState.CHECKING: 1}.get(BadgeState(found.state), 2)
    return {"done": done, "total": 2, "text": str(BadgeState(found.state).label), "running": found.is_under_way}


@blueprint.post("/badges/<public_id>/check")
@requires(signed_in())
def check_badge(public_id: str) -> ResponseReturnValue:
    found = service.check_again(own_person(), public_id, current_actor(), clock.now())
    return redirect(url_for("portfolio.badge", public_id=found.public_id), 303)


@blueprint.route("/badges/<public_id>/delete", methods=["GET", "POST"])
@requires(signed_in())
def delete_badge(public_id: str) -> ResponseReturnValue:
    person = own_person()
    if request.method == "GET":
        return render_template("portfolio/badge_delete.html", badge=queries.badge_of(person, public_id))
    service.delete_badge(person, public_id, current_actor(), clock.now())
    flash(_("배지를 지웠어요."), "success")
    return redirect(url_for("portfolio.badges"), 303)
