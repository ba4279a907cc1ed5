"""Meanings of words beside them, in a real browser; and the page in easy words on paper."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page, expect

from evidence_review.analyse.review import Review

pytestmark = [pytest.mark.book, pytest.mark.browser]

PLACES = ["gaps.html", "councils/camden.html", "readers/people.html", "how-to-read.html"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{address}/how-to-read.html", wait_until="load")
    yield page
    page.close()


def first_term(page: Page) -> tuple[Locator, Locator]:
    """The first marked word of a page, and its meaning."""
    word = page.locator("a.er-term").first
    return word, page.locator(f"#{word.get_attribute('aria-describedby')}")


def test_hover_shows_the_meaning_which_stays_while_the_pointer_is_on_it(page: Page) -> None:
    word, meaning = first_term(page)
    expect(meaning).to_be_hidden()
    word.hover()
    expect(meaning).to_be_visible()
    assert meaning.inner_text() == word.get_attribute("data-definition")
    meaning.hover()
    page.wait_for_timeout(400)
    expect(meaning).to_be_visible()
    page.mouse.move(0, 0)
    expect(meaning).to_be_hidden()


def test_escape_hides_the_meaning_and_leaves_the_focus_where_it_is(page: Page) -> None:
    word, meaning = first_term(page)
    word.focus()
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(word).to_be_focused()


def test_a_screen_reader_is_told_the_meaning_of_each_marked_word(page: Page) -> None:
    for word in page.locator("a.er-term").all():
        meaning = page.locator(f"#{word.get_attribute('aria-describedby')}")
        assert meaning.get_attribute("role") == "tooltip"
        assert meaning.text_content() == word.get_attribute("data-definition")


def test_enter_leads_to_the_word_in_the_glossary(page: Page) -> None:
    word, _ = first_term(page)
    target = str(word.get_attribute("href"))
    word.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{target}")
    expect(page.locator(f"#{target.partition('#')[2]}")).to_be_in_viewport()


def test_the_first_tap_shows_the_meaning_and_the_second_leads_to_the_glossary(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(f"{address}/how-to-read.html", wait_until="load")
    word, meaning = first_term(page)
    word.tap()
    expect(meaning).to_be_visible()
    box = meaning.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    page.locator("article h1").tap()
    expect(meaning).to_be_hidden()
    word.tap()
    expect(meaning).to_be_visible()
    word.tap()
    page.wait_for_url("**/glossary.html#term-*")
    context.close()


def test_without_javascript_a_word_is_a_link_to_the_glossary(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/councils/camden.html")
    word = page.locator("a.er-term").first
    target = str(word.get_attribute("href"))
    word.click()
    page.wait_for_url(f"**/{target.removeprefix('../')}")
    context.close()


def test_it_works_from_a_folder_on_disk(browser: Browser, html: Path) -> None:
    page = browser.new_page()
    page.goto((html / "gaps.html").as_uri(), wait_until="load")
    word, meaning = first_term(page)
    word.focus()
    expect(meaning).to_be_visible()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", [*PLACES, "glossary.html", "in-easy-words.html"])
def test_no_wcag_violation_with_a_meaning_in_sight(
    browser: Browser, address: str, place: str, scheme: str
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": 320, "height": 800})  # type: ignore[arg-type]
    page.goto(f"{address}/{place}", wait_until="load")
    if page.locator("a.er-term").count():
        word, meaning = first_term(page)
        word.focus()
        expect(meaning).to_be_visible()
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.close()
    found = [f"{one['id']}: {one['nodes'][0]['html']}" for one in results.response["violations"]]
    assert not found, "\n".join(found)
    assert overflow <= 0


def test_on_paper_marked_words_look_like_the_others(page: Page) -> None:
    word, meaning = first_term(page)
    word.focus()
    page.emulate_media(media="print")
    expect(meaning).to_be_hidden()
    assert "none" in str(word.evaluate("element => getComputedStyle(element).textDecorationLine"))


# --- What pages hold -------------------------------------------------------------------------------


def test_each_page_marks_a_term_once_and_leads_to_its_place(html: Path, review: Review) -> None:
    places = {f"term-{term}" for term in review.glossary["term_id"]}
    marked = 0
    for path in html.rglob("*.html"):
        # By patterns: a parser would take a minute for all pages.
        article = (
            path.read_text(encoding="utf-8").partition("<article")[2].partition("</article>")[0]
        )
        targets = re.findall(r'<a class="er-term" href="[^"#]*#([^"]*)"', article)
        assert len(targets) == article.count("er-term"), path.name
        assert len(targets) == len(set(targets)), path.name
        assert set(targets) <= places, path.name
        for _, inner in re.findall(r"<(h1|h2|table)\b(.*?)</\1>", article, re.DOTALL):
            assert "er-term" not in inner, path.name
        assert all("</a>" in link for link in article.split("<a ")[1:]), path.name
        marked += bool(targets)
    assert marked > 50
    glossary = BeautifulSoup((html / "glossary.html").read_text(encoding="utf-8"), "html.parser")
    assert not glossary.select("a.er-term")
    assert {str(entry["id"]) for entry in glossary.select(".er-glossary dt")} == places


def test_the_page_in_easy_words_prints_on_two_sheets_of_a4(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/in-easy-words.html", wait_until="networkidle")
    edge = "15mm"
    paper = page.pdf(format="A4", margin={"top": edge, "right": edge, "bottom": edge, "left": edge})
    pictures = page.locator(".er-easy > img, .er-easy > svg")
    assert pictures.count() == page.locator(".er-easy").count()
    for picture in page.locator(".er-easy > img").all():
        assert picture.get_attribute("alt")
        assert picture.evaluate("element => element.naturalWidth") > 0
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2
