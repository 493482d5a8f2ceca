"""The status lists of the conformance profile: credentials in the form of a list, on which nobody has been set.

They show the form (W3C Bitstring Status List 1.0) and are signed with the profile's key. The lists of real
certificates are none of theirs.
"""

from __future__ import annotations

import gzip
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app

from app.core.clock import iso_utc
from credentials.conformance import Faulty, ProblemType

Document = Mapping[str, Any]

PURPOSES = ("revocation", "suspension")
ENTRY = "BitstringStatusListEntry"
SIZE = 131_072  # the least that protects anybody among the others (§6.1)
_EMPTY = "u" + urlsafe_b64encode(gzip.compress(bytes(SIZE // 8), mtime=0)).decode().rstrip("=")


def list_url(purpose: str) -> str:
    """Answer the address of the list with this purpose."""
    return f"{current_app.config['IEUM_BASE_URL']}/conformance/status/{purpose}"


def entries_for(wanted: Any) -> list[dict[str, str]]:
    """Make the entries that `options.credentialStatus` of a request asks for. Raises Faulty."""
    asked = wanted if isinstance(wanted, list) else [wanted]
    return [_entry(one) for one in asked]


def list_claims(purpose: str, did: str, at: datetime) -> dict[str, Any]:
    """Write the list with this purpose, to be signed."""
    url = list_url(purpose)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": iso_utc(at.replace(microsecond=0)),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": _EMPTY,
        },
    }


def check_status(_credential: Document, entry: Document) -> None:
    """Look a place up on a list of the profile. Others are not fetched, and so are said not to have been checked."""
    url = entry.get("statusListCredential")
    purpose = next((purpose for purpose in PURPOSES if url == list_url(purpose)), None)
    if entry.get("type") != ENTRY or purpose is None:
        raise Faulty(ProblemType.UNCHECKED, "credentialStatus was not checked: it is none of this profile's lists")
    if entry["statusPurpose"] != purpose:
        raise Faulty(ProblemType.STATUS_VERIFICATION, f"credentialStatus.statusPurpose: the list is for {purpose}")
    if int(entry["statusListIndex"]) >= SIZE:
        raise Faulty(ProblemType.RANGE, f"credentialStatus.statusListIndex: the list has {SIZE} places")


def _entry(asked: Any) -> dict[str, str]:
    if not isinstance(asked, dict) or asked.get("type", ENTRY) != ENTRY:
        raise Faulty(ProblemType.MALFORMED, f"options.credentialStatus: expected objects of the type {ENTRY}")
    purpose = asked.get("statusPurpose", PURPOSES[0])
    if purpose not in PURPOSES:
        raise Faulty(ProblemType.MALFORMED, f"options.credentialStatus: expected one of {', '.join(PURPOSES)}")
    index = str(secrets.randbelow(SIZE))
    url = list_url(purpose)
    return {
        "id": f"{url}#{index}",
        "type": ENTRY,
        "statusPurpose": purpose,
        "statusListIndex": index,
        "statusListCredential": url,
    }
