"""Who may do what with openings, and finding what an address names within the actor's own organisations."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from app.accounts.models import WRITING_ROLES, MembershipRole, Organisation, OrganisationKind
from app.core.access import Actor, Permission, get_owned, member, owned
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.opening_models import Opening
from app.jobs.reviewer_models import Reviewer

HIRING_KINDS = (OrganisationKind.EMPLOYER.value, OrganisationKind.FIELD_CENTRE.value)
OFFICE = OrganisationKind.OFFICE.value


def may_look() -> Permission:
    """Any member of an employer or field centre."""
    return member(*HIRING_KINDS)


def may_write() -> Permission:
    """Managers and clerks of an employer or field centre."""
    return member(*HIRING_KINDS, roles=WRITING_ROLES)


def may_manage() -> Permission:
    """Managers of an employer or field centre."""
    return member(*HIRING_KINDS, roles=(MembershipRole.MANAGER.value,))


def may_review() -> Permission:
    """Managers and clerks of an office."""
    return member(OFFICE, roles=WRITING_ROLES)


def decides(actor: Actor) -> bool:
    """Tell whether the actor manages the hiring of an employer or field centre: a viewer only judges what they are
    asked to."""
    return bool(actor.organisation_ids(HIRING_KINDS, WRITING_ROLES))


def hires(actor: Actor) -> bool:
    """Tell whether the actor acts for an employer or field centre, with whatever role."""
    return bool(actor.organisation_ids(HIRING_KINDS))


def sees_figures(actor: Actor) -> bool:
    """Tell whether the actor acts for an office or is of the operating authority."""
    return actor.is_operator or bool(actor.organisation_ids((OFFICE,)))


def can_write(actor: Actor, organisation_id: int | None) -> bool:
    """Tell whether the actor may change this employer's openings."""
    return organisation_id in actor.organisation_ids(HIRING_KINDS, WRITING_ROLES)


def manages(actor: Actor, organisation_id: int | None) -> bool:
    """Tell whether the actor manages this employer."""
    return organisation_id in actor.organisation_ids(HIRING_KINDS, (MembershipRole.MANAGER.value,))


def find_own_opening(public_id: str, actor: Actor, *, to_write: bool = False) -> Opening:
    """Answer an opening of the actor's employers. Raises `NotFound` for anybody else's, and for one that somebody who
    only looks is no reviewer of."""
    if to_write:
        return get_owned(Opening, public_id, actor, roles=WRITING_ROLES)
    opening = db.session.scalars(openings_seen_by(actor).where(Opening.public_id == public_id)).one_or_none()
    if opening is None:
        raise NotFound
    return opening


def find_managed_opening(public_id: str, actor: Actor) -> Opening:
    """Answer an opening of an employer that the actor manages. Raises `NotFound` for anybody else's."""
    return get_owned(Opening, public_id, actor, roles=(MembershipRole.MANAGER.value,))


def openings_seen_by(actor: Actor) -> Select[Opening]:
    """Select the openings that an actor sees: managers and clerks all of their employer's, reviewers their own.

    A program sees what its organisation owns: it is nobody's reviewer.
    """
    rows = owned(Opening, actor)
    if not actor.is_signed_in:
        return rows
    reviewed = select(Reviewer.opening_id).where(
        Reviewer.account_id == actor.account_id, Reviewer.removed_at.is_(None)
    )
    writes_for = actor.organisation_ids(HIRING_KINDS, WRITING_ROLES)
    return rows.where(or_(Opening.organisation_id.in_(writes_for), Opening.id.in_(reviewed)))


def employers_to_write(actor: Actor) -> list[Organisation]:
    """Answer the employers whose openings the actor may change, by name."""
    ids = actor.organisation_ids(HIRING_KINDS, WRITING_ROLES)
    return list(db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)))


def may_import() -> Permission:
    """Managers and clerks of an office, employer or field centre, and operators."""
    kinds = (OFFICE, *HIRING_KINDS)
    allowed = member(*kinds, roles=WRITING_ROLES)
    return Permission(
        f"{allowed.name} or operator", lambda actor: actor.is_operator or allowed.allows(actor), True, kinds
    )


def may_follow_portals() -> Permission:
    """Managers and clerks of an office, and operators."""
    return Permission(f"member({OFFICE}; writers) or operator", oversees_lists, True, (OFFICE,))


def oversees_lists(actor: Actor) -> bool:
    """Tell whether the actor looks after the lists that belong to no employer."""
    return actor.is_operator or bool(actor.organisation_ids((OFFICE,), WRITING_ROLES))
