"""The form of an experience."""

from __future__ import annotations

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.core.forms import Form
from app.core.i18n import _l
from app.portfolio.experience_models import Experience, ExperienceKind
from app.portfolio.experience_service import Stated
from app.training.forms import no_resident_number


class ExperienceForm(Form):
    """What somebody states of one experience. Without a last day it goes on."""

    kind = SelectField(
        _l("구분"),
        choices=[SelectChoice(kind.value, kind.label) for kind in ExperienceKind],
        validators=[InputRequired(_l("구분을 골라 주세요."))],
    )
    organisation = StringField(
        _l("기관"), validators=[InputRequired(_l("기관을 입력해 주세요.")), Length(max=120), no_resident_number]
    )
    title = StringField(_l("직위·역할"), validators=[Optional(), Length(max=120), no_resident_number])
    field = StringField(_l("분야"), validators=[Optional(), Length(max=120), no_resident_number])
    starts_on = DateField(_l("시작한 날"), validators=[InputRequired(_l("시작한 날을 입력해 주세요."))])
    ends_on = DateField(_l("끝난 날"), validators=[Optional()])
    description = TextAreaField(_l("한 일"), validators=[Optional(), Length(max=2000), no_resident_number])

    @classmethod
    def of(cls, experience: Experience) -> ExperienceForm:
        """Answer the form filled in with what is stored."""
        return cls(obj=experience)

    @property
    def stated(self) -> Stated:
        """Answer what was filled in."""
        return Stated(
            ExperienceKind(self.kind.data),
            self.organisation.data,
            self.title.data or "",
            self["field"].data or "",
            self.starts_on.data,
            self.ends_on.data,
            self.description.data or "",
        )
