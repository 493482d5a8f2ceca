"""The tokens of an organisation, for those who manage it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Organisation
from app.api.token_models import ApiToken
from app.core.db import db


def tokens_of(organisation: Organisation, at: datetime) -> Sequence[ApiToken]:
    """Answer the tokens that open something at this moment, the newest first."""
    rows = select(ApiToken).where(
        ApiToken.organisation_id == organisation.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > at
    )
    return db.session.scalars(rows.order_by(ApiToken.id.desc())).all()
