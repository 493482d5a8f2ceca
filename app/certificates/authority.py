"""The operating authority that signs: its name, its address and the DID that follows from the address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app

from app.core.config import TRIAL_HOSTS
from app.core.errors import Invalid
from app.core.i18n import _l
from credentials import ClaimRefused, did_web


@dataclass(frozen=True)
class Authority:
    """Who issues. `url` is the public address without a slash at the end, `is_trial` says that it is no real one."""

    did: str
    name: str
    url: str
    is_trial: bool

    def status_list_url(self, public_id: str) -> str:
        """Answer the address at which a status list is published."""
        return f"{self.url}/status/{public_id}"

    def verification_url(self, public_id: str) -> str:
        """Answer the address that the QR code of a certificate opens."""
        return f"{self.url}/v/{public_id}"


def this_authority() -> Authority:
    """Answer the authority this instance is configured for.

    Raises `Invalid` when the configured address cannot carry a DID: an IP address of a network, for example.
    """
    url = _named(current_app.config["IEUM_BASE_URL"])
    try:
        did = did_web(url)
    except ClaimRefused as refused:
        raise Invalid(
            _l(
                "IEUM_BASE_URL(%(url)s)로는 수료증을 발급할 수 없어요. 호스트 이름이 있는 주소로 바꿔 주세요.",
                url=url,
            )
        ) from refused
    return Authority(did, current_app.config["IEUM_ISSUER_NAME"], url, current_app.config["IEUM_TRIAL"])


def did_of(url: str) -> str:
    """Answer the DID that stands behind an address of ours, such as that of a status list."""
    parts = urlsplit(url)
    return did_web(f"{parts.scheme}://{parts.netloc}")


def _named(base_url: str) -> str:
    # did:web names no IP address; a trial on a loopback address goes by localhost, which is the same machine.
    parts = urlsplit(base_url)
    if parts.hostname not in TRIAL_HOSTS:
        return base_url
    return f"{parts.scheme}://localhost" + (f":{parts.port}" if parts.port else "")
