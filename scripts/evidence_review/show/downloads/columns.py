"""What each column of each table holds, as a table of its own."""

from collections.abc import Sequence

import pandas as pd

from evidence_review.show.downloads.table import Column, Table, make_table

_SHEET = Column("sheet", "Worksheet", "Tab of the workbook")
_HEADING = Column("heading", "Column", "Heading of the column")
_MEANING = Column("meaning", "Meaning", "What it holds")


def columns_table(found: Sequence[Table], source: str, names_in: str = "") -> Table:
    """The columns of these tables.

    names_in: formats in which the same columns go by their names, for a column with those.
    """
    rows = pd.DataFrame(
        [
            {
                "sheet": one.sheet,
                "heading": column.heading,
                "name": column.name,
                "meaning": column.meaning,
            }
            for one in found
            for column in one.columns
        ]
    )
    name = Column("name", f"Name in {names_in}", "Name of the column there")
    columns = (_SHEET, _HEADING, name, _MEANING) if names_in else (_SHEET, _HEADING, _MEANING)
    title = "Columns: what each column of each table holds"
    return make_table("columns", "Columns", title, columns, rows, source)
