"""What a centre takes away: the record as a table, an empty register, an empty roster."""

from __future__ import annotations

import io

from flask import send_file
from flask.typing import ResponseReturnValue

from app.core.access import current_actor, requires
from app.core.errors import NotFound
from app.core.export import write_csv, write_xlsx
from app.core.i18n import _l
from app.training import exports, queries
from app.training.blueprints import cohorts
from app.training.exports import Table
from app.training.scope import find_cohort, may_look

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@cohorts.get("/<cohort_id>/report.<form>")
@requires(may_look(), shows=_l("기수의 출결표"))
def export(cohort_id: str, form: str) -> ResponseReturnValue:
    cohort = find_cohort(cohort_id, current_actor())
    return _send(exports.report_table(cohort, queries.cohort_report(cohort)), form)


@cohorts.get("/<cohort_id>/register.xlsx")
@requires(may_look(), shows=_l("이름과 생년월일이 적힌 출석부 양식"))
def blank_sheet(cohort_id: str) -> ResponseReturnValue:
    cohort = find_cohort(cohort_id, current_actor())
    return _send(exports.register_table(cohort, queries.enrolments(cohort)), "xlsx")


@cohorts.get("/roster-form.<form>")
@requires(may_look())
def roster_form(form: str) -> ResponseReturnValue:
    return _send(exports.roster_table(), form)


def _send(table: Table, form: str) -> ResponseReturnValue:
    if form not in _TYPES:
        raise NotFound
    if form == "xlsx":
        data = write_xlsx(table.title, table.header, table.rows)
    else:
        data = write_csv(table.header, table.rows)
    return send_file(
        io.BytesIO(data), mimetype=_TYPES[form], as_attachment=True, download_name=f"{table.title}.{form}"
    )
