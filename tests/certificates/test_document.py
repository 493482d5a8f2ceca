"""The certificate as a file: what it declares, what it carries, what it says, what it refuses."""

from __future__ import annotations

import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from app.certificates.document import UnprintableText, render_pdf, render_png, unprintable
from app.core.errors import Invalid
from tests.factories.certificate_print import CREDENTIAL_JSON, certificate_print


@pytest.fixture(scope="module")
def usual() -> PdfReader:
    return PdfReader(BytesIO(render_pdf(certificate_print(), CREDENTIAL_JSON)))


def squeezed(text: str) -> str:
    """Drop white space: labels are spread and long values wrap."""
    return "".join(text.split())


def text_of(pdf: bytes) -> str:
    return squeezed(PdfReader(BytesIO(pdf)).pages[0].extract_text())


def test_it_declares_archival_and_accessible_pdf(usual: PdfReader) -> None:
    metadata = usual.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("3", "A")
    xml = metadata.stream.get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xml


def test_it_is_tagged_korean_with_title_author_and_date(usual: PdfReader) -> None:
    root: Any = usual.root_object
    assert root["/Lang"] == "ko-KR"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert usual.metadata is not None
    assert usual.metadata.title == "수료증 제 2026-양성-0042호"
    assert usual.metadata.author == "서울도시재생지원센터"
    assert usual.metadata.creation_date is not None
    assert usual.metadata.creation_date.date() == date(2026, 11, 23)


def test_the_credential_is_attached_byte_for_byte(usual: PdfReader) -> None:
    assert usual.attachments == {"credential.json": [CREDENTIAL_JSON]}
    root: Any = usual.root_object
    (associated,) = (entry.get_object() for entry in root["/AF"])
    assert associated["/AFRelationship"] == "/Source"
    assert associated["/EF"]["/F"]["/Subtype"] == "/application/json"


def test_a_credential_that_is_not_text_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        render_pdf(certificate_print(), b"\xff\xfe")


@pytest.mark.parametrize(
    "expected",
    [
        "제 2026-양성-0042호",
        "수료증",
        "성명 : 김하늘",
        "생년월일 : 1990년 5월 17일",
        "과정명 : 도시재생 코디네이터 양성교육 (2026년 상반기 1기)",
        "교육구분 : 양성교육",
        "교육기간 : 2026년 3월 9일 ~ 2026년 4월 27일",
        "이수시간 : 79.5시간",
        "교육기관 : 서울도시재생교육원",
        "위 사람은 위 교육과정을 성실히 이수하고 수료기준을 갖추었으므로 이 증서를 수여합니다.",
        "2026년 11월 23일",
        "서울도시재생지원센터 센터장",
        "문서확인번호 1234-5678-9012-3450",
        "ieum.example.kr에서 문서확인번호와 성명을 입력해 주십시오.",
    ],
)
def test_every_field_can_be_read_and_copied(usual: PdfReader, expected: str) -> None:
    assert squeezed(expected) in squeezed(usual.pages[0].extract_text())


def test_the_code_links_to_the_verification_page(usual: PdfReader) -> None:
    page: Any = usual.pages[0]
    links = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]
    assert links == [certificate_print().verification_url]


def test_only_our_fonts_are_embedded(usual: PdfReader) -> None:
    page: Any = usual.pages[0]
    fonts = page["/Resources"]["/Font"].values()
    names = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts}
    assert names == {"NotoSerifKR-Regular-Identity-H", "NotoSansKR-Regular-Identity-H"}


def test_a_course_of_one_day_prints_one_date() -> None:
    text = text_of(render_pdf(certificate_print(ended=date(2026, 3, 9)), CREDENTIAL_JSON))
    assert "교육기간:2026년3월9일이수시간" in text


def test_without_cohort_and_head_nothing_dangles() -> None:
    text = text_of(render_pdf(certificate_print(cohort_name="", head_title=""), CREDENTIAL_JSON))
    assert "과정명:도시재생코디네이터양성교육교육구분" in text
    assert "서울도시재생지원센터문서확인번호" in text


@pytest.mark.parametrize(
    "name",
    [
        "#text(red)[김]",
        "*김* _하늘_ `x`",
        "$x^2$ @who <tag>",
        "\"김\" '하늘' \\ // -- ---",
        '#sys.inputs {"a":1}',
        "= 김",
        "김~하늘...",
    ],
)
def test_markup_in_names_prints_as_it_is(name: str) -> None:
    certificate = certificate_print(name=name, course_name=name, issuer_name=name, centre_name=name, cohort_name=name)
    text = text_of(render_pdf(certificate, CREDENTIAL_JSON))
    assert text.count(squeezed(name)) == 5


def test_a_trial_says_so_in_its_text() -> None:
    assert "시험용·효력없음" in text_of(render_pdf(certificate_print(trial=True), CREDENTIAL_JSON))
    assert "시험용" not in text_of(render_pdf(certificate_print(trial=False), CREDENTIAL_JSON))


@pytest.mark.parametrize(
    "field", ["name", "course_name", "cohort_name", "centre_name", "issuer_name", "award_sentence"]
)
def test_a_character_without_a_glyph_is_refused_and_named(field: str) -> None:
    certificate = certificate_print(**{field: "김𠮷😀"})
    assert unprintable(certificate) == ["𠮷", "😀"]
    with pytest.raises(UnprintableText) as refusal:
        render_pdf(certificate, CREDENTIAL_JSON)
    assert refusal.value.characters == ["𠮷", "😀"]
    assert isinstance(refusal.value, Invalid)
    assert "𠮷 (U+20BB7), 😀 (U+1F600)" in str(refusal.value)
    with pytest.raises(UnprintableText):
        render_png(certificate)


def test_decomposed_names_are_printed_composed() -> None:
    name = unicodedata.normalize("NFD", "김하늘 Đặng")
    assert "김하늘Đặng" in text_of(render_pdf(certificate_print(name=name), CREDENTIAL_JSON))


def test_the_same_certificate_gives_the_same_bytes() -> None:
    first = render_pdf(certificate_print(), CREDENTIAL_JSON)
    render_pdf(certificate_print(name="이슬기"), b"{}")
    time.sleep(1.1)
    assert render_pdf(certificate_print(), CREDENTIAL_JSON) == first
    assert render_pdf(certificate_print(name="이슬기"), CREDENTIAL_JSON) != first


def test_threads_do_not_mix_up_certificates() -> None:
    names = [f"김{chr(ord('가') + 28 * index)}늘" for index in range(12)]
    with ThreadPoolExecutor(max_workers=4) as threads:
        pdfs = threads.map(lambda name: render_pdf(certificate_print(name=name), name.encode()), names)
        for name, pdf in zip(names, pdfs, strict=True):
            assert f"성명:{name}생년월일" in text_of(pdf)
            assert PdfReader(BytesIO(pdf)).attachments["credential.json"] == [name.encode()]


def test_the_picture_is_one_a4_page() -> None:
    image = Image.open(BytesIO(render_png(certificate_print(), dots_per_inch=100)))
    assert image.format == "PNG"
    assert image.size == (827, 1169)
