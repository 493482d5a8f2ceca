"""The forms of openings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.clock import SEOUL
from app.core.forms import Form, MakingForm
from app.core.i18n import Text, _l
from app.jobs.application_words import Stage
from app.jobs.opening_words import DocumentKind, EmploymentType, PayUnit, WorkKind
from app.jobs.openings.opening_fields import LONGEST_RETENTION, SHORTEST_RETENTION, OpeningFields
from app.jobs.regions import Province
from app.training.forms import no_resident_number

LAST_MINUTE = time(23, 59)
REVEAL_STAGES = (Stage.SHORTLISTED, Stage.INTERVIEW, Stage.HIRED)
_DATE_WANTED = _l("날짜를 2026-03-09처럼 입력해 주세요.")
_AMOUNT_WANTED = _l("0 이상의 숫자로 입력해 주세요.")


def _choices(words: type[StrEnum]) -> list[SelectChoice]:
    return [SelectChoice(word.value, word.label) for word in words]  # type: ignore[attr-defined]


def _text(most: int) -> list[Any]:
    return [Optional(), Length(max=most), no_resident_number]


def _amount(most: int, message: Text = _AMOUNT_WANTED) -> list[Any]:
    return [Optional(), NumberRange(0, most, message)]


class OpeningForm(MakingForm):
    """What an employer fills in for an opening; `version` is what was read before it was changed."""

    # Whether words were found that an opening may not say; the page then offers to keep them for now.
    found_words = False

    version = HiddenField()
    employer = SelectField(_l("기관"), choices=[])
    title = StringField(
        _l("공고명"), validators=[InputRequired(_l("공고명을 입력해 주세요.")), Length(max=200), no_resident_number]
    )
    work_kind = SelectField(_l("하는 일"), choices=_choices(WorkKind))
    duties = TextAreaField(_l("업무 내용"), validators=_text(10_000))
    province = SelectField(_l("시·도"), choices=[SelectChoice("", _l("전국")), *_choices(Province)])
    district = StringField(_l("시·군·구"), validators=_text(40))
    place = StringField(_l("근무지 주소"), validators=_text(200))
    employment_type = SelectField(_l("고용형태"), choices=_choices(EmploymentType))
    headcount = IntegerField(
        _l("모집인원"), validators=[Optional(), NumberRange(1, 9999, _l("1 이상의 숫자로 입력해 주세요."))]
    )
    pay_unit = SelectField(_l("급여 기준"), choices=_choices(PayUnit)[:-1])
    pay_min = IntegerField(_l("급여(원), 적게는"), validators=_amount(10**10))
    pay_max = IntegerField(_l("급여(원), 많게는"), validators=_amount(10**10))
    pay_text = StringField(_l("급여 설명"), validators=_text(200))
    weekly_hours = DecimalField(_l("주당 근무시간"), places=1, validators=_amount(99))
    hours_text = StringField(_l("근무시간 설명"), validators=_text(200))
    period_from = DateField(_l("근무 시작일"), validators=[Optional()])
    period_until = DateField(_l("근무 종료일"), validators=[Optional()])
    qualification_text = TextAreaField(_l("자격요건 설명"), validators=_text(5000))
    preference_text = TextAreaField(_l("우대사항 설명"), validators=_text(5000))
    deadline_on = DateField(_l("마감일"), validators=[Optional()])
    deadline_time = TimeField(_l("마감 시각"), validators=[Optional()])
    until_filled = BooleanField(_l("채용할 때까지 받아요"))
    documents = SelectMultipleField(
        _l("제출서류"), choices=_choices(DocumentKind), option_widget=CheckboxInput(), widget=ListWidget()
    )
    documents_text = StringField(_l("그 밖의 제출서류"), validators=_text(300))
    contact_name = StringField(_l("담당자"), validators=_text(80))
    contact_phone = TelField(_l("담당자 전화번호"), validators=_text(40))
    contact_email = EmailField(
        _l("담당자 이메일"), validators=[Optional(), Length(max=254), Email(_l("이메일 주소를 확인해 주세요."))]
    )
    blind = BooleanField(_l("블라인드 채용"))
    reveal_stage = SelectField(
        _l("인적사항을 여는 단계"), choices=[SelectChoice(stage.value, stage.label) for stage in REVEAL_STAGES]
    )
    residents_first = BooleanField(_l("구민 우선채용 협약"))
    has_thirty_staff = BooleanField(_l("상시근로자 30명 이상"))
    retention_days = IntegerField(
        _l("채용서류 보관기간(일)"),
        validators=[
            InputRequired(_l("보관기간을 입력해 주세요.")),
            NumberRange(
                SHORTEST_RETENTION, LONGEST_RETENTION, _l("채용서류 보관기간은 14일부터 180일까지 정할 수 있어요.")
            ),
        ],
    )

    @staticmethod
    def describe(fields: OpeningFields) -> dict[str, Any]:
        """Answer an opening's fields as this form shows them: the deadline parted into Korea's day and time."""
        data = fields.as_facts() | {
            "province": fields.province or "",
            "weekly_hours": fields.weekly_hours,
            "period_from": fields.period_from,
            "period_until": fields.period_until,
        }
        if fields.deadline_at is not None:
            there = fields.deadline_at.astimezone(SEOUL)
            data |= {"deadline_on": there.date(), "deadline_time": there.time()}
        return data

    def keep_unsaid(self, fields: OpeningFields) -> None:
        """Offer to leave the pay unsaid where a list has said nothing of it; nobody who writes here chooses that."""
        if fields.pay_unit is PayUnit.NOT_SAID:
            self.pay_unit.choices = _choices(PayUnit)

    def fields(self, employer_name: str) -> OpeningFields:
        """Answer what was filled in."""
        words: Sequence[str] = self.documents.data or ()
        names = set(OpeningFields.__dataclass_fields__) - {"employer_name", "deadline_at", "documents", "posted_on"}
        values = {name: self[name].data for name in names}
        values |= {name: values[name] or "" for name in names if isinstance(self[name], StringField)}
        values |= {
            "work_kind": WorkKind(self.work_kind.data),
            "employment_type": EmploymentType(self.employment_type.data),
            "pay_unit": PayUnit(self.pay_unit.data),
            "province": self.province.data or None,
        }
        return OpeningFields(
            employer_name=employer_name,
            deadline_at=None if self.until_filled.data else self._deadline(),
            documents=tuple(DocumentKind(word) for word in words),
            **values,
        )

    def _deadline(self) -> datetime | None:
        if self.deadline_on.data is None:
            return None
        return datetime.combine(self.deadline_on.data, self.deadline_time.data or LAST_MINUTE, SEOUL)


class ReturnForm(Form):
    """Why an opening goes back to its employer."""

    why = TextAreaField(_l("고칠 내용"), validators=[Optional(), Length(max=500), no_resident_number])
