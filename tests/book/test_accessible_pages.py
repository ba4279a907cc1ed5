"""Each kind of page, and councils drawn at random, in a real browser: WCAG 2.2 AA in every size, in
light and dark, and with text twice as large."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, ViewportSize
from tests.book.axe import (
    AND_GOOD_PRACTICE,
    CUT_OFF,
    TOO_SMALL,
    TOO_WIDE,
    colour_violations,
    violations,
)

from evidence_review.show import accessibility as kinds

pytestmark = [pytest.mark.book, pytest.mark.browser]

WIDE = ViewportSize(width=kinds.WIDE, height=900)
NARROW = ViewportSize(width=kinds.NARROW, height=900)
# The contents beside each page are the same; they are looked at with the kinds of pages.
CONTENTS = (".bd-sidebar-primary",)
# Of the table of all councils a few rows are enough: all have the same cells, thousands in all.
THIN = """() => document.querySelectorAll('.er-rug tbody tr:nth-child(n + 9)')
    .forEach((row) => row.remove())"""
THEME = "(theme) => { document.documentElement.dataset.theme = theme; }"
TEXT = "(size) => { document.documentElement.style.fontSize = size; }"
# The theme lets the keyboard reach what scrolls some 300 ms after a window changed its size.
REACHED = """() => [...document.querySelectorAll('pre')].every((one) => one.tabIndex === 0
    || (one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight))"""
OPEN = "all => all.slice(0, 5).forEach((one) => { one.open = true; })"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all, which is cheaper than one each."""
    page = browser.new_page(reduced_motion="reduce")
    yield page
    page.close()


@pytest.mark.parametrize("name", kinds.KINDS.values())
def test_a_kind_of_page(page: Page, address: str, name: str) -> None:
    query = "?q=direct+payments" if name == "search" else ""
    check(page, f"{address}/{name}.html{query}")


def test_a_council_drawn_at_random(page: Page, address: str, drawn_council: str) -> None:
    check(page, f"{address}/councils/{drawn_council}.html", CONTENTS)


def check(page: Page, address: str, without: tuple[str, ...] = ()) -> None:
    """Look at a page, with the first parts that a reader can open in it, in each way to read it."""
    found: list[str] = []

    def note(where: str, *lists: list[str]) -> None:
        found.extend(f"{where}: {fault}" for one in lists for fault in one)
        if (by := page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{where}: the page is {by} px too wide")

    page.set_viewport_size(WIDE)
    page.goto(address, wait_until="load")
    if "search" in address:
        page.locator("#search-results li").first.wait_for()
    page.locator("main details").evaluate_all(OPEN)
    page.evaluate(THIN)
    note("wide", violations(page, AND_GOOD_PRACTICE, without=without), page.evaluate(TOO_SMALL))
    page.evaluate(THEME, "dark")
    note("wide, dark", colour_violations(page))
    page.evaluate(TEXT, kinds.LARGE)
    note("large text", page.evaluate(CUT_OFF))
    page.evaluate(TEXT, "")
    page.set_viewport_size(NARROW)
    note("phone, dark", colour_violations(page))
    page.evaluate(THEME, "light")
    with suppress(TimeoutError):  # then axe says where
        page.wait_for_function(REACHED, timeout=3_000)
    note("phone", violations(page, AND_GOOD_PRACTICE, without=without), page.evaluate(TOO_SMALL))
    assert not found, "\n".join(found)
