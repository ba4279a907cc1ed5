"""What tests of pages in a browser share: axe-core, and what it does not look at."""

import json
from collections.abc import Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
AND_GOOD_PRACTICE = (*WCAG, "best-practice")
# The rules that a change of colours can break.
COLOURS = ("color-contrast", "link-in-text-block")
# One element with text for each colour, ground, size, weight and opacity that the page holds. Of
# thousands of cells of a table in the same colours, axe need not look at each.
EACH_COLOUR = """() => {
    const found = new Map();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const own = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || found.has(own)) continue;
        if (!own.checkVisibility({ visibilityProperty: true })) continue;
        const { color, fontSize, fontWeight } = getComputedStyle(own);
        const key = [color, fontSize, fontWeight, !!own.closest('a')];
        for (let one = own; one; one = one.parentElement) {
            const { opacity, backgroundColor, backgroundImage } = getComputedStyle(one);
            key.push(opacity, backgroundImage);
            if (!/, 0\\)$/.test(backgroundColor)) {
                key.push(backgroundColor);
                break;
            }
        }
        if (!found.has(String(key))) found.set(String(key), own);
    }
    return [...found.values()];
}"""

TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
# Text that lies outside the box that shows it. Boxes of one pixel are for screen readers alone.
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter((box) => {
    const style = getComputedStyle(box);
    const over = [
        /hidden|clip/.test(style.overflowX) && box.scrollWidth > box.clientWidth + 1,
        /hidden|clip/.test(style.overflowY) && box.scrollHeight > box.clientHeight + 1,
    ];
    return over.some(Boolean) && box.clientWidth > 1 && style.visibility === 'visible'
        && box.innerText?.trim();
}).map((box) => `cut off: ${box.tagName} ${box.className} ${box.innerText.slice(0, 60)}`)"""
# 24 by 24 CSS pixels (WCAG 2.5.8), without the exception for those that stand far apart. Links in
# text, which have another, are left to axe.
TOO_SMALL = """() => [...document.querySelectorAll('button, select, summary, input')].filter((one) => {
    const { width, height } = (one.querySelector('.toctree-toggle') ?? one).getBoundingClientRect();
    return one.checkVisibility({ visibilityProperty: true }) && Math.min(width, height) < 23.9;
}).map((one) => `too small: ${one.outerHTML.slice(0, 120)} ${one.getBoundingClientRect().height}`)"""


def violations(
    page: Page, tags: Sequence[str] = WCAG, part: str = "html", without: Sequence[str] = ()
) -> list[str]:
    """What axe finds on the page that is open: a line for each of the first places.

    tags: which of axe's rules are looked at. part: within what a selector finds; without: outside
    what these find.
    """
    context = {"include": [part], "exclude": list(without)}
    only = {"type": "tag", "values": tags}
    others = {rule: {"enabled": False} for rule in COLOURS}
    found = _run(page, json.dumps(context), {"runOnly": only, "rules": others})
    return found + colour_violations(page)


def colour_violations(page: Page) -> list[str]:
    """What axe finds in the colours of the page that is open."""
    only = {"type": "rule", "values": COLOURS}
    return _run(page, f"{{ include: ({EACH_COLOUR})() }}", {"runOnly": only})


def _run(page: Page, context: str, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    # Of what is right it then tells one place a rule, which is enough and quick.
    options["resultTypes"] = ["violations"]
    found: dict[str, Any] = page.evaluate(f"(options) => axe.run({context}, options)", options)
    assert found["passes"], "axe ran no rule"
    return [
        f"{violation['id']}: {violation['help']} — {node['target']} {node['html'][:160]} "
        f"{node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]
