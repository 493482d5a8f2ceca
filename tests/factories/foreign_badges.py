"""Badges that somebody else issues: signed by openbadgeslib, by our own library under another name, and by hand."""

from __future__ import annotations

import functools
import io
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib import baking
from openbadgeslib.keys import public_jwk_from_pem
from openbadgeslib.ob2 import OB2Signer
from openbadgeslib.ob2.models import Assertion, IdentityObject, Verification
from openbadgeslib.ob3 import OB3LdpSigner, OB3Signer
from openbadgeslib.ob3.credential import Achievement, Issuer, OpenBadgeCredential
from openbadgeslib.ob3.credential import IdentityObject as Identity
from openbadgeslib.ob3.did import build_did_document, did_key_from_pem
from PIL import Image

from app.accounts.models import Account
from app.core.db import db
from app.portfolio.foreign_badge_models import ForeignBadge
from credentials import Issuer as OurIssuer
from credentials import StatusEntry, did_document, sign_certificate, sign_status_list
from tests.credentials.examples import CLAIMS, make_key
from tests.factories.foreign_host import HOST, ForeignHost

DID = f"did:web:{HOST}"
LIST_URL = f"https://{HOST}/status/1"
BADGE_NAME = "Urban Regeneration Facilitator"
ISSUER_NAME = "Example Skills Council"
STATUS = {
    "id": f"{LIST_URL}#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": LIST_URL,
}
MADE_AT = datetime(2026, 3, 2, tzinfo=UTC)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


@functools.cache
def png() -> bytes:
    """Answer a small picture without a badge in it."""
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(target, "PNG")
    return target.getvalue()


@dataclass(frozen=True)
class ForeignIssuer:
    """An issuer with one Ed25519 key. Without a DID it is known by the key alone (did:key)."""

    stated_did: str = ""
    seed: int = 7
    name: str = ISSUER_NAME
    key: Ed25519PrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", Ed25519PrivateKey.from_private_bytes(bytes([self.seed]) * 32))

    @property
    def pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public_pem(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def did(self) -> str:
        return self.stated_did or str(did_key_from_pem(self.public_pem))

    def document(self, **changes: Any) -> bytes:
        """Answer the DID document, with some members changed."""
        made = build_did_document(self.did, [("key-1", public_jwk_from_pem(self.public_pem))])
        return json.dumps({**made, **changes}).encode()

    def credential(self, **changes: Any) -> OpenBadgeCredential:
        known: dict[str, Any] = {
            "issuer": Issuer(self.did, self.name, url="https://issuer.example"),
            "recipient_id": "urn:uuid:0b6f8b6c-2f3d-4f6e-9d5a-1c1f1f6f0a01",
            "achievement": Achievement(
                "urn:uuid:5c2f0f5e-57c9-4f0e-8a1b-60c7c2b2a002",
                BADGE_NAME,
                "Leads meetings of residents and keeps the record.",
                "Forty hours of practice.",
            ),
            "issuance_date": datetime(2026, 1, 5, tzinfo=UTC),
        }
        return OpenBadgeCredential(**{**known, **changes})

    def as_json(self, **changes: Any) -> bytes:
        """Answer a badge with a Data Integrity proof."""
        method = f"{self.did}#key-1" if self.stated_did else None
        return str(OB3LdpSigner(self.pem, method).sign_to_json(self.credential(**changes))).encode()

    def as_jwt(self, **changes: Any) -> bytes:
        """Answer a badge as JWT."""
        return str(OB3Signer(self.pem, "EdDSA").sign(self.credential(**changes))).encode()

    def status_jwt(self, *places: int, **changes: Any) -> bytes:
        """Answer a status list as JWT, with these places set."""
        ours = json.loads(status_json(*places, seed=self.seed))
        ours.pop("proof")
        ours.update({"issuer": self.did, **changes})
        payload = {**ours, "iss": ours["issuer"]}
        return str(OB3Signer(self.pem, "EdDSA").sign_payload(payload)).encode()


def identity(value: str, *, hashed: bool = False, salt: str | None = None, kind: str = "emailAddress") -> Identity:
    return Identity(identity_hash=value, identity_type=kind, hashed=hashed, salt=salt)


def status_json(
    *places: int, seed: int = 7, did: str = DID, at: datetime | None = None, url: str = LIST_URL
) -> bytes:
    """Answer a status list with a Data Integrity proof, signed by our library under another issuer's key."""
    key = make_key(seed, f"{did}#key-1", did)
    made: bytes = sign_status_list(url, "revocation", places, key, at or datetime.now(UTC) - timedelta(minutes=1))
    return made


def by_our_library(host: ForeignHost) -> bytes:
    """Publish an authority like ours on the foreign host, and answer a certificate of it."""
    key, list_key = make_key(11, f"{DID}#c1", DID), make_key(12, f"{DID}#s1", DID)
    host.pages["/.well-known/did.json"] = json.dumps(did_document(DID, [key.public, list_key.public])).encode()
    host.pages["/status/1"] = sign_status_list(
        LIST_URL, "revocation", (), list_key, datetime.now(UTC) - timedelta(minutes=1)
    )
    claims = replace(
        CLAIMS, issuer=OurIssuer(DID, "다른 발급기관", f"https://{HOST}"), status=StatusEntry(LIST_URL, 70_001)
    )
    made: bytes = sign_certificate(claims, key, datetime(2026, 3, 20, 1, tzinfo=UTC))
    return made


@dataclass(frozen=True)
class SecondIssuer:
    """An issuer of Open Badges 2.0 on the foreign host."""

    host: ForeignHost
    issuer: ForeignIssuer = field(default_factory=ForeignIssuer)
    home: str = f"https://{HOST}/ob2"

    def publish(self, **profile: Any) -> None:
        """Put key, badge class, profile and an empty list of what was revoked on the host."""
        context = "https://w3id.org/openbadges/v2"
        pages: dict[str, dict[str, Any]] = {
            "key": {
                "type": "CryptographicKey",
                "owner": f"{self.home}/issuer",
                "publicKeyPem": self.issuer.public_pem.decode(),
            },
            "issuer": {
                "type": "Issuer",
                "name": ISSUER_NAME,
                "url": f"https://{HOST}",
                "publicKey": f"{self.home}/key",
                "revocationList": f"{self.home}/revoked",
                **profile,
            },
            "class": {
                "type": "BadgeClass",
                "name": BADGE_NAME,
                "description": "Leads meetings of residents.",
                "criteria": {"narrative": "Forty hours."},
                "issuer": f"{self.home}/issuer",
            },
            "revoked": {"type": "RevocationList", "revokedAssertions": []},
        }
        for name, page in pages.items():
            self.put(name, {"@context": context, "id": f"{self.home}/{name}", **page})

    def put(self, name: str, page: dict[str, Any]) -> None:
        self.host.pages[f"/ob2/{name}"] = json.dumps(page).encode()

    def assertion(self, kind: str = "SignedBadge", **changes: Any) -> Assertion:
        known: dict[str, Any] = {
            "id": "urn:uuid:7f0e6f52-3a0c-4a0e-9b6e-6a1d6c0a0003",
            "recipient": IdentityObject.create("hong@example.kr", "salt"),
            "badge": f"{self.home}/class",
            "verification": Verification(kind, f"{self.home}/key"),
            "issued_on": datetime(2026, 1, 5, tzinfo=UTC),
        }
        return Assertion(**{**known, **changes})

    def signed(self, **changes: Any) -> bytes:
        return str(OB2Signer(self.issuer.pem, "EdDSA").sign(self.assertion(**changes))).encode()

    def hosted(self) -> bytes:
        """Put an assertion on the host, and answer the copy that its holder has."""
        made = self.assertion("HostedBadge", id=f"{self.home}/assertion").to_dict()
        self.put("assertion", made)
        return json.dumps(made).encode()


def baked(credential: bytes, picture: str, *, second: bool = False) -> bytes:
    """Bake a badge into a picture as openbadgeslib does."""
    text = credential.decode()
    if picture == "png":
        keyword = baking.ITXT_KEYWORD if second else baking.ITXT_KEYWORD_OB3
        return bytes(baking.bake_png(png(), text, keyword=keyword))
    element = (baking.SVG_ELEMENT, baking.SVG_NS) if second else (baking.SVG_ELEMENT_OB3, baking.SVG_NS_OB3)
    return bytes(baking.bake_svg(SVG, text, element=element[0], namespace=element[1], as_text=text.startswith("{")))


def make_foreign_badge(
    holder: Account, at: datetime = datetime(2026, 3, 2, tzinfo=UTC), **changes: Any
) -> ForeignBadge:
    """Store a badge of this account's person that has been checked."""
    known: dict[str, Any] = {
        "person_id": holder.person_id,
        "sha256": "0" * 64,
        "kind": "json",
        "file": b"{}",
        "state": "valid",
        "standard": "ob3-json",
        "name": BADGE_NAME,
        "issuer_name": ISSUER_NAME,
        "issuer": DID,
        "host": HOST,
        "status": "ok",
        "content": {"name": BADGE_NAME, "recipients": [], "fields": [["name", BADGE_NAME]]},
        "content_at": at,
        "checked_at": at,
        "created_at": at,
    }
    badge = ForeignBadge(**{**known, **changes})
    db.session.add(badge)
    db.session.commit()
    return badge
