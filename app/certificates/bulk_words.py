"""What answers of bulk verification look like on the page, and by which they can be filtered."""

from __future__ import annotations

from app.certificates.bulk_answers import BulkAnswer
from app.core.i18n import Text, _l

# The kinds of `components/badge.html`.
BADGES: dict[BulkAnswer, str] = {
    BulkAnswer.VALID: "success",
    BulkAnswer.REVOKED: "danger",
    BulkAnswer.REPLACED: "warning",
    BulkAnswer.NOT_VALID: "danger",
    BulkAnswer.NOT_FOUND: "danger",
    BulkAnswer.COULD_NOT_CHECK: "warning",
    BulkAnswer.NOT_READ: "neutral",
}
GROUPS: dict[str, tuple[Text, tuple[BulkAnswer, ...]]] = {
    "valid": (_l("유효"), (BulkAnswer.VALID,)),
    "withdrawn": (_l("폐지·정정"), (BulkAnswer.REVOKED, BulkAnswer.REPLACED)),
    "not_valid": (_l("유효하지 않음"), (BulkAnswer.NOT_VALID,)),
    "not_found": (_l("일치 없음"), (BulkAnswer.NOT_FOUND,)),
    "could_not_check": (_l("확인하지 못함"), (BulkAnswer.COULD_NOT_CHECK,)),
    "not_read": (_l("읽지 못함"), (BulkAnswer.NOT_READ,)),
}


def group_counts(counted: dict[BulkAnswer, int]) -> dict[str, int]:
    """Count the items of each group."""
    return {name: sum(counted.get(a, 0) for a in answers) for name, (_label, answers) in GROUPS.items()}
