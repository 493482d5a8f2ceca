"""What is asked about single cells of a register: found, expected, and what to do next."""

from __future__ import annotations

import re

from app.core.i18n import Text, _l
from app.core.sheet_problems import quoted
from app.core.sheets import Cell
from app.training.attendance_marks import normal
from app.training.attendance_people import show_date
from app.training.attendance_reading import PlannedSession
from app.training.sheet_values import WrittenTime, read_time

# Leave that one centre recognises as attendance and another does not.
_LEAVE = re.compile(
    r"병가|병결|병원|입원|질병|경조|조사|휴가|연차|월차|반차|예비군|민방위|출장|면접|시험|격리|생리|휴직|유고|특휴"
)


def why_no_mark(cell: Cell) -> tuple[str, Text]:
    """Answer the code and the text for a cell that holds no mark."""
    if cell is None:
        return "mark_missing", _l(
            "출결이 비어 있어요. 출석(○), 결석(×), 지각(△)처럼 적어 주세요. 빈칸은 출석으로도 결석으로도 보지 않아요."
        )
    if read_time(cell) is not None and (not isinstance(cell, int) or cell > 99):
        return one_time_only()
    if quoted(cell) in ("0", "1", "/", "●", "▲"):
        return "ambiguous_mark", _l(
            "‘%(found)s’ 표시가 이 파일에서 무슨 뜻인지 알 수 없어요. 출석, 결석, 지각, 조퇴처럼 적거나 "
            "표 위에 ‘○ 출석, × 결석’처럼 범례를 적어 주세요.",
            found=quoted(cell),
        )
    if _LEAVE.match(normal(cell)):
        return "unknown_mark", _l(
            "‘%(found)s’을 출석으로 인정할지는 기관이 정해요. 인정하면 공결, 아니면 결석으로 고쳐 적거나 표 위에 "
            "‘%(found)s=공결’처럼 적어 주세요.",
            found=quoted(cell),
        )
    if re.fullmatch(r"\d{1,2}", normal(cell)):
        return "unknown_mark", _l(
            "숫자 ‘%(found)s’이 무슨 뜻인지 알 수 없어요. 표 위에 ‘1=출석, 2=지각, 3=결석’처럼 뜻을 적어 주세요.",
            found=quoted(cell),
        )
    return "unknown_mark", _l(
        "출결 표시 ‘%(found)s’의 뜻을 알 수 없어요. 출석(○), 결석(×), 지각(△), 조퇴, 외출, 공결 가운데 "
        "하나로 고쳐 주세요.",
        found=quoted(cell),
    )


def one_time_only() -> tuple[str, Text]:
    """Answer the code and the text for a time that stands alone and may be of coming or of going."""
    return "one_time_only", _l(
        "시각이 하나뿐이라 인정시간을 셀 수 없어요. 입실과 퇴실 시각을 모두 적거나 출석(○), 결석(×)으로 적어 주세요."
    )


def disputed_mark(cell: Cell) -> tuple[str, Text]:
    """Answer the code and the text for a sign that the file's legends explain in two ways or turn round."""
    return "disputed_mark", _l(
        "‘%(found)s’의 뜻이 범례마다 다르거나 보통 쓰는 뜻과 반대로 적혀 있어요. 이 표시를 출석, 결석, 지각처럼 "
        "글자로 고치거나 범례를 하나로 맞춰 주세요.",
        found=quoted(cell),
    )


def other_day(found: WrittenTime, session: PlannedSession) -> Text:
    """Answer the text for a time that is written with the date of another day."""
    return _l(
        "시각에 적힌 날짜 %(found)s이 %(number)s회차의 날짜 %(planned)s와 달라요. 날짜를 고쳐 주세요.",
        found=str(found.date),
        number=session.number,
        planned=show_date(session.date),
    )


def one_time(came_is_missing: bool) -> Text:
    """Answer the text for a person with one time only."""
    if came_is_missing:
        return _l("입실 시각이 없어 결석으로 읽었어요.")
    return _l("퇴실 시각이 없어 결석으로 읽었어요.")
