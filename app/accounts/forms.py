"""The forms of signing up, signing in, passwords and closing."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, StopValidation

from app.accounts import passwords
from app.accounts.birth_dates import parse_birth_date
from app.accounts.models import PersonRole
from app.accounts.normal import checked_email, reads_as_link
from app.accounts.person_service import birth_date_problem
from app.accounts.sign_up_service import BIRTH_DATE_REQUIRED, STAFF
from app.core import clock
from app.core.errors import Invalid
from app.core.forms import Form
from app.core.i18n import _, _l
from app.core.security import is_local_target

EMAIL_REQUIRED = _l("이메일 주소를 입력해 주세요.")
PASSWORD_REQUIRED = _l("비밀번호를 입력해 주세요.")
TOO_LONG = _l("너무 길어요. %(max)d자까지 입력할 수 있어요.")
_LENGTH_HINT = _l("10자 이상으로 정해 주세요. 문장처럼 길수록 안전해요.")


class BirthDateField(StringField):  # type: ignore[misc]
    """A date of birth, typed: picking a day decades ago from a calendar takes minutes."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        written = valuelist[0] if valuelist else ""
        self.data = parse_birth_date(written)
        if written.strip() and self.data is None:
            raise ValueError(_("생년월일을 다시 확인해 주세요. 예: 1990-03-09"))

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""


def email_field() -> EmailField:
    """Make the field for one's own mail address."""
    return EmailField(_l("이메일"), validators=[InputRequired(EMAIL_REQUIRED), Length(max=254, message=TOO_LONG)])


def password_field(label: Any) -> PasswordField:
    """Make a field for a password, which is taken as it was typed, spaces included."""
    return PasswordField(
        label, validators=[InputRequired(PASSWORD_REQUIRED), Length(max=1000, message=TOO_LONG)], filters=()
    )


def new_password_field(label: Any) -> PasswordField:
    """Make a field for a password that is to be set."""
    return PasswordField(label, validators=[InputRequired(PASSWORD_REQUIRED)], description=_LENGTH_HINT, filters=())


def _refuse(check: Any, *arguments: str) -> None:
    try:
        check(*arguments)
    except Invalid as error:
        raise ValidationError(str(error)) from None


def _local_or_nothing(target: str | None) -> str:
    return target if target and is_local_target(target) else ""


class SignInForm(Form):
    email = email_field()
    password = password_field(_l("비밀번호"))
    next = HiddenField(filters=(_local_or_nothing,))


def _name_field() -> StringField:
    return StringField(
        _l("이름"), validators=[InputRequired(_l("이름을 입력해 주세요.")), Length(max=80, message=TOO_LONG)]
    )


def _role_field(*more: SelectChoice) -> RadioField:
    people = [SelectChoice(role.value, role.label) for role in PersonRole]
    return RadioField(_l("역할"), validators=[InputRequired(_l("역할을 골라 주세요."))], choices=[*people, *more])


def _birth_date_field(needed: Any) -> BirthDateField:
    return BirthDateField(
        _l("생년월일"), validators=[needed], description=_l("예: 1990-03-09 또는 19900309"), filters=()
    )


def _consent_field(refused: Any) -> BooleanField:
    return BooleanField(_l("개인정보 수집·이용에 동의해요"), validators=[InputRequired(refused)])


def _needed_of_people(form: SignUpForm, field: BirthDateField) -> None:
    """Ask everybody for a date of birth but who works for an organisation, of whom none is taken."""
    if form.role.data != STAFF:
        InputRequired(BIRTH_DATE_REQUIRED)(form, field)
        return
    field.data, field.errors = None, []
    raise StopValidation


def _refuse_link(field: StringField) -> None:
    if reads_as_link(field.data or ""):
        raise ValidationError(_("이름만 입력해 주세요. 인터넷 주소나 이메일 주소는 쓸 수 없어요."))


def _refuse_birth_date(field: BirthDateField) -> None:
    problem = birth_date_problem(field.data, clock.now()) if field.data is not None else None
    if problem is not None:
        raise ValidationError(str(problem))


class SignUpForm(Form):
    name = _name_field()
    role = _role_field(SelectChoice(STAFF, _l("기관 담당자 (교육기관·구인기업·구청 등)")))
    birth_date = _birth_date_field(_needed_of_people)
    email = email_field()
    password = new_password_field(_l("비밀번호"))
    consent = _consent_field(_l("동의하지 않으면 가입할 수 없어요."))

    def validate_name(self, field: StringField) -> None:
        _refuse_link(field)

    def validate_birth_date(self, field: BirthDateField) -> None:
        _refuse_birth_date(field)

    def validate_email(self, field: EmailField) -> None:
        _refuse(checked_email, field.data)

    def validate_password(self, field: PasswordField) -> None:
        _refuse(passwords.check_strength, field.data, self.name.data or "", self.email.data or "")


class PersonForm(Form):
    """What an account without a person states to have a training record."""

    name = _name_field()
    role = _role_field()
    birth_date = _birth_date_field(InputRequired(BIRTH_DATE_REQUIRED))
    consent = _consent_field(_l("동의하지 않으면 교육 기록을 연결할 수 없어요."))

    def validate_name(self, field: StringField) -> None:
        _refuse_link(field)

    def validate_birth_date(self, field: BirthDateField) -> None:
        _refuse_birth_date(field)


class ConfirmForm(Form):
    password = password_field(_l("비밀번호"))


class ForgottenPasswordForm(Form):
    email = email_field()


class NewPasswordForm(Form):
    password = new_password_field(_l("새 비밀번호"))

    def validate_password(self, field: PasswordField) -> None:
        _refuse(passwords.check_strength, field.data)


class ChangePasswordForm(NewPasswordForm):
    present = password_field(_l("지금 비밀번호"))


class CodeForm(Form):
    code = StringField(
        _l("인증 코드"),
        validators=[InputRequired(_l("코드를 입력해 주세요.")), Length(max=40, message=TOO_LONG)],
        description=_l("인증 앱에 보이는 여섯 자리 숫자예요."),
    )


class SetUpForm(CodeForm):
    password = password_field(_l("비밀번호"))
    proposal = HiddenField()


class PasswordForm(Form):
    """Asked before what only the holder may do."""

    password = password_field(_l("비밀번호"))
