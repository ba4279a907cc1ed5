"""Turns the publishers' raw files into the tables of data/, and says what became of every row."""

import hashlib
import json
import os
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evidence_review.analyse.combine import (
    Overlap,
    add_absent,
    choose,
    drop_empty_years,
    drop_uncorrected,
    finish,
    settle_areas,
)
from evidence_review.errors import DataError
from evidence_review.read import (
    ascof_extract_2019_20,
    ascof_open_data,
    ascof_time_series,
    ons_wellbeing,
    raw_files,
)
from evidence_review.read.areas import areas_table
from evidence_review.read.council_reference import councils_table
from evidence_review.read.figures import KEY, Reading

# The place of a row that was added for a figure that the file leaves out without a mark.
NOT_IN_THE_FILE = "not in the file"


@dataclass(frozen=True)
class FileReport:
    """What became of one file. rows_read = rows_used + the sum of left_out."""

    file_id: str
    rows_read: int
    rows_used: int
    figures: int
    left_out: dict[str, int]


@dataclass(frozen=True)
class IngestReport:
    """What an ingest read, wrote and left out. `str()` of it is for people."""

    files: list[FileReport]
    rows_written: dict[str, int]
    rows_added: int
    overlap: Overlap

    def __str__(self) -> str:
        lines = ["Read"]
        for file in self.files:
            lines.append(
                f"  {file.file_id}: {file.rows_read:,} rows, of which {file.rows_used:,} make"
                f" {file.figures:,} figures and {file.rows_read - file.rows_used:,} are left out"
            )
            for reason, rows in sorted(file.left_out.items(), key=lambda item: -item[1]):
                lines.append(f"    {rows:>9,}  {reason}")
        lines.append(
            f"Added {self.rows_added:,} rows marked [x] for councils that a file leaves out"
        )
        differing = self.overlap.disagreements
        lines.append(
            f"Two files share {len(self.overlap.table):,} figures and differ in {len(differing):,}"
        )
        for keys, part in differing.groupby(["indicator_id", "year", "used", "other"]):
            largest = (part["value_used"] - part["value_other"]).abs().max()
            lines.append(
                f"    {len(part):>9,}  {keys[0]}, {keys[1]}: {keys[2]} used, not {keys[3]};"
                f" largest difference {largest:.3g}"
            )
        lines.append("Wrote")
        lines += [f"  {name}: {rows:,} rows" for name, rows in self.rows_written.items()]
        return "\n".join(lines)


def read_all(raw: Path) -> list[Reading]:
    """Every file that holds figures, each by its own module."""
    readers = (
        (raw_files.TIME_SERIES, ascof_time_series.read),
        (raw_files.OPEN_DATA_2014_19, ascof_open_data.read_2014_19),
        (raw_files.OPEN_DATA_2020_21, ascof_open_data.read_2020_21),
        (raw_files.EXTRACT_2019_20, ascof_extract_2019_20.read),
        (raw_files.WELLBEING, ons_wellbeing.read),
    )
    return [read(file.within(raw), file.file_id) for file, read in readers]


def ingest(raw: Path, data: Path) -> IngestReport:
    """Write areas.csv, councils.csv, and figures.csv, places.csv and files.csv in indicators/.

    raw: the folder of the publishers' files. data: the data folder; its datapackage.json gets the
    new sizes and checksums. The tables that are written by hand are not touched. All is written
    aside first and moved into place at the end; the same files give the same bytes.
    Raises DataError when a file is missing or not as expected; nothing is changed then.
    """
    files = raw_files.files_table(raw)
    councils = councils_table(
        raw_files.COUNCIL_REFERENCE.within(raw),
        raw_files.POPULATION.within(raw),
        raw_files.HEX_MAP.within(raw),
    )
    areas = areas_table(councils)
    readings = read_all(raw)
    for reading in readings:
        settle_areas(reading, areas)
        drop_uncorrected(reading)
    overlap = choose(readings)
    drop_empty_years(readings, areas.loc[areas["level"] == "council", "area_code"])
    used = pd.concat([reading.figures for reading in readings], ignore_index=True)
    added = add_absent(used, areas)
    figures = finish(pd.concat([used, added], ignore_index=True))
    tables = {
        "areas.csv": areas,
        "councils.csv": councils,
        "indicators/figures.csv": figures,
        "indicators/places.csv": places_table(figures, used),
        "indicators/files.csv": files,
    }
    _write(tables, data)
    return IngestReport(
        [
            FileReport(
                reading.file_id,
                reading.rows_read,
                int(reading.figures["rows"].sum()),
                len(reading.figures),
                dict(Counter(reading.left_out)),
            )
            for reading in readings
        ],
        {name: len(table) for name, table in tables.items()},
        len(added),
        overlap,
    )


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


def _write(tables: dict[str, pd.DataFrame], data: Path) -> None:
    package_path = data / "datapackage.json"
    if not package_path.is_file():
        raise DataError(f"{package_path}: not found. Restore it from version control.")
    contents = {name: to_csv(table) for name, table in tables.items()}
    package = json.loads(package_path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["path"] in contents:
            content = contents[resource["path"]]
            resource["bytes"] = len(content)
            resource["hash"] = "sha256:" + hashlib.sha256(content).hexdigest()
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    contents["datapackage.json"] = text.encode("utf-8")
    with tempfile.TemporaryDirectory(dir=data, prefix=".ingest-") as aside:
        for number, content in enumerate(contents.values()):
            (Path(aside) / str(number)).write_bytes(content)
        for number, name in enumerate(contents):
            target = data / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(aside) / str(number), target)
