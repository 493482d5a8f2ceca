"""Words that an opening may not say: what is clear, what is doubtful, what is neither."""

from __future__ import annotations

import pytest

from app.jobs.openings.forbidden_words import Category, Level, find_forbidden, find_in_fields, worst

CLEAR = [
    ("용모 단정한 분", Category.APPEARANCE),
    ("용모단정하신 분 우대", Category.APPEARANCE),
    ("외모 준수", Category.APPEARANCE),
    ("키 165cm 이상", Category.BODY),
    ("신장 170 cm 이상", Category.BODY),
    ("체중 60kg 이하", Category.BODY),
    ("본적을 적어 주세요", Category.ORIGIN),
    ("출신지역 기재", Category.ORIGIN),
    ("호남 출신 제외", Category.ORIGIN),
    ("미혼 여성", Category.MARRIAGE),
    ("혼인 여부", Category.MARRIAGE),
    ("재산 상황을 적어 주세요", Category.PROPERTY),
    ("주택 소유 여부", Category.PROPERTY),
    ("가족관계증명서 1부", Category.FAMILY),
    ("부모님 직업", Category.FAMILY),
    ("배우자의 학력", Category.FAMILY),
    ("여성만 지원", Category.SEX),
    ("남자 우대", Category.SEX),
    ("성별: 여", Category.SEX),
    ("여직원 모집", Category.SEX),
    ("군필자 한정", Category.SEX),
    ("만 35세 이하", Category.AGE),
    ("40세 미만인 분", Category.AGE),
    ("25~35세", Category.AGE),
    ("1990년 이후 출생자", Category.AGE),
]
DOUBTFUL = [
    ("만 60세 이상", Category.AGE),
    ("젊은 감각", Category.AGE),
    ("청년만 지원할 수 있어요", Category.AGE),
    ("종로구 거주자 우대", Category.ORIGIN),
    ("주민등록등본 1부", Category.FAMILY),
    ("증명사진 1매", Category.PHOTO),
    ("신체 건강한 분", Category.BODY),
    ("주부 환영", Category.SEX),
]
NEITHER = [
    "업무용 모니터와 책상을 드려요.",
    "매출 신장 120% 경험",
    "키오스크 운영 경험",
    "신장내과 상담",
    "여성 창업 지원 사업을 맡아요.",
    "건강가정·다문화가족지원센터와 협력해요.",
    "결혼이민자 상담",
    "지적재산 교육을 기획해요.",
    "국유재산 관리 업무",
    "만 13세 이하 아동을 돌봐요.",
    "정년 60세까지 일해요.",
    "나이 제한 없음",
    "성별: 무관",
    "사진 첨부는 받지 않아요.",
    "연령대별 상담 통계를 내요.",
    "고향사랑기부제 안내",
    "주민 상담과 공모사업 지원",
    "주민만족도 조사",
    "여성만의 쉼터를 운영해요.",
    "2026. 3. 9. ~ 2026. 12. 31.",
    "주 40시간, 9시~18시",
    "상근 20~30명 규모의 센터예요.",
    "가족친화 인증 기관이에요.",
]


@pytest.mark.parametrize(("text", "category"), CLEAR)
def test_a_clear_condition_is_found(text: str, category: Category) -> None:
    (found, *_rest) = find_forbidden(text)
    assert (found.category, found.level) == (category, Level.CLEAR)
    assert text[found.start :].startswith(found.words)


@pytest.mark.parametrize(("text", "category"), DOUBTFUL)
def test_a_doubtful_condition_is_asked_about(text: str, category: Category) -> None:
    (found, *_rest) = find_forbidden(text)
    assert (found.category, found.level) == (category, Level.DOUBTFUL)


@pytest.mark.parametrize("text", NEITHER)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert find_forbidden(text) == []


def test_the_worst_decides() -> None:
    found = find_in_fields({"title": "코디네이터", "duties": "만 60세 이상", "qualification_text": "용모 단정"})
    assert set(found) == {"duties", "qualification_text"}
    assert worst(found) is Level.CLEAR
    assert worst({"duties": found["duties"]}) is Level.DOUBTFUL
    assert worst({}) is None


def test_every_category_says_why_and_what_instead() -> None:
    assert all(str(c.label) and str(c.reason) and str(c.instead) for c in Category)
