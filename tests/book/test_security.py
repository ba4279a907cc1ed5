"""The published book under its security policy: it works, asks nobody else, and runs no other code."""

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from evidence_review.publish.assemble import copy_libraries
from evidence_review.publish.finished_pages import read_pages, write_pages
from evidence_review.publish.security import FILE, policy, read_headers, secure
from evidence_review.publish.serve import BookHandler, book_server

pytestmark = [pytest.mark.book, pytest.mark.browser]

AT_ONCE = 4  # pages that load at the same time
NOT_READ = ("_sources", "*.xlsx", "*.csv")  # what no page needs to show itself
TELL = """addEventListener('securitypolicyviolation', (event) => console.error(
    'VIOLATION', event.effectiveDirective, event.blockedURI, event.sample, location.href));
window.slip = (html) => document.body.insertAdjacentHTML('beforeend', html);"""
OWN_CODE = """() => [...document.querySelectorAll('*')].flatMap((tag) => [...tag.attributes])
    .filter(({ name, value }) => name.startsWith('on') || /^\\s*javascript:/i.test(value))
    .map(({ name, value }) => `${name}=${value}`)"""
# Code and requests as somebody might slip them into a page: directive that stops it → how.
SLIPPED_IN = {
    "script-src-elem": """() => {
        const script = document.createElement('script');
        script.textContent = 'window.slipped = 1';
        document.head.append(script);
    }""",
    "script-src-attr": '() => slip(\'<img src="data:," onerror="window.slipped = 1">\')',
    "script-src": "() => { setTimeout(() => { window.slipped = eval('1'); }); }",
    "connect-src": "() => { fetch('https://elsewhere.example/').catch(() => {}); }",
    "img-src": "() => { new Image().src = 'https://elsewhere.example/x.png'; }",
    "style-src-attr": "() => slip('<p style=\"position: fixed\">')",
    "frame-src": "() => slip('<iframe src=\"https://elsewhere.example/\"></iframe>')",
    "base-uri": "() => slip('<base href=\"https://elsewhere.example/\">')",
    "form-action": """() => {
        slip('<form action="https://elsewhere.example/"></form>');
        document.body.lastChild.submit();
    }""",
}


@pytest.fixture(scope="module")
def published(html: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book with its policy, as it would be put on a host."""
    folder = tmp_path_factory.mktemp("published") / "html"
    shutil.copytree(html, folder, ignore=shutil.ignore_patterns(*NOT_READ))
    write_pages(folder, secure(folder, read_pages(folder)))
    return folder


@pytest.fixture(scope="module")
def site(published: Path) -> Iterator[str]:
    """The same from a host that sends its headers."""
    with pytest.MonkeyPatch.context() as patch, book_server(published, 0) as server:
        patch.setattr(BookHandler, "log_message", lambda *_: None)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Watch:
    """What the pages of a browser's context asked for, and what their policy stopped."""

    def __init__(self, context: BrowserContext) -> None:
        self.asked: list[str] = []
        self.stopped: list[str] = []
        self.errors: list[str] = []
        context.add_init_script(TELL)
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", lambda message: self._note(message.text))

    def _note(self, text: str) -> None:
        if "VIOLATION" in text or "Content Security Policy" in text:
            self.stopped.append(text)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def watch(context: BrowserContext) -> Watch:
    return Watch(context)


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Iterator[Page]:
    """A page whose policy stops nothing that a test does with it."""
    page = context.new_page()
    yield page
    page.evaluate("new Promise((done) => setTimeout(done))")  # what it has to tell arrives before
    assert not watch.stopped
    assert not watch.errors


# --- The policy ------------------------------------------------------------------------------------


def test_code_in_a_page_is_named_by_the_hash_that_browsers_compute() -> None:
    # The example in section 8.3 of "Content Security Policy Level 3".
    rules = policy(["<script>alert('Hello, world.');</script>"])
    assert rules["script-src"] == (
        "'self'",
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='",
    )


def test_the_policy_is_strict(published: Path) -> None:
    text = read_headers(published)["Content-Security-Policy"]
    rules = {part.split()[0]: part.split()[1:] for part in text.split("; ")}
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert rules["font-src"] == rules["connect-src"] == rules["form-action"] == ["'self'"]
    assert rules["img-src"] == ["'self'", "data:"]
    for name in ("script-src", "style-src"):
        first, *hashes = rules[name]
        assert first == "'self'"
        assert set(hashes) - {"'unsafe-hashes'"} == {
            one for one in hashes if one.startswith("'sha256-")
        }
    assert "'unsafe-hashes'" not in rules["script-src"]
    assert len(rules["script-src"]) == 4  # of all pages together
    assert len(f"  Content-Security-Policy: {text}") < 2000  # hosts take no longer line


def test_the_book_in_its_place_carries_the_policy(html: Path, published: Path) -> None:
    assert (html / FILE).read_bytes() == (published / FILE).read_bytes()
    for name in ("index.html", "councils/camden.html"):
        assert (html / name).read_bytes() == (published / name).read_bytes()


def test_the_library_of_the_register_is_an_ordinary_script(page: Page, tmp_path: Path) -> None:
    copy_libraries(tmp_path)
    page.add_script_tag(path=tmp_path / "datatables.js")
    assert page.evaluate("typeof window.dataTablesLibrary.default.Api") == "function"
    assert "MIT" in (tmp_path / "datatables.js").read_text(encoding="utf-8")  # with its licences


# --- Every page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["councils", "others"])
def test_no_page_asks_another_host_or_needs_what_the_policy_stops(
    kind: str, published: Path, site: str, context: BrowserContext, watch: Watch
) -> None:
    pages = (path.relative_to(published) for path in sorted(published.rglob("*.html")))
    names = [
        path.as_posix()
        for path in pages
        if "_static" not in path.parts and (kind == "councils") == (path.parts[0] == "councils")
    ]
    assert len(names) > (150 if kind == "councils" else 75)
    tabs = [context.new_page() for _ in range(AT_ONCE)]
    for tab in tabs:
        tab.set_viewport_size({"width": 320, "height": 100})  # less to draw is quicker
    own_code = {}
    for start in range(0, len(names), AT_ONCE):
        here = list(zip(tabs, names[start : start + AT_ONCE], strict=False))
        for tab, name in here:
            tab.goto(f"{site}/{name}", wait_until="commit")
        for tab, name in here:
            tab.wait_for_load_state("load")
            own_code[name] = tab.evaluate(OWN_CODE)
    assert {f"{site}/{name}" for name in names} <= set(watch.asked)
    assert not [url for url in watch.asked if not url.startswith((f"{site}/", "data:"))]
    assert not watch.stopped, "\n".join(watch.stopped[:10])
    assert not {name: found for name, found in own_code.items() if found}
    assert not context.service_workers
    assert not watch.errors


# --- What a reader does ----------------------------------------------------------------------------


def test_the_filters_of_the_gap_map_work(page: Page, site: str) -> None:
    page.goto(f"{site}/gap-map.html")
    status = page.locator(".er-status")
    before = status.inner_text()
    page.locator("form.er-filters select[name=extent]").select_option("full")
    expect(status).not_to_have_text(before)
    assert page.url.endswith("?extent=full")


def search_register(page: Page) -> None:
    search = page.get_by_role("searchbox", name="Search the sources")
    search.wait_for()
    search.press_sequentially("poet")
    expect(page.locator(".er-register [role=status]")).to_have_text(re.compile("^1 of [0-9]+"))
    assert page.locator(".er-register tbody tr").count() == 1


def test_the_register_searches_and_sorts(page: Page, site: str) -> None:
    page.goto(f"{site}/sources/index.html")
    page.get_by_role("columnheader", name="Cells", exact=True).get_by_role("button").press("Enter")
    expect(page.locator(".er-register [role=status]")).to_have_text(re.compile("ascending$"))
    search_register(page)


def test_the_table_and_the_map_of_all_councils_work(page: Page, site: str) -> None:
    page.goto(f"{site}/figures/all-councils.html")
    page.get_by_label("Region", exact=True).select_option("London")
    expect(page.locator(".er-rug-status")).to_contain_text("33 of 153")
    said = page.locator(".er-tile-said").inner_text()
    page.get_by_label("The map shows", exact=True).select_option("satisfaction")
    assert page.locator(".er-tile-said").inner_text() != said


def test_the_search_finds_and_shows_the_words_around(page: Page, site: str) -> None:
    page.goto(f"{site}/search.html?q=kappa")
    around = page.locator("#search-results p.context").first
    expect(around).to_contain_text(re.compile("kappa", re.IGNORECASE), timeout=20_000)
    page.wait_for_load_state("networkidle")


def test_dark_and_light_switch_and_are_remembered(page: Page, site: str) -> None:
    page.goto(f"{site}/councils/camden.html")
    root = page.locator("html")
    modes = []
    for _ in range(3):
        page.locator("button.theme-switch-button:visible").first.click()
        modes.append(root.get_attribute("data-mode"))
    assert set(modes) == {"auto", "light", "dark"}
    while root.get_attribute("data-mode") != "dark":
        page.locator("button.theme-switch-button:visible").first.click()
    page.goto(f"{site}/sources/poet.html")
    expect(root).to_have_attribute("data-theme", "dark")


def test_icons_are_drawn_in_their_size_without_a_script(
    page: Page, site: str, watch: Watch
) -> None:
    page.goto(f"{site}/index.html")
    icons = page.locator(".fa-solid:visible, .fas:visible").evaluate_all(
        """all => all.map((one) => {
            const { width, height, maskImage } = getComputedStyle(one, '::before');
            return [parseFloat(width), parseFloat(height), maskImage.slice(0, 24)];
        })"""
    )
    assert len(icons) > 5
    for width, height, picture in icons:
        assert 8 < width == height < 40
        assert picture == 'url("data:image/svg+xml,'
    assert not [url for url in watch.asked if "fontawesome" in url]


def test_a_page_is_printed_and_code_is_copied_by_their_buttons(page: Page, site: str) -> None:
    page.goto(f"{site}/tutorial-own-evidence.html")
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator(".btn-download-pdf-button").dispatch_event("click")
    assert page.evaluate("window.printed")
    page.locator("button.copybtn").first.dispatch_event("click")
    expect(page.locator("button.copybtn.success").first).to_be_attached()


def test_a_picture_that_is_opened_by_itself_keeps_its_colours(page: Page, site: str) -> None:
    page.goto(f"{site}/downloads/gap-map.svg")
    fills = page.evaluate(
        "[...new Set([...document.querySelectorAll('path')].map((one) => getComputedStyle(one).fill))]"
    )
    assert {"rgb(255, 255, 255)", "rgb(18, 67, 109)"} <= set(fills)


def test_the_book_works_from_a_folder_under_the_policy_in_its_pages(
    page: Page, published: Path
) -> None:
    page.goto((published / "sources/index.html").as_uri())
    search_register(page)
    page.goto((published / "gap-map.html").as_uri() + "?extent=full")
    expect(page.locator("form.er-filters select[name=extent]")).to_have_value("full")
    page.goto((published / "councils/camden.html").as_uri())
    loaded = page.locator("main img").evaluate_all("all => all.every((one) => one.naturalWidth)")
    assert loaded


# --- What somebody slipped in ----------------------------------------------------------------------


@pytest.mark.parametrize("place", ["a host", "a folder"])
def test_code_and_requests_that_were_slipped_in_are_stopped(
    place: str, site: str, published: Path, context: BrowserContext, watch: Watch
) -> None:
    name = "recommendations.html"
    address = (published / name).as_uri() if place == "a folder" else f"{site}/{name}"
    page = context.new_page()
    for directive, how in SLIPPED_IN.items():
        page.goto(address)
        watch.stopped.clear()
        with page.expect_console_message(lambda one: "VIOLATION" in one.text) as told:
            page.evaluate(how)
        assert told.value.text.split()[1] == directive
        assert page.evaluate("window.slipped") is None
    assert not [url for url in watch.asked if "elsewhere" in url and url.startswith("http:")]


def test_no_other_site_can_show_the_book_in_a_frame(site: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.route(
        "http://elsewhere.example/",
        lambda route: route.fulfill(body=f'<iframe src="{site}/about.html"></iframe>'),
    )
    page.goto("http://elsewhere.example/")
    assert page.frames[-1].url.startswith("chrome-error:")
