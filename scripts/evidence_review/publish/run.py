"""Executing notebooks with Papermill: in parallel, each in a process of its own."""

import multiprocessing
import os
import shutil
import signal
import socket
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill import execute_notebook
from papermill.exceptions import PapermillExecutionError
from tqdm import tqdm

from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish import warm
from evidence_review.publish.notebook_files import hide_folder, set_title, tidy, write
from evidence_review.publish.plan import Run, check_parameters
from evidence_review.publish.worker import ONE_THREAD, start_worker

CELL_TIME_LIMIT = 300  # seconds; a cell takes about one
TABLE_ENDINGS = (".csv", ".xlsx")  # of an analyst's own evidence
DOWNLOADS = "downloads"  # folder of the files that go with pages
KERNEL_STARTS = 3  # times to try before a run fails


@dataclass(frozen=True)
class Failure:
    """A run that did not finish: which cell, and what went wrong in one line."""

    page: str
    cell: str
    error: str


def run_all(
    runs: Sequence[Run], folder: Path, jobs: int | None = None, as_pages: bool = False
) -> list[Failure]:
    """Execute every run; write its notebook to folder/PAGE.ipynb when it succeeds.

    as_pages: write folder/PAGE.html as well, a page of its own that needs no book.

    A run that fails does not stop the others. Its notebook, an older one included, is removed, so
    that it cannot reach the book. Returns the failures in the order of the runs.
    """
    check_parameters(runs)
    staging = folder.parent / f"{folder.name}-staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    log = folder.parent / f"{folder.name}.log"
    log.unlink(missing_ok=True)
    jobs = jobs or os.cpu_count() or 1
    notebooks = {run.notebook for run in runs}
    # A process to fork from takes as long to start as an ordinary kernel: it must serve for several.
    many = warm.possible() and len(runs) > jobs
    try:
        with warm.warm_process(notebooks, log, ONE_THREAD) if many else nullcontext() as control:
            failures = _in_parallel(runs, staging, folder, as_pages, jobs, log, control)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return [failures[run.page] for run in runs if run.page in failures]


def _in_parallel(
    runs: Sequence[Run],
    staging: Path,
    folder: Path,
    as_pages: bool,
    jobs: int,
    log: Path,
    control: socket.socket | None,
) -> dict[str, Failure]:
    failures: dict[str, Failure] = {}
    # A fresh interpreter for each worker: nothing of this process leaks into it.
    pool = ProcessPoolExecutor(
        max_workers=jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
        initargs=(log, os.getpid(), control),
    )
    others = set(multiprocessing.active_children())
    try:
        # Ctrl-C is for this process, which ends the pool; workers start deaf to it.
        usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
        futures = {pool.submit(execute, run, staging, folder, as_pages): run for run in runs}
        signal.signal(signal.SIGINT, usual)
        progress = tqdm(
            as_completed(futures), total=len(futures), unit="page", desc="Running notebooks"
        )
        for future in progress:
            run = futures[future]
            try:
                failure = future.result()
            except Exception as error:  # the worker itself died
                _forget(folder, run)
                failure = Failure(run.page, "-", f"the worker stopped: {error!r}")
            if failure:
                failures[run.page] = failure
                progress.set_postfix(failed=len(failures))
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in set(multiprocessing.active_children()) - others:
            worker.kill()  # its kernel ends with it; a page is moved into place in one piece
        raise
    finally:
        pool.shutdown(wait=True)
    return failures


def _target(folder: Path, run: Run) -> Path:
    return folder / f"{run.page}.ipynb"


def _forget(folder: Path, run: Run) -> None:
    """Remove what an earlier run of the page left: it does not belong to this one."""
    for file in _files_of(folder, run):
        file.unlink(missing_ok=True)


def _files_of(folder: Path, run: Run) -> list[Path]:
    """The page's files that are there. Raises ValueError for a page outside the folder."""
    if ".." in Path(run.page).parts or Path(run.page).is_absolute():
        raise ValueError(f"page {run.page}: outside the folder of the runs")
    place = folder / DOWNLOADS / run.page
    made = [_target(folder, run).with_suffix(ending) for ending in (".ipynb", ".html")]
    return [file for file in [*made, *place.parent.glob(f"{place.name}.*")] if file.is_file()]


def execute(run: Run, staging: Path, folder: Path, as_page: bool = False) -> Failure | None:
    """Execute one run in the staging folder; move the results into place when all went well.

    The page goes to folder/PAGE.ipynb, its files to folder/downloads beside the page's own place.
    """
    _files_of(folder, run)  # before anything runs: a page must lie in its folder
    target = _target(folder, run)
    evidence = run.parameters.get("own_evidence", "")
    before = _fingerprint(evidence)
    result = _result(run)
    files = {} if isinstance(result, Failure) or not run.files else run.files(run.parameters)
    if _fingerprint(evidence) != before:  # the page and its files could tell of different answers
        result = Failure(run.page, "-", f"{evidence} changed while it was read; run it again")
    if isinstance(result, Failure):
        _forget(folder, run)
        return result
    set_title(result, run.title)
    if evidence:
        hide_folder(result, evidence)
    staged = {target: staging / f"{run.page.replace('/', '--')}.ipynb"}
    write(tidy(result), staged[target])
    if as_page:
        from evidence_review.publish.own_page import own_page

        page = target.with_suffix(".html")
        staged[page] = staging / f"{run.page.replace('/', '--')}.html"
        staged[page].write_text(own_page(result, run.title, page), encoding="utf-8")
    for name, content in files.items():
        place = folder / DOWNLOADS / Path(run.page).parent / name
        staged[place] = staging / f"{run.page.replace('/', '--')}--{name}"
        staged[place].write_bytes(content)
    for older in set(_files_of(folder, run)) - set(staged):
        older.unlink()
    for place, made in reversed(staged.items()):  # the page last: it promises the files
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(made, place)
    return None


def _fingerprint(evidence: str) -> dict[str, str]:
    """The checksums of the tables in an analyst's folder; none without a folder."""
    if not evidence:
        return {}
    tables = [path for path in sorted(Path(evidence).glob("*.*")) if path.suffix in TABLE_ENDINGS]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in tables if path.is_file()}


def _result(run: Run) -> NotebookNode | Failure:
    try:
        return _papermill(run)
    except PapermillExecutionError as error:
        place, reason = f"cell {error.cell_index + 1}", f"{error.ename}: {error.evalue}"
    except warm.RunEndedError as error:
        place, reason = f"cell {error.cell}" if error.cell else "-", str(error)
    except CellTimeoutError:
        place, reason = "-", f"a cell ran for more than {CELL_TIME_LIMIT} seconds"
    except DeadKernelError:
        place, reason = "-", "the kernel died"
    except RuntimeError as error:
        place, reason = "-", f"the kernel did not start: {error}"
    return Failure(run.page, place, " ".join(reason.split()))


def store(notebook: Path) -> None:
    """Run a notebook as it stands and keep its outputs in it, for nbval to hold it to.

    Raises ReviewError when it does not run; the notebook stays as it was.
    """
    result = _result(Run(notebook.stem, notebook, "", ""))
    if isinstance(result, Failure):
        raise ReviewError(f"{notebook.name}, {result.cell}: {result.error}")
    write(tidy(result), notebook)


def _papermill(run: Run) -> NotebookNode:
    """The executed notebook, run in a new process; a kernel that does not start gets more chances.

    Ordinary kernels choose their ports before they take them, so that of many that start at once one finds
    its port gone now and then.
    """
    for chance in range(KERNEL_STARTS):
        try:
            return execute_notebook(
                str(run.notebook),
                None,
                parameters=run.parameters,
                engine_name=warm.engine(),
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                cwd=str(NOTEBOOKS),
                execution_timeout=CELL_TIME_LIMIT,
                record_timing=False,
            )
        except DeadKernelError:
            raise
        except RuntimeError:
            if chance == KERNEL_STARTS - 1:
                raise
    raise AssertionError("unreachable")


def failure_table(failures: Sequence[Failure]) -> str:
    """The failures as text, one line each, under headings."""
    rows = [("Page", "Cell", "Error"), *((f.page, f.cell, f.error) for f in failures)]
    widths = [max(len(row[i]) for row in rows) for i in range(2)]
    return "\n".join(
        f"{page:<{widths[0]}}  {cell:<{widths[1]}}  {error}" for page, cell, error in rows
    )
