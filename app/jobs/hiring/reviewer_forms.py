"""The forms of reviewers and their scores."""

from __future__ import annotations

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.forms import Form
from app.core.i18n import _l
from app.training.forms import no_resident_number


class AppointForm(Form):
    """Who is to judge."""

    account = SelectField(_l("구성원"), choices=[], validators=[InputRequired()])


class CriterionForm(Form):
    """What is judged, up to how many points, how much it counts."""

    name = StringField(
        _l("평가 항목"), validators=[InputRequired(_l("평가 항목의 이름을 입력해 주세요.")), Length(max=120)]
    )
    most = IntegerField(
        _l("만점"),
        default=10,
        validators=[
            InputRequired(_l("만점을 입력해 주세요.")),
            NumberRange(1, 100, _l("1부터 100까지 정할 수 있어요.")),
        ],
    )
    weight = IntegerField(
        _l("가중치"),
        default=1,
        validators=[
            InputRequired(_l("가중치를 입력해 주세요.")),
            NumberRange(1, 10, _l("1부터 10까지 정할 수 있어요.")),
        ],
    )


class CommentForm(Form):
    """What is said of an application."""

    words = TextAreaField(
        _l("의견"), validators=[InputRequired(_l("의견을 적어 주세요.")), Length(max=2000), no_resident_number]
    )


class StepBackForm(Form):
    """Why a reviewer steps back."""

    why = TextAreaField(_l("회피하는 까닭"), validators=[Optional(), Length(max=500), no_resident_number])
