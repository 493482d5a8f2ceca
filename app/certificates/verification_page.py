"""The verification page: what it says of one certificate, and how it is put together quickly.

Everything on the page but the certificate's own texts depends on few things: the language, the answer and how each
step ended. For every such shape the template is rendered once, with one character of Unicode's private use in the
place of each text; a request escapes its texts and sets them in. What is set in is never looked through again, so a
name can hold whatever it likes. The verdict itself is found anew for every request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from flask import current_app, render_template, url_for
from markupsafe import escape

from app.certificates import slips, words
from app.certificates.forms import BirthDateForm
from app.certificates.verdict import Answer
from app.certificates.verification_service import Verification
from app.core.i18n import current_language
from app.core.templating import date, datetime
from credentials import Check, Code

_KNOWN = "ieum_verification_pages"
_MOST_SHAPES = 200
_PLACE = re.compile("([\ue000-\uf8ff])")


@dataclass(frozen=True)
class Shape:
    """What decides how the page looks, apart from the texts in it."""

    language: str
    answer: Answer
    # Compared but not hashed: that would take longer than all the rest of the page.
    checks: tuple[Check, ...] = field(hash=False)
    is_signed: bool
    is_trial: bool
    is_replaced: bool
    has_changed: bool
    has_end: bool

    @property
    def is_by_revoked_key(self) -> bool:
        """Whether nothing stands against it but that its key was revoked: somebody may hold it in good faith."""
        return self.answer is Answer.NOT_VALID and any(check.code is Code.KEY_REVOKED for check in self.checks)


class Texts(NamedTuple):
    """The texts of the page that differ from certificate to certificate, as they are written in its language.

    The digits of the document number are set in groups, which is why it stands apart at the end.
    """

    checked_at: str
    replaced_by_url: str = ""
    changed: str = ""
    record: str = ""
    name: str = ""
    birth_year: str = ""
    serial: str = ""
    course_name: str = ""
    course_kind: str = ""
    term: str = ""
    started: str = ""
    ended: str = ""
    hours: str = ""
    hours_of_course: str = ""
    attendance_rate: str = ""
    centre_name: str = ""
    issuer_name: str = ""
    issued: str = ""
    valid_until: str = ""
    key_id: str = ""
    signed_at: str = ""
    criteria: str = ""
    description: str = ""
    credential_id: str = ""
    subject_id: str = ""
    centre_id: str = ""
    course_id: str = ""
    issuer_id: str = ""
    issuer_url: str = ""
    status_id: str = ""
    document_number: str = ""


_DIGITS = 16
# One for the certificate's own public id, one for each text but the document number, and one for each of its digits.
_PLACES = tuple(chr(0xE000 + n) for n in range(len(Texts._fields) + _DIGITS))
# Between texts while all are escaped at once: nothing that is signed, and no address, holds one.
_BETWEEN = "\0"


@dataclass(frozen=True)
class Frame:
    """A rendered shape, cut at the places of its texts; in UTF-8, so that only the texts are still to be encoded."""

    parts: tuple[bytes, ...]
    """What stands around the texts; every second part is empty, for a text."""
    choose: Callable[[Sequence[bytes]], tuple[bytes, ...]]
    """Takes the texts of all places in the order in which the page has them."""

    @classmethod
    def of(cls, rendered: str) -> Frame:
        cut = _PLACE.split(rendered)
        places = [_PLACES.index(place) for place in cut[1::2]]
        around = [part.encode() for part in cut]
        around[1::2] = [b""] * len(places)
        return cls(tuple(around), itemgetter(*places))

    def filled(self, values: Sequence[bytes]) -> bytes:
        """Answer the page with these texts in their places, in the order of `_PLACES`."""
        page = list(self.parts)
        page[1::2] = self.choose(values)
        return b"".join(page)


def page(verification: Verification) -> str | bytes:
    """Answer the page of a certificate as it is shown first, with nothing typed into its form; bytes are UTF-8."""
    shape = _shape(verification)
    texts = _texts(verification, shape.language)
    if current_app.jinja_env.auto_reload:
        return _render(shape, texts, verification.certificate.public_id, BirthDateForm(formdata=None), None)
    known: dict[Shape, Frame] = current_app.extensions.setdefault(_KNOWN, {})
    frame = known.get(shape)
    if frame is None:
        if len(known) >= _MOST_SHAPES:
            known.clear()
        frame = known[shape] = _frame(shape, verification.certificate.public_id)
    return frame.filled(_values(texts, verification.certificate.public_id))


def answered_page(verification: Verification, form: BirthDateForm, matches: bool | None = None) -> str:
    """Answer the page with what somebody typed into its form, or with the answer to that."""
    shape = _shape(verification)
    return _render(shape, _texts(verification, shape.language), verification.certificate.public_id, form, matches)


def _render(shape: Shape, texts: Texts, public_id: str, form: BirthDateForm, matches: bool | None) -> str:
    return render_template(
        "verification/show.html",
        shape=shape,
        texts=texts,
        public_id=public_id,
        face=words.FACES[shape.answer],
        step_names=words.STEPS,
        finding=words.finding,
        form=form,
        matches=matches,
    )


def _frame(shape: Shape, public_id: str) -> Frame:
    """Render a shape with the signs of its places."""
    own, *named = _PLACES[:-_DIGITS]
    texts = Texts._make([*named, "".join(_PLACES[-_DIGITS:])])
    rendered = _render(shape, texts, public_id, BirthDateForm(formdata=None), None)
    return Frame.of(rendered.replace(public_id, own))


def _values(texts: Texts, public_id: str) -> list[bytes]:
    digits = texts.document_number.replace("-", "")
    together = _BETWEEN.join((public_id, *texts[:-1], *digits))
    values = escape(together).encode().split(_BETWEEN.encode())
    if len(values) != len(_PLACES):
        raise ValueError("a text of a certificate holds what stands between texts")
    return values


def _shape(verification: Verification) -> Shape:
    found, verdict = verification.certificate, verification.verdict
    signed = verdict.certificate.claims if verdict.certificate is not None else None
    return Shape(
        language=current_language(),
        answer=verdict.answer,
        checks=verdict.checks,
        is_signed=signed is not None,
        is_trial=found.is_trial,
        is_replaced=found.replaced_by is not None,
        has_changed=found.status_at is not None,
        has_end=signed is not None and signed.valid_until is not None,
    )


def _texts(verification: Verification, language: str) -> Texts:
    found, verdict = verification.certificate, verification.verdict
    texts = Texts(
        checked_at=datetime(verdict.checked_at, language),
        replaced_by_url=url_for("verification.show", public_id=found.replaced_by) if found.replaced_by else "",
        changed=date(found.status_at, language),
        document_number=found.document_number,
    )
    if verdict.certificate is None:
        return texts
    signed = verdict.certificate.claims
    return texts._replace(
        record=json.dumps(slips.record_of(found.credential, signed)),
        name=signed.name,
        birth_year=str(signed.birth_year),
        serial=signed.serial,
        course_name=signed.course.name,
        course_kind=signed.course.kind,
        term=signed.term,
        started=date(signed.started, language),
        ended=date(signed.ended, language),
        hours=words.number(signed.hours_earned),
        hours_of_course=words.number(signed.course.credits_available),
        attendance_rate=words.number(signed.attendance_rate),
        centre_name=signed.centre.name,
        issuer_name=signed.issuer.name,
        issued=date(signed.valid_from, language),
        valid_until=date(signed.valid_until, language),
        key_id=verdict.certificate.key_id,
        signed_at=datetime(verdict.certificate.created, language),
        criteria=signed.course.criteria,
        description=signed.course.description,
        credential_id=signed.credential_id,
        subject_id=signed.subject_id,
        centre_id=signed.centre.id,
        course_id=signed.course.id,
        issuer_id=signed.issuer.id,
        issuer_url=signed.issuer.url,
        status_id=signed.status_id,
    )
