"""`review test`: one pytest call over the code, the data, the notebooks and the book."""

import os
import subprocess
import sys
from collections.abc import Sequence

from evidence_review.analyse.review import open_review
from evidence_review.paths import NOTEBOOKS, ROOT, RUNS
from evidence_review.publish.plan import sample_runs


def run_tests(options: Sequence[str] = ()) -> int:
    """Run pytest with nbval on the stored notebooks and the sample's fresh runs; its exit code."""
    stored = sorted(NOTEBOOKS.glob("*.ipynb"))
    fresh = [
        RUNS / f"{run.page}.ipynb"
        for run in sample_runs(open_review())
        if run.notebook.stem == "council"
    ]
    notebooks = [path for path in [*stored, *fresh] if path.exists()]
    # A file's tests stay in one process: they share what was slow to make. One a core, and never
    # more than four: each has a browser of its own.
    processes = min(os.cpu_count() or 1, 4)
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env"]
    command += ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]
    return subprocess.run(
        [*command, *map(str, [ROOT / "tests", *notebooks]), *options], cwd=ROOT
    ).returncode
