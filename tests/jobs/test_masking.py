"""Free text of blind applicants: what is masked, what is held back, what is left alone."""

from __future__ import annotations

import pytest

from app.jobs.applying.masking import MASK, mask

IDENTITY = {
    "name": "홍길동",
    "birth_date": "1990-03-09",
    "phone": "010-1234-5678",
    "email": "gildong.hong@example.kr",
}
PAPERS = [{"centre": "마포 도시재생 교육원", "serial": "제 2026-직무-0042호", "course": "주민 상담 실무"}]


@pytest.mark.parametrize(
    ("said", "forbidden"),
    [
        ("안녕하세요, 홍길동입니다.", "길동"),
        ("안녕하세요, 홍 길 동 입니다.", "길 동"),
        ("홍.길.동 드림", "길.동"),
        ("길동이라고 해요.", "길동"),
        ("연락은 010-1234-5678로 주세요.", "5678"),
        ("연락은 ０１０ １２３４ ５６７８", "5678"),
        ("다른 번호는 010.9876.5432", "9876"),
        ("gildong.hong@example.kr", "gildong"),
        ("메일: someone (at) mail.example", "someone"),
        ("1990년 3월 9일에 태어났어요.", "3월 9일"),
        ("1990.3.9.생", "1990"),
        ("90년생이에요.", "90"),
        ("저는 36세예요.", "36"),
        ("한국대학교 사회복지학과를 나왔어요.", "한국대"),
        ("한국대 사회복지학과 졸업", "한국대"),
        ("행복여자고등학교", "행복"),
        ("Hankuk University", "Hankuk"),
        ("마포 도시재생 교육원에서 배웠어요.", "마포 도시재생"),
        ("제 2026-직무-0042호", "0042"),
        ("1234-5678-9012-3456", "9012"),
        ("블로그는 https://blog.example/hong", "blog"),
        ("인스타 @gil_dong", "gil_dong"),
        ("육군 병장 만기전역", "병장"),
        ("저는 여성으로서", "여성"),
    ],
)
def test_it_takes_out_what_names_the_writer(said: str, forbidden: str) -> None:
    masked = mask(said, IDENTITY, PAPERS)
    assert forbidden not in masked.text
    assert MASK in masked.text or masked.is_held_back


@pytest.mark.parametrize(
    "said",
    [
        "주민 상담을 3년 했고 공모사업 12건을 지원했어요.",
        "여성 창업 지원 사업의 예산은 24,000,000원이었어요.",
        "2026. 3. 9.부터 12.5시간 동안 주민 상담 실무를 배웠어요.",
        "중학교 앞 골목을 고쳤어요."[4:],
        "대학생 봉사단과 함께했어요.",
    ],
)
def test_it_leaves_ordinary_words_alone(said: str) -> None:
    assert mask(said, IDENTITY, PAPERS).text == said


def test_it_holds_back_what_a_hole_would_not_protect() -> None:
    masked = mask("제 이름은 홍①길②동이 아니라 홍/길|동 이에요", IDENTITY, PAPERS)
    assert masked.is_held_back
    assert masked.text == ""


def test_a_given_name_that_is_an_everyday_word_leaves_no_hole() -> None:
    said = "공모사업에 지원했어요."
    assert mask(said, {**IDENTITY, "name": "나지원"}).text == said
    assert "지원" not in mask("나지원 드림", {**IDENTITY, "name": "나지원"}).text
