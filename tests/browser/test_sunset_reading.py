"""The kit's modules read what the library writes, and refuse what it refuses: the same tables, in a browser."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.certificates.sunset_script import bundle
from credentials import CertificateClaims, ClaimRefused, certificate, portable_templates, sign_jwt, values
from credentials.certificate import template_of
from credentials.writer import escape
from tests.browser.running import ROOT
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

MODULES = ROOT / "app" / "static" / "js" / "verify"
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
# RFC 8032 §7.1, TEST 1 to 3 and TEST SHA(abc).
ED25519 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493

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
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A blank page from disk with the modules of the kit in it."""
    blank = tmp_path_factory.mktemp("blank") / "blank.html"
    blank.write_text("<!doctype html><title>blank</title>")
    page = chromium.new_page()
    page.goto(blank.as_uri())
    page.add_script_tag(content=bundle(MODULES, "inputs"))
    keys = [[key.public.id, key.public.controller, key.public.multibase] for key in (KEY,)]
    page.evaluate(SETTING, {"templates": portable_templates(), "keys": keys})
    yield page
    page.close()


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
    key = {"id": LIST_KEY.public.id, "controller": LIST_KEY.public.controller, "purpose": "status", "revoked": None}
    key |= {"publicKeyMultibase": LIST_KEY.public.multibase, "created": "2026-01-01T00:00:00Z"}
    told = {"exported": exported, "final": False, "templates": portable_templates(), "keys": [key]}
    answers: list[str | None] = page.evaluate(
        """([told, lists, url]) => Promise.all(lists.map(async (revoked) => {
            const lists = [{ url, revoked, replaced: "" }];
            const known = await module_knowledge.readKnowledge({ ...told, lists }, "");
            return known.lists.get(url).problem;
        }))""",
        [told, lists, LIST_URL],
    )
    return answers


def test_our_own_ed25519_holds_to_the_published_vectors(page: Page) -> None:
    def with_order(signature: str) -> str:
        number = int.from_bytes(bytes.fromhex(signature[64:]), "little") + ORDER
        return signature[:64] + number.to_bytes(32, "little").hex()

    flip = {"0": "1"}
    cases = [[key, message, signature] for key, message, signature in ED25519]
    wrong = [[key, message + "00", signature] for key, message, signature in ED25519]
    wrong += [[key, message, with_order(signature)] for key, message, signature in ED25519]
    wrong += [[key, message, flip.get(signature[0], "0") + signature[1:]] for key, message, signature in ED25519]
    wrong += [["ff" * 32, "", ED25519[0][2]], ["02" + "00" * 31, "", ED25519[0][2]], [ED25519[0][0], "", "00" * 64]]
    answers = page.evaluate(
        """(all) => all.map((one) => {
            const bytes = one.map((hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)));
            return module_ed25519.verifyEd25519(...bytes);
        })""".replace("one.map", "[one[0], one[2], one[1]].map"),
        cases + wrong,
    )
    assert answers == [True] * len(cases) + [False] * len(wrong)


def test_our_own_digests_are_those_of_everybody(page: Page) -> None:
    sizes = [0, 1, 3, 55, 56, 63, 64, 111, 112, 119, 127, 128, 129, 300]
    answers = page.evaluate(
        """(sizes) => sizes.map((size) => [256, 512].map((bits) =>
            module_bytes.hexOf(module_sha2.sha2(bits, new Uint8Array(size).fill(size & 255)))))""",
        sizes,
    )
    for size, (short, long) in zip(sizes, answers, strict=True):
        data = bytes([size & 255]) * size
        assert (short, long) == (hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest())


def test_modules_that_cannot_be_bundled_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text('import { two } from "./two.js";\nexport const one = two;\n')
    (tmp_path / "two.js").write_text('import { one } from "./one.js";\nexport const two = one;\n')
    with pytest.raises(ValueError, match="one → two → one"):
        bundle(tmp_path, "one")
    (tmp_path / "two.js").write_text("export default 2;\n")
    with pytest.raises(ValueError, match="not understood"):
        bundle(tmp_path, "one")
    (tmp_path / "two.js").write_text('export const two = "</script>";\n')
    with pytest.raises(ValueError, match="before its end"):
        bundle(tmp_path, "one")
