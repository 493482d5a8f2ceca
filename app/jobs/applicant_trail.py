"""How the audit trail calls an applicant: never by name.

The trail outlives the papers of an application, and the database refuses to change it. So what an applicant does is
recorded of the application alone, by its public id; whose it is stands in the application, until that is destroyed.
"""

from __future__ import annotations

from app.core.access import Actor

APPLICANT = Actor(label="applicant")
