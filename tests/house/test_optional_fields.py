"""What a form calls optional can be left out; a list without an empty choice cannot."""

from __future__ import annotations

import pytest
from flask import Flask, get_template_attribute
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.core.forms import Form


class _Kinds(Form):
    always = SelectField("Kind", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    perhaps = SelectField("Kind", choices=[SelectChoice("", "None"), SelectChoice("a", "A")])


@pytest.mark.parametrize(("name", "is_optional"), [("always", False), ("perhaps", True)])
def test_a_list_is_optional_when_it_has_an_empty_choice(app: Flask, name: str, is_optional: bool) -> None:
    with app.test_request_context():
        field = get_template_attribute("components/field.html", "field")
        assert ("선택 사항" in field(_Kinds()[name])) is is_optional
