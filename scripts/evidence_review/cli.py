"""The command line: `review build | run | book | own | test | ingest | lab | serve`."""

# Heavy imports stay inside the commands, so that `review --help` answers at once.
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evidence_review import __version__
from evidence_review.errors import ReviewError
from evidence_review.paths import BUILD, HTML, NOTEBOOKS, OWN, ROOT, RUNS

if TYPE_CHECKING:
    from evidence_review.analyse.review import Review
    from evidence_review.publish.plan import Run

CONTROLS = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"

jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Notebooks to run at once (default: one a core).",
)
sample_option = click.option(
    "--sample", is_flag=True, help="Six councils that show every awkward case, not all 153."
)


class PlainErrors(click.Group):
    """Turns a person's mistake into lines on stderr and exit code 2, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ReviewError as error:
            for line in str(error).splitlines():
                # A name from a file must not steer the terminal.
                click.echo(f"Error: {re.sub(CONTROLS, '�', line)}", err=True)
            ctx.exit(2)
        except OSError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("\nStopped. What had finished is kept.", err=True)
            ctx.exit(130)


@click.group(cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="review")
def main() -> None:
    """Gathering the Evidence: a review of personal budgets that anyone can re-run.

    Start with `review build`, then `review serve`. For one council:
    `review run --council Camden`.
    """


@main.command()
@sample_option
@jobs_option
def build(sample: bool, jobs: int | None) -> None:
    """Run every notebook and build the book into _build/html."""
    with _alone():
        failed = _run(sample=sample, councils=(), parameters=(), jobs=jobs, fresh=True)
        _book()
    sys.exit(1 if failed else 0)


@main.command()
@click.option(
    "--council",
    "councils",
    multiple=True,
    metavar="NAME",
    help="Only this council (or region, type of council, England); may be repeated.",
)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="A parameter of the council notebook, such as: -p first_year 2018-19.",
)
@click.option(
    "--own",
    "own_folder",
    metavar="FOLDER",
    help="The council's own evidence; see `review own`.",
)
@sample_option
@jobs_option
def run(
    councils: tuple[str, ...],
    parameters: tuple[tuple[str, str], ...],
    own_folder: str | None,
    sample: bool,
    jobs: int | None,
) -> None:
    """Run the notebooks into _build/runs; the book is left as it is.

    Without options: the gap map, all sources and all councils. NAME may be a council's name, its
    ONS code or slug. A page with parameters of its own goes to _build/own and stays out of the book.
    """
    if councils and sample:
        raise click.UsageError("choose either --council or --sample")
    if parameters and not councils:
        raise click.UsageError("--parameter goes with --council")
    if own_folder is not None:
        if not own_folder.strip():
            raise click.UsageError("--own: name a folder")
        if len(councils) != 1:
            raise click.UsageError("--own goes with one --council, whose evidence it is")
        parameters = (*parameters, ("own_evidence", own_folder))
    names = [name for name, _ in parameters]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise click.UsageError(f"{', '.join(twice)} is given twice")
    with _alone():
        failed = _run(sample, councils, parameters, jobs, fresh=False)
    sys.exit(1 if failed else 0)


@main.command()
def book() -> None:
    """Build the book from the notebooks that have run."""
    with _alone():
        _book()


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("pytest_options", nargs=-1, type=click.UNPROCESSED)
def test(pytest_options: tuple[str, ...]) -> None:
    """Run all tests, the book in a browser included.

    PYTEST_OPTIONS are passed on, for instance: review test -- -k intervals
    """
    from evidence_review.publish.check import run_tests

    sys.exit(run_tests(pytest_options))


@main.command()
def store() -> None:
    """Refresh the outputs stored in the notebooks.

    For people who change a notebook, the package or the data; the tests compare with what is stored.
    """
    from evidence_review.publish.run import store as store_outputs

    _open_review()
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        store_outputs(notebook)
        click.echo(f"Stored the outputs of {_place(notebook)}")


@main.command()
@click.option(
    "--from",
    "raw",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder that holds the publishers' files.",
)
def ingest(raw: Path) -> None:
    """Write data/indicators from the publishers' own files."""
    from evidence_review.ingest import ingest as ingest_files
    from evidence_review.paths import DATA

    click.echo(str(ingest_files(raw, DATA)))


@main.group()
def own() -> None:
    """A council's own evidence: documents and surveys, kept outside the project."""


@own.command("new")
@click.argument("council")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder for the tables, outside the project; made when it is not there.",
)
def own_new(council: str, folder: Path) -> None:
    """Write tables to fill in, and a guide, for COUNCIL. Nothing is ever overwritten."""
    from evidence_review.publish.own_templates import new_folder

    for path in new_folder(_open_review(), council, folder):
        click.echo(f"Wrote {path}")
    click.echo(f"Fill them in, then: review own check {folder}")


@own.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
def own_check(folder: Path) -> None:
    """Say what FOLDER holds and everything that is wrong with it."""
    from evidence_review.errors import DataError
    from evidence_review.publish.own_check import check_folder

    found, problems = check_folder(_open_review(), folder)
    for line in found:
        click.echo(line)
    if problems:
        raise DataError("\n".join(problems))
    click.echo("All is well.")


@main.command()
def lab() -> None:
    """Open JupyterLab on the notebooks."""
    _replace_process([sys.executable, "-m", "jupyterlab", "--notebook-dir", str(NOTEBOOKS)])


@main.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(port: int) -> None:
    """Show the built book on this machine only."""
    from evidence_review.publish.serve import serve_book

    serve_book(HTML, port)


def _open_review() -> "Review":
    from evidence_review.analyse.review import open_review
    from evidence_review.read.contract import check_data

    if folder := os.environ.get("EVIDENCE_REVIEW_DATA"):
        # Kernels start in another folder, where a relative path would mean something else.
        os.environ["EVIDENCE_REVIEW_DATA"] = str(Path(folder).resolve())
    check_data()
    return open_review()


def _alone() -> AbstractContextManager[None]:
    """No other command at work here, and an orderly end when the system asks for one."""
    from evidence_review.publish.lock import only_one

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return only_one(BUILD)


def _run(
    sample: bool,
    councils: tuple[str, ...],
    parameters: tuple[tuple[str, str], ...],
    jobs: int | None,
    fresh: bool,
) -> bool:
    """Run what was asked for; print the failures; return whether there were any."""
    import shutil

    from evidence_review.publish.plan import all_runs, council_runs, sample_runs
    from evidence_review.publish.run import DOWNLOADS, failure_table, run_all

    review = _open_review()
    runs: list[Run]
    if councils:
        runs = council_runs(review, councils, **dict(parameters))
    else:
        plan: Callable[[Review], list[Run]] = sample_runs if sample else all_runs
        runs = plan(review)
    if fresh:
        shutil.rmtree(RUNS, ignore_errors=True)
    # A page with other years or comparators is the analyst's own; the book holds the usual ones.
    own = bool(parameters)
    folder = OWN if own else RUNS
    failures = run_all(runs, folder, jobs, as_pages=own)
    for remark in filter(None, (one.remark for one in runs)):
        click.echo(remark, err=True)
    click.echo(
        f"{len(runs) - len(failures)} of {len(runs)} notebooks ran; they are in {_place(folder)}"
    )
    if councils and not failures:
        for done in runs:
            click.echo(f"  {_place(folder / done.page)}.{'html' if own else 'ipynb'}")
        click.echo(f"Their spreadsheets and CSV files are in {_place(folder / DOWNLOADS)}")
    if councils and not own:
        click.echo("`review book` puts them into the book.")
    if failures:
        click.echo(f"\n{failure_table(failures)}", err=True)
    return bool(failures)


def _book() -> None:
    from evidence_review.publish.book import build_book

    click.echo("Building the book ...")
    published = build_book(_open_review())
    click.echo(
        f"The book is in {_place(HTML)} with {len(published)} run pages; see it with `review serve`"
    )


def _place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _replace_process(command: list[str]) -> None:
    if os.name == "nt":
        sys.exit(subprocess.run(command).returncode)
    os.execv(command[0], command)
