"""Sources of openings: portals and lists that we follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from app.core import audit
from app.core.access import Actor
from app.core.db import db, new_public_id
from app.core.errors import Conflict
from app.core.holding import hold_name, hold_new
from app.core.i18n import _l
from app.core.jobs import wake
from app.core.sealing import seal, seals
from app.jobs.listings.import_models import ListSource
from app.jobs.listings.import_words import Schedule
from app.jobs.opening_words import OpeningSource
from app.jobs.openings.listing_words import PORTAL_NAMES


def source_for_files(
    kind: OpeningSource, name: str, actor: Actor, at: datetime, organisation_id: int | None = None
) -> ListSource:
    """Answer the source of this kind and name, made when there is none: files of one name are one list."""
    hold_name(f"opening source {kind.value} {organisation_id} {name}")
    source = find_source_for_files(kind, name, organisation_id)
    if source is None:
        source = ListSource(kind=kind.value, name=name, organisation_id=organisation_id, created_at=at)
        source.schedule, source.url, source.enabled, source.mapping = Schedule.NEVER.value, "", True, {}
        db.session.add(source)
        db.session.flush()
        audit.record(actor, "opening_source.create", source, at=at, after={"kind": source.kind, "name": source.name})
    return source


def find_source_for_files(kind: OpeningSource, name: str, organisation_id: int | None = None) -> ListSource | None:
    """Answer the source that a file of this kind and name belongs to, None when there is none.

    A portal's file belongs to the portal that we follow, whatever that is called, when there is one such.
    """
    whose = select(ListSource).where(ListSource.kind == kind.value, ListSource.organisation_id == organisation_id)
    named = db.session.scalars(whose.where(ListSource.name == name).order_by(ListSource.id).limit(1)).first()
    if named is not None or name != PORTAL_NAMES.get(kind.value):
        return named
    followed = db.session.scalars(whose.where(ListSource.url != "").limit(2)).all()
    return followed[0] if len(followed) == 1 else None


def remembered_columns(
    kind: OpeningSource, name: str, organisation_id: int | None, signature: str
) -> dict[str, str] | None:
    """Answer what columns with these titles were said to mean: in the list of this name, else in another list of the
    same employer or office, the newest first. None when nobody has said."""
    rows = select(ListSource.name, ListSource.mapping).where(
        ListSource.kind == kind.value, ListSource.organisation_id == organisation_id
    )
    found = [row for row in db.session.execute(rows.order_by(ListSource.id.desc())) if signature in row.mapping]
    found.sort(key=lambda row: row.name != name)
    return dict(found[0].mapping[signature]) if found else None


def remember_mapping(source: ListSource, signature: str, mapping: dict[str, str]) -> None:
    """Remember what the columns with these titles mean."""
    if source.mapping.get(signature) != mapping:
        source.mapping = {**source.mapping, signature: mapping}
        db.session.flush()


@dataclass(frozen=True)
class PortalFields:
    """What is said of a portal. An empty `key` keeps the one that is stored."""

    kind: OpeningSource
    name: str
    url: str
    schedule: Schedule
    enabled: bool
    key: str = ""


def create_portal(fields: PortalFields, actor: Actor, at: datetime, new_id: str = "") -> ListSource:
    """Follow a portal from now on. `new_id` is what its page calls it: the same once more, of a second click, is the
    one that is there."""
    made = hold_new(ListSource, new_id) if new_id else None
    public_id = new_id if new_id and made is None else new_public_id()
    source = ListSource(kind=fields.kind.value, public_id=public_id, mapping={}, created_at=at)
    _write(source, fields, at)
    if made is not None and (made.kind, _facts(made)) == (source.kind, _facts(source)):
        return made
    db.session.add(source)
    db.session.flush()
    audit.record(actor, "opening_source.create", source, at=at, after=_facts(source))
    return source


def change_portal(source: ListSource, fields: PortalFields, actor: Actor, at: datetime) -> bool:
    """Change a portal; answer whether its key was forgotten: it is for the host that it was given for."""
    before = _facts(source)
    other_host = urlsplit(source.url).hostname != urlsplit(fields.url).hostname
    forgets = other_host and source.secret is not None and not fields.key
    if forgets:
        source.secret = None
    _write(source, fields, at)
    db.session.flush()
    audit.record(actor, "opening_source.change", source, at=at, before=before, after=_facts(source))
    return forgets


def ask_now(source: ListSource, actor: Actor, at: datetime) -> None:
    """Let the worker ask a portal at once. Raises `Conflict` for a list of files, or one that is switched off."""
    if not source.url or not source.enabled:
        raise Conflict(_l("주소가 있고 쓰고 있는 출처만 가져올 수 있어요."))
    source.next_due_at = at
    db.session.flush()
    audit.record(actor, "opening_source.ask", source, at=at)
    wake("opening-sources")


@seals
def keeps_a_key() -> bool:
    """Tell whether any portal's key is sealed."""
    return db.session.scalar(select(ListSource.id).where(ListSource.secret.is_not(None)).limit(1)) is not None


def _write(source: ListSource, fields: PortalFields, at: datetime) -> None:
    source.name, source.url, source.schedule = fields.name, fields.url, fields.schedule.value
    source.enabled = fields.enabled
    if fields.key:
        source.secret = seal(fields.key.encode(), source.secret_purpose)
    is_pulled = fields.enabled and fields.schedule is not Schedule.NEVER
    source.next_due_at = (source.next_due_at or at) if is_pulled else None


def _facts(source: ListSource) -> dict[str, Any]:
    names = ("kind", "name", "url", "schedule", "enabled")
    return {name: getattr(source, name) for name in names} | {"has_key": source.secret is not None}
