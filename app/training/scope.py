"""Who may do what in training, and finding what an address names within the actor's own centres."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import WRITING_ROLES, MembershipRole, Organisation, OrganisationKind
from app.core.access import Actor, Permission, get_owned, member
from app.core.db import db
from app.core.errors import NotFound
from app.training.models import AttendanceUpload, Cohort, Course, Enrolment

CENTRE = OrganisationKind.TRAINING_CENTRE.value


def may_look() -> Permission:
    """Any member of a training centre."""
    return member(CENTRE)


def may_write() -> Permission:
    """Managers and clerks of a training centre."""
    return member(CENTRE, roles=WRITING_ROLES)


def belongs_to_centre(actor: Actor) -> bool:
    """Tell whether the actor acts for a training centre, with whatever role."""
    return bool(actor.organisation_ids((CENTRE,)))


def can_write(actor: Actor, organisation_id: int) -> bool:
    """Tell whether the actor may change this centre's records."""
    return organisation_id in actor.organisation_ids((CENTRE,), WRITING_ROLES)


def can_manage(actor: Actor, organisation_id: int) -> bool:
    """Tell whether the actor may do what only a centre's managers may."""
    return organisation_id in actor.organisation_ids((CENTRE,), (MembershipRole.MANAGER.value,))


def find_cohort(public_id: str, actor: Actor, *, to_write: bool = False) -> Cohort:
    """Answer a cohort of the actor's centres. Raises `NotFound` for anybody else's."""
    return get_owned(Cohort, public_id, actor, roles=WRITING_ROLES if to_write else ())


def find_course(public_id: str, actor: Actor, *, to_write: bool = False) -> Course:
    """Answer a course of the actor's centres. Raises `NotFound` for anybody else's."""
    return get_owned(Course, public_id, actor, roles=WRITING_ROLES if to_write else ())


def find_enrolment(cohort: Cohort, public_id: str, actor: Actor) -> Enrolment:
    """Answer an enrolment of this cohort. Raises `NotFound` for another cohort's."""
    enrolment = get_owned(Enrolment, public_id, actor)
    if enrolment.cohort_id != cohort.id:
        raise NotFound
    return enrolment


def find_upload(cohort: Cohort, public_id: str, actor: Actor) -> AttendanceUpload:
    """Answer an upload of this cohort. Raises `NotFound` for another cohort's."""
    upload = get_owned(AttendanceUpload, public_id, actor)
    if upload.cohort_id != cohort.id:
        raise NotFound
    return upload


def centres_to_write(actor: Actor) -> list[Organisation]:
    """Answer the centres whose records the actor may change, by name."""
    ids = actor.organisation_ids((CENTRE,), WRITING_ROLES)
    return list(db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)))
