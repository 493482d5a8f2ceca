"""How openings are written on pages: pay, place, deadline, requirements."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from app.core.i18n import Text, _, _l
from app.core.templating import date, datetime, hours
from app.jobs.matching.eligibility import Result
from app.jobs.matching.finding_words import short_text
from app.jobs.matching.matching_rules import Reason, Rule
from app.jobs.opening_models import Opening, OpeningEdit, Requirement
from app.jobs.opening_words import (
    DocumentKind,
    EmploymentType,
    OpeningSource,
    OpeningState,
    PayUnit,
    RequirementKind,
    WorkKind,
)
from app.jobs.openings.forbidden_words import marked, passage
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.regions import Province
from app.training.models import CourseKind

Written = Opening | OpeningFields


def pay(opening: Written) -> str:
    """Write the pay: `월급 2,400,000~2,800,000원`, or what the employer says of it."""
    unit = PayUnit(opening.pay_unit)
    if not unit.has_amount or (opening.pay_min is None and opening.pay_max is None):
        return opening.pay_text or str(unit.label)
    least, most = opening.pay_min, opening.pay_max
    if least is None or most is None or least == most:
        amount = f"{least if least is not None else most:,}"
        written = _("%(unit)s %(amount)s원", unit=unit.label, amount=amount)
        if least is None:
            written = _("%(unit)s %(amount)s원까지", unit=unit.label, amount=amount)
        elif most is None:
            written = _("%(unit)s %(amount)s원부터", unit=unit.label, amount=amount)
    else:
        written = _("%(unit)s %(least)s~%(most)s원", unit=unit.label, least=f"{least:,}", most=f"{most:,}")
    return str(written)


def place(opening: Written) -> str:
    """Write where the work is: `서울 종로구`; without a province, anywhere in the country."""
    if opening.province is None:
        return opening.place or str(_("전국"))
    return f"{Province(opening.province).label} {opening.district}".strip()


def deadline(opening: Written) -> str:
    """Write until when one can apply."""
    if opening.deadline_at is None:
        return str(_("채용할 때까지")) if opening.until_filled else str(_("상시"))
    if opening.until_filled:
        return str(_("채용할 때까지, 늦어도 %(moment)s", moment=datetime(opening.deadline_at)))
    return datetime(opening.deadline_at)


def working_hours(opening: Written) -> str:
    """Write how much one works: `주 40시간`, with what the employer says of it."""
    parts = []
    if opening.weekly_hours:
        parts.append(str(_("주 %(hours)s", hours=hours(int(Decimal(opening.weekly_hours) * 60)))))
    if opening.hours_text:
        parts.append(opening.hours_text)
    return " · ".join(parts)


def working_period(opening: Written) -> str:
    """Write from when until when; empty when nothing is said."""
    if not opening.period_from and not opening.period_until:
        return ""
    return f"{date(opening.period_from)} ~ {date(opening.period_until)}"


def requirement(asked: Requirement) -> str:
    """Write what a requirement asks for, in one phrase."""
    kind = RequirementKind(asked.kind)
    if kind is RequirementKind.HOURS:
        what = CourseKind(asked.course_kind).label if asked.course_kind else _("교육")
        written = _("%(what)s %(hours)s 이상", what=what, hours=hours(asked.minutes))
        if asked.within_months:
            written = _("최근 %(months)s개월 %(written)s", months=asked.within_months, written=written)
    elif kind is RequirementKind.COURSE:
        written = _("‘%(name)s’ 과정 수료", name=asked.name)
    elif kind is RequirementKind.BADGE:
        written = _("%(issuer)s의 ‘%(name)s’", issuer=asked.issuer, name=asked.name) if asked.issuer else asked.name
    elif kind is RequirementKind.OTHER:
        return asked.text
    else:
        field = asked.name or str(kind.label)
        written = _("%(field)s %(months)s개월 이상", field=field, months=asked.months)
    return f"{written} ({asked.text})" if asked.text else str(written)


def documents(opening: Written) -> str:
    """Write what an applicant hands in."""
    parts = [str(DocumentKind(kind).label) for kind in opening.documents]
    return ", ".join([*parts, opening.documents_text] if opening.documents_text else parts)


def edit(change: OpeningEdit) -> str:
    """Write what a change did: the step, or the names of the fields."""
    if change.action in _ACTIONS:
        return str(_ACTIONS[change.action])
    names = sorted(str(_FIELDS.get(name, name)) for name in change.after)
    return str(_("고침: %(names)s", names=", ".join(names)))


def reason(one: Reason) -> str:
    """Write one rule of a match and its outcome."""
    if one.rule is Rule.REQUIRED:
        return str(_("자격요건 %(of)s개 중 %(count)s개 충족", of=one.of, count=one.count))
    if one.rule is Rule.PREFERRED:
        return str(_("우대사항 %(of)s개 중 %(count)s개 충족", of=one.of, count=one.count))
    return str((_WISHES_MET if one.fits else _WISHES_UNMET)[one.rule])


def result(one: Result, opening: Opening) -> str:
    """Write what a record says of one requirement, without names: `직무교육 40시간 이상: 12시간 부족`."""
    asked = next(r for r in opening.requirements if r.id == one.asked.id)
    said = str(_("충족")) if one.met else short_text(one)
    return f"{requirement(asked)}: {said}"


_WISHES_MET: dict[Rule, Text] = {
    Rule.WORK: _l("찾는 일과 맞음"),
    Rule.PLACE: _l("찾는 지역과 맞음"),
    Rule.TERMS: _l("찾는 고용형태와 맞음"),
}
_WISHES_UNMET: dict[Rule, Text] = {
    Rule.WORK: _l("찾는 일과 다름"),
    Rule.PLACE: _l("찾는 지역과 다름"),
    Rule.TERMS: _l("찾는 고용형태와 다름"),
}
RULES: dict[Rule, Text] = {
    Rule.REQUIRED: _l("자격요건을 모두 충족"),
    Rule.PREFERRED: _l("우대사항 하나를 충족"),
    Rule.WORK: _l("찾는 일과 맞음"),
    Rule.PLACE: _l("찾는 지역과 맞음"),
    Rule.TERMS: _l("찾는 고용형태와 맞음"),
}
_ACTIONS: dict[str, Text] = {
    "submit": _l("검토 요청"),
    "return": _l("돌려보냄"),
    "publish": _l("올림"),
    "close": _l("마감"),
    "reopen": _l("다시 엶"),
    "fill": _l("채용 완료"),
    "import": _l("다른 곳에서 가져옴"),
    "vanish": _l("원문 목록에서 사라져 마감"),
    "merge": _l("다른 공고와 같아져 마감"),
    "undo": _l("가져오기를 되돌려 마감"),
}
_FIELDS: dict[str, Text] = {
    "requirement": _l("확인할 요건"),
    "requirements": _l("확인할 요건"),
    "title": _l("공고명"),
    "employer_name": _l("기관"),
    "work_kind": _l("하는 일"),
    "duties": _l("업무 내용"),
    "province": _l("시·도"),
    "district": _l("시·군·구"),
    "place": _l("근무지 주소"),
    "employment_type": _l("고용형태"),
    "headcount": _l("모집인원"),
    "pay_unit": _l("급여 기준"),
    "pay_min": _l("급여(원), 적게는"),
    "pay_max": _l("급여(원), 많게는"),
    "pay_text": _l("급여 설명"),
    "weekly_hours": _l("주당 근무시간"),
    "hours_text": _l("근무시간 설명"),
    "period_from": _l("근무 시작일"),
    "period_until": _l("근무 종료일"),
    "qualification_text": _l("자격요건 설명"),
    "preference_text": _l("우대사항 설명"),
    "posted_on": _l("게시일"),
    "source_url": _l("원문 링크"),
    "deadline_at": _l("마감일"),
    "until_filled": _l("채용할 때까지 받아요"),
    "documents": _l("제출서류"),
    "documents_text": _l("그 밖의 제출서류"),
    "contact_name": _l("담당자"),
    "contact_phone": _l("담당자 전화번호"),
    "contact_email": _l("담당자 이메일"),
    "blind": _l("블라인드 채용"),
    "reveal_stage": _l("인적사항을 여는 단계"),
    "residents_first": _l("구민 우선채용 협약"),
    "has_thirty_staff": _l("상시근로자 30명 이상"),
    "retention_days": _l("채용서류 보관기간(일)"),
}
FILTERS: dict[str, Callable[..., object]] = {
    "opening_pay": pay,
    "opening_place": place,
    "opening_deadline": deadline,
    "opening_hours": working_hours,
    "opening_period": working_period,
    "opening_requirement": requirement,
    "requirement_kind": lambda asked: RequirementKind(asked.kind).label,
    "match_reason": reason,
    "match_result": result,
    "match_rule": lambda rule: RULES[rule],
    "province_name": lambda province: Province(province).label if province else _("전국"),
    "opening_documents": documents,
    "opening_edit": edit,
    "opening_field": lambda name: _FIELDS.get(name, name),
    "marked": marked,
    "passage": passage,
    "opening_state": lambda opening: OpeningState(opening.state).label,
    "work_kind": lambda opening: WorkKind(opening.work_kind).label,
    "employment_type": lambda opening: EmploymentType(opening.employment_type).label,
    "opening_source": lambda opening: OpeningSource(opening.source).label,
}
