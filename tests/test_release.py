"""`review ingest FILE`: a new release, from the first look to the tables, without the raw files.

The whole workbook of the Department of Health and Social Care: test_release_back.py.
"""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from tests.read.damaged_workbooks import as_ods, as_xlsx
from tests.read.good_files import OPEN_DATA, open_data, series
from tests.releases import small_data, state, wellbeing, with_year, write_wellbeing

from evidence_review import cli
from evidence_review.analyse.release import ALL, COUNCIL, NATIONAL, explained
from evidence_review.errors import DataError
from evidence_review.ingest.release import Release, Said, open_release, take_in
from evidence_review.ingest.tables import combine, held_readings, to_csv
from evidence_review.paths import DATA, ROOT
from evidence_review.read.contract import check_data, load_table
from evidence_review.read.raw_files import raw_files
from evidence_review.read.years import is_year, review_years, years_between

CAMDEN, KENT, LEEDS = "E09000007", "E10000016", "E08000035"
SAID = (
    *("--published", "2025", "--licence", "OGL v3", "--found", "ons.gov.uk/wellbeing"),
    *("--title", "Personal well-being to 2023-24"),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = small_data(tmp_path_factory.mktemp("small"))
    check_data(data)
    return data


@pytest.fixture
def data(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small data folder, which the commands take for that of the checkout."""
    folder = Path(shutil.copytree(small, tmp_path / "data"))
    monkeypatch.setenv("EVIDENCE_REVIEW_DATA", str(folder))
    return folder


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """Well-being with another year, 2023-24."""
    return write_wellbeing(tmp_path / "next.csv", with_year(wellbeing(), "2023-24"))


def ingest(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["ingest", *map(str, arguments)])


def of(rows: pd.DataFrame, area: str, indicator: str, year: str) -> pd.Series:
    return rows["areacd"].eq(area) & rows["indicator"].eq(indicator) & rows["year"].eq(year)


# --- What a file is ------------------------------------------------------------------------------


def test_a_release_is_known_by_its_content_and_nothing_is_written_until_told(
    data: Path, next_release: Path
) -> None:
    strange = next_release.rename(next_release.with_name("download (3).xlsx"))
    before = state(data)
    told = ingest(strange)
    assert told.exit_code == 0, told.stderr
    for said in (
        "download (3).xlsx is the personal well-being estimates by local authority",
        "Publisher: Office for National Statistics",
        "Measures: 2 (happiness of all residents, anxiety of all residents)",
        "Years: 2014-15 to 2023-24",
        "9 regions and England",
        "New year 2023-24",
        "Nothing is written yet",
        "run the same command with --title TEXT --published YEAR --licence NAME --found WHERE --write",
    ):
        assert said in told.output
    assert state(data) == before


def word(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<w:document/>")


def cut_workbook(path: Path) -> None:
    whole = as_ods(series()[0])
    path.write_bytes(whole[: len(whole) // 2])


def unknown_sheet(path: Path) -> None:
    book = series()[0]
    path.write_bytes(as_ods({**book, "Table_7a": book["Table_1a"]}))


STRANGERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a Word file": (word, "this is a Word document"),
    "an old Word file": (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0" * 40), "save it anew as .xlsx"),
    "a PDF": (lambda p: p.write_bytes(b"%PDF-1.7 ..."), "this is a PDF"),
    "a web page": (lambda p: p.write_text("<!DOCTYPE html><html>"), "this is a web page"),
    "an empty file": (lambda p: p.write_bytes(b""), "the file is empty"),
    "a folder": (lambda p: p.mkdir(), "a folder"),
    "nothing": (lambda p: None, "not found"),
    "a torn workbook": (cut_workbook, "damaged or cut off"),
    "a torn gzip file": (lambda p: p.write_bytes(b"\x1f\x8b\x08\x00"), "damaged or cut off"),
    "another workbook": (lambda p: p.write_bytes(as_xlsx({"Pay": [["Name"]]})), "its sheets are “Pay”"),
    "another table": (lambda p: p.write_text("name,pay\nA,1\n"), "its first line reads “name”, “pay”"),
    "bytes": (lambda p: p.write_bytes(bytes(range(256)) * 9), "not recognised"),
    "a new sheet": (unknown_sheet, "the sheet “Table_7a” is not known"),
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGERS)
def test_what_no_reader_knows_is_refused_in_one_line_that_says_what_it_needs(
    name: str, data: Path, tmp_path: Path
) -> None:
    make, said = STRANGERS[name]
    make(tmp_path / "release")
    before = state(data)
    told = ingest(tmp_path / "release", *SAID, "--write")
    assert told.exit_code == 2
    assert told.stderr.count("\n") == 1
    assert said in told.stderr
    assert "Expected" in told.stderr
    assert state(data) == before


def test_a_reference_table_is_sent_to_the_rebuild(data: Path, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("ascof_la_code,ons_code\n102,E10000006\n", encoding="utf-8")
    told = ingest(tmp_path / "x.csv")
    assert told.exit_code == 2
    assert "run `review ingest --from FOLDER`" in told.stderr


def test_a_file_that_does_not_say_its_year_is_asked_for_it(data: Path, tmp_path: Path) -> None:
    heading = ["ONS Code" if name == "ONS Area Code" else name for name in OPEN_DATA[1:]]
    book = as_xlsx({"in": [heading, *(row[1:] for row, _ in open_data("2021-22"))]})
    path = tmp_path / "open.xlsx"
    path.write_bytes(book)
    asked = ingest(path)
    assert asked.exit_code == 2
    assert "does not say of which year it is" in asked.stderr
    assert "--year 2021-22" in asked.stderr
    assert "“2021-23” is not one" in ingest(path, "--year", "2021-23").stderr

    told = ingest(
        path, "--year", "2021-22", *SAID, "--publisher", "NHS Digital", "--note", "x", "--write"
    )
    assert told.exit_code == 0, told.stderr
    check_data(data)
    rows = load_table("unavailable", data).query("indicator_id == 'direct-payments'")
    spans = list(zip(rows["first_year"], rows["last_year"], rows["level"], strict=True))
    assert spans == [("2014-15", "2020-21", "all"), ("2022-23", "2024-25", "all")]
    assert raw_files(data)[0].file_id == "ascof-open-data-2021-22"


# --- What it would change ------------------------------------------------------------------------


def test_the_preview_tells_what_is_new_revised_lost_and_missing(data: Path, tmp_path: Path) -> None:
    rows = with_year(wellbeing(), "2023-24")
    revised = of(rows, LEEDS, "Happiness", "2019-20")
    was = rows.loc[revised, "observation"].item()
    rows.loc[revised, ["observation", "lci_95", "uci_95"]] = [was + 1, was + 0.9, was + 1.1]
    held_back = of(rows, KENT, "Anxiety", "2020-21")
    rows.loc[held_back, ["observation", "lci_95", "uci_95", "status"]] = [None, None, None, "x"]
    rows = rows[rows["areacd"].ne(CAMDEN)]
    told = ingest(write_wellbeing(tmp_path / "next.csv", rows), "--csv", tmp_path / "all.csv")
    assert told.exit_code == 0, told.stderr
    assert "Revised figures: 1 figure of 1 measure. The largest changes:" in told.output
    assert (
        f"Leeds, Happiness yesterday (whole population 16 and over), 2019-20, everyone: was {was:g}"
        in told.output
    )
    assert "Figures that go missing: 1 figure of 1 measure" in told.output
    lost = "Areas without a row in the file, which had figures: Camden (E09000007); those stay"
    assert lost in told.output
    assert "aps: to 2023-24" in told.output
    with (tmp_path / "all.csv").open(encoding="utf-8") as lines:
        listed = {
            (row["area"], row["indicator_id"], row["year"]): row for row in csv.DictReader(lines)
        }
    assert listed["Leeds", "happiness", "2019-20"]["was_value"] == f"{was:g}"
    assert listed["Leeds", "happiness", "2019-20"]["is_value"] == f"{was + 1:g}"
    assert listed["Kent", "anxiety", "2020-21"]["is_status"] == "[x]"
    assert listed["Camden", "anxiety", "2023-24"]["is_status"] == "[x]"
    assert ("Camden", "anxiety", "2020-21") not in listed
    assert {row["change"] for row in listed.values()} == {"new", "revised"}


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("areacd", "E09000099", "area code “E09000099” (line 2) is not known"),
        ("indicator", "Loneliness", "line 2, column “indicator”: “Loneliness” is not known"),
        ("observation", "7,3", "line 2"),
        ("year", "2071-72", "“2071-72” is not the year of a figure"),
    ],
)  # fmt: skip
def test_an_unknown_council_measure_value_or_year_is_refused_with_its_place(
    column: str, text: str, said: str, data: Path, tmp_path: Path
) -> None:
    rows = wellbeing().astype(object)
    rows.loc[0, column] = text
    before = state(data)
    told = ingest(write_wellbeing(tmp_path / "next.csv", rows), *SAID, "--write")
    assert told.exit_code == 2
    assert told.stderr.count("\n") == 1
    assert said in told.stderr
    assert state(data) == before


# --- Taking it in --------------------------------------------------------------------------------


def test_a_release_that_is_taken_in_fits_the_contract_and_can_be_undone(
    data: Path, next_release: Path
) -> None:
    before = state(data)
    told = ingest(next_release, *SAID, "--write")
    assert told.exit_code == 0, told.stderr
    assert "Takes the place of ons-wellbeing-2022-23" in told.output
    check_data(data)
    figures = load_table("figures", data).set_index(["indicator_id", "area_code", "year"])
    older = wellbeing().set_index(["areacd", "indicator", "year"])
    leeds = figures.loc[("happiness", LEEDS, "2023-24")]
    assert leeds["value"] == pytest.approx(
        older.at[(LEEDS, "Happiness", "2022-23"), "observation"] + 0.1
    )
    assert leeds["file_id"] == "ons-wellbeing-2023-24"
    file = raw_files(data)[-1]
    assert (file.file_id, file.file, file.published) == ("ons-wellbeing-2023-24", "next.csv", 2025)
    assert file.origin == "ons.gov.uk/wellbeing"
    assert file.sha256 == hashlib.sha256(next_release.read_bytes()).hexdigest()
    lines = next_release.read_text(encoding="utf-8").split("\n")
    places = load_table("places", data).set_index(["indicator_id", "area_code", "year"])["place"]
    place = places.loc[("happiness", LEEDS, "2023-24")]
    assert f"{LEEDS},Happiness" in lines[int(place.removeprefix("line ")) - 1]
    gaps = load_table("unavailable", data).set_index("indicator_id").loc["happiness"]
    assert (gaps["first_year"], gaps["last_year"]) == ("2024-25", "2024-25")
    assert "figures to 2023-24" in gaps["reason"], "not that they end with the year before"

    assert "which the tables hold already" in ingest(next_release, "--write").output
    after = state(data)
    assert ingest("--undo").exit_code == 0
    assert state(data) == before
    assert ingest("--undo").exit_code == 0, "the tables that were undone are kept too"
    assert state(data) == after


def test_what_the_file_does_not_say_is_asked_for_and_nothing_is_written_without_it(
    data: Path, next_release: Path
) -> None:
    before = state(data)
    told = ingest(next_release, "--write", "--published", "2025")
    assert told.exit_code == 2
    assert told.stderr.count("\n") == 1
    assert "Say it: --title TEXT, --licence NAME, --found WHERE" in told.stderr
    early = ingest(next_release, "--published", "2023")
    assert "it was published, 2024 or later" in early.stderr
    wrong = ingest(next_release, *SAID, "--licence", "none", "--write")
    assert "files.csv, row 5, column “licence”: “none” does not fit" in wrong.stderr
    assert state(data) == before


def test_a_table_that_was_altered_by_hand_is_not_carried_on(data: Path, next_release: Path) -> None:
    table = data / "indicators" / "figures.csv"
    table.write_bytes(
        table.read_bytes().replace(
            b"happiness,E08000035,2019-20,total,7", b"happiness,E08000035,2019-20,total,6"
        )
    )
    told = ingest(next_release, *SAID, "--write")
    assert told.exit_code == 2
    assert "figures.csv: not as `review ingest` wrote it" in told.stderr


def test_a_year_after_all_others_is_added_to_the_contract_and_every_gap_gets_a_reason(
    data: Path, tmp_path: Path
) -> None:
    path = write_wellbeing(tmp_path / "next.csv", with_year(wellbeing(), "2025-26"))
    told = ingest(path, *SAID, "--published", "2026", "--write")
    assert told.exit_code == 0, told.stderr
    check_data(data)
    assert review_years(data) == years_between("2014-15", "2025-26")
    gaps = load_table("unavailable", data).set_index("indicator_id")
    assert gaps.at["control", "last_year"] == "2025-26", "its reason held for two years or more"
    assert list(gaps.loc["happiness", "last_year"].split(";")) == ["2024-25"]
    package = (data / "datapackage.json").read_text(encoding="utf-8")
    assert "2014-15 to 2025-26" in package


def test_a_new_issue_takes_the_place_of_the_first_and_an_older_release_adds_nothing(
    data: Path, tmp_path: Path
) -> None:
    rows = wellbeing()
    rows.loc[of(rows, LEEDS, "Happiness", "2019-20"), "observation"] += 0.01
    told = ingest(write_wellbeing(tmp_path / "corrected.csv", rows), *SAID, "--write")
    assert told.exit_code == 0, told.stderr
    assert "Takes the place of ons-wellbeing-2022-23" in told.output
    assert [file.file for file in raw_files(data)].count("corrected.csv") == 1
    assert [file.kind for file in raw_files(data)].count("ons-wellbeing") == 1
    older = rows[rows["year"] < "2022-23"].assign(
        observation=lambda t: (t["observation"] + 0.01).round(3)
    )
    told = ingest(write_wellbeing(tmp_path / "older.csv", older), *SAID, "--write")
    assert told.exit_code == 2
    assert "the tables have all its figures from later releases" in told.stderr


def test_stopping_while_tables_are_moved_into_place_puts_the_old_ones_back(
    data: Path, next_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Said(title="x", published=2025, licence="OGL v3", origin="x")
    release = open_release(next_release, data, said)
    assert isinstance(release, Release)
    before, move = state(data), os.replace
    moves: list[Path] = []

    def stop(source: Path, target: Path) -> None:
        moves.append(target)
        if len(moves) == step:
            raise KeyboardInterrupt
        move(source, target)

    monkeypatch.setattr(os, "replace", stop)
    # The first move is that of the kept tables; then those of the new ones.
    for step in (1, 2, 4, 7):
        moves.clear()
        with pytest.raises(KeyboardInterrupt):
            take_in(release, data)
        assert len(moves) >= step
        assert state(data) == before


KILLED = """
import os, sys
from evidence_review import cli
move, moves = os.replace, []
def stop(source, target):
    moves.append(target)
    if len(moves) == 4:
        os._exit(9)
    move(source, target)
os.replace = stop
cli.main(["ingest", *sys.argv[1:]])
"""


def test_being_killed_then_loses_nothing(data: Path, next_release: Path) -> None:
    before = state(data)
    command = [sys.executable, "-c", KILLED, str(next_release), *SAID, "--write"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    assert subprocess.run(command, env=environment, capture_output=True).returncode == 9
    assert state(data) != before, "some tables are new, some are old"
    with pytest.raises(DataError, match="`review ingest --undo` brings the tables back"):
        check_data(data)
    assert "was cut off" in ingest(next_release).stderr
    assert ingest("--undo").exit_code == 0
    assert state(data) == before
    told = ingest(next_release, *SAID, "--write")
    assert told.exit_code == 0
    assert not [name for name in state(data) if name.startswith(".")]


def test_undo_without_anything_kept_says_so(data: Path) -> None:
    told = ingest("--undo")
    assert told.exit_code == 2
    assert "nothing is kept there" in told.stderr


@pytest.mark.parametrize("arguments", [(), ("x.csv", "--undo"), ("--undo", "--write")])
def test_one_thing_at_a_time(arguments: tuple[str, ...], data: Path) -> None:
    assert ingest(*arguments).exit_code == 2


# --- The steps -----------------------------------------------------------------------------------


def test_tables_that_are_taken_apart_and_put_together_again_are_the_same() -> None:
    combined = combine([], load_table("areas"), raw_files(), held_readings(DATA))
    for name, table in (("figures", combined.figures), ("places", combined.places)):
        assert to_csv(table) == (DATA / "indicators" / f"{name}.csv").read_bytes()


def test_a_gap_keeps_its_reason_loses_years_with_figures_and_gets_one_where_it_has_none() -> None:
    columns = ["indicator_id", "level", "first_year", "last_year", "status", "reason"]
    before = pd.DataFrame(
        [
            ("a", ALL, "2020-21", "2022-23", "[x]", "Not found."),
            ("b", ALL, "2021-22", "2022-23", "[z]", "Ended."),
            ("c", ALL, "2022-23", "2022-23", "[z]", "Every other year."),
            ("d", NATIONAL, "2020-21", "2020-21", "[x]", "Voluntary."),
            ("d", ALL, "2023-24", "2023-24", "[z]", "Written by hand beforehand."),
        ],
        columns=columns,
    )
    years = ("2020-21", "2021-22", "2022-23", "2023-24")
    everywhere = {
        ("a", year, level)
        for year in ("2020-21", "2022-23", "2023-24")
        for level in (COUNCIL, NATIONAL)
    }
    wanted = everywhere | {("a", "2021-22", NATIONAL), ("d", "2020-21", NATIONAL)}
    wanted |= {(i, y, level) for i, y in (("b", "2021-22"), ("b", "2022-23"), ("b", "2023-24"),
                                          ("c", "2022-23"), ("c", "2023-24"), ("d", "2023-24"))
               for level in (COUNCIL, NATIONAL)}  # fmt: skip
    after = explained(before, wanted, years[:3], dict.fromkeys("abcd", "No file."))
    assert list(after.itertuples(index=False, name=None)) == [
        ("a", ALL, "2020-21", "2020-21", "[x]", "Not found."),
        ("a", ALL, "2022-23", "2023-24", "[x]", "Not found."),
        ("a", NATIONAL, "2021-22", "2021-22", "[x]", "Not found."),
        ("b", ALL, "2021-22", "2023-24", "[z]", "Ended."),
        ("c", ALL, "2022-23", "2022-23", "[z]", "Every other year."),
        ("c", ALL, "2023-24", "2023-24", "[x]", "No file."),
        ("d", ALL, "2023-24", "2023-24", "[z]", "Written by hand beforehand."),
        ("d", NATIONAL, "2020-21", "2020-21", "[x]", "Voluntary."),
    ]


def test_years_are_those_of_the_contract() -> None:
    assert review_years()[0] == "2014-15"
    assert review_years() == years_between(review_years()[0], review_years()[-1])
    assert is_year("1999-00") is False, "before this century"
    assert is_year("2099-00")
    assert not is_year("2024-26")
