"""The least that the notebooks' cells can take: IPython's shell in one process, and nothing else.

No kernel, no messages, no new process; what one notebook's cells leave in caches is there for the
next. Results are formatted for display as a kernel would, since that is where charts are drawn.
"""

import time
from collections.abc import Sequence
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from traitlets import Type
from traitlets.config import Config

from evidence_review.publish.runs import Run


class _Formats(DisplayHook):
    """Formats a result in all the ways that a page may want, and keeps none."""

    def __call__(self, result: Any = None) -> None:
        if result is not None:
            self.shell.display_formatter.format(result)  # type: ignore[union-attr]


class _Shell(InteractiveShell):
    displayhook_class = Type(_Formats)
    display_pub_class = Type(CapturingDisplayPublisher)

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window."""


def seconds_of_cells(runs: Sequence[Run]) -> dict[str, float]:
    """Page → seconds that the cells of its notebook take, with the libraries imported."""
    shell = _Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.enable_matplotlib("inline")
    for run in {run.notebook: run for run in reversed(runs)}.values():
        _run(shell, run)  # imports
    return {run.page: _run(shell, run) for run in runs}


def _run(shell: _Shell, run: Run) -> float:
    notebook = load_notebook_node(str(run.notebook))
    if run.parameters:
        notebook = parameterize_notebook(notebook, run.parameters)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    shell.reset(new_session=False)
    shell.display_pub.outputs.clear()  # type: ignore[attr-defined]
    start = time.perf_counter()
    for cell in cells:
        shell.run_cell(cell).raise_error()
    return time.perf_counter() - start


def seconds_of_files(runs: Sequence[Run]) -> dict[str, float]:
    """Page → seconds that the files to download with it take; pages without any are left out."""
    took = {}
    for run in [*runs[-1:], *runs]:  # one twice, as the first reads the tables
        start = time.perf_counter()
        if run.files:
            run.files(run.parameters)
            took[run.page] = time.perf_counter() - start
    return took
