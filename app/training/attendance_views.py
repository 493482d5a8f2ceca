"""Attendance of a cohort: the uploads, a new one by choose → preview → confirm → done, and taking one back."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import Conflict, Invalid
from app.core.forms import search_text
from app.core.i18n import _, _l
from app.core.paging import paginate
from app.core.sheets import SheetError
from app.core.uploads import table_too_large, takes_file
from app.training import attendance_service, progress_queries, queries, ticket, understanding, undo_service
from app.training.attendance_service import AlreadyApplied, AttendancePreview
from app.training.blueprints import cohorts
from app.training.forms import ConfirmationForm, ReasonForm, SheetUploadForm
from app.training.models import AttendanceUpload, Cohort
from app.training.progress_queries import Step
from app.training.received_file import receive
from app.training.scope import can_write, find_cohort, find_upload, may_look, may_write
from app.training.session_dates import ranges

PURPOSE = "attendance"


@cohorts.get("/attendance")
@requires(may_write())
def choose_cohort() -> ResponseReturnValue:
    search = search_text(request.args.get("q"))
    page = paginate(queries.cohorts_of(current_actor(), search), request.args.get("page", 1, type=int))
    rows = progress_queries.with_progress(page.items)
    return render_template("training/attendance_choose.html", page=page, rows=rows, search=search)


@cohorts.get("/<cohort_id>/attendance")
@requires(may_look())
def attendance(cohort_id: str) -> ResponseReturnValue:
    cohort = find_cohort(cohort_id, current_actor())
    return render_template(
        "training/attendance.html",
        cohort=cohort,
        page=paginate(queries.uploads_of(cohort), request.args.get("page", 1, type=int)),
        newest=undo_service.newest_standing(cohort),
        writes=can_write(current_actor(), cohort.organisation_id),
    )


@cohorts.route("/<cohort_id>/attendance/new", methods=["GET", "POST"])
@requires(may_write(), only_looks=True, shows=_l("출결 미리보기"))
@takes_file(table_too_large)
def upload_attendance(cohort_id: str) -> ResponseReturnValue:
    cohort = find_cohort(cohort_id, current_actor(), to_write=True)
    form = SheetUploadForm()
    if not form.validate_on_submit():
        return _choose_file(cohort, form, 422 if form.errors else 200)
    try:
        preview = attendance_service.preview(cohort, receive(form.file.data))
    except SheetError as error:
        form.file.errors = [str(error.message)]
        return _choose_file(cohort, form, error.status)
    if preview.applied is not None:
        return _already(cohort, preview.applied)
    if not preview.can_be_applied:
        return render_template("training/attendance_problems.html", cohort=cohort, preview=preview, form=form), 422
    return _show_preview(cohort, preview)


def _choose_file(cohort: Cohort, form: SheetUploadForm, status: int) -> ResponseReturnValue:
    enrolled = len(queries.enrolments(cohort))
    return render_template("training/attendance_new.html", cohort=cohort, form=form, enrolled=enrolled), status


def _show_preview(cohort: Cohort, preview: AttendancePreview) -> ResponseReturnValue:
    sealed = ticket.seal(
        current_app.config["SECRET_KEY"],
        PURPOSE,
        current_actor(),
        cohort.public_id,
        understanding.pack(preview.understanding),
    )
    form = ConfirmationForm(formdata=None, ticket=sealed)
    return render_template(
        "training/attendance_preview.html", cohort=cohort, preview=preview, form=form, ranges=ranges
    )


def _already(cohort: Cohort, upload: AttendanceUpload) -> ResponseReturnValue:
    return render_template("training/attendance_already.html", cohort=cohort, upload=upload)


@cohorts.post("/<cohort_id>/attendance/confirm")
@requires(may_write())
def confirm_attendance(cohort_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor, to_write=True)
    sealed = ConfirmationForm().ticket.data or ""
    try:
        content = ticket.unseal(current_app.config["SECRET_KEY"], PURPOSE, actor, cohort.public_id, sealed)
        upload = attendance_service.apply(cohort, understanding.unpack(content), actor, clock.now())
    except AlreadyApplied as answer:
        return _already(cohort, answer.upload)
    except (Conflict, Invalid) as error:
        page = render_template("training/attendance_stopped.html", cohort=cohort, message=error.message)
        return page, error.status
    return redirect(url_for("cohorts.attendance_done", cohort_id=cohort.public_id, upload_id=upload.public_id), 303)


@cohorts.get("/<cohort_id>/attendance/<upload_id>")
@requires(may_look(), shows=_l("적용한 출결"))
def attendance_done(cohort_id: str, upload_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor)
    upload = find_upload(cohort, upload_id, actor)
    return render_template(
        "training/attendance_done.html",
        cohort=cohort,
        upload=upload,
        changed=queries.people_changed_by(upload),
        report=queries.cohort_report(cohort),
        progress=progress_queries.progress_of([cohort.id])[cohort.id],
        Step=Step,
        undoable=undo_service.newest_standing(cohort) == upload,
        writes=can_write(actor, cohort.organisation_id),
    )


@cohorts.route("/<cohort_id>/attendance/<upload_id>/undo", methods=["GET", "POST"])
@requires(may_write(), shows=_l("되돌릴 출결"))
def undo_attendance(cohort_id: str, upload_id: str) -> ResponseReturnValue:
    actor = current_actor()
    cohort = find_cohort(cohort_id, actor, to_write=True)
    upload = find_upload(cohort, upload_id, actor)
    form = ReasonForm()
    if not form.validate_on_submit():
        preview = undo_service.preview_undo(upload, cohort)
        page = render_template(
            "training/attendance_undo.html", cohort=cohort, upload=upload, preview=preview, form=form
        )
        return page, 422 if form.errors else 200
    undoing = undo_service.undo(upload, cohort, actor, clock.now(), why=form.reason.data or "")
    flash(_("%(file)s에서 온 출결을 적용 전으로 되돌렸어요.", file=upload.filename), "success")
    return redirect(url_for("cohorts.attendance_done", cohort_id=cohort.public_id, upload_id=undoing.public_id), 303)
