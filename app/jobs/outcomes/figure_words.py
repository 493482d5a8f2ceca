"""How figures are written: titles, groups, and what is too small to be shown."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.export import Value
from app.core.i18n import Text, _, _l
from app.jobs.opening_words import WorkKind
from app.jobs.outcomes.figure_models import JobFigure
from app.jobs.outcomes.figures import SMALLEST_SHOWN, Grouping, share, shown
from app.jobs.regions import Province

GROUPINGS: dict[Grouping, Text] = {
    Grouping.MONTH: _l("월별"),
    Grouping.PROVINCE: _l("지역별"),
    Grouping.WORK_KIND: _l("하는 일별"),
}
_GROUP: dict[Grouping, Text] = {
    Grouping.MONTH: _l("연월"),
    Grouping.PROVINCE: _l("지역"),
    Grouping.WORK_KIND: _l("하는 일"),
}
COLUMNS: dict[str, Text] = {
    "openings": _l("공고"),
    "applications": _l("지원"),
    "offers": _l("제안"),
    "matches": _l("매칭"),
    "hires": _l("채용"),
    "median_days": _l("채용까지 걸린 날(중앙값)"),
    "kept_share": _l("6개월 유지율, 퍼센트"),
}
CHARTED = ("openings", "applications", "matches", "hires")


def group_title(grouping: Grouping) -> Text:
    """Name what the rows of a grouping are."""
    return _GROUP[grouping]


def group_name(figure: JobFigure) -> str:
    """Name one group: `2026. 3.`, `서울`, `코디네이터`."""
    if figure.by == Grouping.MONTH:
        year, month = figure.key.split("-")
        return f"{year}. {int(month)}."
    if figure.by == Grouping.PROVINCE:
        return str(Province(figure.key).label) if figure.key else str(_("전국"))
    return str(WorkKind(figure.key).label)


def value_of(figure: JobFigure, column: str) -> int | None:
    """Answer a figure where it may be shown, None where it is too small or there is none."""
    if column == "median_days":
        return figure.median_days if figure.hires >= SMALLEST_SHOWN else None
    if column == "kept_share":
        return share(figure.kept, figure.asked)
    return shown(getattr(figure, column))


def table_of(grouping: Grouping, figures: Sequence[JobFigure]) -> tuple[list[str], list[list[Value]]]:
    """Answer the header and rows of a table to take away."""
    header = [str(group_title(grouping)), *(str(title) for title in COLUMNS.values())]
    return header, [[group_name(one), *(value_of(one, column) for column in COLUMNS)] for one in figures]


def bars(figures: Sequence[JobFigure], column: str) -> list[tuple[str, int | None, int]]:
    """Answer the name, the figure and the length of each bar, in percent of the longest."""
    values = [(group_name(one), value_of(one, column)) for one in figures]
    longest = max((value or 0 for _name, value in values), default=0)
    return [(name, value, round(100 * (value or 0) / longest) if longest else 0) for name, value in values]


FILTERS = {"figure_name": group_name, "figure_value": value_of, "figure_bars": bars}
