"""Times: when a document holds, with an allowance for clocks that differ."""

from datetime import datetime, timedelta

from credentials.report import Code

SKEW = timedelta(seconds=300)
"""How far two clocks may be apart."""


def problem_with_times(
    created: datetime,
    key_created: datetime | None,
    valid_from: datetime,
    valid_until: datetime | None,
    at: datetime,
) -> Code | None:
    """Say what is wrong with the times of a signed document at the time `at`, or None. All times are aware."""
    if created > at + SKEW:
        return Code.SIGNED_IN_FUTURE
    if key_created is not None and created < key_created - SKEW:
        return Code.SIGNED_BEFORE_KEY
    if valid_from > at + SKEW:
        return Code.NOT_YET_VALID
    if valid_until is not None and valid_until < at - SKEW:
        return Code.EXPIRED
    return None
