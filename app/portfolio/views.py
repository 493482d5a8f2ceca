"""The pages of one's own record: `/portfolio`."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.accounts import access_log_queries
from app.accounts.access_log_views import what_was_shown
from app.accounts.models import Person
from app.certificates.verification_service import without_their_key
from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import NotFound
from app.core.i18n import _
from app.core.paging import paginate
from app.portfolio import queries
from app.portfolio.experience_queries import experiences_of
from app.portfolio.foreign_badge_models import BadgeState
from app.portfolio.foreign_badge_queries import badges_of
from app.portfolio.foreign_badge_words import BADGE_KINDS, name_of
from app.training.correction_request_forms import CorrectionRequestForm
from app.training.correction_request_models import CorrectionKind, CorrectionState
from app.training.correction_request_queries import requests_about
from app.training.correction_request_service import ask
from app.training.models import CourseKind
from app.training.policy import Mark
from app.training.queries import reports_of

blueprint = Blueprint("portfolio", __name__, url_prefix="/portfolio")


def own_person() -> Person:
    """Answer the person of the account; `NotFound` for one that only acts for an organisation."""
    person = queries.person_of(current_actor())
    if person is None:
        raise NotFound
    return person


@blueprint.get("")
@requires(signed_in())
def index() -> ResponseReturnValue:
    person = queries.person_of(current_actor())
    if person is None:
        return render_template("portfolio/no_person.html")
    today = clock.seoul_date(clock.now())
    years = queries.years_of(person, today)
    year = request.args.get("year", today.year, type=int)
    courses = paginate(queries.courses_of(person), request.args.get("page", 1, type=int), per_page=10)
    held = paginate(queries.certificates_of(person), 1, per_page=4)
    return render_template(
        "portfolio/index.html",
        person=person,
        years=years,
        hours_of_year=queries.hours_of_year(
            person, year if year in years else today.year, current_app.config["IEUM_HOURS_TARGET"]
        ),
        courses=courses,
        reports=reports_of(courses.items),
        certificates=held,
        lost=without_their_key(held.items, clock.now()),
        badges=paginate(badges_of(person), 1, per_page=4),
        experiences=paginate(experiences_of(person), 1, per_page=4),
        badge_state=BadgeState,
        badge_kinds=BADGE_KINDS,
        name_of=name_of,
    )


@blueprint.get("/courses/<public_id>")
@requires(signed_in())
def course(public_id: str) -> ResponseReturnValue:
    report = queries.course_of(own_person(), public_id)
    return render_template(
        "portfolio/course.html",
        report=report,
        cohort=report.enrolment.cohort,
        lines=queries.sessions_of(report.enrolment),
        certificate=queries.certificate_for(report.enrolment),
        kind_label=CourseKind(report.enrolment.cohort.course.kind).label,
        mark_labels={mark.value: mark.label for mark in Mark},
        corrections=requests_about(report.enrolment),
        correction_kinds=CorrectionKind,
        correction_states=CorrectionState,
    )


@blueprint.route("/courses/<public_id>/correction", methods=["GET", "POST"])
@requires(signed_in())
def request_correction(public_id: str) -> ResponseReturnValue:
    enrolment = queries.course_of(own_person(), public_id).enrolment
    form = CorrectionRequestForm()
    numbers = [session.number for session in enrolment.cohort.sessions]
    form.session.choices = [SelectChoice("", _("과정 전체"))] + [
        SelectChoice(str(number), _("%(number)s회차", number=number)) for number in numbers
    ]
    if not form.validate_on_submit():
        page = render_template("portfolio/correction.html", form=form, enrolment=enrolment, cohort=enrolment.cohort)
        return page, 422 if form.is_submitted() else 200
    number = int(form.session.data) if form.session.data else None
    ask(enrolment, current_actor(), form.kind.data, number, form.words.data, clock.now())
    flash(_("교육기관에 보냈어요. 답이 오면 메일로 알려 드려요."), "success")
    return redirect(url_for("portfolio.course", public_id=public_id), 303)


@blueprint.get("/certificates")
@requires(signed_in())
def certificates() -> ResponseReturnValue:
    page = paginate(queries.certificates_of(own_person()), request.args.get("page", 1, type=int))
    return render_template(
        "portfolio/certificates.html", certificates=page, lost=without_their_key(page.items, clock.now())
    )


@blueprint.get("/accesses")
@requires(signed_in())
def accesses() -> ResponseReturnValue:
    own_person()
    actor = current_actor()
    return render_template(
        "portfolio/accesses.html",
        lookers=access_log_queries.lookers_at(actor),
        page=paginate(access_log_queries.looks_at(actor), request.args.get("page", 1, type=int)),
        what=what_was_shown,
    )
