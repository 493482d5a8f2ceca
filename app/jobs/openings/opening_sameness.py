"""When two openings are one and the same: the rule by which lists are joined.

Openings are the same when all of these hold:

1. Employer: the names are equal without signs and spaces, and the legal forms (㈜, 재단법인) do not contradict.
2. Place: province and district are equal, or the same several regions are named.
3. Deadline: the same day in Korea, or none on both sides in the same way (상시, 채용할 때까지).
4. Title: equal without the words that every title has (채용, 모집, 공고); or one has up to a quarter more letters,
   without a digit or a word that tells jobs apart (선임, 야간, 대체).

The first three have a key that can be searched for; the rest is compared. A mistake this way shows an opening twice,
a mistake the other way hides one, so the rule is strict.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from app.core import clock
from app.jobs.openings.listing_words import LEGAL_FORMS, TELLING, TITLE_NOISE

_MOST_MORE = 0.25


@dataclass(frozen=True)
class Employer:
    """An employer's name without signs, and its legal form, empty when none is said."""

    name: str
    form: str

    def may_be(self, other: Employer) -> bool:
        return self.name == other.name and (not self.form or not other.form or self.form == other.form)


def normal_employer(name: str) -> Employer:
    """Part a name from its legal form."""
    text = unicodedata.normalize("NFKC", name)
    form = ""
    for word, written in LEGAL_FORMS:
        shorter = re.sub(written, " ", text)
        if shorter != text and shorter.strip(" ()"):
            form, text = word, shorter
            break
    return Employer(re.sub(r"[\W_]+", "", text).lower(), form)


def normal_title(title: str) -> str:
    """Answer what tells a title from others."""
    text = unicodedata.normalize("NFKC", title).lower()
    bare = re.sub(r"[\W_]+", "", TITLE_NOISE.sub(" ", text))
    return bare or re.sub(r"[\W_]+", "", text)


def same_key(
    employer_name: str,
    province: str | None,
    district: str,
    place: str,
    deadline_at: datetime | None,
    until_filled: bool,
) -> str:
    """Answer the key that is equal for openings of one employer, place and deadline."""
    several = " ".join(place.split()) if "," in place or not province else ""
    where = " ".join((province or "", district, "" if district else several))
    if deadline_at is not None:
        until = clock.seoul_date(deadline_at).isoformat()
    else:
        until = "filled" if until_filled else "always"
    said = "\n".join((normal_employer(employer_name).name, where, until))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def titles_are_alike(one: str, other: str) -> bool:
    """Tell whether two titles name one job; see rule 4."""
    short, long = sorted((normal_title(one), normal_title(other)), key=len)
    if short == long:
        return True
    if len(long) - len(short) > _MOST_MORE * len(long):
        return False
    more = []
    for tag, _i, _j, start, end in SequenceMatcher(None, short, long, autojunk=False).get_opcodes():
        if tag == "insert":
            more.append(long[start:end])
        elif tag != "equal":
            return False
    added = " ".join(more)
    # A telling word may stand across the border of what was added, so whole titles are compared for them too.
    telling = sorted(TELLING.findall(short)) != sorted(TELLING.findall(long))
    return not re.search(r"[\da-z]", added) and not telling
