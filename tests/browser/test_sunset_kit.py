"""The page of a sunset kit, opened from disk in a real Chromium after the service is gone."""

from __future__ import annotations

import base64
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect
from pypdf import PdfReader, PdfWriter

from tests.browser.checks import complaints_about
from tests.browser.running import DESK, PHONE, Service, Visit, open_window
from tests.browser.sunset_kit import Paper, SunsetKit, altered, made_kit, static_host
from tests.conftest import FOLDER

pytestmark = pytest.mark.browser

File = tuple[str, bytes]
STATES = {
    "2026. 5. 30. 기준 유효": "held",
    "정정됨": "replaced",
    "폐지": "revoked",
    "유효하지 않음": "invalid",
    "확인하지 못함": "unknown",
}
WITHOUT_WEBCRYPTO = 'Object.defineProperty(crypto, "subtle", { value: undefined });'
WITHOUT_INFLATING = "delete globalThis.DecompressionStream;"
# Debian's Chromium has no reader of its own; this one is real, and stands where a phone's browser has its own.
WITH_A_READER = """globalThis.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect(picture) {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [picture.width, picture.height];
        canvas.getContext("2d").drawImage(picture, 0, 0);
        return (await readCodes(canvas.toDataURL())).map((rawValue) => ({ rawValue }));
    }
};"""


@pytest.fixture(scope="module")
def kit() -> Iterator[SunsetKit]:
    place = tempfile.TemporaryDirectory(prefix="ieum-sunset-", dir=FOLDER, ignore_cleanup_errors=True)
    with place as folder:
        yield made_kit(Path(folder))


def opened(chromium: Browser, folder: Path, size: dict[str, int] = PHONE, script: str = "", **options: str) -> Visit:
    """Open the page from disk; whatever else it would ask for is among the visit's troubles."""
    visit = open_window(chromium, Service((folder / "verify.html").as_uri(), {}), size, **options)
    visit.context.on("request", lambda request: visit.troubles.append(f"asked for {request.url}"))
    if script:
        visit.context.add_init_script(script)
    visit.page.goto((folder / "verify.html").as_uri())
    visit.page.wait_for_selector("[data-page] h1")
    visit.troubles.remove(f"asked for {(folder / 'verify.html').as_uri()}")
    return visit


@pytest.fixture
def phone(chromium: Browser, kit: SunsetKit) -> Iterator[Visit]:
    visit = opened(chromium, kit.folder)
    yield visit
    visit.context.close()


def choose(visit: Visit, *files: File) -> None:
    """Choose files, and wait for a row for each."""
    before = visit.page.locator(".result").count()
    chosen = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    visit.page.set_input_files("#files", chosen)  # type: ignore[arg-type]
    expect(visit.page.locator(".result")).to_have_count(before + len(files))


def paste(visit: Visit, text: str) -> None:
    before = visit.page.locator(".result").count()
    visit.page.fill("#code", text)
    visit.page.click("[data-code] button")
    expect(visit.page.locator(".result")).to_have_count(before + 1)


def states(visit: Visit) -> list[str]:
    """The state of each row, by its badge in Korean; the sign beside the answer has to say the same."""
    badges = visit.page.locator(".result__summary .badge:visible").all_inner_texts()
    signs = visit.page.locator(".verdict__sign > :not([hidden])").evaluate_all("all => all.map(e => e.dataset.state)")
    found = [STATES[badge] for badge in badges]
    assert found == signs
    return found


def titles(visit: Visit) -> list[str]:
    return visit.page.locator(".verdict__title").all_text_contents()


def shown(visit: Visit, row: int = 0) -> dict[str, str]:
    """Every term and value of a row that is not hidden, in the closed part as well."""
    rows = visit.page.locator(".result").nth(row).locator("[data-field]:not([hidden])")
    pairs: list[list[str]] = rows.evaluate_all("all => all.map(e => [...e.children].map(c => c.textContent))")
    return dict(pairs)


def leaf_texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from leaf_texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from leaf_texts(value)
    else:
        yield str(node)


def test_a_certificate_is_valid_as_of_the_export_and_every_signed_field_is_shown(
    phone: Visit, kit: SunsetKit
) -> None:
    choose(phone, ("수료증.json", kit.held.credential))
    assert states(phone) == ["held"]
    expect(phone.page.locator(".verdict--valid .verdict__title")).to_have_text(
        "2026. 5. 30. 기준으로 유효한 수료증이에요"
    )
    expect(phone.page.locator(".verdict__time")).to_have_text("2026. 5. 30. 10:00 기준")
    fields = shown(phone)
    document = json.loads(kit.held.credential)
    subject = document["credentialSubject"]
    values = " ".join(fields.values())
    # Constants of the form, dates that are written for people, and the proof, which has been checked.
    for constant in ("@context", "type", "proof", "validFrom"):
        document.pop(constant)
    for told in (document["credentialStatus"], subject, subject["achievement"]):
        told.pop("type")
    document["credentialStatus"].pop("statusPurpose")
    document["credentialStatus"].pop("id")
    for constant in ("result", "activityStartDate", "activityEndDate"):
        subject.pop(constant)
    subject["achievement"].pop("achievementType")
    subject["achievement"]["resultDescription"] = [subject["achievement"]["resultDescription"][0]["id"]]
    told = {text for text in leaf_texts(document) if text not in {"IdentityObject", "False", "name", "ext:birthYear"}}
    assert not [text for text in told - {"Profile", "Criteria"} if text not in values]
    assert fields["이수시간"] == "20시간"
    assert fields["교육 시작일"] == "2026. 3. 9."
    assert fields["발급일"] == "2026. 5. 3."
    assert fields["출석률"] == "100%"
    assert "유효한 수료증이에요" not in phone.page.inner_text("body").replace(
        "2026. 5. 30. 기준으로 유효한 수료증이에요", ""
    )
    assert complaints_about(phone) == []


def test_a_stack_gets_a_row_for_each_and_is_counted(phone: Visit, kit: SunsetKit) -> None:
    choose(
        phone,
        ("1.json", kit.held.credential),
        ("2.json", kit.revoked.credential),
        ("3.json", kit.replaced.credential),
        ("4.json", kit.replacement.credential),
        ("5.jwt", kit.other.token),
        ("6.pdf", kit.pdf),
        ("7.png", kit.badge),
        ("8.jwt", kit.revoked.token),
        ("9.json", kit.late.credential),
    )
    # Who was issued before the key was stolen keeps a valid certificate, and those revoked stay revoked.
    assert states(phone) == ["held", "revoked", "replaced", "held", "held", "held", "held", "revoked", "invalid"]
    assert titles(phone)[8] == "믿을 수 없게 된 키로 서명했어요"
    assert phone.page.inner_text("[data-summary]") == (
        "모두 9건: 유효 5, 정정 1, 폐지 2, 유효하지 않음 1, 확인하지 못함 0 (2026. 5. 30. 10:00 기준)"
    )
    who = phone.page.locator(".result__who").all_inner_texts()
    assert [text.split(" · ")[0] for text in who[:5]] == [
        p.name for p in (kit.held, kit.revoked, kit.replaced, kit.replacement, kit.other)
    ]
    assert phone.page.locator(".result__from").nth(5).inner_text() == "PDF에 첨부된 파일 6.pdf"
    assert phone.page.locator("details.result__box[open]").count() == 0
    choose(phone, ("10.json", kit.early.credential))
    assert states(phone)[0] == "held"
    assert complaints_about(phone) == []


def test_not_one_altered_byte_passes(phone: Visit, kit: SunsetKit) -> None:
    files = [("a.json", data) for data in altered(kit.held.credential, 40)]
    files += [("a.jwt", data) for data in altered(kit.held.token, 20)]
    choose(phone, *files)
    assert not set(states(phone)) & {"held", "revoked", "replaced"}
    assert states(phone).count("invalid") > 20
    assert phone.page.locator("[data-contents]:not([hidden])").count() == 0
    assert phone.troubles == []


def test_a_key_proves_nothing_that_the_log_does_not_confirm(phone: Visit, chromium: Browser, kit: SunsetKit) -> None:
    files = (("1", kit.forged_early), ("2", kit.forged), ("3", kit.newer))
    choose(phone, *files)
    assert states(phone) == ["invalid", "invalid", "unknown"]
    assert titles(phone) == [
        "믿을 수 없게 된 키로 서명했어요",
        "발급 기록에 없는 수료증이에요",
        "이 자료보다 나중에 발급됐어요",
    ]
    last = opened(chromium, kit.final)
    choose(last, *files)
    assert states(last) == ["invalid", "invalid", "invalid"]
    expect(last.page.locator("main .alert").first).to_contain_text("마지막 기록")
    last.context.close()


def pdf(attached: Sequence[File] = (), password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    for name, data in attached:
        writer.add_attachment(name, data)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def packed_again(data: bytes) -> bytes:
    """Save a PDF again, as a program for PDFs might, with its streams packed."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def renamed(paper: Paper) -> bytes:
    """Write another name into a certificate, and nothing else."""
    data = paper.credential.replace(paper.name.encode(), "김위조".encode())
    assert data != paper.credential
    return data


def foreign(data: bytes) -> bytes:
    return data.replace(b"did:web:ieum.test", b"did:web:else.test")


def test_each_wrong_thing_is_named(phone: Visit, kit: SunsetKit) -> None:
    held = kit.held.credential
    cases: list[tuple[bytes, str, str]] = [
        (pdf(), "unknown", "이 PDF에는 서명된 파일이 없어요"),
        (pdf([("note.txt", b"hello")]), "unknown", "수료증이 아닌 PDF예요"),
        (pdf(password="x"), "unknown", "이 PDF는 읽을 수 없어요"),
        (pdf([("credential.json", kit.revoked.credential)]), "revoked", "폐지된 수료증이에요"),
        (pdf([("credential.json", renamed(kit.held))]), "invalid", "진짜 수료증이 아니에요"),
        (packed_again(kit.pdf), "held", "2026. 5. 30. 기준으로 유효한 수료증이에요"),
        (held[:900], "unknown", "파일이 중간에 끊겼어요"),
        (b"{not json", "unknown", "읽을 수 없는 파일이에요"),
        (b'{"name": "x"}', "unknown", "수료증이 아닌 파일이에요"),
        (foreign(held), "unknown", "이 기관이 발급한 것이 아니에요"),
        (held.replace(b'"term"', b'"rank":"1","term"'), "invalid", "진짜 수료증이 아니에요"),
        (json.dumps(json.loads(held), indent=2).encode(), "held", ""),
        (kit.held.token[:-60], "unknown", "읽을 수 없는 JWT예요"),
        (b"", "unknown", "내용이 없어요"),
        (b"PK\3\4....", "unknown", "압축 파일이에요"),
        (b"\0\1\2", "unknown", "수료증도 QR 코드도 아니에요"),
        (kit.photo, "unknown", "이 브라우저는 사진의 QR 코드를 읽지 못해요"),
    ]
    choose(phone, *[(f"{number}", data) for number, (data, _, _) in enumerate(cases)])
    assert states(phone) == [state for _, state, _ in cases]
    for found, (_, _, title) in zip(titles(phone), cases, strict=True):
        assert not title or found == title
    assert complaints_about(phone) == []


def test_the_code_may_be_pasted_in_every_way(phone: Visit, kit: SunsetKit) -> None:
    slip = kit.held.slip
    broken = "\n".join(slip[begin : begin + 70] for begin in range(0, len(slip), 70))
    for text in (slip, f"#{slip}", kit.held.address, f"  {broken}  ", kit.held.address.replace("#", "\n#")):
        paste(phone, text)
        assert states(phone)[0] == "held", text
    assert shown(phone)["성명"] == kit.held.name
    for paper, state in (
        (kit.revoked, "revoked"),
        (kit.replaced, "replaced"),
        (kit.early, "held"),
        (kit.late, "invalid"),
    ):
        paste(phone, paper.address)
        assert states(phone)[0] == state
    wrong = {
        f"https://ieum.test/v/{kit.other.public_id}#{slip}": "서로 다른 수료증을 이어 붙였어요",
        f"https://ieum.test/v/{kit.other.public_id}": "주소에 확인할 숫자가 없어요",
        slip[:-1] + str((int(slip[-1]) + 1) % 10): "진짜 수료증이 아니에요",
        slip[:-9]: "QR 코드의 숫자가 맞지 않아요",
        "안녕하세요": "수료증도 QR 코드도 아니에요",
    }
    for text, title in wrong.items():
        paste(phone, text)
        assert titles(phone)[0] == title
        assert shown(phone) == {}
    assert complaints_about(phone) == []


def test_a_photo_is_read_where_the_browser_can(chromium: Browser, kit: SunsetKit) -> None:
    visit = open_window(chromium, Service("file://", {}), PHONE)
    visit.page.expose_function("readCodes", read_codes)
    visit.context.add_init_script(WITH_A_READER)
    visit.page.goto((kit.folder / "verify.html").as_uri())
    expect(visit.page.locator("[data-asking]")).to_be_visible()
    expect(visit.page.locator("[data-no-reader]")).to_be_hidden()
    blank = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(blank, "JPEG")
    choose(visit, ("paper.png", kit.photo), ("blank.jpg", blank.getvalue()), ("broken.png", b"\x89PNG\r\n\x1a\n..."))
    assert states(visit) == ["held", "unknown", "unknown"]
    assert titles(visit)[1:] == ["사진에서 QR 코드를 찾지 못했어요", "그림을 열 수 없어요"]
    assert shown(visit)["성명"] == kit.held.name
    visit.context.close()


def read_codes(address: str) -> list[str]:
    picture = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def test_it_says_so_where_the_browser_reads_no_photos(phone: Visit) -> None:
    expect(phone.page.locator("[data-no-reader]")).to_contain_text("사진에서 QR 코드를 읽지 못해요")


def test_it_works_where_the_browser_has_no_webcrypto(chromium: Browser, kit: SunsetKit) -> None:
    visit = opened(chromium, kit.folder, script=WITHOUT_WEBCRYPTO)
    assert visit.page.evaluate("crypto.subtle === undefined")
    choose(
        visit,
        ("1.json", kit.held.credential),
        ("2.jwt", kit.revoked.token),
        ("3.json", renamed(kit.held)),
    )
    paste(visit, kit.replaced.slip)
    assert states(visit) == ["replaced", "held", "revoked", "invalid"]
    assert visit.troubles == []
    visit.context.close()


def test_a_browser_that_is_too_old_is_told(chromium: Browser, kit: SunsetKit) -> None:
    visit = opened(chromium, kit.folder, script=WITHOUT_INFLATING)
    expect(visit.page.locator("[data-too-old]")).to_contain_text("너무 오래된 브라우저예요")
    expect(visit.page.locator("[data-asking]")).to_be_hidden()
    visit.context.close()


def test_it_speaks_english_and_keeps_what_it_has_found(chromium: Browser, kit: SunsetKit) -> None:
    visit = opened(chromium, kit.folder, locale="en-GB")
    choose(visit, ("1.json", kit.held.credential), ("2.pdf", pdf()))
    expect(visit.page.locator(".verdict__title").first).to_have_text("This certificate is valid as of 30 May 2026")
    assert shown(visit)["Attended time"] == "20 hours"
    assert complaints_about(visit, "en") == []
    visit.page.click("[data-other-language]")
    expect(visit.page.locator("h1")).to_have_text("서비스 없이 수료증 확인하기")
    assert states(visit) == ["held", "unknown"]
    expect(visit.page.locator("[data-other-language]")).to_be_focused()
    assert complaints_about(visit, "ko") == []
    visit.context.close()


def test_files_can_be_dropped_anywhere(phone: Visit, kit: SunsetKit) -> None:
    phone.page.evaluate(
        """(text) => {
            const dropped = new DataTransfer();
            dropped.items.add(new File([text], "a.json"));
            dropped.items.add(new File([text.slice(0, 100)], "b.json"));
            const how = { dataTransfer: dropped, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new DragEvent("drop", how));
        }""",
        kit.held.credential.decode(),
    )
    expect(phone.page.locator(".result")).to_have_count(2)
    assert states(phone) == ["held", "unknown"]


def test_it_is_used_by_keyboard_alone(chromium: Browser, kit: SunsetKit) -> None:
    visit = opened(chromium, kit.folder, DESK)
    keyboard = visit.page.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(12):
            keyboard.press("Tab")
            if visit.page.locator(f"{selector}:focus").count():
                return
        raise AssertionError(f"{selector} is not reached")

    tab_to("#files")
    tab_to("#code")
    keyboard.insert_text(kit.held.slip)
    tab_to("[data-code] button")
    keyboard.press("Enter")
    expect(visit.page.locator("#results-title")).to_be_focused()
    tab_to(".result__summary")
    expect(visit.page.locator(".result__body")).to_be_visible()
    keyboard.press("Enter")
    expect(visit.page.locator(".result__body")).to_be_hidden()
    tab_to("[data-clear]")
    keyboard.press("Enter")
    expect(visit.page.locator("[data-results]")).to_be_hidden()
    expect(visit.page.locator("#files")).to_be_focused()
    visit.context.close()


def test_a_static_host_at_the_old_address_answers_the_codes_on_paper(chromium: Browser, kit: SunsetKit) -> None:
    with static_host(kit.folder) as address:
        visit = open_window(chromium, Service(address, {}), PHONE)
        asked: list[str] = []
        visit.context.on("request", lambda request: asked.append(request.url))
        visit.page.goto(f"/v/{kit.held.public_id}#{kit.held.slip}")
        expect(visit.page.locator(".result")).to_have_count(1)
        assert states(visit) == ["held"]
        assert [url.removeprefix(address).partition("#")[0] for url in asked] == [
            f"/v/{kit.held.public_id}",
            "/verify.html",
        ]
        refused = "fetch('/SHA256SUMS').then(() => 'reached', () => 'refused')"
        assert visit.page.evaluate(refused) == "refused"
        visit.context.close()
