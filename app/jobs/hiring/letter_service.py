"""Keeping an employer's letters: made, changed, deleted; each change says who and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.accounts.models import Organisation
from app.core import audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.holding import hold_name
from app.core.i18n import _l
from app.jobs.application_words import Stage
from app.jobs.hiring import letter_queries as queries
from app.jobs.letter_models import LetterTemplate

MOST_LETTERS = 30


def make_letter(
    organisation_id: int, stage: Stage, name: str, body: str, english: str, actor: Actor, at: datetime
) -> LetterTemplate:
    """Keep a new letter. Raises `Conflict` for one too many, or a name that another has."""
    # Two who make one at once count one after the other.
    db.session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    if queries.count_letters(organisation_id) >= MOST_LETTERS:
        raise Conflict(
            _l("메일 문구는 %(most)s개까지 둘 수 있어요. 쓰지 않는 것을 먼저 지워 주세요.", most=MOST_LETTERS)
        )
    _demand_own_name(organisation_id, name)
    letter = LetterTemplate(organisation_id=organisation_id, stage=stage.value, name=name.strip(), version=1)
    letter.body, letter.english, letter.changed_at = body.strip(), english.strip(), at
    db.session.add(letter)
    db.session.flush()
    audit.record(actor, "letter.create", letter, at=at, after={"name": letter.name, "stage": stage.value})
    return letter


def change_letter(
    letter: LetterTemplate, name: str, body: str, english: str, version: int, actor: Actor, at: datetime
) -> None:
    """Change a letter that was seen in this version. Raises `Conflict` when somebody changed it since."""
    before = {"name": letter.name, "version": letter.version}
    _demand_own_name(letter.organisation_id, name, letter)
    changed = db.session.execute(
        update(LetterTemplate)
        .where(LetterTemplate.id == letter.id, LetterTemplate.version == version)
        .values(name=name.strip(), body=body.strip(), english=english.strip(), version=version + 1, changed_at=at)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_l("그사이 다른 사람이 이 문구를 고쳤어요. 내 글을 따로 복사해 두고 화면을 새로 열어 주세요."))
    db.session.refresh(letter)
    audit.record(
        actor,
        "letter.change",
        letter,
        at=at,
        before=before,
        after={"name": letter.name, "version": letter.version},
    )


def delete_letter(letter: LetterTemplate, actor: Actor, at: datetime) -> None:
    """Delete a letter. Mails that were written with it stay as they are."""
    audit.record(actor, "letter.delete", letter, at=at, before={"name": letter.name})
    db.session.delete(letter)
    db.session.flush()


def _demand_own_name(organisation_id: int, name: str, besides: LetterTemplate | None = None) -> None:
    hold_name(f"letter {organisation_id} {name.strip()}")
    if queries.is_named(organisation_id, name.strip(), besides):
        raise Conflict(_l("같은 이름의 문구가 이미 있어요. 다른 이름을 적어 주세요."))
