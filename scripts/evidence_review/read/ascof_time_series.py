"""Reads DHSC's time series of the Adult Social Care Outcomes Framework (the 2024-25 workbook).

One sheet holds one measure: areas down, and across, for each year, two or three values. Above the
table stand a title and notes, whose number differs from sheet to sheet.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from evidence_review.errors import DataError
from evidence_review.read.areas import ABOLISHED, TYPE_CODES
from evidence_review.read.figures import KEY, NOT_AN_INDICATOR, Reading, gather
from evidence_review.read.measures import BY_SHEET, SURVEY, YEARS, Measure

_HEADINGS = ["Local authority code", "Local authority", "ONS area code"]
_YEAR_COLUMN = re.compile(r"(20\d\d) to (20\d\d) - (.+)")
_SURVEY_KINDS = {
    "margin of error": "margin",
    "number of respondents": "base",
    "outcome": "value",
}
_COUNTED_KINDS = {"numerator": "numerator", "denominator": "denominator", "outcome": "value"}
_RATING_KINDS = {f"6b {kind}": name for kind, name in _COUNTED_KINDS.items()}

# "7.7 (7.6)": in 2016-17 the carers' survey took in more carers. The official figure stands
# outside the brackets, the one for the carers of before inside.
_BRACKETED = re.compile(r"(\S+) \(\S+\)")
_BRACKET_YEAR = "2016-17"

PARTS_OF_RATING = "the parts of the rating (outstanding, good, other, not yet rated)"
DISTRICT_ROW = "the row “District”, which is not a type of council with social services"
PRINTED_TWICE = "today's Dorset printed a second time, under the code of the former county"


def read(path: Path, file_id: str) -> Reading:
    """All measures of the time series that are indicators of the review. Totals only."""
    book = CalamineWorkbook.from_path(path)
    missing = [sheet for sheet in BY_SHEET if sheet not in book.sheet_names]
    if missing:
        raise DataError(
            f"{path.name}: no sheet “{missing[0]}”. Expected one for each measure; found"
            f" {', '.join(book.sheet_names)}."
        )
    left_out: Counter[str] = Counter()
    parts, rows_read = [], 0
    for sheet in book.sheet_names:
        if not sheet.startswith("Table_"):
            continue
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        head = _heading_row(cells, f"{path.name}, sheet {sheet}")
        count = (len(cells) - head - 1) * (len(cells[head]) - len(_HEADINGS))
        rows_read += count
        if sheet in BY_SHEET:
            parts.append(_read_sheet(cells, head, BY_SHEET[sheet], path, left_out))
        else:
            left_out[NOT_AN_INDICATOR] += count
    figures = gather(pd.concat(parts, ignore_index=True), file_id, path.name)
    return _mend(Reading(file_id, rows_read, figures, left_out))


def _heading_row(cells: Sequence[Sequence[object]], place: str) -> int:
    for number, row in enumerate(cells):
        if list(row[:3]) == _HEADINGS:
            return number
    raise DataError(
        f"{place}: no row of headings. Expected one that starts {', '.join(_HEADINGS)}."
    )


def _read_sheet(
    cells: Sequence[Sequence[object]],
    head: int,
    measure: Measure,
    path: Path,
    left_out: Counter[str],
) -> pd.DataFrame:
    place = f"{path.name}, sheet {measure.sheet}"
    if not measure.fits(str(cells[0][0])):
        raise DataError(
            f"{place}, row 1: the title “{cells[0][0]}” does not fit {measure.indicator_id}."
            f" Expected the words “{measure.words}”."
        )
    kinds = _SURVEY_KINDS if measure.kind == SURVEY else _COUNTED_KINDS
    if measure.indicator_id == "providers-good":
        kinds = _RATING_KINDS
    columns: list[tuple[int, str, str]] = []
    for position, heading in enumerate(cells[head][3:], start=3):
        match = _YEAR_COLUMN.fullmatch(str(heading))
        year = f"{match[1]}-{match[2][2:]}" if match else ""
        if match is None or year not in YEARS:
            raise DataError(
                f"{place}, row {head + 1}, column “{heading}”: expected a year and a value, as in"
                " “2024 to 2025 - outcome”."
            )
        columns.append((position, year, kinds.get(match[3].strip(), "")))
    if not {kind for _, _, kind in columns} >= set(kinds.values()):
        raise DataError(f"{place}, row {head + 1}: expected columns for {', '.join(kinds)}.")
    records = []
    for row in cells[head + 1 :]:
        letter, _, ons = (str(cell) for cell in row[:3])
        if letter == "D":
            left_out[DISTRICT_ROW] += len(columns)
            continue
        area = TYPE_CODES.get(letter, ons)
        for position, year, kind in columns:
            if kind:
                text = _cell_text(row[position], year)
                records.append((measure.indicator_id, area, year, "total", kind, text))
            else:
                left_out[PARTS_OF_RATING] += 1
    return pd.DataFrame(records, columns=[*KEY, "kind", "text"])


def _cell_text(cell: object, year: str) -> str:
    if isinstance(cell, float):
        # Ten digits are more than is printed, and drop the tail of 20.200000000000003.
        return f"{cell:.10g}"
    bracketed = _BRACKETED.fullmatch(str(cell))
    return bracketed[1] if bracketed and year == _BRACKET_YEAR else str(cell)


def _mend(reading: Reading) -> Reading:
    """Mend two faults of the workbook: Dorset's code, and zeros where nobody answered."""
    figures = reading.figures
    # The 2024-25 values of Dorset stand under the former county's code: beside today's code in
    # the survey sheets, in its place in the sheet of ratings.
    late = (figures["area_code"] == "E10000009") & (figures["year"] > ABOLISHED["E10000009"][1])
    figures.loc[late, "area_code"] = "E06000059"
    reading.drop(late & figures.duplicated(KEY, keep=False), PRINTED_TWICE)
    # City of London and Isles of Scilly, adjusted score of 2019-20: 0 from 0 answers is no figure.
    figures = reading.figures.copy()
    nobody = (figures["base"] == 0) & (figures["value"] == 0)
    figures.loc[nobody, ["value", "margin", "base"]] = float("nan")
    figures.loc[nobody, "status"] = "[x]"
    reading.figures = figures
    return reading
