"""A copy of the checkout to measure in, and processes in it that leave nothing behind.

Standard library only: what this process holds would count towards the peak memory of those it starts.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns("_build", ".*", "__pycache__", "*.egg-info")
# The same for all variants: with a thread a core in each process, those with several would get in
# their own way.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
OWN_SETTINGS = ("EVIDENCE_REVIEW_DATA", "EVIDENCE_REVIEW_ORDINARY_KERNELS")
ENDING = 15  # seconds for a process that was asked to end, and for kernels that lost theirs


class MeasureError(Exception):
    """What kept a measurement from being made, in a line or two for a person."""


@dataclass(frozen=True)
class Copy:
    """A copy of the checkout. place: where it lies, beside a folder for whatever else is needed."""

    place: Path
    aside: Path

    @property
    def build(self) -> Path:
        """The folder of all that is generated."""
        return self.place / "_build"

    def run(self, *command: str) -> float:
        """Run Python in the copy to its end; seconds of wall time.

        Raises MeasureError with the last lines that it printed when it fails.
        """
        log = self.aside / "log"
        with log.open("wb") as output:
            start = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=self.place,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for this process, which ends the other
            )
            try:
                code = process.wait()
            except BaseException:
                _end(process)
                raise
            seconds = time.perf_counter() - start
        if code:
            said = log.read_text(encoding="utf-8", errors="replace").splitlines()
            raise MeasureError("\n".join([f"{' '.join(command)} failed:", *said[-15:]]))
        return seconds

    def measure(self, step: str, *options: str) -> tuple[float, dict[str, Any]]:
        """Wall seconds of one step of `benchmark.py` in a new process, and what it said of them."""
        report = self.aside / "report.json"
        report.unlink(missing_ok=True)
        script = str(self.place / "scripts" / "benchmark.py")
        seconds = self.run(script, "--one", step, "--to", str(report), *options)
        said: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return seconds, said

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        places = {
            "TMPDIR": self.aside / "tmp",
            "JUPYTER_RUNTIME_DIR": self.aside / "jupyter",
            "IPYTHONDIR": self.aside / "ipython",
            "PYTHONPATH": self.place / "scripts",
        }
        return {**kept, **ONE_THREAD, **{name: str(place) for name, place in places.items()}}


@contextmanager
def copy_of_checkout() -> Iterator[Copy]:
    """The checkout as it stands, without what was generated; gone at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="review-benchmark-"))
    try:
        copy = Copy(folder / "review", folder / "aside")
        shutil.copytree(ROOT, copy.place, ignore=LEFT_OUT)
        (copy.aside / "tmp").mkdir(parents=True)
        # Or whichever variant comes first would compile for the others.
        copy.run("-m", "compileall", "-q", str(copy.place / "scripts"))
        yield copy
    finally:
        _remove(folder)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started: with a chance to do so itself, then without."""
    # Once more would leave it half ended.
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(ENDING)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        signal.signal(signal.SIGINT, usual)


def _remove(folder: Path) -> None:
    """Remove a folder into which a kernel that lost its parent may write for a second more."""
    end = time.monotonic() + ENDING
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=time.monotonic() < end)
        if folder.exists():
            time.sleep(0.2)


def files_under(folder: Path, endings: Sequence[str]) -> dict[str, bytes]:
    """Content of the files with these endings: place in the folder → content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in endings and path.is_file()
    }
