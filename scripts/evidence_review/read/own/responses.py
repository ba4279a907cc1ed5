"""responses: one row for each respondent of the council's survey.

No message quotes a cell of this file. A row that has slipped by a column puts a person's key under
another heading, and what is said about a row is written to a file.
"""

import re
from array import array
from collections.abc import Callable, Iterable, MutableSequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from evidence_review.read.own.files import MOST_ROWS
from evidence_review.read.own.questions import ABOUT, Question, Questions, heading_of
from evidence_review.read.own.sheet import Sheet, is_too_long, open_sheet, too_long, typed_table
from evidence_review.read.own.waves import EXPECTED as A_WAVE
from evidence_review.read.own.waves import forms_of, wave_of
from evidence_review.read.own.words import Faults, made_a_date, nearest, plain, shown

CHOICES = {
    "age_group": ("18 to 64", "65 and over"),
    "sex": ("female", "male", "other"),
    "support_reason": (
        "physical support",
        "sensory support",
        "support with memory and cognition",
        "learning disability support",
        "mental health support",
        "social support",
    ),
    "budget_type": ("direct payment", "managed", "Individual Service Fund", "none"),
}
_ALSO = {"18-64": "18 to 64", "18–64": "18 to 64", "65+": "65 and over"}
_NOT_ANSWERED = -1
_MOST_SAID = 5  # problems of a row that are said in full
_WEIGHT = "a number from 0.0001 to 1,000,000, written like 0.85"


@dataclass
class Responses:
    """The responses of a folder.

    table: row (in the spreadsheet), weight, age_group, sex, support_reason, budget_type, wave,
    person, then a column of answer numbers for each question.
    rejected: file, row, column, problem; one row for each row that is left out.
    unused: headings of columns that are not read. count: rows below the heading.
    """

    table: pd.DataFrame
    rejected: pd.DataFrame
    unused: tuple[str, ...] = ()
    count: int = 0


_remembered = lru_cache(1_000)  # the same few texts stand in a column again and again


class _Column(NamedTuple):
    """A column that is read. codes: what a cell may hold → what is kept."""

    name: str
    at: int
    read: Callable[[str], object]  # None when the cell does not fit
    expected: str


@dataclass
class _Rejected:
    """Rows that are left out: row → columns and problems. Texts are shared, so that they weigh little."""

    file: str
    rows: dict[int, tuple[str, str]] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        rows = [
            {"file": self.file, "row": row, "column": column, "problem": problem}
            for row, (column, problem) in sorted(self.rows.items())
        ]
        types = {"file": "str", "row": "int64", "column": "str", "problem": "str"}
        return typed_table(rows, types)


def read_responses(path: Path, questions: Questions, faults: Faults) -> Responses:
    """The responses of a file. What is wrong with its heading is added to `faults`.

    Rows at fault are left out and listed: rows in = rows used + rows listed. A row that holds
    nothing is no row.
    """
    names = tuple(one.question for one in questions.known)
    sheet = open_sheet(path, (*ABOUT, *(heading_of(name) for name in names)), faults, MOST_ROWS)
    if not sheet:
        return no_responses(names, path.name)
    columns, unused = _columns(sheet, questions, faults)
    kept: dict[str, MutableSequence[Any]] = {
        column.name: array("b") if column.name in names else [] for column in columns
    }
    rows: MutableSequence[int] = array("q")
    rejected = _Rejected(path.name)
    problems = {c.name: f"does not fit. Expected {c.expected}." for c in columns}
    width = len(sheet.headings)
    for row, cells in sheet.rows():
        # Excel leaves out separators before blank cells at the end, and any cell may be blank.
        if what := sheet.wrong_length(cells, needed=0):
            rejected.rows[row] = ("", what)
            continue
        cells += [""] * (width - len(cells))
        values = [column.read(cells[column.at]) for column in columns]
        if None in values or is_too_long(cells):
            rejected.rows[row] = _said(columns, values, cells, problems)
            continue
        rows.append(row)
        for column, value in zip(columns, values, strict=True):
            kept[column.name].append(value)
    table = _table(names, rows, kept)
    table = _checked_together(table, rejected, faults)
    return Responses(table, rejected.table(), unused, sheet.count)


def no_responses(questions: Iterable[str] = (), file: str = "responses.csv") -> Responses:
    return Responses(_table(tuple(questions), array("q"), {}), _Rejected(file).table())


# --- The heading -------------------------------------------------------------------------------


def _columns(
    sheet: Sheet, questions: Questions, faults: Faults
) -> tuple[list[_Column], tuple[str, ...]]:
    """The columns that are read, and the headings of those that are not."""
    headings = [heading_of(name) for name in sheet.headings]
    known = {heading_of(one.question): one for one in questions.known}
    absent = {name: name for name in [*ABOUT, *known] if name not in headings}
    where = f"{sheet.file}, row {sheet.heading_row}, column"
    columns: list[_Column] = []
    unused: list[str] = []
    for at, (name, typed) in enumerate(zip(headings, sheet.headings, strict=True)):
        if name in ABOUT or name in known or name in questions.named:
            if headings.index(name) != at:
                faults.add(
                    f"{where} {shown(typed)}: stands there twice. Expected each column once."
                    " Remove one."
                )
            elif name in known:
                columns.append(_question_column(known[name], at))
            elif name in ABOUT:
                columns.append(_about_column(name, at))
        elif name and (near := nearest(name, absent)):
            faults.add(
                f"{where} {shown(typed)}: not known. Expected {', '.join(ABOUT)}, the questions of"
                f" {questions.file}, or another name altogether for a column that is not to be"
                f" read. {near}"
            )
        else:
            unused.append(typed or f"column {at + 1}, without a heading")
    for name in absent:
        if name in known:
            faults.add(
                f"{where} “{known[name].question}”: missing. Expected a column for each question of"
                f" {questions.file}. Add it, or remove the question there."
            )
    return columns, tuple(unused)


def _question_column(question: Question, at: int) -> _Column:
    codes = {str(number): number for number in question.labels} | {"": _NOT_ANSWERED}

    @_remembered
    def read(text: str) -> int | None:
        if text in codes:
            return codes[text]
        # As other programs write a whole number: 1.0, 01.
        found = re.fullmatch(r"0?([0-9]{1,2})(\.0+)?", text)
        return codes.get(str(int(found[1]))) if found else None

    numbers = ", ".join(map(str, question.labels))
    return _Column(question.question, at, read, f"{numbers} or blank")


def _about_column(name: str, at: int) -> _Column:
    if name == "person":
        return _Column(name, at, str, "any key")
    if name == "weight":
        return _Column(name, at, _weight, f"{_WEIGHT}, as in the other rows")
    if name == "wave":
        return _Column(name, at, _wave, f"{A_WAVE}, as in the other rows")
    choices = CHOICES[name]
    also = {key: value for key, value in _ALSO.items() if value in choices}
    codes = {"": "", **{plain(choice): choice for choice in choices}, **also}
    return _Column(name, at, lambda text: codes.get(plain(text)), f"{', '.join(choices)}, or blank")


def _weight(text: str) -> float | None:
    """0 for a blank cell, which stands for 1 where no row has a weight."""
    if not text:
        return 0.0
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,20})?|\.[0-9]{1,20}", text):
        return None
    return number if 0.0001 <= (number := float(text)) <= 1_000_000 else None


@_remembered
def _wave(text: str) -> str | None:
    wave = wave_of(text)
    return wave if not wave or forms_of(wave) else None


# --- The rows ----------------------------------------------------------------------------------


def _said(
    columns: list[_Column], values: list[object], cells: list[str], problems: dict[str, str]
) -> tuple[str, str]:
    """The columns that are at fault, and what is wrong with each."""
    if is_too_long(cells):
        what, expected, remedy = too_long()
        return "", f"{what}. Expected {expected}. {remedy}"
    wrong = [column for column, value in zip(columns, values, strict=True) if value is None]
    names = [column.name for column in wrong[:_MOST_SAID]]
    words = [
        f"{problems[name]} {made_a_date(cells[column.at])}".strip()
        for name, column in zip(names, wrong, strict=False)
    ]
    if len(wrong) == 1:
        return names[0], words[0]
    said = " ".join(f"{name}: {text}" for name, text in zip(names, words, strict=True))
    if more := len(wrong) - _MOST_SAID:
        said += f" And {more} more." if more > 0 else ""
    return "; ".join(names), said


def _table(
    questions: tuple[str, ...], rows: MutableSequence[int], kept: dict[str, MutableSequence[Any]]
) -> pd.DataFrame:
    columns: dict[str, object] = {"row": pd.array(rows, dtype="int64")}
    for name in ABOUT:
        if name == "weight":
            columns[name] = pd.array(kept.get(name) or [0.0] * len(rows), dtype="float64")
        else:
            columns[name] = pd.array(kept.get(name) or [""] * len(rows), dtype="str")
    for name in questions:
        answers = pd.Series(kept.get(name, array("b")), dtype="int8")
        if name not in kept:
            answers = pd.Series([_NOT_ANSWERED] * len(rows), dtype="int8")
        columns[name] = answers.astype("Int64").mask(answers.eq(_NOT_ANSWERED)).array
    return pd.DataFrame(columns)


def _checked_together(table: pd.DataFrame, rejected: _Rejected, faults: Faults) -> pd.DataFrame:
    """The rows that also fit each other; the others are added to `rejected`."""
    if (no_weight := table["weight"].eq(0)).all():
        table["weight"] = 1.0
        no_weight[:] = False
    no_wave = table["wave"].eq("") & table["wave"].ne("").any()
    _one_form(table, rejected.file, faults)
    for column, blank, expected in (
        ("wave", no_wave, A_WAVE),
        ("weight", no_weight, _WEIGHT),
    ):
        said = (column, f"nothing is given, though other rows have one. Expected {expected}.")
        rejected.rows.update(dict.fromkeys(table.loc[blank, "row"].tolist(), said))
    table = table[~(no_weight | no_wave)]
    keyed = table[table["person"].ne("")]
    again = keyed.duplicated(["wave", "person"])
    if again.any():
        first = keyed.groupby(["wave", "person"])["row"].transform("min")
        for row, before in zip(keyed.loc[again, "row"], first[again], strict=True):
            words = f"the person of this row already answered in row {before} of the same wave."
            rejected.rows[int(row)] = ("person", f"{words} Expected each person once in a wave.")
    return table.drop(index=keyed.index[again]).reset_index(drop=True)


def _one_form(table: pd.DataFrame, file: str, faults: Faults) -> None:
    """Say so when the waves do not all have one form: years, financial years or months."""
    forms = frozenset({"year", "financial year", "month"})
    for wave in table["wave"].unique():
        if wave and not forms & forms_of(wave):
            row = int(table.loc[table["wave"].eq(wave), "row"].iloc[0])
            what, expected = (
                "another form than in the rows before",
                f"{A_WAVE}, one form throughout",
            )
            faults.cell(row, "wave", what, expected)
            return
        forms &= forms_of(wave) or forms
