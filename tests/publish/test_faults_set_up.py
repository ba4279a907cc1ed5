"""A set-up that is stopped or killed: the environment that worked is not lost, and two never meet."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evidence_review.paths import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are not to be had on Windows")
# Makes half of an environment, and takes its time.
INSTALLER = """#!/bin/sh
mkdir -p .venv/bin
echo half > .venv/bin/half
exec sleep 3
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The script in a folder with an environment that works, made from an older lock file."""
    for name in ("scripts/review.py", "pyproject.toml", "requirements.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/works").touch()
    (tmp_path / ".venv/review-stamp.txt").write_text("of an older lock file")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/uv").write_text(INSTALLER)
    (tmp_path / "tools/uv").chmod(0o755)
    return tmp_path


def start(project: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "scripts/review.py", "--version"],
        cwd=project,
        env={**os.environ, "PATH": f"{project / 'tools'}:/usr/bin:/bin"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def half_way(project: Path) -> subprocess.Popen[str]:
    """A set-up whose installer is at work."""
    script = start(project)
    while not (project / ".venv/bin/half").exists():
        assert script.poll() is None
        time.sleep(0.02)
    return script


def test_ctrl_c_puts_the_environment_that_works_back(project: Path) -> None:
    script = half_way(project)
    os.killpg(script.pid, signal.SIGINT)
    said = script.communicate()[1]
    assert script.returncode == 130
    assert said.splitlines()[-1].startswith("Stopped; the next start sets up again")
    assert "Traceback" not in said
    assert sorted(path.name for path in (project / ".venv/bin").iterdir()) == ["works"]


def test_a_kill_loses_nothing_and_what_it_leaves_at_work_is_waited_for(project: Path) -> None:
    script = half_way(project)
    script.kill()
    script.communicate()
    second = start(project)  # the installer of the first is still at work
    assert "another set-up is at work in this checkout" in second.communicate()[1]
    assert second.returncode == 1
    (project / "tools/uv").write_text("#!/bin/sh\necho connection refused; exit 1\n")
    until = time.monotonic() + 30
    while "another set-up" in (said := start(project).communicate()[1]):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert "check the network connection" in said
    assert (project / ".venv/bin/works").exists()
    assert not (project / ".venv-old").exists()
