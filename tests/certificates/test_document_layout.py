"""The certificate on paper: always one page, nothing over the edge, a code that every reader reads."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from app.certificates.document import AWARD_SENTENCE, render_pdf
from tests.factories.certificate_print import CREDENTIAL_JSON, certificate_print

LONG_COURSE = (
    "지역사회 통합돌봄과 연계한 도시재생 뉴딜사업 현장지원센터 코디네이터 역량강화를 위한 심화 직무교육 과정"
    " (온라인 병행)"
)
FOREIGN_NAME = "Maximiliana Konstantinopoulou-Wolfeschlegelstein"
LONG_CENTRE = "사단법인 한국도시재생 사회적협동조합 부설 광역 교육훈련센터"
LONG_ISSUER = "서울특별시 일자리기획단 운영위원회"
TRIAL_URL = "http://localhost:8000/v/0123456789abcdef0123456789abcdef"

EXTREMES: dict[str, dict[str, Any]] = {
    "usual": {},
    "shortest": {
        "name": "이", "course_name": "봄", "cohort_name": "",
        "centre_name": "원", "issuer_name": "시", "head_title": "",
    },
    "hanja name": {"name": "金昭延", "issuer_name": "서울特別市", "head_title": "市長"},
    "long course": {"course_name": LONG_COURSE, "cohort_name": "2026년 하반기 서울특별시 자치구 연합 제12기"},
    "long names": {"name": FOREIGN_NAME, "centre_name": LONG_CENTRE, "issuer_name": LONG_ISSUER},
    "no spaces": {"course_name": LONG_COURSE.replace(" ", ""), "name": "W" * 40, "issuer_name": "가" * 30},
    "everything": {
        "serial": "제 2026-직무-1234567호",
        "name": FOREIGN_NAME,
        "course_name": LONG_COURSE + " " + LONG_COURSE,
        "cohort_name": LONG_CENTRE,
        "centre_name": LONG_CENTRE + " " + LONG_CENTRE,
        "issuer_name": LONG_ISSUER + " 사무국",
        "head_title": "공동운영위원장 직무대행",
        "award_sentence": AWARD_SENTENCE * 3,
        "verification_url": "https://verify.training-record.seoul-city.example.kr:8443/v/0123456789abcdef0123456789abcdef",
        "trial": True,
    },
    "trial": {"trial": True, "verification_url": TRIAL_URL},
}  # fmt: skip


@pytest.fixture(scope="module", params=list(EXTREMES.values()), ids=list(EXTREMES))
def rendered(request: pytest.FixtureRequest) -> tuple[dict[str, Any], pypdfium2.PdfDocument]:
    return request.param, pypdfium2.PdfDocument(render_pdf(certificate_print(**request.param), CREDENTIAL_JSON))


def picture(document: pypdfium2.PdfDocument, dots_per_inch: int) -> Image.Image:
    image: Image.Image = document[0].render(scale=dots_per_inch / 72).to_pil()
    return image.convert("L")


def test_it_is_one_page(rendered: tuple[dict[str, Any], pypdfium2.PdfDocument]) -> None:
    _, document = rendered
    assert len(document) == 1


@pytest.mark.parametrize("dots_per_inch", [150, 200, 300])
def test_the_code_reads_as_exactly_the_address(
    rendered: tuple[dict[str, Any], pypdfium2.PdfDocument], dots_per_inch: int
) -> None:
    changes, document = rendered
    codes = zxingcpp.read_barcodes(picture(document, dots_per_inch))
    assert [code.text for code in codes] == [certificate_print(**changes).verification_url]


def test_the_code_is_at_least_35_mm_wide(rendered: tuple[dict[str, Any], pypdfium2.PdfDocument]) -> None:
    _, document = rendered
    (code,) = zxingcpp.read_barcodes(picture(document, 300))
    width = code.position.top_right.x - code.position.top_left.x
    assert width / 300 * 25.4 == pytest.approx(35, abs=0.3)


def test_no_letter_leaves_the_frame(rendered: tuple[dict[str, Any], pypdfium2.PdfDocument]) -> None:
    _, document = rendered
    text = document[0].get_textpage()
    millimetre = 72 / 25.4
    for index in range(text.count_chars()):
        if text.get_text_range(index, 1).strip():
            left, bottom, right, top = text.get_charbox(index)
            assert left >= 20 * millimetre
            assert right <= 190 * millimetre
            assert bottom >= 20 * millimetre
            assert top <= 277 * millimetre


def test_lines_of_text_do_not_run_into_each_other(rendered: tuple[dict[str, Any], pypdfium2.PdfDocument]) -> None:
    _, document = rendered
    text = document[0].get_textpage()
    rects = [text.get_rect(index) for index in range(text.count_rects())]
    # Taller than any line is only the watermark of a trial, which lies behind the text on purpose.
    boxes = [(left, bottom, right, top) for left, bottom, right, top in rects if top - bottom < 60]
    assert len(boxes) > 15
    for index, (left, bottom, right, top) in enumerate(boxes):
        for other_left, other_bottom, other_right, other_top in boxes[index + 1 :]:
            across = min(right, other_right) - max(left, other_left)
            down = min(top, other_top) - max(bottom, other_bottom)
            assert across <= 1 or down <= 1


def test_words_stay_whole_where_a_line_can_hold_them() -> None:
    document = pypdfium2.PdfDocument(render_pdf(certificate_print(course_name=LONG_COURSE), CREDENTIAL_JSON))
    lines = document[0].get_textpage().get_text_bounded().split()
    for word in LONG_COURSE.split():
        assert word in lines


def test_a_trial_is_marked_across_the_page() -> None:
    def reddish(trial: bool) -> int:
        document = pypdfium2.PdfDocument(render_pdf(certificate_print(trial=trial), CREDENTIAL_JSON))
        page = document[0].render(scale=1).to_pil().convert("RGB").crop((80, 250, 515, 520))
        return sum(min(red - green, red - blue) > 10 for red, green, blue in page.get_flattened_data())

    assert reddish(trial=True) > 10 * max(1, reddish(trial=False))
