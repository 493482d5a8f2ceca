"""The forms of applying, one for each step that asks something."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, HiddenField, SelectMultipleField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import Form
from app.core.i18n import _l
from app.jobs.applying.application_choices import Choice
from app.training.forms import no_resident_number

LONGEST_WORDS = 3000


class DocumentsForm(Form):
    """What is handed in, and how to reach the applicant."""

    items = SelectMultipleField(_l("낼 것"), option_widget=CheckboxInput(), widget=ListWidget())
    makes_resume = BooleanField(_l("고른 것으로 이력서를 만들어 함께 내요"))
    file = FileField(_l("파일 더하기"))
    words = TextAreaField(_l("하고 싶은 말"), validators=[Optional(), Length(max=LONGEST_WORDS), no_resident_number])
    phone = TelField(
        _l("연락받을 전화번호"),
        validators=[InputRequired(_l("전화번호를 입력해 주세요.")), Length(max=30), no_resident_number],
    )
    email = EmailField(
        _l("연락받을 이메일"),
        validators=[
            InputRequired(_l("이메일 주소를 입력해 주세요.")),
            Length(max=254),
            Email(_l("이메일 주소를 확인해 주세요.")),
        ],
    )

    def relax(self) -> None:
        """Ask for nothing yet: somebody adds a file, or goes to the portfolio, before the rest is filled in."""
        for field in (self.phone, self.email):
            field.validators = [Optional(), *(v for v in field.validators if not isinstance(v, InputRequired))]

    def offer(self, choices: Sequence[Choice]) -> None:
        """Fill in what can be chosen."""
        self.items.choices = [SelectChoice(choice.key, choice.title) for choice in choices]


class AgreeForm(Form):
    """The consent to give the application to the employer."""

    agrees = BooleanField(
        _l("위 내용을 읽었고, 제3자 제공에 동의해요"),
        validators=[InputRequired(_l("동의해야 지원서를 낼 수 있어요."))],
    )


class ConfirmForm(Form):
    """The last look: `digest` stands for what the page showed."""

    digest = HiddenField()
