"""Runs on many machines: a Dask cluster in the place of this machine's own processes.

Needs the optional packages of requirements-cluster.lock, here and on the workers. Workers need the
project too, with the same notebooks, package, tables and library versions: one with other tables would
make other pages. That is checked when a command begins, and before and after each run.
"""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

from distributed import Client, Semaphore, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish import warm
from evidence_review.publish.inputs import Inputs
from evidence_review.publish.records import some
from evidence_review.publish.runs import Failure, Made, Run
from evidence_review.publish.worker import ONE_THREAD, work

WAIT = 20  # seconds for the scheduler to answer, and for a first worker
PLUGIN = "evidence-review"

# As they stood when this process first ran something: a worker keeps the modules and tables it loads.
_at_first = Inputs()


class WarmRuns(WorkerPlugin):
    """On every worker, for one command: a process to fork runs from, and the inputs as they stand."""

    name = PLUGIN

    def __init__(self, inputs: Inputs, runs: Iterable[Run]) -> None:
        """inputs: the sender's. runs: at least one of each notebook."""
        first = {run.notebook.name: run for run in reversed(list(runs))}
        self.expected = {name: (run, dict(inputs.shared(run))) for name, run in first.items()}
        self.wrong: dict[str, str] = {}  # notebook → why its runs cannot be made here

    def setup(self, worker: Any) -> None:
        """Compare the inputs and start the process; Dask calls this, also on workers that join later."""
        self.inputs = Inputs()
        for inputs, what in (
            (_at_first, "restart it"),
            (self.inputs, "bring its checkout up to date"),
        ):
            for name, (run, expected) in self.expected.items():
                found = inputs.shared(_here(run))
                if found != expected:
                    names = [one for one in expected | found if found.get(one) != expected.get(one)]
                    said = f"the worker at {worker.address} has another {some(names)}; {what}"
                    self.wrong[name] = said
        self.open = ExitStack()
        if warm.possible():
            log = Path(worker.local_directory) / "review.log"
            notebooks = sorted(NOTEBOOKS.glob("*.ipynb"))
            warm.connect(self.open.enter_context(warm.warm_process(notebooks, log, ONE_THREAD)))

    def teardown(self, worker: Any) -> None:
        """End the process."""
        warm.disconnect()
        self.open.close()


class ClusterExecutor(Executor):
    """Gives runs to a cluster."""

    def __init__(self, client: Client) -> None:
        self._workers = client.get_executor(pure=False)

    def submit(self, _: Any, run: Run, page_folder: Path | None = None, /) -> Future[Any]:  # type: ignore[override]
        """Have a worker make the run's page. A page of its own, with its folder, is for this machine only."""
        assert page_folder is None
        future: Future[Any] = self._workers.submit(work_there, run)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Without waiting, Dask takes back what has not ended."""
        self._workers.shutdown(wait=wait and not cancel_futures)


@contextmanager
def cluster(address: str, inputs: Inputs, runs: Iterable[Run]) -> Iterator[Executor]:
    """The cluster whose scheduler answers at `address`, such as tcp://10.0.0.5:8786.

    inputs: those of the command. runs: what is to be run. Raises ReviewError when nobody answers or
    no worker is there.
    """
    try:
        client = Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ReviewError(
            f"--cluster {address}: no Dask scheduler answers ({type(error).__name__})."
            " Expected an address such as tcp://10.0.0.5:8786."
        ) from None
    with client, client.as_current():
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError:
            raise ReviewError(
                f"--cluster {address}: no worker has joined it. Start one with `dask worker {address}`."
            ) from None
        # Its hold ends by itself when this process dies.
        alone = Semaphore(max_leases=1, name=PLUGIN)
        if not alone.acquire(timeout=2):
            raise ReviewError(f"--cluster {address}: another command is at work there; wait for it")
        client.register_plugin(WarmRuns(inputs, runs))
        workers = ClusterExecutor(client)
        over = Event()
        watch = Thread(target=_give_up_without_workers, args=(client, workers, over), daemon=True)
        watch.start()
        try:
            yield workers
        finally:
            over.set()
            with suppress(OSError):  # the scheduler is no more
                workers.shutdown(wait=False)
                client.unregister_worker_plugin(PLUGIN)
                alone.release()


def _give_up_without_workers(client: Client, workers: Executor, over: Event) -> None:
    """Take back all runs when no worker has been there for a while, or they would wait for ever."""
    seen = time.monotonic()
    while not over.wait(1):
        if client.scheduler_info()["workers"]:
            seen = time.monotonic()
        elif time.monotonic() - seen > WAIT:
            workers.shutdown(wait=False)
            return


def work_there(run: Run) -> Made | Failure:
    """Make one page on a worker, if all that goes into it is as the sender has it."""
    worker = get_worker()
    plugin = cast(WarmRuns, worker.plugins[PLUGIN])
    if reason := plugin.wrong.get(run.notebook.name):
        return Failure(run.page, "-", reason)
    touched = plugin.inputs.touched()
    if not touched:
        made = work(_here(run))
        touched = plugin.inputs.touched()
    if touched:
        said = (
            f"{some(touched)} changed on the worker at {worker.address}; run the same command again"
        )
        return Failure(run.page, "-", said)
    return made


def _here(run: Run) -> Run:
    """The same run with this checkout's notebook: a worker's may lie elsewhere."""
    return replace(run, notebook=NOTEBOOKS / run.notebook.name)
