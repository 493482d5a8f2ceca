"""What the style of an HTML page says that matters to its cells: what is not shown, and what is text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

Attributes = Mapping[str, str]
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_TEXT_FORMAT = re.compile(r"mso-number-format\s*:\s*[\"']?\\?@", re.IGNORECASE)
_LEFT_OUT = re.compile(r"<!--|-->|/\*.*?\*/", re.DOTALL)
# What is hidden on paper or on narrow screens only is shown.
_MEDIA = re.compile(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_CLASS = re.compile(r"\s*\w*\.([\w-]+)\s*")


def hidden_classes(css: str) -> frozenset[str]:
    """Answer the classes that a style sheet hides wherever they stand."""
    rules = _RULE.findall(_MEDIA.sub("", _LEFT_OUT.sub("", css)))
    selectors = (each for selector, body in rules if _NOT_SHOWN.search(body) for each in selector.split(","))
    return frozenset(match[1] for each in selectors if (match := _CLASS.fullmatch(each)))


def is_hidden(about: Attributes, classes: Set[str]) -> bool:
    """Whether an element is not shown: by its own attributes, or by one of these classes."""
    if "hidden" in about or _NOT_SHOWN.search(about.get("style", "")):
        return True
    return bool(classes) and not classes.isdisjoint(about.get("class", "").split())


def is_text(about: Attributes) -> bool:
    """Whether a cell is text though it looks like a number."""
    return bool(_TEXT_FORMAT.search(about.get("style", ""))) or "x:str" in about
