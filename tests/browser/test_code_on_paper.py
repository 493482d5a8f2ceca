"""What a browser reads from the QR code on the paper, beside the record, telling nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.checks import complaints_about
from tests.browser.running import ROOT, Service, Visit
from tests.browser.slips import Paper, papers_of, with_every_key_revoked

pytestmark = pytest.mark.browser

VECTORS = ROOT / "tests" / "data" / "qr_slips.json"
WITHOUT_ED25519 = """
    const known = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (format, data, algorithm, ...rest) =>
        algorithm.name === "Ed25519"
            ? Promise.reject(new DOMException("unknown", "NotSupportedError"))
            : known(format, data, algorithm, ...rest);
"""
READ_VECTORS = """async ({ key, cases }) => {
    const { readSlip } = await import("/static/js/verify/slip.js");
    const { rawKey } = await import("/static/js/verify/keys.js");
    const keys = [{ id: key.id, raw: rawKey(key.publicKeyMultibase), signs: true, revoked: false }];
    const read = (digits) => readSlip(digits, keys).then(
        ({ fields, digest }) => ({ fields, digest }), (error) => ({ refused: error.code ?? String(error) }));
    return Promise.all(cases.map(read));
}"""


@pytest.fixture(scope="module")
def papers(service: Service) -> list[Paper]:
    return papers_of(service)


def sent(visit: Visit) -> list[str]:
    """Collect everything that leaves the browser from now on: addresses, headers and bodies."""
    told: list[str] = []

    def hear(request: Request) -> None:
        told.append(f"{request.url} {request.all_headers()} {request.post_data or ''}")

    visit.context.on("request", hear)
    return told


def test_paper_and_record_agree(phone: Visit, papers: list[Paper]) -> None:
    told = sent(phone)
    phone.page.goto(papers[0].scanned)
    expect(phone.page.locator("[data-paper] .alert--success")).to_contain_text("발급 기록이 같아요")
    expect(phone.page.locator(".verdict--valid")).to_be_visible()
    assert complaints_about(phone) == []
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert len(told) > 5
    assert not any(papers[0].digits[:40] in one for one in told)


def test_it_says_so_in_english_too(phone: Visit, papers: list[Paper]) -> None:
    phone.page.goto("/language/en")
    phone.page.goto(papers[0].scanned)
    expect(phone.page.locator("[data-paper] .alert--success")).to_contain_text("agree")
    assert complaints_about(phone, "en") == []
    phone.page.goto("/verify")
    phone.page.goto(f"/v/{papers[0].certificate}#{papers[1].digits}")
    expect(phone.page.locator("[data-paper] [data-field=name] dt")).to_have_text("Name")


def test_a_code_of_another_certificate_differs_and_the_fields_are_named(phone: Visit, papers: list[Paper]) -> None:
    phone.page.goto(f"/v/{papers[0].certificate}#{papers[1].digits}")
    differing = phone.page.locator("[data-paper] .alert--danger")
    expect(differing).to_contain_text("발급 기록이 달라요")
    shown = phone.page.locator("[data-paper] [data-field]:visible dt").all_inner_texts()
    assert {"성명", "증서번호"} <= set(shown)
    assert "과정명" not in shown
    warned, answered = differing.bounding_box(), phone.page.locator(".verdict").bounding_box()
    assert warned is not None
    assert answered is not None
    assert warned["y"] < answered["y"]
    expect(phone.page.locator("h1")).to_have_text("발급 기록만 유효해요")
    expect(phone.page.locator(".verdict--valid")).to_have_count(0)
    assert complaints_about(phone) == []


@pytest.mark.parametrize("change", ["one digit", "cut short", "letters behind"])
def test_an_altered_code_is_refused(phone: Visit, papers: list[Paper], change: str) -> None:
    digits = papers[0].digits
    altered = {
        "one digit": digits[:300] + str((int(digits[300]) + 1) % 10) + digits[301:],
        "cut short": digits[:-3],
        "letters behind": digits + "abc",
    }[change]
    phone.page.goto(f"/v/{papers[0].certificate}#{altered}")
    expect(phone.page.locator("[data-paper] .alert--danger")).to_contain_text("서명이 맞지 않아요")
    expect(phone.page.locator("h1")).to_have_text("발급 기록만 유효해요")
    expect(phone.page.locator(".verdict--valid")).to_have_count(0)


def test_a_bad_paper_stays_bad_when_the_date_of_birth_is_asked(
    phone: Visit, service: Service, papers: list[Paper]
) -> None:
    told = sent(phone)
    paper, page = papers[0], phone.page
    born = service.public_id("SELECT birth_date FROM certificates WHERE public_id = ?", paper.certificate)
    page.goto(f"/v/{paper.certificate}#{paper.digits[:-3]}")
    expect(page.locator("h1")).to_have_text("발급 기록만 유효해요")
    page.fill("#birth-date input[name=birth_date]", born)
    page.press("#birth-date input[name=birth_date]", "Enter")
    expect(page.locator("#birth-date .alert--success")).to_be_in_viewport()
    expect(page.locator("[data-paper] .alert--danger")).to_contain_text("서명이 맞지 않아요")
    expect(page.locator("h1")).to_have_text("발급 기록만 유효해요")
    page.click("a[hreflang=en]")
    expect(page.locator("h1")).to_have_text("Only the record is valid")
    assert not any(paper.digits[:40] in one for one in told)


def test_papers_of_a_key_that_was_revoked_since(phone: Visit, papers: list[Paper]) -> None:
    """The published keys say revoked; the page answers valid, for the log had the certificate before."""

    def revoked(route: Route) -> None:
        route.fulfill(json=with_every_key_revoked(route.fetch().json()))

    phone.context.route("**/.well-known/did.json", revoked)
    phone.page.goto(papers[0].scanned)
    expect(phone.page.locator("[data-paper] .alert--success")).to_contain_text("그 뒤에 사용이 중지됐지만")
    expect(phone.page.locator(".verdict--valid")).to_be_visible()
    assert complaints_about(phone) == []
    phone.page.goto("/verify")
    phone.page.goto(f"/v/{papers[0].certificate}#{papers[1].digits}")
    expect(phone.page.locator("[data-paper] .alert--danger")).to_contain_text("키의 사용이 중지됐어요")
    assert complaints_about(phone) == []


def test_an_address_without_a_code_looks_as_before(phone: Visit, papers: list[Paper]) -> None:
    for address in (f"/v/{papers[0].certificate}", f"/v/{papers[0].certificate}#birth-date"):
        phone.page.goto(address)
        phone.page.wait_for_load_state("networkidle")
        expect(phone.page.locator("[data-paper]")).to_be_hidden()


def test_a_browser_without_ed25519_asks_before_it_sends(phone: Visit, papers: list[Paper]) -> None:
    told = sent(phone)
    phone.context.add_init_script(WITHOUT_ED25519)
    phone.page.goto(papers[0].scanned)
    button = phone.page.get_by_role("button", name="서버로 보내 확인하기")
    expect(button).to_be_visible()
    assert not any(papers[0].digits[:40] in one for one in told)
    button.click()
    expect(phone.page.locator("[data-paper] .alert--success")).to_contain_text("발급 기록이 같아요")
    assert any(papers[0].digits in one for one in told)
    digits = papers[0].digits
    altered = Paper(papers[0].certificate, digits[:-1] + ("3" if digits.endswith("7") else "7"))
    phone.page.goto("/verify")
    phone.page.goto(altered.scanned)
    phone.page.get_by_role("button", name="서버로 보내 확인하기").click()
    expect(phone.page.locator("[data-paper] .alert--danger")).to_contain_text("서명이 맞지 않아요")
    expect(phone.page.locator("h1")).to_have_text("발급 기록만 유효해요")
    expect(phone.page.locator(".verdict--valid")).to_have_count(0)


def test_the_browser_reads_every_vector_as_the_library_does(phone: Visit) -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    cases = vectors["valid"] + vectors["refused"]
    phone.page.goto("/verify")
    answers: list[dict[str, Any]] = phone.page.evaluate(
        READ_VECTORS, {"key": vectors["key"], "cases": [case["digits"] for case in cases]}
    )
    for case, answer in zip(vectors["valid"], answers, strict=False):
        assert answer["digest"] == case["sha256"], case["name"]
        assert answer["fields"] == {name: str(value) for name, value in case["fields"].items()}, case["name"]
    refused = answers[len(vectors["valid"]) :]
    assert [c["name"] for c, a in zip(vectors["refused"], refused, strict=True) if "refused" not in a] == []
    assert len(vectors["refused"]) > 70


def test_states_that_are_known_already_come_with_a_new_moment(phone: Visit) -> None:
    phone.page.goto("/verify")
    asked = """async () => {
        const ask = async () => (await fetch("/v/states", { cache: "no-cache" })).headers.get("X-Known-At");
        const first = await ask();
        await new Promise((done) => setTimeout(done, 1100));
        return [first, await ask()];
    }"""
    first, second = phone.page.evaluate(asked)
    assert first < second
