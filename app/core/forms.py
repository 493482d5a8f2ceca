"""The base of all forms: CSRF-protected, with text that is made harmless before it is checked."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError

from app.core.i18n import _

# Control, surrogate, private-use characters and the marks that turn the direction of text around: they have no
# place in a name or a title, and can make one text look like another.
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_text(value: str | None) -> str | None:
    """Answer the text in NFC without surrounding white space, so that equal names compare equal."""
    return unicodedata.normalize("NFC", value).strip() if value is not None else None


def has_unsafe_characters(value: str) -> bool:
    """Tell whether the text holds control or direction-changing characters (line breaks and tabs are fine)."""
    return any(c in _BIDI or (unicodedata.category(c) in ("Cc", "Cs", "Co") and c not in "\r\n\t") for c in value)


class Form(FlaskForm):  # type: ignore[misc]
    """A form: every text field is normalised and refused when it holds unsafe characters."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            if issubclass(unbound_field.field_class, StringField):
                options.setdefault("filters", ())
                unbound_field.kwargs.setdefault("filters", (clean_text,))
                validators = list(unbound_field.kwargs.get("validators", ()))
                if _safe not in validators:
                    unbound_field.kwargs["validators"] = [*validators, _safe]
                options.pop("filters")
            return super().bind_field(form, unbound_field, options)


def _safe(form: Any, field: Field) -> None:
    if isinstance(field.data, str) and has_unsafe_characters(field.data):
        raise ValidationError(_("보이지 않는 제어 문자가 들어 있어요. 지우고 다시 입력해 주세요."))
