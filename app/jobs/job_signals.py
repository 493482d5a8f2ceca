"""What the job board tells its own rooms and those to its right, without knowing them."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

# Sent while an application's papers are being destroyed, in the same transaction. Sender: the `Application`.
# Argument: `at`. A receiver forgets what it keeps of the applicant in this application, and may answer how many rows
# of which kind that were (a dict of counts by name) for the certificate of destruction.
application_destroyed = _signals.signal("application-destroyed")
