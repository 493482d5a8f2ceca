"""Reading certificates: with care, and fast where the bytes are exactly what we write.

The certificates of one cohort differ in a dozen texts and agree in all others. A `Frame` is what they agree in,
checked and filled into the template once. It is found again by those texts, and holds nothing about a person.

There are two readers, and the tests hold them to the same answers:

- `CertificateProfile.read` makes claims the way callers do, with every check of `claims`, spells them again and
  compares. It reads the first certificates of a cohort, and whatever is not exactly as we write it.
- `CertificateProfile.compare` takes the texts of a certificate from between the bytes that all certificates of its
  cohort have, and checks all of them by one pattern that admits nothing that `read` refuses. It answers None whenever
  it is in doubt; then `read` decides.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache, partial
from operator import itemgetter
from typing import NamedTuple

from credentials import certificate, proof, values
from credentials.claims import MOST_HOURS, Centre, CertificateClaims, Course, Issuer, StatusEntry
from credentials.errors import ClaimRefused
from credentials.sealed_document import Reading
from credentials.template import Template
from credentials.writer import Writer, escape

_OWN = (
    "credential_id",
    "subject_id",
    "name",
    "birth_year",
    "serial",
    "hours_earned",
    "attendance_rate",
    "valid_from",
    "status.index",
    "status.id",
)
"""The texts that each certificate has for itself. Those of its proof follow them."""

_UUID = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TEXT = rf"(?!\s)[^{values.FORBIDDEN}]{{1,{values.MAX_TEXT}}}(?<!\s)"
_INSTANT = (
    r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:Z|[+-](?!00:00)(?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_NUMBER = values.NUMBER
_YEAR = r"(?:19|2[0-9])[0-9]{2}"
_INDEX = r"(?:0|[1-9][0-9]{0,8})"
# Compared, looked up or decoded later. Here it only matters that JSON takes it as it stands.
PLAIN = r"[!-~]{1,600}"
_SPELLINGS = (_UUID, _UUID, _TEXT, _YEAR, _TEXT, _NUMBER, _NUMBER, _INSTANT, _INDEX, PLAIN)

_MOST_FRAMES = 256


class Frame:
    """What the certificates of one cohort share: checked claims, and the template with their texts filled in."""

    def __init__(self, template: Template, claims: CertificateClaims) -> None:
        self._claims = {
            "issuer": claims.issuer,
            "centre": claims.centre,
            "course": claims.course,
            "term": claims.term,
            "started": claims.started,
            "ended": claims.ended,
        }
        self.issuer = claims.issuer.id
        self._list_url = claims.status.list_url
        course = claims.course
        self._ids = {self.issuer, claims.centre.id, course.id, course.criteria_id, course.result_description_id}
        self.writer = template.bind(
            escape(dict(zip(certificate.SHARED, certificate.spell_shared(claims), strict=True)))
        )
        self.hint = _hint(self.writer.json(dict.fromkeys(self.writer.names, b"")))

    def claims(self, own: Sequence[str]) -> CertificateClaims:
        """Make claims of the texts `_OWN`, well spelled, of a certificate without end; ClaimRefused when in doubt."""
        credential, subject, name, year, serial, hours, rate, start, index, status = own
        result = f"{credential}#attendance"
        distinct = credential != subject and self._ids.isdisjoint((credential, subject, result, status))
        if status != f"{self._list_url}#{index}" or not distinct:
            raise ClaimRefused("ids", "one identifier used for two things", "distinct identifiers")
        return CertificateClaims.of_checked(
            {
                **self._claims,
                "credential_id": credential,
                "subject_id": subject,
                "name": name,
                "birth_year": int(year),
                "serial": serial,
                "hours_earned": _number(hours, MOST_HOURS),
                "attendance_rate": _number(rate, 100),
                "valid_from": datetime.fromisoformat(start),
                "status": StatusEntry(self._list_url, int(index)),
                "valid_until": None,
            }
        )


def _hint(data: bytes) -> bytes:
    """Cut out what differs most from cohort to cohort: centre, term and times. No more than a hint where to look."""
    return data[data.find(b'"source":') : data.find(b',"creditsEarned":')]


# None stands for a cohort of which one certificate has been seen: a frame pays from the third one on.
_frames: dict[tuple[Template, tuple[str, ...]], Frame | None] = {}
_hints: dict[tuple[Template, bytes], Frame] = {}


def writer_of(
    claims: CertificateClaims, templates: Sequence[Template]
) -> tuple[Writer, dict[str, str], Callable[[], None]]:
    """Find what writes a certificate fastest, the texts which that takes, and what makes the cohort known.

    Call the last only for certificates whose signature holds, or that are about to be signed: so nobody else can fill
    this memory, or empty it.
    """
    template = certificate.template_of(claims, templates)
    shared = certificate.spell_shared(claims)
    frame = _frames.get((template, shared))
    if frame is None:
        return template, certificate.spell(claims), partial(_remember, template, shared, claims)
    return frame.writer, certificate.spell_own(claims), _nothing


def _remember(template: Template, shared: tuple[str, ...], claims: CertificateClaims) -> None:
    seen = (template, shared) in _frames
    if not seen and len(_frames) >= _MOST_FRAMES:
        _frames.clear()
        _hints.clear()
    frame = Frame(template, claims) if seen else None
    _frames[template, shared] = frame
    if frame is not None:
        _hints[template, frame.hint] = frame


def _nothing() -> None:
    """The cohort is known already."""


class ProofTexts(NamedTuple):
    """What a kind of proof adds to a certificate: names of texts, patterns for them, and how they are read.

    `read` answers the time of signing, the key's id and the signature, or raises ClaimRefused.
    """

    names: tuple[str, ...]
    patterns: tuple[str, ...]
    read: Callable[[Sequence[str], CertificateClaims], tuple[datetime, str, str]]
    with_end: tuple[str, ...] = ()
    """Names of texts that follow where the certificate has an end."""


class CertificateProfile:
    """How certificates with one kind of proof are read (`sealed_document.Profile`).

    Of two templates the first has no end. Certificates with an end are rare; they are always parsed.
    """

    def __init__(self, templates: tuple[Template, Template], added: ProofTexts) -> None:
        self.templates = templates
        self._template = template = templates[0]
        self._added = added
        self._own = (*_OWN, *added.names)
        self._order = template.bind(dict.fromkeys(certificate.SHARED, b"")).names
        self._arrange = itemgetter(*(self._order.index(name) for name in self._own))
        # A line feed is forbidden in text, so it can stand between texts: the pattern tells them apart in one way.
        self._spelling = re.compile("\n".join((*_SPELLINGS, *added.patterns)))
        self._added_spelling = re.compile("\n".join(added.patterns))

    def read(self, template: Template, texts: dict[str, str]) -> Reading[CertificateClaims]:
        """Read the texts of a certificate; ClaimRefused unless each has its one permitted spelling."""
        claims = read_claims(texts)
        names = self._added.names if claims.valid_until is None else self._added.names + self._added.with_end
        added = {name: texts[name] for name in names}
        created, method, signature = self._added.read(tuple(added.values()), claims)
        writer, spelled, remember = writer_of(claims, self.templates)
        filled = escape({**spelled, **added})
        return Reading(claims, claims.issuer.id, created, method, signature, writer, filled, remember)

    def compare(self, data: bytes) -> Reading[CertificateClaims] | None:
        """Read bytes that are exactly what we write, without parsing; None whenever in doubt."""
        frame = _hints.get((self._template, _hint(data)))
        return self._read_all(data) if frame is None else self._read_own(data, frame)

    def _read_own(self, data: bytes, frame: Frame) -> Reading[CertificateClaims] | None:
        found = frame.writer.match(data)
        if found is None:
            return None
        together = b"\n".join(self._arrange(found))
        if b"\\" in together:
            return None
        try:
            text = together.decode()
            if self._spelling.fullmatch(text) is None or not unicodedata.is_normalized("NFC", text):
                return None
            own = text.split("\n")
            claims = frame.claims(own[: len(_OWN)])
            created, method, signature = self._added.read(own[len(_OWN) :], claims)
        except (ValueError, ClaimRefused):
            return None
        filled = dict(zip(self._order, found, strict=True))
        return Reading(claims, frame.issuer, created, method, signature, frame.writer, filled, _nothing)

    def _read_all(self, data: bytes) -> Reading[CertificateClaims] | None:
        found = None if b"\\" in data else self._template.match(data)
        if found is None:
            return None
        try:
            texts = {name: value.decode() for name, value in zip(self._template.names, found, strict=True)}
            if self._added_spelling.fullmatch("\n".join(texts[name] for name in self._added.names)) is None:
                return None
            reading = self.read(self._template, texts)
        except (ValueError, ClaimRefused):
            return None
        return reading if reading.is_exactly(data) else None


def _read_proof(texts: Sequence[str], _claims: CertificateClaims) -> tuple[datetime, str, str]:
    created, method, value = texts
    return proof.read_created(created), method, value


PROFILE = CertificateProfile(
    certificate.TEMPLATES, ProofTexts(proof.PROOF_TEXTS, (_INSTANT, PLAIN, PLAIN), _read_proof)
)
"""Certificates with a Data Integrity proof."""


def read_claims(texts: dict[str, str]) -> CertificateClaims:
    """Turn the texts of a certificate into claims; ClaimRefused unless each has its one permitted spelling."""
    until = texts.get("valid_until")
    claims = CertificateClaims(
        credential_id=texts["credential_id"],
        issuer=Issuer(texts["issuer.id"], texts["issuer.name"], texts["issuer.url"]),
        centre=Centre(texts["centre.id"], texts["centre.name"]),
        subject_id=texts["subject_id"],
        name=texts["name"],
        birth_year=_whole("birth_year", texts["birth_year"]),
        serial=texts["serial"],
        course=Course(
            id=texts["course.id"],
            criteria_id=texts["course.criteria_id"],
            result_description_id=texts["course.result_description_id"],
            name=texts["course.name"],
            kind=texts["course.kind"],
            description=texts["course.description"],
            criteria=texts["course.criteria"],
            credits_available=values.read_number("course.credits_available", texts["course.credits_available"]),
        ),
        term=texts["term"],
        started=values.read_instant("started", texts["started"]),
        ended=values.read_instant("ended", texts["ended"]),
        hours_earned=values.read_number("hours_earned", texts["hours_earned"]),
        attendance_rate=values.read_number("attendance_rate", texts["attendance_rate"]),
        valid_from=values.read_instant("valid_from", texts["valid_from"]),
        status=StatusEntry(texts["status.list_url"], _whole("status.index", texts["status.index"])),
        valid_until=None if until is None else values.read_instant("valid_until", until),
    )
    spelled = certificate.spell(claims)
    if not spelled.items() <= texts.items():
        name = next(name for name, text in spelled.items() if texts[name] != text)
        raise ClaimRefused(name, repr(texts[name])[:80], repr(spelled[name])[:80])
    return claims


def _whole(field: str, spelled: str) -> int:
    if not spelled.isascii() or not spelled.isdigit() or len(spelled) > 10:
        raise ClaimRefused(field, repr(spelled)[:80], "a whole number")
    return int(spelled)


@lru_cache(maxsize=1024)
def _number(spelled: str, most: int) -> Decimal:
    return values.number("number", values.read_number("number", spelled), most)
