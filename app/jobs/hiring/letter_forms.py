"""The form of a letter."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.core.forms import Form
from app.core.i18n import _l
from app.jobs.hiring.letter_rules import what_is_wrong
from app.training.forms import no_resident_number

LONGEST = 2000


def known_placeholders(_form: Any, field: Any) -> None:
    """Refuse a text with a placeholder that does not exist, or with a brace alone (a validator)."""
    wrong = what_is_wrong(field.data or "")
    if wrong is not None:
        raise ValidationError(str(wrong))


class LetterForm(Form):
    """A letter's name and texts; `opening` is whose first applicant the preview is for, `version` what was seen."""

    employer = SelectField(_l("구인기관"), choices=[], validate_choice=False)
    name = StringField(
        _l("문구 이름"),
        validators=[InputRequired(_l("문구 이름을 입력해 주세요.")), Length(max=60), no_resident_number],
    )
    body = TextAreaField(
        _l("메일 내용"),
        validators=[
            InputRequired(_l("메일 내용을 입력해 주세요.")),
            Length(max=LONGEST),
            no_resident_number,
            known_placeholders,
        ],
    )
    english = TextAreaField(
        _l("영어로 읽는 지원자에게 보낼 내용"),
        validators=[Optional(), Length(max=LONGEST), no_resident_number, known_placeholders],
    )
    opening = SelectField(_l("미리 볼 공고"), choices=[], validate_choice=False)
    version = HiddenField()
    # Not hidden: the two buttons say it, and the form's hidden fields stand before them.
    step = StringField()
