"""Which of the publishers' files a file is. Its content tells, never its name."""

import csv
import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from evidence_review.errors import DataError
from evidence_review.read import (
    ascof_extract_2019_20,
    ascof_open_data,
    ascof_time_series,
    ons_wellbeing,
)
from evidence_review.read.figures import GZIP, Reading
from evidence_review.read.measures import BY_SHEET
from evidence_review.read.texts import shown
from evidence_review.read.workbooks import ZIP, Workbook, cell_text
from evidence_review.read.years import is_year

_HEAD = 1 << 16  # bytes of a file that are looked at
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Format:
    """A form in which a publisher gives its figures, or one of the three reference files.

    kind: how the ids of its files begin. words: what people call it. read: takes the path, the
    file's id and the year, which is blank unless `asks_year`; None for a reference file.
    asks_year: whether the file does not say of which year it is. whole_series: whether each release
    takes the place of the one before it. about: what the file says of itself: its title, and its
    remarks on some years; both blank where it says nothing.
    """

    kind: str
    words: str
    read: Callable[[Path, str, str], Reading] | None = None
    asks_year: bool = False
    whole_series: bool = False
    about: Callable[[Path, Iterable[str]], tuple[str, list[str]]] = field(
        default=lambda path, years: ("", [])
    )

    def file_id(self, years: Iterable[str]) -> str:
        """The id of a file with figures of these years: its kind, and the newest or all of them."""
        ordered = sorted(years)
        if self.whole_series or len(ordered) == 1:
            return f"{self.kind}-{ordered[-1]}"
        return f"{self.kind}-{ordered[0][:4]}-{ordered[-1][5:]}"

    def read_as(self, path: Path, file_id: str) -> Reading:
        """Read a file that has its id, which tells the year where the file does not."""
        assert self.read is not None
        year = file_id[-len("2020-21") :]
        if self.asks_year and not is_year(year):
            raise DataError(
                f"{path.name}: its id {file_id} does not end with a year. Expected one such as"
                f" {self.kind}-2020-21 in data/indicators/files.csv."
            )
        return self.read(path, file_id, year if self.asks_year else "")


TIME_SERIES = Format(
    "ascof-time-series",
    "time series of the Adult Social Care Outcomes Framework (ASCOF), a workbook with one sheet for"
    " each measure",
    lambda path, file_id, _: ascof_time_series.read(path, file_id),
    whole_series=True,
    about=ascof_time_series.about,
)
OPEN_DATA = Format(
    "ascof-open-data",
    "open data of the Adult Social Care Outcomes Framework (ASCOF), a CSV with the year in each row",
    lambda path, file_id, _: ascof_open_data.read_years(path, file_id),
)
OPEN_DATA_OF_A_YEAR = Format(
    "ascof-open-data",
    "open data of the Adult Social Care Outcomes Framework (ASCOF), of one year that it does not"
    " name",
    ascof_open_data.read_one_year,
    asks_year=True,
)
EXTRACT = Format(
    "ascof-extract",
    "cut of the ASCOF outcomes of 2019-20, a CSV without measure codes",
    lambda path, file_id, _: ascof_extract_2019_20.read(path, file_id),
)
WELLBEING = Format(
    "ons-wellbeing",
    "personal well-being estimates by local authority, a CSV",
    lambda path, file_id, _: ons_wellbeing.read(path, file_id),
    whole_series=True,
)
COUNCIL_REFERENCE = Format("council-reference", "the reference table of councils, a CSV")
POPULATION = Format("ons-population", "mid-year estimates of population, a CSV")
HEX_MAP = Format("hex-map", "a hex map of upper-tier councils")

# The columns by which a CSV is known; the first that fits.
_CSV_COLUMNS = (
    (OPEN_DATA, {"Return Year", "Measure Group", "Measure Type"}),
    (OPEN_DATA_OF_A_YEAR, {"ONS Code", "Measure Group", "Measure Type"}),
    (EXTRACT, {"ONS Code", "Measure Group Description", "Disaggregation Level", "Year"}),
    (WELLBEING, {"areacd", "observation", "lci_95", "uci_95"}),
    (COUNCIL_REFERENCE, {"ascof_la_code", "ons_code"}),
    (POPULATION, {"mid_year", "age_18_64", "age_65plus"}),
)
# What a file is that is not one of ours, by how it begins.
_STRANGERS = (
    (b"%PDF", "a PDF"),
    (_OLD_OFFICE, "a Word or Excel file of the form before 2007; save it anew as .xlsx"),
    (b"<!doctype", "a web page; follow its link to the file itself"),
    (b"<html", "a web page; follow its link to the file itself"),
)
EXPECTED = (
    "Expected a file that `review` can read: the ASCOF time series (.ods or .xlsx), ASCOF open data"
    " (.csv or .xlsx), or ONS personal well-being estimates (.csv); a new form needs a reader in"
    " scripts/evidence_review/read"
)


def recognise(path: Path) -> Format:
    """The format of a file. Raises DataError, in one line, for one that is none of them."""
    if not path.is_file():
        raise DataError(f"{path}: {'a folder' if path.is_dir() else 'not found'}. {EXPECTED}.")
    head = _head(path)
    if not head.strip():
        raise DataError(f"{path.name}: the file is empty. {EXPECTED}. Fetch it again.")
    for start, what in _STRANGERS:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(start.lower()):
            raise DataError(f"{path.name}: this is {what}. {EXPECTED}.")
    if head.startswith(ZIP):
        return _of_workbook(path)
    text = head.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("{") and '"hexes"' in text:
        return HEX_MAP
    headings = set(next(csv.reader(text.splitlines()[:1]), []))
    for known, columns in _CSV_COLUMNS:
        if columns <= headings:
            return known
    found = ", ".join(shown(name) for name in text.splitlines()[0].split(",")[:6])
    raise DataError(f"{path.name}: not recognised; its first line reads {found}. {EXPECTED}.")


def _of_workbook(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError):
        names = set()  # Workbook has the words for it
    if "word/document.xml" in names:
        raise DataError(f"{path.name}: this is a Word document. {EXPECTED}.")
    book = Workbook(path)
    if set(book.sheets) & set(BY_SHEET):
        return TIME_SERIES
    if "in" in book.sheets:
        first = next(iter(book.rows("in")), ())
        if {"ONS Code", "Measure Group", "Measure Type"} <= {cell_text(cell) for cell in first}:
            return OPEN_DATA_OF_A_YEAR
    sheets = ", ".join(map(shown, book.sheets[:8]))
    raise DataError(f"{path.name}: not recognised; its sheets are {sheets}. {EXPECTED}.")


def _head(path: Path) -> bytes:
    """How a file begins, once it is unpacked."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head.startswith(GZIP):
            with gzip.open(path) as packed:
                head = packed.read(_HEAD)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataError(
            f"{path.name}: damaged or cut off. Expected a whole gzip file. Fetch it again."
        ) from None
    except OSError as error:
        raise DataError(
            f"{path.name}: cannot be read ({error.strerror}). Expected a file that you may open."
        ) from None
    return head
