"""A table to take away, in whatever format it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.show.downloads.about import SOURCE

Row = dict[Any, Any]  # a row of a table, by name of column
Kind = Literal["text", "number", "address"]


@dataclass(frozen=True)
class Column:
    """A column of a download: its name in CSV and JSON, its heading, and what it holds.

    code: stands for a value that is missing. note: the note of the spreadsheet that explains it.
    kind: what its cells hold: text, number or address.
    """

    name: str
    heading: str
    meaning: str
    code: str = "[z]"
    note: str | None = None
    kind: Kind = "text"


@dataclass(frozen=True)
class Table:
    """A table to take away. name: of its files. sheet: its tab in the spreadsheet.

    source: where what it holds comes from.
    """

    name: str
    sheet: str
    title: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame
    source: str = SOURCE

    @cached_property
    def codes(self) -> list[str]:
        """Codes for missing values that stand in it."""
        columns = [self.rows[name].tolist() for name in self.rows.columns]
        cells = {cell for column in columns for cell in column if isinstance(cell, str)}
        return [code for code in STATUS_MEANINGS if code in cells]


def make_table(
    name: str,
    sheet: str,
    title: str,
    columns: tuple[Column, ...],
    rows: pd.DataFrame,
    source: str = SOURCE,
) -> Table:
    """A table of these columns, with each value that is missing as the code of its column."""
    rows = rows[[column.name for column in columns]].reset_index(drop=True)
    for column in columns:
        cells = rows[column.name].tolist()
        if any(map(_is_blank, cells)):
            rows[column.name] = pd.Series(
                [column.code if _is_blank(cell) else cell for cell in cells], dtype=object
            )
    return Table(name, sheet, title, columns, rows, source)


def records(rows: Sequence[Row], columns: Sequence[Column]) -> pd.DataFrame:
    """Rows as a table of these columns, its numbers as they are."""
    cells = {column.name: [row.get(column.name) for row in rows] for column in columns}
    return pd.DataFrame(cells, dtype=object)


def _is_blank(cell: object) -> bool:
    return cell == "" if isinstance(cell, str) else bool(pd.isna(cell))


def codes_in(found: list[Table]) -> list[str]:
    """Codes for missing values that stand in any of the tables."""
    used = {code for one in found for code in one.codes}
    return [code for code in STATUS_MEANINGS if code in used]
