"""The gap map's tables as one workbook."""

from evidence_review import __version__
from evidence_review.show.downloads.about import LICENCE, NO_FIGURES, REVIEW, SOURCE
from evidence_review.show.downloads.columns import columns_table
from evidence_review.show.downloads.gap_map_notes import gap_map_notes
from evidence_review.show.downloads.spreadsheet import Cover, as_workbook
from evidence_review.show.downloads.table import Table

_COVER = Cover(
    title=f"The gap map of {REVIEW}",
    intro=(
        "What evidence there is on personal budgets in adult social care in England: elements "
        "of change by frames of reference, and the sources that speak to each cell.",
        "The elements, the frames and the sources are those of a report of 2017. Where each "
        "source stands today, and sources since 2017, were added by the review.",
    ),
    about=(
        f"Version: {__version__}",
        f"Licence: {LICENCE}",
        f"Source: {SOURCE}",
        NO_FIGURES,
        "Codes in square brackets stand for missing values; the worksheet Notes explains them.",
    ),
    licence=LICENCE,
)


def as_xlsx(found: list[Table]) -> bytes:
    """All tables of the gap map as one workbook; see `spreadsheet.as_workbook`."""
    columns = columns_table(found, SOURCE, names_in="CSV and JSON")
    return as_workbook([*found, columns], _COVER, gap_map_notes(found))
