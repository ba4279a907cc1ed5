"""`review verify`: published notebooks executed again by nbval, and what came out beside them.

Each runs in an ordinary Jupyter kernel of its own, whatever way it was run before.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbformat import NotebookNode
from tqdm import tqdm

from evidence_review.analyse.checks import Check
from evidence_review.errors import ReviewError
from evidence_review.paths import ROOT
from evidence_review.publish.checks import state_of_page, write_check
from evidence_review.publish.notebook_files import set_title
from evidence_review.publish.processes import processes
from evidence_review.publish.runs import DOWNLOADS, Run, files_of
from evidence_review.publish.worker import ONE_THREAD, start_worker

PLUGIN = "evidence_review.publish.verify_plugin"
CELL_TIME_LIMIT = 120  # seconds; for a kernel that died, too
LOOK = 0.2  # seconds between looks at how far it is
END = 10  # seconds for what was asked to end


def verify(
    runs: Sequence[Run],
    folder: Path,
    jobs: int | None = None,
    touched: Callable[[Run], Sequence[str]] = lambda _: (),
) -> list[Check]:
    """Execute the runs' published notebooks again, and make their files again; a check of each.

    folder: of the runs, where each PAGE.ipynb lies. jobs: how many at once; one a core without.
    touched: what became of a page's files since they were made, see `Records.touched`; it counts as a
    difference, for not all that a file holds can be executed again.
    Checks are kept beside the folder as they come, so that none is lost when this is stopped.
    Raises ReviewError when a notebook cannot be read.
    """
    jobs = jobs or os.cpu_count() or 1
    log = folder.parent / "verify.log"
    log.write_bytes(b"")
    states = {run.page: state_of_page(folder, run) for run in runs}
    wrong = _wrong_files(runs, folder, jobs, log)
    checks = {}
    with TemporaryDirectory() as workshop:
        for run, told in _executed(runs, folder, jobs, log, Path(workshop)):
            files, differences = wrong[run.page]
            content, inputs = states[run.page]
            checks[run.page] = Check(
                page=run.page,
                notebook=run.notebook.stem,
                content=content,
                inputs=inputs,
                at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
                cells=told["cells"],
                outputs=told["outputs"],
                pictures=told["pictures"],
                same_pictures=told["same_pictures"],
                files=files,
                differences=(
                    *other_cells(run, folder),
                    *told["differences"],
                    *differences,
                    *touched(run),
                ),
            )
            write_check(folder, checks[run.page])
    if missing := [run.page for run in runs if run.page not in checks]:
        raise ReviewError(
            f"{len(missing)} of {len(runs)} notebooks were not checked to their end,"
            f" {missing[0]} among them; the whole log is in {log}"
        )
    return [checks[run.page] for run in runs]


def _executed(
    runs: Sequence[Run], folder: Path, jobs: int, log: Path, workshop: Path
) -> Iterator[tuple[Run, Mapping[str, Any]]]:
    """What nbval and the plugin say of each notebook, as each ends."""
    by_path = {str(folder / f"{run.page}.ipynb"): run for run in runs}
    plan, results = workshop / "plan.json", workshop / "results.jsonl"
    plan.write_text(json.dumps({path: _cells(Path(path)) for path in by_path}), encoding="utf-8")
    results.touch()
    command = [
        *(sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider"),
        *("--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_TIME_LIMIT}"),
        *("-p", PLUGIN, "--plan", str(plan), "--results", str(results)),
        *("--owner", str(os.getpid()), "-n", str(min(jobs, len(runs))), "--dist", "loadfile"),
        *by_path,
    ]
    with (
        _pytest(command, log) as process,
        results.open(encoding="utf-8") as lines,
        tqdm(total=len(runs), unit="page", desc="Checking notebooks") as progress,
    ):
        ended = False
        while not ended:
            ended = process.poll() is not None  # looked at before the lines: none is missed
            for line in lines:
                told = json.loads(line)
                progress.update()
                yield by_path[told["notebook"]], told
            if not ended:
                time.sleep(LOOK)


@contextmanager
def _pytest(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """pytest at work; ended with all that it started when the block is left early."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for this process, which ends the other
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()  # its workers and their kernels end without it
            process.wait(END)


def _cells(notebook: Path) -> int:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return sum(cell["cell_type"] == "code" for cell in cells)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReviewError(
            f"{notebook} is not a notebook ({type(error).__name__}); `review run` makes it again"
        ) from error


def _wrong_files(
    runs: Sequence[Run], folder: Path, jobs: int, log: Path
) -> dict[str, tuple[int, tuple[str, ...]]]:
    """How many files each run made again, and which of them are not those that are published."""
    found: dict[str, tuple[int, tuple[str, ...]]] = {run.page: (0, ()) for run in runs}
    with processes(jobs, start_worker, log, os.getpid(), None) as pool:
        asked = {pool.submit(files_again, run, folder): run.page for run in runs if run.files}
        for future in tqdm(as_completed(asked), "Checking files", len(asked), unit="page"):
            found[asked[future]] = future.result()
    return found


def other_cells(run: Run, folder: Path) -> tuple[str, ...]:
    """The first cell of a published notebook that its notebook and the run's parameters do not give.

    nbval executes what is published, whatever that is, and obeys its tags.
    """
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    expected = load_notebook_node(str(run.notebook))
    if run.parameters:
        expected = parameterize_notebook(expected, run.parameters)
    set_title(expected, run.title)
    published = nbformat.read(folder / f"{run.page}.ipynb", as_version=4)
    for number, (wanted, there) in enumerate(zip_longest(expected.cells, published.cells), 1):
        if wanted is None:
            return (f"cell {number} is in the page, and not in {run.notebook.name}",)
        if there is None or _told_by(wanted) != _told_by(there):
            return (f"cell {number} is not as in {run.notebook.name}",)
    return ()


def _told_by(cell: NotebookNode) -> tuple[str, str, set[str]]:
    tags = set(cell.metadata.get("tags", [])) - {"remove-cell"}  # which injected cells get as well
    return cell.cell_type, cell.source, tags


def files_again(run: Run, folder: Path) -> tuple[int, tuple[str, ...]]:
    """Make a run's files again: how many, and a line for each that is not the published one."""
    assert run.files is not None
    made = run.files(run.parameters)
    place = (folder / DOWNLOADS / run.page).parent
    published = {path.name for path in files_of(folder, run.page) if path.parent == place}
    differences = [
        f"{name}: the file to download differs"
        for name, content in sorted(made.items())
        if name in published and (place / name).read_bytes() != content
    ]
    differences += [
        f"{name}: made again, but not published" for name in made if name not in published
    ]
    differences += [f"{name}: published, but not made again" for name in published - made.keys()]
    return len(made), tuple(sorted(differences))
