"""New processes of this machine, which end when this one does and leave Ctrl-C to it."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess


class _DeafProcess(SpawnProcess):
    """Deaf to Ctrl-C from its first moment, which comes long before it could say so itself."""

    def start(self) -> None:
        with _ctrl_c_held():
            super().start()


class _DeafContext(SpawnContext):
    Process = _DeafProcess


@contextmanager
def processes(
    number: int, prepare: Callable[..., None], *about: object
) -> Iterator[ProcessPoolExecutor]:
    """Up to `number` fresh interpreters, into which nothing of this process leaks.

    prepare: called first in each, with `about`; it must call `worker.belong_to`. They are killed
    when the block is left by an exception.
    """
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(number, _DeafContext(), initializer=prepare, initargs=about)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.kill()  # its kernel ends with it
        raise
    finally:
        pool.shutdown(wait=True)


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Ctrl-C during the block comes at its end. A process that is started in it does not get it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where nothing of this is inherited
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
