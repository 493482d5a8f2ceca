"""The seal on a PDF: a PAdES signature (ETSI EN 319 142-1, B-B) with ECDSA P-256 over the whole file.

It says that this very paper came from us; what the certificate says is proven by the credential inside. The signature
certifies the file (ISO 32000-1 §12.8.2.2): nothing may be added to it.
"""

from __future__ import annotations

import io
from typing import Any

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"
_RESERVED_BYTES = 8192

_SEQUENCE, _SET, _OCTETS, _TAG_0 = 0x30, 0x31, 0x04, 0xA0
_VERSION_1 = bytes.fromhex("020101")
_DATA = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_SHA256 = bytes.fromhex("300b0609608648016503040201")
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")


class PaperSeal:
    """A P-256 key with its certificates, ready to sign one PDF after the other."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: Certificate, issuers: list[Certificate]) -> None:
        """Raises ValueError when the key is not on P-256 or not the certificate's."""
        if not isinstance(key.curve, ec.SECP256R1) or key.public_key() != certificate.public_key():
            raise ValueError("the seal needs the P-256 key of its certificate")
        self.certificate = certificate
        self._signer = _Signer(key, certificate, issuers)

    def sign(self, pdf: bytes, *, signer_name: str, reason: str) -> bytes:
        """Answer the file with the seal appended. The PDF stays version 1.7 and so PDF/A-3."""
        about = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=signer_name,
            reason=reason,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        pen = _PdfSigner(about, self._signer, new_field_spec=SigFieldSpec(FIELD))
        sealed: io.BytesIO = pen.sign_pdf(_Appender(io.BytesIO(pdf)), bytes_reserved=_RESERVED_BYTES)
        return sealed.getvalue()


class _Appender(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """Leave the metadata as printed: written anew it would no longer be spelled as PDF/A demands."""


class _PdfSigner(signers.PdfSigner):
    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        """Declare no extensions: those for P-256 would lift the file to PDF 2.0, which PDF/A-3 does not allow."""


class _Signer(signers.SimpleSigner):
    """Writes the CMS message from parts encoded once: encoding it anew takes ten times as long as signing."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: Certificate, issuers: list[Certificate]) -> None:
        encoded = [c.public_bytes(Encoding.DER) for c in (certificate, *issuers)]
        known = [asn1_x509.Certificate.load(der) for der in encoded]
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        super().__init__(
            signing_cert=known[0],
            signing_key=asn1_keys.PrivateKeyInfo.load(private),
            cert_registry=SimpleCertificateStore.from_certs(known),  # type: ignore[no-untyped-call]
        )
        self._key = key
        self._certificates = b"".join(encoded)
        self._named = _tlv(_SEQUENCE, known[0].issuer.dump() + known[0]["tbs_certificate"]["serial_number"].dump())
        self._attributes: tuple[bytes, bytes] | None = None

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, *_more: Any, **_others: Any) -> Any:
        """Answer the CMS message over a SHA-256 digest (RFC 5652 §5)."""
        before, after = self._attributes or await self._encode_attributes()
        attributes = before + data_digest + after
        # RFC 5652 §5.4: signed are the attributes as a SET; in the message they stand under the tag [0].
        signature = self._key.sign(_tlv(_SET, attributes), ec.ECDSA(hashes.SHA256()))
        signer_info = _tlv(
            _SEQUENCE,
            _VERSION_1 + self._named + _SHA256 + _tlv(_TAG_0, attributes) + _ECDSA_SHA256 + _tlv(_OCTETS, signature),
        )
        signed = _tlv(
            _SEQUENCE,
            _VERSION_1
            + _tlv(_SET, _SHA256)
            + _tlv(_SEQUENCE, _DATA)
            + _tlv(_TAG_0, self._certificates)
            + _tlv(_SET, signer_info),
        )
        return cms.ContentInfo.load(_tlv(_SEQUENCE, _SIGNED_DATA + _tlv(_TAG_0, signed)))

    async def _encode_attributes(self) -> tuple[bytes, bytes]:
        """Encode the signed attributes once, and part them where the digest stands."""
        place = bytes(range(32))
        attributes = await self.signed_attrs(place, "sha256", use_pades=True)
        encoded: bytes = attributes.dump()
        before, _digest, after = _content(encoded).partition(place)
        self._attributes = before, after
        return self._attributes


def _tlv(tag: int, content: bytes) -> bytes:
    """Encode one element in DER (X.690 §8.1)."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _content(encoded: bytes) -> bytes:
    header = 2 + (encoded[1] & 0x7F if encoded[1] & 0x80 else 0)
    return encoded[header:]
