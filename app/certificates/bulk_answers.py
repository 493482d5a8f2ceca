"""The vocabulary of bulk verification (일괄 진위확인): what was sent, what the answer is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.certificates.verdict import Answer
from app.core.i18n import Text, _l
from credentials import CertificateClaims, Code


class BulkAnswer(StrEnum):
    """What is known of one thing that was sent. Only VALID means valid."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_VALID = "not_valid"
    NOT_FOUND = "not_found"
    COULD_NOT_CHECK = "could_not_check"
    NOT_READ = "not_read"

    @property
    def label(self) -> Text:
        return _ANSWERS[self]


class Form(StrEnum):
    """As what something was sent."""

    PDF = "pdf"
    JSON = "json"
    JWT = "jwt"
    BADGE = "badge"
    CODE = "code"
    NUMBER = "number"
    PHOTO = "photo"
    OTHER = "other"

    @property
    def label(self) -> Text:
        return _FORMS[self]


class Reason(StrEnum):
    """Why the answer is what it is, where the answer alone does not say."""

    NONE = ""
    ALTERED = "altered"
    NOT_AS_ISSUED = "not_as_issued"
    KEY_REVOKED = "key_revoked"
    KEY_UNKNOWN = "key_unknown"
    NOT_ON_RECORD = "not_on_record"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    PDF_ALTERED = "pdf_altered"
    SEAL_UNKNOWN = "seal_unknown"
    CODE_DIFFERS = "code_differs"
    ADDRESS_DIFFERS = "address_differs"
    STATUS_UNKNOWN = "status_unknown"
    REVOKED = "revoked"
    REPLACED = "replaced"
    FOREIGN = "foreign"
    NO_MATCH = "no_match"
    TOO_MANY = "too_many"
    INTERNAL = "internal"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ARCHIVE = "archive"
    WEB_PAGE = "web_page"
    PICTURE = "picture"
    NO_CODE = "no_code"
    SEVERAL = "several"
    UNKNOWN_KIND = "unknown_kind"
    NOT_A_CERTIFICATE = "not_a_certificate"
    NO_ATTACHMENT = "no_attachment"
    PDF_UNREADABLE = "pdf_unreadable"
    RECEIPT = "receipt"
    NOT_A_NUMBER = "not_a_number"
    SECOND_MISSING = "second_missing"
    NUMBER_CELL = "number_cell"

    @property
    def label(self) -> Text:
        return _REASONS[self]


@dataclass(frozen=True)
class DocumentAnswer:
    """What was found out about one document.

    `claims` are what was signed, only if the signature holds; `public_id` and `document_number` are those of the
    certificate on our record, empty when it is not known.
    """

    form: Form
    answer: BulkAnswer
    reason: Reason = Reason.NONE
    claims: CertificateClaims | None = None
    public_id: str = ""
    document_number: str = ""


ANSWERS: dict[Answer, BulkAnswer] = {answer: BulkAnswer(answer.value) for answer in Answer}
"""The answers of verification, by those of bulk verification that mean the same."""

REASONS: dict[Code, Reason] = {
    Code.SIGNATURE_MISMATCH: Reason.ALTERED,
    Code.SIGNATURE_MALFORMED: Reason.ALTERED,
    Code.KEY_REVOKED: Reason.KEY_REVOKED,
    Code.KEY_UNKNOWN: Reason.KEY_UNKNOWN,
    Code.KEY_OF_ANOTHER: Reason.KEY_UNKNOWN,
    Code.CONTRADICTION: Reason.NOT_ON_RECORD,
    Code.EXPIRED: Reason.EXPIRED,
    Code.NOT_YET_VALID: Reason.NOT_YET_VALID,
    Code.ISSUER_UNKNOWN: Reason.FOREIGN,
}
"""What is said of a finding; of all others, that the document is not as issued."""

_ANSWERS: dict[BulkAnswer, Text] = {
    BulkAnswer.VALID: _l("유효"),
    BulkAnswer.REVOKED: _l("폐지"),
    BulkAnswer.REPLACED: _l("정정됨"),
    BulkAnswer.NOT_VALID: _l("유효하지 않음"),
    BulkAnswer.NOT_FOUND: _l("일치하는 수료증 없음"),
    BulkAnswer.COULD_NOT_CHECK: _l("확인하지 못함"),
    BulkAnswer.NOT_READ: _l("읽지 못함"),
}
_FORMS: dict[Form, Text] = {
    Form.PDF: _l("PDF"),
    Form.JSON: _l("JSON"),
    Form.JWT: _l("JWT"),
    Form.BADGE: _l("배지 그림"),
    Form.CODE: _l("QR 코드"),
    Form.NUMBER: _l("문서확인번호"),
    Form.PHOTO: _l("사진·스캔"),
    Form.OTHER: _l("그 밖의 파일"),
}
_REASONS: dict[Reason, Text] = {
    Reason.NONE: "",
    Reason.ALTERED: _l("서명한 뒤에 내용이 바뀌었어요. 믿지 마세요."),
    Reason.NOT_AS_ISSUED: _l("발급한 그대로가 아니에요. 믿지 마세요."),
    Reason.KEY_REVOKED: _l("사용이 중지된 키로 서명했어요. 새로 발급한 수료증을 받아 주세요."),
    Reason.KEY_UNKNOWN: _l("발급기관의 것이 아닌 키로 서명했어요. 믿지 마세요."),
    Reason.NOT_ON_RECORD: _l("발급 기록에 없는 수료증이에요. 믿지 마세요."),
    Reason.EXPIRED: _l("유효기간이 지났어요."),
    Reason.NOT_YET_VALID: _l("유효기간이 아직 시작되지 않았어요."),
    Reason.PDF_ALTERED: _l(
        "PDF가 발급한 그대로가 아니에요. PDF에 보이는 내용을 믿지 말고 안에 든 서명된 내용을 보세요."
    ),
    Reason.SEAL_UNKNOWN: _l("안에 든 서명 파일은 맞지만 PDF의 전자서명이 누구의 것인지 알 수 없어요."),
    Reason.CODE_DIFFERS: _l("QR 코드의 내용이 발급 기록과 달라요. 믿지 마세요."),
    Reason.ADDRESS_DIFFERS: _l("QR 코드의 주소와 숫자가 다른 수료증을 가리켜요. 믿지 마세요."),
    Reason.STATUS_UNKNOWN: _l("폐지됐는지 확인하지 못했어요. 잠시 뒤에 다시 올려 주세요."),
    Reason.REVOKED: _l("발급기관이 효력을 없앴어요."),
    Reason.REPLACED: _l("정정되어 새 수료증으로 바뀌었어요. 새 수료증을 받아 주세요."),
    Reason.FOREIGN: _l("다른 곳에서 발급한 문서예요. 여기서는 확인할 수 없으니 발급한 곳에 확인해 주세요."),
    Reason.NO_MATCH: _l("번호와 이름(생년월일)이 모두 맞는 수료증이 없어요. 종이와 다시 비교해 주세요."),
    Reason.TOO_MANY: _l("맞지 않는 번호가 많아서 확인하지 않았어요. 한 시간쯤 뒤에 이 줄만 다시 올려 주세요."),
    Reason.INTERNAL: _l("확인하다가 문제가 생겼어요. 다시 올려 주세요."),
    Reason.EMPTY: _l("빈 파일이에요."),
    Reason.TOO_LARGE: _l("수료증이라기에는 너무 커요. 내려받은 원래 파일을 올려 주세요."),
    Reason.ARCHIVE: _l("압축 파일이에요. 압축을 푼 뒤 안에 든 파일을 올려 주세요."),
    Reason.WEB_PAGE: _l("웹 페이지예요. 내려받은 수료증 PDF나 JSON을 올려 주세요."),
    Reason.PICTURE: _l("서명이 들어 있지 않은 그림이에요. 수료증 PDF를 올리거나 문서확인번호로 확인해 주세요."),
    Reason.NO_CODE: _l(
        "QR 코드를 읽지 못했어요. 종이를 펴고 밝은 곳에서 QR 코드가 크게 나오게 다시 찍거나(PNG, JPEG), "
        "문서확인번호와 이름으로 확인해 주세요."
    ),
    Reason.SEVERAL: _l("수료증이 여러 장 나와 있어요. 한 장씩 따로 찍거나 나누어 올려 주세요."),
    Reason.UNKNOWN_KIND: _l("PDF, JSON, JWT, 배지 그림(PNG, SVG)과 QR 코드가 나온 사진(PNG, JPEG)을 읽을 수 있어요."),
    Reason.NOT_A_CERTIFICATE: _l("수료증이 아닌 파일이에요."),
    Reason.NO_ATTACHMENT: _l(
        "서명된 파일이 없는 PDF예요. 스캔하거나 다시 인쇄한 것이라면 문서확인번호와 이름으로 확인해 주세요."
    ),
    Reason.PDF_UNREADABLE: _l("암호로 잠겼거나 깨진 PDF예요. 내려받은 원래 PDF를 올려 주세요."),
    Reason.RECEIPT: _l("수료증이 아니라 확인결과서예요. 확인결과서는 결과서 확인 화면에서 확인해 주세요."),
    Reason.NOT_A_NUMBER: _l(
        "문서확인번호(숫자 16자리)나 QR 코드의 주소를 찾지 못했어요. 번호를 종이와 비교해 주세요."
    ),
    Reason.SECOND_MISSING: _l("번호 옆에 이름이나 생년월일이 없어요. 번호만으로는 확인하지 않아요."),
    Reason.NUMBER_CELL: _l("엑셀이 번호의 끝자리를 바꿨어요. 칸을 ‘텍스트’로 바꾸고 번호를 다시 입력해 주세요."),
}
