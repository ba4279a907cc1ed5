"""What holds for every reader and every damaged file: the right figures, or words that help."""

import csv
import gzip
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from tests.read.damage import Damage, Rows

from evidence_review.analyse.combine import NOT_YET_OR_NO_LONGER
from evidence_review.errors import ReviewError

SEED = 2017
FILES = int(os.environ.get("EVIDENCE_REVIEW_DAMAGED_FILES", "2200"))
COUNTED = -1  # a reader that counts cells, not rows: its sums are checked where it is called

Place = tuple[str, ...]  # the key of a row, and the column


@dataclass
class Found:
    """What a reader made of a file.

    cells: what it read, by key and column; cells without anything are left out.
    rows: how many rows it accounts for. left_out: those that it left out, by reason.
    """

    cells: dict[Place, Any]
    rows: int
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass
class Case:
    """A reader, and a good file for it.

    name: of the file. rows: the good table, its heading first. read: raises ReviewError, or gives
    what was found. keys: for each row, the keys that its cells go to. exact: whether text is kept as
    it stands. key: the column that the keys come from. optional: columns that a file may lack.
    also: numbers that the reader takes from another file. beside: files that it reads along.
    trusts: whether it takes whole rows as they are, and leaves their meaning to another check.
    """

    name: str
    rows: Rows
    read: Callable[[bytes], Found]
    keys: list[set[Place]]
    exact: bool = False
    key: str = ""
    optional: frozenset[str] = frozenset()
    also: frozenset[float] = frozenset()
    beside: tuple[str, ...] = ()
    trusts: bool = False


def faults(
    case: Case, good: bytes, damages: Iterable[Damage], tally: Counter[str] | None = None
) -> list[str]:
    """What a reader did wrong with damaged versions of a good file.

    tally: counts files that were refused and read, over several cases; else a case by itself must
    have had both, or it would show nothing.
    """
    count = Counter[str]() if tally is None else tally
    found = case.read(good)
    assert found.cells
    said: list[str] = []
    for damage in damages:
        try:
            read = case.read(damage.content)
        except ReviewError as error:
            count["refused"] += 1
            wrong = unclear(str(error), (case.name, *case.beside))
        except Exception as error:  # a traceback in front of a person
            wrong = [f"{type(error).__name__}: {str(error)[:200]}"]
        else:
            count["read"] += 1
            wrong = misread(case, damage, found, read)
        said += [f"{case.name}, {damage.name}: {words}" for words in wrong]
    if tally is None:
        assert_both(count)
    return said


def assert_both(count: Counter[str]) -> None:
    assert count["read"] > count["refused"] / 50, f"hardly any damaged file was read: {count}"
    assert count["refused"] > count["read"] / 5, f"hardly any damaged file was refused: {count}"


def misread(case: Case, damage: Damage, good: Found, found: Found) -> list[str]:
    """Rows lost, and figures that no row of the damaged file holds."""
    said = []
    records = records_of(damage) if ".csv" in case.name else damage.rows
    standing = sum(any(cell.strip() for cell in row) for row in records)
    lost = found.rows != max(0, standing - 1) and found.rows != COUNTED
    if lost and not (case.trusts and found.rows > standing - 1):
        said.append(f"accounts for {found.rows} rows of {standing - 1}")
    if damage.cut and standing > 1 and len(records[-1]) < len(case.rows[0]):
        last = {key for row in damage.touched for key in case.keys[row]}
        if any(place[:-1] in last for place in found.cells):
            said.append("the row in which the file is cut off is read as if it were whole")
    more = max(0, len(damage.rows) - len(case.rows))
    more *= len(case.rows[0]) if found.rows == COUNTED else 1
    if damage.cell and damage.cell[2] in {row[damage.cell[1]] for row in case.rows}:
        more += 1  # it now says what another row says
    for reason, count in found.left_out.items():
        if count > good.left_out[reason] + more and reason != NOT_YET_OR_NO_LONGER:
            said.append(f"{count - good.left_out[reason]} more rows left out as: {reason}")
    if damage.column and damage.column == case.key and case.key in case.optional:
        return said
    loose = {key for row in damage.touched | damage.gone for key in case.keys[row]}
    cells = {cell for row in records for cell in (row if loose else ())}
    cells |= {cell.strip() for cell in cells}
    numbers = {number(cell) for cell in cells} | case.also
    if found.rows == COUNTED:  # "7.7 (7.6)" in the time series
        numbers |= {number(cell.partition(" (")[0]) for cell in cells}
    if case.trusts:
        numbers |= {float(cell) for cell in cells if re.fullmatch("[0-9]{1,9}e[0-9]", cell)}
    for place in sorted(good.cells.keys() | found.cells.keys()):
        before, after = good.cells.get(place), found.cells.get(place)
        if before == after or (place[-1] == damage.column and place[-1] in case.optional):
            continue
        if place[:-1] in loose and after is None:
            continue  # said by the count of rows
        if case.trusts and (before is None or len(damage.rows) > len(case.rows)):
            continue
        if not (damage.touched and (place[:-1] in loose or before is None)):
            said.append(f"{place}: {after!r}, not {before!r}, though its row was not touched")
        elif isinstance(after, float) and after not in numbers:
            said.append(f"{place}: {after!r}, which no cell holds (before: {before!r})")
        elif isinstance(after, str) and after not in cells and case.exact:
            said.append(f"{place}: {after[:80]!r}, which no cell holds (before: {before!r})")
    return said


def unclear(message: str, files: tuple[str, ...]) -> list[str]:
    """What a message leaves unsaid (which file, what to do), and what should not be in it."""
    said = []
    for line in message.split("\n"):
        if not any(file in line for file in files):
            said.append(f"no file is named in: {line!r}")
        if not re.search("[Ee]xpected|Mend these first", line):
            said.append(f"nothing is said to do in: {line!r}")
        if not line.isprintable() or len(line) > 1_500 or "C error" in line:
            said.append(f"not fit to print ({len(line)} letters): {line[:300]!r}")
    return said


def records_of(damage: Damage) -> Rows:
    """The rows of a damaged CSV as the csv module of Python reads them, whatever it holds."""
    packed = damage.content.startswith(b"\x1f\x8b")
    content = gzip.decompress(damage.content) if packed else damage.content
    text = content.decode("utf-8-sig", "replace")
    most = csv.field_size_limit(10**9)
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    finally:
        csv.field_size_limit(most)


def number(cell: str) -> float | None:
    """A number as publishers print it, and none in any other writing."""
    plain = cell.strip()
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        plain = plain.replace(",", "")
    return float(plain) if re.fullmatch(r"-?([0-9]{1,15}(\.[0-9]+)?|\.[0-9]+)", plain) else None


def cells_of(table: pd.DataFrame, key: list[str]) -> dict[Place, Any]:
    """The cells of a table by the key of their row and their column; numbers as floats."""
    cells: dict[Place, Any] = {}
    for row in table.to_dict("records"):
        for column, value in row.items():
            if not pd.isna(value) and value != "":
                kept = value if isinstance(value, str) else float(value)
                cells[*(str(row[part]) for part in key), str(column)] = kept
    return cells
