"""The forms of sources of openings and of uploaded lists."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.core.forms import Form, MakingForm
from app.core.i18n import _l
from app.core.public_addresses import NotPublic, target_of
from app.jobs.listings.import_words import Schedule
from app.jobs.listings.list_reader import PORTALS
from app.jobs.listings.portal_pages import names_a_key
from app.jobs.opening_words import OpeningSource
from app.training.forms import no_resident_number

SHORTEST_KEY = 8


class SourceForm(MakingForm):
    """A portal that is asked for its list. An empty key keeps the one that is stored."""

    kind = SelectField(_l("종류"), choices=[SelectChoice(kind.value, kind.label) for kind in PORTALS])
    name = StringField(
        _l("이름"), validators=[InputRequired(_l("이름을 입력해 주세요.")), Length(max=120), no_resident_number]
    )
    url = StringField(_l("목록 주소"), validators=[InputRequired(_l("목록 주소를 입력해 주세요.")), Length(max=500)])
    key = PasswordField(_l("인증키"), validators=[Optional(), Length(SHORTEST_KEY, 500)])
    schedule = SelectField(_l("가져오는 때"), choices=[SelectChoice(when.value, when.label) for when in Schedule])
    enabled = BooleanField(_l("이 출처를 써요"), default=True)

    def validate_url(self, field: Any) -> None:
        """Refuse what the fetcher would refuse, and a key that every page would show."""
        try:
            target_of(field.data or "")
        except NotPublic:
            raise ValidationError(_l("https로 시작하는 공개된 주소를 입력해 주세요.")) from None
        if names_a_key(OpeningSource(self.kind.data), field.data or ""):
            raise ValidationError(_l("인증키는 주소에서 빼고 아래 칸에 입력해 주세요. 주소는 화면에 보여요."))


class ListUploadForm(Form):
    """A list to be previewed."""

    file = FileField(_l("파일"), validators=[FileRequired(_l("파일을 골라 주세요."))])
    employer = SelectField(_l("누구의 목록인가요"), choices=[])
    name = StringField(_l("목록 이름"), validators=[Optional(), Length(max=120), no_resident_number])


class ListPreviewForm(Form):
    """What a preview carries: the table, to be read otherwise, and what was understood, to be confirmed; `rows` and
    `notes` are the pages that are shown, `to_rows` and `to_notes` those that are asked for."""

    table = HiddenField()
    ticket = HiddenField()
    rows = IntegerField(default=1)
    notes = IntegerField(default=1)
    to_rows = IntegerField()
    to_notes = IntegerField()
    whole = BooleanField(_l("이 파일이 목록 전체예요. 파일에 없는 공고는 마감해요."), default=True)
