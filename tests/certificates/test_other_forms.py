"""The certificate in other forms: JWT and badge, read and verified by a library we did not write."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import unquote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from openbadgeslib import baking
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Organisation
from app.certificates import keys
from app.certificates.badge import Picture, badge
from app.certificates.models import Certificate
from app.core import clock
from app.core.db import db
from credentials import StatusList, verify_jwt
from tests.certificates.tampering import tamper
from tests.conftest import Visitor
from tests.factories.accounts import make_member, make_organisation, sign_in
from tests.factories.certificates import issue_one

PICTURES: list[Picture] = ["png", "svg"]


@pytest.fixture
def centre(app: Flask) -> Organisation:
    return make_organisation("서울도시재생교육원")


@pytest.fixture
def certificate(centre: Organisation) -> Certificate:
    return issue_one(centre, clock.now())


def public_pem(certificate: Certificate) -> bytes:
    key = keys.verification_keys().credentials[certificate.key_id]
    return Ed25519PublicKey.from_public_bytes(key.raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def baked_in(image: bytes, picture: Picture) -> str:
    """Take out what is baked in, with openbadgeslib."""
    if picture == "png":
        return str(baking.extract_png(image, keyword=baking.ITXT_KEYWORD_OB3))
    return str(baking.extract_svg(image, element=baking.SVG_ELEMENT_OB3, text_fallback=True))


def drawn(
    course_name: str = "도시재생 코디네이터 양성과정", minutes: int = 2400, *, trial: bool = False
) -> Certificate:
    row = SimpleNamespace(course_name=course_name, credited_minutes=minutes, is_trial=trial, credential=b'{"a":1}')
    return cast(Certificate, row)


def test_the_token_is_signed_with_the_certificate_and_says_the_same(certificate: Certificate) -> None:
    issuer_keys = keys.verification_keys()
    assert certificate.token is not None
    _header, payload, _signature = certificate.token.split(b".")
    said = json.loads(base64.urlsafe_b64decode(payload + b"=="))
    signed = json.loads(certificate.credential)
    assert {k: said[k] for k in signed if k != "proof"} == {k: signed[k] for k in signed if k != "proof"}
    url = signed["credentialStatus"]["statusListCredential"]
    document = db.session.scalar(text("SELECT document FROM status_lists WHERE url = :url").bindparams(url=url))
    lists = {url: StatusList.from_bytes(document, issuer_keys.status, clock.now())}
    verified = verify_jwt(certificate.token, issuer_keys=issuer_keys.credentials, status_lists=lists, at=clock.now())
    assert verified.claims.serial == certificate.serial


def test_another_library_verifies_the_token(certificate: Certificate) -> None:
    assert certificate.token is not None
    read = OB3Verifier(public_pem(certificate), issuer_did=certificate.key_id.split("#")[0]).verify(
        certificate.token.decode()
    )
    assert read.achievement.name == certificate.course_name


@pytest.mark.parametrize("picture", PICTURES)
def test_another_library_finds_the_credential_in_the_badge_and_verifies_it(
    certificate: Certificate, picture: Picture
) -> None:
    found = baked_in(badge(certificate, picture), picture)
    assert found.encode() == certificate.credential
    read = OB3LdpVerifier(pubkey_pem=public_pem(certificate)).verify(found, check_status=False)
    assert read.achievement.name == certificate.course_name
    with pytest.raises(Exception, match=r"signature|proof"):
        OB3LdpVerifier(pubkey_pem=public_pem(certificate)).verify(
            found.replace(certificate.serial, "제 2026-양성-9999호"), check_status=False
        )


def test_the_same_certificate_gives_the_same_badge_and_another_course_another() -> None:
    for picture in PICTURES:
        assert badge(drawn(), picture) == badge(drawn(), picture)
        others = {badge(c, picture) for c in (drawn("마을해설사"), drawn(minutes=90), drawn(trial=True), drawn())}
        assert len(others) == 4


@pytest.mark.parametrize("course_name", ["마을", "가나다라마바사아자차" * 12, "Urban regeneration coordinator " * 3])
def test_every_course_name_fits_on_the_badge(course_name: str) -> None:
    with Image.open(io.BytesIO(badge(drawn(course_name, 59_999, trial=True), "png"))) as image:
        assert image.size == (567, 567)
        assert image.getpixel((0, 0)) == (0, 0, 0, 0), "round, on nothing"


def test_the_badge_does_not_draw_what_a_viewer_has_to_have() -> None:
    svg = badge(drawn(), "svg").decode()
    assert "<text" not in svg
    assert "font" not in svg
    assert 'href="http' not in svg


@pytest.mark.parametrize(
    ("ending", "mimetype"), [("jwt", "application/vc+jwt"), ("png", "image/png"), ("svg", "image/svg+xml")]
)
def test_each_form_is_saved_under_a_name_people_recognise(
    visitor: Visitor, centre: Organisation, certificate: Certificate, ending: str, mimetype: str
) -> None:
    sign_in(visitor, make_member(centre))
    answer = visitor.get(f"/certificates/{certificate.public_id}.{ending}")
    assert answer.mimetype == mimetype
    assert unquote(answer.headers["Content-Disposition"]).endswith(f"수료증_2026-양성-0001_홍정훈.{ending}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_only_the_forms_there_are_can_be_asked_for(
    visitor: Visitor, centre: Organisation, certificate: Certificate
) -> None:
    sign_in(visitor, make_member(centre))
    assert visitor.get(f"/certificates/{certificate.public_id}.gif").status_code == 404
    sign_in(visitor, make_member(make_organisation()))
    for ending in ("jwt", "png", "svg"):
        assert visitor.get(f"/certificates/{certificate.public_id}.{ending}").status_code == 404


def test_what_was_issued_before_offers_no_token(
    app: Flask, visitor: Visitor, centre: Organisation, certificate: Certificate, tmp_path: Path
) -> None:
    sign_in(visitor, make_member(centre))
    address = f"/certificates/{certificate.public_id}"
    assert f"{address}.jwt" in visitor.get(address).get_data(as_text=True)
    tamper(certificate, "token", None)
    page = visitor.get(address).get_data(as_text=True)
    assert f"{address}.jwt" not in page
    assert f"{address}.png" in page
    assert visitor.get(f"{address}.jwt").status_code == 404
    arguments = ["export", certificate.public_id, "--format", "jwt", "--output", str(tmp_path / "x")]
    result = app.test_cli_runner().invoke(args=["certificates", *arguments])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "JWT" in result.stderr
    assert not (tmp_path / "x").exists()


def test_export_writes_the_token_and_the_badges(app: Flask, certificate: Certificate, tmp_path: Path) -> None:
    expected: dict[str, bytes | None] = {"jwt": certificate.token, **{p: badge(certificate, p) for p in PICTURES}}
    public_id = certificate.public_id
    for form, data in expected.items():
        output = tmp_path / form
        result = app.test_cli_runner().invoke(
            args=["certificates", "export", public_id, "--format", form, "--output", str(output)]
        )
        assert result.exit_code == 0, result.stderr
        assert output.read_bytes() == data


def test_the_database_refuses_to_change_the_token(certificate: Certificate) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("UPDATE certificates SET token = credential"))
