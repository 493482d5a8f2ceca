"""The texts with which a new letter begins, for each decision, in both languages."""

from __future__ import annotations

from app.core.i18n import Text, _l, in_language
from app.jobs.application_words import Stage


def first_name(stage: Stage) -> str:
    """Answer what a new letter for this decision is called, in the language of who writes it."""
    return str(_NAMES[stage])


def first_text(stage: Stage, language: str) -> str:
    """Answer the text with which a new letter for this decision begins, in this language."""
    with in_language(language):
        return "\n\n".join((str(_GREETING), *map(str, _TEXTS[stage])))


_NAMES: dict[Stage, Text] = {
    Stage.SHORTLISTED: _l("서류합격 알림"),
    Stage.INTERVIEW: _l("면접 안내"),
    Stage.HIRED: _l("최종합격 알림"),
    Stage.REJECTED: _l("불합격 알림"),
}
_GREETING = _l("{이름} 지원자님, 안녕하세요.")
_TEXTS: dict[Stage, tuple[Text, ...]] = {
    Stage.SHORTLISTED: (
        _l("‘{공고}’ 서류전형에 합격하셨어요. 관심을 갖고 지원해 주셔서 고마워요."),
        _l("다음 전형의 일정은 곧 따로 알려 드려요."),
    ),
    Stage.INTERVIEW: (
        _l("‘{공고}’ 면접에 모시고 싶어요."),
        _l("면접 시간: {면접시간}"),
        _l("시간은 아래 주소에서 고를 수 있어요. 맞는 시간이 없으면 메시지로 알려 주세요."),
    ),
    Stage.HIRED: (
        _l("‘{공고}’에 최종합격하셨어요. 축하해요."),
        _l("출근일과 준비할 서류는 담당자가 곧 연락해서 알려 드려요."),
    ),
    Stage.REJECTED: (
        _l("‘{공고}’에 지원해 주셔서 고마워요."),
        _l("아쉽지만 이번에는 함께하지 못하게 됐어요. 시간과 정성을 내어 주신 점 깊이 감사드려요."),
    ),
}
