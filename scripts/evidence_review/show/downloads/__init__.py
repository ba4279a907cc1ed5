"""Files to take away: tables, spreadsheets and a bibliography, as the bytes of files.

Every format is written from the same tables, and every file comes out the same each time. A value
that is missing is a code of the Government Analysis Function, never a blank.
"""

from evidence_review.show.downloads.citation_formats import as_bibtex, as_ris
from evidence_review.show.downloads.citations import Reference, bibliography, references
from evidence_review.show.downloads.council import council_files
from evidence_review.show.downloads.files import downloads, gap_map_downloads
from evidence_review.show.downloads.formulas import STARTS_FORMULA, not_a_formula
from evidence_review.show.downloads.gap_map import tables
from evidence_review.show.downloads.gap_map_workbook import as_xlsx
from evidence_review.show.downloads.plain_text import as_csv, as_json, readme
from evidence_review.show.downloads.table import Column, Table

__all__ = [
    "STARTS_FORMULA",
    "Column",
    "Reference",
    "Table",
    "as_bibtex",
    "as_csv",
    "as_json",
    "as_ris",
    "as_xlsx",
    "bibliography",
    "council_files",
    "downloads",
    "gap_map_downloads",
    "not_a_formula",
    "readme",
    "references",
    "tables",
]
