"""The book in a real browser: accessible, readable on a phone, and silent on the network."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGES = {
    "home": "index.html",
    "gap map": "gap-map.html",
    "a council": "councils/camden.html",
    "a council with little": "councils/isles-of-scilly.html",
    "an area above councils": "areas/england.html",
    "the tutorial": "tutorial-own-evidence.html",
    "a guide": "how-to-change-the-map.html",
    "a page of reference": "reference-tables.html",
    "a source": "sources/poet.html",
    "then and now": "then-and-now.html",
    "gaps": "gaps.html",
    "how the coding was checked": "coding.html",
    "register": "sources/index.html",
    "questions": "questions.html",
    "the NAO": "nao.html",
    "the five tests": "five-tests.html",
    "recommendations": "recommendations.html",
    "a reader's guide": "readers/people.html",
    "councils": "councils/index.html",
    "a chapter on the figures": "figures/budgets-and-outcomes.html",
    "data": "data.html",
    "references": "references.html",
}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("page_name", PAGES)
def test_no_wcag_violation(browser: Browser, address: str, page_name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    check_with_axe(page, f"{address}/{PAGES[page_name]}")


@pytest.mark.parametrize("page_name", ["gap map", "a council", "a chapter on the figures"])
def test_no_wcag_violation_in_the_dark_theme(
    browser: Browser, address: str, page_name: str
) -> None:
    page = browser.new_page(color_scheme="dark")
    check_with_axe(page, f"{address}/{PAGES[page_name]}")


def check_with_axe(page: Page, address: str) -> None:
    """Open a page and the first parts that a reader can open in it; axe must find no violation."""
    page.goto(address, wait_until="load")
    for details in page.locator("main details").all()[:5]:
        details.evaluate("element => element.open = true")
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    found = [
        f"{violation['id']}: {violation['help']} — {node['target']} {node.get('failureSummary', '')}"
        for violation in results.response["violations"]
        for node in violation["nodes"][:3]
    ]
    page.close()
    assert results.response["passes"], "axe ran no rule"
    assert not found, "\n".join(found)


@pytest.mark.parametrize("page_name", PAGES)
def test_a_phone_needs_no_sideways_scrolling(
    browser: Browser, address: str, page_name: str
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 900})
    page.goto(f"{address}/{PAGES[page_name]}", wait_until="load")
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.close()
    assert overflow <= 0


def test_a_cell_opens_by_keyboard_and_leads_to_the_source(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/gap-map.html")
    summary = page.locator(".er-map details:not([hidden]) summary").first
    summary.focus()
    page.keyboard.press("Enter")
    link = page.locator(".er-map details[open] li:not([hidden]) a").first
    assert link.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources/*.html")
    page.close()
