"""The forms of public verification."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.core.forms import Form
from app.core.i18n import _l


class LookupForm(Form):
    document_number = StringField(
        _l("문서확인번호"),
        validators=[InputRequired(_l("문서확인번호를 입력해 주세요.")), Length(max=60)],
        description=_l("수료증 아래쪽에 있는 숫자 16자리예요."),
    )
    name_or_birth_date = StringField(
        _l("이름 또는 생년월일"),
        validators=[InputRequired(_l("수료증에 적힌 이름이나 생년월일을 입력해 주세요.")), Length(max=100)],
        description=_l("수료증에 적힌 그대로 입력해 주세요. 생년월일은 1990-03-09처럼 적어요."),
    )


class BirthDateForm(Form):
    """Asked on a page that sets no cookie, so without a token; the view looks where the request comes from."""

    class Meta:
        csrf = False

    birth_date = StringField(
        _l("생년월일"),
        validators=[InputRequired(_l("생년월일을 입력해 주세요.")), Length(max=40)],
        description=_l("종이에 적힌 생년월일을 1990-03-09처럼 입력해 주세요."),
    )
