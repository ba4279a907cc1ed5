"""A cluster of two workers makes the same pages as this machine, also when one of them is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner

from evidence_review import cli, cli_options
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import DATA
from evidence_review.publish.inputs import Inputs
from evidence_review.publish.plan import source_runs
from evidence_review.publish.run import run_all

if not os.environ.get("CI"):  # there it must be
    pytest.importorskip("distributed", reason="requirements-cluster.lock is not installed")

START_LIMIT = 60  # seconds
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a part of a cluster; all are ended after the test."""
    with ExitStack() as ends:

        def start(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                env={**os.environ, **environment},
                cwd=tmp_path,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            ends.callback(process.wait)
            ends.callback(process.kill)
            return process

        yield start


@pytest.fixture
def address(start: Start, tmp_path: Path) -> str:
    """Where the scheduler of a cluster on this machine answers."""
    said = tmp_path / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    start("scheduler", *options, "--scheduler-file", str(said))
    until = time.monotonic() + START_LIMIT
    while not said.exists() or not said.read_text():
        assert time.monotonic() < until
        time.sleep(0.1)
    found: str = json.loads(said.read_text())["address"]
    return found


def worker(start: Start, address: str, **environment: str) -> subprocess.Popen[bytes]:
    options = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
    return start("worker", address, *options, **environment)


def when_made(folder: Path, pages: int, act: Callable[[int], object]) -> threading.Thread:
    """Do something as soon as so many pages are made; it is told how many there are."""

    def wait() -> None:
        while (done := len(list(folder.rglob("*.ipynb")))) < pages:
            time.sleep(0.01)
        act(done)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def test_a_worker_is_killed_half_way_and_every_page_is_there_with_the_same_bytes(
    start: Start, address: str, review: Review, tmp_path: Path
) -> None:
    from distributed import Client

    from evidence_review.publish.cluster import cluster

    runs = source_runs(review)
    here, there = tmp_path / "here", tmp_path / "there"
    assert run_all(runs, here) == []
    doomed, _ = worker(start, address), worker(start, address)
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=START_LIMIT)

    killed: list[tuple[int, list[psutil.Process]]] = []

    def kill_one(done: int) -> None:
        killed.append((done, psutil.Process(doomed.pid).children(recursive=True)))
        doomed.send_signal(signal.SIGKILL)

    killer = when_made(there, 5, kill_one)
    assert run_all(runs, there, executor=cluster(address, Inputs(), runs)) == []
    killer.join(0)
    [(done, its_processes)] = killed
    assert done < len(runs) - 5
    assert its_processes
    pages = {path.name: path.read_bytes() for path in here.rglob("*.ipynb")}
    assert {path.name: path.read_bytes() for path in there.rglob("*.ipynb")} == pages
    assert len(pages) == len(runs)
    psutil.wait_procs(its_processes, timeout=3)
    assert not [one for one in its_processes if one.is_running() and one.status() != "zombie"]


def test_a_worker_with_other_tables_makes_no_page_and_the_difference_is_named(
    start: Start, address: str, review: Review, tmp_path: Path
) -> None:
    from evidence_review.publish.cluster import cluster

    shutil.copytree(DATA, tmp_path / "data")
    elements = tmp_path / "data/framework/elements.csv"
    elements.write_text(elements.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    worker(start, address, EVIDENCE_REVIEW_DATA=str(tmp_path / "data"))
    runs = source_runs(review)[:1]
    [failure] = run_all(runs, tmp_path / "runs", executor=cluster(address, Inputs(), runs))
    assert "has another data/framework/elements.csv; bring its checkout up to date" in failure.error
    assert not list((tmp_path / "runs").rglob("*.ipynb"))


def test_a_worker_whose_tables_change_meanwhile_makes_no_page(
    start: Start, address: str, review: Review, tmp_path: Path
) -> None:
    from evidence_review.publish.cluster import cluster

    shutil.copytree(DATA, tmp_path / "data")
    worker(start, address, EVIDENCE_REVIEW_DATA=str(tmp_path / "data"))
    runs = source_runs(review)
    table = tmp_path / "data/framework/elements.csv"

    when_made(tmp_path / "runs", 1, lambda _: table.write_bytes(table.read_bytes()))
    failures = run_all(runs, tmp_path / "runs", executor=cluster(address, Inputs(), runs))
    assert failures
    assert {failure.error.split(" on the worker")[0] for failure in failures} == {
        "data/framework/elements.csv changed"
    }
    made = {path.stem for path in (tmp_path / "runs").rglob("*.ipynb")}
    assert made.isdisjoint(failure.page.split("/")[1] for failure in failures)


def test_one_command_at_a_time_is_at_work_on_a_cluster(start: Start, address: str) -> None:
    from evidence_review.publish.cluster import cluster

    worker(start, address)
    with (
        cluster(address, Inputs(), []),
        pytest.raises(ReviewError, match="another command is at work there"),
        cluster(address, Inputs(), []),
    ):
        pass
    with cluster(address, Inputs(), []):
        pass  # free again


def test_when_no_worker_is_left_the_command_ends_and_says_so(
    start: Start, address: str, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidence_review.publish import cluster

    only = worker(start, address)
    runs = source_runs(review)

    def kill_it(_: int) -> None:
        only.kill()
        monkeypatch.setattr(cluster, "WAIT", 2)

    when_made(tmp_path / "runs", 1, kill_it)
    failures = run_all(runs, tmp_path / "runs", executor=cluster.cluster(address, Inputs(), runs))
    assert 0 < len(failures) < len(runs)
    assert {failure.error for failure in failures} == {"no worker was left to make it"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cluster", "tcp://127.0.0.1:9"], "no Dask scheduler answers"),
        (["--cluster", "nonsense"], "expected an address such as tcp://10.0.0.5:8786"),
        (["--cluster", ""], "expected an address such as"),
        (["--cluster", "tcp://127.0.0.1:9", "-j", "2"], "either --cluster or --jobs"),
        (
            ["--cluster", "tcp://127.0.0.1:9", "--council", "Camden", "-p", "last_year", "2018-19"],
            "a page of your own is made on this machine",
        ),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    options: list[str], said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from evidence_review.publish import cluster

    monkeypatch.setattr(cluster, "WAIT", 2)
    monkeypatch.setattr(cli_options, "RUNS", tmp_path / "runs")
    result = CliRunner().invoke(cli.main, ["run", *options])
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_cluster_without_workers_is_said_so(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidence_review.publish import cluster

    monkeypatch.setattr(cluster, "WAIT", 1)
    with (
        pytest.raises(ReviewError, match="no worker has joined it"),
        cluster.cluster(address, Inputs(), []),
    ):
        pass
