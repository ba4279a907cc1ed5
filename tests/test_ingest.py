"""What the ingest writes and reports. That the raw files give the committed tables: test_back.py."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from tests.releases import state

from evidence_review.analyse.combine import Overlap
from evidence_review.errors import DataError
from evidence_review.ingest.rebuild import FileReport, IngestReport, ingest
from evidence_review.ingest.tables import places_table, to_csv
from evidence_review.paths import DATA
from evidence_review.read.council_reference import slug
from evidence_review.read.raw_files import raw_files


def test_numbers_are_written_in_one_form_and_missing_ones_as_blanks() -> None:
    table = pd.DataFrame(
        {"name": ["a", ""], "value": [19.10000001, float("nan")], "base": [5.0, 0.0]}
    )
    assert to_csv(table) == b"name,value,base\na,19.1,5\n,,0\n"


def test_a_row_that_was_added_for_a_council_that_a_file_leaves_out_says_that_it_is_not_there() -> (
    None
):
    key = {"indicator_id": "control", "year": "2019-20", "group": "total"}
    used = pd.DataFrame([{**key, "area_code": "E09000007", "place": "line 5"}])
    figures = pd.DataFrame([{**key, "area_code": code} for code in ("E09000001", "E09000007")])
    places = places_table(figures, used)
    assert list(places["area_code"]) == ["E09000001", "E09000007"]
    assert list(places["place"]) == ["not in the file", "line 5"]


def test_a_missing_raw_file_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    missing = raw_files()[0]
    with pytest.raises(DataError, match=re.escape(missing.file)):
        ingest(tmp_path, data)
    assert state(data) == state(DATA)


def test_the_report_says_what_was_left_out_and_where_files_differ() -> None:
    overlap = Overlap(
        pd.DataFrame(
            {
                "indicator_id": ["control", "control"], "area_code": ["E09000007", "E09000008"],
                "year": ["2016-17"] * 2, "group": ["total"] * 2,
                "used": ["new"] * 2, "value_used": [72.6, 70.0],
                "other": ["old"] * 2, "value_other": [72.0, 70.0],
            }
        )
    )  # fmt: skip
    file = FileReport("old", 1200, 1000, 400, dict(Counter({"an age band": 200})))
    text = str(IngestReport([file], {"areas.csv": 176}, 3, overlap))
    assert "old: 1,200 rows, of which 1,000 make 400 figures and 200 are left out" in text
    assert "200  an age band" in text
    assert "share 2 figures and differ in 1" in text
    assert "control, 2016-17: new used, not old; largest difference 0.6" in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("St Helens", "st-helens"),
        ("Bournemouth, Christchurch and Poole", "bournemouth-christchurch-and-poole"),
        ("Stoke-on-Trent", "stoke-on-trent"),
    ],
)
def test_slugs_are_lower_case_words_joined_by_hyphens(name: str, expected: str) -> None:
    assert slug(name) == expected
