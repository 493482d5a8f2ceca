"""The words that heads of columns use in rosters and registers, and how text is made comparable.

Korean offices name the same column in many ways; every synonym lives here, for rosters and registers alike.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Literal

from app.core.sheets import Cell

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Field(StrEnum):
    """What a column of a roster or a register can be about."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    COURSE = "course"
    COHORT = "cohort"
    DATE = "date"
    SESSION = "session"
    PERIOD = "period"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    MARK = "mark"
    TIME = "time"
    BEGIN = "begin"
    FINISH = "finish"
    """Hours that are those of the class as often as those of the person."""
    STAMP = "stamp"
    """The moment a form or a terminal wrote the line: the date and the time of it where nothing else tells them."""


_WORDS: dict[Field, str] = {
    Field.NAME: (
        "성명 이름 성함 수강생 수강생명 수강자 수강자명 교육생 교육생명 교육생성명 교육생이름 교육생성함 "
        "훈련생 훈련생명 "
        "참가자 참가자명 참여자 참여자명 참석자 참석자명 학생명 학습자 학습자명 이수자 이수자명 대상자 "
        "대상자명 신청자 신청자명 "
        "수강생성명 수강생이름 수강생성함 참여자성명 참가자성명 참석자성명 훈련생성명 이수자성명 학생 학생성명 "
        "교육대상자 교육대상자명 회원명 회원이름 회원성명 수료생 수료생명 수료자 수료자명 이수생 응답자 응답자명 "
        "응답자이름 응답자성명 신청자이름 신청자성명 참여자이름 참가자이름 훈련생이름 학생이름 학습자이름 대상자이름 "
        "대상자성명 한글성명 한글이름 국문성명 성명(한글) 피교육자 name fullname studentname participant trainee"
    ),
    Field.BIRTH_DATE: (
        "생년월일 생일 출생일 출생일자 출생년월일 출생연월일 생년월일6자리 생년월일8자리 생년월일(6자리) "
        "생년월일(8자리) "
        "생년월일(yymmdd) 생년월일(yyyymmdd) 생년월일(yyyy-mm-dd) 주민번호앞자리 주민등록번호앞자리 "
        "주민번호앞6자리 주민등록번호앞6자리 주민번호앞 주민등록번호앞 주민번호 주민등록번호 생년 출생년도 출생연도 "
        "출생 생년월일자 birth birthdate dateofbirth birthday dob"
    ),
    Field.PHONE: (
        "연락처 전화 전화번호 휴대폰 휴대폰번호 휴대전화 휴대전화번호 핸드폰 핸드폰번호 연락전화 모바일 hp "
        "h.p h.p. phone mobile tel"
    ),
    Field.EMAIL: "이메일 이메일주소 메일 메일주소 전자우편 전자메일 email e-mail mail",
    Field.COURSE: "과정 과정명 교육과정 교육과정명 교육명 강좌 강좌명 훈련과정 훈련과정명 프로그램명 course",
    Field.COHORT: "기수 기수명 반 분반 기 차수 운영차수 cohort",
    Field.DATE: (
        "일자 날짜 교육일 교육일자 교육날짜 출석일 출석일자 출결일 출결일자 훈련일 훈련일자 수업일 수업일자 "
        "강의일 강의일자 "
        "수강일 수강일자 참석일 실시일 입실일 입실일자 일시 교육일시 수업날짜 수업일시 교육실시일 "
        "근무일 근무일자 이용일 이용일자 date"
    ),
    Field.SESSION: "회차 교육회차 차시 회 강의회차 수업회차 교육차시 session sessionno",
    Field.PERIOD: "교시 period",
    Field.CHECK_IN: (
        "입실 입실시각 입실시간 출석시각 출석시간 입실일시 출석일시 체크인 체크인시각 체크인시간 등원 "
        "등원시각 등원시간 등교 도착 "
        "도착시각 도착시간 입장 입장시각 입장시간 출근 출근시각 출근시간 in checkin "
        "checkintime 입실체크 입실(시각) 입실(시간) "
        "qr입실 최초입실 최초출입 최초출입시각 최초출입시간 첫출입 intime timein clockin 등교시각 입실확인 입실인증 "
        "입실태그 check-in 입실기록 들어온시각 들어온시간"
    ),
    Field.CHECK_OUT: (
        "퇴실 퇴실시각 퇴실시간 퇴실일시 체크아웃 체크아웃시각 체크아웃시간 하원 하원시각 하원시간 귀가 "
        "귀가시각 귀가시간 퇴장 퇴장시각 "
        "퇴장시간 퇴근 퇴근시각 퇴근시간 나간시각 나간시간 하교 out checkout checkouttime "
        "퇴실체크 퇴실(시각) 퇴실(시간) "
        "qr퇴실 최종퇴실 최종출입 최종출입시각 최종출입시간 마지막출입 outtime timeout clockout 하교시각 하교시간 "
        "퇴실확인 퇴실인증 퇴실태그 check-out 퇴실기록"
    ),
    Field.MARK: (
        "출결 출결상태 출결현황 출결구분 출결여부 출석여부 출석상태 출석구분 출석 출결사항 출석체크 "
        "출결체크 출석확인 참석여부 참석 "
        "상태 구분 attendance status mark"
    ),
    Field.TIME: (
        "시각 시간 기록시각 기록시간 체크시각 체크시간 출입시각 출입시간 태그시각 태그시간 인식시각 인식시간 "
        "인증시각 인증시간 입퇴실시각 입퇴실시간 등하원시각 등하원시간 time"
    ),
    Field.BEGIN: "시작시각 시작시간 시작 start starttime",
    Field.FINISH: "종료시각 종료시간 종료 end endtime",
    Field.STAMP: (
        "타임스탬프 timestamp 발생일시 출입일시 기록일시 태그일시 체크일시 인증일시 인식일시 제출일시 응답일시 "
        "제출시간 응답시간"
    ),
}
_FIELDS: dict[str, Field] = {word: field for field, words in _WORDS.items() for word in words.split()}

_NUMBERED = re.compile(r"(?:Q\.?\s*)?\d{1,2}\s*[.)]\s*(?=[가-힣A-Za-z])")
# Forms ask for what a column is about: 성함을 입력해 주세요, 이름이 무엇인가요?
_QUESTION = re.compile(
    r"(을|를|은|는|이|가)?((입력|기입|기재|작성|선택|체크)(해|하여)?|적어|써|남겨|알려|무엇|어떻게되)"
    r"(주세요|주십시오|주시기바랍니다|주시길바랍니다|하세요|하십시오|바랍니다|인가요|입니까|시나요|나요)?[.!?~]*$"
)

# Most cells of a table are no head of a column; their first letter tells so without any more work.
_LONGEST_HEAD = 60
_SHORTEST_QUESTION = 4
_FIRST_LETTERS = frozenset(word[0] for word in _FIELDS) | frozenset("*:·.-_ \t\n'\"")

# Columns that registers carry beside the sessions; what stands in them is not read.
_IGNORED = re.compile(
    r"^(연번|순번|번호|no\.?|n\.o\.?|#|idx|index|소속|기관|소속기관|회사|직장|직위|직책|주소|거주지|지역|성별|나이|연령|학력|비고|참고|메모|특이사항|"
    r"서명|사인|확인|날인|담당자?|합계|총계|소계|계|총?출석(일수|횟수|회수|수|시간|계|합계)|총?결석(일수|횟수|회수|수|계)?|"
    r"총?(지각|조퇴|외출|공결)(일수|횟수|회수|수|계)?|총?(출석률|출석율|참석률|참석율|이수율|수료율|출결률)(\(%\)|%)?|%|"
    r"(총|인정|이수|교육|수강|훈련)+시간(\(.*\))?|수료|수료여부|이수여부|이수|판정|수료판정|점수|평가|결과|학번|교번|사번|id|아이디|요일|사유|교육장소|장소|강사명?|"
    r"교육내용|내용|주제|과목|과목명|등록일|신청일|접수일|수료일|remarks?|note|total|signature)$"
)
_FOOTERS = re.compile(
    r"^[※*◎■□▶▷●○【\[(]*\s*(합계|총계|소계|계|총인원|총원|재적|인원|출석(률|율|인원|자수|수|생|계)|결석(률|율|인원|자수|수|생|계)|지각(인원|자수|수|계)|"
    r"조퇴(인원|자수|수|계)|(출석|결석|지각|조퇴)(?=\(명\))|참석인원|수강인원|요일|강사확인|강사명|교육내용|평균|비고|범례|담당|담당자|작성자?|작성일|확인자?|결재|검토|승인|강사|서명|위와같이.*|위의내용.*|위내용.*|이상|끝|참고|주의|"
    r"표기|기호|total|sum|average)(?=$|[^가-힣a-z])"
)


def plain(value: Cell) -> str:
    """Answer the cell as text in one form: NFKC, without spaces and invisible letters, lower case."""
    if value is None:
        return ""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", str(value)))
    return re.sub(r"\s+", "", text).lower()


def field_of(value: Cell) -> Field | None:
    """Answer which field a head of a column names, None for any other word."""
    if isinstance(value, str) and (numbered := _NUMBERED.match(value)):
        value = value[numbered.end() :]
    if not isinstance(value, str) or (value[:1].isascii() and value[:1].lower() not in _FIRST_LETTERS):
        return None
    if len(value) > _LONGEST_HEAD or (value[:1] >= "가" and value[:1] not in _FIRST_LETTERS):
        return None
    text = plain(value).strip("*:·.-_ ")
    if text in _FIELDS:
        return _FIELDS[text]
    if re.search(r"[(\[<]\D*\d+[./월\-]\d", text):
        return None  # 출석(3/9) is the column of one day, not of the field.
    bare = re.sub(r"[(\[<].*?[)\]>]", "", text).strip("*:·.-_ ")
    return _FIELDS.get(bare) or (_FIELDS.get(_QUESTION.sub("", bare)) if len(bare) > _SHORTEST_QUESTION else None)


Way = Literal["in", "out", "mark", "outing"]
_WAYS: dict[Field, Way] = {Field.CHECK_IN: "in", Field.CHECK_OUT: "out", Field.MARK: "mark"}
_OUTING = re.compile("(외출|복귀|재입실|재등원|귀원)(시각|시간)?")


def way_of(value: Cell) -> Way | None:
    """Answer what a line of one person tells: coming, going, a mark, or going out in between."""
    if isinstance(value, str) and _OUTING.fullmatch(plain(value)):
        return "outing"
    found = field_of(value)
    return _WAYS.get(found) if found is not None else None


def is_ignored(value: Cell) -> bool:
    """Tell whether a head of a column is one that is known and not read, such as 비고 or 출석률."""
    return isinstance(value, str) and bool(_IGNORED.match(plain(value).strip("*:·. ")))


def is_footer(value: Cell) -> bool:
    """Tell whether a cell begins a line below the people: totals, signatures, remarks."""
    return isinstance(value, str) and bool(_FOOTERS.match(plain(value)))


_JOINTS = re.compile(r"(?<=[a-z])[\-.,'’·](?=[a-z]|$)")
_LETTER = re.compile(r"(?<=[가-힣])[\-_]?(?:[a-z\d]|[(\[](?P<inside>[a-z\d])[)\]])$")


def person_name(value: Cell) -> str:
    """Answer a name as it is compared: NFKC, without any spaces or joints (Thi-Lan), capital letters folded."""
    if not isinstance(value, str):
        return "" if value is None else plain(value)
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", _INVISIBLE.sub("", value))).casefold()
    return _JOINTS.sub("", text)


def without_letter(name: str) -> str:
    """Answer a compared name without the letter or digit that tells namesakes apart: 김영희A, 김영희(B), 김영희2."""
    return _LETTER.sub("", name)


def without_accents(name: str) -> str:
    """Answer a compared name as machines without accents write it: nguyễnthịlan is nguyenthilan."""
    apart = unicodedata.normalize("NFD", name.replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if unicodedata.category(letter) != "Mn"))
