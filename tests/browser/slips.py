"""Papers whose QR codes a browser reads, and the published keys once all of them are revoked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.browser.running import Service


@dataclass(frozen=True)
class Paper:
    """A paper in the hand: the id in its address and the digits behind `#`."""

    certificate: str
    digits: str

    @property
    def scanned(self) -> str:
        return f"/v/{self.certificate}#{self.digits}"


def papers_of(service: Service) -> list[Paper]:
    issued = json.loads(service.flask("certificates", "issue", "--cohort", "2026-S1", "--format", "json"))
    slip = "SELECT slip FROM certificates WHERE public_id = ?"
    return [Paper(one["id"], service.public_id(slip, one["id"])) for one in issued[:4]]


def with_every_key_revoked(document: dict[str, Any]) -> dict[str, Any]:
    methods = [{**method, "revoked": "2026-03-09T00:00:00Z"} for method in document["verificationMethod"]]
    return {**document, "verificationMethod": methods, "assertionMethod": []}
