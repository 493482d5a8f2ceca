"""The base of all forms: CSRF-protected, with text that is made harmless before it is checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, PasswordField, StringField, ValidationError
from wtforms.form import BaseForm

from app.core.db import new_public_id
from app.core.i18n import _

Validator = Callable[[BaseForm, Field], None]

# Control, format, surrogate and private-use characters, line separators, and the letters of Hangul that show as
# nothing: they have no place in a name or a title, and can make two different texts look alike.
_UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_LARGEST = 2**63 - 1
_PUBLIC_ID = re.compile(r"[0-9a-f]{32}")
_FILLERS = set("\u115f\u1160\u3164\uffa0")


def clean_text(value: str) -> str:
    """Answer the text in NFC without surrounding white space, so that equal names compare equal."""
    return unicodedata.normalize("NFC", value).strip()


def has_unsafe_characters(value: str) -> bool:
    """Tell whether the text holds invisible or direction-changing characters (line breaks and tabs are fine)."""
    return any(c in _FILLERS or (unicodedata.category(c) in _UNSAFE_CATEGORIES and c not in "\r\n\t") for c in value)


def search_text(asked: str | None) -> str:
    """Answer what is searched for, cleaned; nothing when it holds characters that no name has."""
    text = clean_text(asked or "")
    return "" if has_unsafe_characters(text) else text


class Form(FlaskForm):  # type: ignore[misc]
    """A form: what is typed into a text field is normalised, and refused when it holds unsafe characters.

    Passwords stay exactly as typed; hidden fields are the page's own.
    """

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read the input, and normalise the text fields before anything looks at them."""
        super().process(*args, **kwargs)
        for field in self._text_fields():
            if isinstance(field.data, str):
                field.data = clean_text(field.data)
        for field in self:
            if isinstance(field, IntegerField) and field.data is not None and abs(field.data) > _LARGEST:
                # Checks of ranges count with floats, which end somewhere; columns end long before.
                field.data = None
                field.process_errors.append(str(_("여기에 쓸 수 없는 숫자예요. 다시 입력해 주세요.")))
            elif isinstance(field.data, Decimal) and not field.data.is_finite():
                field.data = None
                field.process_errors.append(str(_("여기에 쓸 수 없는 숫자예요. 다시 입력해 주세요.")))

    def validate(self, extra_validators: dict[str, Sequence[Validator]] | None = None) -> bool:
        """Check the form, unsafe characters first of all."""
        extra = dict(extra_validators or {})
        for field in self._text_fields():
            extra[field.short_name] = [_refuse_unsafe, *extra.get(field.short_name, ())]
        valid: bool = super().validate(extra_validators=extra)
        return valid

    def _text_fields(self) -> Iterator[StringField]:
        return (f for f in self if isinstance(f, StringField) and not isinstance(f, PasswordField | HiddenField))


class MakingForm(Form):
    """A form that makes something new. Its page carries the id that this will have, so that the second of two clicks
    finds what the first one has made."""

    once = HiddenField(default=new_public_id)

    @property
    def new_id(self) -> str:
        """Answer the id that the page carries; empty when it is none of ours."""
        return self.once.data if _PUBLIC_ID.fullmatch(self.once.data or "") else ""


def _refuse_unsafe(form: BaseForm, field: Field) -> None:
    if isinstance(field.data, str) and has_unsafe_characters(field.data):
        raise ValidationError(_("보이지 않는 제어 문자가 들어 있어요. 지우고 다시 입력해 주세요."))
