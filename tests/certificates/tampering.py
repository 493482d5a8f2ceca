"""Changes what was signed, as somebody with every right on the database could: past the triggers."""

from __future__ import annotations

from sqlalchemy import text

from app.certificates.models import Certificate
from app.core.append_only import allow_changes
from app.core.db import db


def tamper(certificate: Certificate, column: str, value: object) -> None:
    """Set a signed column of a certificate."""
    certificate_id = certificate.id
    if db.engine.dialect.name == "postgresql":
        # For this transaction only: the database is shared with the tests that follow.
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        for statement in allow_changes("sqlite", "certificates"):
            db.session.execute(text(statement.replace("DROP TRIGGER", "DROP TRIGGER IF EXISTS")))
    db.session.execute(
        text(f"UPDATE certificates SET {column} = :value WHERE id = :id"), {"value": value, "id": certificate_id}
    )
    db.session.commit()
    db.session.expire_all()
