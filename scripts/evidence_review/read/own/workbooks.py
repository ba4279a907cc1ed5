"""The first sheet of an Excel workbook as rows of text.

calamine lays out every cell between the first and the last filled one, so that a file of a few
kilobytes with one cell far out can ask for more memory than there is. A workbook is therefore
looked through first, as a stream, and only the parts that were looked through are handed on.
"""

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from evidence_review.errors import DataError
from evidence_review.read.own.words import shown, without_controls

_MOST_UNPACKED = 50_000_000  # bytes
_MOST_CELLS = 2_000_000  # between the first cell of the sheet and the last that is filled
_MOST_TEXT = 100_000_000  # letters, were every text as long as the longest
# What is passed on, beside the first sheet.
_NEEDED = frozenset(
    {"[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    | {"xl/styles.xml", "xl/sharedstrings.xml"}
)
_SHEET = re.compile(r"(?:/xl/)?(worksheets/\w+\.xml)", re.ASCII)
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_SAVE = "In Excel, save the sheet as “CSV UTF-8 (Comma delimited)”."
# What zipfile, zlib, expat, calamine and the code below raise for a damaged workbook.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError),
    *(expat.ExpatError, CalamineError, LookupError, ValueError, OSError),
)
_DAMAGED = "this is not an Excel workbook, or it is damaged or has a password"

Start = Callable[[str, dict[str, str]], None]


def workbook_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet from row 1: their number, and their cells as text.

    Whole numbers come without decimals, dates as 2024-05-01.
    Raises DataError when the workbook cannot be read, is too large, or has a cell that is an
    error of Excel or a formula without its result, which would else be taken for a blank one.
    """
    try:
        content = _checked_parts(path)
        sheet = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0)
    except _UNREADABLE:
        raise _refused(path, _DAMAGED) from None
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [_text(cell) for cell in cells]


def _refused(path: Path, what: str) -> DataError:
    return DataError(f"{path.name}: {what}. Expected a plain workbook (.xlsx). {_SAVE}")


def _text(cell: object) -> str:
    match cell:
        case str():
            return without_controls(cell).strip()
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case float():
            return f"{cell:.15g}"
        case datetime.datetime() if cell.time() == datetime.time():
            return cell.date().isoformat()
    return str(cell)


def _checked_parts(path: Path) -> io.BytesIO:
    """The parts of the workbook that are needed, looked through and put together again."""
    content = io.BytesIO()
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(content, "w") as plain:
        parts = {part.filename: part for part in packed.infolist()}
        parts = {name: part for name, part in parts.items() if name.lower() in _NEEDED}
        _check_size(path, parts.values())
        sheet = _first_sheet(packed)
        _check_size(path, [*parts.values(), packed.getinfo(sheet)])
        longest = 0
        for name in parts:
            with packed.open(name) as file:
                longest = max(longest, _longest_text(file))
        with packed.open(sheet) as file:
            scan = _Scan(path)
            _parse(file, scan.start, scan.end)
        scan.finish(longest)
        for name in (*parts, sheet):
            plain.writestr(name, packed.read(name))
    content.seek(0)
    return content


def _check_size(path: Path, parts: Iterable[zipfile.ZipInfo]) -> None:
    """Raises DataError when parts are too large. A part is never read beyond what it claims."""
    if sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise _refused(path, f"the workbook unpacks to more than {_MOST_UNPACKED / 1e6:.0f} MB")


def _parse(
    file: IO[bytes],
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("a workbook declares no entities")

    parser = expat.ParserCreate("utf-8")  # as calamine reads it, whatever the part declares
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, given: start(tag.rpartition(":")[2], given)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    parser.ParseFile(file)


def _first_sheet(packed: zipfile.ZipFile) -> str:
    """The name of the part that holds the first sheet. Raises KeyError or IndexError without one."""
    sheets: list[str] = []
    places: dict[str, str] = {}

    def sheet(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            sheets.extend(value for name, value in given.items() if name.endswith(":id"))

    def place(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            places[given["Id"]] = given["Target"]

    with packed.open("xl/workbook.xml") as file:
        _parse(file, sheet)
    with packed.open("xl/_rels/workbook.xml.rels") as file:
        _parse(file, place)
    found = _SHEET.fullmatch(places[sheets[0]])
    if not found:
        raise KeyError(sheets[0])
    return f"xl/{found[1]}"


def _longest_text(part: IO[bytes]) -> int:
    """Letters of the longest text that cells share, if the part holds such texts.

    Raises ValueError when the part claims to have more items than could be: calamine would ask for
    the memory at once.
    """
    longest, letters = 0, 0

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal letters
        if tag == "si":
            letters = 0
        for name in ("count", "uniqueCount"):
            if int(given.get(name, 0)) > _MOST_CELLS:
                raise ValueError(name)

    def text(some: str) -> None:
        nonlocal longest, letters
        letters += len(some)
        longest = max(longest, letters)

    _parse(part, start, text=text)
    return longest


class _Scan:
    """Looks through a sheet: how far out its filled cells lie, which have no value, and which are
    merged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.row = self.column = 0  # where the stream is
        self.bottom = self.right = 0  # of all filled cells
        self.shared = 0  # cells that hold a shared text
        self.faulty: list[str] = []
        self.merged: list[str] = []
        self.kind = ""
        self.has_formula = self.has_value = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            if place := given.get("r"):
                found = _CELL.fullmatch(place)
                if not found:
                    raise ValueError(place)
                self.column, self.row = _column_number(found[1]), int(found[2])
            else:
                self.column += 1
            self.kind = given.get("t", "")
            self.has_formula = self.has_value = False
        elif tag == "row":
            self.row = int(given.get("r", self.row + 1))
            self.column = 0
        elif tag in ("v", "is"):
            self.has_value = True
        elif tag == "f":
            self.has_formula = True
        elif tag == "mergeCell" and len(self.merged) < 10:
            self.merged.append(shown(given["ref"]))

    def end(self, tag: str) -> None:
        if tag != "c":
            return
        if self.has_value:
            self.bottom = max(self.bottom, self.row)
            self.right = max(self.right, self.column)
            if self.bottom * self.right > _MOST_CELLS:
                raise _refused(
                    self.path,
                    f"the sheet reaches to row {self.bottom:,}, column {self.right:,}, which is"
                    f" more than {_MOST_CELLS:,} cells",
                )
            self.shared += self.kind == "s"
        if (self.kind == "e" or self.has_formula > self.has_value) and len(self.faulty) < 10:
            self.faulty.append(f"{_column_letters(self.column)}{self.row}")

    def finish(self, longest: int) -> None:
        """Raises DataError for what would be too much text, or would be taken for blank.

        Of merged cells all but the first have lost what they held.
        """
        if self.shared * longest > _MOST_TEXT:
            raise _refused(self.path, "the sheet may hold more text than can be read")
        if self.merged:
            raise DataError(
                f"{self.path.name}, cells {', '.join(self.merged)}: merged. Expected each cell by"
                " itself, since merging clears all but one. In Excel, unmerge them and fill in each."
            )
        if self.faulty:
            raise DataError(
                f"{self.path.name}, cell {', '.join(self.faulty)}: an error of Excel, such as #N/A,"
                " or a formula without a saved result. Expected text, a number or nothing. Type"
                " the value there, or clear the cell."
            )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
