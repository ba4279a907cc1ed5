"""The home page in a real browser, and the box that finds a council: by keyboard, offline, on a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from evidence_review.analyse.review import Review

pytestmark = [pytest.mark.book, pytest.mark.browser]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{address}/index.html")
    box(page).wait_for()
    yield page
    page.close()


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Your council, or a place in it")


def options(page: Page) -> list[str]:
    return page.get_by_role("option").all_inner_texts()


def test_a_place_leads_to_its_council_by_keyboard_alone(page: Page) -> None:
    box(page).press_sequentially("kend")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    assert options(page) == ["Kendal – Westmorland and Furness"]
    box(page).press("ArrowDown")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    box(page).press("Enter")
    page.wait_for_url("**/councils/westmorland-and-furness.html")


@pytest.mark.parametrize(
    ("typed", "council"),
    [
        ("Camden", "camden"),
        ("camden council", "camden"),
        ("Barnsley Metropolitan Borough Council", "barnsley"),
        ("Royal Borough of Kensington and Chelsea", "kensington-and-chelsea"),
        ("London Borough of Lambeth", "lambeth"),
        ("City of London", "city-of-london"),
        ("kings lynn", "norfolk"),
        ("Stoke on Trent", "stoke-on-trent"),
        ("hull", "kingston-upon-hull"),
        ("Kent", "kent"),
    ],
)
def test_a_name_and_enter_are_enough(page: Page, typed: str, council: str) -> None:
    box(page).fill(typed)
    box(page).press("Enter")
    page.wait_for_url(f"**/councils/{council}.html")


def test_a_suggestion_can_be_clicked(page: Page) -> None:
    box(page).press_sequentially("hudd")
    page.get_by_role("option", name="Huddersfield").click()
    page.wait_for_url("**/councils/kirklees.html")


def test_a_place_in_two_councils_asks_which(page: Page) -> None:
    box(page).fill("Willenhall")
    box(page).press("Enter")
    expect(page.locator(".er-my-council [role=status]")).to_contain_text("More than one fits")
    assert options(page) == ["Willenhall – Coventry", "Willenhall – Walsall"]


def test_escape_closes_the_list_and_then_clears_the_box(page: Page) -> None:
    box(page).press_sequentially("ken")
    box(page).press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    box(page).press("Escape")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    assert box(page).get_attribute("aria-activedescendant") is None
    expect(box(page)).to_have_value("ken")
    box(page).press("Escape")
    expect(box(page)).to_have_value("")


def test_an_unknown_name_is_said_and_nothing_is_opened(page: Page) -> None:
    here = page.url
    box(page).fill("Atlantis <b>")
    box(page).press("Enter")
    expect(page.locator(".er-my-council [role=status]")).to_contain_text("is known here")
    assert page.url == here


def test_a_postcode_is_answered_with_who_knows_its_council(page: Page) -> None:
    box(page).fill("SW1A 1AA")
    box(page).press("Enter")
    expect(page.locator(".er-my-council [role=status]")).to_contain_text("find-local-council")


def test_a_name_that_is_spelled_wrongly_is_answered_with_the_nearest_ones(page: Page) -> None:
    here = page.url
    box(page).fill("Camdn")
    for _ in range(2):  # pressing again takes no guess for granted
        box(page).press("Enter")
        expect(page.locator(".er-my-council [role=status]")).to_contain_text("Did you mean")
        assert options(page) == ["Camden"]
        assert page.url == here
    box(page).press("ArrowDown")
    box(page).press("Enter")
    page.wait_for_url("**/councils/camden.html")


def test_the_box_of_the_list_of_councils_leads_there_too(page: Page, address: str) -> None:
    page.goto(f"{address}/councils/index.html")
    box(page).fill("Southport")
    page.get_by_role("button", name="Go to its page").click()
    page.wait_for_url("**/councils/sefton.html")


def test_the_box_works_from_a_folder_without_a_server(page: Page, html: Path) -> None:
    page.goto((html / "index.html").as_uri())
    box(page).fill("Basingstoke")
    box(page).press("Enter")
    page.wait_for_url("**/councils/hampshire.html")


def test_without_javascript_a_link_leads_to_the_list(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/index.html")
    expect(page.get_by_label("Your council, or a place in it")).to_be_hidden()
    page.get_by_role("link", name="All councils by name").click()
    page.wait_for_url("**/councils/index.html")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")])
def test_no_wcag_violation_with_the_list_open(page: Page, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.reload()
    box(page).press_sequentially("new")
    box(page).press("ArrowDown")
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    found = [f"{v['id']}: {v['nodes'][0]['target']}" for v in results.response["violations"]]
    assert not found, "\n".join(found)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_home_page_states_what_the_chapters_found(page: Page, review: Review) -> None:
    empty = int(review.gap_map["n_sources"].eq(0).sum())
    expect(page.locator(".er-mini figcaption")).to_contain_text(f"{empty} of 90 cells")
    assert page.locator(".er-mini-map i.er-strength-none").count() == empty
    cards = page.locator("ol.er-cards > li")
    assert cards.count() == 3
    years = [re.search(r"\b20\d\d(-\d\d)?\b", text) for text in cards.all_inner_texts()]
    assert all(years)
    for place in range(3):
        expect(cards.nth(place).locator("a:not(.er-term)")).to_be_visible()


def test_a_lost_address_at_any_depth_helps_on(page: Page, address: str, html: Path) -> None:
    lost = (html / "404.html").read_text(encoding="utf-8")
    page.route("**/no/such/page.html", lambda route: route.fulfill(status=404, body=lost))
    page.goto(f"{address}/no/such/page.html")
    box(page).fill("Brixton")
    box(page).press("Enter")
    page.wait_for_url(f"{address}/councils/lambeth.html")
    page.goto(f"{address}/no/such/page.html")
    page.get_by_role("searchbox", name="Words to look for").fill("poet")
    page.get_by_role("button", name="Search", exact=True).last.click()
    page.wait_for_url(f"{address}/search.html?q=poet")
