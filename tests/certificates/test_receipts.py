"""The receipt (확인결과서): says what was found and no more, and anybody can verify it, in three forms."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import jwt
import pypdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Account, MembershipRole, Organisation, OrganisationKind
from app.certificates import bulk_job, bulk_queries, bulk_service, key_service, keys, log_queries, receipt_service
from app.certificates.bulk_models import BulkVerification, VerificationReceipt
from app.certificates.bulk_verification_service import verify_documents
from app.certificates.models import Certificate, KeyPurpose
from app.certificates.receipt_masking import masked_name
from app.certificates.receipt_paper import receipt_file
from app.certificates.receipt_service import ReceiptAnswer, verify_receipt
from app.certificates.receipt_statement import TYPE, NotAReceipt, NotSigned, flattened, open_statement, sign_statement
from app.core.access import Actor
from app.core.clock import now
from app.core.db import db, unit_of_work
from credentials import SigningKey
from tests.conftest import Visitor
from tests.factories.accounts import audit_lines, make_member, make_organisation, sign_in
from tests.factories.bulk import ask, items, verified
from tests.factories.certificates import issue_one

# What is signed does not depend on where rows are kept; what stays of it does.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return issue_one(make_organisation(), now())


@pytest.fixture
def employer(app: Flask) -> Organisation:
    return make_organisation("한빛마을기업", OrganisationKind.EMPLOYER)


@pytest.fixture
def member(employer: Organisation) -> Account:
    return make_member(employer, MembershipRole.CLERK)


@pytest.fixture
def bulk(certificate: Certificate, employer: Organisation, member: Account) -> BulkVerification:
    pair = f"{certificate.document_number} {certificate.birth_date}"
    return verified(employer, member, [certificate.credential, b"<html>"], pair)


def receipt_of(bulk: BulkVerification) -> VerificationReceipt:
    found = bulk_queries.receipt_of(bulk)
    assert found is not None
    return found


def token_of(bulk: BulkVerification) -> bytes:
    return (receipt_of(bulk).token or "").encode()


def published_key(visitor: Visitor, key_id: str) -> Ed25519PublicKey:
    """Take a key from the DID document as anybody else would."""
    document = visitor.get("/.well-known/did.json").get_json()
    (method,) = [m for m in document["verificationMethod"] if m["id"] == key_id]
    assert key_id in document["assertionMethod"]
    raw = next(k.raw for k in keys.receipt_keys().values() if k.multibase == method["publicKeyMultibase"])
    return Ed25519PublicKey.from_public_bytes(raw)


@pytest.mark.databases("sqlite", "postgresql")
def test_another_library_verifies_it_with_the_published_key(
    visitor: Visitor, bulk: BulkVerification, certificate: Certificate
) -> None:
    token = token_of(bulk)
    header = jwt.get_unverified_header(token)
    said: dict[str, Any] = jwt.decode(
        token, published_key(visitor, header["kid"]), algorithms=["EdDSA"], options={"verify_iat": False}
    )
    assert header["typ"] == TYPE
    assert said["requested_by"]["name"] == "한빛마을기업"
    assert said["jti"].replace("-", "").endswith(bulk.receipt_public_id)
    head = log_queries.head()
    assert head is not None
    assert said["log_checkpoint"] == head.checkpoint
    first, unread, pair = said["items"]
    assert first["sha256"] == hashlib.sha256(certificate.credential).hexdigest()
    assert (first["answer"], first["serial"], first["name"]) == ("valid", certificate.serial, "홍*훈")
    assert (unread["answer"], unread["reason"]) == ("not_read", "web_page")
    assert unread["sha256"] == hashlib.sha256(b"<html>").hexdigest()
    assert (pair["document_number"], pair["same_as"]) == (certificate.document_number, 1)


def test_it_names_nobody(bulk: BulkVerification, certificate: Certificate, member: Account) -> None:
    payload = base64.urlsafe_b64decode(token_of(bulk).split(b".")[1] + b"==").decode()
    for secret in (
        certificate.name,
        str(certificate.birth_date),
        str(certificate.birth_date.year),
        "1.file",
        member.name,
    ):
        assert secret not in payload


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("홍길동", "홍*동"),
        ("남궁하늘별", "남***별"),
        ("홍건", "홍*"),
        ("이", "*"),
        ("Hong Gildong", "H*** ******g"),
        ("\u1112\u1169\u11bc\u1100\u1175\u11af\u1103\u1169\u11bc", "홍*동"),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_its_three_forms_hold_and_are_the_same(visitor: Visitor, bulk: BulkVerification, member: Account) -> None:
    sign_in(visitor, member)
    forms = {
        form: visitor.get(f"/verify/bulk/{bulk.public_id}/receipt.{form}").data for form in ("pdf", "json", "jwt")
    }
    for data in forms.values():
        found = verify_receipt(data)
        assert found.answer is ReceiptAnswer.GENUINE
        assert found.record is not None
        assert found.record.public_id == bulk.receipt_public_id
    attached = pypdf.PdfReader(io.BytesIO(forms["pdf"])).attachments
    assert attached["receipt.json"] == [forms["json"]]
    assert flattened(forms["jwt"]) == forms["json"]
    words = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(forms["pdf"])).pages)
    assert "한빛마을기업" in words


def test_every_altered_byte_is_refused(bulk: BulkVerification) -> None:
    token = token_of(bulk)
    for place in range(0, len(token), 7):
        altered = token[:place] + (b"A" if token[place : place + 1] != b"A" else b"B") + token[place + 1 :]
        assert verify_receipt(altered).answer is not ReceiptAnswer.GENUINE, place
        assert verify_receipt(altered).statement is None


def test_an_edited_pdf_is_told_apart(bulk: BulkVerification) -> None:
    pdf = receipt_file(receipt_of(bulk), "pdf")
    for altered in (pdf + b"\n", pdf.replace(b"/Type /Page", b"/Type /pagE", 1)):
        found = verify_receipt(altered)
        assert found.answer is ReceiptAnswer.PDF_ALTERED
        assert found.statement is not None


def test_a_receipt_is_no_certificate_and_a_certificate_no_receipt(
    bulk: BulkVerification, certificate: Certificate
) -> None:
    receipt = receipt_of(bulk)
    sent = [receipt_file(receipt, form) for form in ("pdf", "json", "jwt")]
    assert {answer.reason for answer in verify_documents(sent, now())} == {"receipt"}
    for data in (certificate.credential, certificate.token or b"", b"%PDF-1.7", b"", b"{}", b"a.b.c"):
        assert verify_receipt(data).answer is ReceiptAnswer.NOT_A_RECEIPT


def test_the_key_for_certificates_signs_no_receipt(bulk: BulkVerification) -> None:
    forged = sign_statement({"type": "VerificationReceipt"}, keys.signing_key(KeyPurpose.CREDENTIALS, now()))
    assert verify_receipt(forged).answer is ReceiptAnswer.ALTERED


def test_what_our_key_has_signed_behind_our_back_is_refused(bulk: BulkVerification) -> None:
    forged = sign_statement({"type": "VerificationReceipt"}, keys.signing_key(KeyPurpose.RECEIPTS, now()))
    assert verify_receipt(forged).answer is ReceiptAnswer.ALTERED


def test_headers_of_others_are_refused() -> None:
    key = SigningKey.generate("did:web:x.example#k", "did:web:x.example")
    known = {key.public.id: key.public}
    token = sign_statement({"a": 1}, key)
    _header, payload, signature = token.split(b".")
    for header in (
        {"alg": "none", "kid": key.public.id, "typ": TYPE},
        {"alg": "HS256", "kid": key.public.id, "typ": TYPE},
        {"alg": "EdDSA", "kid": key.public.id, "typ": "JWT"},
        {"alg": "EdDSA", "kid": "did:web:y.example#k", "typ": TYPE},
        {"alg": "EdDSA", "kid": key.public.id, "typ": TYPE, "jwk": {}},
    ):
        spelled = base64.urlsafe_b64encode(json.dumps(header, separators=(",", ":")).encode()).rstrip(b"=")
        with pytest.raises((NotAReceipt, NotSigned)):
            open_statement(b".".join((spelled, payload, signature)), known)
    assert open_statement(token, known).statement == {"a": 1}


@pytest.mark.databases("sqlite", "postgresql")
def test_a_receipt_outlives_its_key_but_nothing_new_of_a_revoked_key_counts(bulk: BulkVerification) -> None:
    old, token = receipt_of(bulk), token_of(bulk)
    forged = sign_statement({"type": "VerificationReceipt"}, keys.signing_key(KeyPurpose.RECEIPTS, now()))
    with unit_of_work():
        key_service.revoke(old.key_id, now(), "lost", Actor.command("test"), now())
    assert verify_receipt(token).answer is ReceiptAnswer.GENUINE
    assert verify_receipt(forged).answer is ReceiptAnswer.KEY_REVOKED


def test_anybody_sees_on_its_page_what_was_signed(
    visitor: Visitor, bulk: BulkVerification, certificate: Certificate
) -> None:
    answer = visitor.get(f"/verify/receipts/{bulk.receipt_public_id}")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    for said in (
        "발급한 그대로인 확인결과서예요",
        "한빛마을기업",
        certificate.serial,
        "홍*훈",
        hashlib.sha256(b"<html>").hexdigest(),
    ):
        assert said in shown
    assert certificate.name not in shown
    assert visitor.get("/verify/receipts/" + "0" * 32).status_code == 404


def test_anybody_verifies_a_file_on_the_page(visitor: Visitor, bulk: BulkVerification) -> None:
    receipt = receipt_of(bulk)
    for data, said in (
        (receipt_file(receipt, "pdf"), "발급한 그대로인 확인결과서예요"),
        (receipt_file(receipt, "pdf") + b" ", "PDF가 발급한 그대로가 아니에요"),
        (receipt_file(receipt, "jwt")[:-4] + b"AAAA", "진짜 확인결과서가 아니에요"),
        (b"hello", "확인결과서가 아닌 파일이에요"),
    ):
        answer = visitor.post("/verify/receipts", data={"file": (io.BytesIO(data), "x.pdf")})
        assert said in answer.get_data(as_text=True)
    assert visitor.post("/verify/receipts").status_code == 422
    assert visitor.post("/verify/receipts", data={"file": "no file but text"}).status_code == 422


@pytest.mark.databases("sqlite", "postgresql")
def test_after_its_time_everything_is_destroyed_but_that_it_was_signed(
    visitor: Visitor, bulk: BulkVerification, certificate: Certificate
) -> None:
    receipt, public_id, token = bulk.receipt_public_id, bulk.public_id, token_of(bulk)
    pdf = receipt_file(receipt_of(bulk), "pdf")
    bulk_job.destroy_old(bulk.created_at + bulk_service.KEPT_FOR - timedelta(seconds=1))
    assert len(items()) == 3
    bulk_job.destroy_old(bulk.created_at + bulk_service.KEPT_FOR)
    assert items() == []
    assert [line.subject_id for line in audit_lines("bulk_verification.destroy")] == [public_id]
    shown = visitor.get(f"/verify/receipts/{receipt}").get_data(as_text=True)
    assert "보관 기간이 지나 내용을 파기했어요" in shown
    assert hashlib.sha256(token).hexdigest() in shown
    assert certificate.serial not in shown
    # Whoever kept the receipt can still prove it.
    assert {verify_receipt(data).answer for data in (token, pdf)} == {ReceiptAnswer.GENUINE}


def test_a_stored_receipt_that_somebody_changed_is_not_given_out(
    visitor: Visitor, bulk: BulkVerification, member: Account
) -> None:
    receipt = receipt_of(bulk)
    receipt.token = (receipt.token or "")[:-4] + "AAAA"
    db.session.commit()
    assert "진짜 확인결과서가 아니에요" in visitor.get(f"/verify/receipts/{bulk.receipt_public_id}").get_data(
        as_text=True
    )
    sign_in(visitor, member)
    assert visitor.get(f"/verify/bulk/{bulk.public_id}/receipt.pdf").status_code == 503


@pytest.mark.parametrize(
    "change", ["UPDATE verification_receipts SET sha256 = 'x'", "DELETE FROM verification_receipts"]
)
@pytest.mark.databases("sqlite", "postgresql")
def test_the_database_keeps_that_it_was_signed(bulk: BulkVerification, change: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(change))
    db.session.rollback()


def test_no_request_opens_the_key_for_receipts(app: Flask, employer: Organisation, member: Account) -> None:
    ask(employer, member, [b"x"])
    with app.test_request_context("/"), pytest.raises(RuntimeError):
        receipt_service.signing_key(now())


def test_many_answers_and_unusual_letters_fit_on_paper(employer: Organisation, member: Account) -> None:
    employer.name = "𠮷野 🌱 협동조합"
    db.session.commit()
    lines = "\n".join(f"{number:016} 홍길동" for number in range(200))
    bulk = verified(employer, member, lines=lines)
    pages = pypdf.PdfReader(io.BytesIO(receipt_file(receipt_of(bulk), "pdf"))).pages
    assert len(pages) > 3
    assert "협동조합" in pages[0].extract_text()
