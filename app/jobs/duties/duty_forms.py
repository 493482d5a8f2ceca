"""The forms of duties."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from app.core.forms import Form
from app.core.i18n import _l
from app.jobs.duties.duty_service import LONGEST_NOTICE
from app.training.forms import no_resident_number


class ScheduleForm(Form):
    """How the hiring goes on, for everybody who waits."""

    words = TextAreaField(
        _l("채용일정"),
        description=_l("서류 결과는 언제 나오는지, 면접은 언제쯤인지처럼 지원자가 기다리는 날을 적어 주세요."),
        validators=[
            InputRequired(_l("전형이 언제 어떻게 이어지는지 적어 주세요.")),
            Length(max=LONGEST_NOTICE, message=_l("2,000자까지 적을 수 있어요.")),
            no_resident_number,
        ],
    )
