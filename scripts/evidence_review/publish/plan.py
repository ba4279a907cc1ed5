"""What there is to run: each published page, its notebook, its parameters and its title."""

from collections.abc import Iterable, Sequence
from inspect import signature
from pathlib import Path

import pandas as pd

from evidence_review.analyse.areas import Area, councils_of, wider_areas
from evidence_review.analyse.council import Choices, choose
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish.area_files import area_files
from evidence_review.publish.inputs import Inputs
from evidence_review.publish.runs import Run
from evidence_review.read.own import OwnEvidence, expanded
from evidence_review.show.gap_map import source_label
from evidence_review.show.source import full_name

# One of each kind of awkwardness: a reference council, two with suppressed figures, two with new
# boundaries, one that missed a survey; and an area of each level above.
SAMPLE = (
    "Camden",
    "Isles of Scilly",
    "City of London",
    "Cumberland",
    "Buckinghamshire",
    "Derby",
    "England",
    "South East",
    "Shire Counties",
)

# The chapters on England's figures, in the order of the book: notebook → title.
CHAPTERS = {
    "all-councils": "All councils at once",
    "variation": "How far councils differ",
    "budgets-and-outcomes": "Budgets and outcomes",
    "older-people": "Older people",
    "carers": "Carers",
    "direct-payments": "Direct payments over time",
}


def national_runs() -> list[Run]:
    """The notebooks that are published once, as they stand."""
    return [
        Run("gap-map", NOTEBOOKS / "gap-map.ipynb", "Gap map", "Gap map"),
        *(
            Run(f"figures/{name}", NOTEBOOKS / f"{name}.ipynb", title, title)
            for name, title in CHAPTERS.items()
        ),
    ]


def chapters_reading(tables: Iterable[str]) -> list[str]:
    """The chapters on England's figures whose notebook, or code beneath it, reads one of these tables.

    tables: paths in the data folder.
    """
    changed = {f"data/{path}" for path in tables}
    if not changed:
        return []
    inputs = Inputs()
    return [name for name in CHAPTERS if changed & set(inputs.of_code(NOTEBOOKS / f"{name}.ipynb"))]


def source_runs(review: Review) -> list[Run]:
    """One run for each source."""
    return [_source_run(row) for _, row in review.sources.iterrows()]


def _source_run(row: pd.Series) -> Run:
    return Run(
        page=f"sources/{row['source_id']}",
        notebook=NOTEBOOKS / "source.ipynb",
        title=full_name(row),
        nav_title=source_label(row),
        parameters={"source": row["source_id"]},
    )


def council_runs(
    review: Review, asked: Sequence[str] | None = None, /, **parameters: str
) -> list[Run]:
    """One run for each area asked for, or for all councils and the areas above them.

    asked: councils, regions, types of council or England. parameters: of the council notebook,
    beside the area itself. Raises ReviewError that names every area that does not exist and every
    value that is wrong.
    """
    if "council" in parameters:
        raise ReviewError("the council is named by --council, not by a parameter")
    if folder := parameters.get("own_evidence"):
        if asked is None or len(set(asked)) != 1:
            raise ReviewError("own_evidence: name the one council whose evidence it is")
        # The kernel starts in another folder, where a relative path would mean something else.
        parameters["own_evidence"] = str(expanded(folder).resolve())
    remarks: dict[str, str] = {}
    if asked is not None:
        choices = _choices(review, asked, parameters)
        areas = [one.area for one in choices]
        remarks = {one.area.page: _left_out(one.own) for one in choices}
    else:
        areas = [
            Area(row["area_code"], row["name"], "council", row)
            for _, row in review.councils.iterrows()
        ] + wider_areas(review.areas)
    runs = [_area_run(area, parameters, remarks.get(area.page, "")) for area in areas]
    return list({run.page: run for run in runs}.values())


def _left_out(own: OwnEvidence) -> str:
    """Which rows of an analyst's folder are not in the page, in words; blank for none."""
    parts = []
    if unfilled := len(own.unfilled):
        parts.append(f"{unfilled} of documents, which are not yet filled in")
    if rejected := own.rejected["row"].nunique():
        parts.append(f"{rejected} of responses, which have mistakes")
    return f"Rows left out: {' and '.join(parts)}. `review own check` names them." if parts else ""


def _area_run(area: Area, parameters: dict[str, str], remark: str) -> Run:
    return Run(
        page=area.page,
        notebook=NOTEBOOKS / "council.ipynb",
        title=area.name,
        nav_title=area.name,
        parameters={"council": area.name, **parameters},
        files=area_files,
        remark=remark,
    )


def _choices(review: Review, asked: Sequence[str], parameters: dict[str, str]) -> list[Choices]:
    """The areas asked for, with what was chosen for them. Raises ReviewError that names everything
    that is wrong, each once."""
    names = set(signature(choose).parameters) - {"review", "council"}
    known = {name: value for name, value in parameters.items() if name in names}
    found = []
    wrong = [
        f"notebooks/council.ipynb has no parameter “{name}”; it has {', '.join(sorted(names))}"
        for name in sorted(set(parameters) - names)
    ]
    for name in asked:
        try:
            found.append(choose(review, name, **known))
        except ReviewError as error:
            wrong += str(error).splitlines()
    if wrong:
        raise ReviewError("\n".join(dict.fromkeys(wrong)))
    return found


def book_runs(review: Review, asked: Sequence[str]) -> list[Run]:
    """What a book about some councils holds: the national pages, the sources, and their own pages.

    asked: councils; regions and types of council, which stand for their councils too. With a council
    come its region and England, the areas that its page is compared with and listed under. Raises
    ReviewError that names every area that does not exist.
    """
    names = []
    for choice in _choices(review, asked, {}):
        area = choice.area
        if area.council is not None:
            names.append(str(area.council["region"]))
        names += [area.name, *councils_of(area, review.councils)["name"]]
    return [*national_runs(), *source_runs(review), *council_runs(review, [*names, "England"])]


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
