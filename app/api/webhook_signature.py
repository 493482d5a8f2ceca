"""Signs a message to a webhook as Standard Webhooks does: HMAC-SHA256 over id, time and body. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime


def headers_for(message_id: str, body: bytes, secret: bytes, at: datetime) -> dict[str, str]:
    """Answer the headers by which the receiver knows the message for ours, and for one of now."""
    moment = str(int(at.timestamp()))
    signed = f"{message_id}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }
