"""An invented council is held to the rules that the review's own tables are held to."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from evidence_review import cli
from evidence_review.errors import DataError
from evidence_review.paths import DATA
from evidence_review.read.own import invented_council

NORWICK = DATA / "local" / "norwick"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in ("council.csv", "figures.csv"):
        shutil.copy(NORWICK / file, tmp_path)
    return tmp_path


def put(path: Path, row: int, **cells: str) -> None:
    """Other cells in one row, the header being row 1."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[row - 2, list(cells)] = list(cells.values())
    table.to_csv(path, index=False, lineterminator="\n")


def test_norwick_is_as_it_must_be(folder: Path) -> None:
    held = invented_council(folder)
    assert held
    assert [len(table) for table in held] == [1, 479]


# Rows of figures.csv: 2 is a survey's score, 11 a rate, 100 a share.
@pytest.mark.parametrize(
    ("file", "row", "cells", "column", "said"),
    [
        ("figures", 100, {"value": "788"}, "value", "“788.0”: outside the scale of the measure"),
        ("figures", 100, {"upper": "788"}, "upper", "“788.0”: outside the scale of the measure"),
        ("figures", 2, {"value": "0.5"}, "upper", "the upper limit is below the value"),
        ("figures", 2, {"lower": "0.45"}, "lower", "the lower limit is above the value"),
        ("figures", 2, {"upper": ""}, "upper", "one limit without the other"),
        ("figures", 2, {"value": "", "lower": "", "upper": ""}, "status", "says why"),
        ("figures", 2, {"status": "[x]"}, "status", "there is a value, so it is not missing"),
        ("figures", 2, {"base": "0"}, "base", "a value of nobody"),
        ("figures", 11, {"numerator": "9999999"}, "numerator", "the numerator is above the base"),
        ("figures", 2, {"indicator_id": "joy"}, "indicator_id", "“joy” is not in data/framework/"),
        ("figures", 2, {"basis_id": "none"}, "basis_id", "“none” is not in data/indicators/bases"),
        ("figures", 2, {"basis_id": "sace"}, "basis_id", "“sace”: figures of this indicator"),
        ("figures", 2, {"file_id": "joy"}, "file_id", "Expected invented."),
        ("figures", 2, {"file_id": "ascof-open-data-2014-19"}, "file_id", "Expected invented."),
        ("figures", 2, {"area_code": "X1"}, "area_code", "“X1” is not in council.csv"),
        ("figures", 2, {"area_code": "E09000007"}, "area_code", "may be a real area"),
        ("council", 2, {"area_code": "E09000007"}, "area_code", "may be a real area"),
        ("council", 2, {"region": "Nowhere"}, "region", "“Nowhere” is the region “East Midlands”"),
        ("council", 2, {"region_code": "E12000099"}, "region_code", "is not in data/areas.csv"),
        ("council", 2, {"region_code": "E12000007"}, "region", "is the region “London” in"),
        ("council", 2, {"council_type": "Big"}, "council_type", "“Big” is the council type"),
        ("council", 2, {"name": "camden"}, "name", "“camden” is that of a real place"),
        ("council", 2, {"slug": "camden"}, "slug", "“camden” is that of a real place"),
        ("council", 2, {"predecessors": "E999"}, "predecessors", "“E999” is not in data/areas.csv"),
    ],
)
def test_damage_is_said_with_its_file_row_and_column(
    folder: Path, file: str, row: int, cells: dict[str, str], column: str, said: str
) -> None:
    put(folder / f"{file}.csv", row, **cells)
    with pytest.raises(DataError) as caught:
        invented_council(folder)
    place = re.escape(f"{folder / file}.csv, row {row}, column “{column}”: ")
    lines = str(caught.value).splitlines()
    assert [line for line in lines if re.match(place, line) and said in line], lines
    assert all("xpected" in line for line in lines)


def test_a_value_that_all_rows_have_wrong_is_said_once(folder: Path) -> None:
    put(folder / "council.csv", 2, area_code="X00000001")
    with pytest.raises(DataError) as caught:
        invented_council(folder)
    assert len(str(caught.value).splitlines()) == 1


def test_own_check_says_all_of_it_and_fails(folder: Path) -> None:
    shutil.copy(NORWICK / "documents.csv", folder)
    put(folder / "council.csv", 2, name="Camden")
    put(folder / "figures.csv", 2, value="0.5")
    result = CliRunner().invoke(cli.main, ["own", "check", str(folder)])
    assert result.exit_code != 0
    assert "council.csv, row 2, column “name”" in result.stderr
    assert "figures.csv, row 2, column “upper”" in result.stderr
    assert "All is well" not in result.output
