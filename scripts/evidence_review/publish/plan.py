"""What there is to run: each published page, its notebook, its parameters and its title."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from evidence_review.analyse.council import wrong_choices
from evidence_review.analyse.names import find_council
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError, UnknownNameError
from evidence_review.paths import NOTEBOOKS

# One of each kind of awkwardness: a reference council, two with suppressed figures, two with new
# boundaries, and one that missed a survey.
SAMPLE = (
    "Camden",
    "Isles of Scilly",
    "City of London",
    "Cumberland",
    "Buckinghamshire",
    "Derby",
)


@dataclass(frozen=True)
class Run:
    """One notebook to execute. page: where it goes in the book, without its ending."""

    page: str
    notebook: Path
    title: str
    nav_title: str
    parameters: dict[str, Any] = field(default_factory=dict)


def national_runs() -> list[Run]:
    """The notebooks without parameters."""
    return [Run("gap-map", NOTEBOOKS / "gap-map.ipynb", "Gap map", "Gap map")]


def source_runs(review: Review) -> list[Run]:
    """One run for each source."""
    return [_source_run(row) for _, row in review.sources.iterrows()]


def _source_run(row: pd.Series) -> Run:
    short = row["abbreviation"] if pd.notna(row["abbreviation"]) else ""
    return Run(
        page=f"sources/{row['source_id']}",
        notebook=NOTEBOOKS / "source.ipynb",
        title=f"{row['name']} ({short})" if short else row["name"],
        nav_title=short or row["name"],
        parameters={"source": row["source_id"]},
    )


def council_runs(
    review: Review, asked: Sequence[str] | None = None, **parameters: str
) -> list[Run]:
    """One run for each council asked for, or for all of them.

    parameters: of the council notebook, beside the council itself.
    Raises ReviewError that names every council that does not exist and every value that is wrong.
    """
    if "council" in parameters:
        raise ReviewError("the council is named by --council, not by a parameter")
    known = {k: v for k, v in parameters.items() if k in ("comparators", "first_year", "last_year")}
    wrong = wrong_choices(**known)
    if asked is None:
        rows = [row for _, row in review.councils.iterrows()]
    else:
        rows = []
        for name in asked:
            try:
                rows.append(find_council(review.councils, name))
            except UnknownNameError as error:
                wrong.append(str(error))
    if wrong:
        raise ReviewError("\n".join(wrong))
    runs = {
        row["slug"]: Run(
            page=f"councils/{row['slug']}",
            notebook=NOTEBOOKS / "council.ipynb",
            title=row["name"],
            nav_title=row["name"],
            parameters={"council": row["name"], **parameters},
        )
        for row in rows
    }
    return list(runs.values())


def all_runs(review: Review) -> list[Run]:
    """Everything that the book holds."""
    return [*national_runs(), *source_runs(review), *council_runs(review)]


def sample_runs(review: Review) -> list[Run]:
    """The same, with the sample's councils only."""
    return [*national_runs(), *source_runs(review), *council_runs(review, SAMPLE)]


def check_parameters(runs: Sequence[Run]) -> None:
    """Refuse a parameter that its notebook does not have: Papermill would only warn."""
    from nbformat.reader import NotJSONError
    from papermill import inspect_notebook

    known: dict[Path, set[str]] = {}
    wrong = {}
    for run in runs:
        if run.notebook not in known:
            if not run.notebook.exists():
                raise ReviewError(f"{run.notebook} is missing; restore it from version control")
            try:
                known[run.notebook] = set(inspect_notebook(str(run.notebook)))
            except (ValueError, KeyError, NotJSONError) as error:
                raise ReviewError(
                    f"{run.notebook} is not a notebook that can be run ({type(error).__name__});"
                    " restore it from version control"
                ) from error
        for name in set(run.parameters) - known[run.notebook]:
            wrong[name] = (
                f"notebooks/{run.notebook.name} has no parameter “{name}”; "
                f"it has {', '.join(sorted(known[run.notebook])) or 'none'}"
            )
    if wrong:
        raise ReviewError("\n".join(wrong[name] for name in sorted(wrong)))
