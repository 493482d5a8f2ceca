"""What somebody is called in one list of people without names. Pure.

In each list, of an opening or of a need, a person has an id of its own: whoever holds two lists cannot tell by it who
stands in both, and whoever holds the ids cannot tell whose they are. Only this instance's secret leads from one to
another.
"""

from __future__ import annotations

import hashlib
import hmac

_PURPOSE = b"ieum listed person\0"


def listed_id(secret: bytes, of: str, person: str) -> str:
    """Answer the id of a person (by the public id of her preferences) in the list `of` an opening or need."""
    said = _PURPOSE + of.encode() + b"\0" + person.encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:32]
