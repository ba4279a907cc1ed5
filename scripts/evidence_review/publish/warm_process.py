"""The process that warm runs are forked from: libraries imported, and nothing else.

`warm.warm_process` starts it. It waits on a socket; each message there carries one end of another
socket, and is answered with a fork that runs one notebook and ends. It has one thread, opens no
ZeroMQ context, and never runs a cell, so that every run starts from the same clean state.
"""

import ast
import atexit
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NoReturn

from evidence_review.publish.worker import TOO_MUCH, die_with_parent, quick_jsonschema

# Besides what the notebooks name: what it imports later, and what a kernel does on its first cell.
MORE = (
    "matplotlib.backends.backend_agg",
    "evidence_review.show.charts",
    "evidence_review.show.year_panels",
    "ipykernel.debugger",
    "evidence_review.publish.warm_kernel",
)


def main(control: socket.socket, owner: int, notebooks: Sequence[str]) -> None:
    """Import the libraries, then fork a run for every message until the owner ends.

    control: a SOCK_SEQPACKET socket; its messages each carry one file descriptor. owner: its process
    id. notebooks: paths of those that may be asked for, for what they import.
    """
    die_with_parent(owner, signal.SIGTERM)
    _be_like_a_kernel()
    _import_libraries(notebooks)
    gc.collect()
    gc.freeze()  # or the collector of each run would touch, and so copy, all of the libraries' pages
    me = os.getpid()
    runs: set[int] = set()

    def stop(*_: object) -> NoReturn:
        for run in runs:
            _end_group(run)
        os._exit(0)

    def tidy_up(*_: object) -> None:
        with suppress(ChildProcessError):
            # Looked at before it is reaped: until then its number is its own.
            while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                _end_group(ended.si_pid)  # whatever the run started and left behind
                os.waitpid(ended.si_pid, 0)
                runs.discard(ended.si_pid)

    handled = {signal.SIGTERM: stop, signal.SIGCHLD: tidy_up}
    for one, handler in handled.items():
        signal.signal(one, handler)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not message:
            stop()
        os.set_inheritable(descriptors[0], False)
        signal.pthread_sigmask(signal.SIG_BLOCK, handled)  # neither is for a half-known run
        if run := os.fork():
            os.close(descriptors[0])
            runs.add(run)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, handled)
        else:
            for one in handled:
                signal.signal(one, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, handled)
            die_with_parent(me)
            os.setsid()
            control.close()
            _run(Connection(descriptors[0]))


def _be_like_a_kernel() -> None:
    """What ipykernel does to a new process before it runs a cell."""
    from ipykernel.kernelapp import IPKernelApp

    # As in ipykernel_launcher: the current folder is no place for libraries.
    if sys.path[0] in ("", os.getcwd()):
        del sys.path[0]
    del sys.argv[1:]
    kernel = IPKernelApp()
    kernel.init_pdb()
    kernel.patch_io()
    kernel.init_path()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _import_libraries(notebooks: Sequence[str]) -> None:
    with quick_jsonschema():
        import nbformat
    names = dict.fromkeys(MORE)
    for path in notebooks:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                names |= dict.fromkeys(_imported(cell.source))
    for name in names:
        # What cannot be had: the notebook that imports it will say so, in its own cell.
        with suppress(Exception):
            importlib.import_module(name)


def _imported(code: str) -> Iterator[str]:
    """Names of modules that the code imports, and of others that may be none."""
    with suppress(SyntaxError):  # IPython's own words, such as %matplotlib
        for node in ast.parse(code).body:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _end_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _run(connection: Connection) -> NoReturn:
    """Run one notebook and end: in a fork, where nothing that it does can reach another run.

    Asked with {"notebook", "folder"}. Says {"process"} first, {"cell"} as each begins (from 0), and
    {"notebook"} or {"failed"} at the end.
    """

    def say(**words: object) -> None:
        connection.send_bytes(json.dumps(words).encode())

    def too_much() -> NoReturn:
        say(failed=TOO_MUCH)
        os._exit(1)

    status = 1
    try:
        import numpy as np
        from nbformat import from_dict

        from evidence_review.publish.warm_kernel import run_cells

        say(process=os.getpid())
        asked = json.loads(connection.recv_bytes())
        os.chdir(asked["folder"])
        # A fork has its parent's random state; a new process has its own. (`random` sees to itself.)
        np.random.seed()
        result = run_cells(from_dict(asked["notebook"]), lambda cell: say(cell=cell), too_much)
        # What a process does as it ends, without the second that it takes to unload the libraries.
        sys.modules["__main__"].__dict__.clear()
        gc.collect()
        atexit._run_exitfuncs()
        say(notebook=result)
        status = 0
    except BaseException as error:  # not of a cell, whose errors are among its outputs
        say(failed=" ".join(str(error).split()) or type(error).__name__)
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), sys.argv[3:])
