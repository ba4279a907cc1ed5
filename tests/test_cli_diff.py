"""`review diff` as a person meets it, on the real data."""

import csv
import random
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evidence_review import cli
from evidence_review.cli_diff import diff
from evidence_review.paths import DATA
from evidence_review.read.contract import load_table

FIGURES = Path("indicators") / "figures.csv"


def review(*arguments: str) -> Result:
    group = cli.PlainErrors("review", commands=[diff])
    return CliRunner().invoke(group, ["diff", *arguments])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the data."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def alter_one_digit(table: Path) -> dict[str, str]:
    """Change one digit of one value, anywhere; returns its row as it was, and `altered`."""
    lines = table.read_text(encoding="utf-8").split("\n")
    columns = lines[0].split(",")
    place = columns.index("value")
    number = random.choice([n for n, line in enumerate(lines[1:-1], 1) if line.split(",")[place]])
    row = lines[number].split(",")
    before = dict(zip(columns, row, strict=True))
    digits = [at for at, letter in enumerate(row[place]) if letter.isdigit()]
    at = random.choice(digits)
    other = random.choice([digit for digit in "123456789" if digit != row[place][at]])
    row[place] = row[place][:at] + other + row[place][at + 1 :]
    lines[number] = ",".join(row)
    table.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return {**before, "altered": row[place]}


def test_one_altered_digit_is_refused_and_then_found(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    altered = alter_one_digit(copy / FIGURES)

    monkeypatch.setenv("EVIDENCE_REVIEW_DATA", str(copy))
    refused = CliRunner().invoke(cli.main, ["plan"])
    assert refused.exit_code == 2
    assert "data/indicators/figures.csv" in refused.stderr
    monkeypatch.delenv("EVIDENCE_REVIEW_DATA")

    told = review(str(DATA), str(copy), "--csv", str(tmp_path / "changed.csv"))
    assert told.exit_code == 0
    area = load_table("areas").set_index("area_code").loc[altered["area_code"], "name"]
    indicators = load_table("indicators").set_index("indicator_id")
    indicator = indicators.loc[altered["indicator_id"], "name"]
    sign = "%" if indicators.loc[altered["indicator_id"], "unit"] == "percent" else ""
    lines = [line.strip() for line in told.output.splitlines()]
    [line] = [line for line in lines if ": was " in line]
    assert line.startswith(f"{area}, {indicator}, {altered['year']}, ")
    assert f": was {altered['value']}{sign} (" in line
    assert f", is {altered['altered']}{sign} (" in line
    # Nothing else is named.
    for said in (
        "Gap map: None of the 90 cells changed.",
        "Sources: No source came, went or moved.",
        "Figures: 1 figure changed: 1 revised.",
        f"{indicator}: {altered['year']} 1 revised",
    ):
        assert said in lines
    assert any(line.startswith("Tables: 1 table of ") for line in lines)
    with (tmp_path / "changed.csv").open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    names = ("indicator_id", "area_code", "year", "group")
    assert [row[name] for name in names] == [altered[name] for name in names]
    assert (row["was_value"], row["is_value"]) == (altered["value"], altered["altered"])


def test_the_same_data_take_one_line(copy: Path) -> None:
    told = review(str(DATA), str(copy))
    assert told.exit_code == 0
    [line] = told.output.splitlines()
    assert line.startswith("No difference: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-tag"], "no-such-tag: neither a folder nor a tag, branch or commit"),
        ([str(DATA / "framework")], "this folder has no datapackage.json"),
        ([str(DATA), "--csv", "no-such-folder/x.csv"], "cannot be written"),
    ],
)
def test_a_mistake_takes_one_line_and_exit_code_2(arguments: list[str], said: str) -> None:
    told = review(*arguments)
    assert told.exit_code == 2
    [line] = told.stderr.splitlines()
    assert said in line


def test_the_report_becomes_a_page(copy: Path, tmp_path: Path) -> None:
    (copy / "framework" / "readings.csv").unlink()
    told = review(str(DATA), str(copy), "--page", str(tmp_path / "changes.md"))
    assert told.exit_code == 0
    text = (tmp_path / "changes.md").read_text(encoding="utf-8")
    assert text.startswith("# What changed in the data\n")
    assert "where it is taken for empty" in text
