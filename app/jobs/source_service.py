"""Sources of openings: portals and lists that we follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.jobs.import_models import ListSource
from app.jobs.import_words import Schedule
from app.jobs.opening_words import OpeningSource


def source_for_files(
    kind: OpeningSource, name: str, actor: Actor, at: datetime, organisation_id: int | None = None
) -> ListSource:
    """Answer the source of this kind and name, made when there is none: files of one name are one list."""
    rows = select(ListSource).where(
        ListSource.kind == kind.value, ListSource.name == name, ListSource.organisation_id == organisation_id
    )
    source = db.session.scalars(rows.order_by(ListSource.id).limit(1)).first()
    if source is None:
        source = ListSource(kind=kind.value, name=name, organisation_id=organisation_id, created_at=at)
        source.schedule, source.url, source.enabled, source.mapping = Schedule.NEVER.value, "", True, {}
        db.session.add(source)
        db.session.flush()
        audit.record(actor, "opening_source.create", source, at=at, after={"kind": source.kind, "name": source.name})
    return source


def remember_mapping(source: ListSource, signature: str, mapping: dict[str, str]) -> None:
    """Remember what the columns with these titles mean."""
    if source.mapping.get(signature) != mapping:
        source.mapping = {**source.mapping, signature: mapping}
        db.session.flush()
