"""The seal on the paper: a PAdES signature that holds for every byte, under an authority that is published."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pypdf
import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from cryptography.x509.oid import NameOID
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from sqlalchemy import select

from app import create_app
from app.certificates import seal_keys
from app.certificates.authority import this_authority
from app.certificates.document import render_pdf
from app.certificates.models import Certificate, SealCertificate
from app.certificates.paper import paper_of, sealed_pdf
from app.certificates.pdf_seal import PaperSeal
from app.core.config import Settings
from app.core.db import db, unit_of_work
from app.core.errors import Unavailable
from tests.conftest import Visitor
from tests.factories.accounts import make_organisation
from tests.factories.certificates import ISSUED_AT, issue_one


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation())


def examined(pdf: bytes, authority: bytes) -> PdfSignatureStatus:
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    root = asn1_x509.Certificate.load(x509.load_pem_x509_certificate(authority).public_bytes(Encoding.DER))
    trust = ValidationContext(trust_roots=[root], allow_fetching=False)
    return validate_pdf_signature(signature, signer_validation_context=trust)


def holds(pdf: bytes, authority: bytes) -> bool:
    try:
        status = examined(pdf, authority)
        return bool(status.bottom_line) and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    except Exception:
        # What is no longer a PDF, or no longer a signature, is not accepted either.
        return False


def test_the_seal_holds_under_the_published_authority(visitor: Visitor, certificate: Certificate) -> None:
    pdf = sealed_pdf(certificate, this_authority())
    answer = visitor.get("/keys/seal-authority.pem")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    status = examined(pdf, answer.data)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok


def test_it_stays_the_same_kind_of_file_with_the_credential_inside(certificate: Certificate) -> None:
    pdf = sealed_pdf(certificate, this_authority())
    assert pdf.startswith(b"%PDF-1.7")
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.attachments["credential.json"] == [certificate.credential]
    catalog: Any = reader.root_object
    assert "/Version" not in catalog
    assert "/Extensions" not in catalog
    printed = pypdf.PdfReader(io.BytesIO(render_pdf(paper_of(certificate, this_authority()), certificate.credential)))
    metadata = catalog["/Metadata"].get_object().get_data()
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert metadata == cast(Any, printed.root_object)["/Metadata"].get_object().get_data()
    assert reader.metadata == printed.metadata


def test_no_altered_paper_is_accepted(certificate: Certificate) -> None:
    pdf = sealed_pdf(certificate, this_authority())
    authority = seal_keys.authority_certificates()
    assert holds(pdf, authority)
    places = [*range(100, len(pdf), len(pdf) // 60), pdf.index(b"/ByteRange") + 14, pdf.index(b"/M (D") + 12]
    # The signature cannot cover itself; certificates that travel in it are believed for what signed them.
    container = range(pdf.index(b"/Contents <"), pdf.index(b">", pdf.index(b"/Contents <")))
    for place in places:
        if place not in container:
            assert not holds(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :], authority), place
    assert not holds(pdf + b"\n% and more", authority)


def test_pdfsig_says_valid(certificate: Certificate, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(sealed_pdf(certificate, this_authority()))
    said = subprocess.run(["pdfsig", file], capture_output=True, text=True, timeout=60, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert certificate.issuer_name in said


def test_what_stands_behind_it_is_sealed_in_the_database(certificate: Certificate) -> None:
    rows = db.session.scalars(select(SealCertificate).order_by(SealCertificate.id)).all()
    assert [row.kind for row in rows] == ["authority", "seal"]
    for row in rows:
        assert row.sealed_private_key is not None
        assert b"PRIVATE" not in row.sealed_private_key
        with pytest.raises(ValueError, match="Could not deserialize"):
            load_der_private_key(row.sealed_private_key, None)
    with unit_of_work():
        seal_keys.ensure_seal(ISSUED_AT)
    assert len(db.session.scalars(select(SealCertificate)).all()) == 2


def test_before_the_worker_has_run_the_answer_says_to_wait(app: Flask) -> None:
    with pytest.raises(Unavailable, match="1분 뒤"):
        seal_keys.paper_seal()


def pem(curve: ec.EllipticCurve | None = None) -> tuple[bytes, bytes]:
    """Make a seal of somebody's own: the file with key and certificates, and the authority above."""
    at, top, key = (
        datetime.now(UTC),
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(curve or ec.SECP256R1()),
    )

    def certify(name: str, public: ec.EllipticCurvePublicKey, above: str, is_authority: bool) -> x509.Certificate:
        named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, above)]
        usage = x509.KeyUsage(
            not is_authority, not is_authority, False, False, False, is_authority, False, False, False
        )
        return (
            x509.CertificateBuilder()
            .subject_name(named[0])
            .issuer_name(named[1])
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - timedelta(days=1))
            .not_valid_after(at + timedelta(days=1))
            .add_extension(x509.BasicConstraints(is_authority, None), True)
            .add_extension(usage, True)
            .sign(top, hashes.SHA256())
        )

    authority = certify("행정전자서명 인증기관", top.public_key(), "행정전자서명 인증기관", True).public_bytes(
        Encoding.PEM
    )
    own = certify("서울시 직인", key.public_key(), "행정전자서명 인증기관", False).public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + own + authority, authority


def test_an_operator_may_have_a_seal_of_their_own(
    settings: Settings, certificate: Certificate, tmp_path: Path
) -> None:
    file = tmp_path / "seal.pem"
    data, authority = pem()
    file.write_bytes(data)
    public_id = certificate.public_id
    db.session.rollback()
    with create_app(replace(settings, seal_file=file), testing=True).app_context():
        found = db.session.scalars(select(Certificate).where(Certificate.public_id == public_id)).one()
        status = examined(sealed_pdf(found, this_authority()), seal_keys.authority_certificates())
        assert status.bottom_line
        assert "서울시 직인" in status.signing_cert.subject.human_friendly
        assert seal_keys.authority_certificates() == authority
        db.session.rollback()
        db.engine.dispose()


@pytest.mark.parametrize("wrong", ["missing", "empty", "another curve", "another key"])
def test_a_file_that_cannot_seal_is_named(settings: Settings, tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "seal.pem"
    data = {
        "empty": b"",
        "another curve": pem(ec.SECP384R1())[0],
        "another key": pem()[0].split(b"-----BEGIN CERTIFICATE")[0] + pem()[1],
    }
    if wrong in data:
        file.write_bytes(data[wrong])
    with create_app(replace(settings, seal_file=file), testing=True).app_context():
        with pytest.raises(seal_keys.SealFileRefused, match="IEUM_SEAL_FILE"):
            seal_keys.paper_seal()
        db.engine.dispose()


def test_only_a_key_on_p_256_seals(certificate: Certificate) -> None:
    row = db.session.scalars(select(SealCertificate)).all()[1]
    with pytest.raises(ValueError, match="P-256"):
        PaperSeal(ec.generate_private_key(ec.SECP256R1()), x509.load_der_x509_certificate(row.certificate), [])
