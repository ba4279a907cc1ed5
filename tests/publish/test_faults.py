"""Builds that are killed, stopped, or run out of disk: the real commands, with real kernels and Sphinx.

A small book in a copy of this checkout stands in for the whole one, so that a build takes seconds. It is
killed at six moments spread over its time; every single step of putting things in place is tried in
test_faults_at_every_step.py, where that costs little.
"""

import os
import random
import shutil
import signal
import threading
import time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.context import SpawnProcess
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tests.publish.faults import PATIENCE, Checkout, mounted

from evidence_review.publish import warm
from evidence_review.publish.processes import processes
from evidence_review.publish.run import run_all
from evidence_review.publish.runs import Run
from evidence_review.publish.warm import ORDINARY_KERNELS
from evidence_review.publish.worker import ONE_THREAD, TOO_MUCH, belong_to

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are not to be had on Windows")
KILLS = 6
STOPPED = "Stopped. What had finished is kept."
MOMENTS = {"runs": "publish.warm_process", "book": "publish.book_sphinx"}
FULL_AT = {"runs": 0, "book": 3_000}  # kB left


class Builds:
    """The small checkout, and what its book is in each state when nothing disturbs the build."""

    def __init__(self, folder: Path) -> None:
        self.checkout = Checkout(folder / "project")
        self.books: dict[str, dict[str, bytes]] = {}
        self.state, self.seconds = "", 0.0

    def build(self, state: str) -> dict[str, bytes]:
        """The book in a state, built to its end."""
        self.change(state)
        start = time.monotonic()
        self.checkout.run("build", "--jobs", "1")
        self.seconds = time.monotonic() - start
        return self.checkout.html()

    def change(self, state: str = "") -> None:
        """Put the checkout into a state, by default one whose book is not in place; nothing has run."""
        in_place = self.checkout.html()
        self.state = state or next(one for one in self.books if self.books[one] != in_place)
        self.checkout.to(self.state)
        shutil.rmtree(self.checkout.build / "runs-records", ignore_errors=True)

    def assert_whole(self) -> None:
        """The book in place is one of the two, to the byte."""
        assert self.checkout.html() in self.books.values()


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    builds = Builds(tmp_path_factory.mktemp("faults"))
    for state in ("one", "two"):
        builds.books[state] = builds.build(state)
    assert b"It is two." in next(
        page
        for name, page in builds.books["two"].items()
        if name.startswith("sources/") and name.endswith(".html") and "index" not in name
    )
    return builds


def test_a_build_that_is_killed_at_any_moment_leaves_a_whole_book_and_no_process(
    builds: Builds,
) -> None:
    chance, killed = random.Random(20171130), 0
    for kill in range(KILLS):
        builds.change()
        command = builds.checkout.start("build", "--jobs", "1")
        time.sleep(builds.seconds * (kill + chance.random()) / KILLS)
        command.strike(signal.SIGKILL)
        killed += command.end() == -signal.SIGKILL
        command.assert_nothing_left()
        builds.assert_whole()
    assert killed > KILLS / 2  # on a machine with other work the last may come too late
    assert builds.build(builds.state) == builds.books[builds.state]


@pytest.mark.skipif(not warm.possible(), reason="notebooks do not run warm here")
@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_ends_a_build_at_once_in_one_line(builds: Builds, moment: str) -> None:
    builds.change()
    command = builds.checkout.start("build", "--jobs", "1")
    command.wait_for(MOMENTS[moment])
    command.strike(signal.SIGINT)
    assert command.end(within=PATIENCE) == 130
    assert command.lines == [STOPPED]
    command.assert_nothing_left()
    builds.assert_whole()


def test_what_was_cut_short_is_made_again_and_never_published(builds: Builds) -> None:
    builds.build(builds.state)
    made = builds.checkout.build
    [cut, *_] = sorted(made.glob("runs/sources/*.ipynb"))
    [record, *_] = sorted(made.glob("runs-records/sources/*.json"), reverse=True)
    for path in (cut, record, made / "data-checked.json", made / "html/index.html"):
        path.write_bytes(path.read_bytes()[:-100])
    command = builds.checkout.start("book")
    assert command.end(60) == 2
    assert "pages in _build/runs are out of date; `review run` makes them again" in command.said
    assert "Traceback" not in command.said
    builds.checkout.run("build", "--jobs", "1")
    assert builds.checkout.html() == builds.books[builds.state]
    nbformat.read(cut, as_version=4)


def test_a_build_only_reads_the_data(builds: Builds) -> None:
    data = builds.checkout.folder / "data"
    with mounted(f"mount --bind {data} {data}", f"mount -o remount,bind,ro {data}") as inside:
        builds.checkout.inside = inside
        try:
            builds.change()
            assert builds.build(builds.state) == builds.books[builds.state]
        finally:
            builds.checkout.inside = []


def test_on_a_full_disk_the_old_book_stays_and_the_next_build_is_right(builds: Builds) -> None:
    place, kept = builds.checkout.build, builds.checkout.build.with_name("kept")
    before = builds.checkout.html()
    shutil.copytree(place, kept, symlinks=True)
    with mounted(f"mount -t tmpfs -o size=200m tmpfs {place}", f"cp -a {kept}/. {place}") as inside:
        seen = Path(f"/proc/{inside[2]}/root{place}")
        builds.checkout.inside, builds.checkout.build = inside, seen
        try:
            builds.change()
            for left in FULL_AT.values():
                fill(seen, left)
                command = builds.checkout.start("build", "--jobs", "1")
                assert command.end(600) == 1, command.said
                [line] = command.lines
                assert line.startswith("Error: ")
                assert "o space left on device" in line or "the disk is full" in line
                command.assert_nothing_left()
                assert builds.checkout.html() == before
            (seen / "filled").unlink()
            assert builds.build(builds.state) == builds.books[builds.state]
        finally:
            builds.checkout.inside, builds.checkout.build = [], place


def fill(folder: Path, left: int) -> None:
    """Leave so many kB free where the folder lies."""
    (folder / "filled").unlink(missing_ok=True)
    free = os.statvfs(folder)
    with (folder / "filled").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - left * 1000)


# --- Kernels -------------------------------------------------------------------------------------

CELL_LIMIT = 8  # seconds
PREPARE = f"""
from evidence_review.publish import worker
worker.start_worker(log, owner, control)
from evidence_review.publish import make
make.CELL_TIME_LIMIT = {CELL_LIMIT}
"""
FAULTY = {
    "dies": ("import os; os._exit(0)", "the kernel died"),
    "hangs": ("import time; time.sleep(600)", f"a cell ran for more than {CELL_LIMIT} seconds"),
    "prints without end": ("while True: print('x' * 1000)", TOO_MUCH),
    "shows 50 MB": (
        "from IPython.display import HTML, display\n"
        "for _ in range(50): display(HTML('x' * 1_000_000))",
        TOO_MUCH,
    ),
}


@pytest.mark.parametrize("kernels", ["warm", "ordinary"])
def test_a_kernel_that_dies_hangs_or_floods_fails_its_page_alone_and_names_the_cell(
    kernels: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kernels == "ordinary":
        monkeypatch.setenv(ORDINARY_KERNELS, "1")
    elif not warm.possible():
        pytest.skip("notebooks do not run warm here")
    cells = {name: code for name, (code, _) in FAULTY.items()} | {"well": "print('x' * 2_000_000)"}
    runs = [
        Run(name, written(tmp_path / f"{name}.ipynb", code), name, name)
        for name, code in cells.items()
    ]
    log, folder = tmp_path / "log", tmp_path / "runs"
    control = nullcontext() if kernels == "ordinary" else warm.warm_process([], log, ONE_THREAD)
    with control as way:
        about = {"log": log, "owner": os.getpid(), "control": way}
        failures = run_all(runs, folder, executor=processes(2, exec, PREPARE, about))
    assert {one.page: (one.cell, one.error) for one in failures} == {
        name: ("cell 3", said) for name, (_, said) in FAULTY.items()
    }
    assert [path.name for path in folder.iterdir()] == ["well.ipynb"]


def written(path: Path, code: str) -> Path:
    """A notebook of three cells, the last with the code."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    title = new_markdown_cell("# A title", id="a", metadata={"tags": ["title"]})
    cells = [title, new_code_cell("print('begun')", id="b"), new_code_cell(code, id="c")]
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    return path


# --- A process that is killed while it hands over its answer --------------------------------------

HALF_AN_ANSWER = """
import os, signal
from multiprocessing.connection import Connection
from evidence_review.publish.worker import belong_to
def send_half(connection, answer):
    os.write(connection.fileno(), bytes(answer)[:len(answer) // 2])
    os.kill(os.getpid(), signal.SIGKILL)
belong_to(owner)
Connection._send = send_half
"""


def half_answering() -> AbstractContextManager[ProcessPoolExecutor]:
    return processes(2, exec, HALF_AN_ANSWER, {"owner": os.getpid()})


def assert_no_thread_left(before: set[threading.Thread]) -> None:
    """An interpreter waits for the threads of its pools before it ends."""
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)
        assert not thread.is_alive(), thread


def test_a_pool_breaks_when_a_process_is_killed_while_it_hands_over_its_answer() -> None:
    before = set(threading.enumerate())
    with half_answering() as pool:
        answers = [pool.submit(os.getpid) for _ in range(3)]
        for answer in answers:
            assert isinstance(answer.exception(PATIENCE), BrokenExecutor)
        with pytest.raises(BrokenExecutor):
            pool.submit(os.getpid)
    assert_no_thread_left(before)


def test_nothing_waits_for_the_rest_of_an_answer_when_a_command_is_stopped() -> None:
    before = set(threading.enumerate())

    def begin_and_stop() -> None:
        with half_answering() as pool:
            pool.submit(os.getpid)
            while not any(one.exitcode for one in list(pool._processes.values())):
                time.sleep(0.01)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begin_and_stop()
    assert_no_thread_left(before)


# --- Ctrl-C while processes are started ----------------------------------------------------------


def test_ctrl_c_while_processes_are_started_counts_and_does_not_reach_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, masks = SpawnProcess.start, []

    def start_and_interrupt(process: SpawnProcess) -> None:
        start(process)
        status = Path(f"/proc/{process.pid}/status")
        if status.exists():
            [mask] = [one for one in status.read_text().splitlines() if one.startswith("SigBlk")]
            masks.append(int(mask.split()[1], 16) >> (signal.SIGINT - 1) & 1)
        os.kill(os.getpid(), signal.SIGINT)

    def begin() -> None:
        with processes(1, belong_to, os.getpid()) as pool:
            pool.submit(time.sleep, 60)

    with monkeypatch.context() as patch:
        patch.setattr(SpawnProcess, "start", start_and_interrupt)
        with pytest.raises(KeyboardInterrupt):
            begin()
    assert masks in ([], [1])
    with processes(1, belong_to, os.getpid()) as pool:  # and later it is not held back for ever
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
        assert pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result() == set()
