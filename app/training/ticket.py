"""What a preview has understood, carried by the page: signed, for one account and one cohort, for two hours.

Nothing is stored before confirmation, and what is confirmed is exactly what was shown: the file is not read twice.
"""

from __future__ import annotations

from typing import Any

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from app.core.access import Actor
from app.core.errors import Invalid
from app.core.i18n import _

MAX_AGE_SECONDS = 2 * 60 * 60


def seal(secret: bytes, purpose: str, actor: Actor, subject: str, content: dict[str, Any]) -> str:
    """Make the ticket of a preview. `purpose` and `subject` (what it is about) must be the same when it returns."""
    return _serializer(secret, purpose).dumps([actor.account_id, subject, content])


def unseal(secret: bytes, purpose: str, actor: Actor, subject: str, ticket: str) -> dict[str, Any]:
    """Answer what a ticket carries. Raises `Invalid` when it is too old, altered, or somebody else's."""
    try:
        account_id, about, content = _serializer(secret, purpose).loads(ticket, max_age=MAX_AGE_SECONDS)
    except SignatureExpired as error:
        raise Invalid(_("미리보기를 본 지 2시간이 지났어요. 저장한 것은 없으니 파일을 다시 올려 주세요.")) from error
    except BadData as error:
        raise _altered() from error
    if (account_id, about) != (actor.account_id, subject) or not isinstance(content, dict):
        raise _altered()
    return content


def _altered() -> Invalid:
    return Invalid(_("미리보기 내용을 확인할 수 없어요. 저장한 것은 없으니 파일을 다시 올려 주세요."))


def _serializer(secret: bytes, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"ieum-training-{purpose}")
