"""Registers with a column for each session, as many centres lay them out, all say the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import pytest

from app.training.attendance_sheet import PlannedSession
from app.training.policy import Mark
from tests.training.sheets.registers import (
    DAYS,
    MARKS,
    PEOPLE,
    PLAN,
    SYMBOLS,
    TIMES,
    TRUTH,
    C,
    E,
    L,
    P,
    Register,
    X,
    as_csv,
    as_xls,
    as_xlsx,
    clock,
    columns_register,
    read_bytes,
    understood,
)

Written = tuple[bytes, str]


@dataclass(frozen=True)
class Case:
    name: str
    write: Callable[[], Written]


def xlsx(make: Callable[[], Register]) -> Callable[[], Written]:
    return lambda: (as_xlsx(make()), "출석부.xlsx")


def xls(make: Callable[[], Register]) -> Callable[[], Written]:
    return lambda: (as_xls(make()), "출석부.xls")


def text(make: Callable[[], Register], encoding: str = "utf-8", delimiter: str = ",") -> Callable[[], Written]:
    return lambda: (as_csv(make(), encoding, delimiter), "출석부.csv")


def heads(spelling: str) -> Callable[[], Register]:
    """Spell the heads of the sessions with {n} and the parts of {d}."""
    return lambda: columns_register(
        [spelling.format(n=n, d=d, w="월화수목금토일"[d.weekday()]) for n, d in enumerate(DAYS, 1)]
    )


def symbols(**changed: Any) -> Callable[[], Register]:
    names = {"P": P, "L": L, "E": E, "X": X, "C": C}
    return lambda: columns_register(symbols=SYMBOLS | {names[key]: value for key, value in changed.items()})


def two_lines(upper: list[Any], lower: list[Any], *, merged: bool) -> Register:
    register = columns_register(upper)
    register.grid.insert(1, ["", "", "", *lower, ""])
    if merged:
        register.merged = [(0, c, 1, c) for c in (0, 1, 2, 9)]
    return register


def dates_above_numbers() -> Register:
    register = columns_register([f"{n}회차" for n in range(1, 7)])
    register.grid.insert(0, ["", "", "", *(f"{d.month}/{d.day}" for d in DAYS), ""])
    return register


def under_titles() -> Register:
    above = [
        ["2026년 상반기 출석부", *[""] * 9],
        ["교육기간: 2026-03-09 ~ 2026-03-20"],
        [],
        ["강사: 김철수", "", "", "장소: 1강의실"],
        [],
    ]
    register = columns_register(above=above)
    register.merged = [(0, 0, 0, 9), (1, 0, 1, 9)]
    return register


def with_footers() -> Register:
    footers: list[list[Any]] = [
        [],
        ["합계", "", "", 4, 4, 3, 3, 4, 5],
        ["출석률", "", "", "80%", "80%", "60%", "60%", "80%", "100%"],
        ["", "결석인원", "", 0, 1, 1, 1, 1, 0],
        [],
        ["※ 위와 같이 출석하였음을 확인합니다."],
        ["담당자", "김철수", "(서명)"],
        ["2026년 3월 20일"],
        ["", "", "", "서울도시재생교육원장 (직인)"],
    ]
    return columns_register(footers=footers, tail=("출석", "결석", "지각", "출석률", "서명", "비고"))


def repeated_heads() -> Register:
    register = columns_register()
    register.grid.insert(4, list(register.grid[0]))
    register.grid.insert(4, ["2쪽"])
    return register


def one_head_over_the_dates(head: str) -> Register:
    register = columns_register()
    register.grid[0:1] = [["연번", "성명", "생년월일", head, *[""] * 5, "비고"], ["", "", "", *DAYS, ""]]
    register.merged = [(0, 3, 0, 8), *((0, c, 1, c) for c in (0, 1, 2, 9))]
    return register


def month_over_days() -> Register:
    register = columns_register([f"{d.day}" for d in DAYS])
    register.grid.insert(0, ["", "", "", "2026년 3월", *[""] * 6])
    register.merged = [(0, 3, 0, 8)]
    return register


def month_over_days_unmerged() -> Register:
    register = columns_register([f"{d.day}일" for d in DAYS])
    register.grid.insert(0, ["", "", "", "3월", *[""] * 6])
    return register


def days_on_a_named_sheet() -> bytes:
    register = columns_register([f"{d.day}일" for d in DAYS])
    register.name = "3월"
    return as_xlsx(register)


def month_in_the_title() -> Register:
    return columns_register([d.day for d in DAYS], above=[["2026년 3월 출석부"], []])


def pairs_of_times(*, merged: bool, moment: Callable[[str], Any] = str, third: bool = False) -> Register:
    labels = ["입실", "퇴실", "비고"] if third else ["입실", "퇴실"]
    top: list[Any] = ["성명", "생년월일"]
    low: list[Any] = ["", ""]
    merges = [(0, 0, 1, 0), (0, 1, 1, 1)]
    for d in DAYS:
        left = len(top)
        top += [f"{d:%m.%d}", *[""] * (len(labels) - 1)]
        low += labels
        merges.append((0, left, 0, left + len(labels) - 1))
    grid = [top, low]
    for (name, born), marks in zip(PEOPLE, MARKS, strict=True):
        row: list[Any] = [name, born.isoformat()]
        for mark in marks:
            came, went = TIMES[mark]
            row += [moment(t) if t[:1].isdigit() else t for t in (came, went)]
            row += [""] * (len(labels) - 2)
        grid.append(row)
    return Register(grid, merges if merged else [])


def flat_pairs_of_times() -> Register:
    register = pairs_of_times(merged=False)
    top = ["성명", "생년월일"]
    for n, d in enumerate(DAYS, 1):
        top += [f"{n}회차({d:%m/%d}) 입실", f"{n}회차({d:%m/%d}) 퇴실"]
    register.grid[:2] = [top]
    return register


def times_in_one_cell() -> Register:
    spelled = {mark: "~".join(TIMES[mark]) if mark not in (X, C) else SYMBOLS[mark] for mark in SYMBOLS}
    return columns_register(symbols=spelled)


def periods() -> Register:
    """Four periods a day; the marks of a day follow from them."""
    parts = {P: "○○○○", L: "×○○○", E: "○○○×", X: "××○○", C: "○cc○"}
    top: list[Any] = ["연번", "성명", "생년월일"]
    low: list[Any] = ["", "", ""]
    merges = [(0, c, 1, c) for c in range(3)]
    for d in DAYS:
        merges.append((0, len(top), 0, len(top) + 3))
        top += [d, "", "", ""]
        low += [f"{n}교시" for n in range(1, 5)]
    grid = [top, low]
    for number, ((name, born), marks) in enumerate(zip(PEOPLE, MARKS, strict=True), 1):
        cells = [("공결" if sign == "c" else sign) for mark in marks for sign in parts[mark]]
        grid.append([number, name, born, *cells])
    return Register(grid, merges)


def by_month(*, overlapping: bool) -> bytes:
    register = columns_register()
    first = [[*row[:6]] for row in register.grid]
    second = [[*row[:3], *row[5 if overlapping else 6 : 9]] for row in register.grid]
    return as_xlsx(Register(first, name="3월 상순"), Register(second, name="3월 하순"))


def session_a_sheet() -> bytes:
    sheets = []
    for n, d in enumerate(DAYS):
        grid: list[list[Any]] = [[f"{d.month}월 {d.day}일 출석부"], ["번호", "이름", "생년월일", "출결"]]
        for number, ((name, born), marks) in enumerate(zip(PEOPLE, MARKS, strict=True), 1):
            grid.append([number, name, born, SYMBOLS[marks[n]]])
        sheets.append(Register(grid, name=f"{n + 1}회차"))
    return as_xlsx(*sheets)


def with_other_sheets() -> bytes:
    roster = Register([["성명", "생년월일", "연락처"], ["홍정훈", "1969-10-28", "010-1234-5678"]], name="명단")
    how = Register([["작성요령"], ["○ 출석, × 결석, △ 지각"]], name="작성요령")
    example = columns_register(symbols=dict.fromkeys(SYMBOLS, "○"))
    example.name = "작성예시"
    return as_xlsx(how, example, columns_register(), roster)


def with_hidden_sheet() -> bytes:
    old = columns_register(symbols=dict.fromkeys(SYMBOLS, "○"))
    old.name = "이전"
    return as_xlsx(old, columns_register(), hidden=["이전"])


def no_birth_dates() -> Register:
    register = columns_register()
    register.grid = [[*row[:2], *row[3:]] for row in register.grid if len(row) < 2 or row[1] != "홍정훈"]
    return register


def decomposed() -> Register:
    return columns_register(name=lambda name: unicodedata.normalize("NFD", f" {name[0]} {name[1:]}"))


def legend(note: str, **changed: Any) -> Register:
    register = symbols(**changed)()
    register.grid.insert(0, [note])
    return register


def legend_cell_by_cell() -> Register:
    register = symbols(X="/", L="▲", E="△")()
    register.grid += [[], ["○", "출석"], ["/", "결석"], ["▲", "지각"], ["△", "조퇴"]]
    return register


def excel_dates() -> Register:
    return columns_register(heads=list(DAYS), birth=lambda born: born)


def excel_datetimes() -> Register:
    return columns_register(heads=[datetime.combine(d, time()) for d in DAYS], birth=lambda born: born)


CASES = [
    Case("number and date", xlsx(heads("{n}회차({d:%m.%d})"))),
    Case("number only", xlsx(heads("{n}회차"))),
    Case("short number", xlsx(heads("{n}회"))),
    Case("차시", xlsx(heads("{n}차시"))),
    Case("제 n 회", xlsx(heads("제{n}회"))),
    Case("n일차", xlsx(heads("{n}일차"))),
    Case("plain numbers as text", text(heads("{n}"))),
    Case("plain numbers", xlsx(lambda: columns_register([1, 2, 3, 4, 5, 6]))),
    Case("slashed date", xlsx(heads("{d.month}/{d.day}"))),
    Case("padded slashed date", text(heads("{d:%m/%d}"))),
    Case("month and day in words", xlsx(heads("{d.month}월 {d.day}일"))),
    Case("ISO date", text(heads("{d}"), "cp949")),
    Case("dotted date with weekday", xlsx(heads("{d.month}.{d.day}({w})"))),
    Case("date and weekday on a new line", xlsx(heads("{d.month}/{d.day}\n({w})"))),
    Case("two-digit year", xlsx(heads("{d:%y.%m.%d}"))),
    Case("Korean full date", xlsx(heads("{d.year}. {d.month}. {d.day}."))),
    Case("eight digits", text(heads("{d:%Y%m%d}"))),
    Case("number, topic and date", xlsx(heads("{n}회차 도시재생의 이해 평가 ({d.month}/{d.day})"))),
    Case("number and date on lines", xlsx(heads("{n}회차\n2026-{d:%m-%d}"))),
    Case("English", text(heads("Session {n}"))),
    Case("Excel dates", xlsx(excel_dates)),
    Case("Excel dates in XLS", xls(excel_dates)),
    Case("Excel date-times", xlsx(excel_datetimes)),
    Case("dates that became decimals", xlsx(lambda: columns_register([3.9, 3.11, 3.13, 3.16, 3.18, 3.2]))),
    Case("XLS", xls(columns_register)),
    Case("CSV in CP949", text(columns_register, "cp949")),
    Case("CSV in UTF-8", text(columns_register)),
    Case("CSV in UTF-8 with BOM", text(columns_register, "utf-8-sig")),
    Case("CSV in UTF-16", text(columns_register, "utf-16")),
    Case("tabs in UTF-16 (Excel's Unicode text)", text(columns_register, "utf-16", "\t")),
    Case("tabs", text(columns_register, "cp949", "\t")),
    Case("semicolons", text(columns_register, "utf-8-sig", ";")),
    Case(
        "dates under numbers, merged",
        xlsx(lambda: two_lines([f"{n}회차" for n in range(1, 7)], list(DAYS), merged=True)),
    ),
    Case(
        "dates under numbers, CSV",
        text(lambda: two_lines([f"{n}회차" for n in range(1, 7)], list(DAYS), merged=False)),
    ),
    Case(
        "numbers under dates", xlsx(lambda: two_lines([f"{d:%m.%d}" for d in DAYS], [1, 2, 3, 4, 5, 6], merged=True))
    ),
    Case("hours under dates", xlsx(lambda: two_lines([f"{d:%m.%d}" for d in DAYS], [4] * 6, merged=True))),
    Case(
        "weekdays under dates",
        xlsx(lambda: two_lines([f"{d:%m.%d}" for d in DAYS], list("월수금월수금"), merged=False)),
    ),
    Case(
        "topics under numbers",
        xlsx(
            lambda: two_lines(
                [f"{n}회차" for n in range(1, 7)],
                ["입문", "현장 답사", "평가", "주민", "공모", "수료식"],
                merged=True,
            )
        ),
    ),
    Case(
        "hours of the day under dates",
        text(lambda: two_lines([f"{d:%m.%d}" for d in DAYS], ["14:00~18:00"] * 6, merged=False)),
    ),
    Case("dates above numbers", xlsx(dates_above_numbers)),
    Case("titles above", xlsx(under_titles)),
    Case("titles above in XLS", xls(under_titles)),
    Case("totals and signatures below", xlsx(with_footers)),
    Case("totals and signatures below, CSV", text(with_footers, "cp949")),
    Case("heads repeated on each page", xlsx(repeated_heads)),
    Case("교육일자 over the dates", xlsx(lambda: one_head_over_the_dates("교육일자"))),
    Case("출석 over the dates, CSV", text(lambda: one_head_over_the_dates("출석"))),
    Case("회차 over the dates in XLS", xls(lambda: one_head_over_the_dates("회차"))),
    Case("a month over days", xlsx(month_over_days)),
    Case("a month over days, CSV", text(month_over_days_unmerged)),
    Case("days with the month on the sheet", lambda: (days_on_a_named_sheet(), "출석부.xlsx")),
    Case("marks of the day in brackets", xlsx(heads("출석({d.month}/{d.day})"))),
    Case("lessons", text(heads("{n}강"))),
    Case("weeks", xlsx(heads("{n}주차"))),
    Case("number, date and hours on three lines", xlsx(heads("{n}회차\n({d.month}/{d.day})\n14:00~18:00"))),
    Case("a month in the title", xlsx(month_in_the_title)),
    Case("other words for the people", xlsx(lambda: columns_register(identity=("No", "교육생", "소속", "출생일")))),
    Case(
        "name last of the identity", text(lambda: columns_register(identity=("번호", "생년월일", "소속", "수강생명")))
    ),
    Case("birth dates with dots", xlsx(lambda: columns_register(birth=lambda b: f"{b:%Y.%m.%d}"))),
    Case("birth dates with spaces", xlsx(lambda: columns_register(birth=lambda b: f"{b.year}. {b.month}. {b.day}."))),
    Case("birth dates of six digits", text(lambda: columns_register(birth=lambda b: f"{b:%y%m%d}"), "cp949")),
    Case("birth dates as numbers", xlsx(lambda: columns_register(birth=lambda b: int(f"{b:%y%m%d}")))),
    Case("birth dates of eight digits", xlsx(lambda: columns_register(birth=lambda b: int(f"{b:%Y%m%d}")))),
    Case("two-digit years of birth", xlsx(lambda: columns_register(birth=lambda b: f"{b:%y.%m.%d}"))),
    Case(
        "half-hidden numbers",
        xlsx(lambda: columns_register(birth=lambda b: f"{b:%y%m%d}-{1 if b.year < 2000 else 3}******")),
    ),
    Case(
        "Excel birth dates without a format",
        xlsx(lambda: columns_register(birth=lambda b: (b - date(1899, 12, 30)).days)),
    ),
    Case("names in NFD with spaces", xlsx(decomposed)),
    Case("names with a title", xlsx(lambda: columns_register(name=lambda n: f"{n}님"))),
    Case("words", text(symbols(P="출석", X="결석", L="지각"))),
    Case("short words", xlsx(symbols(P="출", X="결", L="지", E="조", C="공"))),
    Case("letters", text(symbols(P="O", X="X"))),
    Case("small letters", text(symbols(P="o", X="x"))),
    Case("full-width letters", xlsx(symbols(P="Ｏ", X="Ｘ"))),
    Case("the letter ieung", xlsx(symbols(P="ㅇ"))),
    Case("other circles", xlsx(symbols(P="◯", X="✕"))),
    Case("ideographic zero", text(symbols(P="〇", X="╳"), "utf-8")),
    Case("black marks", xlsx(symbols(P="●", L="▲"))),
    Case("ticks", xlsx(symbols(P="✓", X="✗"))),
    Case("check marks and slashes", xlsx(symbols(P="V", X="/"))),
    Case("root signs", text(symbols(P="√"), "cp949")),
    Case("emoji", xlsx(symbols(P="⭕️", X="❌"))),
    Case("ones and noughts", xlsx(symbols(P=1, X=0))),
    Case("ones and noughts, CSV", text(symbols(P="1", X="0"))),
    Case("noughts beside crosses", xlsx(symbols(P="0", X="×"))),
    Case("ticked boxes", xlsx(symbols(P=True, X=False))),
    Case("ticked boxes, CSV", text(symbols(P="TRUE", X="FALSE"))),
    Case("notes in brackets", xlsx(symbols(L="지각(10분)", E="조퇴 17:20", C="공결(예비군)"))),
    Case("triangle for leaving", xlsx(symbols(E="◁"))),
    Case("recognised absence", xlsx(symbols(C="출석인정"))),
    Case(
        "a legend above", xlsx(lambda: legend("(출석 ○, 결석 /, 지각 ▲, 조퇴 △, 공결 ◎)", X="/", L="▲", E="△", C="◎"))
    ),
    Case(
        "a legend with colons",
        xlsx(lambda: legend("※ ○: 출석 / ×: 결석 / △: 지각 / ▽: 조퇴 / ☆: 공결", E="▽", C="☆")),
    ),
    Case("a legend of digits", xlsx(lambda: legend("1=출석, 0=결석, ★=공결", P=1, X=0, C="★"))),
    Case("a legend cell by cell", xlsx(legend_cell_by_cell)),
    Case("pairs of times, merged", xlsx(lambda: pairs_of_times(merged=True))),
    Case("pairs of times, CSV", text(lambda: pairs_of_times(merged=False), "cp949")),
    Case("pairs of Excel times", xlsx(lambda: pairs_of_times(merged=True, moment=clock))),
    Case("pairs of Excel times in XLS", xls(lambda: pairs_of_times(merged=True, moment=clock))),
    Case("pairs of times and remarks", xlsx(lambda: pairs_of_times(merged=True, third=True))),
    Case("flat pairs of times", text(flat_pairs_of_times)),
    Case("two times in a cell", xlsx(times_in_one_cell)),
    Case("periods under dates", xlsx(periods)),
    Case("a sheet a month", lambda: (by_month(overlapping=False), "출석부.xlsx")),
    Case("sheets that overlap and agree", lambda: (by_month(overlapping=True), "출석부.xlsx")),
    Case("a sheet a session", lambda: (session_a_sheet(), "출석부.xlsx")),
    Case("instructions, example and roster beside it", lambda: (with_other_sheets(), "출석부.xlsx")),
    Case("a hidden older register", lambda: (with_hidden_sheet(), "출석부.xlsx")),
    Case("a name that lies", lambda: (as_xlsx(columns_register()), "출석부.csv")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_layout_says_the_same(case: Case) -> None:
    data, filename = case.write()
    reading = read_bytes(data, filename)

    assert [str(problem) for problem in reading.problems] == []
    assert understood(reading) == TRUTH
    assert reading.people_missing == ()
    assert reading.sessions_missing == ()


def test_names_alone_are_enough_while_they_are_unique() -> None:
    reading = read_bytes(as_xlsx(no_birth_dates()))

    assert reading.accepted
    assert understood(reading) == {key: mark for key, mark in TRUTH.items() if key[0] not in ("p0", "p3")}
    assert set(reading.people_missing) == {"p0", "p3"}


def test_times_in_pairs_credit_the_minutes_present() -> None:
    reading = read_bytes(as_xlsx(pairs_of_times(merged=True)))

    minutes = {(e.person_key, e.session_number): e.minutes for e in reading.entries}
    assert minutes["p0", 3] == 210
    assert minutes["p1", 6] == 200
    assert minutes["p0", 5] == 0
    assert minutes["p2", 4] == 240
    entry = next(e for e in reading.entries if (e.person_key, e.session_number) == ("p0", 3))
    assert (entry.check_in, entry.check_out) == (time(14, 30), time(18, 1))
    assert entry.raw == "14:30~18:01"


def test_an_entry_knows_its_cell() -> None:
    reading = read_bytes(as_xlsx(under_titles()))

    entry = next(e for e in reading.entries if (e.person_key, e.session_number) == ("p0", 3))
    assert (entry.sheet, entry.row, entry.column, entry.raw) == ("출석부", 7, "F", "△")
    assert (reading.layout, reading.header_row, entry.mark) == ("columns", 6, Mark.LATE)


def test_two_sessions_a_day_are_told_apart_by_their_order() -> None:
    sessions = [
        PlannedSession(2 * n + half, day, time(9 + 4 * half - 4), time(12 + 4 * half - 4))
        for n, day in enumerate(DAYS[:3])
        for half in (1, 2)
    ]
    plan = replace(PLAN, sessions=tuple(sessions))
    twice = [day for day in DAYS[:3] for _ in range(2)]
    halves = columns_register(["오전", "오후"] * 3)
    halves.grid.insert(0, ["", "", "", *(day if n % 2 == 0 else "" for n, day in enumerate(twice)), ""])
    halves.merged = [(0, 3, 0, 4), (0, 5, 0, 6), (0, 7, 0, 8)]
    by_period = columns_register([f"{day:%m/%d} {n % 2 + 1}교시" for n, day in enumerate(twice)])

    for register in (columns_register(twice), halves, by_period):
        reading = read_bytes(as_xlsx(register), plan=plan)
        assert reading.problems == ()
        assert understood(reading) == TRUTH
