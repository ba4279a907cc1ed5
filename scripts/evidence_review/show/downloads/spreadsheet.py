"""Tables as one accessible workbook: cover, contents, notes, and one table a sheet."""

import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from evidence_review import __version__
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.show.downloads.formulas import not_a_formula
from evidence_review.show.downloads.table import Table

# What the columns of each kind look like, beside the theme of gptables.
_STYLES = {
    "number": {"align": "right"},
    "address": {"underline": True, "font_color": "blue"},
}
# What a workbook says of its making. A fixed day, the first that a zip archive can name, so that
# the same tables give the same bytes.
_CREATED = datetime.datetime(1980, 1, 1)


@dataclass(frozen=True)
class Cover:
    """The first sheet. intro: what the workbook is. about: version, licence, source and rules."""

    title: str
    intro: tuple[str, ...]
    about: tuple[str, ...]
    licence: str


def as_workbook(found: Sequence[Table], cover: Cover, notes: Mapping[str, str]) -> bytes:
    """Tables as the bytes of a workbook, one table a sheet.

    notes: by key; one of them is "licence", and one "codes" where a table holds codes.

    gptables keeps to the guidance of the Government Analysis Function: every table marked up with
    one row of headings, no merged cells, no blank rows, and no frozen panes, which the guidance
    advises against.
    """
    # They take half a second to import, and only this function needs them.
    import gptables

    from evidence_review.show.downloads.quick_gptables import produce_workbook

    def sheet(one: Table) -> gptables.GPTable:
        told = " Codes in square brackets stand for missing values. $$codes$$" if one.codes else ""
        return gptables.GPTable(
            table=_safe(one),
            table_name=one.name.replace("-", "_"),
            title=one.title,
            instructions=f"This worksheet contains one table. Notes are on the worksheet Notes.{told}",
            legend=[f"{code} {STATUS_MEANINGS[code]}" for code in one.codes],
            source=f"Source: {one.source} $$licence$$",
            table_notes={
                column.heading: f"$${column.note}$$" for column in one.columns if column.note
            },
            index_columns={},
            additional_formatting=[
                {"column": {"columns": headings, "format": style}}
                for kind, style in _STYLES.items()
                if (headings := [column.heading for column in one.columns if column.kind == kind])
            ],
        )

    file = io.BytesIO()
    book = produce_workbook(
        file,
        {one.sheet: sheet(one) for one in found},
        gptables.Cover(title=cover.title, intro=list(cover.intro), about=list(cover.about)),
        pd.DataFrame(notes.items(), columns=["key", "Note"]),
    )
    book.set_properties(
        {
            "title": cover.title,
            "author": "The Evidence Review contributors",
            "comments": f"Version {__version__}. {cover.licence}",
            "created": _CREATED,
        }
    )
    book.close()
    return file.getvalue()


def _safe(one: Table) -> pd.DataFrame:
    """The table under its headings, with no text that a spreadsheet would take for a formula."""
    cells = {
        column.heading: list(map(not_a_formula, one.rows[column.name].tolist()))
        for column in one.columns
    }
    return pd.DataFrame(cells, dtype=object)
