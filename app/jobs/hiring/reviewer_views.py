"""Reviewers, criteria and scores: `/hiring/<opening>/reviewers`, `/hiring/<opening>/scores`."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import DomainError, Invalid
from app.core.forms import search_text
from app.core.i18n import _, _l
from app.core.paging import Page
from app.jobs.applying.visible import visible_of
from app.jobs.blueprints import hiring
from app.jobs.hiring import applicant_queries
from app.jobs.hiring import reviewer_queries as queries
from app.jobs.hiring import reviewer_service as service
from app.jobs.hiring.applicant_views import applicant_page
from app.jobs.hiring.reviewer_forms import AppointForm, CommentForm, CriterionForm, StepBackForm
from app.jobs.scope import find_managed_opening, find_own_opening, manages, may_look, may_manage

_SHOWS = _l("심사위원")
_SCORES = _l("지원서 평가")


@hiring.get("/<opening_id>/reviewers")
@requires(may_manage(), shows=_SHOWS)
def reviewers(opening_id: str) -> ResponseReturnValue:
    return _reviewers(opening_id, CriterionForm())


def _reviewers(opening_id: str, form: CriterionForm) -> ResponseReturnValue:
    opening = find_managed_opening(opening_id, current_actor())
    appoint_form = AppointForm(formdata=None)
    members = queries.members_to_appoint(opening)
    appoint_form.account.choices = [SelectChoice(m.public_id, m.name) for m in members]
    page = render_template(
        "jobs/hiring/reviewers.html",
        opening=opening,
        reviewers=queries.reviewers_of(opening),
        criteria=queries.criteria_of(opening),
        is_scored=queries.has_scores(opening),
        opened=queries.scores_opened(opening),
        members=members,
        appoint_form=appoint_form,
        form=form,
        employer=opening.organisation,
    )
    return page, 422 if form.errors else 200


@hiring.post("/<opening_id>/reviewers")
@requires(may_manage(), shows=_SHOWS)
def appoint(opening_id: str) -> ResponseReturnValue:
    opening = find_managed_opening(opening_id, current_actor())
    reviewer = service.appoint(opening, request.form.get("account", ""), current_actor(), clock.now())
    flash(_("%(name)s 님을 심사위원으로 정했어요.", name=reviewer.account.name), "success")
    return redirect(url_for("hiring.reviewers", opening_id=opening_id), 303)


@hiring.post("/<opening_id>/reviewers/<reviewer_id>/dismiss")
@requires(may_manage(), shows=_SHOWS)
def dismiss(opening_id: str, reviewer_id: str) -> ResponseReturnValue:
    opening = find_managed_opening(opening_id, current_actor())
    service.dismiss(opening, queries.find_reviewer(opening, reviewer_id), current_actor(), clock.now())
    flash(_("심사위원에서 뺐어요."), "success")
    return redirect(url_for("hiring.reviewers", opening_id=opening_id), 303)


@hiring.post("/<opening_id>/criteria")
@requires(may_manage(), shows=_SHOWS)
def add_criterion(opening_id: str) -> ResponseReturnValue:
    opening, form = find_managed_opening(opening_id, current_actor()), CriterionForm()
    if form.validate_on_submit():
        try:
            service.add_criterion(
                opening,
                form.name.data or "",
                form.most.data or 1,
                form.weight.data or 1,
                current_actor(),
                clock.now(),
            )
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            return redirect(url_for("hiring.reviewers", opening_id=opening_id), 303)
    return _reviewers(opening_id, form)


@hiring.post("/<opening_id>/criteria/<criterion_id>/remove")
@requires(may_manage(), shows=_SHOWS)
def remove_criterion(opening_id: str, criterion_id: str) -> ResponseReturnValue:
    opening = find_managed_opening(opening_id, current_actor())
    service.remove_criterion(opening, criterion_id, current_actor(), clock.now())
    return redirect(url_for("hiring.reviewers", opening_id=opening_id), 303)


@hiring.get("/<opening_id>/scores")
@requires(may_look(), shows=_SCORES)
def scores(opening_id: str) -> ResponseReturnValue:
    opening, at = find_own_opening(opening_id, current_actor()), clock.now()
    search, number = search_text(request.args.get("q")), request.args.get("page", 1, type=int)
    page, seen = queries.scored_page(opening, current_actor(), search, number)
    applicant_queries.note_applicants(page.items)
    rows = [(visible_of(application, opening, at), seen[application.id]) for application in page.items]
    return render_template(
        "jobs/hiring/scores.html",
        opening=opening,
        page=Page(rows, page.page, page.pages, page.total),
        search=search,
        opened=queries.scores_opened(opening),
        criteria=queries.criteria_of(opening),
        manages=manages(current_actor(), opening.organisation_id),
    )


@hiring.post("/<opening_id>/scores/open")
@requires(may_manage(), shows=_SCORES)
def open_scores(opening_id: str) -> ResponseReturnValue:
    service.open_scores(find_managed_opening(opening_id, current_actor()), current_actor(), clock.now())
    flash(_("점수를 열었어요. 이제 심사위원들이 서로의 점수를 볼 수 있고 고칠 수 없어요."), "success")
    return redirect(url_for("hiring.scores", opening_id=opening_id), 303)


@hiring.post("/<opening_id>/applications/<application_id>/scores")
@requires(may_look(), shows=_SCORES)
def score(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    application = applicant_queries.find_application(opening, application_id, current_actor())
    try:
        service.score(opening, application, _points(), current_actor(), clock.now())
    except Invalid as error:
        applicant_queries.note_applicants([application])
        return applicant_page(opening, application, wrong_points=str(error.message)), 422
    flash(_("점수를 저장했어요."), "success")
    return redirect(url_for("hiring.applicant", opening_id=opening_id, application_id=application_id), 303)


@hiring.post("/<opening_id>/applications/<application_id>/comments")
@requires(may_look(), shows=_SCORES)
def comment(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening = find_own_opening(opening_id, current_actor())
    application = applicant_queries.find_application(opening, application_id, current_actor())
    form = CommentForm()
    if not form.validate_on_submit():
        applicant_queries.note_applicants([application])
        return applicant_page(opening, application, comment_form=form), 422
    service.comment(opening, application, form.words.data or "", current_actor(), clock.now())
    return redirect(url_for("hiring.applicant", opening_id=opening_id, application_id=application_id), 303)


@hiring.post("/<opening_id>/applications/<application_id>/step-back")
@requires(may_look(), shows=_SCORES)
def step_back(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening, form = find_own_opening(opening_id, current_actor()), StepBackForm()
    if not queries.has_stepped_back(opening, application_id, current_actor()):  # It is out of sight then.
        application = applicant_queries.find_application(opening, application_id, current_actor())
        if not form.validate_on_submit():
            applicant_queries.note_applicants([application])
            return applicant_page(opening, application, step_back_form=form), 422
        service.step_back(opening, application, form.why.data or "", current_actor(), clock.now())
    flash(_("회피를 알렸어요. 이 지원서는 이제 보이지 않아요."), "success")
    return redirect(url_for("hiring.applicants", opening_id=opening_id), 303)


def _points() -> dict[str, int]:
    given = {}
    for name, value in request.form.items():
        if name.startswith("points-") and value.strip():
            if not value.strip().isdecimal() or len(value.strip()) > 4:
                raise Invalid(_l("점수는 0 이상의 숫자로 입력해 주세요."))
            given[name.removeprefix("points-")] = int(value)
    return given
