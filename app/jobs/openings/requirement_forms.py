"""The form of one requirement."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from wtforms import DecimalField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from app.core.errors import Invalid
from app.core.forms import Form
from app.core.i18n import _l
from app.jobs.opening_words import RequirementKind, RequirementLevel
from app.jobs.openings.requirement_service import RequirementFields
from app.training.forms import no_resident_number
from app.training.models import CourseKind


def _text(most: int) -> list[Any]:
    return [Optional(), Length(max=most), no_resident_number]


class RequirementForm(Form):
    """What an opening asks for; which fields count depends on the kind, and the service says what is missing."""

    level = RadioField(
        _l("구분"),
        choices=[SelectChoice(level.value, level.label) for level in RequirementLevel],
        default=RequirementLevel.REQUIRED.value,
    )
    kind = SelectField(_l("무엇으로 확인하나요"), choices=[SelectChoice(k.value, k.label) for k in RequirementKind])
    course_kind = SelectField(
        _l("과정 종류"),
        choices=[SelectChoice("", _l("모든 교육")), *(SelectChoice(k.value, k.label) for k in CourseKind)],
    )
    hours = DecimalField(
        _l("이수시간"),
        places=1,
        validators=[Optional(), NumberRange(Decimal("0.1"), 9999, _l("0보다 큰 시간을 입력해 주세요."))],
    )
    within_months = IntegerField(
        _l("최근 몇 개월"), validators=[Optional(), NumberRange(1, 600, _l("1에서 600 사이로 입력해 주세요."))]
    )
    months = IntegerField(
        _l("경력(개월)"), validators=[Optional(), NumberRange(1, 600, _l("1에서 600 사이로 입력해 주세요."))]
    )
    name = StringField(_l("과정·분야·증서 이름"), validators=_text(200))
    issuer = StringField(_l("발급기관"), validators=_text(200))
    text = StringField(_l("설명"), validators=_text(300))

    def fields(self) -> RequirementFields:
        """Answer what was filled in. Raises `Invalid` when the kind lacks what it needs."""
        hours = self.hours.data
        minutes = int((hours * 60).to_integral_value(ROUND_HALF_UP)) if hours is not None else None
        return RequirementFields(
            kind=RequirementKind(self.kind.data),
            level=RequirementLevel(self.level.data),
            course_kind=self.course_kind.data or "",
            minutes=minutes,
            within_months=self.within_months.data,
            months=self.months.data,
            name=self.name.data or "",
            issuer=self.issuer.data or "",
            text=self.text.data or "",
        ).checked()

    def say(self, error: Invalid) -> None:
        """Put the service's refusal beside the kind, which decides what is needed."""
        self.kind.errors = [str(error.message)]
