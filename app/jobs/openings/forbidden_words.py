"""Words that an opening may not say, or should think about: what is found, why, and what to write instead. Pure.

채용절차법 제4조의3 forbids asking for appearance, height, weight, region of origin, marriage, property and the
education, job or property of relatives; 남녀고용평등법 제7조 sex as a condition; 고령자고용법 제4조의4 age without a
reason. CLEAR is what such a condition looks like; DOUBTFUL is what may be lawful and often is not, for a person to
decide. The patterns begin at a word's beginning, so that 업무용 모니터 says nothing of looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.i18n import Text, _l


class Level(StrEnum):
    """Whether it may not be published, or only after somebody has thought about it."""

    CLEAR = "clear"
    DOUBTFUL = "doubtful"


class Category(StrEnum):
    """What kind of condition it is."""

    APPEARANCE = "appearance"
    BODY = "body"
    ORIGIN = "origin"
    MARRIAGE = "marriage"
    PROPERTY = "property"
    FAMILY = "family"
    SEX = "sex"
    AGE = "age"
    PHOTO = "photo"

    @property
    def label(self) -> Text:
        return _LABELS[self]

    @property
    def reason(self) -> Text:
        return _REASONS[self]

    @property
    def instead(self) -> Text:
        return _INSTEAD[self]


@dataclass(frozen=True)
class Finding:
    """What was found in one field: the very words and where they begin."""

    category: Category
    level: Level
    words: str
    start: int


_LABELS: dict[Category, Text] = {
    Category.APPEARANCE: _l("용모"),
    Category.BODY: _l("키·체중"),
    Category.ORIGIN: _l("출신지역"),
    Category.MARRIAGE: _l("혼인"),
    Category.PROPERTY: _l("재산"),
    Category.FAMILY: _l("가족"),
    Category.SEX: _l("성별"),
    Category.AGE: _l("나이"),
    Category.PHOTO: _l("사진"),
}
_FAIR_HIRING = _l("직무에 필요하지 않은 개인정보를 요구할 수 없어요(채용절차법 제4조의3).")
_REASONS: dict[Category, Text] = {
    Category.APPEARANCE: _FAIR_HIRING,
    Category.BODY: _FAIR_HIRING,
    Category.ORIGIN: _FAIR_HIRING,
    Category.MARRIAGE: _FAIR_HIRING,
    Category.PROPERTY: _FAIR_HIRING,
    Category.FAMILY: _FAIR_HIRING,
    Category.SEX: _l("성별을 조건으로 삼을 수 없어요(남녀고용평등법 제7조)."),
    Category.AGE: _l("합리적인 까닭 없이 나이를 조건으로 삼을 수 없어요(고령자고용법 제4조의4)."),
    Category.PHOTO: _l("사진은 용모를 드러내고 블라인드를 깨요."),
}
_INSTEAD: dict[Category, Text] = {
    Category.APPEARANCE: _l("일할 때 필요한 태도를 적어 주세요. 예: 주민을 자주 만나요."),
    Category.BODY: _l("해야 하는 일을 적어 주세요. 예: 20kg 물품을 옮겨요."),
    Category.ORIGIN: _l("근무지와 출근 조건을 적어 주세요. 예: 종로구로 출근해요."),
    Category.MARRIAGE: _l("근무 시간과 형태를 적어 주세요. 예: 주말에도 일할 수 있어야 해요."),
    Category.PROPERTY: _l("필요한 자격이나 보험을 적어 주세요. 예: 재정보증보험에 가입해요."),
    Category.FAMILY: _l("지원자 본인의 경험과 자격만 물어봐 주세요."),
    Category.SEX: _l("성별 대신 직무에 필요한 능력을 적어 주세요."),
    Category.AGE: _l("나이 대신 필요한 경험과 자격을 적어 주세요. 법이 정한 사업이라면 그 근거를 함께 적어 주세요."),
    Category.PHOTO: _l("사진은 받지 않아도 돼요. 필요하면 채용한 뒤에 받아 주세요."),
}
_START = r"(?<![가-힣])"
_CLEAR, _DOUBTFUL = Level.CLEAR, Level.DOUBTFUL
_PATTERNS: tuple[tuple[Category, Level, re.Pattern[str]], ...] = tuple(
    (category, level, re.compile(pattern))
    for category, level, pattern in (
        (
            Category.APPEARANCE,
            _CLEAR,
            _START + r"(?:용모|외모)(?:가|는|이|와\s?복장)?\s?(?:단정|준수|수려|뛰어|출중|중시|우대)[가-힣]*",
        ),
        (Category.APPEARANCE, _CLEAR, _START + r"(?:인상|얼굴)(?:이|은)?\s?(?:좋은|예쁜|밝고 예쁜|호감)[가-힣]*"),
        (Category.APPEARANCE, _DOUBTFUL, _START + r"(?:용모|외모|호감형|훈남|훈녀|미모)(?![가-힣]*지상)[가-힣]*"),
        (
            Category.BODY,
            _CLEAR,
            _START
            + r"(?:키|신장|체중|몸무게)(?:는|가|은|이)?\s?[:：]?\s?\d{2,3}\s?(?:cm|㎝|센티|kg|㎏|킬로)[^\n,.]{0,6}",
        ),
        (Category.BODY, _CLEAR, _START + r"(?:신체\s?조건|신체\s?치수|체격\s?조건)[가-힣]*"),
        (Category.BODY, _DOUBTFUL, _START + r"(?:신체\s?건강|건강한\s?신체|체격)[가-힣]*"),
        (Category.ORIGIN, _CLEAR, _START + r"(?:본적|본관|출신\s?지역|출생지|고향(?!사랑))[가-힣]*"),
        (
            Category.ORIGIN,
            _CLEAR,
            _START
            + r"(?:서울|경기|인천|부산|대구|광주|대전|울산|강원|충청|전라|경상|호남|영남|제주)[가-힣]{0,3}\s?출신",
        ),
        (Category.ORIGIN, _DOUBTFUL, r"(?:거주자|주민)(?:만(?![의족])|에\s?한함|\s?한정|\s?우대)"),
        (Category.MARRIAGE, _CLEAR, _START + r"(?:미혼|기혼)(?:자|여성|남성|인)?[가-힣]*"),
        (Category.MARRIAGE, _CLEAR, _START + r"(?:혼인|결혼)\s?(?:여부|유무|관계증명서|계획)[가-힣]*"),
        (Category.MARRIAGE, _DOUBTFUL, _START + r"(?:임신|출산)\s?(?:계획|예정|여부)[가-힣]*"),
        (Category.PROPERTY, _CLEAR, _START + r"(?:재산|자산)\s?(?:상황|규모|정도|증명|목록|보유|액)[가-힣]*"),
        (Category.PROPERTY, _CLEAR, _START + r"(?:부동산|주택|자가)\s?(?:소유|보유)(?:자|여부)?[가-힣]*"),
        (Category.PROPERTY, _DOUBTFUL, _START + r"(?:신용\s?등급|신용정보|채무)[가-힣]*"),
        (Category.FAMILY, _CLEAR, _START + r"가족\s?(?:사항|관계|구성|관계증명서|상황)[가-힣]*"),
        (
            Category.FAMILY,
            _CLEAR,
            _START
            + r"(?:부모|부모님|배우자|형제|직계\s?존비속|보호자)(?:의|님의)?\s?(?:직업|학력|재산|직장|소득)[가-힣]*",
        ),
        (Category.FAMILY, _DOUBTFUL, _START + r"주민등록\s?등본"),
        (
            Category.SEX,
            _CLEAR,
            _START
            + r"(?:남|여)(?:성|자)(?:만(?![의족])|\s?한정|에\s?한함|\s?우대|\s?환영|\s?직원\s?모집|\s?\d+\s?명)",
        ),
        (
            Category.SEX,
            _CLEAR,
            _START + r"(?:성별\s?[:：]\s?(?:남|여)[가-힣]*|(?:남|여)직원\s?(?:모집|채용|구함|우대)[가-힣]*)",
        ),
        (Category.SEX, _CLEAR, _START + r"군필(?:자)?\s?(?:만|한정|에\s?한함|필수)?"),
        (Category.SEX, _DOUBTFUL, _START + r"(?:남직원|여직원|여사원|남사원|아가씨|이모님|주부|사내아이)[가-힣]*"),
        (Category.SEX, _DOUBTFUL, _START + r"(?:남|여)(?:성|자)(?:을|를)?\s?(?:찾|구|모집|채용)[가-힣]*"),
        (
            Category.AGE,
            _CLEAR,
            r"(?<!정년\s)(?<!정년)(?:만\s?)?\d{2}\s?(?:세|살)\s?(?:이하|미만|까지|이내)(?!\s?(?:아동|어린이|청소년|자녀|주민))[가-힣]*",
        ),
        (
            Category.AGE,
            _CLEAR,
            r"(?:만\s?)?\d{2}\s?(?:세|살)?\s?[~∼\-–]\s?\d{2}\s?(?:세|살)(?!\s?(?:아동|어린이|청소년|주민))",
        ),
        (
            Category.AGE,
            _CLEAR,
            r"(?:19|20)\d{2}\s?년\s?(?:생|이후\s?출생|이전\s?출생|이후\s?출생자|생\s?이후)[가-힣]*",
        ),
        (Category.AGE, _CLEAR, _START + r"(?:나이|연령)\s?(?:제한)\s?(?:있|:|：)[가-힣]*"),
        (Category.AGE, _DOUBTFUL, r"(?:만\s?)?\d{2}\s?(?:세|살)\s?(?:이상|초과)[가-힣]*"),
        (
            Category.AGE,
            _DOUBTFUL,
            _START + r"(?:젊은|젊고|젊은이|동안인)[가-힣\s]{0,4}|" + _START + r"\d0대\s?(?:만|우대|환영|모집)",
        ),
        (Category.AGE, _DOUBTFUL, _START + r"(?:청년|고령자|노인)(?:만|에\s?한함|\s?한정)"),
        (
            Category.PHOTO,
            _DOUBTFUL,
            _START + r"(?:증명\s?사진|반명함\s?사진|사진\s?(?:첨부|부착|제출|필수|1매))[가-힣]*",
        ),
    )
)
_NOT_MEANT = re.compile(
    r"(?:무관|제한\s?(?:은\s?)?없|상관\s?없|묻지\s?않|요구하지\s?않|받지\s?않|쓰지\s?마|적지\s?마|기재하지|불필요)"
)
# How many letters are shown around what was found.
_AROUND = 30
FIELDS = ("title", "duties", "qualification_text", "preference_text", "documents_text", "hours_text", "pay_text")


def find_forbidden(text: str) -> list[Finding]:
    """Answer what a text says that it may not or should think about, in the order of the text."""
    found: list[Finding] = []
    for category, level, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            taken = any(f.start < match.end() and match.start() < f.start + len(f.words) for f in found)
            # "나이 제한 없음" and "사진을 받지 않아요" say the opposite.
            if not taken and not _NOT_MEANT.search(text[match.start() : match.end() + 14].split("\n")[0]):
                found.append(Finding(category, level, match[0].strip(), match.start()))
    return sorted(found, key=lambda finding: finding.start)


def find_in_fields(fields: Mapping[str, str]) -> dict[str, list[Finding]]:
    """Answer what each field says, under its name; fields that say nothing forbidden are left out."""
    found = {name: find_forbidden(text) for name, text in fields.items() if text}
    return {name: findings for name, findings in found.items() if findings}


def worst(found: Mapping[str, list[Finding]]) -> Level | None:
    """Answer whether anything found is clear, or only doubtful; None when nothing was found."""
    levels = {finding.level for findings in found.values() for finding in findings}
    return Level.CLEAR if Level.CLEAR in levels else Level.DOUBTFUL if levels else None


def marked(text: str, findings: Sequence[Finding]) -> list[tuple[str, bool]]:
    """Part a text into what was found in it and what stands between."""
    parts, end = [], 0
    for finding in findings:
        parts += [(text[end : finding.start], False), (finding.words, True)]
        end = finding.start + len(finding.words)
    return [(part, is_found) for part, is_found in (*parts, (text[end:], False)) if part]


def passage(text: str, finding: Finding) -> tuple[str, str, str]:
    """Answer the words with some letters of their line before and after them."""
    end = finding.start + len(finding.words)
    before, after = text[: finding.start].rpartition("\n")[2], text[end:].partition("\n")[0]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    if len(after) > _AROUND:
        after = after[:_AROUND] + "…"
    return before, finding.words, after
