"""The register of sources in a real browser: search and sort by keyboard, said aloud, offline."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.book.axe import TOO_WIDE, violations

from evidence_review.analyse.review import Review

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGE = "sources/index.html"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{address}/{PAGE}")
    page.get_by_role("searchbox", name="Search the sources").wait_for()
    yield page
    page.close()


def says(page: Page, words: str) -> None:
    """Wait until the table's status ends so: it is said when the rows stand in their new order."""
    expect(page.locator(".er-register [role=status]")).to_have_text(re.compile(f"{words}$"))


def sort_by(page: Page, column: str, way: str = "ascending") -> None:
    """Press the column's heading, and wait until the rows are sorted and the table says so."""
    heading = page.get_by_role("columnheader", name=column, exact=True)
    heading.get_by_role("button").press("Enter")
    says(page, f"sorted by {column.lower()}, {way}")
    expect(heading).to_have_attribute("aria-sort", way)


def names(page: Page) -> list[str]:
    return page.locator(".er-register tbody th").all_inner_texts()


def test_a_search_narrows_the_table_and_says_how_far(page: Page, review: Review) -> None:
    total = len(review.sources)
    says(page, f"^{total} of {total} sources")
    page.get_by_role("searchbox", name="Search the sources").press_sequentially("survey tool")
    tools = review.sources.loc[review.sources["kind"].eq("survey tool"), "name"]
    says(page, f"^{len(tools)} of {total} sources")
    assert sorted(names(page)) == sorted(tools)


def test_a_heading_sorts_by_keyboard_and_says_so(page: Page, review: Review) -> None:
    sort_by(page, "Source")
    assert names(page) == sorted(review.sources["name"], key=str.lower)
    sort_by(page, "Source", "descending")
    assert names(page) == sorted(review.sources["name"], key=str.lower, reverse=True)


def test_numbers_sort_as_numbers(page: Page) -> None:
    for column in ("Cells", "Councils with figures"):
        sort_by(page, column)
        place = page.locator(".er-register thead th").all_inner_texts().index(column) + 1
        cells = page.locator(f".er-register tbody tr > :nth-child({place})").all_inner_texts()
        numbers = [0 if text == "none" else int(text.split()[0]) for text in cells]
        assert numbers == sorted(numbers)
        assert numbers[0] < numbers[-1]


def test_a_source_is_reached_from_a_sorted_and_searched_table(page: Page) -> None:
    sort_by(page, "Kind")
    page.get_by_role("searchbox", name="Search the sources").press_sequentially("poet")
    says(page, "^1 of [0-9]+ sources; sorted by kind, ascending")
    page.locator(".er-register tbody a").first.press("Enter")
    page.wait_for_url("**/sources/poet.html")


def test_no_wcag_violation_after_sorting_and_searching(page: Page) -> None:
    sort_by(page, "Cells")
    page.get_by_role("searchbox", name="Search the sources").press_sequentially("council")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert not violations(page)
        assert page.evaluate(TOO_WIDE) <= 0


def test_without_javascript_the_plain_table_is_there(
    browser: Browser, address: str, review: Review
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{PAGE}")
    assert len(names(page)) == len(review.sources)
    assert not page.get_by_role("searchbox", name="Search the sources").is_visible()
    context.close()


def test_the_register_works_from_a_folder_without_a_server(browser: Browser, html: Path) -> None:
    page = browser.new_page()
    page.goto((html / PAGE).as_uri())
    search = page.get_by_role("searchbox", name="Search the sources")
    search.wait_for()
    search.press_sequentially("poet")
    says(page, "^1 of [0-9]+ sources")
    assert names(page) == ["Personal Outcomes Evaluation Tool"]
    page.close()


def asked_for(browser: Browser, address: str) -> list[str]:
    """All that a browser fetches to show a page."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    page.close()
    return asked


def test_the_library_comes_from_this_book_and_only_where_it_is_needed(
    browser: Browser, address: str
) -> None:
    library = f"{address}/libraries/datatables.js"
    asked = asked_for(browser, f"{address}/{PAGE}")
    assert library in asked
    assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert library not in asked_for(browser, f"{address}/index.html")
