"""The command line as a person meets it."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evidence_review import cli


def review(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments))


def test_help_names_every_command() -> None:
    shown = review("--help").output
    for command in ("build", "run", "book", "test", "ingest", "lab", "serve"):
        assert f"  {command} " in shown


def test_an_unknown_council_is_answered_with_the_nearest_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "RUNS", tmp_path / "runs")
    result = review("run", "--council", "Camdem", "--council", "Nowhere-on-Sea")
    assert result.exit_code == 2
    assert "no council is called “Camdem”. Did you mean Camden" in result.stderr
    assert "Nowhere-on-Sea" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "runs").exists()


def test_an_unknown_parameter_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "RUNS", tmp_path / "runs")
    result = review("run", "--council", "Camden", "-p", "frist_year", "2018-19")
    assert result.exit_code == 2
    assert "no parameter “frist_year”" in result.stderr
    assert not (tmp_path / "runs").exists()


def test_a_run_that_fails_is_named_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    result = review("run", "--council", "Camden", "-p", "first_year", "1066")
    assert result.exit_code == 1
    assert "councils/camden" in result.stderr
    assert "first_year “1066” is not a year from 2014-15 to 2024-25" in result.stderr
    assert not list((tmp_path / "runs").rglob("*.ipynb"))


def test_serve_says_that_there_is_no_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "HTML", tmp_path)
    result = review("serve")
    assert result.exit_code == 2
    assert "make it with `review build`" in result.stderr


def test_the_module_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "evidence_review", "--version"], capture_output=True, text=True
    )
    assert done.stdout.startswith("review, version ")
