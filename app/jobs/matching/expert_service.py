"""Centres look for experts, invite them, and learn who they are once they accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.accounts.models import Account, Organisation, Person
from app.core import audit
from app.core.access import Actor, owned
from app.core.db import db, new_public_id
from app.core.errors import Conflict, Invalid, NotFound
from app.core.holding import hold, hold_new
from app.core.i18n import _l
from app.core.mail import send_later
from app.jobs.matching.expert_models import ExpertInvitation, ExpertNeed, InvitationState, NeedState
from app.jobs.matching.expertise import Evidence, evidence_in
from app.jobs.matching.listed_ids import listed_id
from app.jobs.matching.record_queries import records_of
from app.jobs.opening_words import WorkKind
from app.jobs.preference_models import JobPreference
from app.portfolio.foreign_badge_queries import hold_account

PEOPLE_LOOKED_AT = 1000


@dataclass(frozen=True)
class NeedFields:
    """What the form of a need yields."""

    title: str
    field: WorkKind
    description: str = ""
    province: str | None = None
    wanted_from: date | None = None
    wanted_until: date | None = None

    @classmethod
    def of(cls, need: ExpertNeed) -> NeedFields:
        """Answer what a stored need says."""
        said = need.description, need.province, need.wanted_from, need.wanted_until
        return cls(need.title, WorkKind(need.field), *said)

    def checked(self) -> NeedFields:
        """Answer the fields, fit to be kept. Raises `Invalid`."""
        if not self.title:
            raise Invalid(_l("어떤 전문가가 필요한지 제목을 입력해 주세요."))
        if self.wanted_from and self.wanted_until and self.wanted_until < self.wanted_from:
            raise Invalid(_l("끝나는 날이 시작하는 날보다 빨라요."))
        return self


@dataclass(frozen=True)
class Expert:
    """Somebody proposed for a need: what proves the field, whether the place suits, the invitation sent already.
    `listed_id` is what she is called in this list alone."""

    listed_id: str
    preference: JobPreference
    evidence: tuple[Evidence, ...]
    place_fits: bool
    invitation: ExpertInvitation | None


def post_need(centre: Organisation, fields: NeedFields, actor: Actor, at: datetime, new_id: str = "") -> ExpertNeed:
    """Store what a centre needs an expert for. `new_id` is what its page calls it: the same once more, of a second
    click, is the one that is there."""
    fields = fields.checked()
    made = hold_new(ExpertNeed, new_id) if new_id else None
    if made is not None and made.organisation_id == centre.id and NeedFields.of(made) == fields:
        return made
    need = ExpertNeed(organisation_id=centre.id, title=fields.title, field=fields.field.value, created_at=at)
    need.public_id = new_id if new_id and made is None else new_public_id()
    need.description, need.province, need.state = fields.description, fields.province, NeedState.OPEN
    need.wanted_from, need.wanted_until = fields.wanted_from, fields.wanted_until
    db.session.add(need)
    db.session.flush()
    audit.record(actor, "expert_need.create", need, at=at, after={"title": need.title, "field": need.field})
    return need


def close_need(need: ExpertNeed, actor: Actor, at: datetime) -> None:
    """Look no longer; invitations that were accepted stay."""
    hold(need)
    if need.state != NeedState.OPEN:
        raise Conflict(_l("이미 마감했어요."))
    need.state = NeedState.CLOSED
    audit.record(actor, "expert_need.close", need, at=at)


def reopen_need(need: ExpertNeed, actor: Actor, at: datetime) -> None:
    """Take the closing back."""
    hold(need)
    if need.state != NeedState.CLOSED:
        raise Conflict(_l("마감한 것만 다시 열 수 있어요."))
    need.state = NeedState.OPEN
    audit.record(actor, "expert_need.reopen", need, at=at)


def needs_of(actor: Actor) -> Select[ExpertNeed]:
    """Select the needs of the actor's organisations, the newest first."""
    return owned(ExpertNeed, actor).order_by(ExpertNeed.id.desc())


def experts_for(need: ExpertNeed, secret: bytes) -> list[Expert]:
    """Answer who agreed to be proposed in this field and has something that proves it, the best proven first."""
    rows = select(JobPreference).where(JobPreference.expert_since.is_not(None))
    rows = rows.options(joinedload(JobPreference.person)).order_by(JobPreference.id).limit(PEOPLE_LOOKED_AT)
    willing = [p for p in db.session.scalars(rows) if need.field in p.expert_fields]
    records = records_of([p.person for p in willing])
    invited = {i.person_id: i for i in invitations_for(need)}
    found = []
    for preference in willing:
        evidence = evidence_in(WorkKind(need.field), records[preference.person_id])
        place = need.province is None or not preference.provinces or need.province in preference.provinces
        if evidence:
            here = listed_id(secret, need.public_id, preference.public_id)
            found.append(Expert(here, preference, evidence, place, invited.get(preference.person_id)))
    return sorted(found, key=lambda e: (not e.place_fits, -sum(one.weight for one in e.evidence), e.listed_id))


def expert_listed(need: ExpertNeed, here: str, secret: bytes) -> JobPreference:
    """Answer whom the list of a need called so. Raises `NotFound` when nobody is called so there (any more)."""
    expert = next((e for e in experts_for(need, secret) if e.listed_id == here), None)
    if expert is None:
        raise NotFound
    return expert.preference


def invite(need: ExpertNeed, preference: JobPreference, words: str, actor: Actor, at: datetime) -> ExpertInvitation:
    """Ask one of those proposed.

    Raises `Conflict` when the need is closed or she was asked before.
    """
    hold(need)
    if need.state != NeedState.OPEN:
        raise Conflict(_l("마감한 뒤에는 초대할 수 없어요."))
    hold(preference)
    if need.field not in preference.expert_fields:
        raise NotFound  # She has taken it back in this moment.
    invitation = ExpertInvitation(need_id=need.id, organisation_id=need.organisation_id)
    invitation.person_id, invitation.words = preference.person_id, words
    invitation.state, invitation.invited_at = InvitationState.INVITED, at
    try:
        with db.session.begin_nested():
            db.session.add(invitation)
    except IntegrityError:
        raise Conflict(_l("이미 초대한 분이에요.")) from None
    account = db.session.scalars(select(Account).where(Account.person_id == invitation.person_id)).one_or_none()
    if account is not None:
        send_later(
            account.email,
            "expert_invitation",
            at,
            language=account.language,
            name=account.name,
            need_title=need.title,
            centre=need.organisation.name,
        )
    audit.record(actor, "expert_invitation.send", invitation, at=at, after={"need": need.public_id})
    return invitation


def invitations_for(need: ExpertNeed) -> Sequence[ExpertInvitation]:
    """Answer everybody who was asked for a need, in the order of asking."""
    rows = select(ExpertInvitation).where(ExpertInvitation.need_id == need.id).order_by(ExpertInvitation.id)
    return db.session.scalars(rows.options(joinedload(ExpertInvitation.person))).all()


def invitations_to(person: Person) -> Select[ExpertInvitation]:
    """Select what this person was asked for, the newest first."""
    rows = select(ExpertInvitation).where(ExpertInvitation.person_id == person.id)
    need = joinedload(ExpertInvitation.need).joinedload(ExpertNeed.organisation)
    return rows.options(need).order_by(ExpertInvitation.id.desc())


def invitation_to(person: Person, public_id: str) -> ExpertInvitation:
    """Answer one invitation to this person. Raises `NotFound` for anybody else's."""
    found = db.session.scalars(invitations_to(person).where(ExpertInvitation.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def answer_invitation(invitation: ExpertInvitation, accepts: bool, contact: str, actor: Actor, at: datetime) -> None:
    """Accept with a way to be reached, which the centre then sees with the name, or decline, which tells it nothing
    more. A declined one can still be accepted, an accepted one be taken back."""
    if accepts and not contact:
        raise Invalid(_l("기관이 연락할 전화번호나 이메일 주소를 입력해 주세요."))
    # Whoever closes the account waits, and takes the contact out.
    hold_account(invitation.person)
    hold(invitation)
    wanted = InvitationState.ACCEPTED if accepts else InvitationState.DECLINED
    if (invitation.state, invitation.contact) == (wanted, contact if accepts else ""):
        return
    before = {"state": str(invitation.state)}
    invitation.state = wanted
    invitation.contact = contact if accepts else ""
    invitation.answered_at = at
    audit.record(actor, "expert_invitation.answer", invitation, at=at, before=before, after={"state": wanted.value})
