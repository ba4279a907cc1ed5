"""A table with its heading: which column is which, and whether a row has as many cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.own.files import Rows, rows_of
from evidence_review.read.own.words import Faults, nearest, plain, shown

_MOST_COLUMNS = 500
_MOST_ROWS = 5_000  # of a table that is filled in by hand
_LONGEST_CELL = 32_767  # letters, as in Excel


@dataclass
class Sheet:
    """A table as it lies there. separator: blank in a workbook. width: cells of the heading row.

    headings: as they were typed, without blank ones at the end. count: rows drawn so far, without
    the heading; those that hold nothing are no rows.
    """

    file: str
    separator: str
    heading_row: int
    headings: list[str]
    width: int
    _rows: Rows = field(repr=False)
    count: int = 0

    def rows(self) -> Rows:
        """The rows below the heading. Raises DataError where the file turns out unreadable."""
        for row, cells in self._rows:
            self.count += 1
            yield row, cells

    def wrong_length(self, cells: list[str], needed: int) -> str:
        """What is wrong with the number of cells, and what was expected; blank when nothing is.

        needed: how many cells there must be. Excel may leave out the separators before blank cells
        at the end of a row, and may save blank columns after the last one.
        """
        wide = len(self.headings)
        short = len(cells) < needed
        if not short and len(cells) <= self.width and not any(cells[wide:]):
            return ""
        if not self.separator:
            return (
                "cells to the right of the last heading. Expected nothing there. Clear them, or"
                " give their column a heading."
            )
        few, amiss = ("few", "missing") if short else ("many", "needless")
        return (
            f"too {few} cells ({len(cells)}). Expected {wide}, one for each column. Look for a"
            f" {amiss} “{self.separator}”; a cell that itself holds one stands in quotation marks."
        )


def open_sheet(
    path: Path, columns: tuple[str, ...], faults: Faults, most: int = _MOST_ROWS
) -> Sheet | None:
    """The table, read as far as its heading; None, with the fault said, when there is no heading.

    columns: some of which the heading must name. most: rows below it. Raises DataError for a file
    that cannot be read.
    """
    rows, separator = rows_of(path, faults, most)
    known_faults = len(faults.lines())
    row, cells = next(rows, (1, []))
    if not cells and len(faults.lines()) > known_faults:
        return None
    headings = list(cells)
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > _MOST_COLUMNS:
        raise DataError(
            f"{path.name}, row {row}: {len(headings):,} columns. Expected {_MOST_COLUMNS:,} at the"
            " most. Remove those that are not asked for."
        )
    if not {plain(name) for name in headings} & set(columns):
        what = "this is no heading" if headings else "the file is empty"
        remedy = (
            "separated by commas or semicolons. Begin with that heading."
            if separator
            else "in the first row of the first sheet."
        )
        wanted = f"Expected the columns {', '.join(columns)}, each once"
        faults.add(f"{path.name}, row {row}: {what}. {wanted}, {remedy}")
        return None
    return Sheet(path.name, separator, row, headings, len(cells), rows)


def fixed_rows(
    sheet: Sheet,
    columns: tuple[str, ...],
    optional: frozenset[str],
    faults: Faults,
    may_lack: frozenset[str] = frozenset(),
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with these columns and no others: the row, and its cells by column.

    optional: columns whose cells may be blank. may_lack: those that the heading may leave out.
    What is wrong with the heading or with a row's length is added to `faults`; such a row is left
    out.
    """
    wanted = f"Expected the columns {', '.join(columns)}, each once"
    names = [plain(name) for name in sheet.headings]
    place = {name: names.index(name) for name in columns if name in names}
    absent = {name: name for name in columns if name not in names}
    wrong = [(f"“{name}”", "missing", "Add it.") for name in absent if name not in may_lack]
    for at, name in enumerate(names):
        if name not in place:
            remedy = nearest(name, absent) or "Remove it."
            wrong.append((shown(name) if name else str(at + 1), "not known", remedy))
        elif place[name] != at:
            wrong.append((shown(name), "stands there twice", "Remove one."))
    for column, what, remedy in wrong:
        where = f"{sheet.file}, row {sheet.heading_row}, column {column}"
        faults.add(f"{where}: {what}. {wanted}. {remedy}")
    needed = max((at + 1 for name, at in place.items() if name not in optional), default=0)
    for row, cells in sheet.rows():
        if what := sheet.wrong_length(cells, needed):
            faults.add(f"{sheet.file}, row {row}: {what}")
            continue
        cells += [""] * (len(names) - len(cells))
        long = [name for name, at in place.items() if len(cells[at]) > _LONGEST_CELL]
        for name in long:
            faults.cell(row, name, *too_long())
        if not long:
            yield row, dict.fromkeys(may_lack, "") | {n: cells[at] for n, at in place.items()}


def too_long() -> tuple[str, str, str]:
    """What is wrong with a cell that is too long, what was expected, and what to do."""
    most = f"{_LONGEST_CELL:,} letters at the most, as in Excel"
    return "the cell is too long", most, "Look for a quotation mark that is not closed."


def is_too_long(cells: list[str]) -> bool:
    return max(map(len, cells), default=0) > _LONGEST_CELL


def typed_table(rows: Sequence[Mapping[str, object]], types: Mapping[str, str]) -> pd.DataFrame:
    """A table of these rows; its columns and their types are those of `types`, rows or none."""
    return pd.DataFrame(
        {name: pd.array([row[name] for row in rows], dtype=kind) for name, kind in types.items()}
    )
