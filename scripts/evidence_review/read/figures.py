"""The shape that every publisher's file is brought into, and the steps that all share."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError

KEY = ["indicator_id", "area_code", "year", "group"]
GROUPS = {
    "Total": "total",
    "18-64": "18-64",
    "65 and over": "65-plus",
    "Female": "female",
    "Male": "male",
}

NOT_AN_INDICATOR = "a measure that is not one of the review's indicators"
NOT_A_GROUP = "an age band that does not fit 18 to 64 or 65 and over"
WEIGHTED_COUNT = "a weighted count of a survey, which is no count of answers"
EMPTY_KIND = "a margin or number of answers for a measure that is counted, not surveyed"

# The publishers' marks for a missing value. Blank, ":" and "[x]" all mean "not available".
MISSING_MARKS = {
    "": "[x]", ":": "[x]", "[x]": "[x]", "x": "[x]", "c": "[c]", "[c]": "[c]", "[z]": "[z]",
}  # fmt: skip
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass
class Reading:
    """What was read from one file.

    figures: one row per figure, with KEY, `value`, `margin`, `lower`, `upper`, `base`,
        `numerator`, `denominator` (numbers, NaN where missing), `status` (why `value` is missing,
        or a remark on it; else blank), `rows` (raw rows that made the figure) and `file_id`.
    rows_read: raw rows in the file. left_out: rows by the reason for which they were left out.
    rows_read always equals the sum of `left_out` and of `figures["rows"]`.
    """

    file_id: str
    rows_read: int
    figures: pd.DataFrame
    left_out: Counter[str] = field(default_factory=Counter)

    def drop(self, doomed: pd.Series, reason: str) -> None:
        """Leave out the figures that `doomed` (one boolean per figure) marks, and count them."""
        if doomed.any():
            self.left_out[reason] += int(self.figures.loc[doomed, "rows"].sum())
            self.figures = self.figures[~doomed]


def check_columns(found: Iterable[object], expected: Iterable[str], place: str) -> None:
    """Raise DataError when a column that is needed is not there."""
    here = [str(name) for name in found]
    for name in expected:
        if name not in here:
            raise DataError(
                f"{place}, column “{name}”: not found. Expected it among the headings;"
                f" found {', '.join(here[:12])}. Is this the file that data/indicators/files.csv lists?"
            )


def parse_numbers(texts: pd.Series, place: str) -> tuple[pd.Series, pd.Series]:
    """Split raw texts into numbers and statuses.

    Returns (numbers, statuses): NaN where a text is a mark, and "" where it is a number.
    Raises DataError for a text that is neither, naming the file and the row of the table.
    """
    clean = texts.str.strip().str.replace(",", "")
    is_number = clean.str.fullmatch(_NUMBER)
    statuses = clean.str.lower().map(MISSING_MARKS)
    strange = ~is_number & statuses.isna()
    if strange.any():
        first = int(strange.to_numpy().argmax())
        marks = ", ".join(filter(None, MISSING_MARKS))
        raise DataError(
            f"{place}, {', '.join(texts.index[first])}: “{texts.iloc[first]}” is neither a number nor a mark"
            f" for a missing value. Expected a number or one of {marks}."
        )
    return pd.to_numeric(clean.where(is_number)), statuses.where(~is_number, "")


def gather(long: pd.DataFrame, file_id: str, place: str) -> pd.DataFrame:
    """Bring rows of one value each into rows of one figure each.

    long: KEY, `kind` (value, margin, lower, upper, base, numerator, denominator) and `text`.
    Returns the `figures` of a Reading. Raises DataError when the file gives one thing twice or
    holds a text that is no number and no known mark.
    """
    twice = long.duplicated([*KEY, "kind"])
    if twice.any():
        row = long[twice].iloc[0]
        raise DataError(
            f"{place}: {row['indicator_id']}, {row['area_code']}, {row['year']}, {row['group']} has"
            f" two rows for its {row['kind']}. Expected one; remove the row that is not wanted."
        )
    texts = long.set_index([*KEY, "kind"])["text"]
    numbers, statuses = parse_numbers(texts, place)
    wide = numbers.unstack("kind")
    for kind in ("value", "margin", "lower", "upper", "base", "numerator", "denominator"):
        if kind not in wide:
            wide[kind] = float("nan")
    wide["status"] = statuses.unstack("kind")["value"].fillna("[x]")
    wide["rows"] = long.groupby(KEY).size()
    return wide.reset_index().assign(file_id=file_id)


def first_row(mask: pd.Series) -> int:
    """The label of the first row that `mask` marks, for tables labelled by number."""
    return int(mask.index.to_numpy()[mask.to_numpy().argmax()])


def read_csv(path: Path, columns: Iterable[str]) -> pd.DataFrame:
    """A publisher's CSV with every cell as text. Raises DataError when a column is missing."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    check_columns(table.columns, columns, path.name)
    return table
