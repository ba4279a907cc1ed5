"""A publisher's workbook (.ods or .xlsx) as rows of cells, whole or not at all."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from evidence_review.errors import DataError
from evidence_review.read.texts import shown

Cells = Sequence[Sequence[object]]
ZIP = b"PK\x03\x04"


class Workbook:
    """The sheets of a workbook. Raises DataError when the file is damaged or is no workbook."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            content = io.BytesIO(path.read_bytes())
        except OSError as error:
            raise DataError(
                f"{path.name}: cannot be read ({error.strerror}). Expected a file that you may open."
            ) from None
        try:
            # calamine does not hold every part of an .xlsx file to its checksum, and reads other
            # figures than were written where a byte was changed.
            with zipfile.ZipFile(content) as packed:
                torn = packed.testzip()
            if torn:
                raise self._damaged()
            content.seek(0)
            self._book = CalamineWorkbook.from_filelike(content)
        except _UNREADABLE:
            raise self._damaged() from None
        self.sheets: list[str] = self._book.sheet_names

    def rows(self, sheet: str) -> Cells:
        """The rows of a sheet from its first cell on, with as many cells in each; a cell without
        anything is "". Raises DataError when the sheet is not there or is damaged."""
        if sheet not in self.sheets:
            raise DataError(
                f"{self.name}: no sheet “{sheet}”. Expected it among the sheets; found"
                f" {', '.join(map(shown, self.sheets[:40]))}. Is this the file that"
                " data/indicators/files.csv lists?"
            )
        try:
            cells: Cells = self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            return cells
        except _UNREADABLE:
            raise self._damaged() from None

    def _damaged(self) -> DataError:
        return DataError(
            f"{self.name}: this is not a workbook, or it is damaged or cut off. Expected an .ods or"
            " .xlsx file. Fetch it again from where data/indicators/files.csv says."
        )


# What zipfile, zlib and calamine raise for a damaged workbook.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError),
    *(CalamineError, LookupError, ValueError, OSError),
)


def is_packed(path: Path) -> bool:
    """Whether the file begins as a workbook does, which is a zip archive."""
    try:
        with path.open("rb") as file:
            return file.read(len(ZIP)) == ZIP
    except OSError:
        return False


def cell_text(cell: object) -> str:
    """A cell as text; of a number ten digits, which is more than is printed and drops the tail of
    20.200000000000003."""
    return f"{cell:.10g}" if isinstance(cell, float) else str(cell)
