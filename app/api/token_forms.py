"""The form of a new token."""

from __future__ import annotations

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.api.token_models import Scope
from app.core.forms import MakingForm
from app.core.i18n import _l

LASTS = (30, 90, 180, 365)


class TokenForm(MakingForm):
    """Which program it is for, what it may do, and for how long."""

    name = StringField(
        _l("토큰 이름"),
        validators=[InputRequired(_l("토큰 이름을 입력해 주세요.")), Length(max=80)],
        description=_l("어느 프로그램이 쓰는지 알 수 있게 적어 주세요. 예: 인사시스템"),
    )
    scopes = SelectMultipleField(
        _l("할 수 있는 일"),
        validators=[InputRequired(_l("할 수 있는 일을 하나 이상 골라 주세요."))],
        choices=[SelectChoice(scope.value, scope.label) for scope in Scope],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
        description=_l("프로그램에 필요한 것만 골라 주세요."),
    )
    days = SelectField(
        _l("쓸 수 있는 기간"),
        choices=[SelectChoice(days, _l("%(days)s일", days=days)) for days in LASTS],
        coerce=int,
        default=90,
    )
