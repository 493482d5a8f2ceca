"""Demo openings: a field centre and a company look for people, one of them blind, with requirements that a record
proves or lacks. They are written once; what somebody does with them since stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select

from app.accounts.models import Organisation
from app.core.access import Actor
from app.core.clock import SEOUL, seoul_date
from app.core.db import db
from app.jobs.opening_models import Opening
from app.jobs.opening_words import (
    DocumentKind,
    EmploymentType,
    PayUnit,
    RequirementKind,
    RequirementLevel,
    WorkKind,
)
from app.jobs.openings import opening_service, requirement_service
from app.jobs.openings.opening_fields import OpeningFields
from app.jobs.openings.requirement_service import RequirementFields
from app.jobs.regions import Province

_HOURS = RequirementFields(
    RequirementKind.HOURS, RequirementLevel.REQUIRED, course_kind="foundation", minutes=20 * 60, within_months=24
)
_IN_SERVICE = RequirementFields(
    RequirementKind.HOURS, RequirementLevel.PREFERRED, course_kind="in_service", minutes=15 * 60
)


@dataclass(frozen=True)
class _Demo:
    fields: OpeningFields
    requirements: tuple[RequirementFields, ...] = ()


def load_openings(employer: Organisation, actor: Actor, at: datetime) -> None:
    """Publish the demo openings of this employer unless it has written any."""
    if db.session.scalar(select(Opening.id).where(Opening.organisation_id == employer.id).limit(1)) is not None:
        return
    for demo in _openings(employer.name, at):
        opening = opening_service.draft_opening(employer, demo.fields, actor, at)
        for asked in demo.requirements:
            requirement_service.add_requirement(opening, asked, actor, at)
        opening_service.submit_opening(opening, False, actor, at)


def _openings(employer: str, at: datetime) -> tuple[_Demo, ...]:
    closes = datetime.combine(seoul_date(at) + timedelta(days=30), time(18), SEOUL)
    return (
        _Demo(_blind(employer, closes), (_HOURS, _IN_SERVICE)),
        _Demo(_residents_first(employer, closes), (_IN_SERVICE,)),
        _Demo(_until_filled(employer)),
    )


def _blind(employer: str, closes: datetime) -> OpeningFields:
    return OpeningFields(
        title="도시재생 현장지원센터 코디네이터 모집",
        employer_name=employer,
        work_kind=WorkKind.COORDINATOR,
        duties="주민 상담, 주민공모사업 지원, 마을 소식지 제작",
        province=Province.SEOUL.value,
        district="은평구",
        employment_type=EmploymentType.FIXED_TERM,
        headcount=1,
        pay_unit=PayUnit.MONTH,
        pay_min=2_600_000,
        pay_max=2_900_000,
        hours_text="월~금 9시~18시",
        deadline_at=closes,
        documents=(DocumentKind.RESUME,),
        contact_name="채용 담당자",
        contact_phone="02-000-0000",
        blind=True,
        reveal_stage="interview",
    )


def _residents_first(employer: str, closes: datetime) -> OpeningFields:
    return OpeningFields(
        title="골목상권 일자리 기획 담당",
        employer_name=employer,
        work_kind=WorkKind.PLANNER,
        duties="골목상권 활성화 사업 기획, 참여 가게 지원",
        province=Province.SEOUL.value,
        district="중구",
        employment_type=EmploymentType.PERMANENT,
        headcount=2,
        pay_unit=PayUnit.YEAR,
        pay_min=34_000_000,
        deadline_at=closes,
        documents=(DocumentKind.RESUME, DocumentKind.PLAN),
        contact_name="채용 담당자",
        contact_email="employer@example.org",
        residents_first=True,
    )


def _until_filled(employer: str) -> OpeningFields:
    return OpeningFields(
        title="마을관리소 행정 지원",
        employer_name=employer,
        work_kind=WorkKind.OFFICE,
        duties="회계 정리, 공간 예약 관리",
        province=Province.GYEONGGI.value,
        district="수원시 팔달구",
        employment_type=EmploymentType.PART_TIME,
        headcount=1,
        pay_unit=PayUnit.HOUR,
        pay_min=12_000,
        until_filled=True,
        documents=(DocumentKind.RESUME,),
        contact_name="채용 담당자",
        contact_phone="031-000-0000",
    )
