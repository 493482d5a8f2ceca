"""The form of a new webhook."""

from __future__ import annotations

from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.api.webhook_models import WebhookEvent
from app.core.forms import MakingForm
from app.core.i18n import _l


class WebhookForm(MakingForm):
    """Where to, and what about."""

    url = StringField(
        _l("받을 주소"),
        validators=[InputRequired(_l("받을 주소를 입력해 주세요.")), Length(max=400)],
        description=_l("https로 시작하는 공개된 주소예요. 예: https://hr.example.kr/ieum"),
    )
    events = SelectMultipleField(
        _l("알림을 받을 일"),
        validators=[InputRequired(_l("알림을 받을 일을 하나 이상 골라 주세요."))],
        choices=[SelectChoice(event.value, event.label) for event in WebhookEvent],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )
