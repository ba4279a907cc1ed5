"""Text out of files: rows of a CSV, taken strictly, and cells as a message may show them."""

import csv
import io
import re
from collections.abc import Callable, Iterator

LONGEST = 60  # letters of a cell that a message shows
# Control characters would show as boxes in a page and could act on a terminal.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_BINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def without_controls(text: str) -> str:
    """The text with a space for each control character that is neither a tab nor a line end."""
    return _CONTROL.sub(" ", text)


def shown(text: object) -> str:
    """As a message shows it: short, on one line, in quotation marks."""
    line = " ".join(without_controls(str(text)[: 10 * LONGEST]).split())
    line = "".join(letter if letter.isprintable() else "�" for letter in line)
    return f"“{line}”" if len(line) <= LONGEST else f"“{line[:LONGEST]}…”"


def strict_rows(
    text: str, refused: Callable[[int, str], Exception], blank: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV: the line on which each begins, and its cells.

    blank: whether a blank line is a row without cells; else it is none. refused: makes the error of
    a line number and of what is wrong. Raises it for a quotation mark without its pair and for
    characters that no table in text holds: other readers of CSV swallow rows, or cut a number short,
    at such places.
    """
    if found := _BINARY.search(text):
        raise refused(
            text.count("\n", 0, found.start()) + 1,
            "a control character, which no table in text holds. Expected text; save the file anew"
            " as CSV in UTF-8.",
        )
    line = 1
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in rows:
            if row or blank:
                yield line, row
            line = rows.line_num + 1
    except csv.Error:
        raise refused(
            line,
            "a quotation mark is not closed, or stands where none may. Expected a pair around a"
            " cell, and doubled ones within it; mend the line or fetch the file again.",
        ) from None
