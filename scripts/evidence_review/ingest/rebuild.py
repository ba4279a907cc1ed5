"""All tables anew from a folder of the publishers' files, and what became of every row."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from evidence_review.analyse.combine import Overlap
from evidence_review.errors import DataError
from evidence_review.ingest.kept import replace_tables
from evidence_review.ingest.tables import combine, to_csv
from evidence_review.read.areas import areas_table
from evidence_review.read.checksums import checksum
from evidence_review.read.council_reference import councils_table
from evidence_review.read.figures import Reading
from evidence_review.read.formats import COUNCIL_REFERENCE, HEX_MAP, POPULATION, Format, recognise
from evidence_review.read.raw_files import RawFile, files_table, raw_files


@dataclass(frozen=True)
class FileReport:
    """What became of one file. rows_read = rows_used + the sum of left_out."""

    file_id: str
    rows_read: int
    rows_used: int
    figures: int
    left_out: dict[str, int]

    @classmethod
    def of(cls, reading: Reading) -> "FileReport":
        """Once it is combined with others."""
        rows = int(reading.figures["rows"].sum())
        left_out = dict(Counter(reading.left_out))
        return cls(reading.file_id, reading.rows_read, rows, len(reading.figures), left_out)

    def lines(self) -> list[str]:
        """For people."""
        first = (
            f"  {self.file_id}: {self.rows_read:,} rows, of which {self.rows_used:,} make"
            f" {self.figures:,} figures and {self.rows_read - self.rows_used:,} are left out"
        )
        ordered = sorted(self.left_out.items(), key=lambda item: -item[1])
        return [first, *(f"    {rows:>9,}  {reason}" for reason, rows in ordered)]


@dataclass(frozen=True)
class IngestReport:
    """What an ingest read, wrote and left out. `str()` of it is for people.

    altered: files that are not those of which files.csv had the checksum.
    """

    files: list[FileReport]
    rows_written: dict[str, int]
    rows_added: int
    overlap: Overlap
    altered: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = ["Read", *(line for file in self.files for line in file.lines())]
        lines += [
            f"  {name} is not the file that was read before: its checksum differs"
            for name in self.altered
        ]
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


def ingest(raw: Path, data: Path) -> IngestReport:
    """Write areas.csv, councils.csv, and figures.csv, places.csv and files.csv in indicators/.

    raw: the folder of the publishers' files, those that files.csv lists, each under its name there.
    data: the data folder; its datapackage.json gets the new sizes and checksums. The tables that are
    written by hand are not touched. All is written aside first and moved into place at the end; the
    same files give the same bytes.
    Raises DataError when a file is missing or not as expected; nothing is changed then.
    """
    listed = raw_files(data)
    found = {file.file_id: file.within(raw) for file in listed}
    formats = {file_id: recognise(path) for file_id, path in found.items()}
    files = [replace(file, sha256=checksum(found[file.file_id])) for file in listed]
    councils = councils_table(
        *(_reference(one, found, formats) for one in (COUNCIL_REFERENCE, POPULATION, HEX_MAP))
    )
    areas = areas_table(councils)
    readings = [
        form.read_as(found[file_id], file_id)
        for file_id, form in sorted(formats.items())
        if form.read is not None
    ]
    combined = combine(readings, areas, files)
    tables = {
        "areas.csv": areas,
        "councils.csv": councils,
        "indicators/figures.csv": combined.figures,
        "indicators/places.csv": combined.places,
        "indicators/files.csv": files_table(files),
    }
    replace_tables({name: to_csv(table) for name, table in tables.items()}, data)
    return IngestReport(
        [FileReport.of(reading) for reading in readings],
        {name: len(table) for name, table in tables.items()},
        combined.added,
        combined.overlap,
        _altered(listed, files),
    )


def _reference(wanted: Format, found: dict[str, Path], formats: dict[str, Format]) -> Path:
    """The one file of a format that the councils table is made from."""
    paths = [found[file_id] for file_id, form in formats.items() if form is wanted]
    if len(paths) != 1:
        raise DataError(
            f"data/indicators/files.csv: {len(paths)} of its files are {wanted.words}. Expected one;"
            " restore the table from version control."
        )
    return paths[0]


def _altered(before: list[RawFile], after: list[RawFile]) -> tuple[str, ...]:
    pairs = zip(before, after, strict=True)
    return tuple(new.file for old, new in pairs if old.sha256 != new.sha256)
