"""The form of a badge from elsewhere: a file, or its text."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import TextAreaField

from app.core.forms import Form
from app.core.i18n import _, _l


class BadgeForm(Form):
    """A badge as a file, or as JSON or JWT that was copied. One of the two is needed."""

    file = FileField(_l("배지 파일"))
    text = TextAreaField(_l("배지 글자 붙여 넣기"))

    @property
    def data_sent(self) -> bytes:
        """Answer what was sent, as it was sent: a signature holds for these very letters."""
        if self.file.data:
            content: bytes = self.file.data.read()
            return content
        return str((self.text.raw_data or [""])[0]).encode()

    def validate(self, extra_validators: dict[str, Any] | None = None) -> bool:
        """Ask for one of the two."""
        valid: bool = super().validate(extra_validators)
        if valid and not self.file.data and not self.text.data:
            self.file.errors = [_("파일을 고르거나 배지 글자를 붙여 넣어 주세요.")]
            return False
        return valid
