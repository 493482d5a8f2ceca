"""The forms of decisions on applications."""

from __future__ import annotations

from wtforms import HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.core.forms import Form
from app.core.i18n import _l
from app.jobs.application_words import Stage
from app.jobs.stages import DECISIONS
from app.training.forms import no_resident_number


class DecisionForm(Form):
    """What is decided on one or several applications. `chosen` is `public id:stage as seen` of each, `letter` the
    employer's own (empty: ours), and `shown` names the one whose mails were seen last, with its version."""

    chosen = SelectMultipleField(choices=[], validate_choice=False)
    step = HiddenField()
    letter = SelectField(_l("메일 문구"), choices=[], validate_choice=False)
    shown = HiddenField()
    stage = SelectField(_l("결정"), choices=[SelectChoice(stage.value, stage.label) for stage in DECISIONS])
    words = TextAreaField(_l("메일에 덧붙일 말"), validators=[Optional(), Length(max=1000), no_resident_number])
    why = TextAreaField(_l("결정한 까닭"), validators=[Optional(), Length(max=500), no_resident_number])

    def seen(self) -> dict[str, str]:
        """Answer the stage at which each chosen application was seen, by public id."""
        pairs = (str(value).partition(":") for value in self.chosen.data or ())
        # PostgreSQL refuses a NUL with an error of its own; no id of ours holds anything but letters and digits.
        return {public_id: stage for public_id, _colon, stage in pairs if public_id.isalnum() and stage in set(Stage)}
