"""What a receipt says, read from its signed statement for page and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.certificates.bulk_answers import BulkAnswer, Form, Reason


@dataclass(frozen=True)
class ReceiptLine:
    """One answer of a receipt."""

    number: int
    form: Form
    answer: BulkAnswer
    reason: Reason
    checked_at: datetime
    sha256: str
    serial: str
    document_number: str
    name: str
    same_as: int | None


@dataclass(frozen=True)
class ReceiptPage:
    """A receipt as it is shown. `checkpoint` is the log's signed head at that moment; empty without one."""

    public_id: str
    url: str
    issuer_name: str
    is_trial: bool
    organisation: str
    requested_at: datetime
    signed_at: datetime
    checkpoint: str
    lines: tuple[ReceiptLine, ...]

    @classmethod
    def of(cls, statement: Mapping[str, Any]) -> ReceiptPage:
        """Read a statement whose signature has been verified."""
        return cls(
            public_id=str(statement["jti"]).removeprefix("urn:uuid:").replace("-", ""),
            url=statement["url"],
            issuer_name=statement["issuer_name"],
            is_trial=statement["is_trial"],
            organisation=statement["requested_by"]["name"],
            requested_at=datetime.fromisoformat(statement["requested_at"]),
            signed_at=datetime.fromisoformat(statement["signed_at"]),
            checkpoint=statement["log_checkpoint"] or "",
            lines=tuple(_line(item) for item in statement["items"]),
        )

    @property
    def counts(self) -> dict[BulkAnswer, int]:
        """How many answers there are of each kind, in the order of the kinds."""
        found = [line.answer for line in self.lines]
        return {answer: found.count(answer) for answer in BulkAnswer if answer in found}


def _line(item: Mapping[str, Any]) -> ReceiptLine:
    return ReceiptLine(
        number=item["number"],
        form=Form(item["form"]),
        answer=BulkAnswer(item["answer"]),
        reason=Reason(item.get("reason", "")),
        checked_at=datetime.fromisoformat(item["checked_at"]),
        sha256=item.get("sha256", ""),
        serial=item.get("serial", ""),
        document_number=item.get("document_number", ""),
        name=item.get("name", ""),
        same_as=item.get("same_as"),
    )
