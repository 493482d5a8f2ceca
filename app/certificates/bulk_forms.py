"""The form of bulk verification: files, a list, or both."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.accounts.models import Organisation
from app.certificates.bulk_reading import SentFile
from app.core.forms import Form, MakingForm
from app.core.i18n import _l

_MOST_LETTERS = 300_000


class BulkForm(MakingForm):
    organisation = SelectField(_l("어느 기관으로 확인하나요?"), validators=[InputRequired(_l("기관을 골라 주세요."))])
    files = MultipleFileField(_l("수료증 파일이나 번호 목록"))
    lines = TextAreaField(
        _l("문서확인번호나 QR 코드 주소 붙여 넣기"),
        validators=[Length(max=_MOST_LETTERS)],
        description=_l(
            "한 줄에 하나씩, 문서확인번호 옆에 이름이나 생년월일을 적어 주세요. 예: 1234-5678-9012-3450 홍길동. "
            "번호만으로는 확인하지 않아요."
        ),
    )
    title = StringField(
        _l("제목"),
        validators=[Length(max=100)],
        description=_l("나중에 찾기 쉽게 적어 두세요. 예: 2026년 4월 공채 서류"),
    )

    def offer(self, organisations: Sequence[Organisation]) -> None:
        """Let the visitor choose among organisations."""
        self.organisation.choices = [SelectChoice(o.public_id, o.name) for o in organisations]
        if len(organisations) == 1:
            self.organisation.data = organisations[0].public_id
            self.organisation.validators = []

    @property
    def files_sent(self) -> list[SentFile]:
        """Answer the files with their bytes."""
        return [SentFile(file.filename or "", file.read()) for file in self.files.data or []]


class ReceiptForm(Form):
    file = FileField(
        _l("확인결과서 파일"),
        validators=[FileRequired(_l("확인결과서 파일을 골라 주세요."))],
        description=_l("내려받은 PDF, JSON, JWT를 그대로 골라 주세요. 파일은 저장하지 않아요."),
    )
