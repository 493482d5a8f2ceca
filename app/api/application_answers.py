"""What a program of the employer is told of an application: the one place that decides, as `told`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.api.application_bodies import ApplicationTold, FindingTold, IdentityTold
from app.api.bodies import as_moment
from app.jobs.application_models import Application
from app.jobs.application_words import Stage
from app.jobs.applying.visible import visible_of
from app.jobs.opening_models import Opening


def told(application: Application, opening: Opening, at: datetime) -> ApplicationTold:
    """Write an application of this opening as its employer may see it at this moment.

    A blind opening tells number, stage, dates and what was found of the requirements, and who it is once somebody has
    opened that; never by what it was proven, for certificates lead to a name.
    """
    return ApplicationTold(
        id=application.public_id,
        opening_id=opening.public_id,
        number=application.number,
        stage=Stage(application.stage),
        submitted_at=as_moment(application.submitted_at) or at,
        viewed_at=as_moment(application.viewed_at),
        decided_at=as_moment(application.decided_at),
        destroyed_at=as_moment(application.destroyed_at),
        is_blind=opening.blind,
        requirements=[_finding(said) for said in application.eligibility or ()],
        identity=_identity(application) if visible_of(application, opening, at).is_open else None,
    )


def _identity(application: Application) -> IdentityTold | None:
    # Reading the person's row is what the access log counts as an access to their data.
    if application.identity is None or application.person is None:
        return None
    said = application.identity
    return IdentityTold(**{name: str(said.get(name) or "") for name in IdentityTold.model_fields})


def _finding(said: dict[str, Any]) -> FindingTold:
    return FindingTold(
        level=str(said.get("level", "")),
        text=str(said.get("text", "")),
        met=said.get("met"),
        short_minutes=int(said.get("short_minutes") or 0),
    )
