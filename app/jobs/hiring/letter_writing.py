"""Writing a letter for each applicant: made from what the employer may see of them and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.core.i18n import _, in_language
from app.core.templating import datetime as written
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying.visible import Visible
from app.jobs.hiring import letter_queries as queries
from app.jobs.hiring.letter_placeholders import Placeholder
from app.jobs.hiring.letter_rules import filled, used_in
from app.jobs.letter_models import LetterTemplate
from app.jobs.opening_models import Opening

_MOST_TIMES = 10


@dataclass(frozen=True)
class LetterWriter:
    """Writes one letter to many. `chosen` is the interview time by application, `times` what can still be chosen."""

    body: str
    english: str
    title: str
    wanted: Stage
    chosen: Mapping[str, datetime] = field(default_factory=dict)
    times: Sequence[datetime] = ()

    @property
    def lacks_times(self) -> bool:
        """Whether it speaks of interview times where there is none to choose."""
        return Placeholder.INTERVIEW in used_in(self.body + self.english) and not self.times and not self.chosen

    def __call__(self, seen: Visible, language: str) -> str:
        """Answer the text for one applicant, in the language they read if there is a text in it."""
        is_english = language == "en" and bool(self.english)
        with in_language("en" if is_english else "ko"):
            values = {
                Placeholder.NAME: str(seen.name),
                Placeholder.OPENING: self.title,
                Placeholder.STAGE: str(self.wanted.label),
                Placeholder.INTERVIEW: self._when(seen.public_id, "en" if is_english else "ko"),
            }
            return filled(self.english if is_english else self.body, values)

    def _when(self, public_id: str, language: str) -> str:
        if public_id in self.chosen:
            return written(self.chosen[public_id], language)
        if not self.times:
            return str(_("정해지면 따로 알려 드려요"))
        offered = ", ".join(written(time, language) for time in self.times[:_MOST_TIMES])
        more = len(self.times) - _MOST_TIMES
        return str(_("%(times)s 외 %(more)s개", times=offered, more=more)) if more > 0 else offered


def writer_of(
    letter: LetterTemplate, opening: Opening, wanted: Stage, applications: Sequence[Application], at: datetime
) -> LetterWriter:
    """Gather what a letter to these applicants needs, in two queries."""
    chosen, times = queries.chosen_times(applications), queries.times_to_choose(opening, at)
    return LetterWriter(letter.body, letter.english, opening.title, wanted, chosen, times)
