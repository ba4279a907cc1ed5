"""What the commands do once it is known what was asked for: check, run, publish, and say so."""

# Heavy imports stay inside the functions, so that `review --help` answers at once.
import os
import signal
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence_review.cli_options import Asked
from evidence_review.errors import ReviewError
from evidence_review.paths import BUILD, HTML, ROOT, RUNS

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from evidence_review.analyse.review import Review
    from evidence_review.publish.inputs import Inputs
    from evidence_review.publish.runs import Failure, Run

    Workers = AbstractContextManager[Executor]


def checked_review(inputs: "Inputs | None" = None) -> "Review":
    """The review, its tables held to the contract. Raises DataError with all problems."""
    from evidence_review.analyse.review import open_review
    from evidence_review.publish.contract_check import check_data_once

    if folder := os.environ.get("EVIDENCE_REVIEW_DATA"):
        # Kernels start in another folder, where a relative path would mean something else.
        os.environ["EVIDENCE_REVIEW_DATA"] = str(Path(folder).resolve())
    check_data_once(inputs or new_inputs())
    return open_review()


def new_inputs() -> "Inputs":
    """What pages are made from, as it stands now."""
    from evidence_review.publish.inputs import Inputs

    return Inputs()


def alone(folder: Path | None = None) -> AbstractContextManager[None]:
    """No other command at work here, and an orderly end when the system asks for one.

    folder: the one to hold; _build of this checkout unless given.
    """
    from evidence_review.publish.lock import only_one

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return only_one(folder or BUILD)


def cluster_at(address: str, inputs: "Inputs", runs: "list[Run]") -> "Workers":
    """The cluster that answers at an address. Raises ReviewError when its packages are missing."""
    try:
        from evidence_review.publish.cluster import cluster
    except ModuleNotFoundError as error:
        raise ReviewError(
            f"--cluster needs the package {error.name}; install what requirements-cluster.lock names:"
            f" {sys.executable} -m pip install --require-hashes -r requirements-cluster.lock"
        ) from None
    return cluster(address, inputs, runs)


def run_due(
    asked: Asked,
    runs: "list[Run]",
    inputs: "Inputs",
    jobs: int | None,
    workers: "Workers | None" = None,
) -> "list[Failure]":
    """Make the pages that are not up to date; say how many, and name those that failed."""
    from evidence_review.publish.records import Records, some
    from evidence_review.show.words import count

    records = Records(asked.folder, inputs, as_pages=asked.own)
    due = [one for one in runs if records.reasons(one)]
    failures: list[Failure] = []
    if due:
        from evidence_review.publish.worker import quick_jsonschema

        with quick_jsonschema():
            from evidence_review.publish.run import failure_table, run_all

        failures = run_all(due, asked.folder, jobs, asked.own, records, workers)
        if touched := inputs.touched():
            for one in due:
                records.place(one.page).unlink(missing_ok=True)
            raise ReviewError(
                f"{some(touched)} changed while pages were made; run the same command again."
            )
    kept = len(runs) - len(due)
    said = [f"{len(due) - len(failures)} of {len(due)} notebooks ran"] if due else []
    if kept:
        said.append(f"{count(kept, 'page is', 'pages are')} up to date")
    click.echo(f"{'; '.join(said)}. They are in {place(asked.folder)}")
    if failures:
        click.echo(f"\n{failure_table(failures)}", err=True)
    return failures


def refuse_stale(runs: "list[Run]", inputs: "Inputs", as_made: bool = True) -> None:
    """Raises ReviewError when what the book's pages were made from is not what is there now.

    as_made: also when a page's own files are no longer as they were made.
    """
    from evidence_review.publish.records import Records, summary

    records = Records(RUNS, inputs)
    reasons = {one.page: (records.reasons if as_made else records.changes)(one) for one in runs}
    if any(reasons.values()):
        raise ReviewError(
            f"pages in {place(RUNS)} are out of date; `review run` makes them again.\n"
            + summary(reasons)
        )


def check_again(runs: "list[Run]", inputs: "Inputs", also_checked: bool, jobs: int | None) -> bool:
    """Execute published notebooks again and say what came of it; whether anything differs.

    also_checked: whether those whose last check still holds are checked once more.
    """
    from evidence_review.publish.book_record import was_touched
    from evidence_review.publish.checks import published_pages
    from evidence_review.publish.records import Records
    from evidence_review.publish.verify import verify
    from evidence_review.show.words import count

    held = {one.page for one in published_pages(runs, RUNS) if one.state == "same"}
    due = [one for one in runs if also_checked or one.page not in held]
    checks = verify(due, RUNS, jobs, Records(RUNS, inputs).touched) if due else []
    differ = [one for one in checks if one.differences]
    if due:
        cells, files = sum(one.cells for one in checks), sum(one.files for one in checks)
        same = count(len(checks) - len(differ), "notebook")
        click.echo(
            f"{same} of {len(checks)} came out the same again; {count(cells, 'cell')} and"
            f" {count(files, 'file')} to download were compared"
        )
    if len(due) < len(runs):
        click.echo(f"{count(len(runs) - len(due), 'page')} had been checked as they are now")
    for one in differ:
        for line in one.differences:
            click.echo(f"{one.page}, {line}", err=True)
    if touched := was_touched(HTML):
        said = f"{place(HTML)}: files were changed since the book was built"
        click.echo(f"{said}; `review book` builds it anew", err=True)
    click.echo("`review book` puts this into the book, on the page “Checked outputs”.")
    return bool(differ) or touched


def publish(published: "list[Run]", title: str = "") -> None:
    """Build the book of these runs, unless it is up to date. title: blank for the usual one."""
    from evidence_review.publish.book import build_book
    from evidence_review.show.words import count

    click.echo("Building the book ...")
    done = "is" if build_book(published, title=title) else "was up to date; it is"
    pages = count(len(published), "run page")
    click.echo(f"The book {done} in {place(HTML)} with {pages}; see it with `review serve`")


def place(path: Path) -> str:
    """A path as a person in the checkout would write it, where it lies inside."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def refuse_unwritable(file: Path) -> None:
    """Raises ReviewError for a file to write whose folder is not there, or that is a folder."""
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise ReviewError(f"{file}: cannot be written. Expected a file in a folder that is there.")
