"""The certificate of destruction (채용서류 파기확인서) on paper: what was destroyed, nobody's name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from app.certificates.fonts import missing_glyphs
from app.certificates.typesetting import typeset
from app.core.clock import seoul_date
from app.core.i18n import _, in_language
from app.core.templating import date
from app.core.templating import datetime as moment
from app.jobs.duties.destruction_models import Destruction
from app.jobs.duties.destruction_queries import Summary
from app.jobs.duties.destruction_words import METHODS, papers_counted
from app.jobs.opening_models import Opening


def destruction_pdf(
    opening: Opening, summary: Summary, rows: Sequence[Destruction], issuer: str, at: datetime
) -> bytes:
    """Set the certificate as PDF/A, in Korean: it goes into the employer's file for the labour office."""
    with in_language("ko"):
        said = _content(opening, summary, rows, issuer, at)
    text = json.dumps(said, ensure_ascii=False)
    for letter in missing_glyphs(text):
        # What our typefaces cannot show may not stop a paper; a box says that something stood there.
        text = text.replace(letter, "□")
    return typeset("destruction.typ", {"destruction": text}, form="pdf")


def _content(
    opening: Opening, summary: Summary, rows: Sequence[Destruction], issuer: str, at: datetime
) -> dict[str, object]:
    day = seoul_date(at)
    pairs = [
        (_("채용기관"), opening.employer_name),
        (_("공고명"), opening.title),
        (_("파기한 지원서"), str(_("%(count)s건", count=summary.applications))),
        (_("파기한 날"), _days(summary)),
        (_("보관기간"), str(_("결과를 정한 날부터 %(days)s일", days=opening.retention_days))),
        (_("파기 방법"), str(METHODS[rows[0].method])),
        *papers_counted(summary.counts),
    ]
    return {
        "title": str(_("채용서류 파기확인서")),
        "author": issuer,
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "lead": str(_("채용절차의 공정화에 관한 법률 제11조에 따라 아래와 같이 채용서류를 파기했음을 확인합니다.")),
        "pairs": [[str(term), value] for term, value in pairs],
        "head": [str(_("지원번호")), str(_("결과를 정한 날")), str(_("파기한 때")), str(_("파기한 사람"))],
        "rows": [
            [
                str(row.number),
                _since(row),
                moment(row.at),
                str(_("자동 파기(보관기간 지남)")) if row.is_automatic else row.actor_label,
            ]
            for row in rows
        ],
        "foot": str(_("%(day)s %(issuer)s 이음에서 발급", day=date(at), issuer=issuer)),
    }


def _since(row: Destruction) -> str:
    day = date(row.decided_at)
    return str(_("결과 없음(%(day)s 안내)", day=day)) if row.is_lapsed else day


def _days(summary: Summary) -> str:
    first, last = date(summary.first_at), date(summary.last_at)
    return first if first == last else f"{first} ~ {last}"
