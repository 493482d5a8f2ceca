"""What a sunset kit answers: its page, opened from disk in a real Chromium after the service is gone."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader, PdfWriter

from tests.browser.checks import complaints_about
from tests.browser.running import Visit
from tests.browser.sunset_kit import SunsetKit, altered, renamed
from tests.browser.sunset_page import choose, opened, paste, pdf, shown, states, titles

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(chromium: Browser, kit: SunsetKit) -> Iterator[Visit]:
    visit = opened(chromium, kit.folder)
    yield visit
    visit.context.close()


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
    everything = phone.page.inner_text("body").replace("\xa0", " ")
    assert "유효한 수료증이에요" not in everything.replace("2026. 5. 30. 기준으로 유효한 수료증이에요", "")
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
        ("10.svg", kit.drawn_badge),
    )
    # Who was issued before the key was stolen keeps a valid certificate, and those revoked stay revoked.
    assert states(phone) == [
        "held",
        "revoked",
        "replaced",
        "held",
        "held",
        "held",
        "held",
        "revoked",
        "invalid",
        "held",
    ]
    assert titles(phone)[8] == "믿을 수 없게 된 키로 서명했어요"
    expect(phone.page.locator("[data-summary]")).to_have_text(
        "모두 10건: 유효 6, 정정 1, 폐지 2, 유효하지 않음 1, 확인하지 못함 0 (2026. 5. 30. 10:00 기준)"
    )
    who = phone.page.locator(".result__who").all_inner_texts()
    assert [text.split(" · ")[0] for text in who[:5]] == [
        p.name for p in (kit.held, kit.revoked, kit.replaced, kit.replacement, kit.other)
    ]
    assert phone.page.locator(".result__from").nth(5).inner_text() == "PDF 파일 6.pdf"
    assert phone.page.locator("details.result__box[open]").count() == 0
    expect(phone.page.locator("[data-count]")).to_have_text("수료증 7장의 발급 기록이 들어 있어요.")
    choose(phone, ("11.json", kit.early.credential))
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
        "이 자료에 아직 없는 수료증이에요",
    ]
    # A slip that names the digest of a certificate on record is not on record for that.
    for slip, title in zip(kit.forged_slips, titles(phone)[:2], strict=True):
        paste(phone, slip)
        assert (states(phone)[0], titles(phone)[0]) == ("invalid", title)
    last = opened(chromium, kit.final)
    choose(last, *files)
    assert states(last) == ["invalid", "invalid", "invalid"]
    expect(last.page.locator("main .alert").first).to_contain_text("마지막 기록")
    last.context.close()


def packed_again(data: bytes) -> bytes:
    """Save a PDF again, as a program for PDFs might, with its streams packed."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


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
        (kit.held.token[:-61], "unknown", "읽을 수 없는 JWT예요"),
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
