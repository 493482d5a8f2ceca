"""A PKCS#11 token (an HSM, a smart card, SoftHSM) that holds the issuer's private keys and never gives them out.

Each key is an Ed25519 pair made in the token, sensitive and not extractable; we keep a reference to it (RFC 7512) in
the place of a sealed key. One session serves a process; it is opened when the first key is needed, which is never
while a request is served. A PIN that was wrong is not tried again, for a few tries lock a token.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Self
from urllib.parse import quote, unquote_to_bytes

from flask import current_app, has_request_context

from app.core.config import KeyToken
from app.core.errors import Unavailable
from app.core.i18n import Text, _l

try:
    import pkcs11
    from pkcs11.exceptions import NoSuchToken, PinIncorrect, PinLocked, PKCS11Error
    from pkcs11.types import SignMixin
except ImportError:  # the extra `pkcs11` is not installed
    pkcs11 = None  # type: ignore[assignment]

_SCHEME = b"pkcs11:"
_EXTENSION = "ieum_key_token"
_EDWARDS25519 = bytes.fromhex("06032b6570")  # the object identifier 1.3.101.112 in DER (RFC 8410 §3)
_ID_BYTES = 16


class TokenUnavailable(Unavailable):
    """The token, or a key in it, cannot be reached. The message says what was found and which setting to look at."""


class TokenKey:
    """A private key in the token, to be given to `SigningKey`."""

    def __init__(self, token: Token, id: bytes) -> None:
        self._token = token
        self._id = id

    def sign(self, message: bytes, /) -> bytes:
        """Let the token sign a message."""
        return self._token.sign(self._id, message)


class Token:
    """The configured token. Raises `TokenUnavailable` from everything that it is asked to do and cannot."""

    def __init__(self, place: KeyToken) -> None:
        self.place = place
        self._lock = RLock()
        self._session: pkcs11.Session | None = None
        self._keys: dict[bytes, SignMixin] = {}
        self._wrong_pin: str | None = None

    @classmethod
    def configured(cls) -> Self | None:
        """Answer the token of this application, or None when keys are sealed in the database."""
        place: KeyToken | None = current_app.config["IEUM_KEY_TOKEN"]
        if place is None:
            return None
        token: Self | None = current_app.extensions.get(_EXTENSION)
        if token is None or token.place != place:
            token = current_app.extensions[_EXTENSION] = cls(place)
        return token

    def generate(self, label: str) -> tuple[bytes, bytes]:
        """Make an Ed25519 key in the token; answer the 32 bytes of its public half and the reference to keep."""
        id = secrets.token_bytes(_ID_BYTES)
        with self._lock:
            session = self._open()
            with self._reaching():
                curve = session.create_domain_parameters(
                    pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _EDWARDS25519}, local=True
                )
                public, _private = curve.generate_keypair(
                    id=id,
                    label=label,
                    store=True,
                    mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                    private_template={pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False},
                )
                # A DER octet string (PKCS #11 v3.0 §2.3.5); some tokens answer the 32 bytes alone.
                point = bytes(public[pkcs11.Attribute.EC_POINT])
        return point[-32:], _SCHEME + f"token={quote(self.place.label, safe='')};id={quote(id)};type=private".encode()

    def key(self, reference: bytes) -> TokenKey:
        """Answer the private key that a reference names."""
        id = self._id_of(reference)
        with self._lock:
            self._find(id)
        return TokenKey(self, id)

    def sign(self, id: bytes, message: bytes) -> bytes:
        """Sign a message with a private key of the token."""
        with self._lock:
            private = self._find(id)
            with self._reaching():
                return bytes(private.sign(message, mechanism=pkcs11.Mechanism.EDDSA))

    def holds(self, reference: bytes) -> bool:
        """Tell whether a reference names this token and not another, which is out of our reach."""
        return _parts(reference).get("token") == self.place.label.encode()

    def destroy(self, reference: bytes) -> None:
        """Destroy the pair that a reference names; none is left to destroy the second time."""
        id = self._id_of(reference)
        with self._lock:
            session = self._open()
            self._keys.pop(id, None)
            with self._reaching():
                for found in list(session.get_objects({pkcs11.Attribute.ID: id})):
                    found.destroy()

    def _id_of(self, reference: bytes) -> bytes:
        if not self.holds(reference):
            other = _parts(reference).get("token", b"").decode(errors="replace")
            raise TokenUnavailable(
                _l(
                    "이 키는 토큰 %(other)s에 있는데 설정된 토큰은 %(label)s이에요. "
                    "IEUM_PKCS11_TOKEN을 확인해 주세요.",
                    other=other,
                    label=self.place.label,
                )
            )
        return _parts(reference)["id"]

    def _find(self, id: bytes) -> SignMixin:
        session = self._open()
        if id not in self._keys:
            with self._reaching():
                wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.Attribute.ID: id}
                found = [key for key in session.get_objects(wanted) if isinstance(key, SignMixin)]
            if len(found) != 1:
                raise TokenUnavailable(
                    _l(
                        "토큰 %(label)s에 키 %(id)s이(가) 없어요. 토큰의 백업을 되돌리거나 키를 교체해 주세요.",
                        label=self.place.label,
                        id=id.hex(),
                    )
                )
            self._keys[id] = found[0]
        return self._keys[id]

    def _open(self) -> pkcs11.Session:
        if has_request_context():
            raise RuntimeError("the token is not opened while a request is served")
        if self._session is None:
            self._session = self._log_in()
        return self._session

    def _log_in(self) -> pkcs11.Session:
        if pkcs11 is None:
            raise TokenUnavailable(_l("토큰(PKCS#11)에는 python-pkcs11이 필요해요. ieum[pkcs11]로 설치해 주세요."))
        pin = self._pin()
        try:
            library = pkcs11.lib(self.place.module)
            # Whatever went before, a token that was away and came back is seen again.
            library.reinitialize()
        except PKCS11Error as error:
            raise TokenUnavailable(
                _l(
                    "PKCS#11 모듈을 열 수 없어요: %(why)s. IEUM_PKCS11_MODULE을 확인해 주세요.",
                    why=_why(error),
                )
            ) from error
        try:
            with self._reaching():
                return library.get_token(token_label=self.place.label).open(rw=True, user_pin=pin)
        except NoSuchToken:
            seen = ", ".join(sorted(token.label for token in library.get_tokens() if token.label)) or "-"
            raise TokenUnavailable(
                _l(
                    "토큰 %(label)s이(가) 없어요(보이는 토큰: %(seen)s). IEUM_PKCS11_TOKEN을 확인해 주세요.",
                    label=self.place.label,
                    seen=seen,
                )
            ) from None
        except PinIncorrect:
            self._wrong_pin = pin
            raise TokenUnavailable(self._wrong()) from None
        except PinLocked:
            raise TokenUnavailable(
                _l("토큰 %(label)s이 잠겼어요. 토큰의 관리자가 PIN을 다시 정해야 해요.", label=self.place.label)
            ) from None

    def _pin(self) -> str:
        try:
            pin = self.place.pin_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise TokenUnavailable(
                _l(
                    "토큰의 PIN이 든 파일을 읽을 수 없어요: %(path)s (%(why)s). "
                    "IEUM_PKCS11_PIN_FILE을 확인해 주세요.",
                    path=str(self.place.pin_file),
                    why=_why(error),
                )
            ) from None
        if pin == self._wrong_pin:
            raise TokenUnavailable(self._wrong())
        return pin

    def _wrong(self) -> Text:
        return _l(
            "토큰 %(label)s의 PIN이 맞지 않아요. 다시 틀리면 토큰이 잠길 수 있어 더 시도하지 않아요. "
            "%(path)s의 내용을 고쳐 주세요.",
            label=self.place.label,
            path=str(self.place.pin_file),
        )

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Explain what a token answers, and forget the session, which may be what went wrong."""
        try:
            yield
        except (NoSuchToken, PinIncorrect, PinLocked):
            raise
        except PKCS11Error as error:
            self._session = None
            self._keys.clear()
            raise TokenUnavailable(
                _l(
                    "토큰 %(label)s이(가) 일을 하지 못했어요(%(why)s). "
                    "연결되어 있는지, Ed25519를 지원하는지 확인해 주세요.",
                    label=self.place.label,
                    why=_why(error),
                )
            ) from error


def is_reference(held: bytes) -> bool:
    """Tell a reference to a key in a token from a sealed private key."""
    return held.startswith(_SCHEME)


def _parts(reference: bytes) -> dict[str, bytes]:
    pairs = (part.partition("=") for part in reference[len(_SCHEME) :].decode().split(";"))
    return {name: unquote_to_bytes(value) for name, _, value in pairs}


def _why(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
