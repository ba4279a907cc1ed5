"""Workbooks as they come in real life: cells merged, sheets moved, the file cut."""

import html
import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace

import xlsxwriter  # type: ignore[import-untyped]
from tests.read.damage import EDITS, NO_TABLES, Damage, Rows, as_csv

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
Book = dict[str, Rows]  # sheets in order
Merge = tuple[str, int, int, int, int]  # sheet, first row and column, last row and column
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?", re.ASCII)


def _is_cleared(merge: Merge, at: int, column: int) -> bool:
    """Whether a cell is one of the merged ones, and not the first of them."""
    _, top, left, bottom, right = merge
    inside = top <= at <= bottom and left <= column <= right
    return inside and (at, column) != (top, left)


def as_xlsx(book: Book, merge: Merge | None = None) -> bytes:
    """A workbook; what looks like a number is one, all else is text."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as written:
        for name, rows in book.items():
            sheet = written.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, text in enumerate(row):
                    if merge and merge[0] == name and _is_cleared(merge, at, column):
                        continue
                    if NUMBER.fullmatch(text):
                        sheet.write_number(at, column, float(text))
                    elif text:
                        sheet.write_string(at, column, text[:32_767])
            if merge and merge[0] == name:
                sheet.merge_range(*merge[1:], rows[merge[1]][merge[2]])
    return content.getvalue()


def as_ods(book: Book, merge: Merge | None = None) -> bytes:
    """The same as an OpenDocument spreadsheet."""
    sheets = []
    for name, rows in book.items():
        lines = []
        for at, row in enumerate(rows):
            cells = []
            for column, text in enumerate(row):
                span, tag = "", "table-cell"
                if merge and merge[:3] == (name, at, column):
                    _, top, left, bottom, right = merge
                    span = (
                        f' table:number-rows-spanned="{bottom - top + 1}"'
                        f' table:number-columns-spanned="{right - left + 1}"'
                    )
                elif merge and merge[0] == name and _is_cleared(merge, at, column):
                    tag, text = "covered-table-cell", ""
                kind = ' office:value-type="string"' if text else ""
                if NUMBER.fullmatch(text):
                    kind = f' office:value-type="float" office:value="{text}"'
                shown = html.escape(CONTROLS.sub("", text))
                inside = f"<text:p>{shown}</text:p>" if text else ""
                cells.append(f"<table:{tag}{span}{kind}>{inside}</table:{tag}>")
            lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
        title = html.escape(name)
        sheets.append(f'<table:table table:name="{title}">{"".join(lines)}</table:table>')
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODS_NAMES}><office:body>'
        f"<office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr(zipfile.ZipInfo("mimetype"), ODS_TYPE)
        packed.writestr("content.xml", body)
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>'
            "</manifest:manifest>",
        )
    return content.getvalue()


Write = Callable[[Book, Merge | None], bytes]


def damaged_book(
    seed: int, number: int, book: Book, sheet: str, head: int, numbers: Sequence[int], write: Write
) -> Damage:
    """The damage of this number to one sheet of a workbook, or to the file.

    head: rows above the heading of the sheet. Rows of the damage are counted from the heading.
    """
    luck = random.Random(f"{seed}/{number}")
    above, rows = book[sheet][:head], book[sheet][head:]
    kind = number % (len(EDITS) + len(BOOK_DAMAGES))
    if kind < len(EDITS):
        found = EDITS[kind](luck, rows, numbers)
        found = replace(found, content=write({**book, sheet: [*above, *found.rows]}, None))
    else:
        found = BOOK_DAMAGES[kind - len(EDITS)](luck, book, sheet, head, write)
    return replace(found, name=f"seed {seed}, number {number}, sheet {sheet}, {found.name}")


def merged(luck: random.Random, book: Book, sheet: str, head: int, write: Write) -> Damage:
    """Cells merged over rows, columns or both: only the first of them is kept."""
    rows = book[sheet]
    top, left = luck.randrange(head, len(rows)), luck.randrange(len(rows[head]))
    bottom = min(top + luck.choice((0, 1, 2)), len(rows) - 1)
    right = min(left + luck.choice((0, 1)), len(rows[head]) - 1)
    if (top, left) == (bottom, right):
        return sheet_empty(luck, book, sheet, head, write)
    content = write(book, (sheet, top, left, bottom, right))
    name = f"cells merged from row {top + 1}, column {left + 1}, to {bottom + 1}, {right + 1}"
    return Damage(name, rows[head:], content)


def sheet_empty(luck: random.Random, book: Book, sheet: str, head: int, write: Write) -> Damage:
    gone = frozenset(range(len(book[sheet]) - head))
    content = write({**book, sheet: []}, None)
    return Damage(f"sheet {sheet} empty", book[sheet][head:], content, gone=gone)


def sheet_renamed(luck: random.Random, book: Book, sheet: str, head: int, write: Write) -> Damage:
    to = luck.choice((sheet.upper(), f"{sheet} (2)", "Sheet1", sheet[:-1] or "x", f"{sheet} "))
    content = write({to if name == sheet else name: rows for name, rows in book.items()}, None)
    return Damage(f"sheet {sheet} renamed {to!r}", book[sheet][head:], content)


def sheet_missing(luck: random.Random, book: Book, sheet: str, head: int, write: Write) -> Damage:
    rest = {name: rows for name, rows in book.items() if name != sheet} or {"Notes": [["A note"]]}
    gone = frozenset(range(len(book[sheet]) - head))
    return Damage(f"sheet {sheet} missing", book[sheet][head:], write(rest, None), gone=gone)


def sheet_before(luck: random.Random, book: Book, sheet: str, head: int, write: Write) -> Damage:
    first: Rows = luck.choice(([], [["Notes"], ["1", "2"]]))
    content = write({"Cover 2": first, **book}, None)
    return Damage("a sheet put before the others", book[sheet][head:], content)


def book_cut(luck: random.Random, book: Book, sheet: str, head: int, write: Write) -> Damage:
    content = write(book, None)
    at = luck.randrange(len(content))
    return Damage(f"workbook cut at byte {at}", book[sheet][head:], content[:at])


def book_byte(luck: random.Random, book: Book, sheet: str, head: int, write: Write) -> Damage:
    content = write(book, None)
    at, new = luck.randrange(len(content)), bytes([luck.randrange(256)])
    return Damage(
        f"byte {at} of the workbook: {new!r}",
        book[sheet][head:],
        content[:at] + new + content[at + 1 :],
    )


def part_missing(luck: random.Random, book: Book, sheet: str, head: int, write: Write) -> Damage:
    packed, out = zipfile.ZipFile(io.BytesIO(write(book, None))), io.BytesIO()
    lost = luck.choice(packed.namelist())
    with zipfile.ZipFile(out, "w") as rest:
        for name in packed.namelist():
            if name != lost:
                rest.writestr(name, packed.read(name))
    return Damage(f"workbook without its part {lost}", book[sheet][head:], out.getvalue())


def no_book(luck: random.Random, book: Book, sheet: str, head: int, write: Write) -> Damage:
    rows = book[sheet][head:]
    content = luck.choice((*NO_TABLES, as_csv(rows).encode(), luck.randbytes(300)))
    return Damage(f"not a workbook: {content[:16]!r}", rows, content)


BookDamage = Callable[[random.Random, Book, str, int, Write], Damage]
BOOK_DAMAGES: tuple[BookDamage, ...] = (
    *(merged, merged, sheet_empty, sheet_renamed, sheet_missing, sheet_before),
    *(book_cut, book_byte, book_byte, part_missing, no_book),
)
