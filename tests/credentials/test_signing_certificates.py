import json
from dataclasses import replace
from datetime import timedelta

import pytest

from credentials import (
    SENTENCES,
    ClaimRefused,
    Code,
    KeyRefused,
    NotValid,
    Outcome,
    SelfCheckFailed,
    SigningKey,
    State,
    Step,
    certificate,
    sign_certificate,
    verify,
)
from tests.credentials.examples import (
    CLAIMS,
    CLAIMS_WITH_END,
    DID,
    ISSUED,
    KEY,
    KEYS,
    LISTS,
    NOW,
    STRANGER,
    issue,
    look,
)


@pytest.mark.parametrize("claims", [CLAIMS, CLAIMS_WITH_END], ids=["without end", "with end"])
def test_what_was_signed_verifies_and_says_the_same(claims: object) -> None:
    data = issue(claims)  # type: ignore[arg-type]
    verified = verify(data, issuer_keys=KEYS, status_lists=LISTS, at=NOW)
    assert verified.claims == claims
    assert (verified.key_id, verified.created) == (KEY.public.id, ISSUED)


def test_signing_twice_gives_the_same_bytes() -> None:
    assert issue() == issue()


def test_the_document_is_compact_utf8_json_as_json_tools_write_it() -> None:
    data = issue(replace(CLAIMS, name='김 "별" \\ 둘', term="100%(기수)s"))
    assert json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":")).encode() == data
    assert look(data).outcome is Outcome.VALID


def test_text_is_normalised_before_it_is_signed() -> None:
    decomposed = "홍길동"
    assert json.loads(issue(replace(CLAIMS, name=decomposed)))["credentialSubject"]["identifier"][0][
        "identityHash"
    ] == ("홍길동")


def test_fractions_of_seconds_are_cut() -> None:
    data = sign_certificate(CLAIMS, KEY, ISSUED + timedelta(microseconds=999_999))
    assert data == issue()


def test_every_step_is_reported_in_order_and_passes() -> None:
    examination = look(issue())
    assert [check.step for check in examination.checks] == list(Step)
    assert {check.state for check in examination.checks} == {State.PASSED}
    assert examination.deciding is None


def test_steps_after_a_failure_are_not_reached_and_no_claims_are_shown() -> None:
    examination = look(issue().replace("홍길동".encode(), "홍길순".encode()))
    states = {check.step: check.state for check in examination.checks}
    assert states[Step.KEY] is State.PASSED
    assert states[Step.SIGNATURE] is State.FAILED
    assert states[Step.VALIDITY] is states[Step.STATUS] is states[Step.TRUST] is State.NOT_REACHED
    assert examination.certificate is None


def test_steps_that_were_not_looked_at_are_not_reported_as_passed() -> None:
    examination = look(issue().replace(b'"assertionMethod"', b'"authentication"'))
    states = {check.step: check.state for check in examination.checks}
    assert states[Step.PURPOSE] is State.FAILED
    assert states[Step.TYPES] is State.PASSED
    assert states[Step.FORM] is states[Step.ISSUER] is states[Step.KEY] is State.NOT_REACHED


def test_every_code_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Code)


def test_it_refuses_to_sign_for_another_issuer() -> None:
    with pytest.raises(ClaimRefused, match="controls the key"):
        sign_certificate(CLAIMS, STRANGER, ISSUED)


def test_it_refuses_to_sign_with_a_revoked_key() -> None:
    key = SigningKey.from_pkcs8(KEY.to_pkcs8(), KEY.public.id, DID, revoked=NOW)
    with pytest.raises(KeyRefused, match="revoked"):
        sign_certificate(CLAIMS, key, ISSUED)


def test_a_wrong_signature_is_never_returned() -> None:
    class Faulty(SigningKey):
        def sign(self, message: bytes) -> bytes:
            return bytes(64)

    with pytest.raises(SelfCheckFailed, match="signature_mismatch"):
        sign_certificate(CLAIMS, Faulty.from_pkcs8(KEY.to_pkcs8(), KEY.public.id, DID), ISSUED)


def test_a_certificate_that_says_something_else_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    issue()  # the cohort is known now, and its certificates are written from their own texts alone
    spell = certificate.spell_own
    monkeypatch.setattr(certificate, "spell_own", lambda claims: {**spell(claims), "name": "김철수"})
    with pytest.raises(SelfCheckFailed, match="something else"):
        sign_certificate(CLAIMS, KEY, ISSUED)


def test_verify_raises_with_the_step_and_the_code() -> None:
    with pytest.raises(NotValid) as failure:
        verify(b"{}", issuer_keys=KEYS, status_lists=LISTS, at=NOW)
    assert (failure.value.step, failure.value.code) == (Step.STRUCTURE, Code.MISSING_TERM)
