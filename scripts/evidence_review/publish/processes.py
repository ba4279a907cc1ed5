"""New processes of this machine, which end when this one does and leave Ctrl-C to it."""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from threading import Event, Thread
from typing import Any

LOOK = 1  # second between looks whether the system has killed a process


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
    # The pool forgets these when it is shut down.
    started, answers = pool._processes, pool._result_queue
    over = Event()
    Thread(target=_watch, args=(pool, started, answers, over), daemon=True).start()
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        over.set()
        _end(set(multiprocessing.active_children()) - others, answers)
        raise
    finally:
        pool.shutdown(wait=True)
        over.set()


def _watch(
    pool: ProcessPoolExecutor, started: dict[int, BaseProcess], answers: Any, over: Event
) -> None:
    """End a pool that does not notice by itself that the system killed one of its processes.

    That is so when one is killed while it hands over an answer: the pool waits for the rest.
    """
    while not over.wait(LOOK):
        if any(one.exitcode for one in list(started.values())):
            if not over.wait(LOOK):
                with pool._shutdown_lock:  # while no process is being started
                    pool._broken = "a process was killed"  # type: ignore[assignment]
                    _end(started.values(), answers)
            return


def _end(started: Iterable[BaseProcess], answers: Any) -> None:
    """Kill the processes of a pool, and have it wait for no answer of theirs."""
    for process in started:
        process.kill()  # its kernel ends with it
    answers._writer.close()  # theirs are closed now, and so whoever reads comes to an end


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
