"""The forms of organisations, their members and their approval."""

from __future__ import annotations

from wtforms import EmailField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.accounts.forms import EMAIL_REQUIRED, TOO_LONG
from app.accounts.models import MembershipRole, OrganisationKind
from app.accounts.normal import checked_email, reads_as_link
from app.core.errors import Invalid
from app.core.forms import Form
from app.core.i18n import _, _l


def role_field() -> RadioField:
    """Make the field for what a member may do."""
    return RadioField(
        _l("역할"),
        validators=[InputRequired(_l("역할을 골라 주세요."))],
        choices=[SelectChoice(role.value, role.label) for role in MembershipRole],
        description=_l("관리자는 구성원을 정하고, 담당자는 기록을 고치고, 열람자는 보기만 해요."),
    )


class RegisterOrganisationForm(Form):
    name = StringField(
        _l("기관 이름"),
        validators=[InputRequired(_l("기관 이름을 입력해 주세요.")), Length(max=120, message=TOO_LONG)],
    )
    kind = RadioField(
        _l("기관 종류"),
        validators=[InputRequired(_l("기관 종류를 골라 주세요."))],
        choices=[SelectChoice(kind.value, kind.label) for kind in OrganisationKind],
    )

    def validate_name(self, field: StringField) -> None:
        if reads_as_link(field.data or ""):
            raise ValidationError(_("기관 이름만 입력해 주세요. 인터넷 주소나 이메일 주소는 쓸 수 없어요."))


class InviteForm(Form):
    email = EmailField(_l("이메일"), validators=[InputRequired(EMAIL_REQUIRED), Length(max=254, message=TOO_LONG)])
    role = role_field()

    def validate_email(self, field: EmailField) -> None:
        try:
            checked_email(field.data)
        except Invalid as error:
            raise ValidationError(str(error)) from None


class RoleForm(Form):
    role = role_field()


class RefuseForm(Form):
    reason = TextAreaField(
        _l("거절하는 까닭"),
        validators=[InputRequired(_l("거절하는 까닭을 입력해 주세요.")), Length(max=500, message=TOO_LONG)],
        description=_l("신청한 사람에게 메일로 그대로 전해져요."),
    )
