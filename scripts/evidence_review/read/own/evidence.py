"""All of a council's own evidence: documents, questions, responses and waves of one folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.own.documents import Documents, no_documents, read_documents
from evidence_review.read.own.files import check_folder, expanded, table_file
from evidence_review.read.own.questions import Questions, no_questions, read_questions
from evidence_review.read.own.responses import Responses, no_responses, read_responses
from evidence_review.read.own.waves import no_waves, read_waves
from evidence_review.read.own.words import Faults

TABLES = ("documents", "questions", "responses", "waves")


@dataclass(frozen=True)
class OwnEvidence:
    """What a folder holds. A table whose file is not there is empty, with the right columns.

    documents: kind, title, year, address, element_ids, frame_ids, extent, note.
    questions: question, wording, labels (number → label), good and left_out (frozensets of
    numbers), element_id, frame_id, universal, standard (blank when none).
    responses: row (in the spreadsheet), weight, age_group, sex, support_reason, budget_type, wave,
    person (never to be written anywhere), and a column of answer numbers for each question.
    waves: wave, eligible, note.
    rejected: faulty rows of responses, one row each: file, row, column, problem.
    rows: file → rows below its heading; for responses, those used and those rejected.
    unfilled: rows of documents that are left out, as they are not yet filled in.
    unused: headings of responses that are not read.
    """

    documents: pd.DataFrame
    questions: pd.DataFrame
    responses: pd.DataFrame = field(repr=False)
    waves: pd.DataFrame
    rejected: pd.DataFrame
    rows: dict[str, int]
    unfilled: tuple[int, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def has_survey(self) -> bool:
        """Whether there are questions and people who answered."""
        return not self.questions.empty and not self.responses.empty


def own_evidence(
    folder: str | Path,
    elements: pd.DataFrame,
    frames: pd.DataFrame,
    kinds: pd.DataFrame,
    survey_items: pd.DataFrame,
) -> OwnEvidence:
    """The council's own evidence in `folder`.

    elements, frames, kinds, survey_items: the review's tables of the same names.
    Raises DataError with everything that is wrong with documents, questions, waves and the heading
    of responses, one line each. Faulty rows of responses are left out and listed as `rejected`.
    """
    found, problems = examine(folder, elements, frames, kinds, survey_items)
    if problems:
        raise DataError("\n".join(problems))
    return found


def examine(
    folder: str | Path,
    elements: pd.DataFrame,
    frames: pd.DataFrame,
    kinds: pd.DataFrame,
    survey_items: pd.DataFrame,
) -> tuple[OwnEvidence, list[str]]:
    """What `own_evidence` gives, as far as it can be read, and what is wrong, one line each."""
    reading = _Reading(expanded(folder))
    if not reading.paths:
        return reading.result(), reading.problems
    if path := reading.paths.get("documents"):
        with reading.of(path) as faults:
            reading.documents = read_documents(path, elements, frames, kinds, faults)
            reading.rows[path.name] = reading.documents.count
    if path := reading.paths.get("questions"):
        with reading.of(path) as faults:
            reading.questions = read_questions(path, elements, frames, survey_items, faults)
            reading.rows[path.name] = reading.questions.count
    responses = None
    if path := reading.paths.get("responses"):
        with reading.of(path) as faults:
            if "questions" not in reading.paths:
                faults.add(
                    f"{path.name}: there are no questions. Expected a table questions.csv or"
                    " questions.xlsx with a row for each question. `review own new` writes one."
                )
            elif reading.questions:
                reading.responses = read_responses(path, reading.questions, faults)
                responses = reading.responses.table
                reading.rows[path.name] = reading.responses.count
    if path := reading.paths.get("waves"):
        with reading.of(path) as faults:
            reading.waves, reading.rows[path.name] = read_waves(path, responses, faults)
    return reading.result(), reading.problems


class _Reading:
    """What has been found so far, and what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.paths: dict[str, Path] = {}
        self.problems: list[str] = []
        self.rows: dict[str, int] = {}
        self.documents: Documents | None = None
        self.questions: Questions | None = None
        self.responses: Responses | None = None
        self.waves: pd.DataFrame | None = None
        try:
            check_folder(folder)
            for table in TABLES:
                try:
                    if path := table_file(folder, table):
                        self.paths[table] = path
                except DataError as error:
                    self.problems.append(str(error))
            if not self.paths and not self.problems:
                table_file(folder, "documents", required=True)
        except DataError as error:
            self.problems.append(str(error))

    @contextmanager
    def of(self, path: Path) -> Iterator[Faults]:
        """Where the faults of a file go; a file that cannot be read is one of them."""
        faults = Faults(path.name)
        try:
            yield faults
        except DataError as error:
            self.problems += [*faults.lines(), *str(error).splitlines()]
        else:
            self.problems += faults.lines()

    def result(self) -> OwnEvidence:
        documents = self.documents or Documents(no_documents())
        questions = self.questions.table if self.questions else no_questions()
        responses = self.responses or no_responses(questions["question"])
        return OwnEvidence(
            documents=documents.table,
            questions=questions,
            responses=responses.table,
            waves=no_waves() if self.waves is None else self.waves,
            rejected=responses.rejected,
            rows=self.rows,
            unfilled=tuple(documents.unfilled),
            unused=responses.unused,
        )


NO_EVIDENCE = OwnEvidence(
    documents=no_documents(),
    questions=no_questions(),
    responses=no_responses().table,
    waves=no_waves(),
    rejected=no_responses().rejected,
    rows={},
)
