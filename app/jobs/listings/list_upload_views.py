"""A list of openings from a file: choose, look at what it would do and what its columns mean, confirm."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.accounts.models import Organisation
from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import DomainError, NotFound
from app.core.i18n import _
from app.core.paging import page_of
from app.core.uploads import takes_file
from app.jobs.blueprints import opening_sources
from app.jobs.listings import list_upload_service as service
from app.jobs.listings.list_upload_service import Preview
from app.jobs.listings.listing import UnreadableList
from app.jobs.listings.source_forms import ListPreviewForm, ListUploadForm
from app.jobs.scope import can_write, employers_to_write, may_import, oversees_lists
from app.training.received_file import clean_filename
from app.training.ticket import seal, unseal

PER_PAGE = 50
TABLE, READING, SUBJECT = "opening-table", "opening-list", "opening-lists"


@opening_sources.route("/upload", methods=["GET", "POST"])
@requires(may_import(), only_looks=True)
@takes_file(lambda size: _("공고 목록 파일은 %(size)sMB까지 올릴 수 있어요. 목록을 나누어 올려 주세요.", size=size))
def upload() -> ResponseReturnValue:
    employers = _employers()
    form, most = ListUploadForm(), f"{service.MAX_ROWS:,}"
    form.employer.choices = [SelectChoice(public_id, name) for public_id, name, _whose in employers]
    form.employer.data = form.employer.data or employers[0][0]
    if not form.validate_on_submit():
        return render_template("jobs/listings/list_upload.html", form=form, most=most), 422 if form.errors else 200
    whose = next(whose for public_id, _name, whose in employers if public_id == form.employer.data)
    file = form.file.data
    try:
        preview = service.preview_file(
            file.read(), clean_filename(file.filename or ""), form.name.data or "", whose, clock.now()
        )
    except UnreadableList as error:
        form.file.errors = [str(error.message)]
        return render_template("jobs/listings/list_upload.html", form=form, most=most), 422
    return _show(preview)


@opening_sources.post("/upload/columns")
@requires(may_import(), only_looks=True)
def upload_columns() -> ResponseReturnValue:
    upload, table = service.unpack_table(_carried(TABLE, ListPreviewForm().table.data))
    chosen = {name.removeprefix("column-"): value for name, value in request.form.items() if "column-" in name}
    try:
        mapping = service.chosen_mapping(chosen)
    except DomainError as error:
        return _show(service.preview_table(upload, table, None, clock.now()), str(error.message))
    return _show(service.preview_table(upload, table, mapping, clock.now()))


@opening_sources.post("/upload/page")
@requires(may_import(), only_looks=True)
def upload_page() -> ResponseReturnValue:
    """Show another page of a preview, which the page has carried here and takes along again."""
    form = ListPreviewForm()
    content = _carried(READING, form.ticket.data)
    table = _carried(TABLE, form.table.data) if form.table.data else None
    pages = form.to_rows.data or form.rows.data or 1, form.to_notes.data or form.notes.data or 1
    return _show(service.preview_again(content, table), pages=pages, whole=bool(form.whole.data))


@opening_sources.post("/upload/confirm")
@requires(may_import())
def confirm_upload() -> ResponseReturnValue:
    form, actor = ListPreviewForm(), current_actor()
    content = _carried(READING, form.ticket.data)
    whose = service.employer_of(content)
    # Whoever saw the preview may have left the employer since.
    if not (oversees_lists(actor) if whose is None else can_write(actor, whose)):
        raise NotFound
    run = service.confirm(
        content,
        bool(form.whole.data),
        actor,
        clock.now(),
        needs_review=current_app.config["IEUM_OPENING_REVIEW"],
    )
    flash(_("목록을 가져왔어요."), "success")
    return redirect(url_for("opening_sources.run", source_id=run.source.public_id, run_id=run.public_id), 303)


def _employers() -> list[tuple[str, str, Organisation | None]]:
    """Answer whose list it may be: id, name, employer; the common lists of the offices have none."""
    actor = current_actor()
    common: list[tuple[str, str, Organisation | None]] = []
    if oversees_lists(actor):
        common.append(("common", str(_("여러 기관의 공고가 있는 목록")), None))
    return [*common, *((one.public_id, one.name, one) for one in employers_to_write(actor))]


def _show(
    preview: Preview, error: str = "", *, pages: tuple[int, int] = (1, 1), whole: bool = True
) -> ResponseReturnValue:
    secret, actor = current_app.config["SECRET_KEY"], current_actor()
    form = ListPreviewForm(formdata=None)
    form.whole.data = whole
    if preview.table is not None:
        form.table.data = seal(secret, TABLE, actor, SUBJECT, service.pack_table(preview))
    if preview.can_be_confirmed:
        form.ticket.data = seal(secret, READING, actor, SUBJECT, service.pack_preview(preview))
    error = error or str(preview.error)
    reading = preview.reading
    page = render_template(
        "jobs/listings/list_preview.html",
        preview=preview,
        form=form,
        error=error,
        listings=page_of(reading.listings, pages[0], PER_PAGE),
        notes=page_of(reading.refused + reading.remarks, pages[1], PER_PAGE),
    )
    return page, 422 if error else 200


def _carried(purpose: str, ticket: str | None) -> dict[str, Any]:
    return unseal(current_app.config["SECRET_KEY"], purpose, current_actor(), SUBJECT, ticket or "")
