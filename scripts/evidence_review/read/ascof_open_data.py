"""Reads NHS Digital's open data of the Adult Social Care Outcomes Framework, 2014-15 to 2020-21.

One row holds one value: the outcome, numerator, denominator, base (answers) or margin of error of
one measure, area and group. The five files of 2014-15 to 2018-19 come stacked as one CSV; the file
of 2020-21 is a workbook with one sheet and no year. No file of 2019-20 with all its columns was
found (see ascof_extract_2019_20).
"""

from collections import Counter
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.areas import TYPE_CODES
from evidence_review.read.figures import (
    EMPTY_KIND,
    GROUPS,
    NOT_A_GROUP,
    NOT_AN_INDICATOR,
    OTHER_GROUPS,
    WEIGHTED_COUNT,
    Reading,
    cell_name,
    check_columns,
    check_known,
    gather,
    read_csv,
)
from evidence_review.read.measures import BY_CODE, SURVEY
from evidence_review.read.texts import shown
from evidence_review.read.workbooks import Workbook, cell_text, is_packed

_COLUMNS = [
    "Geographical Code",
    "Geographical Level",
    "Disaggregation Level",
    "Measure Type",
    "Measure Value",
    "Measure Group",
    "Measure Group Description",
]
_KINDS = {
    "outcome": "value",
    "margin of error": "margin",
    "base": "base",
    "numerator": "numerator",
    "denominator": "denominator",
}
# Measures that are not indicators of the review, without brackets.
_OTHER_CODES = frozenset({"1E", "1F", "1G", "1H", "2B1", "2B2", "2C1", "2C2", "2C3"})
# In 2017-18 the rows of the two admissions measures name the kind of value in place of a title.
_NO_TITLE = {"", "numerator", "denominator", "outcome"}


def read_years(path: Path, file_id: str) -> Reading:
    """Files of several years, stacked as one CSV that has the year in each row."""
    table = read_csv(path, [*_COLUMNS, "Return Year", "ONS Area Code"])
    return _read(
        table.rename(columns={"Return Year": "year", "ONS Area Code": "ons"}), path, file_id
    )


def read_one_year(path: Path, file_id: str, year: str) -> Reading:
    """The file of one year, which does not say which: a workbook with a sheet `in`, or a CSV."""
    columns = [*_COLUMNS, "ONS Code"]
    table = _sheet(path, columns) if is_packed(path) else read_csv(path, columns)
    return _read(table.rename(columns={"ONS Code": "ons"}).assign(year=year), path, file_id)


def _sheet(path: Path, columns: list[str]) -> pd.DataFrame:
    """These columns of the sheet `in`, every cell as text, and `place`."""
    rows = Workbook(path).rows("in")
    headings = [str(name) for name in rows[0]] if rows else []
    check_columns(headings, columns, f"{path.name}, sheet in")
    at = [headings.index(name) for name in columns]
    value = headings.index("Measure Value")
    cells, at_rows = [], []
    for number, row in enumerate(rows[1:], start=2):
        texts = [cell_text(cell) for cell in row]
        if not any(texts):
            continue
        place = cell_name("in", number, value)
        if not texts[value].strip():
            raise DataError(
                f"{path.name}, {place}: the cell is blank. Expected a number or a mark for a missing"
                " value, such as [x]; are cells merged?"
            )
        cells.append([*(texts[i] for i in at), place])
        at_rows.append(number - 2)
    return pd.DataFrame(cells, at_rows, [*columns, "place"], dtype="str")


def _read(table: pd.DataFrame, path: Path, file_id: str) -> Reading:
    # "1C(2A)" and "1C2A" are one measure. "2A(1)_1415" is the definition of admissions that came
    # with the SALT return in 2014-15 and has stayed, so it is the same measure as "2A(1)".
    code = table["Measure Group"].str.replace(r"[()]|_1415$", "", regex=True)
    kind = table["Measure Type"].str.lower().map(_KINDS)
    for column, texts, known in (
        ("Measure Type", table["Measure Type"].str.lower(), _KINDS),
        ("Disaggregation Level", table["Disaggregation Level"], {*GROUPS, *OTHER_GROUPS}),
        ("Measure Group", code, {*BY_CODE, *_OTHER_CODES}),
    ):
        check_known(texts.set_axis(table["place"]), sorted(known), column, path.name)
    survey = code.map({key: measure.kind == SURVEY for key, measure in BY_CODE.items()})
    reason = pd.Series("", index=table.index)
    reason[(survey == True) & kind.isin(["numerator", "denominator"])] = WEIGHTED_COUNT  # noqa: E712
    reason[(survey == False) & kind.isin(["base", "margin"])] = EMPTY_KIND  # noqa: E712
    reason[~table["Disaggregation Level"].isin(GROUPS)] = NOT_A_GROUP
    reason[~code.isin(BY_CODE)] = NOT_AN_INDICATOR
    used = table[reason == ""].assign(code=code, kind=kind)
    _check_titles(used, path)
    is_type = used["Geographical Level"].str.lower() == "council type"
    long = pd.DataFrame(
        {
            "indicator_id": used["code"].map({k: m.indicator_id for k, m in BY_CODE.items()}),
            "area_code": used["ons"].mask(is_type, used["Geographical Code"].map(TYPE_CODES)),
            "year": used["year"],
            "group": used["Disaggregation Level"].map(GROUPS),
            "kind": used["kind"],
            "text": used["Measure Value"],
            "place": used["place"],
        }
    )
    left_out = Counter(reason[reason != ""].tolist())
    return Reading(file_id, len(table), gather(long, file_id, path.name), left_out)


def _check_titles(used: pd.DataFrame, path: Path) -> None:
    """A code is only taken at its word when the title beside it says the same."""
    titles = used[["code", "Measure Group Description"]].drop_duplicates()
    for row, code, title in titles.itertuples():
        if title.lower() not in _NO_TITLE and not BY_CODE[code].fits(title):
            raise DataError(
                f"{path.name}, row {row + 2}, column “Measure Group Description”: the title"
                f" {shown(title)} does not fit measure {code}. Expected the words"
                f" “{BY_CODE[code].words}”; the code may mean something else in this file."
            )
