"""Openings that are alike by name, place, deadline and title and were kept apart: for people to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.jobs.listings.import_models import ImportRun, OpeningOrigin
from app.jobs.listings.listing_signs import Signs, differing, signs_of
from app.jobs.opening_models import Opening
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.openings.opening_queries import PUBLIC_STATES
from app.jobs.openings.opening_sameness import normal_employer, titles_are_alike

_MOST = 50


@dataclass(frozen=True)
class Similar:
    """Two openings that may be one. `differs` are the signs (`listing_signs`) that keep them apart; empty when
    nothing tells."""

    opening: Opening
    other: Opening
    differs: tuple[str, ...]


def similar_in(run: ImportRun) -> list[Similar]:
    """Answer what is alike to the openings that an import brought in, the first fifty."""
    other = aliased(Opening)
    twin = exists().where(other.same_key == Opening.same_key, other.id != Opening.id)
    brought = select(OpeningOrigin.opening_id).where(
        OpeningOrigin.first_run_id == run.id, OpeningOrigin.vanished_at.is_(None)
    )
    rows = select(Opening).where(Opening.id.in_(brought), twin).order_by(Opening.id).limit(_MOST)
    found = similar_to(db.session.scalars(rows).all())
    once = {frozenset((one.opening.id, one.other.id)): one for one in reversed(found)}
    return list(reversed(once.values()))[:_MOST]


def similar_to(openings: Sequence[Opening]) -> list[Similar]:
    """Answer the openings that are alike to these: those that everybody sees, and those of the same employer here."""
    keys = {opening.same_key for opening in openings} - {""}
    if not keys:
        return []
    owners = {opening.organisation_id for opening in openings if opening.organisation_id is not None}
    rows = select(Opening).where(Opening.same_key.in_(keys)).order_by(Opening.id)
    rows = rows.where(or_(Opening.state.in_(PUBLIC_STATES), Opening.organisation_id.in_(owners)))
    others = db.session.scalars(rows).all()
    signs = _signs_by_opening({one.id: one for one in (*openings, *others)}.values())
    return [
        Similar(one, other, tuple(_differing(signs[one.id], signs[other.id])))
        for one in openings
        for other in others
        if other.id != one.id and _are_alike(one, other) and _may_be_shown(one, other)
    ]


def _are_alike(one: Opening, other: Opening) -> bool:
    employers = normal_employer(one.employer_name).may_be(normal_employer(other.employer_name))
    return one.same_key == other.same_key and employers and titles_are_alike(one.title, other.title)


def _may_be_shown(one: Opening, other: Opening) -> bool:
    own = one.organisation_id is not None and one.organisation_id == other.organisation_id
    return own or other.state in PUBLIC_STATES


def _signs_by_opening(openings: Iterable[Opening]) -> dict[int, list[Signs]]:
    signs: dict[int, list[Signs]] = defaultdict(list)
    for opening in openings:
        signs[opening.id].append(signs_of(OpeningFields.of(opening)))
    rows = select(OpeningOrigin.opening_id, OpeningOrigin.signs).where(OpeningOrigin.opening_id.in_(list(signs)))
    for opening_id, said in db.session.execute(rows.where(OpeningOrigin.vanished_at.is_(None))):
        signs[opening_id].append(said)
    return signs


def _differing(ones: Sequence[Signs], others: Sequence[Signs]) -> list[str]:
    return sorted({name for one in ones for other in others for name in differing(one, other)})
