"""People, accounts, organisations and who acts for which."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.access import Actor, ActorMembership
from app.core.audit import RowId
from app.core.db import Base, UtcDateTime, new_public_id
from app.core.i18n import Text, _l


class PersonRole(StrEnum):
    """What a person is in the programmes."""

    COORDINATOR = "coordinator"
    TRAINEE = "trainee"
    PLANNER = "planner"
    DESIGNER = "designer"

    @property
    def label(self) -> Text:
        return _PERSON_ROLES[self]


class OrganisationKind(StrEnum):
    """What an organisation does here."""

    TRAINING_CENTRE = "training_centre"
    EMPLOYER = "employer"
    FIELD_CENTRE = "field_centre"
    OFFICE = "office"

    @property
    def label(self) -> Text:
        return _ORGANISATION_KINDS[self]


class MembershipRole(StrEnum):
    """What a member may do in the organisation: managers also decide who belongs to it, viewers only look."""

    MANAGER = "manager"
    CLERK = "clerk"
    VIEWER = "viewer"

    @property
    def label(self) -> Text:
        return _MEMBERSHIP_ROLES[self]


WRITING_ROLES = (MembershipRole.MANAGER.value, MembershipRole.CLERK.value)

_PERSON_ROLES: dict[PersonRole, Text] = {
    PersonRole.COORDINATOR: _l("코디네이터"),
    PersonRole.TRAINEE: _l("예비 코디네이터"),
    PersonRole.PLANNER: _l("일자리기획가"),
    PersonRole.DESIGNER: _l("시민일자리설계사"),
}
_ORGANISATION_KINDS: dict[OrganisationKind, Text] = {
    OrganisationKind.TRAINING_CENTRE: _l("교육기관"),
    OrganisationKind.EMPLOYER: _l("구인기업"),
    OrganisationKind.FIELD_CENTRE: _l("현장지원센터"),
    OrganisationKind.OFFICE: _l("시·구 담당부서"),
}
_MEMBERSHIP_ROLES: dict[MembershipRole, Text] = {
    MembershipRole.MANAGER: _l("관리자"),
    MembershipRole.CLERK: _l("담당자"),
    MembershipRole.VIEWER: _l("열람자"),
}


class Person(Base):
    """Somebody whose training is recorded, with or without an account of their own."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_name_birth_date", "name", "birth_date"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    name: Mapped[str] = mapped_column(String(80))
    birth_date: Mapped[date] = mapped_column(Date)
    role: Mapped[str] = mapped_column(String(20), default=PersonRole.TRAINEE)
    phone: Mapped[str] = mapped_column(String(30), default="")
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Account(Base):
    """A way to sign in. `sign_in_version` grows when every open session has to end: a new password, for one."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), unique=True)
    is_operator: Mapped[bool] = mapped_column(Boolean, default=False)
    sign_in_version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_factor_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    language: Mapped[str] = mapped_column(String(2), default="ko")

    person: Mapped[Person | None] = relationship()
    memberships: Mapped[list[Membership]] = relationship(back_populates="account")

    @property
    def actor(self) -> Actor:
        """Answer this account as the actor that services take. An organisation not yet approved gives no right."""
        return Actor(
            account_id=self.id,
            person_id=self.person_id,
            memberships=tuple(
                ActorMembership(m.organisation_id, m.organisation.kind, m.role, m.organisation.name)
                for m in self.memberships
                if m.organisation.approved_at is not None
            ),
            label=self.name,
            is_operator=self.is_operator,
        )


class SignIn(Base, UserMixin):  # type: ignore[misc]
    """One device that is signed in. The session cookie carries the public id: without the row it opens nothing, and
    neither does a row of an earlier version of the account."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    account: Mapped[Account] = relationship()

    def get_id(self) -> str:
        """Answer what the session cookie carries (Flask-Login)."""
        return self.public_id

    @property
    def actor(self) -> Actor:
        return self.account.actor


class SecondFactor(Base):
    """The secret that an account's authenticator app holds (RFC 6238), sealed. `last_step` is the newest time step
    whose code was used: none is taken twice."""

    __tablename__ = "second_factors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """A way in without the authenticator app, once. Only a digest is kept: a code holds 80 random bits."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Organisation(Base):
    """A training centre, employer, field centre or office. It has no rights before it is approved."""

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation")


class Membership(Base):
    """An account acts for an organisation with a role."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("account_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(back_populates="memberships", lazy="joined")


class Invitation(Base):
    """A manager asks somebody, by mail address, to act for the organisation."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), default=new_public_id, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Consent(Base):
    """A consent to the collection of personal data, with the version of the text that was shown."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ThrottledAttempt(Base):
    """One try at something that may be guessed. Kept in the database so that the limit holds across processes.

    `subject` is a keyed digest of the mail address, document or network address: the table names nobody.
    """

    __tablename__ = "throttled_attempts"
    __table_args__ = (Index("ix_throttled_attempts_subject_at", "purpose", "subject", "at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
