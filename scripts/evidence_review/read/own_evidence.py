"""A council's own evidence: tables that an analyst keeps in a folder outside the repository.

People fill them in by hand, mostly in Excel, so all faults are named at once, in the words of a
spreadsheet. documents.csv has one row for each document that the council lodges.
"""

import csv
import difflib
import io
import re
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pandas as pd

from evidence_review.errors import DataError

DOCUMENTS = "documents.csv"
COLUMNS = ("kind", "title", "year", "address", "elements", "frames", "extent", "note")
OPTIONAL = frozenset({"address", "note"})
LISTS = frozenset({"elements", "frames"})
_MOST = 100  # problems said in full; the rest are counted
_LONGEST = 60  # letters of a cell that a message shows
_SAVE = "In Excel, save it as “CSV UTF-8 (Comma delimited)”."

Said = list[tuple[int, str]]  # problems: the row, and a line about it


class _Rule(NamedTuple):
    """What a cell may hold: one of the choices (what may be typed, and its name), or a pattern."""

    expected: str
    remedy: str = ""
    choices: dict[str, str] = {}  # noqa: RUF012 (never changed)
    pattern: str = ".+"
    address: bool = False

    def fits(self, text: str) -> bool:
        if self.choices:
            return _plain(text) in self.choices
        if self.address and not _has_host(text):
            return False
        return re.fullmatch(self.pattern, text, re.DOTALL) is not None


def expanded(folder: str | Path) -> Path:
    """The folder with ~ as the home folder; as it is when there is no such home."""
    try:
        return Path(folder).expanduser()
    except RuntimeError:
        return Path(folder)


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def own_documents(
    folder: str | Path, elements: pd.DataFrame, frames: pd.DataFrame, kinds: pd.DataFrame
) -> pd.DataFrame:
    """The council's own documents, from documents.csv in `folder`.

    elements, frames, kinds: the review's tables of the same names.
    Returns one row for each document: kind, title, year, address, element_ids and frame_ids (tuples
    in the order of the framework), extent, note; blank text where an optional cell is blank.
    Raises DataError with all problems, one line each.
    """
    listed = "codes or short names from data/framework/{}.csv, joined by “;”"
    rules = {
        "kind": _Rule(
            "a kind from data/framework/kinds.csv (a Market Position Statement, a Local Account or"
            " a needs assessment is a “local document”)",
            "Choose one of these.",
            {_plain(kind): kind for kind in kinds["kind"]},
        ),
        "title": _Rule("a title, different in every row"),
        "year": _Rule(
            "a whole number from 1990 to 2100",
            "Give the year when it came out.",
            pattern="199[0-9]|20[0-9]{2}|2100",
        ),
        "address": _Rule(
            "an address that begins http:// or https://, or blank",
            "Copy it whole from the browser.",
            pattern=r"https?://[^\s/]\S*",
            address=True,
        ),
        "elements": _Rule(
            listed.format("elements"), "Look it up there.", _typed(elements, "element_id")
        ),
        "frames": _Rule(listed.format("frames"), "Look it up there.", _typed(frames, "frame_id")),
        "extent": _Rule(
            "full, part or planned", "Choose one.", {e: e for e in ("full", "part", "planned")}
        ),
        "note": _Rule("text, or blank"),
    }
    said: Said = []
    documents: list[dict[str, object]] = []
    first: dict[str, int] = {}
    for row, cells in _rows(expanded(folder), DOCUMENTS, COLUMNS, OPTIONAL, said):
        document: dict[str, object] = {}
        for column, text in cells.items():
            rule = rules[column]
            items = [i for i in (text.split(";") if column in LISTS else [text]) if i.strip()]
            faults = [
                (f"{_shown(i)} does not fit", _nearest(i, rule.choices) or rule.remedy)
                for i in items
                if not rule.fits(i)
            ]
            if not items and column not in OPTIONAL:
                faults = [("nothing is given", "Fill it in, or remove the row.")]
            if column == "title" and items and first.setdefault(_plain(text), row) != row:
                what = f"{_shown(text)} already stands in row {first[_plain(text)]}"
                faults = [(what, "Tell the two apart, or remove one.")]
            for what, remedy in faults:
                place = f"{DOCUMENTS}, row {row}, column “{column}”"
                said.append((row, f"{place}: {what}. Expected {rule.expected}. {remedy}"))
            named = [rule.choices.get(_plain(i), i) for i in items]
            known = dict.fromkeys(rule.choices.values())
            ids = tuple(name.split()[0] for name in known if name in named)
            document[column] = ids if column in LISTS else "".join(named)
        documents.append(document)
    if said:
        problems = [line for _, line in sorted(said, key=itemgetter(0))]
        more = [f"{DOCUMENTS}: {len(said) - _MOST:,} more problems. Mend these first."]
        raise DataError("\n".join(problems[:_MOST] + more * (len(said) > _MOST)))
    types = {c: "int64" if c == "year" else "str" for c in COLUMNS if c not in LISTS}
    table = pd.DataFrame(documents, columns=list(COLUMNS)).astype(types)
    return table.rename(columns={"elements": "element_ids", "frames": "frame_ids"})


def cells_of(documents: pd.DataFrame) -> pd.DataFrame:
    """The cells that documents speak to: one row for each document × element × frame.

    documents: result of `own_documents`. Those with the extent `planned` are kept; they speak to
    their cells only as planned.
    Returns title, year, kind, address, extent, element_id, frame_id.
    """
    long = documents.explode("element_ids").explode("frame_ids", ignore_index=True)
    long = long.rename(columns={"element_ids": "element_id", "frame_ids": "frame_id"})
    long = long.astype({"element_id": "str", "frame_id": "str"})
    return long[["title", "year", "kind", "address", "extent", "element_id", "frame_id"]]


# --- From the file to rows of text -------------------------------------------------------------


def _rows(
    folder: Path, file: str, columns: tuple[str, ...], optional: frozenset[str], said: Said
) -> list[tuple[int, dict[str, str]]]:
    """The rows below the heading: their number in a spreadsheet, and the cells of those columns
    that the heading names. What is wrong with the heading or a row's length is added to `said`.
    """
    text = _text(folder, file)
    heading = next((line for line in text.splitlines() if line.strip(' \t,;"')), "")
    separator = max(",;", key=heading.count)
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    filled: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            if any(cell.strip() for cell in line):
                filled.append((number, [cell.strip() for cell in line]))
    except csv.Error as error:
        words = (
            f"{file}, row {number + 1}: a quotation mark is not closed, or stands where none may"
            f" ({error}). Expected a pair around a cell, and doubled ones within it. Mend it; the rows from"
            " here on were not checked."
        )
        said.append((number + 1, words))
    if not filled and said:
        return []
    wanted = f"Expected the columns {', '.join(columns)}, each once"
    top, heading_cells = filled[0] if filled else (1, [])
    names = [_plain(name) for name in heading_cells]
    while names and not names[-1]:
        names.pop()
    place = {name: names.index(name) for name in columns if name in names}
    if not place:
        what = "this is no heading" if filled else "the file is empty"
        remedy = "separated by commas or semicolons. Begin with that heading."
        said.append((top, f"{file}, row {top}: {what}. {wanted}, {remedy}"))
        return []
    absent = {name: name for name in columns if name not in names}
    faults = [(f"“{name}”", "missing", "Add it.") for name in absent]
    for at, name in enumerate(names):
        if name not in place:
            remedy = _nearest(name, absent) or "Remove it."
            faults.append((_shown(name) if name else str(at + 1), "not known", remedy))
        elif place[name] != at:
            faults.append((_shown(name), "stands there twice", "Remove one."))
    for column, what, remedy in faults:
        said.append((top, f"{file}, row {top}, column {column}: {what}. {wanted}. {remedy}"))
    rows = []
    for row, cells in filled[1:]:
        # Excel may leave out the separators before blank cells at the end of a row, and may save
        # blank columns after the last one: in the heading, then, as well.
        short = any(at >= len(cells) and name not in optional for name, at in place.items())
        if short or len(cells) > len(heading_cells) or any(cells[len(names) :]):
            few, amiss = ("few", "missing") if short else ("many", "needless")
            words = (
                f"{file}, row {row}: too {few} cells ({len(cells)}). Expected {len(names)}, one for"
                f" each column. Look for a {amiss} “{separator}”; a cell that itself holds"
                " one stands in quotation marks."
            )
            said.append((row, words))
            continue
        cells += [""] * (len(names) - len(cells))
        rows.append((row, {name: cells[at] for name, at in place.items()}))
    return rows


def _text(folder: Path, file: str) -> str:
    """The text of a file: UTF-8, or else Windows-1252."""
    path = folder / file
    try:
        if not folder.is_dir():
            what = "not a folder" if folder.exists() else "not found"
            raise DataError(f"{folder}: {what}. Expected a folder with {file}. Check its spelling.")
        if not path.is_file():
            there = difflib.get_close_matches(file, [p.name for p in folder.iterdir()], cutoff=0.7)
            also = f" The folder holds {' and '.join(there)}." if there else ""
            raise DataError(f"{path}: not found. Expected a table of that name.{also} {_SAVE}")
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror}). Expected a file that you may open. Close"
            " it elsewhere and check its permissions."
        ) from None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DataError(f"{file}: this is not a table in text. Expected a CSV file. {_SAVE}")


# --- From the text of a cell to its meaning ----------------------------------------------------


def _typed(table: pd.DataFrame, id_column: str) -> dict[str, str]:
    """What may be typed for a row of the framework: its code, its short name, or both."""
    choices: dict[str, str] = {}
    for code, name in zip(table[id_column], table["short_name"], strict=True):
        both = f"{code} {name}"
        choices |= {_plain(code): both, _plain(name): both, _plain(both): both}
        if number := code.removeprefix("E") if id_column == "element_id" else "":
            choices |= {number: both, _plain(f"{number} {name}"): both}  # as the map prints it
    return choices


def _nearest(text: str, choices: dict[str, str]) -> str:
    asked = _plain(text)[:_LONGEST]
    near = [key for key in choices if len(asked) > 2 and asked in key]
    near += difflib.get_close_matches(asked, list(choices), n=3, cutoff=0.6)
    names = list(dict.fromkeys(choices[key] for key in near))[:3]
    return f"Did you mean {' or '.join(names)}?" if names else ""


def _plain(text: str) -> str:
    """As it is compared: without case, doubled spaces and the apostrophe that Excel curls."""
    return " ".join(text.casefold().replace("’", "'").split())


def _shown(text: str) -> str:
    """As a message shows it: short, and on one line."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= _LONGEST else f"“{line[:_LONGEST]}…”"
