"""Certificates are read in two ways, with care and fast; both must give the same answer to the same bytes.

The fast reader knows a cohort after its first certificate. So each document is judged twice, by a library that knows
nothing and by one that knows the cohort, and what the fast reader takes is compared with what the careful one makes.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials import (
    CertificateClaims,
    Examination,
    NotValid,
    Outcome,
    VerificationError,
    certificate,
    frame,
    proof,
    sealed_document,
    verify,
)
from credentials.certificate import WITHOUT_END
from credentials.sealed_document import Unsealed
from credentials.writer import escape
from tests.credentials.examples import (
    CLAIMS,
    CLAIMS_WITH_END,
    ISSUED,
    KEY,
    KEYS,
    LISTS,
    NOW,
    issue,
    look,
    urn,
)
from tests.credentials.test_altered_bytes import flips
from tests.credentials.test_canonical_form import certificates

PROFILE = frame.PROFILE
MUCH = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _own_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing known of earlier tests."""
    monkeypatch.setattr(frame, "_frames", {})
    monkeypatch.setattr(frame, "_hints", {})


def forget() -> None:
    frame._frames.clear()
    frame._hints.clear()


def know_the_cohort(claims: CertificateClaims = CLAIMS) -> None:
    for _ in range(2):
        frame.writer_of(claims, certificate.TEMPLATES)[2]()


def answers(data: bytes) -> tuple[Examination, Examination]:
    """Judge a document with an empty memory, and with one that knows the cohort of `CLAIMS`."""
    forget()
    before = look(data)
    know_the_cohort()
    return before, look(data)


def with_care(data: bytes) -> sealed_document.Reading[CertificateClaims] | None:
    try:
        return sealed_document._parse(data, PROFILE, exact=True)
    except Unsealed:
        return None


def require_agreement(data: bytes) -> bool:
    """Say whether the fast reader took the document; what it takes must be what the careful one reads."""
    fast = PROFILE.compare(data)
    if fast is None:
        return False
    careful = with_care(data)
    assert careful is not None
    assert fast[:5] == careful[:5]
    assert fast.writer.json(fast.filled) == careful.writer.json(careful.filled) == data
    assert fast.writer.quads(fast.filled) == careful.writer.quads(careful.filled)
    assert repr(fast.content) == repr(careful.content)  # equal times and numbers may still be spelled differently
    return True


def test_a_known_cohort_is_read_fast_and_an_unknown_one_with_care() -> None:
    data = issue()
    forget()
    readings = []
    for _ in range(3):
        assert look(data).outcome is Outcome.VALID
        reading = PROFILE.compare(data)
        assert reading is not None
        readings.append(reading.writer is not WITHOUT_END)
        assert require_agreement(data)
    assert readings == [False, True, True]


def test_only_a_holding_signature_makes_a_cohort_known() -> None:
    data = issue()
    forget()
    look(data.replace("홍길동".encode(), "홍길순".encode()))
    assert frame._frames == {}


def test_the_memory_is_bounded() -> None:
    for number in range(frame._MOST_FRAMES + 10):
        know_the_cohort(replace(CLAIMS, term=f"{number}기"))
    assert 0 < len(frame._frames) <= frame._MOST_FRAMES
    assert len(frame._hints) == len(frame._frames)
    assert None not in frame._frames.values()
    assert not any("홍길동" in repr(vars(known)) for known in frame._frames.values())


@MUCH
@given(claims=certificates)
def test_any_certificate_is_read_alike(claims: CertificateClaims) -> None:
    data = issue(claims)
    know_the_cohort(claims)
    simple = (
        claims.valid_until is None
        and claims.status.index < 1_000_000_000
        and not {'"', "\\"} & set(claims.name + claims.serial)
    )
    assert require_agreement(data) == simple
    forget()
    before = look(data)
    assert before.certificate is not None
    assert before == look(data)


# Texts that are nearly right, and some that are: put into any slot and signed by the issuer's own key.
NASTY: list[str] = [
    "",
    " ",
    "홍 길동",
    " 홍길동",
    "홍길동\u3000",
    "홍\u00a0길동",
    "\u1112\u1169\u11bc",
    "e\u0301",
    "홍\u200b길동",
    "홍\n길동",
    "\ud7a4",
    "가" * 2_000,
    "가" * 2_001,
    "0",
    "-0",
    "00",
    "40",
    "40.0",
    "40.5",
    "40.50",
    "40.05",
    "100.01",
    "9999",
    "9999.01",
    "10000",
    "4e1",
    "٤٠",
    "1899",
    "1900",
    "2999",
    "3000",
    "01990",
    "070001",
    "2147483647",
    "2147483648",
    "2026-03-20T00:00:00Z",
    "2026-03-20T00:00:00+00:00",
    "2026-03-20T00:00:00-00:00",
    "2026-03-20T00:00:00+09:00",
    "2026-03-20T00:00:00-23:59",
    "2026-03-20T00:00:00+24:00",
    "2026-03-20T24:00:00Z",
    "2026-03-20T23:59:60Z",
    "2026-02-29T00:00:00Z",
    "0999-03-20T00:00:00Z",
    "1000-03-20T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "2026-3-20T00:00:00Z",
    "2026-03-20 00:00:00Z",
    "2026-03-20T00:00:00z",
    "2026-03-20T00:00:00.5Z",
    urn(0xA1),
    urn(0xB1),
    urn(0xC1),
    urn(0xD1),
    urn(0xA1).upper(),
    f"{urn(0xA1)}#attendance",
    f"{urn(0xC1)}#criteria",
    "https://certificates.example/status/1",
    "https://certificates.example/status/1#70001",
    "https://certificates.example/status/2",
    "did:web:certificates.example",
]
TEXTS = certificate.spell(CLAIMS)
PROOF = {"proof.created": "2026-03-20T01:02:03Z", "proof.method": KEY.public.id, "proof.value": "z" + "2" * 87}


def sign_texts(texts: dict[str, str]) -> bytes:
    """Sign texts as they stand, as careless software of the issuer might."""
    try:
        return proof.sign(WITHOUT_END, texts, KEY, ISSUED)
    except ValueError:  # a number that has no canonical form cannot be signed
        return WITHOUT_END.json(escape({**PROOF, **texts}))


def test_nasty_texts_in_every_slot_get_one_answer() -> None:
    verdicts = set()
    for name in TEXTS:
        for text in NASTY:
            data = sign_texts({**TEXTS, name: text})
            before, after = answers(data)
            assert before == after, (name, text)
            verdicts.add(before.outcome)
            require_agreement(data)
    assert {Outcome.VALID, Outcome.NOT_VALID} <= verdicts


@MUCH
@given(changes=st.dictionaries(st.sampled_from(sorted(TEXTS)), st.sampled_from(NASTY) | st.text(max_size=12)))
def test_several_nasty_texts_get_one_answer(changes: dict[str, str]) -> None:
    try:
        data = sign_texts({**TEXTS, **changes})
    except UnicodeEncodeError:
        return
    before, after = answers(data)
    assert before == after
    require_agreement(data)


@MUCH
@given(
    text=st.text(min_size=1, max_size=4),
    name=st.sampled_from(["name", "serial"]),
    around=st.sampled_from(["{}", "가{}", "{}가", "가{}나"]),
)
def test_any_character_in_a_persons_text_gets_one_answer(text: str, name: str, around: str) -> None:
    try:
        data = sign_texts({**TEXTS, name: around.format(text)})
    except UnicodeEncodeError:
        return
    before, after = answers(data)
    assert before == after


@MUCH
@given(data=st.data())
def test_altered_bytes_get_one_answer(data: st.DataObject) -> None:
    document = bytearray(issue())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(document) - 1))
        length = data.draw(st.integers(0, 4))
        document[place : place + length] = data.draw(st.binary(max_size=4))
    altered = bytes(document)
    before, after = answers(altered)
    assert before == after
    assert (before.outcome is Outcome.VALID) == (altered == issue())
    require_agreement(altered)


def test_every_flipped_byte_gets_one_answer() -> None:
    data = issue()
    for altered in flips(data):
        before, after = answers(altered)
        assert before == after
        assert before.outcome is Outcome.NOT_VALID


def other_zone(document: Any) -> None:
    document["credentialSubject"]["activityStartDate"] = "2026-03-09T00:00:00Z"


@pytest.mark.parametrize("change", [other_zone])
def test_what_equals_a_known_cohort_but_is_spelled_otherwise_is_another(change: Callable[[Any], None]) -> None:
    document = json.loads(issue())
    change(document)
    texts = {**TEXTS, "started": "2026-03-09T00:00:00Z"}
    data = sign_texts(texts)
    examination = look(data)
    assert examination.certificate is not None
    assert examination.certificate.claims == CLAIMS
    assert b"2026-03-09T00:00:00Z" in data
    assert require_agreement(data)


@pytest.mark.parametrize(
    "data",
    [
        issue(),
        issue(CLAIMS_WITH_END),
        issue(replace(CLAIMS, hours_earned=Decimal("0.07"))),
        issue().replace("홍".encode(), "황".encode()),
        b"{}",
    ],
)
def test_verify_and_examine_agree(data: bytes) -> None:
    for lists in (LISTS, {}):
        examination = look(data, lists=lists)
        if examination.outcome is Outcome.VALID:
            verified = verify(data, issuer_keys=KEYS, status_lists=lists, at=NOW)
            assert verified == examination.certificate
            continue
        assert examination.deciding is not None
        with pytest.raises(VerificationError) as failure:
            verify(data, issuer_keys=KEYS, status_lists=lists, at=NOW)
        assert (failure.value.step, failure.value.code) == (examination.deciding.step, examination.deciding.code)
        assert isinstance(failure.value, NotValid) == (examination.outcome is Outcome.NOT_VALID)
