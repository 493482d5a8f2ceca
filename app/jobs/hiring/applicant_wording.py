"""How an employer reads applications: proofs as checked facts, requirements, steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date as Date

from app.core.i18n import Text, _, _l
from app.core.templating import date, hours
from app.jobs.application_models import ApplicationEvent
from app.jobs.application_words import Stage
from app.jobs.applying.application_wording import step_title
from app.jobs.applying.proof_checking import NO_PROOF, Proof, ProofState
from app.jobs.applying.visible import VisibleItem, VisibleRequirement
from app.training.models import CourseKind


def item_title(item: VisibleItem, proofs: Mapping[str, Proof]) -> str:
    """Write what an item is: `직무교육 62.5시간`; what was signed goes before what was only said."""
    proof = proofs.get(item.public_id, NO_PROOF)
    kind = proof.course_kind or item.facts.get("course_kind")
    parts = [str(CourseKind(kind).label) if kind in set(CourseKind) else str(item.kind.label)]
    minutes = proof.minutes if proof.minutes is not None else item.facts.get("minutes")
    if isinstance(minutes, int) and minutes:
        parts.append(hours(minutes))
    if isinstance(months := item.facts.get("months"), int) and months:
        parts.append(str(_("%(months)s개월", months=months)))
    return " ".join(parts)


def item_when(item: VisibleItem) -> str:
    """Write from when until when an item is, or its one day; the day of its issue is no part of that."""
    days = [date(Date.fromisoformat(str(item.facts[key]))) for key in _DAYS if key in item.facts]
    return " ~ ".join(days)


def item_issued(item: VisibleItem) -> str:
    """Write the day on which an item was issued; empty when it says none."""
    issued = item.facts.get("issued_on")
    return date(Date.fromisoformat(str(issued))) if issued else ""


def item_names(item: VisibleItem) -> list[tuple[Text, str]]:
    """Answer what an item says in full, as terms and values; nothing while the identity is closed."""
    return [(label, str(item.full[key])) for key, label in _FULL.items() if item.full.get(key)]


def proof_state(item: VisibleItem, proofs: Mapping[str, Proof]) -> ProofState:
    """Answer what looking at an item's signature has shown."""
    return proofs.get(item.public_id, NO_PROOF).state


def proof_days(item: VisibleItem, proofs: Mapping[str, Proof]) -> str:
    """Write when an item's proof was looked at, where that was not this moment."""
    proof = proofs.get(item.public_id, NO_PROOF)
    parts = [str(_("%(day)s 확인", day=date(proof.on)))] if proof.on is not None else []
    if proof.then is not None:
        parts.append(str(_("낼 때(%(day)s)는 서명이 맞았어요", day=date(proof.then))))
    return " · ".join(parts)


def proof_words(item: VisibleItem, proofs: Mapping[str, Proof]) -> str:
    """Write what was found of an item's proof, and when."""
    days = proof_days(item, proofs)
    label = str(proof_state(item, proofs).label)
    return f"{label} ({days})" if days else label


def requirement_finding(said: VisibleRequirement) -> str:
    """Write whether a requirement is met, and what is missing."""
    if said.met is None:
        return str(_("사람이 확인해야 해요"))
    if said.met:
        return str(_("충족: %(proof)s", proof=said.proven_by)) if said.proven_by else str(_("충족"))
    return (
        str(_("%(hours)s 모자람", hours=hours(said.short_minutes))) if said.short_minutes else str(_("충족하지 않음"))
    )


def event_title(event: ApplicationEvent) -> str:
    """Write a step of an application."""
    return str(_EVENTS.get(event.action) or step_title(event))


def stage_kind(stage: str) -> str:
    """Answer the kind of badge that shows a stage."""
    return _STAGE_KINDS.get(Stage(stage), "neutral")


_DAYS = ("started_on", "ended_on", "since", "until", "on")
_FULL: dict[str, Text] = {
    "title": _l("이름"),
    "course": _l("과정"),
    "cohort": _l("기수"),
    "centre": _l("교육기관"),
    "issuer": _l("발급한 곳"),
    "organisation": _l("기관"),
    "role": _l("맡은 일"),
    "field": _l("분야"),
    "description": _l("한 일"),
    "confirmed_by": _l("확인한 기관"),
    "serial": _l("증서번호"),
    "document_number": _l("문서확인번호"),
}
_EVENTS: dict[str, Text] = {
    "submit": _l("접수"),
    "view": _l("열람"),
    "withdraw": _l("지원취소"),
    "undo": _l("결정을 되돌림"),
    "reveal": _l("인적사항을 엶"),
}
_STAGE_KINDS = {
    Stage.RECEIVED: "information",
    Stage.SHORTLISTED: "success",
    Stage.INTERVIEW: "success",
    Stage.HIRED: "success",
    Stage.REJECTED: "danger",
}
FILTERS: dict[str, Callable[..., object]] = {
    "seen_title": item_title,
    "seen_when": item_when,
    "seen_issued": item_issued,
    "seen_names": item_names,
    "seen_proof": proof_state,
    "seen_proof_days": proof_days,
    "requirement_finding": requirement_finding,
    "seen_event": event_title,
    "stage_kind": stage_kind,
}
