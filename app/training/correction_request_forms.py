"""The forms of a correction request and of its answer."""

from __future__ import annotations

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core.forms import Form
from app.core.i18n import _l
from app.training.correction_request_models import ANSWERS, MAX_WORDS, CorrectionKind
from app.training.forms import no_resident_number

_TOO_LONG = _l("너무 길어요. %(max)d자까지 입력할 수 있어요.")


class CorrectionRequestForm(Form):
    kind = RadioField(
        _l("무엇이 다른가요?"),
        validators=[InputRequired(_l("무엇이 다른지 골라 주세요."))],
        choices=[SelectChoice(kind.value, kind.label) for kind in CorrectionKind],
    )
    session = SelectField(_l("회차"), description=_l("한 회차에 관한 것이면 골라 주세요."))
    words = TextAreaField(
        _l("내용"),
        validators=[
            InputRequired(_l("내용을 입력해 주세요.")),
            Length(max=MAX_WORDS, message=_TOO_LONG),
            no_resident_number,
        ],
        description=_l("실제로 어땠는지 적어 주세요. 1,000자까지 쓸 수 있어요."),
    )


class CorrectionAnswerForm(Form):
    state = RadioField(
        _l("어떻게 되었나요?"),
        validators=[InputRequired(_l("어떻게 되었는지 골라 주세요."))],
        choices=[SelectChoice(state.value, state.label) for state in ANSWERS],
    )
    words = TextAreaField(
        _l("답변"),
        validators=[
            InputRequired(_l("답변을 입력해 주세요.")),
            Length(max=MAX_WORDS, message=_TOO_LONG),
            no_resident_number,
        ],
        description=_l("요청한 사람에게 그대로 보여요."),
    )
