"""Building the book with Jupyter Book, and putting it in place only when it is whole."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import BUILD, CONFIG, HTML, RUNS
from evidence_review.publish.assemble import assemble
from evidence_review.publish.plan import Run
from evidence_review.publish.theme import mend_pages


def build_book(review: Review, runs_folder: Path = RUNS, html: Path = HTML) -> list[Run]:
    """Assemble the book, build it with warnings as errors, then swap it into place.

    The book that was there before stays until the new one is whole. Returns the runs in the book.
    Raises ReviewError with the warnings when Jupyter Book stops.
    """
    source = BUILD / "book"
    published = assemble(review, runs_folder, source)
    staging = BUILD / "book-staging"
    log = BUILD / "book.log"
    shutil.rmtree(staging, ignore_errors=True)
    command = [
        sys.executable,
        "-c",
        "from jupyter_book.cli.main import main; main()",
        "build",
        str(source),
        "--config",
        str(CONFIG),
        "--path-output",
        str(staging),
        "--all",
        "-n",  # report every link that leads nowhere
        "-W",  # a warning is an error
        "--keep-going",  # but report them all
        "-q",
    ]
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    if done.returncode != 0:
        warnings = [
            line
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
            if "WARNING" in line or "ERROR" in line
        ]
        raise ReviewError(
            "Jupyter Book stopped; the book in place was left as it was. "
            f"The whole log is in {log}.\n" + "\n".join(warnings[:20])
        )
    built = staging / "_build" / "html"
    mend_pages(built)
    _swap(built, html)
    shutil.rmtree(staging, ignore_errors=True)
    return published


def _swap(new: Path, place: Path) -> None:
    """Put a finished folder in the place of the old one."""
    old = place.with_name(f"{place.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        os.replace(place, old)
    os.replace(new, place)
    shutil.rmtree(old, ignore_errors=True)
