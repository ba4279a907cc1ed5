"""From a file in the analyst's folder to rows of text, within bounds that hostile files meet too.

A table is NAME.csv (UTF-8 or Windows-1252, commas or semicolons) or NAME.xlsx. Nothing else in the
folder is opened, and no link is followed.
"""

import codecs
import csv
import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from evidence_review.errors import DataError
from evidence_review.read.checksums import TABLE_ENDINGS
from evidence_review.read.own.words import Faults, without_controls
from evidence_review.read.own.workbooks import workbook_rows

MOST_BYTES = 50_000_000
MOST_ROWS = 200_000
_LAST_ROW = 1_048_576  # of a spreadsheet; blank rows count here
_LONGEST_ROW = 1_000_000  # letters
_CHUNK = 1 << 20
_NOT_ASCII = bytes(range(0x80, 0x100))
_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SAVE = "In Excel, save it as “CSV UTF-8 (Comma delimited)”."

Rows = Iterator[tuple[int, list[str]]]  # the row in a spreadsheet, and its cells


def expanded(folder: str | Path) -> Path:
    """The folder with ~ as the home folder; as it is when there is no such home."""
    try:
        return Path(folder).expanduser()
    except RuntimeError:
        return Path(folder)


def check_folder(folder: Path) -> None:
    """Raises DataError when the folder is not there."""
    try:
        if folder.is_dir():
            return
        what = "not a folder" if folder.exists() else "not found"
    except OSError as error:
        raise _unreadable(folder, error) from None
    raise DataError(f"{folder}: {what}. Expected a folder with documents.csv. Check its spelling.")


def table_file(folder: Path, table: str, required: bool = False) -> Path | None:
    """The file of a table in the folder; None when there is none and none is required.

    Raises DataError when there are two files, when the file is a link or too large, and when there
    is none but one of nearly that name.
    """
    try:
        names = sorted(path.name for path in folder.iterdir())
        found = [folder / f"{table}{ending}" for ending in (".csv", ".xlsx")]
        found = [path for path in found if path.name in names and is_file(path)]
        if len(found) > 1:
            raise DataError(
                f"{found[0].name}: {found[1].name} lies beside it. Expected one file for each"
                " table. Remove the one that is out of date."
            )
        if found:
            _check_size(found[0])
            return found[0]
    except OSError as error:
        raise _unreadable(folder / f"{table}.csv", error) from None
    tables = [name for name in names if Path(name).suffix.lower() in TABLE_ENDINGS]
    stems = {name: name.lower().split(".")[0] for name in tables}
    near = [
        name
        for name, stem in stems.items()
        if difflib.SequenceMatcher(None, table, stem).ratio() >= 0.8
    ]
    if not required and not near:
        return None
    also = f" The folder holds {' and '.join(near[:3])}." if near else ""
    raise DataError(
        f"{folder / table}.csv: not found. Expected a table of that name.{also} {_SAVE}"
    )


def rows_of(path: Path, faults: Faults, most: int = MOST_ROWS) -> tuple[Rows, str]:
    """The rows of a table that hold anything, and what separates its cells (blank in a workbook).

    most: rows below the heading. The rows are read while they are drawn. What ends them early is
    added to `faults`.
    Raises DataError for a file that cannot be read at all, also while the rows are drawn.
    """
    if path.suffix == ".xlsx":
        return _bounded(workbook_rows(path), path, most), ""
    try:
        encoding, line_ends = _encoding(path)
        separator = _separator(path, encoding)
        if line_ends > most:  # count before anything is kept
            for _ in _bounded(_csv_rows(path, encoding, separator, Faults(path.name)), path, most):
                pass
    except OSError as error:
        raise _unreadable(path, error) from None
    return _bounded(_csv_rows(path, encoding, separator, faults), path, most), separator


def is_file(path: Path) -> bool:
    """Whether it is there. Raises DataError for a link, which could lead anywhere."""
    if path.is_symlink():
        raise DataError(
            f"{path.name}: this is a link to another place. Expected the file itself. Copy it into"
            " the folder."
        )
    return path.is_file()


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise DataError(
            f"{path.name}: the file has {size / 1e6:,.0f} MB. Expected {MOST_BYTES / 1e6:.0f} MB at"
            " the most. Keep only the columns that are asked for, and one row a respondent."
        )


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(
        f"{path}: cannot be read ({error.strerror}). Expected a file that you may open. Close"
        " it elsewhere and check its permissions."
    )


def _bounded(rows: Rows, path: Path, most: int) -> Rows:
    """The rows that hold anything; DataError as soon as there are too many."""
    count = 0
    for row, cells in rows:
        filled = any(cells)
        count += filled
        if count > most + 1 or row > _LAST_ROW:  # the heading is one
            what = f"more than {most if filled else _LAST_ROW:,} rows"
            raise DataError(
                f"{path.name}, row {row}: {what}. Expected {most:,} at the most. Remove what is not"
                " needed."
            )
        if filled:
            yield row, cells


# --- CSV ---------------------------------------------------------------------------------------


def _csv_rows(path: Path, encoding: str, separator: str, faults: Faults) -> Rows:
    number, letters, width, whole = 0, 0, 0, True
    with path.open(encoding=encoding, newline="") as file:

        def lines() -> Iterator[str]:
            nonlocal letters, whole
            while line := file.readline(_LONGEST_ROW + 1):
                letters += len(line)
                whole = line.endswith(("\n", "\r"))
                if letters > _LONGEST_ROW:
                    raise DataError(
                        f"{path.name}, row {number + 1}: the row has more than {_LONGEST_ROW:,}"
                        " letters. Expected a table. Look for a quotation mark that is not closed."
                    )
                yield without_controls(line)

        reader = csv.reader(lines(), delimiter=separator, skipinitialspace=True, strict=True)
        try:
            for number, line in enumerate(reader, start=1):
                letters = 0
                cells = [cell.strip() for cell in line]
                width = width or max((at for at, cell in enumerate(cells, 1) if cell), default=0)
                # Excel may leave out the last separators of a row, but never its line end.
                if not whole and any(cells) and len(cells) < width:
                    faults.add(
                        f"{path.name}, row {number}: the file ends within this row, so that the"
                        " rest is missing. Expected a line break after the last row. Copy the file"
                        " again, or complete the row."
                    )
                    return
                yield number, cells
        except csv.Error as error:
            faults.add(
                f"{path.name}, row {number + 1}: a quotation mark is not closed, or stands where"
                f" none may ({error}). Expected a pair around a cell, and doubled ones within it."
                " Mend it; the rows from here on were not checked."
            )


def _encoding(path: Path) -> tuple[str, int]:
    """UTF-8, or else Windows-1252, whichever decodes the whole file; and how many lines end.

    Raises DataError for UTF-8 with a damaged letter: as Windows-1252 all others would be garbled.
    """
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "cp1252")}
    ends = 0
    with path.open("rb") as file:
        while decoders:
            chunk = file.read(_CHUNK)
            ends += chunk.count(b"\n") + chunk.count(b"\r")
            for name, decoder in list(decoders.items()):
                try:
                    if "\0" in decoder.decode(chunk, final=not chunk):
                        del decoders[name]
                except UnicodeDecodeError:
                    del decoders[name]
            if not chunk:
                break
    if list(decoders) == ["cp1252"] and _is_damaged_utf_8(path):
        raise DataError(
            f"{path.name}: most letters are in UTF-8 but not all, so the file was damaged or put"
            f" together from two. Expected one encoding throughout. {_SAVE}"
        )
    if not decoders:
        raise DataError(f"{path.name}: this is not a table in text. Expected a CSV file. {_SAVE}")
    return next(iter(decoders)), ends


def _is_damaged_utf_8(path: Path) -> bool:
    """Whether at least as many letters beyond ASCII are in UTF-8 as are not."""
    sound = other = 0
    with path.open("rb") as file:
        while line := file.readline(_CHUNK):
            found = _UTF_8.findall(line)
            sound += len(found)
            other += len(line) - len(line.translate(None, _NOT_ASCII)) - sum(map(len, found))
    return 0 < sound >= other


def _separator(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding) as file:
        while line := file.readline(_LONGEST_ROW):
            if line.strip(' \t,;"\r\n'):
                return max(",;", key=line.count)
    return ","
