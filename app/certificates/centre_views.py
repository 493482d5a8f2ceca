"""Issuing for a cohort: who gets one, who not and why, progress, the certificates of the cohort, the issue ledger."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.certificates import issuing_service, queries
from app.certificates.archive import archive_of
from app.certificates.authority import this_authority
from app.certificates.blueprints import certificates
from app.certificates.downloads import download, streamed
from app.certificates.ledger import FORMATS, write_ledger
from app.certificates.models import Certificate
from app.certificates.paper import archive_name
from app.certificates.verification_service import without_their_key
from app.certificates.wording import CannotBeWritten
from app.core import clock, jobs
from app.core.access import current_actor, requires
from app.core.errors import NotFound
from app.core.forms import has_unsafe_characters, search_text
from app.core.i18n import _, _l
from app.core.paging import paginate
from app.training.models import Cohort
from app.training.scope import can_write, find_cohort, find_enrolment, may_look, may_write


@certificates.get("/cohorts/<cohort_id>/certificates")
@requires(may_look(), shows=_l("기수의 수료증 발급 현황"))
def cohort(cohort_id: str) -> ResponseReturnValue:
    return _cohort_page(find_cohort(cohort_id, current_actor()))


@certificates.post("/cohorts/<cohort_id>/certificates")
@requires(may_write())
def issue(cohort_id: str) -> ResponseReturnValue:
    """Ask for the certificates of everybody who completed, or of the one person that the form names."""
    actor = current_actor()
    found = find_cohort(cohort_id, actor, to_write=True)
    person = request.form.get("enrolment", "")
    if has_unsafe_characters(person):
        # No id of ours; and whoever names one person must never get the certificates of all.
        raise NotFound
    enrolments = [find_enrolment(found, person, actor)] if person else None
    try:
        asked = issuing_service.request_certificates(found, actor, clock.now(), enrolments)
    except CannotBeWritten as error:
        return _cohort_page(found, error), error.status
    if asked is None:
        flash(_("새로 발급할 수료증이 없어요. 수료한 사람은 모두 수료증이 있어요."), "info")
    return redirect(url_for("certificates.cohort", cohort_id=found.public_id), 303)


def _cohort_page(found: Cohort, cannot: CannotBeWritten | None = None) -> str:
    people = queries.candidates(found)
    progress = queries.progress_of(found)
    return render_template(
        "certificates/cohort.html",
        cohort=found,
        lost=without_their_key([p.certificate for p in people if p.certificate is not None], clock.now()),
        people=people,
        ready=[p for p in people if p.can_be_issued],
        progress=progress,
        progress_text=_progress_text(progress),
        writes=can_write(current_actor(), found.organisation_id),
        authority=this_authority(),
        problems=cannot.problems if cannot is not None else [],
    )


@certificates.get("/cohorts/<cohort_id>/certificates/progress")
@requires(may_look())
def progress(cohort_id: str) -> ResponseReturnValue:
    found = find_cohort(cohort_id, current_actor())
    now = queries.progress_of(found)
    return {
        "done": now.finished,
        "total": now.total,
        "text": _progress_text(now),
        "running": now.waiting > 0,
    }


@certificates.get("/cohorts/<cohort_id>/certificates/issued")
@requires(may_look(), shows=_l("기수의 수료증"))
def issued(cohort_id: str) -> ResponseReturnValue:
    found = find_cohort(cohort_id, current_actor())
    search = search_text(request.args.get("q"))
    page = paginate(queries.certificates_of_cohort(found, search), request.args.get("page", 1, type=int))
    hold, hold_no_more = queries.how_many_hold(found)
    return render_template(
        "certificates/issued.html",
        cohort=found,
        page=page,
        lost=without_their_key(page.items, clock.now()),
        search=search,
        hold=hold,
        hold_no_more=hold_no_more,
    )


@certificates.get("/cohorts/<cohort_id>/certificates/papers.zip")
@requires(may_look(), shows=_l("기수의 수료증"))
def papers(cohort_id: str) -> ResponseReturnValue:
    found = find_cohort(cohort_id, current_actor())
    parts = archive_of(current_app._get_current_object(), found, clock.now())  # type: ignore[attr-defined]
    return streamed(parts, "application/zip", archive_name(found))


@certificates.get("/certificates")
@requires(may_look(), shows=_l("발급대장"))
def ledger() -> ResponseReturnValue:
    search = search_text(request.args.get("q"))
    page = paginate(queries.ledger(current_actor(), search), request.args.get("page", 1, type=int))
    return render_template(
        "certificates/ledger.html", page=page, lost=without_their_key(page.items, clock.now()), search=search
    )


@certificates.get("/cohorts/<cohort_id>/certificates/ledger.<form>")
@requires(may_look(), shows=_l("발급대장"))
def cohort_ledger(cohort_id: str, form: str) -> ResponseReturnValue:
    found = find_cohort(cohort_id, current_actor())
    return _ledger_file(queries.every(queries.certificates_of_cohort(found)), form, found.code)


@certificates.get("/certificates/ledger.<form>")
@requires(may_look(), shows=_l("발급대장"))
def whole_ledger(form: str) -> ResponseReturnValue:
    search = search_text(request.args.get("q"))
    day = clock.seoul_date(clock.now()).isoformat()
    return _ledger_file(queries.every(queries.ledger(current_actor(), search)), form, day)


def _ledger_file(found: Sequence[Certificate], form: str, label: str) -> ResponseReturnValue:
    if form not in FORMATS:
        raise NotFound
    return download(write_ledger(found, form), FORMATS[form], f"{_('발급대장')}_{label}.{form}")


def _progress_text(progress: queries.Progress) -> str:
    text: str = _("%(total)s명 중 %(done)s명 발급", total=progress.total, done=progress.done)
    if progress.waiting and not jobs.worker_is_alive(clock.now()):
        text += ". " + _("발급 프로그램이 멈춰 있어요. 신청은 저장되어 있고, 프로그램이 켜지면 이어서 발급해요.")
    return text
