"""Warm runs: each notebook in a process forked from one that has the libraries imported.

A new Python takes seconds to import what every notebook needs; a fork has it at once. Each run still
has a process of its own that ends with it. It is an engine of Papermill and no provisioner of kernels:
an ordinary kernel forked from the same process still takes 0.4 s until both sides have found each
other, where the cells of a source's notebook take 0.1 s. Where warm runs cannot be had, or are not wanted
(EVIDENCE_REVIEW_ORDINARY_KERNELS=1), notebooks run in ordinary Jupyter kernels.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from evidence_review.paths import NOTEBOOKS

ENGINE = "warm"
ORDINARY_KERNELS = "EVIDENCE_REVIEW_ORDINARY_KERNELS"  # set and not empty: no warm runs
PROCESS = "evidence_review.publish.warm_process"
STOPPING = 2  # seconds for the process and its runs to end
INLINE = "module://matplotlib_inline.backend_inline"  # what ipykernel sets for its notebooks

_control: socket.socket | None = None


class RunEndedError(Exception):
    """A run whose process died, or was ended: a cell took too long, or printed too much.

    cell: the one that ran, from 1; None before the first.
    """

    def __init__(self, reason: str, cell: int | None) -> None:
        super().__init__(reason)
        self.cell = cell


class DiedError(RunEndedError):
    """The run's process died: of what its cell did, or since the system killed it for its memory."""


class GoneError(RunEndedError):
    """No run began: the process that runs are forked from is no more."""


def possible() -> bool:
    """Whether notebooks can run warm here, and nobody asked for ordinary kernels."""
    # On macOS a fork of a process that has used the system's libraries may crash.
    return sys.platform == "linux" and not os.environ.get(ORDINARY_KERNELS)


@contextmanager
def warm_process(
    notebooks: Collection[Path], log: Path, settings: Mapping[str, str]
) -> Iterator[socket.socket]:
    """The process to fork runs from, at work until the end of the block; the socket to ask it by.

    notebooks: those that may be run; it imports what they import. log: takes what libraries and runs
    print past the notebook. settings: environment variables to add. The process and all that it
    forked also end with the process that calls this, even when that is killed.
    """
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, its, log.open("ab") as output:
        about = (its.fileno(), os.getpid(), *notebooks)
        process = subprocess.Popen(
            # The option is from Jupyter's own kernel specification.
            [sys.executable, "-Xfrozen_modules=off", "-m", PROCESS, *map(str, about)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[its.fileno()],
            cwd=NOTEBOOKS,
            env={"MPLBACKEND": INLINE, **os.environ, **settings},
            start_new_session=True,  # Ctrl-C is for the owner, which ends this process
        )
        its.close()
        try:
            yield ours
        finally:
            process.terminate()
            try:
                process.wait(STOPPING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def connect(control: socket.socket) -> None:
    """Give this process its way to the warm one. Papermill then has the engine `ENGINE`."""
    global _control
    _control = control
    papermill_engines.register(ENGINE, WarmEngine)


def disconnect() -> None:
    """Forget the way to the warm process: ordinary kernels are used from now on."""
    global _control
    _control = None


def engine() -> str | None:
    """The name of the Papermill engine for warm runs; None when there are none."""
    return ENGINE if _control else None


class WarmEngine(Engine):
    """Papermill's engine for warm runs."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        execution_timeout: float | None = None,
        **_: Any,
    ) -> None:
        assert _control is not None, "not connected"
        nb_man.nb = run_in_fork(_control, nb_man.nb, NOTEBOOKS, execution_timeout)


def run_in_fork(
    control: socket.socket, notebook: NotebookNode, folder: Path, cell_limit: float | None = None
) -> NotebookNode:
    """The notebook as run in a new fork of the warm process.

    control: from `warm_process`. folder: where it runs. cell_limit: seconds for each cell.
    Raises RunEndedError when the run died or had to be ended.
    """
    ours, its = socket.socketpair()
    process, cell = None, None
    with its, Connection(ours.detach()) as connection:
        try:
            socket.send_fds(control, [b"run"], [its.fileno()])
            its.close()
            asked = {"notebook": notebook, "folder": str(folder)}
            connection.send_bytes(json.dumps(asked).encode())
            while connection.poll(cell_limit):
                said = json.loads(connection.recv_bytes())
                if "failed" in said:
                    raise RunEndedError(said["failed"], cell)
                if "notebook" in said:
                    return from_dict(said["notebook"])
                process = said.get("process", process)
                cell = said["cell"] + 1 if "cell" in said else cell
        except (EOFError, OSError) as error:
            if not process:
                raise GoneError("the kernel did not start", None) from error
            raise DiedError("the kernel died", cell) from error
    if not process:
        raise GoneError("the kernel did not start", None)
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    raise RunEndedError(f"a cell ran for more than {cell_limit:g} seconds", cell)
