"""What of a checked badge is shown: few named values and the list of everything that was signed.

The texts are a stranger's: they are brought to NFC, what cannot be seen is written out (`⟨U+202E⟩`), and lengths and
numbers have an end. What is left out is said. A resident number is hidden: no upload may hold one, but what the
issuer's host answers is stored as well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from app.core import resident_number

NAME, SHORT, LONG = 120, 300, 2000
MAX_FIELDS = 200
MAX_RECIPIENTS = 10
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters of Hangul and Braille that show as nothing.
_FILLERS = frozenset({0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800})
_NOT_CONTENT = {"@context", "proof"}


def visible(value: Any, limit: int = SHORT) -> str:
    """Answer a text with nothing hidden in it and no resident number, cut at the limit; nothing for what is no text
    or number."""
    if isinstance(value, dict):  # A text with a language: {"@value": …} or {"ko": …}.
        value = value.get("@value") or next((v for v in value.values() if isinstance(v, str)), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = resident_number.mask(unicodedata.normalize("NFC", str(value)[: limit * 4]).strip())
    shown = "".join(_letter(c) for c in text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _letter(character: str) -> str:
    if character in "\n\r\t":
        return " "
    if ord(character) in _FILLERS or unicodedata.category(character) in _UNSEEN:
        return f"⟨U+{ord(character):04X}⟩"
    return character


def summarise(standard: str, claims: dict[str, Any]) -> dict[str, Any]:
    """Answer what is shown of a badge whose signature is right."""
    known = _second(claims) if standard.startswith("ob2") else _third(claims)
    fields: list[tuple[str, str]] = []
    for path, value in _walk(claims, ""):
        if len(fields) == MAX_FIELDS:
            fields.append(("…", "…"))
            break
        fields.append((visible(path), value))
    return {**known, "fields": fields}


def _third(claims: dict[str, Any]) -> dict[str, Any]:
    subject = _first(claims.get("credentialSubject"))
    achievement, issuer = _first(subject.get("achievement")), _first(claims.get("issuer"))
    recipients = [
        _recipient(i.get("identityType"), i.get("identityHash"), i.get("hashed") is True, i.get("salt"))
        for i in _all(subject.get("identifier"))
    ]
    own_id = subject.get("id")
    if isinstance(own_id, str) and own_id.lower().startswith("mailto:"):
        recipients.append(_recipient("emailAddress", own_id[7:], False, None))
    return {
        "name": visible(achievement.get("name") or claims.get("name"), NAME),
        "description": visible(achievement.get("description"), LONG),
        "criteria": visible(_first(achievement.get("criteria")).get("narrative"), LONG),
        "issuer_name": visible(issuer.get("name"), NAME),
        "issued": visible(claims.get("validFrom") or claims.get("issuanceDate")),
        "expires": visible(claims.get("validUntil") or claims.get("expirationDate")),
        "recipients": recipients[:MAX_RECIPIENTS],
    }


def _second(claims: dict[str, Any]) -> dict[str, Any]:
    assertion, badge, issuer = (_first(claims.get(part)) for part in ("assertion", "badge", "issuer"))
    recipient = _first(assertion.get("recipient"))
    kind = "emailAddress" if recipient.get("type") == "email" else recipient.get("type")
    return {
        "name": visible(badge.get("name"), NAME),
        "description": visible(badge.get("description"), LONG),
        "criteria": visible(_first(badge.get("criteria")).get("narrative"), LONG),
        "issuer_name": visible(issuer.get("name"), NAME),
        "issued": visible(assertion.get("issuedOn")),
        "expires": visible(assertion.get("expires")),
        "recipients": [
            _recipient(kind, recipient.get("identity"), recipient.get("hashed") is True, recipient.get("salt"))
        ],
    }


def _recipient(kind: Any, identity: Any, hashed: bool, salt: Any) -> dict[str, Any]:
    return {"kind": visible(kind, 60), "identity": visible(identity), "hashed": hashed, "salt": visible(salt)}


def _first(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else {}


def _all(value: Any) -> list[dict[str, Any]]:
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict)]


def _walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every value with where it stands: `credentialSubject.achievement.name`, `type[1]`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NOT_CONTENT:
                yield from _walk(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{place}]")
    elif value is not None:
        shown = str(value).lower() if isinstance(value, bool) else visible(value, LONG)
        if shown:
            yield path, shown
