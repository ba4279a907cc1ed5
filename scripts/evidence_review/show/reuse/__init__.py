"""The tables of the review for others to use: metadata, a spreadsheet, and how to cite them."""

from evidence_review.show.reuse.files import files
from evidence_review.show.reuse.pages import how_to_cite, workbook_link

__all__ = ["files", "how_to_cite", "workbook_link"]
