"""The command line as a person meets it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evidence_review import cli, cli_options, cli_work
from evidence_review.paths import DATA
from evidence_review.publish.lock import only_one


def review(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments))


def test_help_names_every_command() -> None:
    shown = review("--help").output
    commands = "build run pdf plan book verify diff own store test ingest lab serve"
    for command in commands.split():
        assert f"  {command} " in shown


def test_an_unknown_council_is_answered_with_the_nearest_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_options, "RUNS", tmp_path / "runs")
    result = review("run", "--council", "Camdem", "--council", "Nowhere-on-Sea")
    assert result.exit_code == 2
    assert "no council or other area is called “Camdem”. Did you mean Camden" in result.stderr
    assert "Nowhere-on-Sea" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "runs").exists()


def test_an_unknown_parameter_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_options, "RUNS", tmp_path / "runs")
    result = review("run", "--council", "Camden", "-p", "frist_year", "2018-19")
    assert result.exit_code == 2
    assert "no parameter “frist_year”" in result.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("first_year", "1066", "first_year “1066” is not a year from 2014-15 to 2024-25"),
        ("comparators", "Wales", "comparators: no council or other area is called “Wales”"),
        ("comparators", " , ", "comparators: none is given"),
        ("council", "Leeds", "the council is named by --council"),
        ("review", "x", "has no parameter “review”"),
        ("own_evidence", "~nobody-here/x", "nobody-here"),
    ],
)
def test_a_wrong_value_is_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setattr(cli_options, "OWN", tmp_path / "own")
    result = review("run", "--council", "Camden", "-p", name, value)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    "asked",
    [
        ("run", "--council", "Cam\nden"),
        ("verify", "--council", "Camden\u2028"),
        ("plan", "--council", "Camden", "-p", "first_year", "2018-19\r2019-20"),
        ("plan", "--council", "Camden", "--own", "evi\ndence"),
        ("own", "new", "Cam\x0bden", "--to", "here"),
    ],
)
def test_a_line_break_in_a_value_is_refused_in_one_line(asked: tuple[str, ...]) -> None:
    result = review(*asked)
    assert result.exit_code == 2
    [error] = [line for line in result.stderr.splitlines() if line.startswith("Error")]
    assert "holds a line break or another control character" in error


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--own", "nowhere"], "--own goes with one --council"),
        (["--council", "Kent", "--council", "Camden", "--own", "nowhere"], "one --council"),
        (["--council", "Camden", "--own", "nowhere"], "nowhere: not found"),
        (
            ["--council", "Camden", "--own", str(DATA / "local" / "norwick")],
            "this is the evidence of Norwick (invented), not of Camden",
        ),
        (["--council", "Norwick (invented)"], "no council or other area is called"),
    ],
)
def test_own_evidence_belongs_to_one_council_and_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.setattr(cli_options, "OWN", tmp_path / "own")
    result = review("run", *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "own").exists()


def test_a_page_with_parameters_of_its_own_stays_out_of_the_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_options, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(cli_options, "OWN", tmp_path / "own")
    monkeypatch.setattr(cli_work, "ROOT", tmp_path)
    result = review("run", "--council", "Camden", "-p", "last_year", "2018-19")
    assert result.exit_code == 0
    page = (tmp_path / "own/councils/camden.ipynb").read_text(encoding="utf-8")
    assert "-p last_year" in page
    assert not (tmp_path / "runs").exists()


def test_a_second_command_in_the_same_checkout_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_work, "BUILD", tmp_path)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, pathlib; from evidence_review.publish.lock import only_one\n"
            "with only_one(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    result = review("book")
    assert result.exit_code == 2
    assert f"(process {holder.pid})" in result.stderr
    holder.communicate("")
    with only_one(tmp_path):
        pass  # free again, and nobody had to clean up


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
    monkeypatch.setattr(cli_options, "RUNS", tmp_path / "runs")
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
