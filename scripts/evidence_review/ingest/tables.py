"""The tables that an ingest makes, out of what was read: shared by a rebuild and a new release."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from evidence_review.analyse.combine import (
    COLUMNS,
    Overlap,
    add_absent,
    choose,
    drop_empty_years,
    drop_uncorrected,
    finish,
    settle_areas,
    supersede,
)
from evidence_review.read.contract import load_table
from evidence_review.read.figures import KEY, Reading
from evidence_review.read.raw_files import RawFile

# The place of a row that was added for a figure that the file leaves out without a mark.
NOT_IN_THE_FILE = "not in the file"


@dataclass(frozen=True)
class Combined:
    """One table of figures out of several readings.

    figures: data/indicators/figures.csv. places: places.csv, row by row. added: how many rows were
    added for councils that a file leaves out. overlap: figures that two files share.
    """

    figures: pd.DataFrame = field(repr=False)
    places: pd.DataFrame = field(repr=False)
    added: int
    overlap: Overlap = field(repr=False)


def combine(
    readings: list[Reading],
    areas: pd.DataFrame,
    files: list[RawFile],
    held: list[Reading] | None = None,
) -> Combined:
    """One table out of what was read from files, and of what the tables hold already.

    readings: of files. held: of the tables (see `held_readings`); their intervals and marks stay as
    they are. areas: data/areas.csv. files: for the years in which they were published. Changes the
    readings. Raises DataError for an area code that is not known.
    """
    held = held or []
    every = [*readings, *held]
    for reading in readings:
        settle_areas(reading, areas)
        drop_uncorrected(reading)
    supersede(every, {file.file_id: file.published for file in files})
    overlap = choose(every)
    drop_empty_years(every, areas.loc[areas["level"] == "council", "area_code"])
    used = pd.concat([reading.figures for reading in every], ignore_index=True)
    added = add_absent(used, areas)
    read = pd.concat([*(one.figures for one in readings), added], ignore_index=True)
    fresh = finish(read.reindex(columns=used.columns))
    parts = [fresh, *(one.figures[COLUMNS] for one in held)]
    figures = pd.concat([part for part in parts if len(part)], ignore_index=True)
    figures = figures.sort_values(KEY).reset_index(drop=True)
    return Combined(figures, places_table(figures, used), len(added), overlap)


def held_readings(data: Path, but: str = "") -> list[Reading]:
    """What the tables of a data folder hold, as it was read from each file.

    but: id of a file that is left out. Rows that were added for councils which a file leaves out
    are left out too: they are worked out anew.
    """
    figures = load_table("figures", data).astype({"base": "float64", "numerator": "float64"})
    places = load_table("places", data)["place"]
    figures = figures.assign(place=places.to_numpy(), rows=1, margin=float("nan"))
    figures = figures[places.ne(NOT_IN_THE_FILE) & figures["file_id"].ne(but)]
    return [
        Reading(str(file_id), len(part), part.assign(denominator=part["base"]))
        for file_id, part in figures.groupby("file_id")
    ]


def places_table(figures: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """data/indicators/places.csv: where in its file each figure stands, row by row as in `figures`.

    used: the `figures` of the readings. A row that was added for a figure that the file leaves out
    has no place in it, and says so.
    """
    found = used.set_index(KEY)["place"].reindex(pd.MultiIndex.from_frame(figures[KEY]))
    return figures[KEY].assign(place=found.fillna(NOT_IN_THE_FILE).to_numpy())


def to_csv(table: pd.DataFrame) -> bytes:
    """The table as the bytes of a CSV: UTF-8, \\n, numbers with at most four decimals."""
    text = table.copy()
    for column in text.columns:
        if pd.api.types.is_numeric_dtype(text[column]):
            text[column] = text[column].map(_number, na_action="ignore").astype(object)
    return text.to_csv(index=False, lineterminator="\n", na_rep="").encode("utf-8")


def _number(number: float) -> str:
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
