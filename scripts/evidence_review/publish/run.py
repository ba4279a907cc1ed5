"""Running many notebooks at once, and putting what they made in its place."""

import os
import shutil
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from itertools import chain, islice, repeat
from pathlib import Path
from queue import SimpleQueue

from tqdm import tqdm

from evidence_review.publish import warm
from evidence_review.publish.inputs import Inputs
from evidence_review.publish.plan import check_parameters
from evidence_review.publish.processes import processes
from evidence_review.publish.records import Records, write_record
from evidence_review.publish.runs import Failure, Made, Run, files_of
from evidence_review.publish.worker import ONE_THREAD, start_worker, work

# Runs given to workers and not yet ended: enough for any cluster, and memory stays small.
AHEAD = 512
KILLED = "its process was killed, more than once; has the machine run out of memory?"


def run_all(
    runs: Sequence[Run],
    folder: Path,
    jobs: int | None = None,
    as_pages: bool = False,
    records: Records | None = None,
    executor: AbstractContextManager[Executor] | None = None,
) -> list[Failure]:
    """Execute every run; write its notebook to folder/PAGE.ipynb when it succeeds.

    The files that go with a page go to folder/downloads, beside the page's own place. as_pages: write
    folder/PAGE.html as well, a page of its own that needs no book. records: of the folder. executor:
    who does the work; without one, processes of this machine, `jobs` at once.

    A run that fails does not stop the others. Its files, older ones included, are removed, so that
    they cannot reach the book. Returns the failures in the order of the runs.
    """
    check_parameters(runs)
    for run in runs:  # before anything runs: a page must lie in its folder
        files_of(folder, run.page)
    # Before anything is imported or read: what changes meanwhile is then seen the next time.
    records = records or Records(folder, Inputs(), as_pages)
    inputs = {run.page: records.inputs_of(run) for run in runs}
    staging = folder.parent / f"{folder.name}-staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    log = folder.parent / f"{folder.name}.log"
    log.unlink(missing_ok=True)
    failures: dict[str, Failure] = {}
    page_folder = folder if as_pages else None
    if executor:
        making = _made_by(executor, runs, page_folder)
    else:
        making = _made_here(runs, page_folder, jobs or os.cpu_count() or 1, log)
    try:
        with closing(making):
            for run, made in tqdm(making, total=len(runs), unit="page", desc="Running notebooks"):
                record = records.place(run.page)
                if isinstance(made, Made):
                    put(made, staging, folder)
                    write_record(record, made, inputs[run.page])
                else:
                    failures[run.page] = made
                    for file in [record, *files_of(folder, run.page)]:
                        file.unlink(missing_ok=True)  # what an earlier run left
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return [failures[run.page] for run in runs if run.page in failures]


def _made_by(
    executor: AbstractContextManager[Executor], runs: Sequence[Run], page_folder: Path | None
) -> Generator[tuple[Run, Made | Failure]]:
    """What each run made by an executor of somebody's own, which tries again by itself."""
    with executor as workers:
        for run, made in _made(workers, runs, page_folder):
            yield run, made or Failure(run.page, "-", KILLED)


def _made_here(
    runs: Sequence[Run], page_folder: Path | None, jobs: int, log: Path
) -> Generator[tuple[Run, Made | Failure]]:
    """What each run made in processes of this machine.

    When the system kills one of those, all that had not ended is tried again: at first as before,
    then one run at a time, where it is clear which of them it is that does not get through. One that
    does not get through twice there has failed.
    """
    waiting, suspect = list(runs), ""
    for at_once, is_clear in chain([(jobs, False), (jobs, False)], repeat((1, True))):
        lost = []
        with _processes(waiting, at_once, log) as workers:
            for run, made in _made(workers, waiting, page_folder):
                if made:
                    yield run, made
                else:
                    lost.append(run.page)
        waiting = [run for run in waiting if run.page in lost]
        if is_clear:
            before, suspect = suspect, waiting[0].page if waiting else ""
            if suspect and suspect == before:
                yield waiting.pop(0), Failure(suspect, "-", KILLED)
                suspect = ""
        if not waiting:
            return


def _made(
    workers: Executor, runs: Sequence[Run], page_folder: Path | None
) -> Iterator[tuple[Run, Made | Failure | None]]:
    """What each run made, as they end; None for one whose worker died.

    Nothing is kept of one that was handed on.
    """
    ended: SimpleQueue[tuple[Run, Future[Made | Failure]]] = SimpleQueue()
    waiting = iter(runs)

    def give(some: Iterable[Run]) -> None:
        for run in some:
            try:
                future = workers.submit(work, run, page_folder)
            # A worker died, and with it the pool; or all were sent home.
            except RuntimeError as error:
                future = Future()
                future.set_exception(error)
            future.add_done_callback(lambda ends, run=run: ended.put((run, ends)))  # type: ignore[misc]

    give(islice(waiting, AHEAD))
    for _ in runs:
        run, future = ended.get()
        give(islice(waiting, 1))
        made: Made | Failure | None
        try:
            made = future.result()
        except BrokenExecutor:
            made = None
        except CancelledError:
            made = Failure(run.page, "-", "no worker was left to make it")
        except Exception as error:  # of a cluster's worker
            made = Failure(run.page, "-", f"the worker stopped: {error!r}")
        yield run, made


@contextmanager
def _processes(runs: Sequence[Run], jobs: int, log: Path) -> Iterator[Executor]:
    """Processes of this machine; killed when the block is left by an exception."""
    notebooks = {run.notebook for run in runs}
    # A process to fork from takes as long to start as an ordinary kernel: it must serve for several.
    many = warm.possible() and len(runs) > jobs
    with (
        warm.warm_process(notebooks, log, ONE_THREAD) if many else nullcontext() as control,
        processes(jobs, start_worker, log, os.getpid(), control) as pool,
    ):
        yield pool


def put(made: Made, staging: Path, folder: Path) -> None:
    """Put what a run made into the folder, each file in one piece, and remove what it no longer makes."""
    staged = {}
    for name, content in made.files.items():
        staged[folder / name] = staging / name.replace("/", "--")
        staged[folder / name].write_bytes(content)
    for older in set(files_of(folder, made.page)) - set(staged):
        older.unlink()
    for place, part in reversed(staged.items()):  # the page last: it promises the files
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(part, place)


def failure_table(failures: Sequence[Failure]) -> str:
    """The failures as text, one line each, under headings."""
    rows = [("Page", "Cell", "Error"), *((f.page, f.cell, f.error) for f in failures)]
    widths = [max(len(row[i]) for row in rows) for i in range(2)]
    return "\n".join(
        f"{page:<{widths[0]}}  {cell:<{widths[1]}}  {error}" for page, cell, error in rows
    )
