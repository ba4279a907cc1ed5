"""The last work on a book that Sphinx has made: what its pages tell of themselves and of where they
come from, definitions, names to find them by, and what they may do in a browser.

Each page is read once and written once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence_review.publish.finished_pages import read_pages, write_pages
from evidence_review.publish.page_heads import with_head
from evidence_review.publish.provenance import Provenance
from evidence_review.publish.provenance_files import put_provenance, with_footer
from evidence_review.publish.runs import Run
from evidence_review.publish.search_names import Name, put_names
from evidence_review.publish.security import secure
from evidence_review.publish.site_files import put_site_files
from evidence_review.publish.theme import ICON_SCRIPT, mend_page
from evidence_review.show.definitions import Marker
from evidence_review.show.glossary import Term

# What the theme puts beside the pages, and none needs: its icons, and templates of its own.
LEFT_OUT = (f"{ICON_SCRIPT}*", "_static/*webpack-macros.html")


@dataclass(frozen=True)
class Told:
    """What a finished book tells beyond its pages: where they come from, the names to find them by,
    the terms that they explain, and what the picture of their cards shows, in words."""

    origin: Provenance
    names: list[Name]
    terms: list[Term]
    picture: str


def finish(html: Path, told: Told, published: Sequence[Run], address: str, title: str) -> None:
    """Finish a book in its folder. It must be done once: done again, more words would be marked.

    address: where the book is published, or blank. title: of this copy, blank for the usual one.
    """
    put_provenance(html, told.origin, published)
    runs = {run.page: run for run in published}
    marker = Marker(told.terms)
    for pattern in LEFT_OUT:
        for path in html.glob(pattern):
            path.unlink()
    pages = read_pages(html)
    for name, text in pages.items():
        page = name.removesuffix(".html")
        text = with_footer(page, mend_page(text), runs.get(page), told.origin.revision)
        # The head quotes what the page says: words are marked after it.
        pages[name] = marker.marked_page(page, with_head(page, text, address, told.picture, title))
    write_pages(html, secure(html, put_site_files(html, pages, address)))
    put_names(html, told.names)
