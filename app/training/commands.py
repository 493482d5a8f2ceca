"""`flask training …`: plans, rosters, attendance files and reports from the command line."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.accounts.models import Organisation
from app.core import clock
from app.core.access import Actor
from app.core.commands import explains_errors, words
from app.core.db import db, unit_of_work
from app.core.errors import Conflict, NotFound
from app.core.i18n import _
from app.core.sheet_problems import Problem, SheetError
from app.training import attendance_service, enrolment_service, person_correction_service, plan_service, queries
from app.training.models import Cohort
from app.training.plan_file import parse
from app.training.queries import PersonReport
from app.training.received_file import ReceivedFile, from_bytes
from app.training.roster_sheet import read as read_roster

training = AppGroup("training", help="Plans, rosters, attendance files and reports.")
ACTOR = Actor.command("command: training")

existing_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
of_cohort = click.option("--cohort", "code", required=True, help="The cohort's code, for example 2026-F1.")
of_centre = click.option("--centre", default="", help="The centre's name, when two centres use the same code.")


def find_cohort(code: str, centre: str = "") -> Cohort:
    """Find a cohort by its code. Raises `NotFound`, or `Conflict` when several centres use the code."""
    rows = select(Cohort).where(Cohort.code == code)
    if centre:
        rows = rows.join(Organisation, Cohort.organisation_id == Organisation.id).where(Organisation.name == centre)
    found = db.session.scalars(rows.limit(2)).all()
    if not found:
        raise NotFound(_("기수 %(code)s을(를) 찾지 못했어요. 계획 파일을 먼저 가져왔는지 확인해 주세요.", code=code))
    if len(found) > 1:
        raise Conflict(
            _("여러 교육기관에 기수 %(code)s이(가) 있어요. --centre로 기관 이름을 적어 주세요.", code=code)
        )
    return found[0]


def read_file(file: Path) -> ReceivedFile:
    """Read a table; what is wrong with it as a whole is printed like a problem in a cell, and ends the command."""
    try:
        return from_bytes(file.read_bytes(), file.name)
    except SheetError as error:
        show_problems(error.problems)
        raise SystemExit(1) from error


def show_problems(problems: tuple[Problem, ...]) -> None:
    """Print problems one a line on stderr: SHEET:ROW:COLUMN message."""
    for problem in problems:
        click.echo(str(problem), err=True)


@training.command("import-plan")
@existing_file
@explains_errors
def import_plan(file: Path) -> None:
    """Create the centre, policy, courses, cohorts and sessions of a plan; what is known stays as it is."""
    plan = parse(file.read_bytes())
    with unit_of_work():
        result = plan_service.import_plan(plan, ACTOR, clock.now())
        for cohort in (*result.added, *result.known):
            state = _("추가") if cohort in result.added else _("이미 있음")
            click.echo(f"{cohort.code}\t{cohort.course.name}\t{cohort.name}\t{len(cohort.sessions)}\t{state}")


@training.command("import-roster")
@existing_file
@of_cohort
@of_centre
@explains_errors
def import_roster(file: Path, code: str, centre: str) -> None:
    """Enrol everybody of a roster in a cohort; who is enrolled already stays enrolled once."""
    received = read_file(file)
    with unit_of_work():
        cohort = find_cohort(code, centre)
        reading = read_roster(received.workbook)
        if reading.problems:
            show_problems(reading.problems)
            raise SystemExit(1)
        show_problems(reading.warnings)
        result = enrolment_service.enrol_people(cohort, reading.people, ACTOR, clock.now())
        click.echo(
            _(
                "새로 등록 %(new)s명, 대기 %(waiting)s명, 이미 등록 %(known)s명",
                new=len(result.enrolled),
                waiting=len(result.waitlisted),
                known=len(result.known),
            )
        )


@training.command("import-attendance")
@existing_file
@of_cohort
@of_centre
@click.option("--dry-run", is_flag=True, help="Say what would change and store nothing.")
@explains_errors
def import_attendance(file: Path, code: str, centre: str, dry_run: bool) -> None:
    """Apply an attendance file to a cohort, whole or not at all."""
    received = read_file(file)
    with unit_of_work():
        cohort = find_cohort(code, centre)
        preview = attendance_service.preview(cohort, received)
        if preview.applied is not None:
            already = attendance_service.AlreadyApplied(preview.applied)
            click.echo(f"{already.message} (already applied on {preview.applied.created_at:%Y-%m-%d %H:%M} UTC)")
            return
        if preview.reading.problems:
            show_problems(preview.reading.problems)
            raise SystemExit(1)
        for warning in preview.reading.warnings:
            click.echo(str(warning), err=True)
        if preview.reading.unread:
            columns = ", ".join(f"{one.title or '-'} ({one.column})" for one in preview.reading.unread)
            click.echo(_("읽지 않은 열: %(columns)s", columns=columns), err=True)
        if not dry_run:
            attendance_service.apply(cohort, preview.understanding, ACTOR, clock.now())
        text = _(
            "%(people)s명 확인, 바뀐 출결 %(changes)s건, 수료 %(completing)s명",
            people=len(preview.reading.people_found),
            changes=preview.changes,
            completing=preview.completing,
        )
        click.echo(text + " " + _("(저장하지 않음)") if dry_run else text)


@training.command("correct-person")
@click.argument("person_id", metavar="NUMBER")
@click.option("--name", required=True, callback=words, help="as it should be")
@click.option("--birth-date", required=True, type=click.DateTime(["%Y-%m-%d"]), help="as it should be: 1971-05-06")
@click.option("--why", required=True, callback=words, metavar="WORDS", help="kept in the audit trail")
@explains_errors
def correct_person(person_id: str, name: str, birth_date: datetime, why: str) -> None:
    """Put the name or date of birth of a person right that several centres have on record.

    A centre that may not change it by itself quotes the person's number. Certificates are corrected afterwards.
    """
    with unit_of_work():
        changed = person_correction_service.correct_everywhere(
            person_id, name, birth_date.date(), ACTOR, clock.now(), why=why
        )
    click.echo(_("인적 사항을 바로잡았어요.") if changed else _("바뀐 것이 없어요."))


@training.command("report")
@of_cohort
@of_centre
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@explains_errors
def report(code: str, centre: str, form: str) -> None:
    """Show every enrolled person's marks, credited minutes and decision."""
    people = queries.cohort_report(find_cohort(code, centre))
    if form == "json":
        click.echo(json.dumps([as_json(p) for p in people], ensure_ascii=False, indent=1))
        return
    for p in people:
        done = _("수료") if p.decision.completed else _("미수료")
        counted = f"{p.decision.counted}/{p.decision.sessions}"
        click.echo(f"{p.person.name}\t{p.person.birth_date}\t{p.decision.credited_minutes}\t{counted}\t{done}")


def as_json(report: PersonReport) -> dict[str, Any]:
    """Answer one person's report with the keys that exports use."""
    return {
        "name": report.person.name,
        "birth_date": report.person.birth_date.isoformat(),
        "credited_minutes": report.decision.credited_minutes,
        "sessions": report.decision.sessions,
        "counted": report.decision.counted,
        "completed": report.decision.completed,
        "marks": [mark.value if mark is not None else None for mark in report.marks],
    }
