"""Codes of an authenticator app (RFC 6238): six digits, SHA-1, 30 seconds, which is what every such app does."""

from __future__ import annotations

import base64
import hmac
import os
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

SECONDS = 30
_QUIET_ZONE = 4


def new_secret() -> bytes:
    """Make a secret of 160 bits, as RFC 4226 recommends."""
    return os.urandom(20)


def matching_step(secret: bytes, code: str, at: datetime, after: int) -> int | None:
    """Answer the time step whose code this is: the present one or, for clocks that differ, its neighbours.

    Only steps after `after` count, so that a code that was used, or seen over a shoulder, opens nothing again.
    """
    now = int(at.timestamp()) // SECONDS
    for step in (now, now - 1, now + 1):
        if step > after and hmac.compare_digest(_totp(secret).generate(step * SECONDS), code.encode()):
            return step
    return None


def typed_key(secret: bytes) -> str:
    """Write the secret as people type it into an app: Base32 in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def app_address(secret: bytes, account: str, issuer: str) -> str:
    """Answer the otpauth address that an app reads from the QR code."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def qr_svg(address: str) -> str:
    """Draw a QR code as an SVG of one path, without a style, which the page's policy would refuse."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET_ZONE)
    code.add_data(address)
    code.make()
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, 6, SHA1(), SECONDS)  # noqa: S303
