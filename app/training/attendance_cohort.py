"""Compares the course and cohort that a register names with the ones that were chosen."""

from __future__ import annotations

from app.core.i18n import _l
from app.core.sheet_problems import quoted
from app.training.attendance_heads import Block
from app.training.attendance_reading import CohortPlan, Findings
from app.training.sheet_words import Field, plain


def check_cohort(block: Block, plan: CohortPlan, findings: Findings) -> None:
    """Object to rows of another course; warn of another name of the cohort, which centres shorten freely."""
    for field, planned in ((Field.COURSE, plan.course), (Field.COHORT, plan.cohort)):
        column = block.fields.get(field)
        if column is None:
            continue
        for row in range(block.first, block.last + 1):
            cell = block.cell(row, column)
            if cell is None or _alike(plain(cell), plain(planned)):
                continue
            _object(block, row, column, field, planned, findings)
            break


def _object(block: Block, row: int, column: int, field: Field, planned: str, findings: Findings) -> None:
    found = quoted(block.cell(row, column), 60)
    if field is Field.COURSE:
        message = _l(
            "선택한 과정 ‘%(planned)s’과 파일의 과정 ‘%(found)s’이 달라요. 과정을 다시 고르거나 파일을 "
            "확인해 주세요.",
            planned=planned,
            found=found,
        )
        findings.problems.append(block.sheet.place(row, column, "wrong_course", message))
        return
    message = _l(
        "선택한 기수 ‘%(planned)s’와 파일의 기수 ‘%(found)s’가 달라요. 맞는 기수인지 확인해 주세요.",
        planned=planned,
        found=found,
    )
    findings.warnings.append(block.sheet.place(row, column, "other_cohort_name", message))


def _alike(found: str, planned: str) -> bool:
    return not found or not planned or found in planned or planned in found
