"""The forms of public verification, and of revoking and correcting."""

from __future__ import annotations

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.certificates import correction_service, revocation_service
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


_CHOOSE = _l("사유를 골라 주세요.")


class RevocationForm(Form):
    reason = RadioField(
        _l("사유"),
        choices=[SelectChoice(reason.value, reason.label) for reason in revocation_service.REASONS],
        validators=[InputRequired(_CHOOSE)],
        description=_l("사유는 교육기관 안에서만 보여요. 확인 페이지에는 폐지된 날만 나와요."),
    )
    words = TextAreaField(
        _l("설명"),
        validators=[InputRequired(_l("무슨 일이 있었는지 적어 주세요.")), Length(max=500)],
    )


class CorrectionForm(Form):
    reason = RadioField(
        _l("사유"),
        choices=[SelectChoice(reason.value, reason.label) for reason in correction_service.REASONS],
        validators=[InputRequired(_CHOOSE)],
        description=_l("사유는 교육기관 안에서만 보여요."),
    )
    words = TextAreaField(_l("설명"), validators=[Length(max=500)])
