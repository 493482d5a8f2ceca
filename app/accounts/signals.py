"""What accounts tell the domains to their right, without knowing them."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

# Sent while an account is being closed, in the same transaction. Sender: the `Account`, still with its person.
# Argument: `at`. A receiver deletes what was the person's own and nobody needs to keep.
account_closed = _signals.signal("account-closed")
