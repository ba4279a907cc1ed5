"""The search of the built book in a real browser: the page that people mean comes first."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.book, pytest.mark.browser]

# What people type → the page that comes first.
FIRST = {
    "Camden": "councils/camden.html",
    "wokingham council": "councils/wokingham.html",
    "London Borough of Lambeth": "councils/lambeth.html",
    "Stoke on Trent": "councils/stoke-on-trent.html",
    "Kent": "councils/kent.html",
    "Reading": "councils/reading.html",
    "London": "areas/london.html",
    "Kendal": "councils/westmorland-and-furness.html",
    "kendal direct payments": "councils/westmorland-and-furness.html",
    "Huddersfield": "councils/kirklees.html",
    "Southport": "councils/sefton.html",
    "Basingstoke": "councils/hampshire.html",
    "Brixton": "councils/lambeth.html",
    "South Lakeland": "councils/westmorland-and-furness.html",
    "kings lynn": "councils/norfolk.html",
    "King's Lynn": "councils/norfolk.html",
    "ASCS": "method.html",
    "POET": "sources/poet.html",
    "ibsen": "sources/ibsen.html",
    "SALT": "sources/social-care-returns.html",
    "carers": "figures/carers.html",
    "direct payments": "figures/direct-payments.html",
    "older people": "figures/older-people.html",
    "How the type of budget relates to outcomes": "questions.html",
    "what do people spend budgets on": "questions.html",
}


def search(page: Page, address: str, words: str) -> list[str]:
    """The addresses of what the search finds first."""
    page.goto(f"{address}/search.html?q={quote_plus(words)}")
    links = page.locator("#search-results ul.search > li > a")
    expect(links.first).to_be_attached(timeout=20_000)
    return [
        str(link) for link in links.evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    ]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page that leaves out the words around each result, which are fetched one by one."""
    page = browser.new_page()
    page.route(
        "**",
        lambda route: (
            route.abort() if route.request.resource_type == "fetch" else route.continue_()
        ),
    )
    yield page
    page.close()


@pytest.mark.parametrize("words", FIRST)
def test_the_page_that_people_mean_comes_first(page: Page, address: str, words: str) -> None:
    found = search(page, address, words)
    assert found[0].partition("#")[0] == FIRST[words], found[:5]


def test_a_place_in_two_councils_leads_to_both(page: Page, address: str) -> None:
    search(page, address, "Willenhall")
    links = page.locator("#search-results ul.search > li > a")
    expect(links.nth(1)).to_be_attached()
    found = {links.nth(place).get_attribute("href") for place in range(2)}
    assert found == {"councils/coventry.html", "councils/walsall.html"}


def test_the_result_says_by_which_place_it_was_found(page: Page, address: str) -> None:
    search(page, address, "Kendal")
    first = page.locator("#search-results ul.search > li > a").first
    expect(first).to_have_text("Westmorland and Furness – Kendal")


def test_a_question_is_found_where_it_stands_in_its_page(page: Page, address: str) -> None:
    found = search(page, address, "How the process relates to outcomes")
    assert found[0] == "questions.html#Q4"


def test_a_word_of_the_text_is_still_found(page: Page, address: str) -> None:
    search(page, address, "kappa")
    expect(page.locator("#search-results a[href='coding.html']")).to_be_attached()


def test_the_search_works_from_a_folder_without_a_server(page: Page, html: Path) -> None:
    page.goto((html / "sources/poet.html").as_uri())
    page.keyboard.press("Control+k")
    box = page.locator("#pst-search-dialog input[name=q]")
    box.fill("Kendal")
    box.press("Enter")
    page.locator("#search-results ul.search > li > a").first.click()
    page.wait_for_url("**/councils/westmorland-and-furness.html*")


def test_a_word_that_javascript_keeps_for_itself_is_an_ordinary_word(
    page: Page, address: str
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/search.html?q=constructor")
    expect(page.locator("#search-results")).to_contain_text("did not match", timeout=20_000)
    assert not errors
