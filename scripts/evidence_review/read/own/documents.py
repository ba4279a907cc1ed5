"""documents: one row for each document that the council lodges."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from evidence_review.read.own.sheet import fixed_rows, open_sheet, typed_table
from evidence_review.read.own.words import Faults, Rule, plain, shown, typed

COLUMNS = ("kind", "title", "year", "address", "elements", "frames", "extent", "note")
OPTIONAL = frozenset({"address", "note"})
LISTS = frozenset({"elements", "frames"})
LISTED = "codes or short names from data/framework/{}.csv, joined by “;”"


@dataclass
class Documents:
    """The documents of a folder. table: see `read_documents`. count: rows below the heading.

    unfilled: rows of the spreadsheet that are left out, since neither year nor address is given.
    """

    table: pd.DataFrame
    count: int = 0
    unfilled: list[int] = field(default_factory=list)


def read_documents(
    path: Path,
    elements: pd.DataFrame,
    frames: pd.DataFrame,
    kinds: pd.DataFrame,
    faults: Faults,
) -> Documents:
    """The council's own documents, from one file; what is wrong is added to `faults`.

    elements, frames, kinds: the review's tables of the same names.
    Returns a table with one row for each document: kind, title, year, address, element_ids and
    frame_ids (tuples in the order of the framework), extent, note; blank text where an optional
    cell is blank. A row with neither year nor address is not yet filled in and left out.
    """
    sheet = open_sheet(path, COLUMNS, faults)
    if not sheet:
        return Documents(_table([]))
    rules = _rules(elements, frames, kinds)
    ids = {
        column: dict(zip(_both(table, code), table[code], strict=True))
        for column, table, code in (
            ("elements", elements, "element_id"),
            ("frames", frames, "frame_id"),
        )
    }
    rows: list[dict[str, object]] = []
    unfilled: list[int] = []
    first: dict[str, int] = {}
    for row, cells in fixed_rows(sheet, COLUMNS, OPTIONAL, faults):
        if cells.get("year") == "" and cells.get("address") == "":
            unfilled.append(row)
            continue
        document: dict[str, object] = {}
        for column, text in cells.items():
            rule = rules[column]
            items = [i for i in (text.split(";") if column in LISTS else [text]) if i.strip()]
            for item in items:
                if not rule.fits(item):
                    remedy = "" if faults.full else rule.remedy_for(item)
                    what = f"{shown(item)} does not fit"
                    faults.cell(row, column, what, rule.expected, remedy)
            if not items and column not in OPTIONAL:
                what, remedy = "nothing is given", "Fill it in, or remove the row."
                faults.cell(row, column, what, rule.expected, remedy)
            if column == "title" and items and first.setdefault(plain(text), row) != row:
                what = f"{shown(text)} already stands in row {first[plain(text)]}"
                remedy = "Tell the two apart, or remove one."
                faults.cell(row, column, what, rule.expected, remedy)
            named = {rule.named(item) for item in items}
            document[column] = (
                tuple(code for name, code in ids[column].items() if name in named)
                if column in LISTS
                else "".join(named)
            )
        rows.append(document)
    table = _table([] if faults.lines() else rows)
    return Documents(table, sheet.count, unfilled)


def cells_of(documents: pd.DataFrame) -> pd.DataFrame:
    """The cells that documents speak to: one row for each document × element × frame.

    documents: the table of `read_documents`. Those with the extent `planned` are kept; they speak to
    their cells only as planned.
    Returns title, year, kind, address, extent, element_id, frame_id.
    """
    long = documents.explode("element_ids").explode("frame_ids", ignore_index=True)
    long = long.rename(columns={"element_ids": "element_id", "frame_ids": "frame_id"})
    long = long.astype({"element_id": "str", "frame_id": "str"})
    return long[["title", "year", "kind", "address", "extent", "element_id", "frame_id"]]


def no_documents() -> pd.DataFrame:
    return _table([])


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    types = {column: "object" if column in LISTS else "str" for column in COLUMNS}
    for row in rows:
        row["year"] = int(str(row["year"]))
    table = typed_table(rows, types | {"year": "int64"})
    return table.rename(columns={"elements": "element_ids", "frames": "frame_ids"})


def _both(table: pd.DataFrame, id_column: str) -> list[str]:
    """Code and short name, as `typed` names them, in the order of the framework."""
    return [f"{a} {b}" for a, b in zip(table[id_column], table["short_name"], strict=True)]


def _rules(elements: pd.DataFrame, frames: pd.DataFrame, kinds: pd.DataFrame) -> dict[str, Rule]:
    return {
        "kind": Rule(
            "a kind from data/framework/kinds.csv (a Market Position Statement, a Local Account or"
            " a needs assessment is a “local document”)",
            "Choose one of these.",
            {plain(kind): kind for kind in kinds["kind"]},
        ),
        "title": Rule("a title, different in every row"),
        "year": Rule(
            "a whole number from 1990 to 2100",
            "Give the year when it came out.",
            pattern="199[0-9]|20[0-9]{2}|2100",
        ),
        "address": Rule(
            "an address that begins http:// or https://, or blank",
            "Copy it whole from the browser.",
            pattern=r"https?://[^\s/]\S*",
            address=True,
        ),
        "elements": Rule(
            LISTED.format("elements"), "Look it up there.", typed(elements, "element_id")
        ),
        "frames": Rule(LISTED.format("frames"), "Look it up there.", typed(frames, "frame_id")),
        "extent": Rule(
            "full, part or planned", "Choose one.", {e: e for e in ("full", "part", "planned")}
        ),
        "note": Rule("text, or blank"),
    }
