"""What a finding says: met and by what, or how much is missing."""

from __future__ import annotations

from app.core.i18n import _
from app.core.templating import hours
from app.jobs.matching.eligibility import Result
from app.jobs.opening_words import RequirementKind

NAMES_SHOWN = 3


def proof_text(result: Result) -> str:
    """Say that a requirement is met and what proves it, the first few by name."""
    names = ", ".join(result.proven_by[:NAMES_SHOWN])
    more = len(result.proven_by) - NAMES_SHOWN
    if not names:
        return str(_("충족"))
    if more > 0:
        return str(_("충족: %(names)s 외 %(count)s건", names=names, count=more))
    return str(_("충족: %(names)s", names=names))


def short_text(result: Result) -> str:
    """Say what is missing, or that the record cannot tell."""
    kind = RequirementKind(result.asked.kind)
    if kind is RequirementKind.OTHER:
        return str(_("기록으로 확인할 수 없어요. 직접 확인해 주세요."))
    if result.met is None:
        return str(_("본인이 적은 %(months)s개월이 있어요. 기관이 확인한 경력은 아니에요.", months=result.stated))
    if kind is RequirementKind.HOURS:
        return str(_("%(hours)s 부족", hours=hours(result.short)))
    if kind is RequirementKind.COURSE:
        return str(_("아직 수료하지 않았어요"))
    if kind is RequirementKind.BADGE:
        return str(_("확인된 증서가 없어요"))
    return str(_("%(months)s개월 부족", months=result.short))
