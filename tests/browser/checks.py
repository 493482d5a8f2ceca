"""What every page has to hold to, whoever looks at it and at whatever width."""

from __future__ import annotations

import json

from axe_playwright_python.sync_playwright import Axe

from tests.browser.running import Visit

AXE: str = Axe().axe_script
# The rows of a table come from one template: the first three speak for the other hundred, which take axe a minute.
PARTS = {"exclude": [["tbody tr:nth-child(n + 4)"]]}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
ASK_AXE = f"axe.run({json.dumps(PARTS)}, {json.dumps(RULES)}).then((found) => found.violations)"
# A number that may be read aloud, a date or a mark with its count stands on one line.
BROKEN = """[...document.querySelectorAll("main .nowrap, main .numeric, main .document-number__digits")]
    .filter((e) => e.checkVisibility() && new Set([...e.getClientRects()].map((r) => Math.round(r.top))).size > 1)
    .map((e) => e.innerText)"""
SHAPE = """() => ({
    wide: document.documentElement.scrollWidth - window.innerWidth,
    headings: [...document.querySelectorAll("h1")].map((e) => e.innerText.trim()),
    title: document.title,
    language: document.documentElement.lang,
    skip: document.querySelector("a[href='#main']") !== null && document.getElementById("main") !== null,
})"""


def complaints_about(visit: Visit, language: str = "ko") -> list[str]:
    """List what is wrong with the page that is open, and with how it got there."""
    found = list(visit.troubles)
    visit.troubles.clear()
    shape = visit.page.evaluate(SHAPE)
    if shape["wide"] > 0:
        found.append(f"{shape['wide']} px wider than the window")
    if len(shape["headings"]) != 1 or not shape["headings"][0]:
        found.append(f"headings of the first level: {shape['headings']}")
    if not shape["title"] or shape["title"].startswith("·"):
        found.append(f"title: {shape['title']!r}")
    if shape["language"] != language:
        found.append(f"language: {shape['language']!r}")
    if not shape["skip"]:
        found.append("no link past the header")
    found += [f"broken over lines: {text!r}" for text in visit.page.evaluate(BROKEN)]
    if not visit.page.evaluate("'axe' in window"):
        visit.page.evaluate(AXE)
    for violation in visit.page.evaluate(ASK_AXE):
        found += [f"axe {violation['id']}: {node['html'][:200]}" for node in violation["nodes"]]
    return found
