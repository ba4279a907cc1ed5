"""What runs in the processes that are measured: one step each.

A step is given `Asked` and a `Clock`, and returns what else there is to say of it. The review is
imported inside the steps, so that its import counts.
"""

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarking.asked import Asked, Clock
from benchmarking.plain import loop, pool

if TYPE_CHECKING:
    from evidence_review.analyse.review import Review
    from evidence_review.publish.inputs import Inputs
    from evidence_review.publish.runs import Failure, Run


# --- The review itself ---------------------------------------------------------------------------


def ours(asked: Asked, clock: Clock) -> dict[str, Any]:
    """(c, d, e) What `review build` does: only what is not up to date."""
    from evidence_review.paths import RUNS
    from evidence_review.publish.book import build_book

    review, inputs = _open()
    runs = asked.runs(review)
    made = _run_due(runs, RUNS, inputs, clock)
    build_book(runs)
    clock.lap("book")
    return {"made": made}


def own(asked: Asked, clock: Clock) -> dict[str, Any]:
    """(e) What `review run --council NAME --own FOLDER` does, for each folder."""
    import resource

    from evidence_review.paths import OWN

    review, inputs = _open()
    made = _run_due(_own_runs(review, asked.folders), OWN, inputs, clock, as_pages=True)
    # Of this process alone: kilobytes, and bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"made": made, "memory": peak * (1 if sys.platform == "darwin" else 1024)}


def _open() -> "tuple[Review, Inputs]":
    from evidence_review.cli_work import checked_review, new_inputs

    inputs = new_inputs()
    return checked_review(inputs), inputs


def _own_runs(review: "Review", folders: Sequence[Path]) -> "list[Run]":
    import pandas as pd

    from evidence_review.publish.plan import council_runs

    found = []
    for folder in folders:
        name = pd.read_csv(folder / "council.csv")["name"].iloc[0]
        found += council_runs(review, [name], own_evidence=str(folder))
    return found


def _run_due(
    runs: "Sequence[Run]", folder: Path, inputs: "Inputs", clock: Clock, as_pages: bool = False
) -> int:
    from evidence_review.publish.records import Records
    from evidence_review.publish.run import run_all

    records = Records(folder, inputs, as_pages)
    due = [run for run in runs if records.reasons(run)]
    clock.lap("setup")
    if due:
        _all_well(run_all(due, folder, as_pages=as_pages, records=records))
    clock.lap("runs")
    return len(due)


def _all_well(failures: "Sequence[Failure]") -> None:
    from evidence_review.publish.run import failure_table

    if failures:
        sys.exit(failure_table(failures))


# --- What one run costs --------------------------------------------------------------------------


def one_worker(asked: Asked, clock: Clock) -> dict[str, Any]:
    """(g) The review's runs one after another: seconds of each page, the first left out.

    A run ends when its record is written; the first has the start of the processes in it.
    """
    from evidence_review.paths import BUILD
    from evidence_review.publish.records import Records
    from evidence_review.publish.run import run_all

    review, inputs = _open()
    runs, folder = asked.runs(review), BUILD / "one-worker"
    records = Records(folder, inputs)
    clock.lap("setup")
    _all_well(run_all(runs, folder, jobs=1, records=records))
    clock.lap("runs")
    ends = {run.page: records.place(run.page).stat().st_mtime_ns / 1e9 for run in runs}
    order = sorted(ends, key=ends.__getitem__)
    took = {page: ends[page] - ends[before] for before, page in pairwise(order)}
    return {"made": len(runs), "pages": took, "kinds": {run.page: kind_of(run) for run in runs}}


def floor(asked: Asked, clock: Clock) -> dict[str, Any]:
    """(f) The same cells in one warm process, and the pages' files: seconds of each page."""
    from benchmarking.floor import seconds_of_cells, seconds_of_files
    from evidence_review.analyse.review import open_review

    runs = asked.runs(open_review())
    clock.lap("setup")
    cells = seconds_of_cells(runs)
    clock.lap("runs")
    return {"made": len(runs), "pages": cells, "files": seconds_of_files(runs)}


def kind_of(run: "Run") -> str:
    """A run's kind of page: a source's, an area's, or one with the figures of all councils."""
    return {"source": "source", "council": "council"}.get(run.notebook.stem, "chapter")


STEPS: dict[str, Callable[[Asked, Clock], dict[str, Any]]] = {
    "loop": loop,
    "pool": pool,
    "ours": ours,
    "own": own,
    "one-worker": one_worker,
    "floor": floor,
}
