"""An invented council: what a real one has in the review's tables, kept in a folder of its own.

It serves to try a report on, and to test with. A council's real folder holds neither file.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.contract import load_file
from evidence_review.read.own.files import expanded, is_file
from evidence_review.read.rules import AREA_COLUMNS, figure_checks, unlike_areas
from evidence_review.read.tables import Tables
from evidence_review.read.texts import shown

# Codes of the Office for National Statistics begin with the letter of a country.
INVENTED = "X"
FILE_ID = "invented"  # no publisher's file holds these figures
_MOST = 20  # rows that are named for one fault

Problem = tuple[int, str, str]  # row, column, what is wrong and what to do


def invented_council(folder: str | Path) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """The invented council in `folder`: its row of councils, and its figures; None for none.

    council.csv and figures.csv have the columns of data/councils.csv and
    data/indicators/figures.csv. Raises DataError, one line for each fault, when they do not, when
    what they hold breaks a rule of those tables, when a file is a link, or when it could be a real
    council's.
    """
    council, figures = (expanded(folder) / name for name in ("council.csv", "figures.csv"))
    if not is_file(council):
        return None
    is_file(figures)  # refuses a link; one that is missing is named below
    # The code of an invented council has a form of its own, which is looked at below.
    rows, held = (
        load_file(name, path, free="area_code")
        for name, path in (("councils", council), ("figures", figures))
    )
    if len(rows) != 1:
        raise DataError(f"{council}: {len(rows)} rows. Expected one, of the one council.")
    tables = Tables()
    said = [
        f"{path}, row {row + 2}, column “{column}”: {words}"
        for path, problems in (
            (council, _council_problems(rows, tables)),
            (figures, _figure_problems(held, str(rows.at[0, "area_code"]), tables)),
        )
        for row, column, words in problems
    ]
    if said:
        raise DataError("\n".join(said))
    return rows, held


def _council_problems(council: pd.DataFrame, tables: Tables) -> Iterator[Problem]:
    """What is wrong with the one row of council.csv."""
    real, areas = tables.councils, tables.areas
    yield from _real_codes(council)
    places = tables.council_places["place"]
    for column, taken in (
        ("council_code", real["council_code"]),
        ("name", pd.concat([real["name"], areas["name"], places])),
        ("slug", real["slug"]),
    ):
        own = str(council.at[0, column])
        if own.casefold() in set(taken.str.casefold()):
            words = f"{shown(own)} is that of a real place. Expected one that no place has, as in"
            yield 0, column, f"{words} data/local/norwick."
    for column in (code for code, _, _ in AREA_COLUMNS):
        yield from _unknown(council[column], areas["area_code"], "data/areas.csv")
    yield from unlike_areas(council, areas, AREA_COLUMNS)
    for code in filter(None, str(council.at[0, "predecessors"]).split(";")):
        if code not in set(areas["area_code"]):
            words = f"{shown(code)} is not in data/areas.csv. Expected codes that stand there,"
            yield 0, "predecessors", f"{words} joined by semicolons, or blank."


def _figure_problems(figures: pd.DataFrame, own: str, tables: Tables) -> Iterator[Problem]:
    """What is wrong with figures.csv, of the council whose code is `own`."""
    yield from _real_codes(figures)
    invented = figures["area_code"][figures["area_code"].str.startswith(INVENTED)]
    yield from _unknown(invented, [own], "council.csv")
    for column, known, place in (
        ("indicator_id", tables.indicators["indicator_id"], "data/framework/indicators.csv"),
        ("basis_id", tables.bases["basis_id"], "data/indicators/bases.csv"),
    ):
        yield from _unknown(figures[column], known, place)
    for row, value in _strangers(figures["file_id"], [FILE_ID]):
        words = f"{shown(value)} is a file that does not hold these figures. Expected {FILE_ID}."
        yield row, "file_id", words
    known_basis = figures["basis_id"].isin(tables.bases["basis_id"])
    for column, wrong, words in figure_checks(figures, tables.bases):
        # Of an id that is not known it was said above.
        wrong = wrong & known_basis if column == "basis_id" else wrong
        for row in figures.index[wrong][:_MOST]:
            found = "" if pd.isna(figures.at[row, column]) else str(figures.at[row, column])
            yield row, column, f"{shown(found)}: {words}." if found else f"{words}."


def _real_codes(table: pd.DataFrame) -> Iterator[Problem]:
    codes = table["area_code"]
    for row, code in _strangers(codes, set(codes[codes.str.startswith(INVENTED)])):
        words = (
            f"{shown(code)} may be a real area. Expected a code that begins with {INVENTED}, as"
            " only an invented council has figures of its own. Real councils need neither"
            " council.csv nor figures.csv: remove them."
        )
        yield row, "area_code", words


def _unknown(cells: pd.Series, known: Iterable[str], place: str) -> Iterator[Problem]:
    for row, value in _strangers(cells, known):
        words = f"{shown(value)} is not in {place}. Expected what stands there."
        yield row, str(cells.name), words


def _strangers(cells: pd.Series, known: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each value that is not known, once, with the first row that holds it."""
    for row, value in cells[~cells.isin(set(known))].drop_duplicates().items():
        yield int(str(row)), str(value)
