"""What training tells the domains to its right, and asks them, without knowing them."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

# Sent after versions were added to a cohort's record, in the same transaction.
# Sender: the `Cohort`. Arguments: `enrolment_ids` (set of row ids), `at`.
attendance_changed = _signals.signal("attendance-changed")

# Sent when a list of cohorts is about to be shown. Sender: a frozen set of cohort row ids.
# A receiver answers a dict: cohort row id → how many people hold a certificate of it.
certificates_counted = _signals.signal("certificates-counted")
