"""The publishers' files that the tables come from: data/indicators/files.csv lists them."""

import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.contract import data_folder, load_table
from evidence_review.read.texts import shown

FILES = "indicators/files.csv"
_YEARS = re.compile(r"-(20[0-9]{2})(-[0-9]{2})?$")


@dataclass(frozen=True)
class RawFile:
    """One row of files.csv: a publisher's file, and what is printed about it.

    file_id: its kind and its years, such as ascof-time-series-2024-25. file: its name. published:
    the year; None where the publisher gives none. sha256: of its bytes when it was read. origin:
    where it was found.
    """

    file_id: str
    file: str
    publisher: str
    title: str
    published: int | None
    licence: str
    sha256: str
    origin: str
    note: str

    @property
    def kind(self) -> str:
        """See `kind_of`."""
        return kind_of(self.file_id)

    def within(self, raw: Path) -> Path:
        """The file in the raw folder, or in a folder inside it.

        Raises DataError when it is not there, or there twice.
        """
        found = sorted(path for path in raw.rglob("*") if path.name == self.file and path.is_file())
        if len(found) > 1:
            raise DataError(
                f"{raw}: {shown(self.file)} lies there {len(found)} times. Expected it once; remove"
                " or rename the others."
            )
        if not found:
            raise DataError(
                f"{raw / self.file}: not found. Expected “{self.title}” ({self.publisher});"
                f" data/{FILES} says where it was found and its checksum."
            )
        return found[0]


def kind_of(file_id: str) -> str:
    """What all releases of a file share of their ids: that without the years at its end."""
    return _YEARS.sub("", file_id)


def raw_files(data: Path | None = None) -> list[RawFile]:
    """The files of files.csv, sorted by id. Raises DataError when it cannot be read."""
    return [
        RawFile(**{**row, "published": None if pd.isna(row["published"]) else row["published"]})
        for row in load_table("files", data_folder(data)).to_dict("records")
    ]


def files_table(files: list[RawFile]) -> pd.DataFrame:
    """data/indicators/files.csv, one row for each file."""
    table = pd.DataFrame(
        [asdict(file) for file in files], columns=[f.name for f in fields(RawFile)]
    )
    return table.astype({"published": "Int64"}).sort_values("file_id")
