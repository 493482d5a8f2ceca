"""The form in which a cohort that exists is edited."""

from __future__ import annotations

from collections.abc import Collection

from wtforms import FieldList, FormField, HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from app.core.forms import Form
from app.core.i18n import _l
from app.training.forms import MAX_CAPACITY, MIN_CAPACITY, SessionForm
from app.training.models import Cohort
from app.training.session_changes import WantedSessions
from app.training.session_dates import MAX_SESSIONS, SessionTime

SPARE_ROWS = 3


class NumberedSessionForm(SessionForm):
    """One meeting of the cohort; `number` is empty for one that is added, and an emptied date cancels."""

    number = HiddenField(validators=[Optional(), Regexp(r"\d{1,4}$")])


class CohortChangeForm(Form):
    """Capacity and sessions; sessions with attendance are shown beside the form and not in it."""

    capacity = IntegerField(
        _l("정원"),
        validators=[
            InputRequired(_l("정원을 입력해 주세요.")),
            NumberRange(MIN_CAPACITY, MAX_CAPACITY, _l("정원은 1명에서 10,000명까지예요.")),
        ],
    )
    sessions = FieldList(FormField(NumberedSessionForm), max_entries=MAX_SESSIONS + SPARE_ROWS)

    def describe(self, cohort: Cohort, recorded: Collection[int]) -> None:
        """Fill the form with what the cohort is, and with empty rows for what may be added."""
        self.capacity.data = cohort.capacity
        for session in cohort.sessions:
            if session.number not in recorded:
                self.sessions.append_entry(
                    {"number": session.number, "date": session.date, "start": session.start, "end": session.end}
                )
        last = cohort.sessions[-1]
        for _row in range(SPARE_ROWS):
            self.sessions.append_entry({"number": "", "date": None, "start": last.start, "end": last.end})

    def wanted(self) -> WantedSessions:
        """Answer the sessions as they were filled in; an added row without a date is left out."""
        known: dict[int, SessionTime | None] = {}
        added: list[SessionTime] = []
        for row in self.sessions:
            form = row.form
            filled = form.date.data is not None
            session = SessionTime(form.date.data, form.start.data, form.end.data) if filled else None
            if form.number.data:
                known[int(form.number.data)] = session
            elif session is not None:
                added.append(session)
        return WantedSessions(known, tuple(added))
