"""Files for applications: uploaded for a draft, checked by content, scanned where there is a scanner, deleted."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime

from app.accounts.models import Person
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.forms import has_unsafe_characters
from app.core.i18n import _
from app.core.jobs import wake
from app.jobs.applicant_trail import APPLICANT
from app.jobs.application_models import ApplicationFile
from app.jobs.application_words import Scan
from app.jobs.applying import application_draft_queries as queries
from app.jobs.applying.application_draft_models import ApplicationDraft
from app.jobs.applying.application_draft_service import require_draft
from app.jobs.applying.application_file_check import kind_of
from app.jobs.applying.application_scanner import scanner_address
from app.jobs.opening_models import Opening
from app.portfolio.foreign_badge_queries import hold_account

MOST_FILES = 5
_LONGEST_NAME = 120


def read_file(data: bytes) -> str:
    """Tell what was sent, by its content. Raises `Invalid`.

    A POST on SQLite holds the only write lock from its first query on, so what the request has looked up so far is
    let go first; it has changed nothing yet.
    """
    db.session.rollback()
    return kind_of(data)


def receive_file(
    person: Person, opening: Opening, name: str, data: bytes, kind: str, actor: Actor, at: datetime
) -> ApplicationFile:
    """Store a file for the draft of this opening; the same bytes are stored once.

    Raises `Conflict` when there is no draft any more, or it has as many files as there may be.
    """
    # Whoever closes the account waits, and deletes this with the rest.
    hold_account(person)
    draft = queries.held_draft(person, opening)
    if draft is None:
        raise Conflict(_("작성 중인 지원서가 없어요. 공고에서 다시 시작해 주세요."))
    there, sha256 = queries.files_of(draft), hashlib.sha256(data).hexdigest()
    same = next((file for file in there if file.sha256 == sha256), None)
    if same is not None:
        return same
    if len(there) >= MOST_FILES:
        raise Conflict(_("파일은 %(most)s개까지 올릴 수 있어요. 하나를 지운 뒤 올려 주세요.", most=MOST_FILES))
    file = ApplicationFile(person_id=person.id, draft_public_id=draft.public_id, filename=shown_name(name, kind))
    file.kind, file.sha256, file.size, file.content, file.created_at = kind, sha256, len(data), data, at
    file.scan, file.is_made = (Scan.PENDING if scanner_address() else Scan.NONE).value, False
    draft.updated_at = at
    db.session.add(file)
    db.session.flush()
    audit.record(APPLICANT, "application_file.add", file, at=at, after={"kind": kind, "size": file.size})
    if file.scan == Scan.PENDING:
        wake("application-files")
    return file


def delete_file(draft: ApplicationDraft | None, public_id: str, actor: Actor, at: datetime) -> None:
    """Delete a file that has not been handed in. Raises `NotFound`, or `Conflict` when that has just been done."""
    if draft is not None:
        require_draft(draft)
    file = queries.file_of(draft, public_id)
    audit.record(APPLICANT, "application_file.delete", file, at=at, before={"kind": file.kind})
    db.session.delete(file)
    db.session.flush()


def shown_name(name: str, kind: str) -> str:
    """Answer what a file is called on pages: its own name without folders, invisible letters and other endings."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = "".join(" " if c in '<>:"|?*%' else c for c in last if not has_unsafe_characters(c))
    known = re.sub(r"(?i)(?:\.(?:pdf|docx?|hwpx?|exe|html?|js|svg|zip))+$", "", stem.strip().lstrip("."))
    return f"{known.strip()[:_LONGEST_NAME] or 'file'}.{kind}"
