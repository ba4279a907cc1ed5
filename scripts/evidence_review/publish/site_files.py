"""What a host and search engines look for beside the pages: a list of them, a page for addresses that
lead nowhere, and pages that lead on from addresses of before."""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from posixpath import relpath
from urllib.parse import urlsplit
from xml.sax.saxutils import escape as escape_xml

from evidence_review.errors import ReviewError
from evidence_review.paths import BOOK
from evidence_review.publish.finished_pages import Pages
from evidence_review.publish.page_heads import NOT_LISTED, page_address
from evidence_review.read.texts import shown, strict_rows

NOT_FOUND = "404.html"
MOVED = BOOK / "_moved.csv"
_RELATIVE = re.compile(
    r'(\s(?:href|src|action|data-content_root)=")(?![a-z]+:|/|#)(?:\./)?([^"]*")'
)
_OLD_PAGE = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.html")  # no way out of the book


def put_site_files(html: Path, pages: Pages, address: str) -> Pages:
    """Write robots.txt and sitemap.xml; the pages with that for lost addresses, and those that lead on.

    pages: of a book, their heads included. address: where the book is published, with a slash at its
    end, or blank: then there is no sitemap, and the book is taken to lie at the top of its host.
    Raises ReviewError when a page is said to have moved to one that is not there.
    """
    robots = "User-agent: *\nDisallow:\n"
    if address:
        (html / "sitemap.xml").write_text(sitemap(pages, address), encoding="utf-8")
        robots += f"\nSitemap: {address}sitemap.xml\n"
    (html / "robots.txt").write_text(robots, encoding="utf-8")
    found = dict(pages)
    if NOT_FOUND in pages:
        root = urlsplit(address).path if address else "/"
        found[NOT_FOUND] = from_anywhere(pages[NOT_FOUND], root)
    for old, new in moved_pages(MOVED).items():
        found |= leads_on(pages, old, new)
    return found


def sitemap(pages: Pages, address: str) -> str:
    """The addresses of all pages that a search engine should list, as sitemaps.org has it.

    pages: of a book, their heads included."""
    listed = [
        page_address(address, name.removesuffix(".html"))
        for name, text in sorted(pages.items())
        if "<article " in text and NOT_LISTED not in text
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(f"<url><loc>{escape_xml(one)}</loc></url>" for one in listed),
        "</urlset>",
    ]
    return "\n".join(lines) + "\n"


def from_anywhere(text: str, root: str) -> str:
    """A page of the top folder whose links hold at whatever address a host shows it.

    root: the path of the book on its host, such as "/" or "/review/".
    """
    return _RELATIVE.sub(lambda found: f"{found[1]}{escape(root)}{found[2]}", text)


def moved_pages(table: Path) -> Mapping[str, str]:
    """Old address → new one, both from the top of the book, from a table with these two columns.

    Raises ReviewError, with the line, for what is no such table, an address that is told twice, and
    an old one that is not that of a page inside the book.
    """

    def refused(line: int, what: str) -> ReviewError:
        return ReviewError(f"book/{table.name}, line {line}: {what}")

    try:
        text = table.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise refused(1, "the file is not in UTF-8. Expected text; save it anew in UTF-8") from None
    rows = strict_rows(text, refused)
    if next(rows, (1, []))[1] != ["old", "new"]:
        raise refused(1, "expected the two columns old,new")
    found: dict[str, str] = {}
    for line, row in rows:
        if len(row) != 2:
            raise refused(
                line, f"found {len(row)} cells. Expected two, the old address and the new"
            )
        old, new = row
        if not _OLD_PAGE.fullmatch(old):
            raise refused(
                line,
                f"{shown(old)} is no page of the book. Expected its address from the top of the"
                " book, such as figures/old-name.html",
            )
        if old in found:
            raise refused(line, f"{shown(old)} has a row already. Expected one; remove the other")
        found[old] = new
    return found


def leads_on(pages: Pages, old: str, new: str) -> Pages:
    """A page at the old address that leads to the new one. Raises ReviewError when there is no such
    page, or the old address is that of a page."""
    if new.partition("#")[0] not in pages:
        raise ReviewError(f"book/_moved.csv: {old} is said to be {new} now, which is no page")
    if old in pages:
        raise ReviewError(f"book/_moved.csv: {old} is a page of the book; remove this row")
    way = escape(relpath(new, Path(old).parent.as_posix()))
    text = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8" />\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
        '<meta name="robots" content="noindex" />\n'
        f'<meta http-equiv="refresh" content="0; url={way}" />\n<title>This page has moved</title>\n'
        f'</head>\n<body>\n<main>\n<h1>This page has moved</h1>\n<p><a href="{way}">Go to the page'
        "</a></p>\n</main>\n</body>\n</html>\n"
    )
    return {old: text}
