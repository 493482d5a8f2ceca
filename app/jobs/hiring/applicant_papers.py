"""What an employer takes away: a table of the applicants, one application on paper. Made from `Visible` alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.certificates.fonts import missing_glyphs
from app.certificates.typesetting import typeset
from app.core.clock import seoul_date
from app.core.export import Value, write_xlsx
from app.core.i18n import _, current_language
from app.core.templating import datetime as written_datetime
from app.jobs.applying.proof_checking import Proof
from app.jobs.applying.visible import IDENTITY_LABELS, Visible, unopened
from app.jobs.hiring.applicant_wording import item_names, item_title, item_when, proof_words, requirement_finding
from app.jobs.hiring.reviewer_queries import Seen
from app.jobs.opening_models import Opening

_Pairs = list[tuple[str, str]]


def table_of(
    opening: Opening,
    applications: Sequence[Visible],
    proofs: Mapping[str, Proof],
    averages: Mapping[str, Seen],
) -> bytes:
    """Answer the applicants as XLSX. Columns of the identity are there when any of them may be seen; of an
    application that nobody has opened the table says only that it is there."""
    applications = [seen if seen.was_opened else unopened(seen) for seen in applications]
    box = list(IDENTITY_LABELS) if any(a.is_open for a in applications) else []
    header = [_("지원번호"), _("단계"), _("접수"), _("자격요건"), _("증빙"), _("평균")]
    rows = [_row(seen, proofs, averages.get(seen.public_id), box) for seen in applications]
    return write_xlsx(opening.title, [*map(str, header), *(str(IDENTITY_LABELS[key]) for key in box)], rows)


def _row(seen: Visible, proofs: Mapping[str, Proof], scores: Seen | None, box: Sequence[str]) -> list[Value]:
    average = scores.judgement.average if scores is not None and scores.shows_all else None
    identity = {str(label): value for label, value in seen.identity}
    return [
        seen.number,
        str(seen.stage.label),
        written_datetime(seen.submitted_at),
        "\n".join(f"{said.text}: {requirement_finding(said)}" for said in seen.requirements),
        "\n".join(f"{item_title(item, proofs)}, {proof_words(item, proofs)}" for item in seen.items),
        round(float(average), 1) if average is not None else None,
        *(identity.get(str(IDENTITY_LABELS[key]), "") for key in box),
    ]


def paper_of(opening: Opening, seen: Visible, proofs: Mapping[str, Proof], at: datetime) -> bytes:
    """Answer one application as PDF/A, for a panel that judges on paper."""
    day = seoul_date(at)
    said = {
        "title": str(seen.name),
        "over": opening.title,
        "employer": opening.employer_name,
        "note": f"{seen.stage.label} · {_('%(when)s 접수', when=written_datetime(seen.submitted_at))}",
        "footer": str(_("%(when)s 현재", when=written_datetime(at))),
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "language": current_language(),
        "sections": _sections(seen, proofs),
    }
    text = json.dumps(said, ensure_ascii=False)
    for letter in missing_glyphs(text):
        # What our typefaces cannot show may not stop a paper; a box says that something stood there.
        text = text.replace(letter, "□")
    return typeset("application.typ", {"application": text}, form="pdf")


def _sections(seen: Visible, proofs: Mapping[str, Proof]) -> list[dict[str, object]]:
    closed = "" if seen.is_open else str(_("블라인드 채용이라 정한 단계가 될 때까지 닫혀 있어요."))
    identity: _Pairs = [(str(label), value) for label, value in seen.identity]
    requirements: _Pairs = [(said.text, requirement_finding(said)) for said in seen.requirements]
    items: _Pairs = []
    for item in seen.items:
        named = " · ".join(f"{label} {value}" for label, value in item_names(item))
        facts = [proof_words(item, proofs), item_when(item), named]
        items.append((item_title(item, proofs), " · ".join(filter(None, facts))))
    held_back = _("누가 썼는지 알 수 있는 내용이 들어 있어 인적사항을 열 때까지 보여 주지 않아요.")
    words = str(held_back) if seen.words.is_held_back else seen.words.text
    sections = [
        (_("인적사항"), identity, closed),
        (_("자격요건과 우대사항"), requirements, ""),
        (_("증빙"), items, ""),
        (_("지원자가 쓴 글"), [], words),
    ]
    return [{"title": str(t), "pairs": pairs, "text": text} for t, pairs, text in sections if pairs or text]
