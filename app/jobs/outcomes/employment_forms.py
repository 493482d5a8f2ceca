"""The forms of employments."""

from __future__ import annotations

from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.core.forms import Form
from app.core.i18n import _l
from app.training.forms import no_resident_number


class EmploymentForm(Form):
    """What is confirmed of a job."""

    version = HiddenField()
    title = StringField(
        _l("직위나 하는 일"),
        validators=[InputRequired(_l("직위나 하는 일을 적어 주세요.")), Length(max=120), no_resident_number],
    )
    started_on = DateField(_l("일을 시작한 날"), validators=[InputRequired(_l("일을 시작한 날을 골라 주세요."))])


class CorrectionForm(EmploymentForm):
    """The same, with the day it ended."""

    ended_on = DateField(_l("끝난 날"), description=_l("아직 일하고 있으면 비워 두세요."), validators=[Optional()])


class WithdrawalForm(Form):
    """Why a job that was confirmed never was."""

    why = TextAreaField(
        _l("철회하는 까닭"),
        description=_l("기관과 채용된 분이 모두 볼 수 있어요."),
        validators=[InputRequired(_l("철회하는 까닭을 적어 주세요.")), Length(max=500), no_resident_number],
    )
