"""How a figure is printed: one JSON line with its baseline, its ratio and whether its goal holds."""

from __future__ import annotations

import json
import sys


def print_figure(
    name: str,
    value: float,
    unit: str,
    baseline: float | None,
    ratio: float | None,
    goal: str | None,
    holds: bool | None,
) -> None:
    """Print one figure; `goal` says what the ratio or the value must be, `holds` whether it is."""
    figure = {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "baseline": round(baseline, 3) if baseline is not None else None,
        "ratio": round(ratio, 3) if ratio is not None else None,
        "goal": goal,
        "holds": holds,
    }
    sys.stdout.write(json.dumps(figure, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def at_least(name: str, value: float, unit: str, baseline: float, goal: float) -> None:
    """Print a figure that must be at least `goal` times its baseline."""
    print_figure(name, value, unit, baseline, value / baseline, f"≥ {goal:g}", value / baseline >= goal)


def at_most(name: str, value: float, unit: str, baseline: float, goal: float) -> None:
    """Print a figure that must be at most `goal` times its baseline."""
    print_figure(name, value, unit, baseline, value / baseline, f"≤ {goal:g}", value / baseline <= goal)


def no_goal(name: str, value: float, unit: str, baseline: float) -> None:
    """Print a figure beside its baseline that nothing is demanded of."""
    print_figure(name, value, unit, baseline, value / baseline, None, None)
