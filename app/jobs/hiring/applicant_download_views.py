"""What an employer takes away of applications: table, paper, files, signed documents. The last two stay locked as
long as the identity is closed."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.certificates.downloads import download
from app.core import clock
from app.core.access import current_actor, requires
from app.core.errors import Conflict, NotFound
from app.core.i18n import _, _l
from app.jobs.application_models import Application
from app.jobs.applying.proof_checking import proofs_of
from app.jobs.applying.visible import Visible, visible_of
from app.jobs.blueprints import hiring
from app.jobs.hiring import applicant_papers as papers
from app.jobs.hiring import applicant_queries as queries
from app.jobs.hiring import reviewer_queries
from app.jobs.opening_models import Opening
from app.jobs.scope import find_own_opening, may_look, may_write

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LOCKED = _l("블라인드 채용이라 인적사항을 연 뒤에 내려받을 수 있어요.")


@hiring.get("/<opening_id>/applications/export")
@requires(may_write(), shows=_l("지원자 목록 파일"))
def export_applicants(opening_id: str) -> ResponseReturnValue:
    opening, at = find_own_opening(opening_id, current_actor(), to_write=True), clock.now()
    applications = queries.judged_applications(opening, current_actor(), with_documents=True)
    seen = [visible_of(application, opening, at) for application in applications]
    opened = [a for a, shown in zip(applications, seen, strict=True) if shown.was_opened]
    queries.note_applicants(opened)
    scores = reviewer_queries.scores_seen(opening, opened, current_actor())
    data = papers.table_of(
        opening,
        seen,
        proofs_of(opened, at),
        {application.public_id: scores[application.id] for application in opened},
    )
    return download(data, XLSX, f"{_('지원자')}.xlsx")


@hiring.get("/<opening_id>/applications/<application_id>/paper")
@requires(may_look(), shows=_l("지원서 PDF"))
def applicant_paper(opening_id: str, application_id: str) -> ResponseReturnValue:
    opening, application, seen = _found(opening_id, application_id)
    at = clock.now()
    data = papers.paper_of(opening, seen, proofs_of([application], at), at)
    return download(data, "application/pdf", f"{_('지원서')}-{seen.number}.pdf")


@hiring.get("/<opening_id>/applications/<application_id>/files/<file_id>")
@requires(may_look(), shows=_l("지원자의 첨부파일"))
def applicant_file(opening_id: str, application_id: str, file_id: str) -> ResponseReturnValue:
    _opening, application, seen = _found(opening_id, application_id)
    file = next((f for f in seen.files if f.public_id == file_id), None)
    if file is None:
        raise NotFound
    if not file.can_be_taken:
        raise Conflict(_LOCKED if not seen.is_open else _l("검사 중이거나 내려받을 수 없는 파일이에요."))
    response = download(
        queries.content_of(application, file_id),
        "application/octet-stream",
        f"{seen.number}-{file_id[:8]}.{file.kind}",
    )
    # Whatever a file holds, no browser may run it.
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@hiring.get("/<opening_id>/applications/<application_id>/items/<item_id>")
@requires(may_look(), shows=_l("지원자의 수료증"))
def applicant_document(opening_id: str, application_id: str, item_id: str) -> ResponseReturnValue:
    _opening, application, seen = _found(opening_id, application_id)
    item = next((i for i in seen.items if i.public_id == item_id and i.has_document), None)
    if item is None:
        raise NotFound
    if item.is_locked:
        raise Conflict(_LOCKED)
    data = queries.document_of(application, item_id)
    return download(data, "application/json", f"{seen.number}-{item_id[:8]}.json")


def _found(opening_id: str, application_id: str) -> tuple[Opening, Application, Visible]:
    opening = find_own_opening(opening_id, current_actor())
    application = queries.find_application(opening, application_id, current_actor())
    seen = visible_of(application, opening, clock.now())
    if seen.waits_to_be_opened:
        # The first look is a step that the applicant is told; no download goes around it.
        raise Conflict(_l("아직 열어 보지 않은 지원서예요. 먼저 지원서를 열어 주세요."))
    queries.note_applicants([application])
    return opening, application, seen
