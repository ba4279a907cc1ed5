"""The cells of one notebook, run in this process by ipykernel's own kernel.

What is slow about an ordinary kernel is not the kernel: it is the imports, the sockets, and the wait
for both sides to find each other. Here too ipykernel runs the cells and nbclient makes outputs of its
messages, so that they are the same; only, the messages stay in one process.
"""

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from ipykernel.inprocess.blocking import BlockingInProcessKernelClient
from ipykernel.inprocess.ipkernel import InProcessKernel
from ipykernel.inprocess.manager import InProcessKernelManager
from ipykernel.inprocess.socket import DummySocket
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.zmqshell import ZMQInteractiveShell
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager
from traitlets import Callable as TraitCallable
from traitlets import Instance, Type, default
from traitlets.config import Config

from evidence_review.publish.worker import OUTPUT_LIMIT

# Kernels that run at once would wait for one another's history file.
NO_HISTORY = Config({"HistoryManager": {"enabled": False}})


@dataclass
class _Meter:
    """Counts output, and calls `too_much` as soon as it is more than a page can hold."""

    too_much: Callable[[], None]
    size: int = 0

    def add(self, size: int) -> None:
        self.size += size
        if self.size > OUTPUT_LIMIT:
            self.too_much()


class _Stream(OutStream):
    """What a cell prints; counted as it comes, for all of it is kept until the cell ends."""

    meter: _Meter

    def write(self, string: str) -> int | None:  # type: ignore[override]
        self.meter.add(len(string))
        return super().write(string)


class _Socket(DummySocket):
    """Takes the kernel's messages; counted for what cells show."""

    meter = Instance(_Meter)

    def send_multipart(self, msg_parts: Sequence[bytes], *about: Any, **options: Any) -> None:
        self.meter.add(sum(map(len, msg_parts)))
        super().send_multipart(msg_parts, *about, **options)


class _Kernel(InProcessKernel):
    """ipykernel's kernel without sockets, with the shell and the streams of its ordinary one."""

    shell_class = Type(ZMQInteractiveShell)
    too_much = TraitCallable()

    @default("_underlying_iopub_socket")
    def _default_socket(self) -> DummySocket:
        return _Socket(meter=_Meter(self.too_much))

    @default("iopub_thread")
    def _default_iopub_thread(self) -> IOPubThread:
        # Not started, so that messages go out at once, in order, and not by the clock.
        return IOPubThread(self._underlying_iopub_socket, session=self.session)

    # A cell that awaits asks which thread reads its messages: here it is the cell's own.
    _supports_kernel_subshells = False

    @default("shell_channel_thread")
    def _default_shell_channel_thread(self) -> SimpleNamespace:
        return SimpleNamespace(parent_thread=threading.current_thread())

    # As ordinary, these also show what a library or a command writes to descriptors 1 and 2.
    @default("stdout")
    def _default_stdout(self) -> OutStream:
        return self._stream("stdout")

    @default("stderr")
    def _default_stderr(self) -> OutStream:
        return self._stream("stderr")

    def _stream(self, name: str) -> OutStream:
        stream = _Stream(self.session, self.iopub_thread, name)
        stream.meter = _Meter(self.too_much)
        return stream


class _Client(BlockingInProcessKernelClient):
    """Gives cells to the kernel within the running event loop, where an ordinary one has them."""

    async def execute(  # type: ignore[override]
        self, code: str, store_history: bool = True, stop_on_error: bool = True
    ) -> str:
        assert self.kernel is not None
        if self.kernel.shell.exit_now:  # the cell before said exit()
            raise DeadKernelError("the kernel died")
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,  # nobody is there to answer
            "stop_on_error": stop_on_error,
        }
        message = self.session.msg("execute_request", content)
        stream = self.kernel.shell_stream
        self.session.send(stream, message)
        await self.kernel.dispatch_shell(stream.recv_multipart())
        _, reply = self.session.recv(stream, copy=False)
        self.shell_channel.call_handlers(reply)
        return str(message["header"]["msg_id"])


def run_cells(
    notebook: NotebookNode, started: Callable[[int], None], too_much: Callable[[], None]
) -> NotebookNode:
    """The notebook with the outputs of its cells, up to the first that fails.

    started: called with the position of each cell, from 0, before it runs. too_much: called, from
    within a cell, when its output is more than a page can hold; ends the process. For a process
    that has run no cells before. Raises DeadKernelError when cells follow on one that ended the
    kernel.
    """
    manager = InProcessKernelManager()
    kernel = _Kernel(parent=manager, session=manager.session, config=NO_HISTORY, too_much=too_much)
    sys.stdout, sys.stderr = kernel.stdout, kernel.stderr
    manager.kernel = kernel
    client = _Client(kernel=kernel, session=manager.session)
    client.start_channels()

    def on_cell_start(cell_index: int, **_: Any) -> None:
        started(cell_index)

    progress = NotebookExecutionManager(notebook, progress_bar=False, autosave_cell_every=0)
    progress.notebook_start()
    runner = PapermillNotebookClient(
        progress, km=manager, record_timing=False, on_cell_start=on_cell_start
    )
    runner.kc = client
    return runner.execute()
