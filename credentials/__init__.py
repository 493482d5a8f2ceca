"""Sign and verify training certificates: Open Badges 3.0 with `eddsa-rdfc-2022` proofs or as VC-JWT.

Knows no web framework, no database, no clock and no network: times, keys and status lists are arguments.
"""

from credentials.allotment import allot_index
from credentials.badge_image import bake_png, bake_svg, extract_png, extract_svg
from credentials.claims import Centre, CertificateClaims, Course, Issuer, StatusEntry
from credentials.did import did_document, did_web
from credentials.errors import (
    ClaimRefused,
    CouldNotCheck,
    CredentialError,
    ImageRefused,
    KeyRefused,
    NotValid,
    ProofRefused,
    Replaced,
    Revoked,
    SelfCheckFailed,
    VerificationError,
)
from credentials.keys import Keys, PublicKey, SigningKey
from credentials.portable import portable_templates
from credentials.report import SENTENCES, Check, Code, Examination, Outcome, State, Step, VerifiedCertificate
from credentials.sealing import open_private_key, seal_private_key
from credentials.signing import sign_certificate, sign_unchecked
from credentials.slip import Slip, VerifiedSlip, encode_qr, read_qr, sign_qr
from credentials.status import StatusList, replaced_list_url, sign_status_list
from credentials.values import text as require_text
from credentials.vc_jwt import sign_jwt, sign_jwt_unchecked
from credentials.verification import examine, examine_jwt, verify, verify_jwt

__all__ = [
    "SENTENCES",
    "Centre",
    "CertificateClaims",
    "Check",
    "ClaimRefused",
    "Code",
    "CouldNotCheck",
    "Course",
    "CredentialError",
    "Examination",
    "ImageRefused",
    "Issuer",
    "KeyRefused",
    "Keys",
    "NotValid",
    "Outcome",
    "ProofRefused",
    "PublicKey",
    "Replaced",
    "Revoked",
    "SelfCheckFailed",
    "SigningKey",
    "Slip",
    "State",
    "StatusEntry",
    "StatusList",
    "Step",
    "VerificationError",
    "VerifiedCertificate",
    "VerifiedSlip",
    "allot_index",
    "bake_png",
    "bake_svg",
    "did_document",
    "did_web",
    "encode_qr",
    "examine",
    "examine_jwt",
    "extract_png",
    "extract_svg",
    "open_private_key",
    "portable_templates",
    "read_qr",
    "replaced_list_url",
    "require_text",
    "seal_private_key",
    "sign_certificate",
    "sign_jwt",
    "sign_jwt_unchecked",
    "sign_qr",
    "sign_status_list",
    "sign_unchecked",
    "verify",
    "verify_jwt",
]
