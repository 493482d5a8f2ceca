"""How portals and centres write their lists: words of columns, dates, pay, kinds of work. Data, not speech.

The rule tables stand in the order in which they are asked; the first that fits decides.
"""

from __future__ import annotations

import re

from app.jobs.opening_words import EmploymentType, PayUnit, WorkKind

# What a title says of the work. A title with a word of the third column is about something else.
WORK_RULES: tuple[tuple[WorkKind, str, str], ...] = (
    (
        WorkKind.COUNSELLOR,
        r"직업상담|취업상담|취업지원|취업컨설턴트|일자리센터\s*상담|구직상담|커리어\s*상담",
        r"교육생",
    ),
    (WorkKind.DESIGNER, r"일자리\s*설계사", ""),
    (
        WorkKind.COORDINATOR,
        r"코디네이터|코디(?![가-힣])|마을\s*활동가|마을만들기|현장\s*활동가|도시재생\s*활동가|주민공동체|공동체\s*활성화",
        r"병원|의료|패션|웨딩|여행|입원|장기이식|임상",
    ),
    (WorkKind.MANAGER, r"센터장|사무국장|사무장|매니저|관리소장", r"매장|카페|식당|호텔|점포|객실"),
    (WorkKind.PLANNER, r"기획자|기획가|기획[·,/\s]*운영|사업\s*기획", r"상품\s*기획|게임\s*기획|웹\s*기획"),
    (WorkKind.OFFICE, r"회계|행정|사무원|사무보조|사무직|총무|경리|서무|비서", r"행정사\s*시험"),
)

# What a list says of the terms; a title may say them too.
EMPLOYMENT_RULES: tuple[tuple[EmploymentType, str], ...] = (
    (EmploymentType.INTERN, r"인턴|수습생"),
    (EmploymentType.PART_TIME, r"시간\s*\(?선택\)?제|시간제|파트\s*타임|단시간|아르바이트"),
    (EmploymentType.INDEFINITE, r"무기\s*계약|공무직"),
    (EmploymentType.FIXED_TERM, r"기간제|계약직|비정규|한시|임기제|촉탁|대체인력|(?<!무)기간의\s*정함이\s*있는"),
    (EmploymentType.PERMANENT, r"정규|상용|기간의\s*정함이\s*없는"),
)
# The employment codes of 고용24 (empTpCd).
EMPLOYMENT_CODES: dict[str, EmploymentType] = {
    "10": EmploymentType.PERMANENT,
    "11": EmploymentType.PART_TIME,
    "20": EmploymentType.FIXED_TERM,
    "21": EmploymentType.PART_TIME,
    "Y": EmploymentType.FIXED_TERM,
}

# What pay is counted by, in the order of certainty.
PAY_UNITS: tuple[tuple[PayUnit, str], ...] = (
    (PayUnit.HOUR, r"시급|시간급|시간당|시간\s*(?=[\d:])|/\s*시간"),
    (PayUnit.DAY, r"일급|일당|일\s*(?=[\d:])|/\s*일"),
    (PayUnit.YEAR, r"연봉|년봉|연간|[연년]\s*(?=[\d:])|/\s*[연년]"),
    (PayUnit.MONTH, r"월급|월\s*급여|월보수|월\s*(?=[\d:])|매월|/\s*월"),
)
NEGOTIABLE = re.compile(r"협의|면접\s*후|추후\s*결정|협상")
BY_RULES = re.compile(r"생활임금|규정|내규|호봉|보수표|기준에?\s*따|지침|최저임금|공무원")
AMOUNT = re.compile(r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s*(?P<scale>억|천만|백만|만|천)?\s*(?P<won>원)?")
SCALES = {"": 1, "천": 1_000, "만": 10_000, "백만": 1_000_000, "천만": 10_000_000, "억": 100_000_000}
UP_TO = re.compile(r"이하|까지|최대|미만")
FROM = re.compile(r"이상|부터|최소")
MERE_AMOUNT = re.compile(
    r"시간급|시급|일급|일당|월급|급여|연봉|연간|세전|시간|[년연월일원약]|이상|이하|부터|까지|최소|최대"
)

# Until when one can apply.
UNTIL_FILLED = re.compile(
    r"채용\s*(?:시|될\s*때|완료\s*시|할\s*때|마감\s*시)\s*까지|충원\s*시\s*까지|모집\s*시\s*까지"
)
ALWAYS = re.compile(r"상시|수시|연중")
DAY = re.compile(
    r"(?<!\d)(?:(?P<year>(?:20)?\d{2})\s*(?:[-./]|년)\s*)?(?P<month>\d{1,2})\s*(?:[-./]|월)\s*(?P<day>\d{1,2})(?!\d)\s*(?:일|\.)?"
    r"|(?<!\d)(?P<packed>20\d{6})(?!\d)"
)
TIME = re.compile(
    r"(?P<half>오전|오후|낮|밤)?\s*(?<!\d)(?P<hour>\d{1,2})\s*(?::\s*(?P<minute>\d{2})(?::\d{2})?|시(?:\s*(?P<spoken>\d{1,2})\s*분)?)"
)
WEEKDAY = re.compile(r"\(\s*[월화수목금토일]\s*(?:요일)?\s*\)")
AFTERNOON = ("오후", "밤")

HEADCOUNT = re.compile(r"(?<!\d)(\d{1,5})\s*(?:명|인|名|$)")
SOME_PEOPLE = re.compile(r"[0○◯〇O]+\s*(?:명|인)|약간\s*명|다수")
EVERYWHERE = re.compile(r"전국|지역\s*무관|전\s*지역")
ABROAD = re.compile(r"해외|국외")
BETWEEN_PLACES = re.compile(r"\s*(?:,|/|·|;|\||및|\n)\s*")
# Districts of Seoul that no other city has one of.
ELSEWHERE_TOO = ("강서구", "중구")

# An address by its road and by its lot: name, underground or hill, number.
ROAD = re.compile(r"([가-힣0-9·]+(?:로|길|거리))\s*(지하)?\s*(\d+(?:-\d+)?)(?![\d층호가번])")
LOT = re.compile(r"([가-힣]+\d*(?:동|리|가))\s*(산)?\s*(\d+(?:-\d+)?)(?:번지)?(?![\d층호동])")

# Names of companies: what their legal form is called, and written as.
LEGAL_FORMS: tuple[tuple[str, str], ...] = (
    ("사회복지법인", r"사회복지법인|\(복\)"),
    ("의료법인", r"의료법인"),
    ("학교법인", r"학교법인|\(학\)"),
    ("재단법인", r"재단법인|\(재\)"),
    ("사단법인", r"사단법인|\(사\)"),
    ("협동조합", r"사회적협동조합|협동조합"),
    ("유한책임회사", r"유한책임회사"),
    ("유한회사", r"유한회사|\(유\)"),
    ("농업회사법인", r"농업회사법인"),
    ("주식회사", r"주식회사|\(주\)"),
)
# Words that every title of an opening may have and that tell none from another.
TITLE_NOISE = re.compile(r"채용|모집|공고문?|안내|구인|구합니다|긴급|급구|신규|재공고|공개|직원|인력|20\d\d\s*년도?")
# Words that tell two jobs of one house apart, however long the rest of the titles is.
TELLING = re.compile(
    r"선임|책임|수석|주임|대리|과장|팀장|부장|센터장|국장|원장|소장|보조|주간|야간|오전|오후|교대|주말|초급|중급|고급|특급|"
    r"정규|계약|기간제|무기|인턴|시간제|시간선택제|대체|파견|여성|남성|장애|보훈|청년|신입|경력|[가-하]급|상반기|하반기"
)

# How a list titles its columns; spaces and signs are gone, letters are small.
COLUMN_RULES: tuple[tuple[str, str], ...] = (
    ("business_number", r"사업자(등록)?(번호|no)|^사업자$|business(number|no)"),
    ("external_id", r"(공고|구인|채용|인증|관리|접수|등록)(번호|id|no)$|^(id|uid|공고id)$"),
    ("link", r"링크|url|주소창|홈페이지|상세보기|원문|바로가기|웹주소|공고주소|출처|link"),
    ("deadline", r"마감|접수종료|종료일|공고종료|모집종료|deadline|closing"),
    ("posted", r"접수시작|공고시작|모집시작|공고일|게시일|등록일|시작일|작성일"),
    ("period", r"(접수|모집|공고|지원|신청|응모|채용|원서|서류)(접수)?(기간|일정|기한)|^기간$|언제까지|^접수$"),
    ("work_period", r"(근무|계약|고용|근로)기간"),
    ("headcount", r"인원|모집수|채용수|몇명|명수|정원|^to$|headcount"),
    ("pay", r"급여|임금|보수|연봉|월급|시급|페이|인건비|salary|pay$"),
    ("employment_type", r"고용|근로형태|채용형태|계약형태|채용구분|근무형태|직원구분|신분|employment"),
    ("hours", r"근무시간|근로시간|근무요일|근무일|시간$"),
    ("region", r"근무지|지역|근무장소|근무처|소재지|시도|일하는곳|어디|위치|region|location"),
    ("address", r"주소|상세주소"),
    ("phone", r"연락처|전화|문의처?|휴대폰|핸드폰|tel|phone|contact"),
    ("email", r"메일|email"),
    ("contact", r"담당자|담당"),
    ("qualification", r"자격|요건|지원조건|응시|필수|qualif|require"),
    ("preference", r"우대|가점|prefer"),
    ("documents", r"제출서류|구비서류|서류"),
    ("duties", r"업무|직무내용|하는일|담당업무|주요내용|내용|직무|duty|description"),
    (
        "title",
        r"공고명|공고제목|제목|채용명|채용공고|공고|모집명|모집분야|모집직종|직종|직위|채용분야|모집부문|분야|포지션|title|job",
    ),
    (
        "employer",
        r"기관|회사|업체|기업|센터명|센터|법인|고용주|구인처|단체|사업장|채용처|모집처|부서|상호|employer|company|organi[sz]ation",
    ),
)
NOT_A_COLUMN = re.compile(r"^(no|연번|순번|번호|순|비고|기타|구분|#)?$")

# What is put before values that no field of an opening has.
EDUCATION, CAREER, PROCEDURE, INDUSTRY = "학력: ", "경력: ", "전형절차: ", "업종: "
PORTAL_NAMES = {"work24": "고용24", "alio": "공공기관 채용정보"}
NOTHING_SAID = ("-", "없음", "해당없음", "해당 없음", "무", ".")
OTHER = "기타"
EVERYBODY_MAY = ("관계없음", "학력무관", "무관", "제한 없음", "제한없음")
