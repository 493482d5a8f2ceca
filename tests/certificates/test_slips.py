"""The slip: signed with the certificate, in the code on paper and page, read back by two readers we did not write."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from pyzbar import pyzbar
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Organisation
from app.certificates import keys
from app.certificates.authority import this_authority
from app.certificates.document import render_pdf
from app.certificates.models import Certificate
from app.certificates.paper import paper_of
from app.certificates.qr import qr_svg
from app.core.db import db
from credentials import read_qr
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in
from tests.factories.certificates import issue
from tests.factories.training import PEOPLE, finished_cohort

TWENTY_LETTERS = "가나다라마바사아자차카타파하거너더러머버"


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


@pytest.fixture
def certificate(centre: Organisation) -> Certificate:
    """A certificate with a course of 20 letters and a name of 4 syllables."""
    cohort = finished_cohort(centre, people=[("남궁민수", PEOPLE[0][1])])
    cohort.course.name = TWENTY_LETTERS
    (certificate,) = issue(cohort)
    return certificate


def paper(certificate: Certificate, dots_per_inch: int) -> Image.Image:
    pdf = pypdfium2.PdfDocument(render_pdf(paper_of(certificate, this_authority()), certificate.credential))
    image: Image.Image = pdf[0].render(scale=dots_per_inch / 72).to_pil()
    return image.convert("L")


def read_by_both(image: Image.Image) -> tuple[list[str], list[str]]:
    return (
        [code.text for code in zxingcpp.read_barcodes(image)],
        [code.data.decode() for code in pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])],
    )


def test_it_is_signed_with_the_certificate_and_says_the_same(certificate: Certificate) -> None:
    assert certificate.slip is not None
    verified = read_qr(certificate.slip, keys.verification_keys().credentials)
    said = json.loads(certificate.credential)
    subject = said["credentialSubject"]
    assert verified.digest == hashlib.sha256(certificate.credential).digest()
    assert verified.key_id == certificate.key_id == said["proof"]["verificationMethod"]
    assert verified.slip.credential_id == said["id"]
    assert (verified.slip.name, verified.slip.serial) == ("남궁민수", subject["licenseNumber"])
    assert (verified.slip.course_name, verified.slip.term) == (TWENTY_LETTERS, subject["term"])


def test_it_has_at_most_600_digits(certificate: Certificate) -> None:
    assert certificate.slip is not None
    assert len(certificate.slip) <= 600


@pytest.mark.parametrize("dots_per_inch", [150, 200, 300])
def test_two_readers_read_address_and_digits_from_the_paper(certificate: Certificate, dots_per_inch: int) -> None:
    expected = f"{this_authority().verification_url(certificate.public_id)}#{certificate.slip}"
    assert read_by_both(paper(certificate, dots_per_inch)) == ([expected], [expected])


def test_the_longest_slip_on_paper_reads_at_150_dots_per_inch(centre: Organisation) -> None:
    cohort = finished_cohort(centre, people=[("가나다라마바사아자차" * 3, PEOPLE[0][1])])
    cohort.course.name = TWENTY_LETTERS * 4
    (certificate,) = issue(cohort)
    assert certificate.slip is not None
    assert 900 < len(certificate.slip) <= 1000
    expected = f"{this_authority().verification_url(certificate.public_id)}#{certificate.slip}"
    assert read_by_both(paper(certificate, 150)) == ([expected], [expected])


def test_texts_too_long_for_paper_leave_the_plain_address(centre: Organisation) -> None:
    cohort = finished_cohort(centre, people=[("가나다라마바사아자차" * 4, PEOPLE[0][1])])
    cohort.course.name, cohort.name, centre.name = TWENTY_LETTERS * 6, TWENTY_LETTERS * 4, TWENTY_LETTERS * 6
    (certificate,) = issue(cohort)
    assert certificate.slip is None
    expected = this_authority().verification_url(certificate.public_id)
    assert read_by_both(paper(certificate, 150)) == ([expected], [expected])


def test_what_was_issued_before_keeps_the_plain_address(certificate: Certificate) -> None:
    db.session.expunge(certificate)
    certificate.slip = None
    expected = this_authority().verification_url(certificate.public_id)
    assert read_by_both(paper(certificate, 150)) == ([expected], [expected])


def test_the_page_and_the_exported_code_are_those_of_the_paper(
    app: Flask, visitor: Visitor, certificate: Certificate, centre: Organisation, tmp_path: Path
) -> None:
    address = this_authority().verification_url(certificate.public_id)
    sign_in(visitor, make_member(centre))
    page = visitor.get(f"/certificates/{certificate.public_id}").get_data(as_text=True)
    assert qr_svg(address, certificate.slip) in page
    output = tmp_path / "code.png"
    arguments = ["certificates", "export", certificate.public_id, "--format", "qr-png", "--output", str(output)]
    assert app.test_cli_runner().invoke(args=arguments).exit_code == 0
    expected = f"{address}#{certificate.slip}"
    assert read_by_both(Image.open(output).convert("L")) == ([expected], [expected])


def test_the_database_refuses_to_change_it(certificate: Certificate) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("UPDATE certificates SET slip = '1'"))
    db.session.rollback()
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("UPDATE certificates SET credential = credential"))
