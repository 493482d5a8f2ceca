"""What is said of the check of a badge from elsewhere: the answer, why, and how far each step came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.core.i18n import Text, _l
from app.portfolio.foreign_badge_models import BadgeState, ForeignBadge


@dataclass(frozen=True)
class Words:
    """The answer on a badge's page: a sentence, an explanation, and the kind of alert that carries them."""

    title: Text
    text: Text
    kind: str


@dataclass(frozen=True)
class Step:
    """One step of the check: what was looked at, how it ended, and the kind of the mark beside it."""

    label: Text
    outcome: Text
    kind: str


_KINDS = {BadgeState.VALID: "success", BadgeState.INVALID: "danger", BadgeState.UNKNOWN: "warning"}
BADGE_KINDS = {**_KINDS, BadgeState.WAITING: "neutral", BadgeState.CHECKING: "information"}

_VALID = _l("서명이 맞아요")
# Only the host is proven: nobody here has looked into who is behind it.
_TRUST = _l("발급기관이 누구인지는 확인하지 않았어요. 아래 주소가 그 기관의 것인지 직접 확인해 주세요.")
_TRUST_KEY = _l(
    "발급기관이 누구인지는 확인하지 않았어요. 이 발급기관은 주소 없이 열쇠로만 알 수 있어서, "
    "이름은 발급한 쪽이 쓴 그대로예요."
)
_NOT_VALID, _UNKNOWN = _l("유효하지 않은 배지예요"), _l("지금은 확인하지 못했어요")
_NEITHER = _l("유효하다는 뜻도, 아니라는 뜻도 아니에요.")

_REASONS: dict[str, Text] = {
    "no_badge": _l("파일 안에 Open Badge가 없어요. 발급기관에서 받은 파일을 그대로 올렸는지 확인해 주세요."),
    "unsigned": _l("서명이 없는 배지예요. 누가 만들었는지 알 수 없어요."),
    "signature": _l("서명이 내용과 맞지 않아요. 내용이 바뀌었거나 다른 열쇠로 서명했어요."),
    "issuer_mismatch": _l("발급기관의 주소에 있는 문서가 이 발급기관의 것이 아니에요."),
    "issuer_no_key": _l("발급기관이 배지에 서명할 열쇠를 알리지 않았어요."),
    "expired": _l("서명은 맞지만 유효기간이 지났어요."),
    "not_yet": _l("서명은 맞지만 유효기간이 아직 시작되지 않았어요."),
    "revoked": _l("서명은 맞지만 발급기관이 취소한 배지예요."),
    "suspended": _l("서명은 맞지만 발급기관이 효력을 잠시 멈춘 배지예요."),
    "fetch_failed": _l("발급기관의 주소에서 답을 받지 못했어요. 잠시 뒤에 다시 확인해 주세요."),
    "fetch_refused": _l(
        "배지가 가리키는 주소를 열지 않았어요. https로 된 공개 주소가 아니거나, 다른 주소로 넘기거나, 답이 너무 커요."
    ),
    "too_many": _l("배지가 너무 많은 주소를 가리켜서 확인을 멈췄어요."),
    "unreadable": _l("발급기관의 주소에 있는 문서를 읽을 수 없어요."),
    "issuer_unsupported": _l("발급기관을 밝히는 방식이 아직 확인할 수 없는 것이에요. did:web과 did:key를 확인해요."),
    "format_unsupported": _l("서명이나 내용의 형식이 아직 확인할 수 없는 것이에요."),
    "status_unsupported": _l("서명은 맞지만, 취소 여부를 알리는 방식이 아직 확인할 수 없는 것이에요."),
    "status_list": _l("서명은 맞지만, 발급기관의 취소 목록을 믿을 수 없어서 취소 여부를 확인하지 못했어요."),
    "status_stale": _l("서명은 맞지만, 발급기관의 취소 목록이 오래되어 취소 여부를 확인하지 못했어요."),
    "limits": _l("확인하는 데 너무 많은 일이 필요해서 멈췄어요. 파일이 상했거나 확인을 방해하려는 것일 수 있어요."),
    "internal": _l("배지를 읽다가 문제가 생겼어요. 다시 해도 같으면 발급기관에 다른 형식의 파일을 부탁해 주세요."),
    "own": _l("이 서비스가 발급했다고 쓴 배지예요. 이 서비스의 수료증은 진위확인 화면에서 확인해 주세요."),
}

_STEPS = ("file", "issuer", "signature", "dates", "status")
_STEP_LABELS: dict[str, Text] = {
    "file": _l("배지 꺼내기"),
    "issuer": _l("발급기관의 열쇠"),
    "signature": _l("서명"),
    "dates": _l("유효기간"),
    "status": _l("취소 여부"),
}
_OUTCOMES: dict[str, Text] = {
    "expired": _l("기간이 지남"),
    "not_yet": _l("아직 시작 전"),
    "revoked": _l("취소됨"),
    "suspended": _l("효력이 멈춤"),
}
_STOPPED_AT = {
    "no_badge": "file",
    "unsigned": "file",
    "format_unsupported": "file",
    "limits": "file",
    "internal": "file",
    "own": "issuer",
    "issuer_mismatch": "issuer",
    "issuer_no_key": "issuer",
    "issuer_unsupported": "issuer",
    "signature": "signature",
    "expired": "dates",
    "not_yet": "dates",
    "revoked": "status",
    "suspended": "status",
}


def name_of(badge: ForeignBadge) -> Text:
    """Answer what a badge goes by: its own name once that has been signed, else what can be said of it."""
    return badge.name or (_l("확인하고 있는 배지") if badge.is_under_way else _l("내용을 확인하지 못한 배지"))


def words_on(badge: ForeignBadge) -> Words:
    """Answer what the page says first of a badge whose check is over."""
    state = BadgeState(badge.state)
    if state is BadgeState.VALID:
        return Words(_VALID, _TRUST if badge.host else _TRUST_KEY, "success")
    reason = _REASONS.get(badge.reason, _REASONS["internal"])
    if state is BadgeState.INVALID:
        return Words(_NOT_VALID, reason, "danger")
    return Words(_UNKNOWN, _l("%(reason)s %(neither)s", reason=reason, neither=_NEITHER), "warning")


def steps_of(badge: ForeignBadge) -> Iterator[Step]:
    """Yield the steps of the last check, in order, up to the one at which it ended."""
    stopped_at = _stopped_at(badge)
    for step in _STEPS:
        if step == stopped_at:
            failed = badge.state == BadgeState.INVALID
            outcome = _OUTCOMES.get(badge.reason, _l("맞지 않음")) if failed else _l("확인하지 못함")
            yield Step(_STEP_LABELS[step], outcome, "danger" if failed else "warning")
            return
        if step == "status" and badge.status == "absent":
            yield Step(_STEP_LABELS[step], _l("발급기관이 알리지 않음"), "neutral")
        else:
            yield Step(_STEP_LABELS[step], _l("확인함"), "success")


def moment(stated: str) -> datetime | None:
    """Answer the moment that a badge states; None when it is no date, or one without a zone."""
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _stopped_at(badge: ForeignBadge) -> str:
    if badge.state == BadgeState.VALID:
        return ""
    # Of what could not be fetched, the time of the last right signature says whether it was the key or the status.
    signed_now = badge.content_at is not None and badge.content_at == badge.checked_at
    return _STOPPED_AT.get(badge.reason, "status" if signed_now else "issuer")
