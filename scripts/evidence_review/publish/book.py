"""Building the book with Jupyter Book, and putting it in place only when it is whole.

Beside the book lie the folder in which it is made, which is kept so that the next build makes only
what changed, and a record of what the book was made from. The record goes before anything is
touched and comes back when all is done: without it, the next build starts from nothing.
"""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from evidence_review.errors import ReviewError
from evidence_review.paths import HTML, RUNS
from evidence_review.publish.book_making import files_in, make_html
from evidence_review.publish.book_record import (
    BookRecord,
    inputs_of_book,
    read_record,
    state_of,
    write_record,
)
from evidence_review.publish.runs import Run, files_of_runs
from evidence_review.publish.worker import quick_jsonschema


def build_book(published: Sequence[Run], runs_folder: Path = RUNS, html: Path = HTML) -> bool:
    """Build the book of the published runs into `html`; False when it was up to date already.

    runs_folder: where the runs' notebooks lie. The book that was there before stays until the new
    one is whole. Raises ReviewError with the warnings when Jupyter Book stops, and when nothing is
    published.
    """
    if not published:
        raise ReviewError(
            f"no notebook has been run yet ({runs_folder} is empty); use `review run`"
        )
    place, made = html.with_name("book.json"), html.with_name("book")
    inputs = inputs_of_book(published, runs_folder)
    record = read_record(place)
    if record and record.inputs == inputs and record.html == state_of(html):
        return False
    place.unlink(missing_ok=True)
    if record and record.made != state_of(made):
        record = None
    if not record:
        shutil.rmtree(made, ignore_errors=True)
    if not record or record.inputs.pages != inputs.pages:
        _write_pages(published, made / "pages")
    if not record or record.inputs != inputs:
        wanted = files_in(made / "pages") | files_of_runs(published, runs_folder)
        anew = not record or record.inputs.maker != inputs.maker
        make_html(wanted, made, html.with_name("book.log"), anew)
    staging = html.with_name(f"{html.name}-staging")
    shutil.rmtree(staging, ignore_errors=True)
    shutil.copytree(made / "html", staging)
    _swap(staging, html)
    if inputs == inputs_of_book(published, runs_folder):  # else the book may be of neither state
        write_record(place, BookRecord(inputs, state_of(made), state_of(html)))
    return True


def _write_pages(published: Sequence[Run], folder: Path) -> None:
    """Write the book's own pages in a new process: this one may have begun long ago, with tables
    and code as they stood then."""
    new = multiprocessing.get_context("spawn")
    deaf = (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for this process
    with ProcessPoolExecutor(1, new, initializer=signal.signal, initargs=deaf) as pool:
        pool.submit(_write_pages_now, published, folder).result()


def _write_pages_now(published: Sequence[Run], folder: Path) -> None:
    from evidence_review.analyse.review import open_review

    with quick_jsonschema():
        from evidence_review.publish.assemble import write_pages

    write_pages(open_review(), published, folder)


def _swap(new: Path, place: Path) -> None:
    """Put a finished folder in the place of the old one."""
    old = place.with_name(f"{place.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        os.replace(place, old)
    os.replace(new, place)
    shutil.rmtree(old, ignore_errors=True)
