"""The forms of courses, policies, cohorts and people."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput

from app.core import resident_number
from app.core.forms import Form
from app.core.i18n import Text, _, _l
from app.training.models import CourseKind
from app.training.policy import PolicyRules
from app.training.roster_sheet import RosterPerson
from app.training.session_dates import MAX_SESSIONS, SessionTime, faults

_WEEKDAY_NAMES: tuple[Text, ...] = (_l("월"), _l("화"), _l("수"), _l("목"), _l("금"), _l("토"), _l("일"))
WEEKDAYS = [SelectChoice(number, name) for number, name in enumerate(_WEEKDAY_NAMES)]
KINDS = [SelectChoice(kind.value, kind.label) for kind in CourseKind]
MIN_CAPACITY, MAX_CAPACITY = 1, 10_000
_DATE_WANTED = _l("날짜를 2026-03-09처럼 입력해 주세요.")
_TIME_WANTED = _l("시각을 14:00처럼 입력해 주세요.")


def no_resident_number(form: Any, field: Any) -> None:
    """Refuse a field that holds a resident number, and forget what was typed (a validator)."""
    if resident_number.find(field.data or ""):
        field.data = ""  # The page that answers must not say it again.
        raise ValidationError(_l("주민등록번호는 받지 않아요. 지우고 다시 입력해 주세요."))


def _required(message: Text) -> InputRequired:
    return InputRequired(message)


class SheetUploadForm(Form):
    """A file to be previewed."""

    file = FileField(_l("파일"), validators=[FileRequired(_l("파일을 골라 주세요."))])


class ConfirmationForm(Form):
    """What a preview has understood comes back, signed."""

    ticket = HiddenField(validators=[_required(_l("미리보기 내용이 없어요. 파일을 다시 올려 주세요."))])


class ReasonForm(Form):
    """Why something is taken back."""

    reason = StringField(_l("사유"), validators=[Optional(), Length(max=500), no_resident_number])


class CourseForm(Form):
    """A new course."""

    centre = SelectField(_l("교육기관"), choices=[])
    name = StringField(
        _l("과정명"), validators=[_required(_l("과정명을 입력해 주세요.")), Length(max=120), no_resident_number]
    )
    kind = SelectField(_l("과정 종류"), choices=KINDS)
    description = TextAreaField(_l("과정 소개"), validators=[Optional(), Length(max=5000), no_resident_number])


class PolicyForm(Form):
    """A new version of a course's attendance policy."""

    completion_percent = IntegerField(
        _l("수료에 필요한 출석률(%)"),
        validators=[
            _required(_l("출석률을 입력해 주세요.")),
            NumberRange(1, 100, _l("1에서 100 사이로 입력해 주세요.")),
        ],
    )
    slips_per_absence = IntegerField(
        _l("결석 1회로 치는 지각·조퇴·외출 횟수"),
        validators=[
            InputRequired(_l("횟수를 입력해 주세요.")),
            NumberRange(1, 99, _l("1에서 99 사이로 입력해 주세요.")),
        ],
    )
    grace_minutes = IntegerField(
        _l("지각·조퇴로 보지 않는 시간(분)"),
        validators=[
            InputRequired(_l("분을 입력해 주세요.")),
            NumberRange(0, 120, _l("0에서 120 사이로 입력해 주세요.")),
        ],
    )
    absent_percent = IntegerField(
        _l("결석으로 보는 참여 시간(%)"),
        validators=[
            InputRequired(_l("비율을 입력해 주세요.")),
            NumberRange(0, 99, _l("0에서 99 사이로 입력해 주세요.")),
        ],
    )

    @staticmethod
    def describe(rules: PolicyRules) -> dict[str, int]:
        """Answer the rules as this form writes them: rates in whole percent."""
        return {
            "completion_percent": round(rules.completion_rate * 100),
            "slips_per_absence": rules.slips_per_absence,
            "grace_minutes": rules.grace_minutes,
            "absent_percent": round(rules.absent_below * 100),
        }

    def rules(self, name: str) -> PolicyRules:
        """Answer what was filled in as rules of this name."""
        return PolicyRules.of(
            name=name,
            version=1,
            completion_rate=Fraction(self.completion_percent.data, 100),
            slips_per_absence=self.slips_per_absence.data,
            grace_minutes=self.grace_minutes.data,
            absent_below=Fraction(self.absent_percent.data, 100),
        )


class SessionForm(PlainForm):  # type: ignore[misc]
    """One meeting in the list of a new cohort; a row whose date is emptied is left out."""

    date = DateField(_l("날짜"), validators=[Optional()])
    start = TimeField(_l("시작"), validators=[Optional()])
    end = TimeField(_l("종료"), validators=[Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the hours only where there is a date; say what a date or time must look like."""
        super().validate(extra_validators)
        for field, message in ((self.date, _DATE_WANTED), (self.start, _TIME_WANTED), (self.end, _TIME_WANTED)):
            if field.errors or (field.data is None and self.date.data is not None):
                field.errors = [str(message)]
        return not (self.date.errors or self.start.errors or self.end.errors)


class CohortForm(Form):
    """A new cohort: its facts, a rule that makes dates, and the dates themselves, which may be changed."""

    code = StringField(
        _l("기수 코드"),
        validators=[
            _required(_l("기수 코드를 입력해 주세요.")),
            Length(max=40),
            Regexp(
                r"[0-9A-Za-z가-힣][0-9A-Za-z가-힣._-]*$", message=_l("글자, 숫자, 점, 밑줄, 하이픈만 쓸 수 있어요.")
            ),
        ],
        description=_l("파일을 가져올 때 쓰는 짧은 이름이에요. 예: 2026-F2"),
    )
    name = StringField(
        _l("기수 이름"),
        validators=[_required(_l("기수 이름을 입력해 주세요.")), Length(max=80), no_resident_number],
        description=_l("수료증에 그대로 적혀요. 예: 2026년 하반기 2기"),
    )
    capacity = IntegerField(
        _l("정원"),
        validators=[
            _required(_l("정원을 입력해 주세요.")),
            NumberRange(MIN_CAPACITY, MAX_CAPACITY, _l("정원은 1명에서 10,000명까지예요.")),
        ],
    )
    first = DateField(_l("첫 수업일"), validators=[Optional()])
    weekdays = SelectMultipleField(_l("수업 요일"), choices=WEEKDAYS, coerce=int, option_widget=CheckboxInput())
    count = IntegerField(
        _l("회차 수"), validators=[Optional(), NumberRange(1, MAX_SESSIONS, _l("회차는 1회에서 200회까지예요."))]
    )
    start = TimeField(_l("시작 시각"), validators=[Optional()])
    end = TimeField(_l("종료 시각"), validators=[Optional()])
    sessions = FieldList(FormField(SessionForm), max_entries=MAX_SESSIONS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whoever fills the rule in has to fill in all of it, though the form can be saved without the rule.
        for field in (self.first, self.count, self.start, self.end):
            field.flags.required = True

    def rule_faults(self) -> bool:
        """Mark what is missing from the rule that makes dates; tell whether anything is."""
        wanted: tuple[tuple[Any, Text], ...] = (
            (self.first, _DATE_WANTED),
            (self.count, _l("회차 수를 입력해 주세요.")),
            (self.start, _TIME_WANTED),
            (self.end, _TIME_WANTED),
        )
        for field, message in wanted:
            if field.data is None:
                field.errors = [str(message)]
        if self.count.data and self.count.data > 1 and not self.weekdays.data:
            self.weekdays.errors = [_("수업하는 요일을 골라 주세요.")]
        if self.start.data and self.end.data and self.end.data <= self.start.data:
            self.end.errors = [_("끝나는 시각이 시작 시각보다 늦어야 해요.")]
        return any(field.errors for field in (self.first, self.weekdays, self.count, self.start, self.end))

    def replace_sessions(self, times: Sequence[SessionTime]) -> None:
        """List these meetings instead of what is listed."""
        while len(self.sessions):
            self.sessions.pop_entry()
        for session in times:
            self.sessions.append_entry({"date": session.date, "start": session.start, "end": session.end})

    def mark_faults(self, times: Sequence[SessionTime]) -> bool:
        """Mark the rows of meetings that cannot be; tell whether there is any, or no meeting at all."""
        if not times:
            self.form_errors.append(_("수업 날짜가 없어요. ‘날짜 만들기’로 회차를 만들어 주세요."))
            return True
        found = faults(times)
        self.replace_sessions(times)
        for place, message in found.items():
            self.sessions[place].form.date.errors = [str(message)]
        if found:
            self.form_errors.append(_("날짜 목록에서 표시한 회차를 고쳐 주세요."))
        return bool(found)

    def session_times(self) -> list[SessionTime]:
        """Answer the listed meetings in the order of time; rows without a date are left out."""
        rows = [row.form for row in self.sessions if row.form.date.data is not None]
        times = [SessionTime(row.date.data, row.start.data, row.end.data) for row in rows]
        return sorted(times, key=lambda s: (s.date, s.start))


class PersonCorrectionForm(Form):
    """How a person is recorded, to be put right."""

    name = StringField(
        _l("성명"), validators=[_required(_l("성명을 입력해 주세요.")), Length(max=60), no_resident_number]
    )
    birth_date = DateField(_l("생년월일"), validators=[_required(_DATE_WANTED)])
    reason = StringField(_l("사유"), validators=[Optional(), Length(max=200), no_resident_number])


class PersonForm(Form):
    """One person to enrol by hand."""

    name = StringField(
        _l("성명"), validators=[_required(_l("성명을 입력해 주세요.")), Length(max=60), no_resident_number]
    )
    birth_date = DateField(
        _l("생년월일"),
        validators=[_required(_DATE_WANTED)],
        description=_l("이름이 같은 사람을 구별해요. 주민등록번호는 받지 않아요."),
    )
    phone = TelField(_l("휴대전화"), validators=[Optional(), Length(max=30), no_resident_number])
    email = EmailField(
        _l("이메일"),
        validators=[
            Optional(),
            Length(max=254),
            no_resident_number,
            Email(_l("이메일 주소를 name@example.org처럼 입력해 주세요.")),
        ],
    )

    def roster_person(self) -> RosterPerson:
        """Answer what was filled in as one line of a roster."""
        return RosterPerson(
            name=self.name.data,
            birth_date=self.birth_date.data,
            phone=self.phone.data or "",
            email=self.email.data or "",
            sheet="",
            row=0,
        )
