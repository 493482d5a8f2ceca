"""Experience in a portfolio, made quickly."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.accounts.models import Account
from app.core.db import db
from app.portfolio.experience_models import Experience, ExperienceKind
from tests.factories.accounts import AT


def make_experience(holder: Account, **values: Any) -> Experience:
    """Store an experience that the account's person states."""
    known: dict[str, Any] = {
        "person_id": holder.person_id,
        "kind": ExperienceKind.EMPLOYMENT.value,
        "organisation": "창신동 현장지원센터",
        "title": "코디네이터",
        "field": "도시재생",
        "starts_on": date(2024, 3, 1),
        "ends_on": date(2025, 2, 28),
        "description": "주민공모사업을 도왔어요.",
        "confirmed_by": "",
        "created_at": AT,
    }
    experience = Experience(**{**known, **values})
    db.session.add(experience)
    db.session.commit()
    return experience
