"""`verify_documents`: each file as strictly as alone, whatever it is called and whatever is in it."""

from __future__ import annotations

import io
import json
import time
import zipfile
import zlib

import pytest
from flask import Flask

from app.certificates import bulk_pdf, bulk_verification_service, revocation_service, seal_keys
from app.certificates.bulk_answers import BulkAnswer, Form, Reason
from app.certificates.bulk_documents import recognise
from app.certificates.bulk_pdf import MOST_BYTES
from app.certificates.bulk_seal import SealState, seal_state
from app.certificates.bulk_verification_service import verify_documents
from app.certificates.models import Certificate, StatusReason
from app.core.access import Actor
from app.core.clock import now
from app.core.db import db
from credentials import bake_png, bake_svg
from tests.factories.accounts import make_organisation
from tests.factories.bulk import pdf_of
from tests.factories.certificates import issue_one
from tests.factories.foreign_badges import SVG, ForeignIssuer, by_our_library, png
from tests.factories.foreign_host import ForeignHost

# What is in a file does not depend on where rows are kept.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), now())


def told(data: bytes) -> tuple[Form, BulkAnswer, Reason]:
    (answer,) = verify_documents([data], now())
    return answer.form, answer.answer, answer.reason


@pytest.mark.databases("sqlite", "postgresql")
def test_every_form_of_a_certificate_is_valid_and_says_what_was_signed(certificate: Certificate) -> None:
    token = certificate.token or b""
    sent = {
        Form.PDF: pdf_of(certificate),
        Form.JSON: certificate.credential,
        Form.JWT: token,
        Form.BADGE: bake_png(png(), certificate.credential),
    }
    found = verify_documents([*sent.values(), bake_svg(SVG, token)], now())
    assert [answer.form for answer in found] == [*sent, Form.BADGE]
    for answer in found:
        assert (answer.answer, answer.reason) == (BulkAnswer.VALID, Reason.NONE)
        assert answer.claims is not None
        assert (answer.claims.name, answer.claims.serial) == (certificate.name, certificate.serial)
        assert (answer.public_id, answer.document_number) == (certificate.public_id, certificate.document_number)


def test_a_revoked_certificate_is_revoked_in_every_form(certificate: Certificate) -> None:
    sent = [pdf_of(certificate), certificate.credential, certificate.token or b""]
    revocation_service.revoke(certificate, StatusReason.OTHER, "잘못", Actor.command("test"), now())
    db.session.commit()
    assert {answer.answer for answer in verify_documents(sent, now())} == {BulkAnswer.REVOKED}


def test_one_altered_byte_in_the_attachment_is_not_valid(certificate: Certificate) -> None:
    altered = certificate.credential.replace(b'"creditsEarned":20', b'"creditsEarned":90')
    assert altered != certificate.credential
    assert told(altered) == (Form.JSON, BulkAnswer.NOT_VALID, Reason.ALTERED)
    token = certificate.token or b""
    assert told(token[:-8] + b"AAAAAAAA")[1] is BulkAnswer.NOT_VALID


def altered_pdfs(pdf: bytes) -> list[bytes]:
    """Answer PDFs that show something else around the very same credential."""
    title = pdf.index(b"/Type /Page")
    return [
        pdf + b"\n%%EOF\n",
        pdf[:title] + b"/Type /pagE" + pdf[title + 11 :],
        pdf.replace(b"/ByteRange [0 ", b"/ByteRange [1 "),
        pdf[: pdf.rindex(b"/ByteRange")],
        pdf.replace(b"/ByteRange", b"/ByteRAnge"),
    ]


def test_an_edited_pdf_is_not_valid_though_its_attachment_is(certificate: Certificate) -> None:
    for altered in altered_pdfs(pdf_of(certificate)):
        (answer,) = verify_documents([altered], now())
        assert (answer.answer, answer.reason) == (BulkAnswer.NOT_VALID, Reason.PDF_ALTERED)
        # What was signed is shown all the same: it is what the paper should say.
        assert answer.claims is not None


def test_without_the_guard_an_edited_pdf_would_pass(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_verification_service, "seal_state", lambda *_: SealState.INTACT)
    altered = altered_pdfs(pdf_of(certificate))
    assert {answer.answer for answer in verify_documents(altered, now())} == {BulkAnswer.VALID}


def test_a_pdf_sealed_by_somebody_else_could_not_be_checked(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = pdf_of(certificate)
    monkeypatch.setattr(seal_keys, "every_seal", list)
    assert told(pdf) == (Form.PDF, BulkAnswer.COULD_NOT_CHECK, Reason.SEAL_UNKNOWN)


def test_what_others_have_issued_is_said_to_be_theirs(certificate: Certificate) -> None:
    foreign = ForeignIssuer()
    for badge in (foreign.as_json(), foreign.as_jwt(), by_our_library(ForeignHost())):
        assert told(badge)[1:] == (BulkAnswer.COULD_NOT_CHECK, Reason.FOREIGN)


def test_a_certificate_of_ours_does_not_become_foreign_by_another_issuers_name(certificate: Certificate) -> None:
    document = json.loads(certificate.credential)
    document["issuer"]["id"] = "did:web:elsewhere.example.org"
    document["unknown"] = "term"
    assert told(json.dumps(document).encode())[1] is BulkAnswer.NOT_VALID


def a_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", b"0" * 5_000_000)
    return target.getvalue()


def pdf_with(stream: bytes, times: int = 1, head: bytes = b"/Filter/FlateDecode") -> bytes:
    one = b"1 0 obj\n<</Type/EmbeddedFile%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        head,
        len(stream),
        stream,
    )
    return b"%PDF-1.7\n" + one * times


BOMB = zlib.compress(b"{" * 200_000_000, 9)
HOSTILE = {
    "empty": (b"", Reason.EMPTY),
    "blank": (b" \n\t ", Reason.EMPTY),
    "page named pdf": (b"<!doctype html><html><script>alert(1)</script>", Reason.WEB_PAGE),
    "archive": (a_zip(), Reason.ARCHIVE),
    "photo": (b"\xff\xd8\xff\xe0" + b"\0" * 100, Reason.PICTURE),
    "picture without badge": (png(), Reason.PICTURE),
    "drawing without badge": (SVG, Reason.PICTURE),
    "program": (b"MZ\x90\0" + b"\0" * 100, Reason.UNKNOWN_KIND),
    "scan": (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", Reason.NO_ATTACHMENT),
    "locked": (b"%PDF-1.7\ntrailer <</Encrypt 5 0 R>>", Reason.PDF_UNREADABLE),
    "other filter": (pdf_with(b"x", head=b"/Filter[/ASCIIHexDecode/FlateDecode]"), Reason.PDF_UNREADABLE),
    "broken stream": (pdf_with(b"no zlib"), Reason.PDF_UNREADABLE),
    "bomb": (pdf_with(BOMB), Reason.TOO_LARGE),
    "many bombs": (pdf_with(BOMB, 40), Reason.TOO_LARGE),
    "other json": (b'{"a": 1}', Reason.NOT_A_CERTIFICATE),
    "deep json": (b'{"a":' * 30_000 + b"1" + b"}" * 30_000, Reason.TOO_LARGE),
    "long json": (b'{"proof": "' + b"x" * 70_000 + b'"}', Reason.TOO_LARGE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_not_read(name: str) -> None:
    data, reason = HOSTILE[name]
    begun = time.process_time()
    assert recognise(data).problem is reason
    assert time.process_time() - begun < 1


def test_deep_and_broken_json_that_claims_to_be_a_certificate_is_not_valid(app: Flask) -> None:
    for broken in (b'{"proof":' * 5_000 + b"1" + b"}" * 5_000, b'{"credentialSubject": {', b'{"proof": \xff}'):
        assert told(broken)[1] is BulkAnswer.NOT_VALID


def test_slow_patterns_stay_fast() -> None:
    megabytes = 4 * 1024 * 1024
    for hostile in (
        b"%PDF-1.7\n" + b"/Type " * (megabytes // 6),
        b"%PDF-1.7\n" + b"/Type/EmbeddedFile" * (megabytes // 18),
        b"%PDF-1.7\n" + b"/ByteRange [0 " * (megabytes // 14),
        b"a." * (megabytes // 2),
        b"<svg" + b"<" * megabytes,
        b"{" * megabytes,
    ):
        begun = time.process_time()
        assert recognise(hostile).problem is not Reason.NONE
        seal_state(hostile, [])
        assert time.process_time() - begun < 2, hostile[:30]


def test_an_attachment_is_inflated_up_to_a_limit_only() -> None:
    assert len(bulk_pdf.attachments(pdf_with(BOMB))[0]) == MOST_BYTES + 1
