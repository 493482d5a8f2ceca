"""The form of a saved search."""

from __future__ import annotations

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core.forms import Form
from app.core.i18n import _l
from app.jobs.board.saved_search_models import Alert
from app.training.forms import no_resident_number


class SavedSearchForm(Form):
    """What a search is called and when it tells."""

    name = StringField(
        _l("이름"), validators=[InputRequired(_l("이름을 입력해 주세요.")), Length(max=80), no_resident_number]
    )
    alert = RadioField(
        _l("새 공고 알림"),
        choices=[SelectChoice(alert.value, alert.label) for alert in Alert],
        validators=[InputRequired(_l("알림을 골라 주세요."))],
        description=_l("가입한 이메일로 보내요. 메일에 있는 주소로 언제든 그만 받을 수 있어요."),
    )
