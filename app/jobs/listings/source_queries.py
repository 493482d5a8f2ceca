"""Finding sources of openings, their imports, and where an opening comes from."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import WRITING_ROLES
from app.core.access import Actor, owned
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.listings.import_models import ImportNote, ImportRun, ListSource, OpeningOrigin
from app.jobs.opening_models import Opening
from app.jobs.scope import HIRING_KINDS, oversees_lists


def sources_to_pull(name: str = "") -> list[tuple[int, str]]:
    """Answer number and name of the sources that can be asked: one by its name or number, or all enabled ones."""
    rows = select(ListSource.id, ListSource.name).where(ListSource.url != "")
    rows = rows.where(_named(name) if name else ListSource.enabled)
    found = [(source_id, title) for source_id, title in db.session.execute(rows.order_by(ListSource.id))]
    db.session.rollback()
    return found


def _named(name: str) -> ColumnElement[bool]:
    return or_(ListSource.name == name, ListSource.public_id == name)


def sources_of(actor: Actor) -> Select[ListSource]:
    """Select the sources that the actor looks after: offices and operators the common ones, employers their own."""
    own = owned(ListSource, actor, kinds=HIRING_KINDS, roles=WRITING_ROLES)
    if not oversees_lists(actor):
        return own.order_by(ListSource.name, ListSource.id)
    ids = actor.organisation_ids(HIRING_KINDS, WRITING_ROLES)
    rows = select(ListSource).where(or_(ListSource.organisation_id.is_(None), ListSource.organisation_id.in_(ids)))
    return rows.order_by(ListSource.name, ListSource.id)


def source_of(actor: Actor, public_id: str) -> ListSource:
    """Answer one of the actor's sources. Raises `NotFound` for any other."""
    source = db.session.scalars(sources_of(actor).where(ListSource.public_id == public_id)).one_or_none()
    if source is None:
        raise NotFound
    return source


def portal_of(actor: Actor, public_id: str) -> ListSource:
    """Answer one of the common portals. Raises `NotFound` for lists of files and for anybody else."""
    source = source_of(actor, public_id)
    if not source.url or source.organisation_id is not None or not oversees_lists(actor):
        raise NotFound
    return source


def runs_of(source: ListSource) -> Select[ImportRun]:
    """Select the imports of a source, the newest first."""
    return select(ImportRun).where(ImportRun.source_id == source.id).order_by(ImportRun.id.desc())


def run_of(source: ListSource, public_id: str) -> ImportRun:
    """Answer an import of this source. Raises `NotFound`."""
    run = db.session.scalars(runs_of(source).where(ImportRun.public_id == public_id)).one_or_none()
    if run is None:
        raise NotFound
    return run


def notes_of(run: ImportRun) -> Select[ImportNote]:
    """Select what an import refused or left out, in the list's order."""
    return select(ImportNote).where(ImportNote.run_id == run.id).order_by(ImportNote.id)


def last_runs(sources: list[ListSource]) -> dict[int, ImportRun]:
    """Answer the newest import of each of these sources."""
    newest = select(func.max(ImportRun.id)).where(ImportRun.source_id.in_([source.id for source in sources]))
    rows = select(ImportRun).where(ImportRun.id.in_(newest.group_by(ImportRun.source_id)))
    return {run.source_id: run for run in db.session.scalars(rows)}


def origins_of(opening: Opening) -> list[OpeningOrigin]:
    """Answer the lists that have this opening now, the one that leads first."""
    rows = select(OpeningOrigin).where(OpeningOrigin.opening_id == opening.id, OpeningOrigin.vanished_at.is_(None))
    rows = rows.options(joinedload(OpeningOrigin.source)).order_by(OpeningOrigin.leads.desc(), OpeningOrigin.id)
    return list(db.session.scalars(rows))
