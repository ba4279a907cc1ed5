"""The book by keyboard alone: every stop is seen, none is hidden, and what opens also closes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.book, pytest.mark.browser]

# How the element with the focus shows it, and what lies over its middle; nothing for the page itself.
STOP = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const drawn = [one, ...one.querySelectorAll('*'), one.closest('form') ?? one].some((part) => {
        const style = getComputedStyle(part);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
            || (part === one && style.boxShadow !== 'none')
            || (part.matches('.er-tiles a') && parseFloat(style.strokeWidth) >= 3);
    });
    const box = (one.querySelector('.toctree-toggle') ?? one).getBoundingClientRect();
    // The middle of what the window shows of it.
    const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
    const x = middle(box.left, box.right, innerWidth);
    const y = middle(box.top, box.bottom, innerHeight);
    const over = document.elementFromPoint(x, y);
    const inside = box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
    return {
        what: `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)} at ${x}, ${y}`,
        drawn,
        clear: inside && !!over && (one.contains(over) || over.contains(one) || one.tagName === 'A'
            && one.closest('svg') === over.closest('svg')),
    };
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(reduced_motion="reduce", viewport={"width": 1280, "height": 800})
    yield page
    page.close()


def walk(page: Page, key: str, steps: int) -> list[dict[str, Any]]:
    """Press a key so often, or until the page is left; the stops on the way."""
    stops = []
    for _ in range(steps):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is None:
            break
        stops.append(stop)
    return stops


def wrong(stops: list[dict[str, Any]]) -> list[str]:
    return [
        f"{stop['what']}: {'hidden' if stop['drawn'] else 'no focus to be seen'}"
        for stop in stops
        if not (stop["drawn"] and stop["clear"])
    ]


@pytest.mark.parametrize(
    ("name", "width"),
    [
        ("index", 1280),
        ("gap-map", 320),
        ("sources/index", 1280),
        ("figures/all-councils", 1280),
        ("tutorial-own-evidence", 320),
    ],
)
def test_each_stop_is_seen_there_and_back(page: Page, address: str, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/{name}.html")
    there = walk(page, "Tab", 90)
    assert len(there) > 20
    assert not wrong(there)
    back = walk(
        page, "Shift+Tab", 30
    )  # upwards, the bar at the top may lie over what has the focus
    assert len(back) == 30
    assert not wrong(back)


def test_the_first_stop_skips_to_the_text(page: Page, address: str) -> None:
    page.goto(f"{address}/councils/camden.html")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


def test_the_search_opens_finds_and_leads_on(page: Page, address: str) -> None:
    page.goto(f"{address}/index.html")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Search")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    assert not wrong(walk(page, "Tab", 2))
    page.keyboard.press("Enter")  # the second button closes it
    expect(dialog).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("kappa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=kappa*")
    expect(page.get_by_role("status")).to_contain_text(re.compile("found [0-9]+ page"))
    found = page.locator("#search-results li a").first
    found.focus()
    assert not wrong([page.evaluate(STOP)])
    page.keyboard.press("Enter")
    page.wait_for_url("**/coding.html")


def opens_and_closes(page: Page, toggle: Locator, dialog: Locator, close: str) -> None:
    """A dialog opens by keyboard, holds the focus, and gives it back however it is closed."""
    for key in (None, "Escape"):
        toggle.focus()
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        assert page.evaluate("!!document.activeElement.closest('dialog')")
        if key:
            page.keyboard.press(key)
        else:
            dialog.get_by_role("button", name=close).press("Enter")
        expect(dialog).to_be_hidden()
        expect(toggle).to_be_focused()


def test_contents_on_a_phone_open_and_close(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{address}/method.html")
    contents = page.get_by_role("button", name="Contents of the review")
    dialog = page.get_by_role("dialog", name="Contents of the review")
    opens_and_closes(page, contents, dialog, "Close contents")
    on_page = page.get_by_role("button", name="On this page")
    opens_and_closes(page, on_page, page.get_by_role("dialog", name="On this page"), "Close")
    contents.press("Enter")
    here = dialog.locator("a[aria-current=page]")
    expect(here).to_have_text("How the review is made")
    branch = dialog.locator("summary").first
    branch.press("Enter")
    expect(dialog.get_by_role("link", name="Commissioners")).to_be_visible()


def test_contents_and_colours_say_how_they_stand_and_keep_the_focus(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/method.html")
    contents = page.get_by_role("button", name="Contents of the review")
    for state in ("false", "true"):
        contents.press("Enter")
        expect(contents).to_have_attribute("aria-expanded", state)
        expect(contents).to_be_focused()
    colours = page.get_by_role("button", name="Colours: as on your device")
    colours.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Colours: (light|dark)"))).to_be_focused()


def test_nothing_moves_for_those_who_asked_for_that(page: Page, address: str) -> None:
    page.goto(f"{address}/gap-map.html")
    moving = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('*')].filter((one) => {
            const style = getComputedStyle(one);
            return style.scrollBehavior === 'smooth' || style.animationName !== 'none'
                || /[1-9]/.test(style.transitionDuration);
        }).map((one) => `${one.tagName} ${one.className}`)"""
    )
    assert not moving


def test_what_scrolls_sideways_says_so_as_long_as_it_does(page: Page, address: str) -> None:
    page.goto(f"{address}/coding.html")
    cue = page.locator(".er-cue:visible")
    expect(cue).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 800})
    expect(cue.first).to_have_text("Scroll sideways to see all columns")
    table = page.locator(".er-cue:visible + .er-table").first
    expect(table).to_have_class(re.compile("er-more-after"))
    table.evaluate("table => { table.scrollLeft = table.scrollWidth; }")
    expect(table).not_to_have_class(re.compile("er-more-after"))
    page.emulate_media(media="print")
    expect(cue).to_have_count(0)


def test_in_the_colours_of_the_system_all_can_be_told_apart(page: Page, address: str) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(f"{address}/gap-map.html")
    words = page.locator(".er-map tbody .er-text:visible").all_inner_texts()
    assert len(words) == 90
    assert len(set(words)) == 4
    icon = page.locator(".theme-switch-button i:visible").evaluate(
        "icon => [getComputedStyle(icon, '::before').backgroundColor,"
        " getComputedStyle(document.body).backgroundColor]"
    )
    assert icon[0] != icon[1]
    assert not wrong(walk(page, "Tab", 12))
    page.goto(f"{address}/figures/all-councils.html")
    fill, words_on_it = page.locator(".er-tiles a").first.evaluate(
        "tile => [getComputedStyle(tile.querySelector('use')).fill,"
        " getComputedStyle(tile.querySelector('text')).fill]"
    )
    assert fill != words_on_it
