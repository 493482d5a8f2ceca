"""Shows at the fields of an opening's form what it may not say, and what to write instead."""

from __future__ import annotations

from flask import request

from app.core.i18n import _
from app.jobs.openings.forbidden_words import FIELDS, find_in_fields
from app.jobs.openings.opening_forms import OpeningForm


def says_nothing_forbidden(form: OpeningForm) -> bool:
    """Put findings at their fields; tell whether there are none, or somebody keeps the words as they are for now."""
    found = find_in_fields({name: form[name].data or "" for name in FIELDS})
    if not found or "keep" in request.form:
        return True
    form.found_words = True
    for name, findings in found.items():
        form[name].errors = [
            str(
                _(
                    "‘%(words)s’: %(reason)s %(instead)s",
                    words=one.words,
                    reason=one.category.reason,
                    instead=one.category.instead,
                )
            )
            for one in findings
        ]
    return False
