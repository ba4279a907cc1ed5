"""The chapter on all councils in a real browser: the table and the map by keyboard, finger and voice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.book.axe import TOO_WIDE, colour_violations, violations

from evidence_review.analyse.national.all_councils import AllCouncils, all_councils
from evidence_review.analyse.review import Review
from evidence_review.show.national.all_councils_cells import LABELS, STATES, cells, symbol
from evidence_review.show.national.tile_map import map_sentence

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGE = "figures/all-councils.html"
CAMDEN = "E09000007"
READ_TILES = """() => Object.fromEntries(
    Array.from(document.querySelectorAll('.er-tiles a')).map((tile) => [
        tile.getAttribute('href'),
        [tile.getAttribute('aria-label'), tile.textContent, tile.getAttribute('class')],
    ])
)"""
# Every arrow key on every tile that can be reached so far, from the one that Tab stops at.
WALK = """() => {
    const first = document.querySelector('.er-tiles a[tabindex="0"]');
    const reached = new Set([first]);
    for (const tile of reached) {
        for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
            tile.focus();
            tile.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
            reached.add(document.activeElement);
        }
    }
    return [reached.size, document.querySelectorAll('.er-tiles a[tabindex="0"]').length];
}"""


@pytest.fixture(scope="module")
def result(review: Review) -> AllCouncils:
    return all_councils(review)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{address}/{PAGE}")
    yield page
    page.close()
    assert not wrong


def names(page: Page) -> list[str]:
    return page.locator(".er-rug tbody tr:not([hidden]) th").all_inner_texts()


def shown_columns(page: Page) -> list[str]:
    return page.locator(".er-rug thead th[data-id]:not([hidden])").evaluate_all(
        "heads => heads.map((head) => head.dataset.id)"
    )


def status(page: Page) -> Locator:
    return page.locator(".er-rug-status")


def test_a_search_narrows_the_table_and_says_how_far(page: Page, review: Review) -> None:
    page.get_by_role("searchbox", name="Search by name").press_sequentially("north")
    wanted = sorted(n for n in review.councils["name"] if "north" in n.lower())
    assert len(wanted) > 2
    assert names(page) == wanted
    expect(status(page)).to_have_text(f"{len(wanted)} of 153 councils; 6 of 27 columns; by name.")


def test_region_and_type_filter_together(page: Page, review: Review) -> None:
    councils = review.councils
    page.get_by_label("Region", exact=True).select_option("North West")
    page.get_by_label("Type of council", exact=True).select_option("Unitary Authorities")
    own = councils["region"].eq("North West") & councils["council_type"].eq("Unitary Authorities")
    assert names(page) == sorted(councils.loc[own, "name"])
    page.get_by_role("button", name="Start again").press("Enter")
    expect(status(page)).to_contain_text("153 of 153 councils; 6 of 27 columns")
    assert "?" not in page.url


def test_columns_come_by_frame_by_people_and_one_by_one(page: Page, review: Review) -> None:
    choose = page.get_by_label("Columns", exact=True)
    of_frame = review.indicator_cells[review.indicator_cells["frame_id"].eq("F1")]
    assert set(shown_columns(page)) == set(of_frame["indicator_id"])
    choose.select_option("carers")
    carers = review.indicators.loc[review.indicators["people"].eq("carers"), "indicator_id"]
    assert shown_columns(page) == list(carers)
    for value in ("reablement", "cells-gap"):
        choose.select_option(value)
        assert shown_columns(page) == [value]
        widths = page.locator(".er-rug tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].filter((cell) => !cell.hidden).length)"
        )
        assert set(widths) == {4}
    choose.select_option("cells")
    assert shown_columns(page) == list(STATES)
    choose.select_option("all")
    assert len(shown_columns(page)) == 27


def test_the_order_is_by_name_region_or_type_and_by_no_value(page: Page, review: Review) -> None:
    order = page.get_by_label("Order", exact=True)
    assert order.locator("option").all_inner_texts() == [
        "By name",
        "By region",
        "By type of council",
    ]
    assert not page.locator(".er-rug thead").get_by_role("button").count()
    for column, label in (("region", "By region"), ("council_type", "By type of council")):
        order.select_option(label=label)
        wanted = review.councils.sort_values([column, "name"])
        assert names(page) == list(wanted["name"])
        expect(status(page)).to_contain_text(f"{label.lower()}.")
        assert page.locator(".er-rug th[aria-sort=ascending]").count() == 1
    order.select_option(label="By name")
    assert names(page) == sorted(review.councils["name"])


def test_intervals_appear_when_asked_for(page: Page) -> None:
    interval = page.locator(".er-rug tbody td:not([hidden]) small").first
    expect(interval).to_be_hidden()
    page.get_by_label("95% intervals").check()
    expect(interval).to_be_visible()
    assert " to " in interval.inner_text()


def test_a_view_is_shared_by_its_address_and_nonsense_is_ignored(
    page: Page, browser: Browser, address: str
) -> None:
    page.get_by_label("Region", exact=True).select_option("London")
    page.get_by_label("Columns", exact=True).select_option("control")
    page.get_by_label("95% intervals").check()
    page.get_by_label("Order", exact=True).select_option("2")
    page.get_by_label("The map shows", exact=True).select_option("satisfaction")
    other = browser.new_page()
    other.goto(page.url)
    assert names(other) == names(page)
    assert len(names(other)) == 33
    assert shown_columns(other) == ["control"]
    assert status(other).inner_text() == status(page).inner_text()
    assert other.evaluate(READ_TILES) == page.evaluate(READ_TILES)
    assert "Satisfaction" in other.locator(".er-tile-said").inner_text()
    other.goto(f"{address}/{PAGE}?region=<b>&columns=__proto__&map=x&order=9&toString=1&type=")
    expect(status(other)).to_have_text("153 of 153 councils; 6 of 27 columns; by name.")
    other.close()


def test_names_and_headings_stay_in_sight(page: Page) -> None:
    page.get_by_label("Columns", exact=True).select_option("all")
    rug = page.locator(".er-rug")
    rug.evaluate("rug => rug.scrollTo(900, 2000)")
    box = rug.bounding_box()
    head = page.locator(".er-rug thead th").first.bounding_box()
    assert box
    assert head
    assert abs(head["y"] - box["y"]) < 2
    assert abs(head["x"] - box["x"]) < 2
    width, frame = rug.evaluate("rug => [rug.scrollWidth, rug.clientWidth]")
    assert width > frame


def test_the_map_says_of_every_column_what_python_says(page: Page, result: AllCouncils) -> None:
    held = cells(result)
    councils = result.councils
    select = page.get_by_label("The map shows", exact=True)
    options = select.locator("option").evaluate_all("all => all.map((one) => one.value)")
    assert len(options) == 27
    for shown in options:
        select.select_option(shown)
        wanted = {}
        for council in councils.itertuples():
            cell = held[str(council.area_code)][shown]
            label = LABELS[cell["css"]].format(name=council.name, **cell)
            wanted[f"../councils/{council.slug}.html"] = [label, symbol(cell), cell["css"]]
        assert page.evaluate(READ_TILES) == wanted, shown
        said = page.locator(".er-tile-said").inner_text()
        assert said == map_sentence(result, shown)
        keys = page.locator(".er-tile-key:visible")
        assert keys.count() == 1
        symbols = {symbol for _, symbol, css in wanted.values() if css not in "xfg"}
        assert symbols <= set(keys.locator("span").all_inner_texts())


def test_the_map_is_one_stop_and_arrow_keys_reach_every_tile(page: Page) -> None:
    reached, stops = page.evaluate(WALK)
    assert reached == 153
    assert stops == 1


def test_arrow_keys_move_to_the_neighbour_and_enter_opens_its_page(
    page: Page, result: AllCouncils
) -> None:
    page.get_by_label("Find a council", exact=True).focus()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip the map")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box
    assert box["height"] >= 18  # it shows itself when it has the focus
    page.keyboard.press("Tab")
    assert page.locator(".er-tiles a[tabindex='0']:focus").count() == 1
    page.keyboard.press("Tab")
    assert page.locator(".er-tiles :focus").count() == 0  # one stop, then on
    page.locator(".er-tiles a[href$='/camden.html']").focus()
    caption = page.locator(".er-tile-caption")
    limits = cells(result)[CAMDEN]["control"]["limits"]
    expect(caption).to_have_text(
        f"Camden (London): 74.1% in 2024-25, similar to England; 95% interval {limits}."
    )
    page.keyboard.press("ArrowRight")
    expect(caption).to_contain_text("Haringey (London)")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(caption).not_to_contain_text("Camden")
    page.keyboard.press("ArrowDown")
    focused = page.locator(".er-tiles a:focus")
    href = focused.get_attribute("href")
    assert focused.get_attribute("tabindex") == "0"
    page.keyboard.press("Enter")
    assert href
    page.wait_for_url(f"**{href.removeprefix('..')}")


def test_skip_leads_past_the_tiles_to_the_table(page: Page) -> None:
    page.get_by_role("link", name="Skip the map").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#er-rug")
    page.keyboard.press("Tab")
    inside = page.evaluate("!!document.activeElement.closest('.er-rug, .er-rug-choices')")
    assert inside


def test_a_tile_is_read_under_the_mouse(page: Page) -> None:
    page.locator(".er-tiles a[href$='/cornwall.html']").hover()
    expect(page.locator(".er-tile-caption")).to_contain_text("Cornwall (South West): ")


def test_a_council_is_found_by_name_and_said(page: Page) -> None:
    caption = page.locator(".er-tile-caption")
    page.get_by_label("Find a council", exact=True).select_option(label="Isles of Scilly")
    expect(caption).to_have_text("Isles of Scilly (South West): no figure [x].")
    expect(caption).to_have_attribute("aria-live", "polite")
    found = page.locator(".er-tiles a.er-current")
    assert found.get_attribute("href") == "../councils/isles-of-scilly.html"
    page.get_by_label("The map shows", exact=True).select_option("cells-figures")
    expect(caption).to_have_text("Isles of Scilly (South West): cells with figures, 6 of 90.")


def test_a_finger_reads_a_tile_first_and_then_opens_it(browser: Browser, address: str) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/{PAGE}")
    tile = page.locator(".er-tiles a[href$='/cornwall.html']")
    tile.tap()
    expect(page.locator(".er-tile-caption")).to_contain_text("Cornwall (South West): ")
    assert PAGE in page.url
    tile.tap()
    page.wait_for_url("**/councils/cornwall.html")
    context.close()


def test_no_wcag_violation_with_other_choices(page: Page) -> None:
    page.get_by_label("Region", exact=True).select_option("South West")
    page.get_by_label("Columns", exact=True).select_option("carers")  # all would take axe long
    page.get_by_label("95% intervals").check()
    page.get_by_label("The map shows", exact=True).select_option("direct-payments")
    page.get_by_label("Find a council", exact=True).select_option(label="Camden")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert not violations(page)
        assert page.evaluate(TOO_WIDE) <= 0
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.get_by_label("Columns", exact=True).select_option("F4")
    assert not colour_violations(page)


def test_a_tile_is_large_enough_for_a_finger_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    size = page.locator(".er-tiles a use").first.bounding_box()
    assert size
    assert min(size["width"], size["height"]) >= 24
    width, frame = page.locator(".er-tiles").evaluate("map => [map.scrollWidth, map.clientWidth]")
    assert width > frame  # it scrolls inside itself


def test_without_javascript_all_is_there(
    browser: Browser, address: str, result: AllCouncils
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{PAGE}")
    for form in page.locator("form.er-filters").all():
        expect(form).to_be_hidden()
    assert len(names(page)) == 153
    assert page.locator(".er-rug td:visible").count() == 153 * (2 + 27)
    expect(page.locator(".er-rug td small").first).to_be_visible()
    tiles = page.locator(".er-tiles a")
    assert tiles.count() == 153
    camden = page.get_by_role("link", name="Camden: 74.1% in 2024-25, similar to England")
    assert camden.count() == 1
    expect(page.locator(".er-tile-said")).to_have_text(map_sentence(result, "control"))
    context.close()


def test_it_works_from_a_folder_without_a_server_and_stays_small(
    browser: Browser, html: Path
) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.extend([request.url] * ("http" in request.url[:5])))
    page.goto((html / PAGE).as_uri())
    page.get_by_role("searchbox", name="Search by name").press_sequentially("camden")
    assert names(page) == ["Camden"]
    page.get_by_label("The map shows", exact=True).select_option("reablement")
    expect(page.locator(".er-tile-said")).to_contain_text("Reablement, 2024-25")
    page.goto((html / "index.html").as_uri())  # the scripts do nothing where they are not needed
    assert not wrong
    assert (html / PAGE).stat().st_size < 900_000
    page.close()


def test_on_paper_the_table_is_not_cut_and_the_forms_are_gone(page: Page) -> None:
    page.emulate_media(media="print")
    for form in page.locator("form.er-filters").all():
        expect(form).to_be_hidden()
    height, frame = page.locator(".er-rug").evaluate("rug => [rug.scrollHeight, rug.clientHeight]")
    assert height <= frame + 1
    kept = page.locator(".er-rug td[class]:visible").first.evaluate(
        "cell => getComputedStyle(cell).printColorAdjust"
    )
    assert kept == "exact"
