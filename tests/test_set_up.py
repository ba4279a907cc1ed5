"""scripts/review.py on machines that lack something: one clear line, and nothing half-made."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from evidence_review.paths import ROOT

SCRIPT = ROOT / "scripts" / "review.py"


@pytest.fixture
def script(tmp_path: Path) -> ModuleType:
    """The script as a module, in a folder of its own."""
    (tmp_path / "scripts").mkdir()
    copy = tmp_path / "scripts" / "review.py"
    shutil.copy(SCRIPT, copy)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "requirements.lock").write_text("six==1.17.0 --hash=sha256:" + "0" * 64 + "\n")
    spec = importlib.util.spec_from_file_location("review_script", copy)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]


def test_an_old_python_is_named(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script.sys, "version_info", (3, 9, 2))
    assert script.main(["build"]) == 1
    assert "needs Python 3.11 or newer" in one_line(capsys.readouterr().err)


def test_a_full_disk_is_named_before_anything_is_written(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(script.shutil, "disk_usage", lambda _: usage._replace(free=10**8))
    assert script.main(["build"]) == 1
    assert "not enough disk space" in one_line(capsys.readouterr().err)
    assert not script.VENV.exists()


def test_no_network_is_named_and_the_next_start_begins_again(script: ModuleType) -> None:
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))
    }
    environment.update(
        PATH="/usr/bin:/bin",  # without uv
        PIP_INDEX_URL="http://127.0.0.1:9/",  # nothing listens there
        PIP_RETRIES="0",
        PIP_CONFIG_FILE=os.devnull,
    )
    done = subprocess.run(
        [sys.executable, str(script.ROOT / "scripts" / "review.py"), "build"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "check the network connection" in one_line(done.stderr.splitlines()[-1])
    assert "Traceback" not in done.stderr
    assert not script.is_ready(script.fingerprint())


def test_the_environment_that_works_stays_when_a_new_one_cannot_be_made(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (script.VENV / "working").mkdir(parents=True)

    def no_network() -> None:
        script.VENV.mkdir()
        raise script.SetUpError("set-up stopped: the packages could not be fetched")

    monkeypatch.setattr(script, "install", no_network)
    assert script.main(["build"]) == 1
    assert "could not be fetched" in capsys.readouterr().err
    assert (script.VENV / "working").is_dir()
    assert not script.OLD_VENV.exists()


def test_set_up_is_skipped_while_lock_and_python_are_unchanged(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "hand_over", lambda arguments: ["handed over", *arguments])
    monkeypatch.setattr(script, "make_environment", lambda wanted: pytest.fail("set up again"))
    script.python_in(script.VENV).parent.mkdir(parents=True)
    script.python_in(script.VENV).touch()
    script.STAMP.write_text(script.fingerprint())
    assert script.main(["test"]) == ["handed over", "test"]
    (script.ROOT / "requirements.lock").write_text("changed")
    assert not script.is_ready(script.fingerprint())


def test_the_script_uses_the_standard_library_only() -> None:
    import ast

    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= set(sys.stdlib_module_names)
