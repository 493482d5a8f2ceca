"""The page and the paper of one certificate: for its owner and the centre, for nobody else."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.accounts.models import Account, MembershipRole, Organisation, OrganisationKind, Person
from app.certificates import paper
from app.certificates.models import Certificate
from app.certificates.paper import file_name
from app.core.clock import now
from app.core.db import db
from tests.certificates.tampering import tamper
from tests.conftest import Visitor
from tests.factories.accounts import make_account, make_member, make_organisation, make_person, sign_in
from tests.factories.certificates import issue_one


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


@pytest.fixture
def certificate(centre: Organisation) -> Certificate:
    return issue_one(centre, now())


def owner_of(certificate: Certificate) -> Account:
    person = db.session.scalars(select(Person).where(Person.public_id == certificate.person_public_id)).one()
    return make_account(person=person)


VISITORS: dict[str, tuple[Callable[[Organisation, Certificate], Account | None], int]] = {
    "nobody": (lambda centre, certificate: None, 302),
    "the owner": (lambda centre, certificate: owner_of(certificate), 200),
    "a namesake": (lambda centre, c: make_account(person=make_person(c.name, c.birth_date)), 404),
    "a viewer of the centre": (lambda centre, certificate: make_member(centre, MembershipRole.VIEWER), 200),
    "another centre": (lambda centre, certificate: make_member(make_organisation()), 404),
    "an employer": (lambda c, _: make_member(make_organisation("한빛마을기업", OrganisationKind.EMPLOYER)), 404),
    "an account without a person": (lambda centre, certificate: make_account(), 404),
}


@pytest.mark.parametrize("who", VISITORS)
@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_who_may_open_it(
    visitor: Visitor, centre: Organisation, certificate: Certificate, who: str, ending: str
) -> None:
    make, expected = VISITORS[who]
    account = make(centre, certificate)
    if account is not None:
        sign_in(visitor, account)
    assert visitor.get(f"/certificates/{certificate.public_id}{ending}").status_code == expected


def test_an_unknown_one_is_not_found(visitor: Visitor, centre: Organisation) -> None:
    sign_in(visitor, make_member(centre))
    assert visitor.get(f"/certificates/{'0' * 32}").status_code == 404


def test_the_page_leads_to_paper_file_and_verification(visitor: Visitor, certificate: Certificate) -> None:
    sign_in(visitor, owner_of(certificate))
    page = visitor.get(f"/certificates/{certificate.public_id}").get_data(as_text=True)
    for said in (
        certificate.serial,
        "1969. 10. 28.",
        f"/certificates/{certificate.public_id}.pdf",
        f"/credentials/{certificate.public_id}",
        f"https://ieum.test/v/{certificate.public_id}",
        "<svg",
    ):
        assert said in page, said


def test_the_paper_is_saved_under_a_name_people_recognise(visitor: Visitor, certificate: Certificate) -> None:
    sign_in(visitor, owner_of(certificate))
    answer = visitor.get(f"/certificates/{certificate.public_id}.pdf")
    assert answer.mimetype == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert f"filename*=UTF-8''{quote('수료증_2026-양성-0001_홍정훈.pdf')}" in disposition
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_name_cannot_leave_its_folder(certificate: Certificate) -> None:
    db.session.expunge(certificate)
    certificate.name = '../../etc/"passwd\n'
    assert not set(file_name(certificate, "pdf")) & set('/\\"\n')


def test_the_paper_carries_the_credential_byte_for_byte(visitor: Visitor, certificate: Certificate) -> None:
    sign_in(visitor, owner_of(certificate))
    paper = visitor.get(f"/certificates/{certificate.public_id}.pdf").data
    reader = PdfReader(io.BytesIO(paper))
    assert reader.attachments["credential.json"][0] == certificate.credential


def test_the_printed_code_opens_the_page_and_it_is_valid(visitor: Visitor, certificate: Certificate) -> None:
    sign_in(visitor, owner_of(certificate))
    paper = visitor.get(f"/certificates/{certificate.public_id}.pdf").data
    picture = pypdfium2.PdfDocument(paper)[0].render(scale=2).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    address = urlsplit(code.text.rstrip("#"))
    assert f"{address.scheme}://{address.netloc}" == "https://ieum.test"
    stranger: Any = visitor.application.test_client()
    assert "유효한 수료증이에요" in stranger.get(address.path).get_data(as_text=True)


def test_a_row_that_was_changed_behind_the_log_gets_no_sealed_paper(
    visitor: Visitor, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seal of the issuer would stand over a name that nobody signed."""
    sign_in(visitor, owner_of(certificate))
    address = f"/certificates/{certificate.public_id}.pdf"
    tamper(certificate, "name", "김바꿈")
    refused = visitor.get(address)
    assert refused.status_code == 503
    assert "발급 기록과 달라서" in refused.text
    monkeypatch.setattr(paper, "is_as_issued", lambda _certificate: True)
    assert visitor.get(address).status_code == 200
