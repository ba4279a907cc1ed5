"""The steps without this project: what one would write with Papermill, nbclient and Jupyter Book.

Which pages there are, what lies in them and how the book's source is put together is the review's,
so that the work is the same.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarking.asked import Asked, Clock

if TYPE_CHECKING:
    from evidence_review.analyse.review import Review
    from evidence_review.publish.runs import Run


def loop(asked: Asked, clock: Clock) -> dict[str, Any]:
    """(a) Papermill, one notebook after another, and Jupyter Book's own command."""
    from papermill import execute_notebook

    from evidence_review.analyse.review import open_review
    from evidence_review.paths import BUILD, NOTEBOOKS

    review = open_review()
    runs, folder = asked.runs(review), BUILD / "runs"
    clock.lap("setup")
    for run in runs:
        place = folder / f"{run.page}.ipynb"
        place.parent.mkdir(parents=True, exist_ok=True)
        result = execute_notebook(
            str(run.notebook),
            str(place),
            parameters=run.parameters,
            kernel_name="python3",
            progress_bar=False,
            cwd=str(NOTEBOOKS),
        )
        _keep(run, result, folder)
    clock.lap("runs")
    _usual_book(review, runs, folder, BUILD)
    clock.lap("book")
    return {"made": len(runs)}


def pool(asked: Asked, clock: Clock) -> dict[str, Any]:
    """(b) nbclient in as many processes as there are cores, and Jupyter Book's own command."""
    from concurrent.futures import ProcessPoolExecutor

    from evidence_review.analyse.review import open_review
    from evidence_review.paths import BUILD
    from evidence_review.publish.worker import die_with_parent

    review = open_review()
    runs, folder = asked.runs(review), BUILD / "runs"
    clock.lap("setup")
    owner = (os.getpid(),)
    with ProcessPoolExecutor(
        os.cpu_count(), initializer=die_with_parent, initargs=owner
    ) as workers:
        for ended in [workers.submit(_with_nbclient, run, folder) for run in runs]:
            ended.result()
    clock.lap("runs")
    _usual_book(review, runs, folder, BUILD)
    clock.lap("book")
    return {"made": len(runs)}


def _with_nbclient(run: "Run", folder: Path) -> None:
    from nbclient import NotebookClient
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    from evidence_review.paths import NOTEBOOKS

    notebook = load_notebook_node(str(run.notebook))
    if run.parameters:
        notebook = parameterize_notebook(notebook, run.parameters)
    where = {"metadata": {"path": str(NOTEBOOKS)}}
    chances = 3  # of kernels that start at once, one may find its port taken
    for chance in range(1, chances + 1):
        try:
            NotebookClient(
                notebook, kernel_name="python3", resources=where, record_timing=False
            ).execute()
            break
        except RuntimeError:
            if chance == chances:
                raise
    _keep(run, notebook, folder)


def _keep(run: "Run", notebook: Any, folder: Path) -> None:
    """Write a page and its files, the same as the review does."""
    from evidence_review.publish.notebook_files import as_bytes, set_title, tidy
    from evidence_review.publish.runs import DOWNLOADS

    set_title(notebook, run.title)
    files = {folder / f"{run.page}.ipynb": as_bytes(tidy(notebook))}
    for name, content in (run.files(run.parameters) if run.files else {}).items():
        files[(folder / DOWNLOADS / run.page).with_name(name)] = content
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _usual_book(review: "Review", runs: "Sequence[Run]", folder: Path, build: Path) -> None:
    from evidence_review.paths import CONFIG
    from evidence_review.publish.assemble import assemble

    source, out = build / "book", build / "book-out"
    assemble(review, runs, folder, source)
    command = "from jupyter_book.cli.main import main; main()"
    options = ["build", str(source), "--config", str(CONFIG), "--path-output", str(out)]
    subprocess.run([sys.executable, "-c", command, *options], check=True)
    missing = [run.page for run in runs if not (out / f"_build/html/{run.page}.html").exists()]
    if missing:
        sys.exit(f"Jupyter Book left out {', '.join(missing)}")
