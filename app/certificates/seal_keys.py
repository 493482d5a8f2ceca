"""The key that seals PDFs: from a file of the operator's, or made on first run under an authority of our own.

Unlike the keys that sign certificates it is opened while a request is served, since papers are printed when somebody
asks for one: whoever stole it could make a paper look like ours, and no certificate valid.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from flask import current_app
from sqlalchemy import func, select

from app.certificates.authority import this_authority
from app.certificates.models import SealCertificate, SealKind
from app.certificates.pdf_seal import PaperSeal
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Unavailable
from app.core.i18n import _l
from app.core.sealing import key_encryption_key, seals
from credentials import open_private_key, seal_private_key

# Papers are looked at for a working life, and without a time-stamping service a signature ends with its certificate.
_VALID_FOR = timedelta(days=365 * 30)
_ACTOR = Actor.command("seal keys")
_CREATION_LOCK = 0x7365616C  # "seal": any number nobody else locks with
_MOST_LETTERS = 64  # X.520 upper bounds of names


class SealFileRefused(ValueError):
    """The file named by IEUM_SEAL_FILE does not hold what is needed."""


def ensure_seal(at: datetime) -> None:
    """Make our own authority and the seal under it, unless the operator's file is used or they exist."""
    if _configured() is not None or _newest(SealKind.SEAL) is not None:
        return
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
        if _newest(SealKind.SEAL) is not None:
            return
    authority_key = ec.generate_private_key(ec.SECP256R1())
    name = this_authority().name
    authority = _certify(_name(f"{name} PDF"), authority_key, None, authority_key, at)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certify(_name(name), key, authority, authority_key, at)
    for kind, held, private in (
        (SealKind.AUTHORITY, authority, authority_key),
        (SealKind.SEAL, certificate, key),
    ):
        _store(kind, held, private, at)


def paper_seal() -> PaperSeal:
    """Answer the seal for papers. Raises `Unavailable` before the worker has made it on its first run."""
    configured = _configured()
    if configured is not None:
        return _from_file(configured)
    row = _newest(SealKind.SEAL)
    if row is None or row.sealed_private_key is None:
        raise Unavailable(_l("PDF에 넣을 전자서명 키를 만들고 있어요. 1분 뒤에 다시 눌러 주세요."))
    return _from_row(row.certificate, row.sealed_private_key, _authorities(), key_encryption_key())


def authority_certificates() -> bytes:
    """Answer the certificates (PEM) that a reader of our PDFs has to trust, the newest first."""
    configured = _configured()
    if configured is not None:
        held = list(x509.load_pem_x509_certificates(configured.read_bytes()))[1:]
    else:
        held = [x509.load_der_x509_certificate(der) for der in _authorities()]
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in held)


def every_seal() -> list[x509.Certificate]:
    """Answer the certificates of all seals that may be on papers of ours: those made here, and the operator's own."""
    rows = select(SealCertificate.certificate).where(SealCertificate.kind == SealKind.SEAL.value)
    made = [x509.load_der_x509_certificate(der) for der in db.session.scalars(rows)]
    configured = _configured()
    return made if configured is None else [*made, _from_file(configured).certificate]


@lru_cache(maxsize=4)
def _from_row(certificate: bytes, sealed: bytes, authorities: tuple[bytes, ...], key_encryption: bytes) -> PaperSeal:
    loaded = x509.load_der_x509_certificate(certificate)
    key = load_der_private_key(open_private_key(sealed, key_encryption, _fingerprint(loaded)), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"found {type(key).__name__}, expected a P-256 key")
    return PaperSeal(key, loaded, [x509.load_der_x509_certificate(der) for der in authorities[:1]])


@lru_cache(maxsize=2)
def _from_file(path: Path) -> PaperSeal:
    try:
        data = path.read_bytes()
        first, *issuers = x509.load_pem_x509_certificates(data)
        key = load_pem_private_key(data, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"found {type(key).__name__}, expected an ECDSA key on P-256")
        return PaperSeal(key, first, issuers)
    except (OSError, ValueError, TypeError) as error:
        raise SealFileRefused(
            f"IEUM_SEAL_FILE={path}: expected a PEM file with an unencrypted P-256 key, its certificate and the "
            f"certificates above it, in this order ({error})"
        ) from error


def _configured() -> Path | None:
    path: Path | None = current_app.config["IEUM_SEAL_FILE"]
    return path


def _newest(kind: SealKind) -> SealCertificate | None:
    rows = select(SealCertificate).where(SealCertificate.kind == kind.value)
    return db.session.scalars(rows.order_by(SealCertificate.id.desc()).limit(1)).one_or_none()


def _authorities() -> tuple[bytes, ...]:
    rows = select(SealCertificate.certificate).where(SealCertificate.kind == SealKind.AUTHORITY.value)
    return tuple(db.session.scalars(rows.order_by(SealCertificate.id.desc())))


@seals
def _any_sealed() -> bool:
    rows = select(SealCertificate.id).where(SealCertificate.sealed_private_key.is_not(None)).limit(1)
    return db.session.scalar(rows) is not None


def _store(kind: SealKind, held: x509.Certificate, private: ec.EllipticCurvePrivateKey, at: datetime) -> None:
    pkcs8 = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    row = SealCertificate(
        kind=kind.value,
        certificate=held.public_bytes(Encoding.DER),
        sealed_private_key=seal_private_key(pkcs8, key_encryption_key(), _fingerprint(held)),
        created_at=at,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(_ACTOR, "seal.create", row, at=at, after={"kind": kind.value, "sha256": _fingerprint(held)})


def _certify(
    name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    at: datetime,
) -> x509.Certificate:
    is_authority = issuer is None
    usage = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    usage |= dict.fromkeys(
        ("key_cert_sign", "crl_sign") if is_authority else ("digital_signature", "content_commitment"), True
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Clocks of readers may be behind.
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + _VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(common: str) -> x509.Name:
    issuer = this_authority().name[:_MOST_LETTERS]
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "KR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, issuer),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:_MOST_LETTERS]),
        ]
    )


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()
