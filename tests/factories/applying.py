"""Drafts of applications and their files, made quickly."""

from __future__ import annotations

import hashlib
from typing import Any

from app.accounts.models import Account
from app.core.db import db
from app.jobs.application_models import Application, ApplicationFile
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.opening_models import Opening
from tests.factories.accounts import AT

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n9\n%%EOF\n"


def make_draft(opening: Opening, applicant: Account, **values: Any) -> ApplicationDraft:
    """Store what somebody has begun: reachable, and with nothing chosen."""
    known: dict[str, Any] = {
        "person_id": applicant.person_id,
        "opening_id": opening.id,
        "phone": "010-1234-5678",
        "email": applicant.email,
        "items": [],
        "makes_resume": False,
        "words": "",
        "has_chosen": True,
        "created_at": AT,
        "updated_at": AT,
    }
    draft = ApplicationDraft(**{**known, **values})
    db.session.add(draft)
    db.session.commit()
    return draft


def make_file(
    owner: Account,
    *,
    draft: ApplicationDraft | None = None,
    application: Application | None = None,
    content: bytes = PDF,
    **values: Any,
) -> ApplicationFile:
    """Store a file of a draft or of an application."""
    known: dict[str, Any] = {
        "person_id": owner.person_id,
        "draft_public_id": draft.public_id if draft is not None else None,
        "application_id": application.id if application is not None else None,
        "filename": "resume.pdf",
        "kind": "pdf",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "content": content,
        "scan": "none",
        "is_made": False,
        "created_at": AT,
    }
    file = ApplicationFile(**{**known, **values})
    db.session.add(file)
    db.session.commit()
    return file
