"""Finding the applications of an opening, for those who may judge them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from app.accounts.access_log import note_read
from app.accounts.models import WRITING_ROLES, Person
from app.core.access import Actor, owned
from app.core.db import db
from app.core.errors import NotFound
from app.jobs.applicant_models import Reveal, StageMove
from app.jobs.application_models import Application, ApplicationFile, ApplicationItem
from app.jobs.application_words import Stage
from app.jobs.opening_models import Opening
from app.jobs.reviewer_models import Recusal

SORTS = ("number", "newest", "stage")
_A_COLUMN = 20


@dataclass(frozen=True)
class Asked:
    """What of an opening's applications is asked for: the words searched, a stage, and the order."""

    search: str = ""
    stage: str = ""
    sort: str = "number"

    @classmethod
    def of(cls, search: str, stage: str, sort: str) -> Asked:
        """Read what an address says; what is no stage or order of ours counts as nothing."""
        return cls(search, stage if stage in set(Stage) else "", sort if sort in SORTS else SORTS[0])


def applications_of(opening: Opening, actor: Actor, *, to_write: bool = False) -> Select[Application]:
    """Select the applications of an opening that the actor may judge: not those from which they stepped back.

    The opening has been found for this actor already; the tenant is asked for once more all the same.
    """
    rows = owned(Application, actor, roles=WRITING_ROLES if to_write else ())
    stepped_back = select(Recusal.application_id).where(Recusal.account_id == actor.account_id)
    return rows.where(Application.opening_id == opening.id, Application.id.not_in(stepped_back))


def list_applications(opening: Opening, actor: Actor, asked: Asked) -> Select[Application]:
    """Select what the list shows, with all that its rows need in a fixed number of queries."""
    rows = with_papers(applications_of(opening, actor))
    if asked.search:
        rows = rows.where(_found(opening, asked.search))
    if asked.stage:
        rows = rows.where(Application.stage == asked.stage)
    if asked.sort == "newest":
        return rows.order_by(Application.submitted_at.desc(), Application.id.desc())
    if asked.sort == "stage":
        order = case({stage.value: place for place, stage in enumerate(Stage)}, value=Application.stage)
        return rows.order_by(order, Application.number)
    return rows.order_by(Application.number)


def _found(opening: Opening, search: str) -> ColumnElement[bool]:
    """Find by number; by name only where the name may be seen, or searching would tell who applied."""
    number = "".join(letter for letter in search if letter.isdecimal())
    by_number = Application.number == int(number) if number and len(number) < 9 else Application.id < 0
    name = Application.identity["name"].as_string()
    may_be_seen = Application.id > 0 if not opening.blind else Application.revealed_at.is_not(None)
    return or_(by_number, and_(may_be_seen, name.contains(search, autoescape=True)))


def board_of(opening: Opening, actor: Actor) -> tuple[dict[str, list[Application]], dict[str, int]]:
    """Answer the first applications of each stage, and how many there are in each."""
    counts = count_by_stage(opening, actor)
    place = func.row_number().over(partition_by=Application.stage, order_by=Application.number)
    first = applications_of(opening, actor).add_columns(place.label("place")).subquery()
    ids = select(first.c.id).where(first.c.place <= _A_COLUMN)
    rows = select(Application).where(Application.id.in_(ids)).order_by(Application.number)
    rows = with_papers(rows, with_documents=False)
    columns: dict[str, list[Application]] = {stage.value: [] for stage in Stage}
    for application in db.session.scalars(rows):
        columns[application.stage].append(application)
    return columns, counts


def count_by_stage(opening: Opening, actor: Actor) -> dict[str, int]:
    """Answer how many applications stand in each stage."""
    rows = applications_of(opening, actor).subquery()
    found = db.session.execute(select(rows.c.stage, func.count()).group_by(rows.c.stage))
    return {str(stage): int(count) for stage, count in found}


def find_application(opening: Opening, public_id: str, actor: Actor, *, to_write: bool = False) -> Application:
    """Answer one application with all its papers. Raises `NotFound` for what is not the actor's to judge."""
    rows = applications_of(opening, actor, to_write=to_write).where(Application.public_id == public_id)
    application = db.session.scalars(with_papers(rows).options(selectinload(Application.events))).one_or_none()
    if application is None:
        raise NotFound
    return application


def judged_applications(opening: Opening, actor: Actor, *, with_documents: bool = False) -> Sequence[Application]:
    """Answer every application of an opening that was not withdrawn, by number."""
    rows = applications_of(opening, actor).where(Application.stage != Stage.WITHDRAWN.value)
    rows = with_papers(rows, with_documents=with_documents)
    return db.session.scalars(rows.order_by(Application.number)).all()


def scored_rows(opening: Opening, actor: Actor, search: str = "") -> Select[int]:
    """Select the rows' ids of every application of an opening that was not withdrawn, by number."""
    rows = applications_of(opening, actor).where(Application.stage != Stage.WITHDRAWN.value)
    if search:
        rows = rows.where(_found(opening, search))
    return rows.with_only_columns(Application.id).order_by(Application.number)


def applications_with_rows(opening: Opening, actor: Actor, ids: Sequence[int]) -> Sequence[Application]:
    """Answer the applications of a page, with what the employer may see of them, in no order."""
    rows = applications_of(opening, actor).where(Application.id.in_(ids))
    return db.session.scalars(with_papers(rows, with_documents=False)).all()


def unopened_applications(opening: Opening, actor: Actor) -> Sequence[Application]:
    """Answer the applications of an opening that nobody has opened yet, by number."""
    rows = _unopened(opening, actor).options(joinedload(Application.opening)).order_by(Application.number)
    return db.session.scalars(rows).all()


def count_unopened(opening: Opening, actor: Actor) -> int:
    """Count the applications of an opening that nobody has opened yet."""
    rows = _unopened(opening, actor).with_only_columns(Application.id).subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def _unopened(opening: Opening, actor: Actor) -> Select[Application]:
    # Where papers went without a result there is nothing to open.
    rows = applications_of(opening, actor, to_write=True).where(Application.stage == Stage.RECEIVED.value)
    return rows.where(Application.destroyed_at.is_(None))


def chosen_applications(opening: Opening, public_ids: Sequence[str], actor: Actor) -> Sequence[Application]:
    """Answer the applications that were ticked, by number; strange ids are passed over."""
    rows = applications_of(opening, actor, to_write=True).where(Application.public_id.in_(public_ids))
    return db.session.scalars(with_papers(rows).order_by(Application.number)).all()


def note_applicants(applications: Sequence[Application]) -> None:
    """Tell the access log whose applications are shown, without reading the people themselves."""
    ids = [a.person_id for a in applications if a.person_id is not None]
    for public_id in db.session.scalars(select(Person.public_id).where(Person.id.in_(ids))):
        note_read(public_id)


def moves_of(application: Application) -> Sequence[StageMove]:
    """Answer the decisions on an application, the newest first."""
    rows = select(StageMove).where(StageMove.application_id == application.id).order_by(StageMove.id.desc())
    return db.session.scalars(rows).all()


def last_move(application: Application) -> StageMove | None:
    """Answer the decision that stands."""
    rows = select(StageMove).where(StageMove.application_id == application.id, StageMove.undone_at.is_(None))
    return db.session.scalars(rows.order_by(StageMove.id.desc()).limit(1)).one_or_none()


def reveals_of(application: Application) -> Sequence[Reveal]:
    """Answer who opened the identity of an application and when, the first one first."""
    rows = select(Reveal).where(Reveal.application_id == application.id).order_by(Reveal.id)
    return db.session.scalars(rows).all()


def content_of(application: Application, public_id: str) -> bytes:
    """Answer what a file of this application holds. Raises `NotFound`."""
    rows = select(ApplicationFile.content).where(
        ApplicationFile.application_id == application.id, ApplicationFile.public_id == public_id
    )
    return _some(db.session.scalar(rows))


def document_of(application: Application, public_id: str) -> bytes:
    """Answer the signed document of an item of this application. Raises `NotFound`."""
    return _some(next((item.document for item in application.items if item.public_id == public_id), None))


def _some(data: bytes | None) -> bytes:
    if data is None:
        raise NotFound
    return data


def with_papers(rows: Select[Application], *, with_documents: bool = True) -> Select[Application]:
    """Load what `visible_of` reads of each application, in a fixed number of queries."""
    items = selectinload(Application.items)
    return rows.options(
        items.options(undefer(ApplicationItem.document)) if with_documents else items,
        selectinload(Application.files),
        joinedload(Application.opening),
    )
