"""The second factor (2단계 인증): a code of an authenticator app, or a recovery code, beside the password."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select, update

from app.accounts import throttle, totp
from app.accounts.models import Account, RecoveryCode, SecondFactor
from app.accounts.queries import account_of
from app.accounts.sign_in_service import check_password
from app.accounts.sign_ins import end_all_sign_ins
from app.accounts.tokens import seal as seal_text
from app.accounts.tokens import unseal as unseal_text
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import _l
from app.core.mail import send_later
from app.core.sealing import seal, seals, unseal

SET_UP_LASTS = timedelta(hours=1)
CODES = 10
WRONG_CODE = _l("코드가 맞지 않아요. 인증 앱에 지금 보이는 여섯 자리 숫자를 입력해 주세요.")


def is_staff(actor: Actor) -> bool:
    """Tell whether the actor sees other people's data by office: a member of an organisation or an operator."""
    return bool(actor.memberships) or actor.is_operator


def is_demanded(actor: Actor) -> bool:
    """Tell whether this instance demands a second factor of the actor."""
    return bool(current_app.config["IEUM_STAFF_MFA_REQUIRED"]) and is_staff(actor)


def propose(actor: Actor, at: datetime) -> str:
    """Make a new secret, sealed for the page that shows it; nothing is stored before a code of it was typed."""
    secret = base64.b32encode(totp.new_secret()).decode()
    return seal_text(_purpose(account_of(actor)), {"secret": secret}, at)


def proposed_secret(actor: Actor, proposal: str, at: datetime) -> bytes:
    """Open what `propose` answered. Raises `LinkExpired` when it is too old or somebody else's."""
    return base64.b32decode(unseal_text(_purpose(account_of(actor)), proposal, at, SET_UP_LASTS)["secret"])


def turn_on(actor: Actor, proposal: str, code: str, password: str | None, at: datetime, *, network: str) -> list[str]:
    """Store the proposed secret once a code of it was typed, and answer the recovery codes, which are shown once.

    Whoever finds a device that is signed in must not lock its holder out: None as the password only where the holder
    has signed in a moment ago. Raises `WrongPassword`, which is counted (the caller has to keep that), `Invalid` for
    a wrong code, `Conflict` when it is on already, `LinkExpired` for an old proposal.
    """
    account = account_of(actor)
    if account.second_factor_since is not None:
        raise Conflict(_l("2단계 인증이 이미 켜져 있어요."))
    if password is not None:
        check_password(account, password, at, network=network)
    secret = proposed_secret(actor, proposal, at)
    step = totp.matching_step(secret, _digits(code), at, after=0)
    if step is None:
        raise Invalid(WRONG_CODE)
    account.second_factor_since = at
    # Who turns it on may have a reason to: no device stays signed in that has not shown it.
    end_all_sign_ins(account)
    db.session.add(SecondFactor(account_id=account.id, sealed_secret=seal(secret, _purpose(account)), last_step=step))
    audit.record(actor, "account.turn_second_factor_on", account, at=at)
    send_later(account.email, "second_factor_on", at, language=account.language, name=account.name)
    return _new_codes(account)


def replace_codes(actor: Actor, password: str, at: datetime, *, network: str) -> list[str]:
    """Make new recovery codes; the old ones open nothing any more. Raises `Invalid` for a wrong password."""
    account = account_of(actor)
    check_password(account, password, at, network=network)
    _make_sure_it_is_on(account)
    audit.record(actor, "account.replace_recovery_codes", account, at=at)
    return _new_codes(account)


def turn_off(actor: Actor, password: str, at: datetime, *, network: str) -> None:
    """Turn the second factor off. Raises `Invalid` for a wrong password, `Conflict` where it is demanded or off."""
    account = account_of(actor)
    if is_demanded(actor):
        raise Conflict(_l("이 서비스에서는 기관 구성원과 운영자가 2단계 인증을 써야 해서 끌 수 없어요."))
    check_password(account, password, at, network=network)
    _make_sure_it_is_on(account)
    forget_second_factor(account, actor, at)


def forget_second_factor(account: Account, actor: Actor, at: datetime) -> None:
    """Take the second factor away whoever asks: the holder, or an operator after making sure who the holder is."""
    delete_second_factor(account)
    audit.record(actor, "account.turn_second_factor_off", account, at=at)
    send_later(account.email, "second_factor_off", at, language=account.language, name=account.name)


def delete_second_factor(account: Account) -> None:
    """Delete the secret and the recovery codes, when there are any."""
    account.second_factor_since = None
    db.session.execute(delete(SecondFactor).where(SecondFactor.account_id == account.id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.flush()


def check_code(account: Account, code: str, at: datetime) -> int | None:
    """Make sure that this is a code of the account's app or one of its recovery codes, and use it up.

    Answers how many recovery codes are left when one was used, None for a code of the app. Raises `Invalid` for a
    wrong code, which is counted (the caller has to keep that), and `TooMany`: then nothing is evaluated.
    """
    throttle.check("second_factor", account.public_id, at)
    if _use_app_code(account, _digits(code), at):
        return None
    if _use_recovery_code(account, code, at):
        left = _codes_left(account)
        audit.record(account.actor, "account.use_recovery_code", account, at=at, after={"left": left})
        send_later(account.email, "recovery_code_used", at, language=account.language, name=account.name, left=left)
        return left
    throttle.record("second_factor", account.public_id, at)
    raise Invalid(WRONG_CODE)


def codes_left(actor: Actor) -> int:
    """Count the recovery codes that can still be used."""
    return _codes_left(account_of(actor))


def _use_app_code(account: Account, code: str, at: datetime) -> bool:
    factor = db.session.get(SecondFactor, account.id)
    if factor is None:
        return False
    step = totp.matching_step(unseal(factor.sealed_secret, _purpose(account)), code, at, after=factor.last_step)
    if step is None:
        return False
    # Of two who type the same code at the same moment, one gets in.
    unused = (SecondFactor.account_id == account.id, SecondFactor.last_step < step)
    taken = update(SecondFactor).where(*unused).values(last_step=step).returning(SecondFactor.account_id)
    return db.session.scalar(taken) is not None


def _use_recovery_code(account: Account, code: str, at: datetime) -> bool:
    mine = (RecoveryCode.account_id == account.id, RecoveryCode.digest == _digest(code))
    unused = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused.values(used_at=at).returning(RecoveryCode.id)) is not None


def _codes_left(account: Account) -> int:
    unused = select(RecoveryCode.id).where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    return len(db.session.scalars(unused).all())


def _new_codes(account: Account) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _number in range(CODES)]
    db.session.add_all([RecoveryCode(account_id=account.id, digest=_digest(code)) for code in codes])
    db.session.flush()
    return ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]


def _make_sure_it_is_on(account: Account) -> None:
    if account.second_factor_since is None:
        raise Conflict(_l("2단계 인증이 꺼져 있어요."))


def _digits(code: str) -> str:
    return "".join(code.split())


def _digest(code: str) -> str:
    return hashlib.sha256("".join(code.replace("-", "").split()).upper().encode()).hexdigest()


def _purpose(account: Account) -> str:
    return f"second factor of {account.public_id}"


@seals
def _any_sealed() -> bool:
    return db.session.scalar(select(SecondFactor.account_id).limit(1)) is not None
