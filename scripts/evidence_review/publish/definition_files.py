"""Definitions on the pages of the finished book, where each page first mentions a term."""

from pathlib import Path

from evidence_review.analyse.review import open_review
from evidence_review.show.definitions import Marker
from evidence_review.show.glossary import PAGE, terms

BEGIN, END = "<article", "</article>"


def put_definitions(html: Path) -> None:
    """Write them into every page of the book but the glossary itself.

    It looks at finished pages, so that computed sentences count as well as those written by hand. It
    must do so once: done again, it would mark the next mention.
    """
    marker = Marker(terms(open_review()))
    for path in html.rglob("*.html"):
        page = path.relative_to(html).with_suffix("").as_posix()
        before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
        article, end, after = rest.partition(END)
        if page != PAGE and end:
            text = before + begin + marker.marked(page, article) + end + after
            path.write_text(text, encoding="utf-8")
