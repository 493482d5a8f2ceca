"""What the job board tells the domains to its right, without knowing them."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

# Sent when an opening has moved or changed, in the same transaction. Sender: the `Opening`. Arguments: `action`, as
# its history calls it (publish, change, close, …), and `at`.
opening_moved = _signals.signal("opening-moved")

# Sent when an application has been handed in, or has come to another stage, in the same transaction, for every row of
# its history that says so. Arguments: `connection`, in which a receiver writes, `event`, the `ApplicationEvent`, and
# `hands_in` for one that has handed it in: for the first time, or again on the same row after it was withdrawn.
application_moved = _signals.signal("application-moved")
