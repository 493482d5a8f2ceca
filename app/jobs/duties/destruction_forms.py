"""The form that confirms a destruction before its day."""

from __future__ import annotations

import re

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from app.core.forms import Form
from app.core.i18n import _l

_NUMBER = re.compile(r"[0-9]{1,9}")


class DestroyForm(Form):
    """`seen` are the numbers of the applications that the page showed."""

    seen = HiddenField()
    sure = BooleanField(
        _l("되살릴 수 없다는 것을 알고 있어요."),
        validators=[InputRequired(_l("되살릴 수 없다는 것을 확인해 주세요."))],
    )

    @property
    def numbers(self) -> set[int]:
        """What was seen, as far as it reads as numbers."""
        return {int(one) for one in (self.seen.data or "").split(",") if _NUMBER.fullmatch(one)}
