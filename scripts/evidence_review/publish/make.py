"""Making one page: its notebook executed, tidied and titled, and the files that go with it.

Nothing is written here; what a run reads and makes depends on no other run.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Both threads of `make` need it. Imported by two at once it fails: its modules import each other.
import IPython.display  # noqa: F401
from nbformat import NotebookNode
from papermill import execute_notebook
from papermill.exceptions import PapermillExecutionError

from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish import ordinary, warm
from evidence_review.publish.notebook_files import as_bytes, hide_folder, set_title, tidy
from evidence_review.publish.runs import DOWNLOADS, Failure, Made, Run
from evidence_review.read.checksums import of_tables

CELL_TIME_LIMIT = 300  # seconds; a cell takes about one
KERNEL_STARTS = 3  # times to try before a run fails


def make(run: Run) -> Made | Failure:
    """Execute a run's notebook and make its files."""
    before = of_tables(run.own_evidence)
    with ThreadPoolExecutor(1) as other:  # while the notebook's own process is at work
        files_too = other.submit(run.files, run.parameters) if run.files else None
        result = _result(run)
        if isinstance(result, Failure):
            return result
        downloads = files_too.result() if files_too else {}
    if of_tables(run.own_evidence) != before:  # page and files could tell of different answers
        reason = f"{run.own_evidence} changed while it was read; run it again"
        return Failure(run.page, "-", reason)
    set_title(result, run.title)
    if run.own_evidence:
        hide_folder(result, run.own_evidence)
    files = {f"{run.page}.ipynb": as_bytes(tidy(result))}
    for name, content in downloads.items():
        files[(Path(DOWNLOADS) / run.page).with_name(name).as_posix()] = content
    return Made(run.page, files, before)


def store(notebook: Path) -> None:
    """Run a notebook as it stands and keep its outputs in it, for nbval to hold it to.

    Raises ReviewError when it does not run; the notebook stays as it was.
    """
    result = _result(Run(notebook.stem, notebook, "", ""))
    if isinstance(result, Failure):
        raise ReviewError(f"{notebook.name}, {result.cell}: {result.error}")
    notebook.write_bytes(as_bytes(tidy(result)))


def _result(run: Run) -> NotebookNode | Failure:
    try:
        return _papermill(run)
    except PapermillExecutionError as error:
        place, reason = f"cell {error.cell_index + 1}", f"{error.ename}: {error.evalue}"
    except warm.RunEndedError as error:
        place, reason = f"cell {error.cell}" if error.cell else "-", str(error)
    except RuntimeError as error:
        place, reason = "-", f"the kernel did not start: {error}"
    return Failure(run.page, place, " ".join(reason.split()))


def _papermill(run: Run) -> NotebookNode:
    """The executed notebook, run in a new process; a kernel that does not start gets more chances.

    Ordinary kernels choose their ports before they take them, so that of many that start at once one
    finds its port gone now and then. When the warm process is gone, an ordinary kernel takes over.
    One that dies gets one more chance: when memory is short, it is a kernel that the system kills.
    """
    died = False
    for chance in range(KERNEL_STARTS):
        try:
            return execute_notebook(
                str(run.notebook),
                None,
                parameters=run.parameters,
                engine_name=warm.engine() or ordinary.ENGINE,
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                cwd=str(NOTEBOOKS),
                execution_timeout=CELL_TIME_LIMIT,
                record_timing=False,
            )
        except warm.GoneError:
            warm.disconnect()
        except warm.DiedError:
            if died or chance == KERNEL_STARTS - 1:
                raise
            died = True
        except RuntimeError:
            if chance == KERNEL_STARTS - 1:
                raise
    raise AssertionError("unreachable")
