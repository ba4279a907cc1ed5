"""Inserts for the page that shows how to use the data."""

from evidence_review.analyse.review import Review
from evidence_review.read.citation import citation
from evidence_review.read.contract import package
from evidence_review.show.html import Html
from evidence_review.show.reuse.workbook import WORKBOOK, tables_workbook, too_long
from evidence_review.show.words import listing


def how_to_cite() -> Html:
    """The reference to the review, as CITATION.cff has it."""
    return Html("<p>{}</p>").format(citation())


def workbook_link(review: Review) -> Html:
    """The spreadsheet with its size, and the tables that are not in it."""
    size = round(len(tables_workbook(review)) / 1024)
    left = [Html('<a href="data/{0}">{0}</a>').format(one["path"]) for one in too_long(review)]
    tables = len(package()["resources"]) - len(left)
    return Html(
        '<p><a href="data/{0}">{0}</a> ({1:,} KB) holds {2} of the tables, one a sheet, with a cover,'
        " notes and the meaning of every column. {3} too long for it: take the CSV.</p>"
    ).format(WORKBOOK, size, tables, Html(listing(left) + (" is" if len(left) == 1 else " are")))
