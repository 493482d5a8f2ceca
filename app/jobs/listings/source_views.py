"""Sources of openings, for offices, operators and employers: `/opening-sources`."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import current_actor, requires
from app.core.i18n import _
from app.core.paging import paginate
from app.jobs.blueprints import opening_sources
from app.jobs.listings import import_service, source_service
from app.jobs.listings import source_queries as queries
from app.jobs.listings.import_words import Schedule
from app.jobs.listings.listing_kinds import rules_in_words
from app.jobs.listings.similar_queries import similar_in
from app.jobs.listings.source_forms import SourceForm
from app.jobs.listings.source_service import PortalFields
from app.jobs.opening_words import OpeningSource
from app.jobs.scope import may_follow_portals, may_import, oversees_lists


@opening_sources.get("")
@requires(may_import())
def index() -> ResponseReturnValue:
    actor = current_actor()
    page = paginate(queries.sources_of(actor), request.args.get("page", 1, type=int))
    return render_template(
        "jobs/listings/sources.html",
        page=page,
        runs=queries.last_runs(list(page.items)),
        oversees=oversees_lists(actor),
        rules=rules_in_words(),
    )


@opening_sources.route("/new", methods=["GET", "POST"])
@requires(may_follow_portals())
def create() -> ResponseReturnValue:
    form = SourceForm()
    if form.validate_on_submit():
        source = source_service.create_portal(_fields(form), current_actor(), clock.now(), form.new_id)
        flash(_("출처를 저장했어요."), "success")
        return redirect(url_for("opening_sources.show", source_id=source.public_id), 303)
    return render_template("jobs/listings/source_edit.html", form=form, source=None), 422 if form.errors else 200


@opening_sources.get("/<source_id>")
@requires(may_import())
def show(source_id: str) -> ResponseReturnValue:
    actor = current_actor()
    source = queries.source_of(actor, source_id)
    return render_template(
        "jobs/listings/source.html",
        source=source,
        runs=paginate(queries.runs_of(source), request.args.get("page", 1, type=int)),
        oversees=oversees_lists(actor),
    )


@opening_sources.route("/<source_id>/edit", methods=["GET", "POST"])
@requires(may_follow_portals())
def edit(source_id: str) -> ResponseReturnValue:
    source = queries.portal_of(current_actor(), source_id)
    form = SourceForm(obj=source)
    form.kind.data = source.kind
    if form.validate_on_submit():
        forgot = source_service.change_portal(source, _fields(form), current_actor(), clock.now())
        flash(_("고친 내용을 저장했어요."), "success")
        if forgot:
            flash(_("주소가 다른 기관의 것이 되어 인증키를 지웠어요. 새 인증키를 입력해 주세요."), "warning")
        return redirect(url_for("opening_sources.show", source_id=source_id), 303)
    return render_template("jobs/listings/source_edit.html", form=form, source=source), 422 if form.errors else 200


@opening_sources.post("/<source_id>/pull")
@requires(may_follow_portals())
def pull(source_id: str) -> ResponseReturnValue:
    source = queries.portal_of(current_actor(), source_id)
    source_service.ask_now(source, current_actor(), clock.now())
    flash(_("가져오기를 시작했어요. 잠시 뒤 이 화면을 새로 고치면 결과가 보여요."), "success")
    return redirect(url_for("opening_sources.show", source_id=source_id), 303)


@opening_sources.get("/<source_id>/runs/<run_id>")
@requires(may_import())
def run(source_id: str, run_id: str) -> ResponseReturnValue:
    source = queries.source_of(current_actor(), source_id)
    found = queries.run_of(source, run_id)
    notes = paginate(queries.notes_of(found), request.args.get("page", 1, type=int), per_page=50)
    similar = similar_in(found)
    return render_template("jobs/listings/import_run.html", source=source, run=found, notes=notes, similar=similar)


@opening_sources.post("/<source_id>/runs/<run_id>/undo")
@requires(may_import())
def undo(source_id: str, run_id: str) -> ResponseReturnValue:
    source = queries.source_of(current_actor(), source_id)
    closed = import_service.undo_run(queries.run_of(source, run_id), current_actor(), clock.now())
    flash(_("되돌렸어요. 이때 들어온 공고 %(count)s건을 마감했어요.", count=closed), "success")
    return redirect(url_for("opening_sources.run", source_id=source_id, run_id=run_id), 303)


def _fields(form: SourceForm) -> PortalFields:
    return PortalFields(
        kind=OpeningSource(form.kind.data),
        name=form.name.data,
        url=form.url.data,
        schedule=Schedule(form.schedule.data),
        enabled=bool(form.enabled.data),
        key=(form.key.data or "").strip(),
    )
