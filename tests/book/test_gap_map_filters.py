"""The map's filters in a real browser: the same rule as Python's, by keyboard, shared by address."""

import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.book.axe import violations

from evidence_review.analyse.filters import MapFilter, options
from evidence_review.analyse.gap_map import gap_map
from evidence_review.analyse.review import Review
from evidence_review.show.words import STRENGTH_WORDS

pytestmark = [pytest.mark.book, pytest.mark.browser]

READ_CELLS = """() => Object.fromEntries(
    Array.from(document.querySelectorAll('.er-map td')).map((cell) => [
        cell.dataset.element + ':' + cell.dataset.frame,
        [
            cell.querySelector('.er-text').textContent,
            Array.from(cell.querySelectorAll('li')).filter((li) => !li.hidden).length,
        ],
    ])
)"""
CHOOSE = """(chosen) => {
    const form = document.querySelector('form.er-filters');
    for (const select of form.querySelectorAll('select')) {
        select.value = chosen[select.name] ?? (select.name === 'sources' ? 'report' : '');
    }
    form.dispatchEvent(new Event('change', { bubbles: true }));
}"""


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{address}/gap-map.html")
    yield page
    page.close()


def expected(review: Review, chosen: dict[str, str]) -> dict[str, list[Any]]:
    cells = gap_map(review.elements, review.frames, MapFilter(**chosen).apply(review.placements))
    return {
        f"{row.element_id}:{row.frame_id}": [STRENGTH_WORDS[row.strength], row.n_sources]
        for row in cells.itertuples()
    }


def presets(review: Review) -> list[dict[str, str]]:
    """No filter, each value alone, and each pair of values of two filters."""
    single = [
        {name: value}
        for name, values in options(review.placements, review.groups).items()
        for value in values
    ]
    pairs = [
        one | other for one, other in itertools.combinations(single, 2) if not one.keys() & other
    ]
    return [{}, *single, *pairs]


def test_the_browser_and_python_agree_on_every_preset(page: Page, review: Review) -> None:
    tried = presets(review)
    assert len(tried) > 200
    for chosen in tried:
        page.evaluate(CHOOSE, chosen)
        assert page.evaluate(READ_CELLS) == expected(review, chosen), chosen


def test_without_a_script_the_whole_table_is_there(
    browser: Browser, address: str, review: Review
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/gap-map.html")
    assert page.locator("form.er-filters").is_hidden()
    assert page.locator(".er-map td").count() == 90
    assert page.locator(".er-map li:not([hidden])").count() == len(review.cells)
    context.close()


def test_a_view_chosen_by_keyboard_is_announced_shared_and_found_again(
    page: Page, browser: Browser, review: Review
) -> None:
    level = page.get_by_label("Level", exact=True)
    level.focus()
    level.press("c")  # typing ahead chooses Council
    expect(page.get_by_role("status")).to_contain_text("placements")
    chosen = {"level": "council"}
    assert page.evaluate(READ_CELLS) == expected(review, chosen)
    reader = page.get_by_label("Reader", exact=True)
    reader.focus()
    reader.press("f")  # Families and carers
    assert "level=council" in page.url
    assert "reader=A2" in page.url
    other = browser.new_page()
    other.goto(page.url)
    assert other.evaluate(READ_CELLS) == expected(review, chosen)
    heads = other.locator(".er-map thead th[data-frame]").evaluate_all(
        "cells => cells.map((cell) => cell.dataset.frame)"
    )
    assert heads[:3] == ["F2", "F1", "F3"]
    status = other.get_by_role("status").inner_text()
    assert status == page.get_by_role("status").inner_text()
    other.close()


def test_show_all_takes_every_filter_back(page: Page, review: Review) -> None:
    page.evaluate(CHOOSE, {"today": "ended", "sources": "all"})
    page.get_by_role("button", name="Show all").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("87 of 87 placements")
    assert page.evaluate(READ_CELLS) == expected(review, {})
    assert "?" not in page.url


def test_an_unknown_value_in_the_address_is_ignored(
    browser: Browser, address: str, review: Review
) -> None:
    page = browser.new_page()
    query = urlencode({"level": "<script>", "nonsense": "1", "extent": "full"})
    page.goto(f"{address}/gap-map.html?{query}")
    assert page.evaluate(READ_CELLS) == expected(review, {"extent": "full"})
    page.close()


def test_every_source_is_reachable_from_every_cell_that_it_is_in(
    page: Page, review: Review
) -> None:
    found = page.locator(".er-map td").evaluate_all(
        """cells => cells.flatMap((cell) => Array.from(cell.querySelectorAll('li[data-origin=report] a'))
            .map((link) => [link.getAttribute('href'), cell.dataset.element, cell.dataset.frame]))"""
    )
    wanted = {
        (f"sources/{row.source_id}.html", row.element_id, row.frame_id)
        for row in review.cells.itertuples()
    }
    assert {tuple(entry) for entry in found} == wanted


def test_on_paper_the_map_keeps_its_shades_and_loses_its_filters(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator("form.er-filters").is_hidden()
    assert page.locator(".er-status").is_visible()
    kept = page.locator(".er-map td").evaluate_all(
        "cells => cells.every((cell) => getComputedStyle(cell).printColorAdjust === 'exact')"
    )
    assert kept
    width, frame = page.locator(".er-map").evaluate("map => [map.scrollWidth, map.clientWidth]")
    assert width <= frame


def test_a_filtered_map_has_no_wcag_violation(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/gap-map.html?reader=A1&sources=all")
    for details in page.locator(".er-map details:not([hidden])").all()[:6]:
        details.evaluate("element => element.open = true")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert not violations(page)
    page.close()


def test_a_cell_opens_by_keyboard_and_leads_to_the_source(page: Page) -> None:
    page.locator(".er-map details:not([hidden]) summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".er-map details[open] li:not([hidden]) a").first.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources/*.html")
