"""The kit's modules read what the library writes, and refuse what it refuses: the same tables, in a browser."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page

from app.core.clock import iso_utc
from credentials import (
    CertificateClaims,
    ClaimRefused,
    SigningKey,
    StatusEntry,
    certificate,
    portable_templates,
    replaced_list_url,
    sign_certificate,
    sign_jwt,
    sign_status_list,
    values,
)
from credentials.certificate import template_of
from credentials.writer import escape
from tests.credentials.examples import (
    CLAIMS,
    CLAIMS_WITH_END,
    ISSUED,
    KEY,
    LIST_KEY,
    LIST_URL,
    NOW,
    changed,
    issue,
    plain_sign,
    urn,
)
from tests.credentials.test_algorithm_confusion import CASES
from tests.credentials.test_altered_bytes import SAMPLES, flips
from tests.credentials.test_reformatted_json import FORMATTINGS, OTHER_SPELLINGS, STRICT
from tests.credentials.test_renamed_keys import CHANGES, DUPLICATES
from tests.credentials.test_status_lists import BITS, MALFORMED, forged_list, pack, signed_list
from tests.credentials.test_vc_jwt import CASES as TOKENS

pytestmark = pytest.mark.browser

OFFSETS = ("Z", "+09:00", "-03:30", "+00:00", "-00:00", "+24:00", "+09:60", "+0900", "")
INSTANTS = [
    f"{day}T{time}{offset}"
    for day in ("2026-03-09", "2024-02-29", "2026-02-29", "2026-13-01", "2026-00-10", "0999-01-01", "2026-3-9")
    for time in ("09:00:00", "23:59:60", "24:00:00", "09:00", "09:00:00.0")
    for offset in OFFSETS
]
MORE = [
    replace(CLAIMS, name="洪吉童", hours_earned=Decimal("40.5"), credential_id=urn(11)),
    replace(CLAIMS_WITH_END, name='"', term="\\", hours_earned=Decimal("0.07"), credential_id=urn(12)),
    replace(CLAIMS, name="$& $1 %(name)s %%", serial="1\u00a02", credential_id=urn(13)),
]

SETTING = """({ templates, keys }) => {
    const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const known = new Map(keys.map(([id, controller, multibase]) =>
        [id, { id, controller, raw: module_keys.rawKey(multibase), revokedSince: null }]));
    const telling = (open) => open.then(
        ({ texts, created }) => ({ texts, created }),
        (error) => ({ refused: error instanceof module_signed_document.DocumentRefused ? error.code : null }));
    globalThis.trial = {
        certificate: (text) => telling(module_signed_document.openCertificate(bytesOf(text), templates, known)),
        token: (text) => telling(module_signed_document.openToken(atob(text), templates, known)),
        quads: async (text) => {
            const json = new TextDecoder().decode(bytesOf(text));
            for (const template of templates.certificate) {
                const texts = module_template.matchTemplate(template, json);
                if (texts) return new TextDecoder().decode(await module_template.writeQuads(template, texts));
            }
        },
    };
}"""


@pytest.fixture(scope="module")
def page(modules: Page) -> Page:
    keys = [[KEY.public.id, KEY.public.controller, KEY.public.multibase]]
    modules.evaluate(SETTING, {"templates": portable_templates(), "keys": keys})
    return modules


def ask(page: Page, what: str, cases: list[bytes]) -> list[Any]:
    answers: list[Any] = page.evaluate(
        "([what, cases]) => Promise.all(cases.map((one) => trial[what](one)))",
        [what, [base64.b64encode(case).decode() for case in cases]],
    )
    return answers


def accepted(page: Page, what: str, cases: dict[str, bytes]) -> list[str]:
    """Name what was accepted; whatever else than a refusal goes wrong counts, too."""
    answers = ask(page, what, list(cases.values()))
    return [name for name, answer in zip(cases, answers, strict=True) if not answer.get("refused")]


@pytest.mark.parametrize("claims", [*SAMPLES, *MORE], ids=lambda claims: claims.name)
def test_a_certificate_is_read_as_the_library_wrote_it(page: Page, claims: CertificateClaims) -> None:
    data, spelled = issue(claims), certificate.spell(claims)
    (answer,) = ask(page, "certificate", [data])
    assert {name: text for name, text in answer["texts"].items() if not name.startswith("proof.")} == spelled
    assert answer["created"] == int(ISSUED.timestamp()) * 1000
    (quads,) = ask(page, "quads", [data])
    assert quads == template_of(claims).quads(escape(spelled)).decode()
    (token,) = ask(page, "token", [sign_jwt(claims, KEY, ISSUED)])
    assert {name: text for name, text in token["texts"].items() if not name.startswith("jwt.")} == spelled


def test_hours_have_the_same_canonical_form(page: Page) -> None:
    spelled = [values.spell_number(Decimal(n) / 100) for n in (*range(5_000), *range(5_000, 1_000_000, 997))]
    answers = page.evaluate("(all) => all.map((one) => module_template.canonicalFloat(one))", spelled)
    assert answers == [values.canonical_float(one) for one in spelled]
    assert "4.05E1" in answers
    assert "7.000000000000001E-2" in answers


def test_times_are_permitted_in_the_same_spellings(page: Page) -> None:
    def permitted(spelled: str) -> bool:
        try:
            return values.spell_instant(values.read_instant("time", spelled)) == spelled
        except ClaimRefused:
            return False

    answers = page.evaluate("(all) => all.map((one) => module_values.readInstant(one))", INSTANTS)
    assert [answer is not None for answer in answers] == [permitted(one) for one in INSTANTS]
    moments = [values.read_instant("time", one).timestamp() * 1000 for one in INSTANTS if permitted(one)]
    assert [answer for answer in answers if answer is not None] == moments
    assert len(moments) > 5


def test_other_formatting_of_the_same_certificate_is_read(page: Page) -> None:
    data = issue(CLAIMS_WITH_END)
    cases = {name: formatted(data) for name, formatted in FORMATTINGS.items()} | {"mark": b"\xef\xbb\xbf" + data}
    assert accepted(page, "certificate", cases) == list(cases)
    texts = [answer["texts"] for answer in ask(page, "certificate", [data, *cases.values()])]
    assert texts == texts[:1] * len(texts)


def test_every_kind_of_tampering_is_refused(page: Page) -> None:
    data = issue(CLAIMS_WITH_END)
    cases = {name: changed(data, change) for name, change in {**CHANGES, **CASES}.items()}
    pairs = DUPLICATES | {
        name: (old.decode(), new.decode() if isinstance(new, bytes) else new)
        for name, (old, new) in OTHER_SPELLINGS.items()
    }
    cases |= {name: data.replace(old.encode(), new.encode(), 1) for name, (old, new) in pairs.items()}
    cases |= {f"strict: {name}": case[0] for name, case in STRICT.items()}
    assert len(cases) > 130
    assert data not in cases.values()
    assert accepted(page, "certificate", cases) == []


def test_a_change_is_refused_even_if_the_issuer_signed_it(page: Page) -> None:
    cases = {}
    for name in ("status under its IRI", "status and end under their IRIs", "undefined term in the subject"):
        document = json.loads(issue(CLAIMS_WITH_END))
        CHANGES[name](document)
        cases[name] = plain_sign(document)
    assert accepted(page, "certificate", cases) == []


@pytest.mark.parametrize("what", ["certificate", "token"])
def test_not_one_altered_byte_passes(page: Page, what: str) -> None:
    data = issue(SAMPLES[2]) if what == "certificate" else sign_jwt(SAMPLES[2], KEY, ISSUED)
    # Almost every altered byte of a token goes to the signature, which takes the browser a while.
    tried = list(flips(data))[:: 1 if what == "certificate" else 3]
    assert accepted(page, what, {str(n): flipped for n, flipped in enumerate(tried)}) == []
    assert accepted(page, what, {"itself": data}) == ["itself"]


def test_every_confused_token_is_refused(page: Page) -> None:
    assert accepted(page, "token", {name: case() for name, case in TOKENS.items()}) == []
    assert len(TOKENS) > 80


def test_a_list_that_is_not_sound_answers_nothing(page: Page) -> None:
    cases = {
        name: case().decode("utf-8", "replace") for name, (case, _) in MALFORMED.items() if name != "a bomb of 40 MB"
    }
    cases["a bomb"] = forged_list(pack(gzip.compress(bytes(40_000_000)))).decode()
    cases["another purpose"] = signed_list().decode().replace('"revocation"', '"refresh"')
    cases["another place"] = signed_list(5).decode().replace(LIST_URL, LIST_URL + "0")
    for number, flipped in enumerate(flips(signed_list(70_001))):
        cases[str(number)] = flipped.decode("utf-8", "replace")
    problems = dict(zip(cases, problems_of(page, list(cases.values())), strict=True))
    assert [name for name, problem in problems.items() if problem is None] == []
    assert problems["too short"] == "status_list_short"
    assert problems_of(page, [signed_list(1, 70_001).decode(), forged_list(pack(gzip.compress(BITS))).decode()]) == [
        None,
        None,
    ]


@pytest.mark.parametrize(("away", "sound"), [(-301, False), (-299, True), (86_400, True), (86_701, False)])
def test_a_list_has_to_speak_of_the_moment_of_the_export(page: Page, away: int, sound: bool) -> None:
    exported = NOW + timedelta(seconds=away)
    (problem,) = problems_of(page, [signed_list().decode()], exported.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert problem == (None if sound else "status_list_stale")


def problems_of(page: Page, lists: list[str], exported: str = "2026-03-21T00:00:00Z") -> list[str | None]:
    """What is wrong with each of these lists for revocation, when the kit was exported at that time."""
    told = {"exported": exported, "final": False, "templates": portable_templates()}
    told["keys"] = [key_entry(LIST_KEY, "status")]
    answers: list[str | None] = page.evaluate(
        """([told, lists, url]) => Promise.all(lists.map(async (revoked) => {
            const lists = [{ url, revoked, replaced: "" }];
            const known = await module_knowledge.readKnowledge({ ...told, lists }, "");
            return known.lists.get(url).problem;
        }))""",
        [told, lists, LIST_URL],
    )
    return answers


LONG_AGO, FAR_AHEAD = datetime(2020, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)
ANSWERS = {
    "held": (CLAIMS, "held"),
    "with an end to come": (replace(CLAIMS, valid_until=FAR_AHEAD), "held"),
    "expired": (replace(CLAIMS, valid_from=LONG_AGO, valid_until=datetime(2020, 2, 1, tzinfo=UTC)), "expired"),
    "not yet valid": (replace(CLAIMS, valid_from=FAR_AHEAD), "not_yet_valid"),
    "revoked": (replace(CLAIMS, status=StatusEntry(LIST_URL, 7)), "revoked"),
    "replaced": (replace(CLAIMS, status=StatusEntry(LIST_URL, 8)), "replaced"),
    "on the second list alone": (replace(CLAIMS, status=StatusEntry(LIST_URL, 9)), "held"),
    "beyond the list": (replace(CLAIMS, status=StatusEntry(LIST_URL, 131_072)), "status_index_out_of_range"),
    "on no list": (replace(CLAIMS, status=StatusEntry(f"{LIST_URL}0", 1)), "status_list_missing"),
}
EXAMINED = """async ([told, issued, cases]) => {
    const known = await module_knowledge.readKnowledge(told, issued);
    const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    return Promise.all(cases.map((one) => module_examine.examineJson(bytesOf(one), known)));
}"""


def examined(page: Page, cases: list[bytes], logged: list[tuple[bytes, datetime]], **told: Any) -> list[Any]:
    """What the kit answers, when it was exported at `NOW` and its log has these certificates since these times."""
    rows = [
        hashlib.sha256(data).digest()[:16] + bytes(32) + int(at.timestamp()).to_bytes(4, "big") + b"\0\0\0\1"
        for data, at in logged
    ]
    beside = sign_status_list(replaced_list_url(LIST_URL), "refresh", [8, 9], LIST_KEY, NOW)
    knowledge = {
        "exported": "2026-03-21T00:00:00Z",
        "final": False,
        "templates": portable_templates(),
        "keys": [key_entry(KEY, "credentials"), key_entry(LIST_KEY, "status")],
        "lists": [{"url": LIST_URL, "revoked": signed_list(7, 8).decode(), "replaced": beside.decode()}],
        **told,
    }
    issued = base64.b64encode(b"".join(rows)).decode()
    answers: list[Any] = page.evaluate(EXAMINED, [knowledge, issued, [base64.b64encode(c).decode() for c in cases]])
    return answers


def key_entry(key: SigningKey, purpose: str, revoked: str | None = None) -> dict[str, str | None]:
    public = key.public
    entry = {"id": public.id, "controller": public.controller, "publicKeyMultibase": public.multibase}
    return {**entry, "purpose": purpose, "created": "2026-01-01T00:00:00Z", "revoked": revoked}


@pytest.mark.parametrize("name", ANSWERS)
def test_it_answers_by_times_and_lists(page: Page, name: str) -> None:
    claims, code = ANSWERS[name]
    data = issue(claims)
    (answer,) = examined(page, [data], [(data, ISSUED)])
    assert answer["code"] == code
    # Whatever the answer: the signature holds, so what was signed is shown.
    assert answer["fields"]["name"] == claims.name
    assert answer["state"] == {"expired": "invalid", "not_yet_valid": "invalid"}.get(
        code, "unknown" if code.startswith("status_") else code
    )


@pytest.mark.parametrize(("away", "code"), [(-1, "held"), (0, "key_revoked"), (1, "key_revoked")])
def test_what_a_revoked_key_signed_counts_if_the_log_had_it_before(page: Page, away: int, code: str) -> None:
    data, since = issue(), ISSUED + timedelta(hours=1)
    keys = [key_entry(KEY, "credentials", iso_utc(since)), key_entry(LIST_KEY, "status")]
    (answer,) = examined(page, [data], [(data, since + timedelta(seconds=away))], keys=keys)
    assert answer["code"] == code
    (unlogged,) = examined(page, [data], [], keys=keys)
    assert (unlogged["state"], unlogged["code"], unlogged["fields"]) == ("invalid", "key_revoked", None)


def test_a_good_signature_counts_only_if_the_log_knows_it(page: Page) -> None:
    data, token = issue(), sign_jwt(CLAIMS, KEY, ISSUED)
    (logged,), (unlogged,) = examined(page, [data], [(data, ISSUED)]), examined(page, [data], [(token, ISSUED)])
    assert (logged["state"], unlogged["state"], unlogged["code"]) == ("held", "invalid", "not_in_log")
    # A long batch that was being issued during the export bears the time at which it began.
    for signed_at in (NOW + timedelta(hours=1), NOW - timedelta(hours=1)):
        newer = sign_certificate(CLAIMS, KEY, signed_at)
        for final, state in ((False, "unknown"), (True, "invalid")):
            (answer,) = examined(page, [newer], [(data, ISSUED)], final=final)
            assert answer["state"] == state


def test_a_key_for_lists_proves_no_certificate_and_the_reverse(page: Page) -> None:
    data = issue()
    turned = [key_entry(KEY, "status"), key_entry(LIST_KEY, "credentials")]
    (answer,) = examined(page, [data], [(data, ISSUED)], keys=turned)
    assert answer["state"] == "invalid"
    one_list = [key_entry(KEY, "credentials"), key_entry(LIST_KEY, "log")]
    (answer,) = examined(page, [data], [(data, ISSUED)], keys=one_list)
    assert (answer["state"], answer["code"]) == ("unknown", "status_list_refused")
