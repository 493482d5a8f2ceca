"""Figures of the job board for offices and the operating authority: `/figures/jobs`. Read-only, nobody's name."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.certificates.downloads import download
from app.core.access import Permission, requires
from app.core.errors import NotFound
from app.core.export import write_csv, write_xlsx
from app.core.i18n import _
from app.jobs.blueprints import figures
from app.jobs.outcomes import figure_queries as queries
from app.jobs.outcomes.figure_words import CHARTED, COLUMNS, GROUPINGS, group_title, table_of
from app.jobs.outcomes.figures import SMALLEST_SHOWN, Grouping
from app.jobs.scope import OFFICE, sees_figures

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _may_see() -> Permission:
    return Permission("member(office) or operator", sees_figures, needs_account=True, kinds=(OFFICE,))


@figures.get("/jobs")
@requires(_may_see())
def jobs() -> ResponseReturnValue:
    grouping = _grouping()
    return render_template(
        "jobs/outcomes/figures.html",
        figures=queries.figures_by(grouping),
        grouping=grouping,
        groupings=GROUPINGS,
        title=group_title(grouping),
        columns=COLUMNS,
        charted=CHARTED,
        smallest=SMALLEST_SHOWN,
    )


@figures.get("/jobs/export")
@requires(_may_see())
def export_jobs() -> ResponseReturnValue:
    grouping = _grouping()
    header, rows = table_of(grouping, queries.figures_by(grouping))
    name = f"{_('채용 통계')}_{GROUPINGS[grouping]}"
    if request.args.get("form") == "csv":
        return download(write_csv(header, rows), "text/csv; charset=utf-8", f"{name}.csv")
    return download(write_xlsx(str(_("채용 통계")), header, rows), _XLSX, f"{name}.xlsx")


def _grouping() -> Grouping:
    asked = request.args.get("by", Grouping.MONTH.value)
    if asked not in set(Grouping):
        raise NotFound
    return Grouping(asked)
