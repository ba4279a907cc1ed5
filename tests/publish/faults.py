"""Things that go wrong, for tests that see to it that they do: in a small checkout, where a build
takes seconds, and at each step of a task."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from evidence_review.paths import ROOT

MARK = "EVIDENCE_REVIEW_FAULTS"  # in the environment of all processes that a command starts
PATIENCE = 10  # seconds for a command to end; on a machine at rest it takes one or two

# Three sources, and two pages written by hand: the rest of a book is more of the same.
SMALLER_PLAN = """

national_runs = list
every_source = source_runs


def source_runs(review: Review) -> list[Run]:
    return every_source(review)[:3]


def all_runs(review: Review) -> list[Run]:
    return source_runs(review)
"""
NO_GUIDES = "\n\nguides = lambda review: []\n"
CONTENTS = "format: jb-book\nroot: index\nparts:\n- chapters:\n  - file: sources/index\n"


class Checkout:
    """A copy of this checkout with a small book. Its `state` is a word that every page shows."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.build = folder, folder / "_build"
        self.inside: list[str] = []  # the command that a command is to run inside of
        ignored = shutil.ignore_patterns("_build", ".*", "__pycache__", "tests")
        shutil.copytree(ROOT, folder, ignore=ignored)
        package = folder / "scripts" / "evidence_review"
        for name, more in {"publish/plan.py": SMALLER_PLAN, "show/readers.py": NO_GUIDES}.items():
            (package / name).write_text((package / name).read_text() + more)
        for page in (folder / "book").rglob("*.md"):
            page.unlink()
        (folder / "book/_toc.yml").write_text(CONTENTS)
        (folder / "book/sources/index.md").write_text("# Sources\n\nThree.\n")
        self._notebook = folder / "notebooks/source.ipynb"
        self._as_it_was = json.loads(self._notebook.read_text())

    def to(self, state: str) -> None:
        """Change what all pages are made from."""
        (self.folder / "book/index.md").write_text(f"# Home\n\nThe state is {state}.\n")
        told = {"cell_type": "markdown", "id": "state", "metadata": {}, "source": f"It is {state}."}
        cells = [*self._as_it_was["cells"], told]
        self._notebook.write_text(json.dumps({**self._as_it_was, "cells": cells}))

    def html(self) -> dict[str, bytes]:
        """The book in place."""
        place = self.build / "html"
        return {
            path.relative_to(place).as_posix(): path.read_bytes()
            for path in place.rglob("*")
            if path.is_file()
        }

    def start(self, *arguments: str) -> "Command":
        """A command in this checkout, at work."""
        return Command(self, arguments)

    def run(self, *arguments: str) -> "Command":
        """The same, at its end. Fails when the command does."""
        command = self.start(*arguments)
        assert command.end(600) == 0, command.said
        return command


class Command:
    """A `review` command, with a terminal's process group of its own."""

    def __init__(self, checkout: Checkout, arguments: tuple[str, ...]) -> None:
        self.mark = str(uuid.uuid4())
        environment = {**os.environ, "PYTHONPATH": str(checkout.folder / "scripts")}
        environment.pop("EVIDENCE_REVIEW_DATA", None)
        self._process = subprocess.Popen(
            [*checkout.inside, sys.executable, "-m", "evidence_review", *arguments],
            cwd=checkout.folder,
            env={**environment, MARK: self.mark},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.said = ""

    def end(self, within: float = PATIENCE) -> int:
        """Wait for its end; the exit code. What it said on stderr is in `said` then."""
        self.said = self._process.communicate(timeout=within)[1]
        return self._process.returncode

    @property
    def lines(self) -> list[str]:
        """What it said, without the progress bar."""
        return [line for line in self.said.splitlines() if line and "notebooks:" not in line]

    def strike(self, with_signal: signal.Signals) -> None:
        """Kill the command alone; Ctrl-C reaches the whole group, as at a terminal."""
        with suppress(ProcessLookupError):
            if with_signal == signal.SIGINT:
                os.killpg(self._process.pid, with_signal)
            else:
                self._process.send_signal(with_signal)

    def processes(self) -> dict[int, str]:
        """All that it started and that is at work: number → command line."""
        found = {}
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.environ().get(MARK) == self.mark:
                    found[process.pid] = " ".join(process.cmdline())
        return found

    def wait_for(self, process: str) -> None:
        """Until it has started a process whose command line holds the words."""
        while not any(process in line for line in self.processes().values()):
            assert self._process.poll() is None, self._process.communicate()[1]
            time.sleep(0.05)

    def assert_nothing_left(self) -> None:
        """No process that it started is at work any more, a moment from now."""
        until = time.monotonic() + PATIENCE
        while left := self.processes():
            assert time.monotonic() < until, left
            time.sleep(0.05)


@contextmanager
def mounted(*commands: str) -> Iterator[list[str]]:
    """A process that sees other mounts than everybody else; the command to run commands inside.

    commands: of the shell, that mount them. Skips the test where that is not allowed.
    """
    alone = ["unshare", "--mount"]
    if os.geteuid() != 0:
        alone += ["--user", "--map-root-user"]
    script = " && ".join([*commands, "echo ready", "exec cat"])
    try:
        holder = subprocess.Popen(
            [*alone, "sh", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except OSError as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    assert holder.stdout
    if (said := holder.stdout.readline().strip()) != "ready":
        holder.kill()
        holder.communicate()
        pytest.skip(f"no file system can be mounted here: {said}")
    inside = ["nsenter", "--target", str(holder.pid), "--mount", "--wd=."]
    if os.geteuid() != 0:
        inside[3:3] = ["--user", "--preserve-credentials"]
    try:
        yield inside
    finally:
        holder.communicate("")


# --- At each step of a task ----------------------------------------------------------------------

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
NO_SPACE = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def kill(event: str, about: tuple[object, ...]) -> None:
    """End this process as the system would, in the middle of writing a file if it begins to."""
    if event == "open":
        with open(str(about[0]), "wb") as file:
            file.write(b"{")
    os.kill(os.getpid(), signal.SIGKILL)


def full_disk(event: str, about: tuple[object, ...]) -> None:
    """No file can be written; files may still go and change names."""
    if event in ("open", "os.mkdir"):
        raise NO_SPACE


def at_step(
    number: int, fault: Callable[[str, tuple[object, ...]], None], task: Callable[[], object]
) -> int:
    """Do a task in a fork, where a fault strikes from the number-th change of a file on.

    Returns 0 when the task had ended before, 1 when it raised OSError, else what killed it, negative.
    """
    child = os.fork()
    if not child:
        status, step, striking = 2, 0, False

        def look(event: str, about: tuple[object, ...]) -> None:
            nonlocal step, striking
            writes = event == "open" and isinstance(about[2], int) and about[2] & WRITING
            if striking or not (writes or event in CHANGES):
                return
            step += 1
            if step >= number:
                striking = True
                try:
                    fault(event, about)
                finally:
                    striking = False

        try:
            sys.addaudithook(look)
            task()
            status = 0
        except OSError:
            status = 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
