"""Every page makes sense when it stands alone: in a list of results, as a card, as a lost address."""

import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from evidence_review.errors import ReviewError
from evidence_review.publish.finished_pages import read_pages, write_pages
from evidence_review.publish.page_heads import CARD, LONGEST, SHORTEST, with_head
from evidence_review.publish.site_address import VARIABLE, site_address
from evidence_review.publish.site_files import (
    from_anywhere,
    leads_on,
    moved_pages,
    put_site_files,
)

ADDRESS = "https://example.org/review/"
LISTED = Path(__file__).with_name("addresses.txt")


@cache
def heads(html: Path) -> dict[str, BeautifulSoup]:
    """The head of each page: place in the book → its tags."""
    return {
        path.relative_to(html).as_posix(): BeautifulSoup(
            path.read_text(encoding="utf-8").partition("</head>")[0], "html.parser"
        )
        for path in sorted(html.rglob("*.html"))
        if "_static" not in path.parts
    }


def said(head: BeautifulSoup, name: str) -> str:
    """The content of a meta tag; blank when there is none."""
    tag = head.find("meta", attrs={"name": name}) or head.find("meta", property=name)
    return str(tag["content"]) if tag else ""


@pytest.fixture
def one_page(html: Path, tmp_path: Path) -> Path:
    """A copy of a few pages of the book, for what is written into it."""
    for name in ("index.html", "404.html", "councils/camden.html", "search.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((html / name).read_bytes())
    return tmp_path


def finished(html: Path, address: str) -> None:
    """Gives the pages in a folder heads and the files beside them, for this address."""
    pages = {
        name: with_head(name.removesuffix(".html"), text, address, "A picture.")
        for name, text in read_pages(html).items()
    }
    write_pages(html, put_site_files(html, pages, address))


@pytest.mark.book
def test_every_page_has_a_title_and_a_description_of_its_own(html: Path) -> None:
    titles: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for page, head in heads(html).items():
        assert len(head.find_all("title")) == 1, page
        title, description = head.title.get_text() if head.title else "", said(head, "description")
        assert "Gathering the Evidence" in title, page
        assert SHORTEST <= len(description) <= LONGEST, (page, description)
        assert not re.search(r"<|>|&\w+;|\{|\bnan\b|  ", description), (page, description)
        assert title not in titles, (page, titles[title])
        assert description not in descriptions, (page, descriptions[description], description)
        titles[title], descriptions[description] = page, page
        assert said(head, "og:description") == description
        assert said(head, "og:title") in title


@pytest.mark.book
def test_a_council_and_a_chapter_are_described_by_what_was_found(html: Path) -> None:
    camden = heads(html)["councils/camden.html"]
    assert camden.title
    assert camden.title.get_text() == (
        "Camden: personal budgets evidence and figures — Gathering the Evidence"
    )
    found = re.search(
        r"<strong>Compared with England\.</strong> ([^.]*\.)",
        (html / "councils/camden.html").read_text(encoding="utf-8"),
    )
    assert found
    assert found.group(1) in said(camden, "description")
    assert "control over their daily life" in said(
        heads(html)["figures/older-people.html"], "description"
    )


@pytest.mark.book
def test_without_an_address_nothing_is_said_that_needs_one(one_page: Path) -> None:
    finished(one_page, "")
    head = heads(one_page)["index.html"]
    assert not said(head, "og:image")
    assert not said(head, "og:url")
    assert not head.find("link", rel="canonical")
    assert said(head, "twitter:card") == "summary"
    assert not (one_page / "sitemap.xml").exists()
    assert "Sitemap" not in (one_page / "robots.txt").read_text()


@pytest.mark.book
def test_with_an_address_pages_have_a_card_and_stand_in_the_sitemap(one_page: Path) -> None:
    finished(one_page, ADDRESS)
    for page, place in (("index.html", ""), ("councils/camden.html", "councils/camden.html")):
        head = heads(one_page)[page]
        canonical = head.find("link", rel="canonical")
        assert canonical
        assert canonical["href"] == said(head, "og:url") == ADDRESS + place
        assert said(head, "og:image") == ADDRESS + CARD
        assert said(head, "og:image:alt") == "A picture."
        assert said(head, "twitter:card") == "summary_large_image"
    sitemap = (one_page / "sitemap.xml").read_text(encoding="utf-8")
    assert re.findall("<loc>(.*?)</loc>", sitemap) == [ADDRESS + "councils/camden.html", ADDRESS]
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (one_page / "robots.txt").read_text()
    assert said(heads(one_page)["404.html"], "robots") == "noindex"


@pytest.mark.book
def test_the_card_has_the_size_that_its_tags_say(html: Path) -> None:
    from matplotlib.image import imread

    height, width, _ = imread(html / CARD).shape
    assert (width, height) == (1200, 630)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("", ""),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/review", ADDRESS),
        ("https://example.org/review/index.html", ADDRESS),
        ("https://example.org/myindex.html", "https://example.org/myindex.html/"),
    ],
)
def test_the_address_is_that_of_a_folder(
    monkeypatch: pytest.MonkeyPatch, given: str, meant: str
) -> None:
    monkeypatch.setenv(VARIABLE, given)
    assert site_address() == meant


@pytest.mark.parametrize(
    "given",
    [
        *(
            "example.org",
            "ftp://example.org/",
            "https://",
            "https://example.org/?a=1",
            'https://x/"a',
        ),
        *("https://example.org/#", "https://example.org:99999/", "https://example.org:port/"),
    ],
)
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(VARIABLE, given)
    with pytest.raises(ReviewError, match="is no address of a folder"):
        site_address()


@pytest.mark.parametrize(("root", "style"), [("/", "/_static/a.css"), ("/r/", "/r/_static/a.css")])
def test_the_page_for_lost_addresses_holds_at_any_depth(root: str, style: str) -> None:
    text = (
        '<html data-content_root="./"><link href="_static/a.css"><form action="search.html">'
        '<a href="#top"><a href="https://example.org/"><img src="data:,">'
    )
    assert from_anywhere(text, root) == (
        f'<html data-content_root="{root}"><link href="{style}"><form action="{root}search.html">'
        '<a href="#top"><a href="https://example.org/"><img src="data:,">'
    )


# --- Addresses stay --------------------------------------------------------------------------------


@pytest.mark.book
def test_every_address_of_the_book_stays(html: Path) -> None:
    listed = LISTED.read_text(encoding="utf-8").split()
    there = set(heads(html))
    gone = [page for page in listed if page not in there]
    new = sorted(there - set(listed))
    assert not gone, (
        f"{gone}: people have links to these pages. Give each a row in book/_moved.csv (old,new:"
        " addresses from the top of the book), so that a page there leads on."
    )
    assert not new, f"{new}: new pages. Add them to {LISTED.name}, so that they stay."


def test_an_old_address_leads_to_the_new_one(tmp_path: Path) -> None:
    table = tmp_path / "moved.csv"
    table.write_text("old,new\nthen/old.html,figures/new.html#part\n")
    [(old, new)] = moved_pages(table).items()
    page = BeautifulSoup(leads_on({"figures/new.html": "New"}, old, new)[old], "html.parser")
    assert page.a
    assert page.a["href"] == "../figures/new.html#part"
    refresh = page.find("meta", attrs={"http-equiv": "refresh"})
    assert refresh
    assert refresh["content"] == "0; url=../figures/new.html#part"


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [("old.html", "gone.html", "which is no page"), ("here.html", "here.html", "remove this row")],
)
def test_a_wrong_row_on_a_moved_page_is_said(old: str, new: str, wrong: str) -> None:
    with pytest.raises(ReviewError, match=wrong):
        leads_on({"here.html": "Here"}, old, new)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("old;new\n", "line 1: expected the two columns"),
        ("old,new\na.html\n", "line 2: found 1 cells"),
        ("old,new\n../a.html,here.html\n", "line 2: “../a.html” is no page of the book"),
        ("old,new\n/a.html,here.html\n", "line 2: “/a.html” is no page of the book"),
        ("old,new\n_static/page.js,here.html\n", "“_static/page.js” is no page of the book"),
        ("old,new\na.html,b.html\na.html,c.html\n", "line 3: “a.html” has a row already"),
        ('old,new\na.html,"b.html\n', "line 2: a quotation mark is not closed"),
    ],
)
def test_a_row_of_moved_pages_that_cannot_be_is_named(
    tmp_path: Path, table: str, told: str
) -> None:
    path = tmp_path / "_moved.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(ReviewError, match=re.escape(told)):
        moved_pages(path)
