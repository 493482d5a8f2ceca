"""The forms of preferences, offers, needs and answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import Form, MakingForm
from app.core.i18n import Text, _l
from app.jobs.matching.expert_service import NeedFields
from app.jobs.matching.preference_service import Wishes
from app.jobs.opening_words import EmploymentType, WorkKind
from app.jobs.preference_models import JobPreference
from app.jobs.regions import Province
from app.training.forms import no_resident_number


def _some(label: Text, words: type[StrEnum]) -> SelectMultipleField:
    choices = [SelectChoice(word.value, word.label) for word in words]  # type: ignore[attr-defined]
    return SelectMultipleField(label, choices=choices, option_widget=CheckboxInput(), widget=ListWidget())


def _text(most: int) -> list[Any]:
    return [Optional(), Length(max=most), no_resident_number]


class PreferenceForm(Form):
    """What somebody looks for and agrees to."""

    work_kinds = _some(_l("찾는 일"), WorkKind)
    provinces = _some(_l("찾는 지역"), Province)
    employment_types = _some(_l("찾는 고용형태"), EmploymentType)
    takes_offers = BooleanField(_l("구인기업의 제안을 받을게요"))
    is_expert = BooleanField(_l("현장센터의 전문가 초대를 받을게요"))
    expert_fields = _some(_l("전문 분야"), WorkKind)

    @staticmethod
    def describe(preference: JobPreference | None) -> dict[str, Any]:
        """Answer what is kept as this form shows it."""
        if preference is None:
            return {}
        return {
            "work_kinds": preference.work_kinds,
            "provinces": preference.provinces,
            "employment_types": preference.employment_types,
            "takes_offers": preference.offers_since is not None,
            "is_expert": preference.expert_since is not None,
            "expert_fields": preference.expert_fields,
        }

    def wishes(self) -> Wishes:
        """Answer what was filled in."""
        return Wishes(
            provinces=self.provinces.data or (),
            work_kinds=self.work_kinds.data or (),
            employment_types=self.employment_types.data or (),
            takes_offers=bool(self.takes_offers.data),
            is_expert=bool(self.is_expert.data),
            expert_fields=self.expert_fields.data or (),
        )


class WordsForm(Form):
    """A few words that go with an offer or an invitation."""

    words = TextAreaField(_l("전할 말"), validators=_text(500))


class NeedForm(MakingForm):
    """What a centre needs an expert for."""

    centre = SelectField(_l("기관"), choices=[])
    title = StringField(
        _l("필요한 도움"),
        validators=[
            InputRequired(_l("어떤 전문가가 필요한지 제목을 입력해 주세요.")),
            Length(max=200),
            no_resident_number,
        ],
    )
    field = SelectField(_l("분야"), choices=[SelectChoice(k.value, k.label) for k in WorkKind if k != WorkKind.OTHER])
    description = TextAreaField(_l("자세한 내용"), validators=_text(5000))
    province = SelectField(
        _l("지역"), choices=[SelectChoice("", _l("전국")), *(SelectChoice(p.value, p.label) for p in Province)]
    )
    wanted_from = DateField(_l("시작하는 날"), validators=[Optional()])
    wanted_until = DateField(_l("끝나는 날"), validators=[Optional()])

    def fields(self) -> NeedFields:
        """Answer what was filled in."""
        return NeedFields(
            title=self.title.data or "",
            field=WorkKind(self.field.data),
            description=self.description.data or "",
            province=self.province.data or None,
            wanted_from=self.wanted_from.data,
            wanted_until=self.wanted_until.data,
        )


class AnswerForm(Form):
    """Accepting an invitation: how the centre can reach her."""

    contact = StringField(_l("연락처"), validators=_text(254))
