"""Bulk verification for employers, field centres and offices: `/verify/bulk`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.certificates import bulk_queries, bulk_reading, bulk_service, bulk_words
from app.certificates.bulk_answers import BulkAnswer
from app.certificates.bulk_export import write_answers
from app.certificates.bulk_fields import shown_fields
from app.certificates.bulk_forms import BulkForm
from app.certificates.bulk_models import BulkVerification, BulkVerificationItem
from app.certificates.bulk_queries import BulkProgress, may_look, may_verify
from app.certificates.downloads import download
from app.certificates.ledger import FORMATS
from app.certificates.receipt_paper import receipt_file
from app.core import clock, jobs
from app.core.access import current_actor, requires
from app.core.db import release
from app.core.errors import DomainError, NotFound
from app.core.i18n import _, _l
from app.core.paging import Page, paginate
from app.core.security import limiter
from app.core.uploads import takes_file

blueprint = Blueprint("bulk", __name__, url_prefix="/verify/bulk")

_ROOM_FOR_THE_FORM = 1024 * 1024 - 1
_RECEIPT_FORMS = {"pdf": "application/pdf", "json": "application/json", "jwt": "application/jwt"}


@blueprint.url_value_preprocessor
def _take_many_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Take more than elsewhere, and only from those who may send it: before anything reads the body."""
    if endpoint == "bulk.create" and request.method == "POST" and bulk_queries.can_verify(current_actor()):
        request.max_content_length = bulk_reading.MOST_BYTES + _ROOM_FOR_THE_FORM


@blueprint.get("")
@requires(may_look())
def index() -> ResponseReturnValue:
    actor = current_actor()
    page = paginate(bulk_queries.bulk_verifications_of(actor), request.args.get("page", 1, type=int))
    return render_template("verification/bulk.html", page=page, may_verify=bulk_queries.can_verify(actor))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(may_verify())
@limiter.limit("30 per minute", methods=["POST"])
@takes_file(
    lambda size: _("한 번에 올릴 수 있는 수료증 파일은 모두 합해 %(size)sMB예요. 나누어 올려 주세요.", size=size)
)
def create() -> ResponseReturnValue:
    actor, form = current_actor(), BulkForm()
    organisations = bulk_queries.organisations_of(actor)
    form.offer(organisations)
    if not form.validate_on_submit():
        return _form_page(form, 422 if form.is_submitted() else 200)
    chosen = next(o.public_id for o in organisations if o.public_id == form.organisation.data)
    try:
        release()
        questions = bulk_reading.read_questions(form.files_sent, form.lines.data or "")
        organisation = next(o for o in bulk_queries.organisations_of(actor) if o.public_id == chosen)
        bulk = bulk_service.submit(organisation, questions, form.title.data or "", actor, clock.now(), form.new_id)
    except DomainError as error:
        field = form.lines if isinstance(error, bulk_reading.TextRefused) else form.files
        field.errors = [*field.errors, str(error.message)]
        return _form_page(form, error.status)
    return redirect(url_for("bulk.show", public_id=bulk.public_id), 303)


def _form_page(form: BulkForm, status: int) -> ResponseReturnValue:
    page = render_template("verification/bulk_new.html", form=form, reading=bulk_reading, days=_days())
    return page, status


@blueprint.get("/<public_id>")
@requires(may_look(), shows=_l("일괄 진위확인 결과"))
def show(public_id: str) -> ResponseReturnValue:
    bulk = bulk_queries.bulk_verification_for(current_actor(), public_id)
    group = request.args.get("answer", "")
    answers = bulk_words.GROUPS[group][1] if group in bulk_words.GROUPS else ()
    counted = bulk_queries.counted(bulk)
    progress = BulkProgress(sum(counted.values()), bulk.item_count)
    return render_template(
        "verification/bulk_show.html",
        bulk=bulk,
        page=_items(bulk, answers),
        group=group if answers else "",
        groups=bulk_words.GROUPS,
        counts=bulk_words.group_counts(counted),
        progress=progress,
        progress_text=_progress_text(bulk, progress),
        organisation=bulk_queries.organisation_name(bulk),
        badges=bulk_words.BADGES,
        shown_fields=shown_fields,
        may_verify=bulk_queries.can_verify(current_actor(), bulk.organisation_id),
    )


def _items(bulk: BulkVerification, answers: Sequence[BulkAnswer]) -> Page[BulkVerificationItem] | None:
    """Answer a page of the answers; None as long as there are none to be relied on."""
    if bulk.is_under_way:
        return None
    return paginate(bulk_queries.items_of(bulk, answers), request.args.get("page", 1, type=int))


@blueprint.get("/<public_id>/progress")
@requires(may_look())
def progress(public_id: str) -> ResponseReturnValue:
    bulk = bulk_queries.bulk_verification_for(current_actor(), public_id)
    now = bulk_queries.progress_of(bulk)
    return {
        "done": now.done,
        "total": now.total,
        "text": _progress_text(bulk, now),
        "running": bulk.is_under_way,
    }


@blueprint.get("/<public_id>/answers.<form>")
@requires(may_look(), shows=_l("일괄 진위확인 결과"))
def answers(public_id: str, form: str) -> ResponseReturnValue:
    bulk = bulk_queries.bulk_verification_for(current_actor(), public_id)
    if form not in FORMATS:
        raise NotFound
    data = write_answers(bulk_queries.every_item(bulk), form)
    return download(data, FORMATS[form], f"{_('일괄 진위확인')}_{clock.seoul_date(bulk.created_at)}.{form}")


@blueprint.get("/<public_id>/receipt.<form>")
@requires(may_look())
def receipt(public_id: str, form: str) -> ResponseReturnValue:
    bulk = bulk_queries.bulk_verification_for(current_actor(), public_id)
    found = bulk_queries.receipt_of(bulk)
    if form not in _RECEIPT_FORMS or found is None:
        raise NotFound
    label = _("확인결과서")
    name = f"{label}_{clock.seoul_date(found.signed_at)}_{found.public_id[:8]}.{form}"
    return download(receipt_file(found, form), _RECEIPT_FORMS[form], name)


@blueprint.route("/<public_id>/delete", methods=["GET", "POST"])
@requires(may_verify())
def delete(public_id: str) -> ResponseReturnValue:
    actor = current_actor()
    bulk = bulk_queries.bulk_verification_for(actor, public_id, to_write=True)
    if request.method == "GET":
        return render_template("verification/bulk_delete.html", bulk=bulk)
    bulk_service.destroy(bulk, actor, clock.now())
    flash(_("확인 결과를 파기했어요."), "success")
    return redirect(url_for("bulk.index"), 303)


def _days() -> int:
    return bulk_service.KEPT_FOR.days


def _progress_text(bulk: BulkVerification, now: BulkProgress) -> str:
    text: str = _("%(total)s건 중 %(done)s건 확인", total=now.total, done=now.done)
    if now.done == now.total:
        text += ". " + _("확인결과서에 서명하고 있어요.")
    if bulk.is_under_way and not jobs.worker_is_alive(clock.now()):
        text += ". " + _("확인 프로그램이 멈춰 있어요. 올린 것은 저장되어 있고, 프로그램이 켜지면 이어서 확인해요.")
    return text
