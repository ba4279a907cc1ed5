"""Files as they come in real life: cut, torn, in another encoding, edited by hand.

Each damage is made from a good table by a seeded generator and nothing else, so that its seed and
number bring it back. It says which rows it touched: what stands in all the others must be read as
before, or the file refused.
"""

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

Rows = list[list[str]]

# What people and programs write where a number should stand. None of them is a number to a reader.
NO_NUMBERS = (
    "12,3", "1 234", "12.3%", "12.3 [note 1]", "12.3[e]", "7.7 (7.6)", "nan", "NaN", "inf",
    "-Infinity", "1e400", "1e3", "0x1F", "١٢", "5²", "½", "12.3.4", "1,23,4", ",5", "5,", "-", "..",
    "*", "n/a", "N/A", "#N/A", "#DIV/0!", "NULL", "None", "[low]", "[q]", "=1+1", "£5", "<5", "~5",
    "1_000", "−5", "12\u00a03",
)  # fmt: skip
# Whole cells that are numbers, though not ones that fit everywhere.
ODD_NUMBERS = (
    "-5",
    "-0.01",
    "100.01",
    "1,234",
    "12,345.6",
    "0012",
    "99999999999",
    "0",
    " 7 ",
    "9" * 400,
)
ODD_TEXTS = (
    "", " ", "=1+1", "=HYPERLINK(\"http://a\")", "+44", "@SUM(A1)", "x" * 200_000, "two\nlines", "\x1b[31m",
    "\u202eabc", "a\tb", 'say "so"', "a;b", "Total ", "total", "Totl", "E06000999", "e09000007",
    "E10000009", "K02000001", "2016/17", "2099-00", "2016", "1X", "2B1", "85 and over", "NaN", "None",
    "<script>", "é", "’", "Ã©", "-", "0",
)  # fmt: skip
NO_TABLES = (
    b"", b"\n", b"\xef\xbb\xbf", b"\0" * 64, b"PK\x03\x04\x14\x00\x00\x00", b"%PDF-1.7\n%\xe2\xe3",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08\x00\x00\x00",
    b"<!DOCTYPE html>\n<html><body>404, not found</body></html>\n",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7\n", b'{"rows": []}\n', b",,,\n",
)  # fmt: skip
BYTES = (
    *(b'"', b",", b";", b"\n", b"\r", b"\t", b"\0", b"\x1a", b"\x1b", b"\x81", b"\xff", b"\xe9"),
    *(
        b"'",
        b" ",
        b"-",
        b".",
        b"0",
        b"1",
        b"9",
        b"E",
        b"\xc3\xa9",
        b"\xef\xbb\xbf",
        b"\xe2\x80\x8b",
    ),
)


@dataclass(frozen=True)
class Damage:
    """A damaged table.

    name: what was done. rows: the table after it, where it was done to a table. content: the file.
    touched: rows of the good table (the heading is 0) of which a cell may have changed.
    gone: those that are no longer in the file. cell: row, column and new text, where only one cell
    was changed. column: the one that was taken out or renamed. cut: whether the file ends there.
    """

    name: str
    rows: Rows
    content: bytes = b""
    touched: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()
    cell: tuple[int, int, str] | None = None
    column: str = ""
    cut: bool = False


def as_csv(rows: Sequence[Sequence[str]], separator: str = ",", end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    return text.getvalue()


# --- Damage to a table -------------------------------------------------------------------------


def _copy(rows: Rows) -> Rows:
    return [list(row) for row in rows]


def _some_row(luck: random.Random, rows: Rows) -> int:
    return luck.randrange(1, len(rows))


def _some_column(luck: random.Random, rows: Rows) -> int:
    return luck.randrange(len(rows[0]))


def _put(rows: Rows, row: int, column: int, text: str, what: str) -> Damage:
    new = _copy(rows)
    new[row][column] = text
    shown = text if len(text) < 40 else f"{text[:8]}… ({len(text)} letters)"
    name = f"{what}: {shown!r} in row {row + 1}, column {rows[0][column]}"
    return Damage(name, new, touched=frozenset({row}), cell=(row, column, text))


def odd_cell(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    text = luck.choice((*ODD_TEXTS, *NO_NUMBERS, *ODD_NUMBERS))
    return _put(rows, _some_row(luck, rows), _some_column(luck, rows), text, "odd cell")


def odd_number(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    text = luck.choice((*NO_NUMBERS, *ODD_NUMBERS))
    column = luck.choice(numbers) if numbers else _some_column(luck, rows)
    return _put(rows, _some_row(luck, rows), column, text, "odd number")


def marked_number(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    """The number that stood there, with something beside it."""
    column = luck.choice(numbers) if numbers else _some_column(luck, rows)
    row = _some_row(luck, rows)
    form = luck.choice(
        (
            "{} [note 1]",
            "{}%",
            "{} (9.9)",
            "{}*",
            "{}e",
            "{} r",
            "~{}",
            "'{}",
            "{}.",
            "{},0",
            "- {}",
        )
    )
    return _put(rows, row, column, form.format(rows[row][column]), "marked number")


def blank_cell(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    return _put(rows, _some_row(luck, rows), _some_column(luck, rows), "", "blank cell")


def slipped_row(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    """A row with a cell too few or too many."""
    new, row, column = _copy(rows), _some_row(luck, rows), _some_column(luck, rows)
    what = luck.choice(("without", "with a blank before"))
    if what == "without":
        del new[row][column]
    else:
        new[row].insert(column, "")
    return Damage(f"row {row + 1} {what} cell {column + 1}", new, touched=frozenset({row}))


def slipped_rows(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    """Every row below the heading with a cell too few or too many."""
    column, more = _some_column(luck, rows), luck.random() < 0.5
    new = [list(rows[0])]
    new += [
        [*row[:column], *([""] if more else []), *row[column + (not more) :]] for row in rows[1:]
    ]
    what = "a blank cell more" if more else "a cell less"
    touched = frozenset(range(1, len(rows)))
    return Damage(f"all rows with {what} at {column + 1}", new, touched=touched)


def column_missing(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    column = _some_column(luck, rows)
    new = [row[:column] + row[column + 1 :] for row in rows]
    return Damage(f"without column {rows[0][column]}", new, column=rows[0][column])


def column_repeated(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    column, place, other = (_some_column(luck, rows) for _ in range(3))
    copy = luck.choice((column, other))  # under its own heading the same cells, or those of another
    new = [[*row[:place], row[copy], *row[place:]] for row in rows]
    new[0] = [*rows[0][:place], rows[0][column], *rows[0][place:]]
    return Damage(f"column {rows[0][column]} twice, with cells of {rows[0][copy]}", new)


def column_renamed(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    new, column = _copy(rows), _some_column(luck, rows)
    name = rows[0][column]
    names = (
        name.upper(),
        name[:-1],
        f"{name} ",
        f"{name}s",
        f"{name} [note 1]",
        "",
        "x",
        name[::-1],
    )
    new[0][column] = luck.choice(names)
    return Damage(f"column {name} renamed {new[0][column]!r}", new, column=name)


def columns_reordered(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    order = luck.sample(range(len(rows[0])), len(rows[0]))
    return Damage(f"columns in the order {order}", [[row[at] for at in order] for row in rows])


def row_repeated(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    new, row = _copy(rows), _some_row(luck, rows)
    new.append(list(rows[row]))
    name = f"row {row + 1} a second time"
    if numbers and luck.random() < 0.5:
        column = luck.choice(numbers)
        new[-1][column], name = "1", f"{name}, with 1 in {rows[0][column]}"
    return Damage(name, new)


def heading_repeated(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    new, row = _copy(rows), _some_row(luck, rows)
    new.insert(row, list(rows[0]))
    return Damage(f"the heading again before row {row + 1}", new)


def heading_missing(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    return Damage("without its heading", _copy(rows[1:]))


def title_above(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    title = ["A title, [note 1]", *[""] * luck.choice((0, len(rows[0]) - 1))]
    return Damage("a title above the heading", [title, *_copy(rows)])


def note_below(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    note = ["Source: made up. 12.3", *[""] * luck.choice((0, len(rows[0]) - 1))]
    return Damage("a note below the table", [*_copy(rows), note])


def blank_rows(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    new = _copy(rows)
    for _ in range(luck.randint(1, 3)):
        blank = [""] * luck.choice((0, 1, len(rows[0]), len(rows[0]) + 2))
        new.insert(luck.randrange(len(new) + 1), blank)
    return Damage("blank rows", new)


def no_rows(luck: random.Random, rows: Rows, numbers: Sequence[int]) -> Damage:
    return Damage("a heading alone", _copy(rows[:1]), gone=frozenset(range(1, len(rows))))


Edit = Callable[[random.Random, Rows, Sequence[int]], Damage]
EDITS: tuple[Edit, ...] = (
    *(odd_cell, odd_number, odd_number, marked_number, blank_cell, odd_cell),
    *(
        slipped_row,
        slipped_rows,
        column_missing,
        column_repeated,
        column_renamed,
        columns_reordered,
    ),
    *(
        row_repeated,
        heading_repeated,
        heading_missing,
        title_above,
        note_below,
        blank_rows,
        no_rows,
    ),
)


# --- Damage to a file --------------------------------------------------------------------------


def _touched(lines: list[bytes], at: int) -> int:
    """The row in which a byte stands; each row of a good table stands on a line of its own."""
    end = 0
    for row, line in enumerate(lines):
        end += len(line)
        if at < end:
            return row
    return len(lines) - 1


def cut(luck: random.Random, rows: Rows) -> Damage:
    content = as_csv(rows).encode()
    at = luck.randrange(len(content))
    lines = content.splitlines(keepends=True)
    row = _touched(lines, at)
    whole = at == sum(map(len, lines[:row]))  # nothing of this row is left
    gone = frozenset(range(row if whole else row + 1, len(rows)))
    touched = frozenset() if whole else frozenset({row})
    return Damage(f"cut at byte {at}", rows, content[:at], touched, gone, cut=True)


def byte_changed(luck: random.Random, rows: Rows) -> Damage:
    content = as_csv(rows).encode()
    at, new, over = luck.randrange(len(content)), luck.choice(BYTES), luck.choice((0, 0, 1))
    lines = content.splitlines(keepends=True)
    touched = {_touched(lines, at), _touched(lines, max(0, at - 1 + over))}
    if over and content[at : at + 1] == b"\n":
        touched.add(min(_touched(lines, at) + 1, len(rows) - 1))
    name = f"byte {at}: {new!r} {'in its place' if over else 'put before it'}"
    return Damage(name, rows, content[:at] + new + content[at + over :], frozenset(touched))


def byte_lost(luck: random.Random, rows: Rows) -> Damage:
    content = as_csv(rows).encode()
    at = luck.randrange(len(content))
    lines = content.splitlines(keepends=True)
    row = _touched(lines, at)
    touched = {row, min(row + 1, len(rows) - 1)} if content[at : at + 1] == b"\n" else {row}
    name = f"byte {at} lost: {content[at : at + 1]!r}"
    return Damage(name, rows, content[:at] + content[at + 1 :], frozenset(touched))


def letter_torn(luck: random.Random, rows: Rows) -> Damage:
    """One letter in Windows-1252, in a file that is in UTF-8 otherwise."""
    new, row, column = _copy(rows), _some_row(luck, rows), _some_column(luck, rows)
    new[row][column] += "\ue000"
    content = as_csv(new).encode().replace("\ue000".encode(), b"\xe9")
    name = f"a letter in another encoding in row {row + 1}, cell {column + 1}"
    return Damage(name, rows, content, frozenset({row}))


def other_encoding(luck: random.Random, rows: Rows) -> Damage:
    name = luck.choice(
        ("utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037")
    )
    return Damage(f"encoded in {name}", rows, as_csv(rows).encode(name, "replace"))


def other_separator(luck: random.Random, rows: Rows) -> Damage:
    separator = luck.choice(";\t|")
    return Damage(f"separated by {separator!r}", rows, as_csv(rows, separator).encode())


def other_line_end(luck: random.Random, rows: Rows) -> Damage:
    end = luck.choice(("\r\n", "\r", "\n\n", "\r\r\n", "\u2028"))
    return Damage(f"lines that end in {end!r}", rows, as_csv(rows, end=end).encode())


def quote_left_open(luck: random.Random, rows: Rows) -> Damage:
    """A quotation mark at the start of a cell, or all of them doubled or lost."""
    new, row, column = _copy(rows), luck.randrange(len(rows)), _some_column(luck, rows)
    new[row][column] = "\0" + new[row][column]
    content = as_csv(new).encode().replace(b'"\0', b"\0").replace(b"\0", b'"')
    return Damage(
        f"a quotation mark opens row {row + 1}, cell {column + 1}", rows, content, frozenset({row})
    )


def no_table(luck: random.Random, rows: Rows) -> Damage:
    content = luck.choice((*NO_TABLES, luck.randbytes(luck.randrange(400))))
    return Damage(f"not a table: {content[:16]!r}", rows, content, gone=frozenset(range(len(rows))))


Tear = Callable[[random.Random, Rows], Damage]
TEARS: tuple[Tear, ...] = (
    *(cut, cut, cut, byte_changed, byte_changed, byte_changed, byte_lost, byte_lost),
    *(letter_torn, other_encoding, other_separator, other_line_end, quote_left_open, no_table),
)


def each_number(rows: Rows, cells: Sequence[tuple[int, int]]) -> Iterator[Damage]:
    """Each text that is no number, and each odd number, once in one of these cells."""
    for count, text in enumerate((*NO_NUMBERS, *ODD_NUMBERS)):
        row, column = cells[count % len(cells)]
        yield _put(rows, row, column, text, "no number" if text in NO_NUMBERS else "odd number")


def each_column(rows: Rows) -> Iterator[Damage]:
    """Each column missing, under another name, and a second time with cells of another."""
    for at, name in enumerate(rows[0]):
        without = [row[:at] + row[at + 1 :] for row in rows]
        renamed = [[*rows[0][:at], f"{name}_2", *rows[0][at + 1 :]], *rows[1:]]
        again = [[*row, row[at - 1]] for row in rows]
        again[0][-1] = name
        yield Damage(f"without column {name}", without, column=name)
        yield Damage(f"column {name} renamed", renamed, column=name)
        yield Damage(f"column {name} again at the end", again)
        yield Damage(f"column {name} again at the start", [[row[-1], *row[:-1]] for row in again])


def damaged_csv(seed: int, number: int, rows: Rows, numbers: Sequence[int] = ()) -> Damage:
    """The damage of this number to a table kept as CSV. numbers: columns that hold numbers."""
    luck = random.Random(f"{seed}/{number}")
    kind = number % (len(EDITS) + len(TEARS))
    if kind < len(EDITS):
        found = EDITS[kind](luck, rows, numbers)
        found = replace(found, content=as_csv(found.rows).encode("utf-8", "surrogatepass"))
    else:
        found = TEARS[kind - len(EDITS)](luck, rows)
    return replace(found, name=f"seed {seed}, number {number}, {found.name}")


def damaged_gzip(seed: int, number: int, rows: Rows, numbers: Sequence[int] = ()) -> Damage:
    """The same in a gzip file; of each ten, one is cut, torn or not packed at all."""
    found = damaged_csv(seed, number, rows, numbers)
    packed = gzip.compress(found.content, 1, mtime=0)
    if number % 10:
        return replace(found, content=packed)
    luck = random.Random(f"gzip/{seed}/{number}")
    at = luck.randrange(len(packed))
    torn = luck.choice((packed[:at], packed[:at] + b"\xff" + packed[at + 1 :], found.content))
    name = f"{found.name}, in a gzip torn at byte {at}"
    everything = frozenset(range(len(rows)))
    return replace(found, name=name, content=torn, touched=everything, gone=everything)
