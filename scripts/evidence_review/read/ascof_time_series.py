"""Reads DHSC's time series of the Adult Social Care Outcomes Framework (its workbook).

One sheet holds one measure: areas down, and across, for each year, two or three values. Above the
table stand a title and notes, whose number differs from sheet to sheet.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.areas import ABOLISHED, TYPE_CODES
from evidence_review.read.figures import KEY, NOT_AN_INDICATOR, Reading, cell_name, gather, is_value
from evidence_review.read.measures import BY_SHEET, SURVEY, Measure
from evidence_review.read.texts import shown
from evidence_review.read.workbooks import Cells, Workbook, cell_text
from evidence_review.read.years import readable_years

_HEADINGS = ["Local authority code", "Local authority", "ONS area code"]
_YEAR_COLUMN = re.compile(r"(20\d\d) to (20\d\d) - (.+)")
_SURVEY_KINDS = {
    "margin of error": "margin",
    "number of respondents": "base",
    "outcome": "value",
}
_COUNTED_KINDS = {"numerator": "numerator", "denominator": "denominator", "outcome": "value"}
_RATING_KINDS = {f"6b {kind}": name for kind, name in _COUNTED_KINDS.items()}
_RATING_PARTS = frozenset(
    f"{part} {kind}"
    for part in ("outstanding", "good", "other", "not yet rated")
    for kind in _COUNTED_KINDS
)
_FRONT_SHEETS = frozenset({"Cover", "Contents", "Comparability_over_time_log", "Notes"})
# Sheets of measures that are not indicators of the review.
_OTHER_SHEETS = frozenset(
    {"Table_2d(1)", "Table_2d(2)", "Table_2e(1)", "Table_2e(2a)", "Table_2e(2b)"}
    | {"Table_4b", "Table_6a"}
)

# "7.7 (7.6)": in 2016-17 the carers' survey took in more carers. The official figure stands
# outside the brackets, the one for the carers of before inside.
_BRACKETED = re.compile(r"(\S+) \((\S+)\)")
_BRACKET_YEAR = "2016-17"

PARTS_OF_RATING = "the parts of the rating (outstanding, good, other, not yet rated)"
DISTRICT_ROW = "the row “District”, which is not a type of council with social services"
PRINTED_TWICE = "today's Dorset printed a second time, under the code of the former county"


def read(path: Path, file_id: str) -> Reading:
    """All measures of the time series that are indicators of the review. Totals only."""
    book = Workbook(path)
    unknown = set(book.sheets) - set(BY_SHEET) - _FRONT_SHEETS - _OTHER_SHEETS
    if unknown:
        raise DataError(
            f"{path.name}: the sheet {shown(sorted(unknown)[0])} is not known. Expected the sheets"
            f" {', '.join(BY_SHEET)}; a new one has to be added in"
            " scripts/evidence_review/read/ascof_time_series.py."
        )
    left_out: Counter[str] = Counter()
    parts, rows_read = [], 0
    for sheet in [*BY_SHEET, *sorted(_OTHER_SHEETS & set(book.sheets))]:
        cells = book.rows(sheet)
        head = _heading_row(cells, f"{path.name}, sheet {sheet}")
        filled = sum(not _is_blank(row) for row in cells[head + 1 :])
        count = filled * (len(cells[head]) - len(_HEADINGS))
        rows_read += count
        if sheet in BY_SHEET:
            parts.append(_read_sheet(cells, head, BY_SHEET[sheet], path, left_out))
        else:
            left_out[NOT_AN_INDICATOR] += count
    figures = gather(pd.concat(parts, ignore_index=True), file_id, path.name)
    return _mend(Reading(file_id, rows_read, figures, left_out))


def _is_blank(row: Sequence[object]) -> bool:
    return not any(str(cell).strip() for cell in row)


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
            f"{place}, row 1: the title {shown(cells[0][0])} does not fit {measure.indicator_id}."
            f" Expected the words “{measure.words}”."
        )
    columns = _columns(cells[head], measure, f"{place}, row {head + 1}")
    records = []
    for number, row in enumerate(cells[head + 1 :], start=head + 2):
        if _is_blank(row):
            continue
        letter, name, ons = (str(cell) for cell in row[:3])
        if (letter, name) == ("D", "District"):
            left_out[DISTRICT_ROW] += len(columns)
            continue
        area = TYPE_CODES.get(letter, ons)
        for position, year, kind in columns:
            cell = cell_name(measure.sheet, number, position)
            if str(row[position]).strip() == "":
                raise DataError(
                    f"{path.name}, {cell}: the cell is blank. Expected a number or a mark for a"
                    " missing value, such as [x]; are cells merged, or is this row a note?"
                )
            if kind:
                bracketed = year == _BRACKET_YEAR and measure.indicator_id.startswith("carer-")
                text = _cell_text(row[position], bracketed)
                records.append((measure.indicator_id, area, year, "total", kind, text, cell))
            else:
                left_out[PARTS_OF_RATING] += 1
    return pd.DataFrame(records, columns=[*KEY, "kind", "text", "place"])


def _columns(
    headings: Sequence[object], measure: Measure, place: str
) -> list[tuple[int, str, str]]:
    """For each column of values: its position, year and kind; a blank kind for parts of a rating."""
    kinds = _SURVEY_KINDS if measure.kind == SURVEY else _COUNTED_KINDS
    parts: frozenset[str] = frozenset()
    if measure.indicator_id == "providers-good":
        kinds, parts = _RATING_KINDS, _RATING_PARTS
    columns: list[tuple[int, str, str]] = []
    seen: set[tuple[str, str]] = set()
    years = readable_years()
    for position, heading in enumerate(headings[3:], start=3):
        match = _YEAR_COLUMN.fullmatch(str(heading))
        year = f"{match[1]}-{match[2][2:]}" if match else ""
        kind = match[3].strip() if match else ""
        if year not in years or kind not in {*kinds, *parts} or (year, kind) in seen:
            raise DataError(
                f"{place}, column {shown(heading)}: expected a year and a value, as in"
                f" “2024 to 2025 - outcome”, each once. Expected the values {', '.join(kinds)}."
            )
        seen.add((year, kind))
        columns.append((position, year, kinds.get(kind, "")))
    for year in sorted({year for _, year, _ in columns}):
        here = sorted(kind for _, of, kind in columns if of == year and kind)
        if here != sorted(kinds.values()):
            raise DataError(
                f"{place}: the columns of {year} are not complete. Expected {', '.join(kinds)}."
            )
    if not columns:
        raise DataError(f"{place}: no column of values. Expected {', '.join(kinds)} of each year.")
    return columns


def _cell_text(cell: object, bracketed: bool) -> str:
    text = cell_text(cell)
    found = _BRACKETED.fullmatch(text) if bracketed else None
    return found[1] if found and all(map(is_value, found.groups())) else text


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


def about(path: Path, years: Iterable[str]) -> tuple[str, list[str]]:
    """The title of a workbook, and what its log of changes, for the measures of the review, and its
    notes say of some years.

    Returns (title, remarks): a remark names the measure or the note, and the year.
    """
    book = Workbook(path)
    title = next((str(row[0]).strip() for row in _front(book, "Cover") if row), "")
    sheets = {sheet.lower() for sheet in BY_SHEET}
    remarks = []
    for year in sorted(years):
        words = f"{year[:4]} to 20{year[5:]}"
        for row in _front(book, "Comparability_over_time_log"):
            ours = f"table_{row[0]}".lower() in sheets if row else False
            if ours and len(row) > 3 and str(row[2]).strip() == words:
                remarks.append(f"Comparability log, {row[0]}: {_line(row[3])}")
        for row in _front(book, "Notes"):
            if len(row) > 1 and words in str(row[1]):
                remarks.append(f"Notes, {row[0]}: {_line(row[1])}")
    return title, remarks


def _front(book: Workbook, sheet: str) -> Cells:
    return book.rows(sheet) if sheet in book.sheets else []


def _line(cell: object) -> str:
    return " ".join(str(cell).split())
