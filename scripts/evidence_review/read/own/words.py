"""What a cell may hold, and the words for one that does not fit."""

import difflib
import re
from typing import NamedTuple
from urllib.parse import urlsplit

import pandas as pd

from evidence_review.read.texts import LONGEST, shown, without_controls

__all__ = [
    "LONGEST",
    "Faults",
    "Rule",
    "made_a_date",
    "nearest",
    "plain",
    "shown",
    "typed",
    "without_controls",
]

_MOST = 100  # problems of a file said in full; the rest are counted
# As Excel shows or saves what it took for a date: 2024-05-01, 01/05/2024, May-24, 05-Jan.
_DATE = r"\d{4}-\d\d-\d\d.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|[A-Z][a-z]{2}-\d\d|\d{1,2}-[A-Z][a-z]{2}"


class Rule(NamedTuple):
    """What a cell may hold: one of the choices (what may be typed, and its name), or a pattern."""

    expected: str
    remedy: str = ""
    choices: dict[str, str] = {}  # noqa: RUF012 (never changed)
    pattern: str = ".+"
    address: bool = False

    def fits(self, text: str) -> bool:
        if self.choices:
            return plain(text) in self.choices
        if self.address and not _has_host(text):
            return False
        return re.fullmatch(self.pattern, text, re.DOTALL) is not None

    def named(self, text: str) -> str:
        """The choice that a text means; the text itself where there are no choices."""
        return self.choices.get(plain(text), text)

    def remedy_for(self, text: str) -> str:
        return nearest(text, self.choices) or f"{self.remedy} {made_a_date(text)}".strip()


class Faults:
    """What is wrong with one file, from top to bottom: the first hundred in full."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._said: list[str] = []
        self._count = 0

    @property
    def full(self) -> bool:
        """Whether more problems would only be counted, so that their words need no thought."""
        return self._count >= _MOST

    def add(self, line: str) -> None:
        if not self.full:
            self._said.append(line.strip())
        self._count += 1

    def cell(self, row: int, column: str, what: str, expected: str, remedy: str = "") -> None:
        """A cell that is wrong. expected: what goes on after the word “Expected”."""
        place = f"{self.file}, row {row}, column “{column}”"
        self.add(f"{place}: {what}. Expected {expected}. {remedy}")

    def lines(self) -> list[str]:
        more = f"{self.file}: {self._count - _MOST:,} more problems. Mend these first."
        return self._said + [more] * (self._count > _MOST)


def typed(table: pd.DataFrame, id_column: str) -> dict[str, str]:
    """What may be typed for a row of the framework: its code, its short name, or both."""
    choices: dict[str, str] = {}
    for code, name in zip(table[id_column], table["short_name"], strict=True):
        both = f"{code} {name}"
        choices |= {plain(code): both, plain(name): both, plain(both): both}
        if number := code.removeprefix("E") if id_column == "element_id" else "":
            choices |= {number: both, plain(f"{number} {name}"): both}  # as the map prints it
    return choices


def nearest(text: str, choices: dict[str, str]) -> str:
    asked = plain(text)[:LONGEST]
    near = [key for key in choices if len(asked) > 2 and asked in key]
    near += difflib.get_close_matches(asked, list(choices), n=3, cutoff=0.6)
    names = list(dict.fromkeys(choices[key] for key in near))[:3]
    return f"Did you mean {' or '.join(names)}?" if names else ""


def made_a_date(text: str) -> str:
    """What to do about a text that Excel took for a date; blank for any other."""
    if re.fullmatch(_DATE, text.strip()):
        return "Excel made a date of it: set the format of the cell to Text and type it again."
    return ""


def plain(text: str) -> str:
    """As it is compared: without case, doubled spaces and the apostrophe that Excel curls."""
    return " ".join(text.casefold().replace("’", "'").split())


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False
