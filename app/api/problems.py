"""What the interface refuses beyond what services do; `app.core.errors` makes problem+json of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core.errors import DomainError, Invalid
from app.core.i18n import Text, _l


class BadRequest(DomainError):
    """The request cannot be read at all: no JSON, a cursor or a key of the wrong form."""

    status = 400


class InvalidFields(Invalid):
    """Single values are wrong. `members["errors"]` says where (a JSON Pointer) and what, never the value itself."""

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__(_l("보낸 값 가운데 쓸 수 없는 것이 있어요. errors를 확인해 주세요."))
        self.members = {"errors": list(errors)}


class KeyUsedAgain(Invalid):
    """An Idempotency-Key that came with another request before."""

    def __init__(self) -> None:
        super().__init__(_l("같은 Idempotency-Key로 다른 내용을 보냈어요. 새 키를 쓰거나 처음 내용을 보내 주세요."))


class VersionMissing(DomainError):
    """A change that does not say which version it changes."""

    status = 428

    def __init__(self) -> None:
        super().__init__(_l("읽은 판의 ETag를 If-Match 머리글에 넣어 주세요."))


class VersionPassed(DomainError):
    """A change of a version that is not the present one any more."""

    status = 412

    def __init__(self, message: Text | None = None) -> None:
        super().__init__(message or _l("그사이 내용이 바뀌었어요. 다시 읽고 고쳐 주세요."))
