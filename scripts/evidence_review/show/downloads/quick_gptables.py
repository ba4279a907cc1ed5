"""gptables, made quick: the same workbook, with one format a column in place of one a cell.

Importing it takes half a second, because gptables does; so only what makes a workbook does.
"""

import re
from functools import lru_cache
from math import ceil
from typing import Any

import gptables
import pandas as pd
from gptables.core.wrappers import GPWorkbook, GPWorksheet, cell_autofit_width

_WIDEST = 60  # characters; longer text wraps
_WORDLESS = re.compile(r"[\W_]*")


class QuickWorksheet(GPWorksheet):
    """A worksheet whose table is written column by column.

    gptables aligns a column by what it holds; here every column stands left but those that the
    table's additional formatting sets right. longest: characters in the longest cell of each.
    """

    longest: list[int]

    def _write_table_elements(
        self, pos: list[int], gptable: gptables.GPTable, auto_width: bool
    ) -> list[int]:
        table = gptable.table
        headings = list(table.columns)
        cells = [table.iloc[:, place].tolist() for place in range(len(headings))]
        distinct = [list(dict.fromkeys(map(_text, column))) for column in cells]
        _check(gptable.table_name, distinct)
        heads, bodies = self._formats(gptable, headings)
        top = gptable.data_range[0]
        for place, heading in enumerate(headings):
            self._smart_write(top, place, heading, heads[place])
        styles = [self._workbook.add_format(body) for body in bodies]
        for down, row in enumerate(zip(*cells, strict=True), top + 1):
            for place, value in enumerate(row):
                if isinstance(value, (str, int, float)):
                    self.write(down, place, value, styles[place])
                else:  # a link, or lines of text
                    self._smart_write(down, place, value, bodies[place])
        widths = [
            max(self._width(heading, head), *(self._width(text, body) for text in texts))
            for heading, texts, head, body in zip(headings, distinct, heads, bodies, strict=True)
        ]
        self._set_column_widths(widths)
        self.longest = [max(map(len, texts)) for texts in distinct]
        self._mark_data_as_worksheet_table(gptable, pd.DataFrame([heads]))
        return [top + 1 + len(table), 0]

    def wrap(self) -> None:
        """Keep columns of long text from growing as wide as their longest cell."""
        for place, length in enumerate(self.longest):
            if length > _WIDEST:
                self.set_column(place, place, _WIDEST)

    def _formats(
        self, gptable: gptables.GPTable, headings: list[str]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Formats of the headings, and of the cells under each."""
        theme = self.theme
        heads = [{**theme.column_heading_format, "align": "left"} for _ in headings]
        bodies = [{**theme.data_format, "align": "left"} for _ in headings]
        of_level = (theme.index_1_format, theme.index_2_format, theme.index_3_format)
        for level, place in gptable.index_columns.items():
            bodies[place] = {**of_level[level - 1], "align": "left"}
        for item in gptable.additional_formatting:
            for heading in item["column"]["columns"]:
                place = next(i for i, text in enumerate(headings) if _first_line(text) == heading)
                heads[place] |= item["column"]["format"]
                bodies[place] |= item["column"]["format"]
        return heads, bodies

    def _parse_table_urls(self, gptable: gptables.GPTable) -> None:
        """No cell is Markdown: brackets and links in the tables stay as they are."""

    def _width(self, text: str, style: dict[str, Any]) -> int:
        line = self._get_longest_line(text)
        return ceil(_line_width(line) * self._get_scaling_factor(style, line))


_line_width = lru_cache(maxsize=10_000)(cell_autofit_width)  # councils share most of their texts


class QuickWorkbook(GPWorkbook):
    """A workbook of quick worksheets."""

    def add_worksheet(self, name: str | None = None, gridlines: str = "hide_all") -> GPWorksheet:
        """A quick worksheet; gridlines are always hidden, as gptables does unless told."""
        worksheet = super(GPWorkbook, self).add_worksheet(name, QuickWorksheet)
        worksheet.theme = self.theme
        worksheet._workbook = self
        worksheet.hide_gridlines(2)
        return worksheet


def produce_workbook(
    file: Any,
    sheets: dict[str, gptables.GPTable],
    cover: gptables.Cover,
    notes: pd.DataFrame,
) -> QuickWorkbook:
    """What gptables.produce_workbook does: cover, contents and notes before the sheets.

    notes: key and text of each.
    """
    book = QuickWorkbook(file, {"in_memory": True, "strings_to_formulas": False})
    book.add_worksheet(cover.cover_label).write_cover(cover)
    contents = book.make_table_of_contents(sheets)
    book._update_annotations(sheets)
    first = {"Contents": contents, "Notes": book.make_notesheet(notes)}
    for label, table in (first | sheets).items():
        worksheet = book.add_worksheet(label)
        worksheet.write_gptable(table, True, book._annotations)
        if label != "Contents":
            worksheet.wrap()
            # Years are text beside their codes; no warning about that in every cell.
            worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    return book


def _text(value: object) -> str:
    """What a cell shows, for its width."""
    if isinstance(value, dict):  # a link by its text
        return next(iter(value))
    return "\n".join(value) if isinstance(value, list) else str(value)


def _first_line(heading: str) -> str:
    """A heading without the number of its note."""
    return heading.split("\n")[0]


def _check(name: str, columns: list[list[str]]) -> None:
    """Raise ValueError for a table with a cell that is blank or holds no letter and no digit."""
    for texts in columns:
        for text in texts:
            if text in ("nan", "None", "<NA>") or _WORDLESS.fullmatch(text):
                raise ValueError(f"{name}: “{text}” in a cell; a missing value needs a code")
