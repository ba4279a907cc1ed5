"""The built book is whole: every page is there, and every link leads somewhere on this site."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from evidence_review.analyse.areas import wider_areas
from evidence_review.analyse.review import Review

pytestmark = pytest.mark.book

# What makes a browser fetch something on its own, as opposed to a link that a reader follows.
LOADED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}
LOADING_RELS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect"}


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def select(path: Path, selector: str) -> list[Tag]:
    """What a CSS selector finds; finding nothing is an error."""
    found = list(soup(path).select(selector))
    assert found, f"{path} has no {selector}"
    return found


@cache
def anchors(path: Path) -> frozenset[str]:
    return frozenset(str(tag["id"]) for tag in soup(path).find_all(id=True))


def all_pages(html: Path) -> list[Path]:
    return sorted(path for path in html.rglob("*.html") if "_static" not in path.parts)


def contents_of(html: Path) -> set[str]:
    """Targets of the sidebar of the home page, from the top of the book."""
    return {str(link["href"]) for link in select(html / "index.html", "nav.bd-links a[href]")}


def test_every_council_has_a_page_under_its_name_and_a_place_in_the_contents(
    html: Path, review: Review
) -> None:
    listed = contents_of(html)
    for council in review.councils.itertuples():
        page = html / "councils" / f"{council.slug}.html"
        assert select(page, "h1")[0].get_text().removesuffix("#") == council.name
        assert f"councils/{council.slug}.html" in listed


def test_every_source_has_a_page_under_its_name_and_a_place_in_the_contents(
    html: Path, review: Review
) -> None:
    listed = contents_of(html)
    for source in review.sources.itertuples():
        page = html / "sources" / f"{source.source_id}.html"
        assert select(page, "h1")[0].get_text().startswith(source.name)
        assert f"sources/{source.source_id}.html" in listed


def test_every_region_and_type_has_a_page_that_leads_to_its_councils(
    html: Path, review: Review
) -> None:
    listed = contents_of(html)
    areas = wider_areas(review.areas)
    assert len(areas) == 15
    for area in areas:
        page = html / f"{area.page}.html"
        assert select(page, "h1")[0].get_text().removesuffix("#") == area.name
        assert f"{area.page}.html" in listed
        links = {str(a["href"]) for a in soup(page).select("main .er-councils a[href]")}
        column = {"region": "region", "council type": "council_type"}.get(area.level)
        own = review.councils[review.councils[column].eq(area.name)] if column else None
        assert links == (set() if own is None else {f"../councils/{s}.html" for s in own["slug"]})


def test_no_page_shows_a_traceback_or_an_unfilled_value(html: Path) -> None:
    wrong = re.compile(
        r"Traceback \(most recent|\bNaN\b|\bnan\b|\bNone\b(?! recorded| at all)|\bundefined\b|\{\{|<NA>"
    )
    for path in all_pages(html):
        main = soup(path).main
        if main and path.name != "reference-package.html":  # it names Python's own values
            found = wrong.search(main.get_text(" "))
            assert not found, f"{path.name}: {found.group() if found else ''}"


def test_no_link_leads_nowhere(html: Path) -> None:
    broken = []
    for path in all_pages(html):
        for tag in soup(path).find_all(["a", "link", "script", "img"]):
            target = tag.get("href") or tag.get("src")
            if not target or str(target).startswith(("data:", "mailto:", "javascript:")):
                continue
            parts = urlsplit(str(target))
            if parts.scheme or parts.netloc:
                continue
            # The page for lost addresses counts from the top of its host.
            start = html if parts.path.startswith("/") else path.parent
            file = (start / unquote(parts.path).lstrip("/")).resolve() if parts.path else path
            if not file.is_file():
                broken.append(f"{path.relative_to(html)} → {target}")
            elif (
                parts.fragment
                and file.suffix == ".html"
                and unquote(parts.fragment) not in anchors(file)
            ):
                broken.append(f"{path.relative_to(html)} → {target} (no such place)")
    assert not broken, "\n".join(broken[:20])


def test_nothing_is_loaded_from_another_host(html: Path) -> None:
    foreign = []
    for path in all_pages(html):
        for tag in soup(path).find_all([*LOADED, "link"]):
            if tag.name == "link" and not LOADING_RELS & set(tag.get("rel") or []):
                continue
            target = str(tag.get(LOADED.get(tag.name, "href")) or "")
            if target.startswith(("http:", "https:", "//")):
                foreign.append(f"{path.relative_to(html)}: {target}")
    assert not foreign, "\n".join(foreign[:20])


def test_the_page_of_every_council_reads_well(
    html: Path, review: Review, reads_well: Callable[[str], str]
) -> None:
    for council in review.councils.itertuples():
        page = html / "councils" / f"{council.slug}.html"
        for part in select(page, "main .er-prose p, main .er-prose li, main caption"):
            text = part.get_text()
            assert not reads_well(text), (council.name, text)
            assert text.strip()[-1] in ".:)" or part.name == "caption", (council.name, text)
        for table in select(page, "main table"):
            assert table.select("tbody tr"), f"{council.name}: a table without rows"
            blank = [cell for cell in table.select("td") if not cell.get_text(strip=True)]
            assert not blank, (council.name, str(table.caption))


def test_the_page_of_a_council_stays_small(html: Path, review: Review) -> None:
    for council in review.councils.itertuples():
        page = html / "councils" / f"{council.slug}.html"
        pictures = {
            (page.parent / str(img["src"])).resolve() for img in soup(page).select("main img")
        }
        size = page.stat().st_size + sum(path.stat().st_size for path in pictures)
        assert size < 400_000, (council.name, size)


def test_every_picture_says_what_it_shows(html: Path, review: Review) -> None:
    for council in review.councils.itertuples():
        for picture in select(html / "councils" / f"{council.slug}.html", "main img"):
            assert council.name in str(picture.get("alt")), council.slug


def test_the_tables_can_be_downloaded_as_they_are_in_the_project(
    html: Path, review: Review
) -> None:
    from evidence_review.paths import DATA

    for name in ("indicators/figures.csv", "datapackage.json", "coding/cells.csv"):
        assert (html / "data" / name).read_bytes() == (DATA / name).read_bytes()
