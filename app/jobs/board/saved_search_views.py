"""One's own saved searches: `/saved-searches`; and the link in their mails, which needs no account."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, public, requires, signed_in
from app.core.errors import DomainError
from app.core.i18n import _
from app.jobs.blueprints import saved_searches
from app.jobs.board import saved_search_queries as queries
from app.jobs.board import saved_search_service as service
from app.jobs.board.saved_search_forms import SavedSearchForm
from app.jobs.board.saved_search_models import Alert
from app.jobs.board.search_question import Question
from app.jobs.board.search_words import summary


@saved_searches.get("")
@requires(signed_in())
def index() -> ResponseReturnValue:
    return render_template(
        "jobs/board/saved_searches.html",
        searches=queries.searches_of(current_actor()),
        alerts=Alert,
        summary=summary,
        most=service.MOST_SEARCHES,
    )


@saved_searches.route("/new", methods=["GET", "POST"])
@requires(signed_in())
def create() -> ResponseReturnValue:
    question = Question.read(request.args)
    form = SavedSearchForm(data={"name": summary(question)[:80], "alert": Alert.DAILY.value})
    if form.validate_on_submit():
        try:
            service.save_search(question, form.name.data or "", Alert(form.alert.data), current_actor(), clock.now())
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(_("검색을 저장했어요."), "success")
            return redirect(url_for("saved_searches.index"), 303)
    back = url_for("openings.index", **question.arguments())
    page = render_template("jobs/board/saved_search_new.html", form=form, summary=summary(question), back=back)
    return page, 422 if form.errors else 200


@saved_searches.route("/<search_id>/edit", methods=["GET", "POST"])
@requires(signed_in())
def edit(search_id: str) -> ResponseReturnValue:
    search = queries.search_of(current_actor(), search_id)
    form = SavedSearchForm(data={"name": search.name, "alert": search.alert})
    if form.validate_on_submit():
        service.change_search(search, form.name.data or "", Alert(form.alert.data), current_actor(), clock.now())
        flash(_("고친 내용을 저장했어요."), "success")
        return redirect(url_for("saved_searches.index"), 303)
    page = render_template(
        "jobs/board/saved_search_edit.html", form=form, search=search, summary=summary(search.question)
    )
    return page, 422 if form.errors else 200


@saved_searches.route("/<search_id>/delete", methods=["GET", "POST"])
@requires(signed_in())
def delete(search_id: str) -> ResponseReturnValue:
    search = queries.search_of(current_actor(), search_id)
    if request.method == "GET":
        return render_template("jobs/board/saved_search_delete.html", search=search)
    service.delete_search(search, current_actor(), clock.now())
    flash(_("저장한 검색을 지웠어요."), "success")
    return redirect(url_for("saved_searches.index"), 303)


@saved_searches.route("/stop/<token>", methods=["GET", "POST"])
@requires(public())
def stop(token: str) -> ResponseReturnValue:
    if request.method == "POST":
        service.stop_alerts(token, clock.now())
        return redirect(url_for("saved_searches.stop", token=token), 303)
    search = service.search_to_stop(token, clock.now())
    stopped = search is None or search.alert == Alert.OFF
    return render_template("jobs/board/saved_search_stop.html", search=search, stopped=stopped, token=token)
