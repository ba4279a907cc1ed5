"""Building the book with Jupyter Book, and putting it in place only when it is whole.

Beside the book lie the folder in which it is made, which is kept so that the next build makes only
what changed, and a record of what the book was made from. The record goes before anything is
touched and comes back when all is done: without it, the next build starts from nothing.
"""

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path

from evidence_review.errors import ReviewError
from evidence_review.paths import HTML, RUNS
from evidence_review.publish.book_making import files_in, make_html, swap
from evidence_review.publish.book_record import (
    BookRecord,
    inputs_of_book,
    read_record,
    state_of,
    write_record,
)
from evidence_review.publish.finish import Told, finish
from evidence_review.publish.processes import processes
from evidence_review.publish.provenance import provenance
from evidence_review.publish.runs import Run, files_of_runs
from evidence_review.publish.search_names import all_names
from evidence_review.publish.site_address import site_address
from evidence_review.publish.worker import belong_to, quick_jsonschema
from evidence_review.show.glossary import terms


def build_book(
    published: Sequence[Run], runs_folder: Path = RUNS, html: Path = HTML, title: str = ""
) -> bool:
    """Build the book of the published runs into `html`; False when it was up to date already.

    runs_folder: where the runs' notebooks lie. title: blank for the one in _config.yml. The book that
    was there before stays until the new one is whole. Raises ReviewError with the warnings when
    Jupyter Book stops, and when nothing is published, or the address in the environment is none.
    """
    address = site_address()
    if not published:
        raise ReviewError(
            f"no notebook has been run yet ({runs_folder} is empty); use `review run`"
        )
    place, made = html.with_name("book.json"), html.with_name("book")
    inputs = inputs_of_book(published, runs_folder, title)
    record = read_record(place)
    if record and record.inputs == inputs and record.html == state_of(html):
        return False
    place.unlink(missing_ok=True)
    if record and record.made != state_of(made):
        record = None
    if not record:
        shutil.rmtree(made, ignore_errors=True)
    with _new_process() as other:
        if not record or record.inputs.pages != inputs.pages:
            other.submit(_write_pages_now, published, runs_folder, made / "pages", title).result()
        told = other.submit(_told_now, published, runs_folder)  # while Sphinx is at work
        if not record or record.inputs != inputs:
            wanted = files_in(made / "pages") | files_of_runs(published, runs_folder)
            anew = not record or record.inputs.maker != inputs.maker
            make_html(wanted, made, html.with_name("book.log"), anew, title=title)
        staging = html.with_name(f"{html.name}-staging")
        shutil.rmtree(staging, ignore_errors=True)
        try:
            # Sphinx's own note for its next build tells of folders of this machine.
            shutil.copytree(made / "html", staging, ignore=shutil.ignore_patterns(".buildinfo"))
        except shutil.Error as error:  # of every file; the first says enough
            raise OSError(error.args[0][0][2]) from error
        finish(staging, told.result(), published, address, title)
    swap(staging, html)
    # Else the book may be of neither state.
    if inputs == inputs_of_book(published, runs_folder, title):
        write_record(place, BookRecord(inputs, state_of(made), state_of(html)))
    return True


def _new_process() -> AbstractContextManager[Executor]:
    """A process that begins now: this one may have begun long ago, with tables and code as they
    stood then."""
    return processes(1, belong_to, os.getpid())


def _write_pages_now(published: Sequence[Run], runs_folder: Path, folder: Path, title: str) -> None:
    from evidence_review.analyse.review import open_review

    with quick_jsonschema():
        from evidence_review.publish.assemble import write_pages

    write_pages(open_review(), published, runs_folder, folder, title)


def _told_now(published: Sequence[Run], runs_folder: Path) -> Told:
    from evidence_review.analyse.review import open_review
    from evidence_review.show.social_card import alternative

    review = open_review()
    origin = provenance(review, published, runs_folder)
    return Told(origin, all_names(review), terms(review), alternative(review))
