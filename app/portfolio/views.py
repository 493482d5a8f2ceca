"""The pages of one's own record: `/portfolio`."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import access_log_queries
from app.accounts.access_log_views import what_was_shown
from app.accounts.models import Person
from app.core import clock
from app.core.access import current_actor, requires, signed_in
from app.core.errors import NotFound
from app.core.paging import paginate
from app.portfolio import queries
from app.training.models import CourseKind
from app.training.policy import Mark
from app.training.queries import reports_of

blueprint = Blueprint("portfolio", __name__, url_prefix="/portfolio")


def _own_person() -> Person:
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
    return render_template(
        "portfolio/index.html",
        person=person,
        years=years,
        hours_of_year=queries.hours_of_year(
            person, year if year in years else today.year, current_app.config["IEUM_HOURS_TARGET"]
        ),
        courses=courses,
        reports=reports_of(courses.items),
        certificates=paginate(queries.certificates_of(person), 1, per_page=4),
    )


@blueprint.get("/courses/<public_id>")
@requires(signed_in())
def course(public_id: str) -> ResponseReturnValue:
    report = queries.course_of(_own_person(), public_id)
    return render_template(
        "portfolio/course.html",
        report=report,
        cohort=report.enrolment.cohort,
        lines=queries.sessions_of(report.enrolment),
        certificate=queries.certificate_for(report.enrolment),
        kind_label=CourseKind(report.enrolment.cohort.course.kind).label,
        mark_labels={mark.value: mark.label for mark in Mark},
    )


@blueprint.get("/certificates")
@requires(signed_in())
def certificates() -> ResponseReturnValue:
    page = paginate(queries.certificates_of(_own_person()), request.args.get("page", 1, type=int))
    return render_template("portfolio/certificates.html", certificates=page)


@blueprint.get("/accesses")
@requires(signed_in())
def accesses() -> ResponseReturnValue:
    _own_person()
    actor = current_actor()
    return render_template(
        "portfolio/accesses.html",
        lookers=access_log_queries.lookers_at(actor),
        page=paginate(access_log_queries.looks_at(actor), request.args.get("page", 1, type=int)),
        what=what_was_shown,
    )
