"""Many certificates at once, over the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.api.bodies import Body
from app.api.verification_bodies import VerdictTold

MOST = 50


class DocumentsGiven(Body):
    """Certificates as text, each byte for byte as it was issued (JSON of Open Badges 3.0)."""

    documents: Annotated[list[Annotated[str, Field(max_length=80 * 1024)]], Field(min_length=1, max_length=MOST)]


class VerdictsTold(Body):
    """The verdict on each, in their order."""

    items: list[VerdictTold]
