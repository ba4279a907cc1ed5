"""What lies beside the tables of the book."""

from evidence_review.analyse.review import Review
from evidence_review.show.reuse.csvw import csvw_files
from evidence_review.show.reuse.workbook import WORKBOOK, tables_workbook


def files(review: Review) -> dict[str, bytes]:
    """Place under data/ → content: metadata of each table, and all tables as a spreadsheet."""
    return {**csvw_files(review), WORKBOOK: tables_workbook(review)}
