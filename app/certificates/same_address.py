"""The address of the service is signed into every certificate: whoever changes it has to mean it."""

from __future__ import annotations

from sqlalchemy import select

from app.certificates.authority import this_authority
from app.certificates.models import Certificate
from app.core.db import db
from app.core.errors import Conflict
from app.core.i18n import _


def require_same_address() -> None:
    """Raise `Conflict` when the newest real certificate was issued under another address than the present one.

    Trials may be issued anywhere, and say so.
    """
    authority = this_authority()
    if authority.is_trial:
        return
    real = select(Certificate.key_id).where(Certificate.is_trial.is_(False)).order_by(Certificate.id.desc()).limit(1)
    key_id = db.session.scalar(real)
    former = key_id.partition("#")[0] if key_id is not None else authority.did
    if former != authority.did:
        raise Conflict(
            _(
                "지금까지는 %(former)s 이름으로 발급했는데 지금 설정(IEUM_BASE_URL)은 %(now)s이에요. 잘못 바뀌었다면 "
                "되돌려 주세요. 주소를 정말 옮겼다면 서버에서 certificates issue … --anyway로 한 번 발급해 주세요.",
                former=former,
                now=authority.did,
            )
        )
