"""What the steps and findings of a verification are called on the page."""

from __future__ import annotations

from decimal import Decimal

from app.certificates.verdict import Answer
from app.core.i18n import Text, _l
from credentials import Check, Code, State, Step

STEPS: dict[Step, Text] = {
    Step.PARSE: _l("파일 읽기"),
    Step.STRUCTURE: _l("내용의 짜임"),
    Step.CONTEXTS: _l("용어의 출처"),
    Step.TYPES: _l("문서의 종류"),
    Step.FORM: _l("발급한 그대로인지"),
    Step.ISSUER: _l("발급기관"),
    Step.KEY: _l("서명한 키"),
    Step.PURPOSE: _l("서명의 목적"),
    Step.SIGNATURE: _l("전자서명"),
    Step.VALIDITY: _l("유효기간"),
    Step.STATUS: _l("폐지·정정 여부"),
    Step.TRUST: _l("발급기관의 신뢰"),
}
_STATES: dict[State, Text] = {
    State.PASSED: _l("확인했어요"),
    State.FAILED: _l("맞지 않아요"),
    State.COULD_NOT_CHECK: _l("확인하지 못했어요"),
    State.NOT_REACHED: _l("앞 단계에서 멈췄어요"),
}
_FINDINGS: dict[Code, Text] = {
    Code.SIGNATURE_MISMATCH: _l("서명한 뒤에 내용이 바뀌었어요"),
    Code.SIGNATURE_MALFORMED: _l("서명의 형식이 맞지 않아요"),
    Code.NOT_EXACT_BYTES: _l("발급한 글자와 다른 곳이 있어요"),
    Code.KEY_REVOKED: _l("사용이 중지된 키로 서명했어요"),
    Code.KEY_UNKNOWN: _l("발급기관에 없는 키예요"),
    Code.KEY_OF_ANOTHER: _l("발급기관의 것이 아닌 키예요"),
    Code.ISSUER_UNKNOWN: _l("이 서비스가 알지 못하는 발급기관이에요"),
    Code.NOT_YET_VALID: _l("유효기간이 아직 시작되지 않았어요"),
    Code.EXPIRED: _l("유효기간이 지났어요"),
    Code.SIGNED_IN_FUTURE: _l("서명한 때가 지금보다 뒤예요"),
    Code.SIGNED_BEFORE_KEY: _l("키를 만들기 전에 서명한 것으로 되어 있어요"),
    Code.STATUS_REVOKED: _l("발급기관이 폐지했어요"),
    Code.STATUS_REPLACED: _l("정정되어 새 수료증으로 바뀌었어요"),
    Code.STATUS_LIST_MISSING: _l("상태 목록을 찾지 못했어요"),
    Code.STATUS_LIST_STALE: _l("상태 목록이 오래됐어요"),
    Code.CONTRADICTION: _l("서로 맞아야 할 내용이 달라요"),
}
# The names that `components/verdict.html` knows the answers by.
FACES: dict[Answer, str] = {
    Answer.VALID: "valid",
    Answer.REVOKED: "revoked",
    Answer.REPLACED: "replaced",
    Answer.NOT_VALID: "invalid",
    Answer.COULD_NOT_CHECK: "unknown",
}


def finding(check: Check) -> Text:
    """Say how a step ended, with the reason where there is a plain one."""
    return _FINDINGS.get(check.code) or _STATES[check.state]


def number(value: Decimal) -> str:
    """Write a signed number without a trailing zero: `62.5`, `40`."""
    return f"{value.normalize():f}"
