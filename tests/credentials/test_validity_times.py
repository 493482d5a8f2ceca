from datetime import UTC, datetime, timedelta

import pytest

from credentials import Code, Outcome, PublicKey, Step, examine, sign_certificate
from credentials.validity import SKEW
from tests.credentials.examples import (
    CLAIMS,
    CLAIMS_WITH_END,
    DID,
    ISSUED,
    KEY,
    KEYS,
    KEYS_MADE,
    NOW,
    UNTIL,
    issue,
)
from tests.credentials.examples import LIST_KEY as LISTER

SECOND = timedelta(seconds=1)


def code_at(at: datetime, data: bytes, keys: dict[str, PublicKey] = KEYS) -> Code | None:
    examination = examine(data, issuer_keys=keys, status_lists={}, at=at)
    return next((check.code for check in examination.checks if check.step is Step.VALIDITY), None)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (CLAIMS.valid_from - SKEW - SECOND, Code.SIGNED_IN_FUTURE),
        (ISSUED - SKEW - SECOND, Code.SIGNED_IN_FUTURE),
        (ISSUED - SKEW, Code.PASSED),
        (NOW, Code.PASSED),
        (UNTIL, Code.PASSED),
        (UNTIL + SKEW, Code.PASSED),
        (UNTIL + SKEW + SECOND, Code.EXPIRED),
    ],
)
def test_a_certificate_holds_from_its_start_to_its_end_with_five_minutes_for_clocks(at: datetime, code: Code) -> None:
    assert code_at(at, issue(CLAIMS_WITH_END)) is code


def test_a_certificate_without_end_does_not_expire() -> None:
    assert code_at(datetime(2900, 1, 1, tzinfo=UTC), issue()) is Code.PASSED


def test_a_certificate_is_not_valid_before_its_start() -> None:
    data = sign_certificate(CLAIMS, KEY, CLAIMS.valid_from - timedelta(days=2))
    assert code_at(CLAIMS.valid_from - SKEW, data) is Code.PASSED
    assert code_at(CLAIMS.valid_from - SKEW - SECOND, data) is Code.NOT_YET_VALID


def test_a_proof_older_than_its_key_is_refused() -> None:
    assert code_at(NOW, sign_certificate(CLAIMS, KEY, KEYS_MADE - SKEW)) is Code.PASSED
    assert code_at(NOW, sign_certificate(CLAIMS, KEY, KEYS_MADE - SKEW - SECOND)) is Code.SIGNED_BEFORE_KEY


def test_five_minutes_are_the_allowance() -> None:
    assert timedelta(seconds=300) == SKEW


def test_the_zone_of_now_makes_no_difference() -> None:
    elsewhere = (UNTIL + SKEW).astimezone(CLAIMS.started.tzinfo)
    assert code_at(elsewhere, issue(CLAIMS_WITH_END)) is Code.PASSED
    assert code_at(elsewhere + SECOND, issue(CLAIMS_WITH_END)) is Code.EXPIRED


def test_a_revoked_key_vouches_for_nothing_whatever_time_the_proof_names() -> None:
    revoked = PublicKey(KEY.public.id, DID, KEY.public.raw, KEYS_MADE, revoked=NOW + timedelta(days=300))
    examination = examine(issue(), issuer_keys={revoked.id: revoked}, status_lists={}, at=NOW)
    assert examination.outcome is Outcome.NOT_VALID
    assert examination.deciding is not None
    assert (examination.deciding.step, examination.deciding.code) == (Step.KEY, Code.KEY_REVOKED)


def test_a_key_outside_assertion_method_is_refused() -> None:
    key = PublicKey(KEY.public.id, DID, KEY.public.raw, KEYS_MADE, purposes=frozenset({"authentication"}))
    deciding = examine(issue(), issuer_keys={key.id: key}, status_lists={}, at=NOW).deciding
    assert deciding is not None
    assert (deciding.step, deciding.code) == (Step.KEY, Code.KEY_NOT_FOR_ASSERTION)


def test_an_old_certificate_verifies_after_the_key_was_changed() -> None:
    keys = {**KEYS, LISTER.public.id: LISTER.public}
    assert code_at(NOW, issue(), keys) is Code.PASSED
    assert code_at(NOW, sign_certificate(CLAIMS, LISTER, ISSUED), keys) is Code.PASSED
