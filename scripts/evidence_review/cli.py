"""The command line: `review build | run | pdf | plan | book | verify | diff | own | test | store | ingest | lab | serve`."""

# Heavy imports stay inside the commands, so that `review --help` answers at once.
import errno
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from evidence_review import __version__
from evidence_review.cli_diff import diff
from evidence_review.cli_ingest import ingest
from evidence_review.cli_options import (
    ONE_LINE,
    Asked,
    book_options,
    council_option,
    jobs_option,
    kernels_option,
    page_options,
    sample_option,
)
from evidence_review.cli_work import (
    alone,
    check_again,
    checked_review,
    cluster_at,
    new_inputs,
    place,
    publish,
    refuse_stale,
    run_due,
)
from evidence_review.errors import ReviewError
from evidence_review.paths import BUILD, HTML, NOTEBOOKS, RUNS

CONTROLS = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"


class PlainErrors(click.Group):
    """Turns a person's mistake into lines on stderr and exit code 2, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ReviewError as error:
            for line in str(error).splitlines():
                # A name from a file must not steer the terminal.
                said = re.sub(CONTROLS, "�", line)
                click.echo(f"Error: {said}" if said else "", err=True)
            ctx.exit(2)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            remedy = "; free some space and run the same command again" if full else ""
            click.echo(f"Error: {error}{remedy}", err=True)
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
@book_options
@sample_option
@jobs_option
@kernels_option
def build(councils: tuple[str, ...], title: str, sample: bool, jobs: int | None) -> None:
    """Run the notebooks that have to run, and build the book into _build/html.

    What is up to date is kept; `review plan` says what is not. For a book of your own:
    `review build --council Kent --council Medway --title "Personal budgets in Kent and Medway"`.
    """
    from evidence_review.publish.plan import book_runs

    if councils and sample:
        raise click.UsageError("choose either --council or --sample")
    with alone():
        inputs = new_inputs()
        asked = Asked(sample=sample)
        review = checked_review(inputs)
        runs = book_runs(review, councils) if councils else asked.runs(review)
        failed = {failure.page for failure in run_due(asked, runs, inputs, jobs)}
        publish([one for one in runs if one.page not in failed], title)
    sys.exit(1 if failed else 0)


@main.command()
@page_options
@jobs_option
@kernels_option
@click.option(
    "--cluster",
    "address",
    metavar="ADDRESS",
    help="Run on a Dask cluster, such as tcp://10.0.0.5:8786, and not on this machine.",
)
def run(asked: Asked, jobs: int | None, address: str | None) -> None:
    """Run the notebooks that have to run into _build/runs; the book is left as it is.

    Without options: the gap map, all sources and all councils. NAME may be a council's name, its
    ONS code or slug. A page with parameters of its own goes to _build/own and stays out of the book.
    """
    from evidence_review.publish.runs import DOWNLOADS

    if address is not None and not re.match(r"[a-z]+://.", address):
        raise click.UsageError(
            f"--cluster {address}: expected an address such as tcp://10.0.0.5:8786"
        )
    if address and jobs:
        raise click.UsageError("choose either --cluster or --jobs")
    if address and asked.own:
        raise click.UsageError("a page of your own is made on this machine; leave out --cluster")
    with alone():
        inputs = new_inputs()
        runs = asked.runs(checked_review(inputs))
        failures = run_due(
            asked, runs, inputs, jobs, cluster_at(address, inputs, runs) if address else None
        )
    for remark in filter(None, (one.remark for one in runs)):
        click.echo(remark, err=True)
    if asked.councils and not failures:
        for done in runs:
            click.echo(f"  {place(asked.folder / done.page)}.{'html' if asked.own else 'ipynb'}")
        click.echo(f"Their spreadsheets and CSV files are in {place(asked.folder / DOWNLOADS)}")
    if asked.councils and not asked.own:
        click.echo("`review book` puts them into the book.")
    sys.exit(1 if failures else 0)


@main.command()
@page_options
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=BUILD / "pdf",
    help="Folder for the files (default: _build/pdf).",
)
def pdf(asked: Asked, folder: Path) -> None:
    """Print councils' pages to PDF files, with the Chromium of this machine.

    Pages that are not up to date are made first. As with `review run`, NAME may be any area, and a
    page may have years, indicators, comparators and evidence of its own.
    """
    if not asked.councils:
        raise click.UsageError("name at least one page with --council")
    with alone():
        inputs = new_inputs()
        runs = asked.runs(checked_review(inputs))
        if run_due(asked, runs, inputs, jobs=None):
            sys.exit(1)
        from evidence_review.publish.pdf import write_pdfs

        for path in write_pdfs(runs, asked.folder, folder):
            click.echo(f"  {path}")


@main.command()
@page_options
def plan(asked: Asked) -> None:
    """Say which pages `review build` would make, and why. Nothing is run."""
    from evidence_review.publish.book_record import reasons as reasons_for_book
    from evidence_review.publish.records import Records, some, summary

    inputs = new_inputs()
    runs = asked.runs(checked_review(inputs))
    records = Records(asked.folder, inputs, as_pages=asked.own)
    reasons = {one.page: records.reasons(one) for one in runs}
    click.echo(summary(reasons))
    if not asked.councils and not any(reasons.values()):
        why = reasons_for_book(HTML, runs, RUNS)
        click.echo(f"The book would be laid out again: {some(why)}." if why else "So is the book.")


@main.command()
@book_options
def book(councils: tuple[str, ...], title: str) -> None:
    """Build the book from the notebooks that have run."""
    from evidence_review.publish.plan import all_runs, book_runs

    with alone():
        inputs = new_inputs()
        review = checked_review(inputs)
        runs = book_runs(review, councils) if councils else all_runs(review)
        there = [one for one in runs if (RUNS / f"{one.page}.ipynb").exists()]
        refuse_stale(there, inputs)
        publish(there, title)


@main.command()
@council_option
@click.option("--all", "again", is_flag=True, help="Also pages whose last check still holds.")
@jobs_option
def verify(councils: tuple[str, ...], again: bool, jobs: int | None) -> None:
    """Execute the notebooks in _build/runs again, with nbval, and say what comes out otherwise.

    Without options: those that were not checked yet, or not as they are now. The exit code is 1 when
    anything differs.
    """
    from evidence_review.publish.records import some

    if councils and again:
        raise click.UsageError("choose either --council or --all")
    with alone():
        inputs = new_inputs()
        asked = Asked(councils).runs(checked_review(inputs))
        runs = [one for one in asked if (RUNS / f"{one.page}.ipynb").exists()]
        missing = [one.page for one in asked if one not in runs]
        if missing and (councils or not runs):
            raise ReviewError(f"not made yet: {some(missing)}; use `review run`")
        refuse_stale(runs, inputs, as_made=False)
        sys.exit(1 if check_again(runs, inputs, bool(councils) or again, jobs) else 0)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("pytest_options", nargs=-1, type=click.UNPROCESSED)
def test(pytest_options: tuple[str, ...]) -> None:
    """Run all tests, the book in a browser included.

    PYTEST_OPTIONS are passed on, for instance: review test -- -k intervals
    """
    from evidence_review.publish.testing import run_tests

    sys.exit(run_tests(pytest_options))


@main.command()
def store() -> None:
    """Refresh the outputs stored in the notebooks.

    For people who change a notebook, the package or the data; the tests compare with what is stored.
    """
    from evidence_review.publish.make import store as store_outputs

    checked_review()
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        store_outputs(notebook)
        click.echo(f"Stored the outputs of {place(notebook)}")


@main.group()
def own() -> None:
    """A council's own evidence: documents and surveys, kept outside the project."""


@own.command("new")
@click.argument("council", type=ONE_LINE)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder for the tables, outside the project; made when it is not there.",
)
def own_new(council: str, folder: Path) -> None:
    """Write tables to fill in, and a guide, for COUNCIL. Nothing is ever overwritten."""
    from evidence_review.publish.own_new import new_folder

    for path in new_folder(checked_review(), council, folder):
        click.echo(f"Wrote {path}")
    click.echo(f"Fill them in, then: review own check {folder}")


@own.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
def own_check(folder: Path) -> None:
    """Say what FOLDER holds and everything that is wrong with it."""
    from evidence_review.errors import DataError
    from evidence_review.publish.own_check import check_folder

    found, problems = check_folder(checked_review(), folder)
    for line in found:
        click.echo(line)
    if problems:
        raise DataError("\n".join(problems))
    click.echo("All is well.")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("jupyter_options", nargs=-1, type=click.UNPROCESSED)
def lab(jupyter_options: tuple[str, ...]) -> None:
    """Open JupyterLab on a start page, with copies of the notebooks to change as you like.

    JUPYTER_OPTIONS are passed on, for instance: review lab --no-browser --port 9000
    """
    from evidence_review.publish.lab import lab_command, own_copies

    for path in own_copies():
        click.echo(f"Made {place(path)} for you to change")
    _replace_process(lab_command(*jupyter_options))


@main.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port of this machine where it answers.",
)
def serve(port: int) -> None:
    """Show the built book on this machine only."""
    from evidence_review.publish.serve import serve_book

    serve_book(HTML, port)


main.add_command(diff)
main.add_command(ingest)


def _replace_process(command: list[str]) -> None:
    if os.name == "nt":
        sys.exit(subprocess.run(command).returncode)
    os.execv(command[0], command)
