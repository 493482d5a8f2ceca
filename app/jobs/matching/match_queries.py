"""Both lists of a match: openings for a person, people for an opening. A few queries each, whatever their length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.core.clock import seoul_date
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.matching import eligibility
from app.jobs.matching.eligibility import Result
from app.jobs.matching.eligibility_service import asked_of
from app.jobs.matching.listed_ids import listed_id
from app.jobs.matching.matching_rules import Match, Offered, compare
from app.jobs.matching.record_queries import record_of, records_of
from app.jobs.matching.training_needs import TrainingNeed, training_needs
from app.jobs.opening_models import Opening
from app.jobs.opening_words import OpeningState
from app.jobs.preference_models import JobOffer, JobPreference
from app.jobs.wishes import Wish

Columns = TypeVarTuple("Columns")
# Newest first; older ones are found by searching.
OPENINGS_LOOKED_AT = 300
PEOPLE_LOOKED_AT = 1000


@dataclass(frozen=True)
class SuitingOpening:
    """An opening and why it suits."""

    opening: Opening
    match: Match


@dataclass(frozen=True)
class LookedAt:
    """What would help most people, and among how many openings and people this was found."""

    needs: list[TrainingNeed]
    openings: int
    people: int


@dataclass(frozen=True)
class SuitingPerson:
    """Somebody who agreed to be proposed, why she suits, and the offer that she was sent already. `listed_id` is what
    she is called in this list alone."""

    listed_id: str
    preference: JobPreference
    match: Match
    results: tuple[Result, ...]
    offer: JobOffer | None


def openings_for(person: Person, wish: Wish, at: datetime) -> list[SuitingOpening]:
    """Answer the newest openings that fit what she looks for, the most suiting first."""
    rows = select(Opening).where(Opening.state == OpeningState.PUBLISHED.value)
    rows = rows.where(Opening.deadline_at.is_(None) | (Opening.deadline_at >= at))
    if wish.provinces:
        rows = rows.where(Opening.province.is_(None) | Opening.province.in_(wish.provinces))
    if wish.work_kinds:
        rows = rows.where(Opening.work_kind.in_(wish.work_kinds))
    rows = rows.order_by(Opening.published_at.desc(), Opening.id.desc()).limit(OPENINGS_LOOKED_AT)
    openings = db.session.scalars(rows.options(selectinload(Opening.requirements))).all()
    record, today = record_of(person), seoul_date(at)
    found = [
        SuitingOpening(
            opening,
            compare(
                wish, offered_by(opening), eligibility.judge_all(map(asked_of, opening.requirements), record, today)
            ),
        )
        for opening in openings
    ]
    return sorted(found, key=lambda one: one.match.order)


def people_for(opening: Opening, at: datetime, secret: bytes) -> list[SuitingPerson]:
    """Answer those who agreed to be proposed and look for such work, the most suiting first, nobody's name."""
    rows = _willing(select(JobPreference).options(joinedload(JobPreference.person)))
    offered = offered_by(opening)
    looking = [p for p in db.session.scalars(rows) if _looks_for(p.wish, offered)]
    records, today = records_of([p.person for p in looking]), seoul_date(at)
    sent = {
        offer.person_id: offer
        for offer in db.session.scalars(select(JobOffer).where(JobOffer.opening_id == opening.id))
    }
    found = []
    for preference in looking:
        asked = map(asked_of, opening.requirements)
        results = eligibility.judge_all(asked, records[preference.person_id], today)
        match = compare(preference.wish, offered, results)
        here = listed_id(secret, opening.public_id, preference.public_id)
        found.append(SuitingPerson(here, preference, match, results, sent.get(preference.person_id)))
    # Those who suit alike stand in another order in each list, too.
    return sorted(found, key=lambda one: (one.match.order, one.listed_id))


def preference_listed(opening: Opening, here: str, secret: bytes) -> JobPreference:
    """Answer whom the list of people for an opening called so. Raises `NotFound` for anybody whom another list called
    so, and once she has taken her consent back."""
    for row_id, public_id in db.session.execute(_willing(select(JobPreference.id, JobPreference.public_id))):
        if listed_id(secret, opening.public_id, public_id) == here:
            return db.session.get_one(JobPreference, row_id)
    raise NotFound


def _willing(rows: Select[*Columns]) -> Select[*Columns]:
    """Keep those who agreed to be proposed, the newest first, as many as are looked at."""
    rows = rows.where(JobPreference.offers_since.is_not(None))
    return rows.order_by(JobPreference.offers_since.desc(), JobPreference.id.desc()).limit(PEOPLE_LOOKED_AT)


def offered_by(opening: Opening) -> Offered:
    """Answer what the rules compare of an opening."""
    return Offered(opening.province, opening.work_kind, opening.employment_type)


def _looks_for(wish: Wish, offered: Offered) -> bool:
    place = not wish.provinces or offered.province is None or offered.province in wish.provinces
    return place and (not wish.work_kinds or offered.work_kind in wish.work_kinds)


def needs_of_training(at: datetime) -> LookedAt:
    """Answer which training would make most of those who look for work fit for what is open."""
    rows = select(Opening).where(Opening.state == OpeningState.PUBLISHED.value, Opening.requirements.any())
    rows = rows.order_by(Opening.published_at.desc(), Opening.id.desc()).limit(OPENINGS_LOOKED_AT)
    openings = db.session.scalars(rows.options(selectinload(Opening.requirements))).all()
    looking = select(JobPreference).options(joinedload(JobPreference.person)).order_by(JobPreference.id.desc())
    people = [p.person for p in db.session.scalars(looking.limit(PEOPLE_LOOKED_AT))]
    asked = {opening.id: [asked_of(one) for one in opening.requirements] for opening in openings}
    needs = training_needs(asked, records_of(people).values(), seoul_date(at))
    return LookedAt(needs, len(openings), len(people))
