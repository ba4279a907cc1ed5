"""The command line as a person meets it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evidence_review import cli
from evidence_review.paths import DATA


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


def copy_of_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    monkeypatch.setenv("EVIDENCE_REVIEW_DATA", str(folder))
    monkeypatch.setattr(cli, "RUNS", tmp_path / "runs")
    return folder


def test_a_missing_table_is_named_with_the_command_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copy_of_data(tmp_path, monkeypatch) / "indicators" / "figures.csv").unlink()
    result = review("run", "--council", "Camden")
    assert result.exit_code == 2
    assert "data/indicators/figures.csv: not found" in result.stderr
    assert "review ingest" in result.stderr
    assert not (tmp_path / "runs").exists()


def test_a_damaged_table_is_named_with_row_and_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = copy_of_data(tmp_path, monkeypatch) / "coding" / "cells.csv"
    lines = cells.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace(",part,", ",partly,")
    cells.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = review("run", "--council", "Camden")
    assert result.exit_code == 2
    assert "data/coding/cells.csv, row 4, column “extent”" in result.stderr
    assert "Expected one of" in result.stderr
    assert "Traceback" not in result.stderr
