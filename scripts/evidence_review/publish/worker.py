"""A process that runs notebooks: what it does first, and what it is given to do.

It imports nothing slow at its top: numpy must come after the number of its threads is set.
"""

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence_review.publish.runs import Failure, Made, Run

# One thread of linear algebra a process, or threads × processes would overload the machine.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}
SET_PDEATHSIG = 1  # of Linux's prctl
OUTPUT_LIMIT = (
    10_000_000  # bytes that the cells of a notebook may print and show; the largest page has 0.5 MB
)
TOO_MUCH = f"more than {OUTPUT_LIMIT // 1_000_000} MB of output, which is too much for a page"


def die_with_parent(parent: int, with_signal: int = signal.SIGKILL) -> None:
    """Have Linux send this process a signal when its parent ends, even when that is killed.

    parent: the parent's process id, in case it has ended by now. Elsewhere this does nothing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PDEATHSIG, int(with_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


@contextmanager
def quick_jsonschema() -> Iterator[None]:
    """Import nbformat in a block of this, and it comes a second sooner.

    nbformat imports jsonschema, which has a grammar for internationalised web addresses made when
    that is installed. No rule of the notebook format asks for one.
    """
    grammar = "rfc3987_syntax"
    hidden = grammar not in sys.modules
    if hidden:
        sys.modules[grammar] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            del sys.modules[grammar]


def belong_to(owner: int) -> None:
    """Prepare a process that ends with its owner, which Ctrl-C is for.

    owner: its process id. See `processes.processes`.
    """
    die_with_parent(owner)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # it was held back until now
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def start_worker(log: Path, owner: int, control: socket.socket | None) -> None:
    """Prepare a process of the pool. control: from `warm.warm_process`; None for ordinary kernels."""
    belong_to(owner)
    os.environ.update(ONE_THREAD)
    # What kernels print for their operators goes to a file, or it would break up the progress bar.
    with log.open("ab") as output:
        os.dup2(output.fileno(), 2)
    with quick_jsonschema():
        from evidence_review.publish import warm
    if control:
        warm.connect(control)


def work(run: Run, page_folder: Path | None = None) -> Made | Failure:
    """Make one page in this process of the pool.

    page_folder: where its HTML file will lie, a page of its own that needs no book; None for no such
    file.
    """
    from evidence_review.publish.make import make

    made = make(run)
    if page_folder and isinstance(made, Made):
        from evidence_review.publish.own_page import with_own_page

        return with_own_page(made, run.title, page_folder)
    return made
