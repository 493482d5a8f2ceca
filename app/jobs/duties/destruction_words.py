"""How a destruction is written: what was destroyed, and how."""

from __future__ import annotations

from app.core.i18n import Text, _, _l

_KINDS: dict[str, Text] = {
    "identity": _l("인적사항"),
    "words": _l("지원자가 쓴 글"),
    "application_items": _l("증빙"),
    "documents": _l("증빙에 든 서명 원본"),
    "application_files": _l("첨부파일"),
    "application_messages": _l("메시지"),
    "application_scores": _l("심사 점수"),
    "review_comments": _l("심사 의견"),
    "interview_choices": _l("면접 시간 선택"),
    "employments": _l("채용 기록과의 연결"),
    "api_answers": _l("다른 프로그램에 한 답"),
}


def kind_of_papers(name: str) -> Text:
    """Name a kind of what was destroyed; what has no name of its own is other papers."""
    return _KINDS.get(name, _l("그 밖의 기록"))


def papers_counted(counts: dict[str, int]) -> list[tuple[str, str]]:
    """Write how many of each kind, those with a name of their own first."""
    known = [name for name in _KINDS if counts.get(name)]
    others = sum(count for name, count in counts.items() if name not in _KINDS)
    pairs = [(str(_KINDS[name]), _number(counts[name])) for name in known]
    return [*pairs, (str(kind_of_papers("")), _number(others))] if others else pairs


def _number(count: int) -> str:
    return str(_("%(count)s건", count=f"{count:,}"))


METHODS: dict[str, Text] = {
    "database_deletion": _l("데이터베이스에서 지워 되살릴 수 없게 함(전자적 파기)"),
}
FILTERS = {"papers_counted": papers_counted, "destruction_method": lambda method: METHODS[method]}
