"""The register of sources in a real browser: search and sort by keyboard, said aloud, offline."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from evidence_review.analyse.review import Review

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGE = "sources/index.html"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{address}/{PAGE}")
    page.get_by_role("searchbox", name="Search the sources").wait_for()
    yield page
    page.close()


def names(page: Page) -> list[str]:
    return page.locator(".er-register tbody th").all_inner_texts()


def status(page: Page) -> str:
    return page.locator(".er-register [role=status]").inner_text()


def test_a_search_narrows_the_table_and_says_how_far(page: Page, review: Review) -> None:
    total = len(review.sources)
    assert status(page) == f"{total} of {total} sources"
    page.get_by_role("searchbox", name="Search the sources").press_sequentially("survey tool")
    tools = review.sources.loc[review.sources["kind"].eq("survey tool"), "name"]
    assert sorted(names(page)) == sorted(tools)
    assert status(page) == f"{len(tools)} of {total} sources"


def test_a_heading_sorts_by_keyboard_and_says_so(page: Page, review: Review) -> None:
    heading = page.get_by_role("columnheader", name="Source", exact=True)
    heading.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert names(page) == sorted(review.sources["name"], key=str.lower)
    assert status(page).endswith("sorted by source, ascending")
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert names(page) == sorted(review.sources["name"], key=str.lower, reverse=True)
    assert status(page).endswith("sorted by source, descending")


def test_numbers_sort_as_numbers(page: Page) -> None:
    for column in ("Cells", "Councils with figures"):
        page.get_by_role("columnheader", name=column, exact=True).get_by_role("button").press(
            "Enter"
        )
        place = page.locator(".er-register thead th").all_inner_texts().index(column) + 1
        cells = page.locator(f".er-register tbody tr > :nth-child({place})").all_inner_texts()
        numbers = [0 if text == "none" else int(text.split()[0]) for text in cells]
        assert numbers == sorted(numbers)
        assert numbers[0] < numbers[-1]


def test_a_source_is_reached_from_a_sorted_and_searched_table(page: Page) -> None:
    page.get_by_role("columnheader", name="Kind", exact=True).get_by_role("button").press("Enter")
    page.get_by_role("searchbox", name="Search the sources").press_sequentially("poet")
    page.locator(".er-register tbody a").first.press("Enter")
    page.wait_for_url("**/sources/poet.html")


@pytest.mark.parametrize("width", [1280, 320])
def test_no_wcag_violation_after_sorting_and_searching(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("columnheader", name="Cells", exact=True).get_by_role("button").press("Enter")
    page.get_by_role("searchbox", name="Search the sources").press_sequentially("council")
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    found = [f"{v['id']}: {v['nodes'][0]['target']}" for v in results.response["violations"]]
    assert not found, "\n".join(found)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


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
