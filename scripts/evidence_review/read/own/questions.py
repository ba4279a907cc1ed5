"""questions: one row for each question of the council's survey."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from evidence_review.read.own.sheet import Sheet, fixed_rows, open_sheet, typed_table
from evidence_review.read.own.words import Faults, Rule, nearest, plain, shown, typed

COLUMNS = (
    "question", "wording", "scale", "good", "left_out", "element", "frame", "universal", "standard",
)  # fmt: skip
OPTIONAL = frozenset({"left_out", "standard"})
# Headings of responses that are no questions.
ABOUT = ("weight", "age_group", "sex", "support_reason", "budget_type", "wave", "person")
# Names that the results use themselves.
RESERVED = frozenset({*ABOUT, "row", "everyone", "quality-of-life"})
_SCALE = "every answer with its number first, such as “1 Very good; 2 Good; 3 Bad”"
_LONGEST_LABEL = 100


class Question(NamedTuple):
    """A question that has no fault. labels: number of an answer → its label."""

    question: str
    wording: str
    labels: dict[int, str]
    good: frozenset[int]
    left_out: frozenset[int]
    element_id: str
    frame_id: str
    universal: bool
    standard: str


@dataclass
class Questions:
    """The questions of a folder. named: short names of all rows, faulty ones too.

    count: rows below the heading.
    """

    table: pd.DataFrame
    named: frozenset[str] = frozenset()
    count: int = 0
    file: str = "questions.csv"
    known: list[Question] = field(default_factory=list)


def heading_of(text: str) -> str:
    """A heading as it is compared: “Age group” is age_group."""
    return plain(text).replace(" ", "_")


def read_questions(
    path: Path,
    elements: pd.DataFrame,
    frames: pd.DataFrame,
    survey_items: pd.DataFrame,
    faults: Faults,
) -> Questions:
    """The questions of a file; what is wrong is added to `faults`.

    survey_items: the review's table of that name.
    Returns them with a table of those without fault: question, wording, labels (number → label),
    good and left_out (frozensets of numbers), element_id, frame_id, universal (bool), standard.
    """
    sheet = open_sheet(path, COLUMNS, faults)
    if not sheet:
        return Questions(no_questions(), file=path.name)
    reader = _Reader(elements, frames, survey_items, faults)
    for row, cells in fixed_rows(sheet, COLUMNS, OPTIONAL, faults, OPTIONAL):
        reader.take(row, cells)
    return _gathered(sheet, reader)


def no_questions() -> pd.DataFrame:
    return _table([])


def _gathered(sheet: Sheet, reader: "_Reader") -> Questions:
    known = reader.known
    return Questions(_table(known), frozenset(reader.first), sheet.count, sheet.file, known)


def _table(questions: list[Question]) -> pd.DataFrame:
    types = dict.fromkeys(Question._fields, "str") | {"universal": "bool"}
    types |= dict.fromkeys(("labels", "good", "left_out"), "object")
    return typed_table([one._asdict() for one in questions], types)


class _Reader:
    """Reads the rows one by one, and remembers which names have stood there before."""

    def __init__(
        self,
        elements: pd.DataFrame,
        frames: pd.DataFrame,
        survey_items: pd.DataFrame,
        faults: Faults,
    ) -> None:
        self.faults = faults
        self.items = {plain(row["item"]): row for row in survey_items.to_dict("records")}
        one = "one code or short name from data/framework/{}.csv"
        self.rules = {
            "question": Rule(
                "a short name of letters, digits, _ and -, at most 40, that begins with a letter"
                " or digit, to use as the heading in responses",
                "Shorten it or leave other signs out.",
                pattern="[A-Za-z0-9][A-Za-z0-9_-]{0,39}",
            ),
            "wording": Rule(
                "the question as it was asked, at most 300 letters",
                "Shorten it.",
                pattern=".{1,300}",
            ),
            "element": Rule(
                one.format("elements"), "Look it up there.", typed(elements, "element_id")
            ),
            "frame": Rule(one.format("frames"), "Look it up there.", typed(frames, "frame_id")),
            "universal": Rule("yes or no", "Choose one.", {"yes": "yes", "no": "no"}),
            "standard": Rule(
                "an item from data/framework/survey_items.csv, or blank",
                "Leave it blank when the question is the council's own.",
                {key: str(item["item"]) for key, item in self.items.items()},
            ),
        }
        self.known: list[Question] = []
        self.first: dict[str, int] = {}
        self.first_standard: dict[str, int] = {}

    def take(self, row: int, cells: dict[str, str]) -> None:
        sound = len(cells) == len(COLUMNS)
        for column, rule in self.rules.items():
            text = cells.get(column)
            if text is None or (not text and column in OPTIONAL):
                continue
            if not text:
                sound = self._blank(row, column, rule.expected)
            elif not rule.fits(text):
                remedy = "" if self.faults.full else rule.remedy_for(text)
                what = f"{shown(text)} does not fit"
                self.faults.cell(row, column, what, rule.expected, remedy)
                sound = False
        name, standard = cells.get("question", ""), cells.get("standard", "")
        sound &= self._unique(row, name)
        labels = self._labels(row, cells["scale"]) if "scale" in cells else None
        if labels is None:
            return
        good = self._numbers(row, "good", cells.get("good"), labels)
        left_out = self._numbers(row, "left_out", cells.get("left_out"), labels)
        if good is None or left_out is None:
            return
        sound &= self._sets_fit(row, labels, good, left_out)
        if item := self.items.get(plain(standard)):
            sound &= self._standard_fits(row, item, labels, good, left_out)
        if not sound:
            return
        code = {
            name: self.rules[name].named(cells[name]).split()[0] for name in ("element", "frame")
        }
        self.known.append(
            Question(
                question=name,
                wording=" ".join(cells["wording"].split()),
                labels=labels,
                good=good,
                left_out=left_out,
                element_id=code["element"],
                frame_id=code["frame"],
                universal=plain(cells["universal"]) == "yes",
                standard=self.rules["standard"].named(standard) if standard else "",
            )
        )

    def _blank(self, row: int, column: str, expected: str) -> bool:
        remedy = "Fill it in, or remove the row."
        self.faults.cell(row, column, "nothing is given", expected, remedy)
        return False

    def _unique(self, row: int, name: str) -> bool:
        expected = self.rules["question"].expected
        if heading_of(name) in RESERVED:
            what = f"{shown(name)} is the name of another column"
            self.faults.cell(row, "question", what, expected, "Give it another name.")
            return False
        if name and self.first.setdefault(heading_of(name), row) != row:
            what = f"{shown(name)} already stands in row {self.first[heading_of(name)]}"
            self.faults.cell(row, "question", what, "each question once", "Rename or remove one.")
            return False
        return True

    def _labels(self, row: int, text: str) -> dict[int, str] | None:
        """Number → label; None with the fault said."""
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if not parts:
            self._blank(row, "scale", _SCALE)
            return None
        labels: dict[int, str] = {}
        what = ""
        for part in parts:
            found = re.fullmatch(r"([0-9]{1,2})[\s.:=)]+(\S.*)", part, re.DOTALL)
            label = " ".join(found[2].split()) if found else ""
            if not found:
                what = f"{shown(part)} is not a number from 0 to 99 and a label"
            elif int(found[1]) in labels:
                what = f"the number {int(found[1])} stands there twice"
            elif len(label) > _LONGEST_LABEL:
                what = f"the label of {int(found[1])} has more than {_LONGEST_LABEL} letters"
            else:
                labels[int(found[1])] = label
        if not what and len(labels) < 2:
            what = "there is only one answer"
        if what:
            self.faults.cell(row, "scale", what, _SCALE, "Separate the answers by “;”.")
            return None
        return labels

    def _numbers(
        self, row: int, column: str, text: str | None, labels: dict[int, str]
    ) -> frozenset[int] | None:
        """Numbers of answers; None, with the fault said, when they are not on the scale."""
        if text is None:  # the heading lacks the column, which has been said
            return None
        parts = [part.strip() for part in re.split("[;,]", text) if part.strip()]
        numbers = ";".join(map(str, labels))
        expected = f"numbers from the scale ({numbers}), joined by “;”"
        if not parts and column not in OPTIONAL:
            self._blank(row, column, expected)
            return None
        wrong = [p for p in parts if not re.fullmatch("[0-9]{1,2}", p) or int(p) not in labels]
        for part in wrong:
            remedy = nearest(part, {plain(v): f"{k}" for k, v in labels.items()})
            self.faults.cell(row, column, f"{shown(part)} is not on the scale", expected, remedy)
        return None if wrong else frozenset(map(int, parts))

    def _sets_fit(
        self, row: int, labels: dict[int, str], good: frozenset[int], left_out: frozenset[int]
    ) -> bool:
        if good & left_out:
            both = ";".join(map(str, sorted(good & left_out)))
            what, remedy = (
                f"{both} is left out and counts as good",
                "Take it out of one of the two.",
            )
        elif good >= set(labels) - left_out:
            what = "every answer counts as good"
            remedy = "Leave out those that do not count as good."
        else:
            return True
        self.faults.cell(row, "good", what, "some of the answers, not all", remedy)
        return False

    def _standard_fits(
        self,
        row: int,
        item: dict[str, object],
        labels: dict[int, str],
        good: frozenset[int],
        left_out: frozenset[int],
    ) -> bool:
        """Whether a question that is a standard item has its numbers, or all faults are said."""
        name = str(item["item"])
        sound = True
        if self.first_standard.setdefault(name, row) != row:
            what = f"{name} already stands in row {self.first_standard[name]}"
            self.faults.cell(row, "standard", what, "each item once", "Clear one of the two.")
            sound = False
        wanted = {
            "scale": frozenset(range(1, int(str(item["answers"])) + 1)),
            "good": numbers_of(item["good"]),
            "left_out": numbers_of(item["left_out"]),
        }
        given = {"scale": frozenset(labels), "good": good, "left_out": left_out}
        for column, numbers in wanted.items():
            if given[column] != numbers:
                what = f"not the numbers of the standard item {name}"
                expected = ";".join(map(str, sorted(numbers))) or "nothing"
                remedy = "Correct it, or clear “standard” when another question was asked."
                self.faults.cell(row, column, what, expected, remedy)
                sound = False
        return sound


def numbers_of(text: object) -> frozenset[int]:
    """The numbers of a cell of survey_items such as "1;2"; none for a blank one."""
    return frozenset(int(part) for part in str(text).split(";") if part.strip().isdecimal())
