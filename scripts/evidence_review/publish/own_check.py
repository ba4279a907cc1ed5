"""What is right and what is wrong with a council's own evidence: `review own check`."""

import csv
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from evidence_review.analyse.own.disclosure import FEWEST, rounded
from evidence_review.analyse.review import Review
from evidence_review.errors import DataError
from evidence_review.read.own import OwnEvidence, examine, expanded, invented_council
from evidence_review.show.downloads.formulas import not_a_formula
from evidence_review.show.words import count

REJECTED = "rejected-responses.csv"
_MOST = 10  # rows or headings that are named


def check_folder(review: Review, folder: Path) -> tuple[list[str], list[str]]:
    """Read everything in `folder`, and write the list of rejected responses beside the originals.

    Returns what was found, and what is wrong, one line each; nothing wrong means that all is well.
    """
    folder = expanded(folder)
    found, problems = examine(
        folder, review.elements, review.frames, review.kinds, review.survey_items
    )
    if found.rows:
        try:
            invented_council(folder)
        except DataError as error:
            problems += str(error).splitlines()
    faulty = frozenset(re.split("[,:]", problem)[0] for problem in problems)
    if rejected := len(found.rejected):
        problems.append(
            f"{found.rejected['file'].iloc[0]}: {_rows(rejected)} left out of the results."
            f" {REJECTED} says which, and why. Mend and check again, or go on without."
        )
    if found.rows:
        try:
            write_rejected(folder / REJECTED, found.rejected)
        except OSError as error:
            problems.append(
                f"{folder / REJECTED}: cannot be written ({error.strerror}). Expected a folder that "
                "you may write to. Its permissions stand in the way."
            )
    return summary(found, faulty), problems


def write_rejected(path: Path, rejected: pd.DataFrame) -> None:
    """Write the list of rejected rows for Excel; remove it when there are none.

    rejected: file, row, column, problem. The file at `path` is replaced as a whole, and a link
    there is replaced, not followed.
    """
    if rejected.empty:
        path.unlink(missing_ok=True)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}-", suffix=".draft")
    draft = Path(name)
    try:
        with open(handle, "w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(rejected.columns)
            for row in rejected.itertuples(index=False):
                writer.writerow([not_a_formula(cell) for cell in row])
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def summary(found: OwnEvidence, faulty: frozenset[str] = frozenset()) -> list[str]:
    """What a folder holds, one line each. Counts of people are rounded, small ones not said.

    faulty: files of which nothing is said, since something is wrong with them.
    """
    lines = []
    for file, rows in found.rows.items():
        if file in faulty:
            continue
        table = file.partition(".")[0]
        if table == "responses":
            lines += _responses(file, found)
        elif table == "documents":
            lines.append(f"{file}: {count(len(found.documents), 'document')}.")
            if found.unfilled:
                lines.append(
                    f"{file}: not yet filled in, and left out: {_listed('row', found.unfilled)}."
                    " Give the year, and the address where there is one."
                )
        elif table == "questions":
            standard = int(found.questions["standard"].ne("").sum())
            lines.append(
                f"{file}: {count(len(found.questions), 'question')}, {standard} of them standard."
            )
        else:
            lines.append(f"{file}: {count(rows, 'wave')}.")
    return lines


def _responses(file: str, found: OwnEvidence) -> list[str]:
    counts = found.responses["wave"].value_counts().sort_index()
    said = [
        f"{f'wave {wave}' if wave else 'all'}: {_people(people)}" for wave, people in counts.items()
    ]
    lines = [f"{file}: respondents, rounded to 5: {'; '.join(said) or 'none'}."]
    if found.unused:
        headings = [f"“{' '.join(heading.split())[:60]}”" for heading in found.unused]
        lines.append(f"{file}: columns not used: {_joined(headings)}.")
    return lines


def _people(number: int) -> str:
    return f"about {rounded(number):,}" if number >= FEWEST else f"fewer than {FEWEST}"


def _rows(number: int) -> str:
    return f"{count(number, 'row')} {'is' if number == 1 else 'are'}"


def _listed(noun: str, numbers: tuple[int, ...]) -> str:
    return f"{noun}{'s' if len(numbers) > 1 else ''} {_joined(map(str, numbers))}"


def _joined(parts: Iterable[str]) -> str:
    parts = list(parts)
    more = [f"and {len(parts) - _MOST:,} more"] * (len(parts) > _MOST)
    return ", ".join([*parts[:_MOST], *more])
