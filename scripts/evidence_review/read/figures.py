"""The shape that every publisher's file is brought into, and the steps that all share."""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.measures import BY_ID
from evidence_review.read.texts import shown, strict_rows
from evidence_review.read.years import readable_years

KEY = ["indicator_id", "area_code", "year", "group"]
GROUPS = {
    "Total": "total",
    "18-64": "18-64",
    "65 and over": "65-plus",
    "Female": "female",
    "Male": "male",
}
# Age bands that the review does not use.
OTHER_GROUPS = frozenset({"64 and under", "65-74", "65-84", "75-84", "85 and over"})

NOT_AN_INDICATOR = "a measure that is not one of the review's indicators"
NOT_A_GROUP = "an age band that does not fit 18 to 64 or 65 and over"
WEIGHTED_COUNT = "a weighted count of a survey, which is no count of answers"
EMPTY_KIND = "a margin or number of answers for a measure that is counted, not surveyed"

# The publishers' marks for a missing value. Blank, ":" and "[x]" all mean "not available".
MISSING_MARKS = {
    "": "[x]", ":": "[x]", "[x]": "[x]", "x": "[x]", "c": "[c]", "[c]": "[c]", "[z]": "[z]",
}  # fmt: skip
# A comma only between thousands: "12,3" is no number, and certainly not 123.
_NUMBER = re.compile(r"-?([0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3})(\.[0-9]{1,10})?")
_AREA = re.compile(r"[A-Z][0-9]{8}|type-[a-z-]+")
_FETCH = "Fetch it again from where data/indicators/files.csv says."
GZIP = b"\x1f\x8b"  # how such a file begins


@dataclass
class Reading:
    """What was read from one file.

    figures: one row per figure, with KEY, `value`, `margin`, `lower`, `upper`, `base`,
        `numerator`, `denominator` (numbers, NaN where missing), `status` (why `value` is missing,
        or a remark on it; else blank), `place` (where in the file the value, or the mark for its
        absence, stands), `rows` (raw rows that made the figure) and `file_id`.
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
    """Raise DataError when a column that is needed is not there, or is there twice."""
    here = [str(name) for name in found]
    for name in expected:
        if (count := here.count(name)) != 1:
            what = "stands there twice" if count else "not found"
            raise DataError(
                f"{place}, column “{name}”: {what}. Expected it once among the headings; found"
                f" {', '.join(map(shown, here[:12]))}. Is this the file that"
                " data/indicators/files.csv lists?"
            )


def check_known(texts: pd.Series, known: Collection[str], column: str, place: str) -> None:
    """Raise DataError for the first text that is not known, so that no row is lost to a typing
    slip or to a new code.

    texts: the cells of a column, by the place where they stand.
    """
    strange = ~texts.isin(known)
    if strange.any():
        first = int(strange.to_numpy().argmax())
        raise DataError(
            f"{place}, {texts.index[first]}, column “{column}”: {shown(texts.iloc[first])} is not"
            f" known. Expected one of {', '.join(filter(None, known))}. Mend the cell; a new one has"
            " to be added in scripts/evidence_review/read."
        )


def is_value(text: str) -> bool:
    """Whether a text is a number or a mark for a missing value."""
    return bool(_NUMBER.fullmatch(text)) or text.lower() in MISSING_MARKS


def parse_numbers(texts: pd.Series, places: pd.Series, file: str) -> tuple[pd.Series, pd.Series]:
    """Split raw texts into numbers and statuses.

    places: where in the file each text stands.
    Returns (numbers, statuses): NaN where a text is a mark, and "" where it is a number.
    Raises DataError for a text that is neither, naming the file and the place.
    """
    clean = texts.str.strip()
    is_number = clean.str.fullmatch(_NUMBER)
    statuses = clean.str.lower().map(MISSING_MARKS)
    strange = ~is_number & statuses.isna()
    if strange.any():
        first = int(strange.to_numpy().argmax())
        marks = ", ".join(filter(None, MISSING_MARKS))
        raise DataError(
            f"{file}, {places.iloc[first]} ({', '.join(texts.index[first])}):"
            f" {shown(texts.iloc[first])} is neither a number nor a mark for a missing value."
            f" Expected a number or one of {marks}."
        )
    numbers = pd.to_numeric(clean.where(is_number).str.replace(",", ""))
    return numbers, statuses.where(~is_number, "")


def gather(long: pd.DataFrame, file_id: str, file: str) -> pd.DataFrame:
    """Bring rows of one value each into rows of one figure each.

    long: KEY, `kind` (value, margin, lower, upper, base, numerator, denominator), `text` and
        `place` (where in the file the text stands).
    Returns the `figures` of a Reading. Raises DataError when the file gives one thing twice, holds
    a text that is no number and no known mark, or a number that its measure cannot take.
    """
    _check_keys(long, file)
    twice = long.duplicated([*KEY, "kind"])
    if twice.any():
        row = long[twice].iloc[0]
        raise DataError(
            f"{file}, {row['place']}: {row['indicator_id']}, {row['area_code']}, {row['year']},"
            f" {row['group']} has two rows for its {row['kind']}. Expected one; remove the row that"
            " is not wanted."
        )
    cells = long.set_index([*KEY, "kind"])
    numbers, statuses = parse_numbers(cells["text"], cells["place"], file)
    _check_scales(numbers, cells["place"], file)
    wide = numbers.unstack("kind")
    for kind in ("value", "margin", "lower", "upper", "base", "numerator", "denominator"):
        if kind not in wide:
            wide[kind] = float("nan")
    without = wide.index.difference(cells.xs("value", level="kind").index)
    if len(without):
        key = ", ".join(without[0])
        places = cells.sort_index().loc[without[0], "place"]
        raise DataError(
            f"{file}, {places.iloc[0]} ({key}): a count or margin without its figure. Expected a row"
            " for the outcome too, with a number or a mark for a missing value."
        )
    wide["status"] = statuses.unstack("kind")["value"]
    wide["place"] = cells["place"].xs("value", level="kind")
    wide["rows"] = long.groupby(KEY).size()
    return wide.reset_index().assign(file_id=file_id)


def _check_keys(long: pd.DataFrame, file: str) -> None:
    """Raise DataError for a row whose area, year or group cannot be."""
    if long.empty:
        raise DataError(f"{file}: no row has a figure of the review. Expected some. {_FETCH}")
    areas, years = long["area_code"], readable_years()
    for column, wrong, expected in (
        ("area", ~areas.str.fullmatch(_AREA).fillna(False).astype(bool), "a code like E09000007"),
        ("year", ~long["year"].isin(years), f"a year from {years[0]} to {years[-1]}"),
        ("group", ~long["group"].isin(GROUPS.values()), f"one of {', '.join(GROUPS)}"),
    ):
        if wrong.any():
            row = long[wrong].iloc[0]
            text = row[{"area": "area_code"}.get(column, column)]
            raise DataError(
                f"{file}, {row['place']}: {shown('' if pd.isna(text) else text)} is not the {column}"
                f" of a figure. Expected {expected}. Mend the row or remove it."
            )


def _check_scales(numbers: pd.Series, places: pd.Series, file: str) -> None:
    """Raise DataError for a value off the scale of its measure, a count that is negative or not
    whole, and limits on the wrong side."""
    kind = numbers.index.get_level_values("kind")
    scales = {name: measure.scale for name, measure in BY_ID.items()}
    scale = [scales[str(name)] for name in numbers.index.get_level_values("indicator_id")]
    low, high = (pd.Series([pair[end] for pair in scale], numbers.index) for end in (0, 1))
    on_scale = kind.isin(["value", "lower", "upper"])
    count = kind.isin(["base", "numerator", "denominator"])
    off = on_scale & ((numbers < low) | (numbers > high))
    off |= count & ((numbers < 0) | (numbers % 1 > 0)) | (kind == "margin") & (numbers < 0)
    words = "cannot be. Expected a {} of its measure, {}"
    if off.any():
        first = int(off.to_numpy().argmax())
        span = f"from {low.iloc[first]:g} to {high.iloc[first]:g}"
        span = span if on_scale[first] else "0 or more, and whole if it is a count"
        what = words.format(kind[first], span)
    else:
        wide = numbers.unstack("kind")
        pairs = (("lower", "value"), ("value", "upper"), ("numerator", "denominator"))
        for less, more in pairs:
            if less in wide and more in wide and (above := wide[less] > wide[more]).any():
                key = above.index[int(above.to_numpy().argmax())]
                first = numbers.index.get_loc((*key, less))
                what = (
                    f"is above the {more}, {wide.at[key, more]:g}. Expected a {less} at or below it"
                )
                break
        else:
            return
    raise DataError(
        f"{file}, {places.iloc[first]} ({', '.join(numbers.index[first])}): {numbers.iloc[first]:g}"
        f" {what}. Mend the file, or fetch it again."
    )


def cell_name(sheet: str, row: int, column: int) -> str:
    """The place of a workbook's cell in words. row: as a spreadsheet counts; column: from 0."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"sheet {sheet}, cell {letters}{row}"


def first_row(mask: pd.Series) -> int:
    """The label of the first row that `mask` marks, for tables labelled by number."""
    return int(mask.index.to_numpy()[mask.to_numpy().argmax()])


def read_csv(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """These columns of a publisher's CSV, every cell as text, and `place`: the line on which each
    row begins. A row's label is its line less 2, so that the first one is 0. A gzip file is
    unpacked.

    Rows that hold nothing are no rows. Raises DataError when a column is missing or a row has not
    as many cells as there are headings.
    """

    def refused(line: int, what: str) -> DataError:
        return DataError(f"{path.name}, line {line}: {what}")

    rows = strict_rows(_text(path), refused)
    _, headings = next(rows, (1, []))
    check_columns(headings, columns, path.name)
    cells: list[list[str]] = []
    starts: list[int] = []
    for line, row in rows:
        if not row[0] and not any(cell.strip() for cell in row):
            continue
        if len(row) != len(headings):
            raise refused(
                line,
                f"found {len(row)} cells. Expected {len(headings)}, one for each column; is there a"
                " comma too many or too few, or is the file cut off?",
            )
        cells.append(row)
        starts.append(line)
    by_column = dict(zip(headings, zip(*cells, strict=True), strict=False))
    table = pd.DataFrame(
        {name: pd.array(by_column.get(name, ()), dtype="str") for name in columns},
        index=[line - 2 for line in starts],
    )
    return table.assign(place=[f"line {line}" for line in starts])


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        packed = path.suffix == ".gz" or content.startswith(GZIP)
        return (gzip.decompress(content) if packed else content).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path.name}: not in UTF-8. Expected text in UTF-8. {_FETCH}") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataError(
            f"{path.name}: damaged, cut off or not packed. Expected a whole gzip file. {_FETCH}"
        ) from None
    except OSError as error:
        raise DataError(
            f"{path.name}: cannot be read ({error.strerror}). Expected a file that you may open."
        ) from None
