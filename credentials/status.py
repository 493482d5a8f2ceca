"""Status lists: W3C Bitstring Status List 1.0, signed with their own proof and read strictly.

A list tells one thing of each of its places. Revocation is the list that a certificate names. Correction keeps a
second list beside it (`replaced_list_url`) with the same places: a replaced certificate is set on both, so that every
verifier refuses it and ours can say that another one exists.

Whatever is wrong with a list — missing, stale, short, malformed, signed by somebody else — the answer is "could not
be checked", never "valid".
"""

import base64
import gzip
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from credentials import proof, values
from credentials.errors import ClaimRefused, CouldNotCheck, SelfCheckFailed
from credentials.keys import Keys, SigningKey
from credentials.proof import PROOF_SHAPE
from credentials.report import SENTENCES, Code, Step
from credentials.sealed_document import Reading, Unsealed, open_document
from credentials.template import Slot, Template
from credentials.terms import CREDENTIALS_CONTEXT
from credentials.validity import problem_with_times
from credentials.writer import escape

MINIMUM_SIZE = 131_072
"""Fewest entries a list may have, so that one place among them says little (§6.1)."""

MAXIMUM_SIZE = 1_048_576
PURPOSES = ("revocation", "refresh")
VALID_FOR = timedelta(days=1)
TTL_MILLISECONDS = 300_000
"""How long others may keep a copy before they ask again."""

LIST_TEMPLATE = Template(
    {
        "@context": [CREDENTIALS_CONTEXT],
        "id": Slot("url"),
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": Slot("issuer"),
        "validFrom": Slot("valid_from"),
        "validUntil": Slot("valid_until"),
        "credentialSubject": {
            "id": Slot("url", "#list"),
            "type": "BitstringStatusList",
            "statusPurpose": Slot("purpose"),
            "encodedList": Slot("encoded"),
            "ttl": TTL_MILLISECONDS,
        },
        "proof": PROOF_SHAPE,
    }
)
_ENCODED = re.compile(r"u[A-Za-z0-9_-]+")
_GZIP = 31


def replaced_list_url(revocation_list_url: str) -> str:
    """Name the list that says which of the certificates revoked on another list have been replaced."""
    return f"{revocation_list_url}/replaced"


@dataclass(frozen=True)
class StatusList:
    """A status list whose proof has been verified. `created` is the time it speaks of."""

    url: str
    issuer: str
    purpose: str
    bits: bytes
    valid_from: datetime
    valid_until: datetime
    created: datetime

    @classmethod
    def from_bytes(cls, data: bytes, issuer_keys: Keys, at: datetime) -> Self:
        """Read and verify a list at the time `at`; CouldNotCheck when there is anything wrong with it."""
        try:
            sealed = open_document(data, issuer_keys, _ListProfile(), exact=True)
        except Unsealed as unsealed:
            before_proof = unsealed.finding.step in (Step.PARSE, Step.STRUCTURE, Step.CONTEXTS, Step.TYPES, Step.FORM)
            raise _failure(Code.STATUS_LIST_MALFORMED if before_proof else Code.STATUS_LIST_REFUSED) from None
        content = sealed.content
        if problem_with_times(sealed.created, sealed.key.created, content.valid_from, content.valid_until, at):
            raise _failure(Code.STATUS_LIST_STALE)
        bits = _decode(content.encoded)
        if bits is None:
            raise _failure(Code.STATUS_LIST_MALFORMED)
        if len(bits) * 8 < MINIMUM_SIZE:
            raise _failure(Code.STATUS_LIST_SHORT)
        return cls(
            content.url,
            content.issuer,
            content.purpose,
            bits,
            content.valid_from,
            content.valid_until,
            sealed.created,
        )

    @property
    def size(self) -> int:
        """How many entries the list has."""
        return len(self.bits) * 8

    def is_set(self, index: int) -> bool:
        """Say whether the place is set; places count from the leftmost bit (§3.2). `problem_for` comes first."""
        return bool(self.bits[index >> 3] & (0x80 >> (index & 7)))

    def problem_for(self, url: str, issuer: str, purpose: str, index: int, at: datetime) -> Code | None:
        """Say why this list cannot answer for that place at the time `at`, or None when it can."""
        if self.issuer != issuer:
            return Code.STATUS_LIST_FOREIGN
        if self.url != url or self.purpose != purpose:
            return Code.STATUS_PURPOSE_DIFFERS
        if problem_with_times(self.created, None, self.valid_from, self.valid_until, at):
            return Code.STATUS_LIST_STALE
        if not 0 <= index < self.size:
            return Code.STATUS_INDEX_OUT_OF_RANGE
        return None


def sign_status_list(
    url: str,
    purpose: str,
    set_places: Iterable[int],
    key: SigningKey,
    created: datetime,
    *,
    size: int = MINIMUM_SIZE,
    valid_for: timedelta = VALID_FOR,
) -> bytes:
    """Build and sign a list on which exactly these places are set, valid from `created` on; return its exact bytes.

    `purpose` is `revocation` or `refresh` (replaced). Raises ClaimRefused for a place outside the list or a size
    that is not a multiple of 8 from 131,072 to 1,048,576; SelfCheckFailed when the result does not read back.
    """
    start = values.instant("created", created)
    bits = _set_bits(set_places, size)
    encoded = base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).decode().rstrip("=")
    content = _Content(url, key.public.controller, start, start + valid_for, purpose, f"u{encoded}")
    data = proof.sign(LIST_TEMPLATE, _spell(content), key, start)
    try:
        read_back = StatusList.from_bytes(data, {key.public.id: key.public}, start)
    except CouldNotCheck as failure:
        raise SelfCheckFailed(f"{url}: {failure.code}") from None
    if read_back.bits != bits:
        raise SelfCheckFailed(f"{url}: reads back with other places set")
    return data


@dataclass(frozen=True)
class _Content:
    url: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    purpose: str
    encoded: str

    def __post_init__(self) -> None:
        values.web_address("url", self.url)
        values.did("issuer", self.issuer)
        if self.purpose not in PURPOSES:
            raise ClaimRefused("purpose", repr(self.purpose)[:80], " or ".join(PURPOSES))
        if _ENCODED.fullmatch(self.encoded) is None:
            raise ClaimRefused("encodedList", repr(self.encoded[:20]), "u and base64url without padding")
        if self.valid_until <= self.valid_from:
            raise ClaimRefused("valid_until", str(self.valid_until), "a time after valid_from")


def _spell(content: _Content) -> dict[str, str]:
    return {
        "url": content.url,
        "issuer": content.issuer,
        "valid_from": values.spell_instant(content.valid_from),
        "valid_until": values.spell_instant(content.valid_until),
        "purpose": content.purpose,
        "encoded": content.encoded,
    }


class _ListProfile:
    """How status lists are read (`sealed_document.Profile`): each with the same care."""

    templates = (LIST_TEMPLATE,)

    def read(self, template: Template, texts: Mapping[str, str]) -> Reading[_Content]:
        content = _Content(
            url=texts["url"],
            issuer=texts["issuer"],
            valid_from=values.read_instant("valid_from", texts["valid_from"]),
            valid_until=values.read_instant("valid_until", texts["valid_until"]),
            purpose=texts["purpose"],
            encoded=texts["encoded"],
        )
        created = proof.read_created(texts["proof.created"])
        for name, text in _spell(content).items():
            if texts[name] != text:
                raise ClaimRefused(name, repr(texts[name])[:80], repr(text)[:80])
        method, value = texts["proof.method"], texts["proof.value"]
        return Reading(content, content.issuer, created, method, value, template, escape(texts), _forget)

    def compare(self, data: bytes) -> None:
        return None


def _forget() -> None:
    """Lists share too little with one another for anything to be kept."""


def _set_bits(set_places: Iterable[int], size: int) -> bytes:
    if size % 8 or not MINIMUM_SIZE <= size <= MAXIMUM_SIZE:
        raise ClaimRefused("size", str(size), f"a multiple of 8 from {MINIMUM_SIZE} to {MAXIMUM_SIZE}")
    bits = bytearray(size // 8)
    for place in set_places:
        if not 0 <= place < size:
            raise ClaimRefused("set_places", str(place), f"0 to {size - 1}")
        bits[place >> 3] |= 0x80 >> (place & 7)
    return bytes(bits)


def _decode(encoded: str) -> bytes | None:
    """Decode `u` + base64url of exactly one gzip member of at most the maximum size; None for anything else."""
    text = encoded[1:]
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        inflater: Any = zlib.decompressobj(_GZIP)
        # One byte more than allowed, so that a longer list is seen without being inflated.
        bits: bytes = inflater.decompress(packed, MAXIMUM_SIZE // 8 + 1)
    except (ValueError, zlib.error):
        return None
    whole = inflater.eof and not inflater.unused_data and len(bits) * 8 <= MAXIMUM_SIZE
    return bits if whole else None


def _failure(code: Code) -> CouldNotCheck:
    return CouldNotCheck(Step.STATUS, code, SENTENCES[code])
