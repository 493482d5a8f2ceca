"""Cohorts: the list, one cohort, and a new one with its sessions."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import DomainError
from app.core.forms import search_text
from app.core.i18n import _, _l
from app.core.paging import Page, paginate
from app.training import plan_service, progress_queries, queries, session_dates, undo_service
from app.training.attendance_sheet import PlannedSession
from app.training.blueprints import cohorts
from app.training.forms import CohortForm
from app.training.models import Course, CourseKind, EnrolmentStatus
from app.training.progress_queries import Step
from app.training.queries import PersonReport
from app.training.scope import can_write, centres_to_write, find_cohort, find_course, may_look, may_write

PEOPLE_PER_PAGE = 100


@cohorts.get("")
@requires(may_look())
def index() -> ResponseReturnValue:
    actor = current_actor()
    search, kind = search_text(request.args.get("q")), request.args.get("kind", "")
    kind = kind if kind in set(CourseKind) else ""
    page = paginate(queries.cohorts_of(actor, search, kind), request.args.get("page", 1, type=int))
    return render_template(
        "training/cohorts.html",
        page=page,
        rows=progress_queries.with_progress(page.items),
        search=search,
        kind=kind,
        kinds=CourseKind,
        writes=bool(centres_to_write(actor)),
        Step=Step,
    )


@cohorts.get("/<cohort_id>")
@requires(may_look(), shows=_l("기수의 출결과 수료판정"))
def show(cohort_id: str) -> ResponseReturnValue:
    cohort = find_cohort(cohort_id, current_actor())
    search = search_text(request.args.get("q"))
    report = queries.cohort_report(cohort)
    shown = [person for person in report if search in person.person.name] if search else report
    return render_template(
        "training/cohort.html",
        cohort=cohort,
        progress=progress_queries.progress_of([cohort.id])[cohort.id],
        report=report,
        page=_page_of(shown, request.args.get("page", 1, type=int)),
        search=search,
        others=queries.enrolments(cohort, EnrolmentStatus.WAITLISTED, EnrolmentStatus.CANCELLED),
        newest_upload=undo_service.newest_standing(cohort),
        writes=can_write(current_actor(), cohort.organisation_id),
        Step=Step,
    )


def _page_of(people: list[PersonReport], number: int) -> Page[PersonReport]:
    # The report of a cohort is worked out whole, so its pages are cut here and not by the database.
    pages = max(1, -(-len(people) // PEOPLE_PER_PAGE))
    number = min(max(number, 1), pages)
    first = (number - 1) * PEOPLE_PER_PAGE
    return Page(items=people[first : first + PEOPLE_PER_PAGE], page=number, pages=pages, total=len(people))


@cohorts.route("/new/<course_id>", methods=["GET", "POST"])
@requires(may_write())
def create(course_id: str) -> ResponseReturnValue:
    course = find_course(course_id, current_actor(), to_write=True)
    form = CohortForm()
    if not form.is_submitted():
        return render_template("training/cohort_new.html", course=course, form=form)
    if request.form.get("act") == "generate":
        return _generate(course, form)
    valid = form.validate()
    times = form.session_times() if valid else []
    if valid and not form.mark_faults(times):
        try:
            sessions = [PlannedSession(n, s.date, s.start, s.end) for n, s in enumerate(times, start=1)]
            cohort = plan_service.create_cohort(
                course, form.code.data, form.name.data, form.capacity.data, sessions, current_actor(), clock.now()
            )
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            flash(_("기수를 만들었어요. 다음은 명단을 올릴 차례예요."), "success")
            return redirect(url_for("cohorts.show", cohort_id=cohort.public_id), 303)
    return render_template("training/cohort_new.html", course=course, form=form), 422


def _generate(course: Course, form: CohortForm) -> ResponseReturnValue:
    """Fill the list of dates from the rule; nothing is stored and the other fields are not checked yet."""
    if form.rule_faults():
        return render_template("training/cohort_new.html", course=course, form=form), 422
    made = session_dates.generate(
        form.first.data, form.weekdays.data, form.count.data, form.start.data, form.end.data
    )
    form.replace_sessions(made)
    return render_template("training/cohort_new.html", course=course, form=form, generated=True)
