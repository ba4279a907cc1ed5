"""One area's figures to take away, as a CSV file and a workbook."""

from evidence_review.show.downloads.council.files import council_files

__all__ = ["council_files"]
