"""Where everything in the book comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence_review.analyse.review import Review
from evidence_review.publish.checks import published_pages
from evidence_review.publish.inputs import Inputs
from evidence_review.publish.records import read_record
from evidence_review.publish.revision import Revision, revision
from evidence_review.publish.runs import Run
from evidence_review.read.checksums import checksum

JSON_FILE = "provenance.json"


@dataclass(frozen=True)
class Provenance:
    """Where everything in a book comes from.

    environment: Python and the libraries. tables: SHA-256 of each table of data/. files: those of
    the publishers. figures: for each indicator, year and basis, the publisher's file and how many
    figures it gave. notebooks: what all runs of each were made from. pages: each run with its
    parameters, SHA-256, what it alone was made from, and the state of its last check.
    """

    revision: Revision
    environment: dict[str, str]
    tables: dict[str, str]
    files: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    notebooks: dict[str, dict[str, str]]
    pages: list[dict[str, Any]]


def provenance(review: Review, published: Sequence[Run], runs_folder: Path) -> Provenance:
    """That of a book of these runs. runs_folder: where they lie, with their records beside it."""
    inputs = Inputs()
    notebooks, pages = _pages(published, runs_folder)
    return Provenance(
        revision=revision(),
        environment=inputs.environment,
        tables=inputs.of_data(),
        files=review.files.to_dict("records"),
        figures=_figures(review),
        notebooks=notebooks,
        pages=pages,
    )


def _figures(review: Review) -> list[dict[str, Any]]:
    keys = ["indicator_id", "year", "basis_id", "file_id"]
    with_value = review.figures[review.figures["value"].notna()]
    counted = with_value.groupby(keys, sort=True, observed=True).size().reset_index(name="figures")
    return [
        {**row, "figures": int(row["figures"])}
        for row in counted.astype(dict.fromkeys(keys, str)).to_dict("records")
    ]


def _pages(
    published: Sequence[Run], runs_folder: Path
) -> tuple[dict[str, dict[str, str]], list[dict[str, Any]]]:
    """What the runs of each notebook share, and each page with the rest."""
    made_from = {}
    for run in published:
        record = read_record(runs_folder, run.page)
        made_from[run.page] = record.inputs if record else {}
    shared: dict[str, dict[str, str]] = {}
    for run in published:
        name, own = run.notebook.name, made_from[run.page]
        both = shared[name].items() & own.items() if name in shared else own.items()
        shared[name] = dict(sorted(both))
    checks = {one.page: one for one in published_pages(published, runs_folder)}
    pages = []
    for run in published:
        common = shared[run.notebook.name]
        alone = {key: value for key, value in made_from[run.page].items() if key not in common}
        checked = checks[run.page]
        pages.append(
            {
                "page": run.page,
                "title": run.title,
                "notebook": run.notebook.name,
                "parameters": run.parameters,
                "sha256": checksum(runs_folder / f"{run.page}.ipynb"),
                "made_from": dict(sorted(alone.items())),
                "check": {"state": checked.state, "at": checked.check.at if checked.check else ""},
            }
        )
    return shared, pages
