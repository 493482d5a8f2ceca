"""The forms of interview times and messages."""

from __future__ import annotations

from wtforms import DateField, IntegerField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.forms import Form
from app.core.i18n import _l
from app.training.forms import no_resident_number


class SlotForm(Form):
    """When, how long, where, how many, and until when it can be changed."""

    day = DateField(_l("날짜"), validators=[InputRequired(_l("날짜를 2026-03-09처럼 입력해 주세요."))])
    time = TimeField(_l("시각"), validators=[InputRequired(_l("시각을 14:00처럼 입력해 주세요."))])
    minutes = IntegerField(
        _l("면접 시간(분)"),
        default=30,
        validators=[
            InputRequired(_l("몇 분인지 입력해 주세요.")),
            NumberRange(5, 480, _l("5분부터 480분까지 정할 수 있어요.")),
        ],
    )
    place = StringField(
        _l("장소나 화상 주소"),
        validators=[InputRequired(_l("장소나 화상 주소를 입력해 주세요.")), Length(max=300), no_resident_number],
    )
    capacity = IntegerField(
        _l("자리 수"),
        default=1,
        validators=[
            InputRequired(_l("자리 수를 입력해 주세요.")),
            NumberRange(1, 100, _l("1부터 100까지 정할 수 있어요.")),
        ],
    )
    closes_hours = IntegerField(
        _l("몇 시간 전까지 바꿀 수 있나요"),
        default=24,
        validators=[Optional(), NumberRange(0, 336, _l("0부터 336시간까지 정할 수 있어요."))],
    )


class MessageForm(Form):
    """What one side writes to the other."""

    words = TextAreaField(
        _l("보낼 메시지"),
        validators=[InputRequired(_l("보낼 말을 적어 주세요.")), Length(max=2000), no_resident_number],
    )
