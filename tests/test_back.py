"""Back tests: the tables against the publishers' raw files, read again by other code.

Skipped, with the reason, where the raw files do not lie beside the checkout.
"""

import csv
import gzip
import random
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from tests.publishers_files import raw_file, raw_or_skip

from evidence_review.ingest.rebuild import IngestReport, ingest
from evidence_review.paths import DATA
from evidence_review.read.contract import check_data, load_table

pytestmark = pytest.mark.back

TIME_SERIES = raw_file("ascof-time-series-2024-25")
OPEN_DATA_2014_19 = raw_file("ascof-open-data-2014-19")
EXTRACT_2019_20 = raw_file("ascof-extract-2019-20")
OPEN_DATA_2020_21 = raw_file("ascof-open-data-2020-21")
WELLBEING = raw_file("ons-wellbeing-2022-23")
POPULATION = raw_file("ons-population-2020")

OLD_CODES = {"E06000060": "E10000002", "E06000065": "E10000023", "E06000066": "E10000027"}
LETTERS = {
    "type-inner-london": "I",
    "type-outer-london": "O",
    "type-metropolitan-districts": "M",
    "type-shire-counties": "S",
    "type-unitary-authorities": "U",
}
GROUPS = {
    "total": "Total", "18-64": "18-64", "65-plus": "65 and over", "female": "Female", "male": "Male",
}  # fmt: skip


@pytest.fixture(scope="module")
def raw() -> Path:
    return raw_or_skip()


@pytest.fixture(scope="module")
def again(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[IngestReport, Path]:
    """An ingest from scratch, beside the committed data."""
    folder = tmp_path_factory.mktemp("again") / "data"
    shutil.copytree(DATA, folder)
    for name in ("areas.csv", "councils.csv"):
        (folder / name).unlink()
    for name in ("figures.csv", "places.csv"):
        (folder / "indicators" / name).unlink()
    # The list of files is what an ingest starts from; their checksums are worked out anew.
    files = folder / "indicators" / "files.csv"
    files.write_bytes(re.sub(rb"[0-9a-f]{64}", b"0" * 64, files.read_bytes()))
    return ingest(raw, folder), folder


def test_ingesting_again_gives_the_same_bytes(again: tuple[IngestReport, Path]) -> None:
    _, folder = again
    for path in sorted(p.relative_to(DATA) for p in DATA.rglob("*") if p.is_file()):
        assert (folder / path).read_bytes() == (DATA / path).read_bytes(), path
    check_data(folder)


def test_every_raw_row_is_used_or_left_out_for_a_reason(again: tuple[IngestReport, Path]) -> None:
    report, folder = again
    for file in report.files:
        assert file.rows_read == file.rows_used + sum(file.left_out.values()), file.file_id
        assert f"{file.rows_read:,} rows" in str(report)
    rows = len(load_table("figures", folder))
    assert rows == sum(file.figures for file in report.files) + report.rows_added


def test_two_files_agree_but_for_what_the_publisher_revised(
    again: tuple[IngestReport, Path],
) -> None:
    differing = again[0].overlap.disagreements
    revised = set(zip(differing["indicator_id"], differing["year"], strict=True))
    assert revised == {("adjusted-quality-of-life", "2016-17"), ("carer-information", "2018-19")}
    assert set(differing["used"]) == {TIME_SERIES.file_id}
    # Carers' information was corrected for England, regions and types, and for no council.
    corrected = differing[differing["indicator_id"] == "carer-information"]
    assert not corrected["area_code"].str.match(r"E0|E10").any()
    assert len(again[0].overlap.table) > 7000


def test_populations_are_the_publishers(raw: Path) -> None:
    councils = load_table("councils").set_index("area_code")
    with POPULATION.within(raw).open(encoding="utf-8") as lines:
        estimates = {r["code"]: r for r in csv.DictReader(lines) if r["mid_year"] == "2020"}
    book = CalamineWorkbook.from_path(TIME_SERIES.within(raw))
    for sheet, column, estimate in (
        ("Table_2b", "pop_18_64", "age_18_64"),
        ("Table_2c", "pop_65_plus", "age_65plus"),
    ):
        printed = {row[2]: row[4] for row in book.get_sheet_by_name(sheet).to_python()}
        for code in councils.index:
            suppressed = isinstance(printed[code], str)
            expected = estimates[code][estimate] if suppressed else printed[code]
            assert councils.at[code, column] == float(str(expected)), code
            assert ("ONS mid-2020" in councils.at[code, "population_basis"]) >= suppressed


# --- A sample of figures, traced by code that shares nothing with the ingest ---------------------


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def values_of(workbook: Path) -> Iterator[tuple[str, list[str], str, str]]:
    """The values of the time series: code of the measure, the three cells that name the area,
    heading and text."""
    book = CalamineWorkbook.from_path(workbook)
    for sheet in book.sheet_names:
        if sheet.startswith("Table_"):
            rows = [
                [str(cell).strip() for cell in row]
                for row in book.get_sheet_by_name(sheet).to_python()
            ]
            head = next(place for place, row in enumerate(rows) if "ONS area code" in row)
            for row in filter(any, rows[head + 1 :]):
                for heading, text in zip(rows[head][3:], row[3:], strict=True):
                    yield sheet.removeprefix("Table_").lower(), row[:3], heading, text


@pytest.fixture(scope="module")
def printed(raw: Path) -> dict[str, dict[tuple[str, ...], str]]:
    """For each file, the outcomes as printed, by the file's own codes."""
    found: dict[str, dict[tuple[str, ...], str]] = {
        TIME_SERIES.file_id: {
            (code, letter if ons == "[z]" else ons, f"{year[1]}-{year[2]}"): text
            for code, (letter, _, ons), heading, text in values_of(TIME_SERIES.within(raw))
            if (year := re.fullmatch(r"(20\d\d) to 20(\d\d) - (?:6b )?outcome", heading))
        },
        OPEN_DATA_2014_19.file_id: {
            (re.sub(r"[()]|_1415", "", row["Measure Group"]),
             row["ONS Area Code"] if row["ONS Area Code"][:1] == "E" else row["Geographical Code"],
             row["Return Year"], row["Disaggregation Level"]): row["Measure Value"]
            for row in rows_of(OPEN_DATA_2014_19.within(raw))
            if row["Measure Type"] == "Outcome"
        },
        WELLBEING.file_id: {
            (row["indicator"].lower(), row["areacd"], row["period"][:4]): row["observation"]
            for row in rows_of(WELLBEING.within(raw))
        },
    }  # fmt: skip
    sheet = CalamineWorkbook.from_path(OPEN_DATA_2020_21.within(raw)).get_sheet_by_name("in")
    header, *cells = sheet.to_python()
    names = [str(name) for name in header]
    found[OPEN_DATA_2020_21.file_id] = {
        (str(row["Measure Group"]), str(row["ONS Code"] or row["Geographical Code"]),
         str(row["Disaggregation Level"])): str(row["Measure Value"])
        for row in (dict(zip(names, cell, strict=True)) for cell in cells)
        if row["Measure Type"] == "Outcome"
    }  # fmt: skip
    extract: dict[tuple[str, ...], str] = {}
    for row in rows_of(EXTRACT_2019_20.within(raw)):
        # Where clients and carers share a title, the first that stands in the file is the client.
        place = (row["Measure Group Description"], row["ONS Code"], row["Disaggregation Level"])
        extract.setdefault((*place, "carers") if place in extract else place, row["Measure Value"])
    found[EXTRACT_2019_20.file_id] = extract
    return found


EXTRACT_WORDS = {
    "quality-of-life": "Social care-related quality of life",
    "control": "control over",
    "satisfaction": "Overall satisfaction",
    "information": "easy to find",
    "social-contact": "social contact",
    "feel-safe": "who feel safe",
    "services-feel-safe": "made them feel",
    "self-directed-support": "self-directed",
    "carer-self-directed-support": "self-directed",
    "direct-payments": "direct payments",
    "carer-direct-payments": "direct payments",
    "reablement": "short term service",
    "admissions-18-64": "younger adults",
    "admissions-65": "older adults",
}


def look_up(printed: dict[str, dict[tuple[str, ...], str]], row: pd.Series) -> str:
    """What the figure's own file prints for it."""
    indicators = load_table("indicators").set_index("indicator_id")
    file = printed[row["file_id"]]
    area = LETTERS.get(row["area_code"], row["area_code"])
    old_area = OLD_CODES.get(area, area)
    old_code = re.sub(r"[()]", "", str(indicators.at[row["indicator_id"], "code_to_2022_23"]))
    if row["file_id"] == TIME_SERIES.file_id:
        code = str(indicators.at[row["indicator_id"], "code_from_2023_24"])
        return file[code.lower(), area, row["year"]]
    if row["file_id"] == OPEN_DATA_2014_19.file_id:
        return file[old_code, old_area, row["year"], GROUPS[row["group"]]]
    if row["file_id"] == OPEN_DATA_2020_21.file_id:
        here = (old_code, area, GROUPS[row["group"]])
        return file[here] if here in file else file[old_code, old_area, GROUPS[row["group"]]]
    if row["file_id"] == WELLBEING.file_id:
        place = area if (row["indicator_id"], area, row["year"][:4]) in file else old_area
        return file[row["indicator_id"], place, row["year"][:4]]
    words = EXTRACT_WORDS[row["indicator_id"]]
    carers = row["indicator_id"].startswith("carer-")
    for key, text in file.items():
        title = key[0].replace("Adjusted Social", "")
        is_place = key[1] in (area, old_area) and key[2] == GROUPS[row["group"]]
        if words in title and is_place and (len(key) == 4) == carers:
            return text
    raise AssertionError(f"not in the extract: {row.to_dict()}")


def test_a_random_sample_of_figures_is_what_the_files_print(
    raw: Path, printed: dict[str, dict[tuple[str, ...], str]]
) -> None:
    figures = load_table("figures")
    valued = figures[figures["value"].notna()].reset_index(drop=True)
    # Equal parts from each file, so that the small ones are looked at too. Fixed seed: the same
    # sample on every machine.
    chance = random.Random(2017)
    for file_id in sorted(valued["file_id"].unique()):
        mine = valued.index[valued["file_id"] == file_id].to_list()
        for number in chance.sample(mine, 40):
            row = valued.loc[number]
            text = look_up(printed, row).split(" (")[0].replace(",", "")
            assert float(text) == pytest.approx(row["value"], abs=5e-5), row.to_dict()


# --- Places: from a figure to its cell or line, as a person goes ---------------------------------


@cache
def sheet_of(path: Path, name: str) -> list[list[object]]:
    """A sheet from its first row and column on, so that cells lie where a spreadsheet shows them."""
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(name)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


@cache
def lines_of(path: Path) -> list[str]:
    """The lines that a text editor shows."""
    return gzip.decompress(path.read_bytes()).decode().split("\n")


def stands_at(raw: Path, file_id: str, place: str) -> tuple[str, list[str]]:
    """What stands at a place, and the row and the heading around it."""
    path = raw_file(file_id).within(raw)
    if line := re.fullmatch(r"line (\d+)", place):
        lines = lines_of(path)
        header, row = next(csv.reader(lines[:1])), next(csv.reader([lines[int(line[1]) - 1]]))
        column = header.index("observation" if "observation" in header else "Measure Value")
        return row[column], row
    cell = re.fullmatch(r"sheet (.+), cell ([A-Z]+)(\d+)", place)
    assert cell, place
    cells, column = sheet_of(path, cell[1]), 0
    for letter in cell[2]:
        column = 26 * column + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    around = cells[int(cell[3]) - 1]
    heading = next(row[column - 1] for row in cells if "ONS area code" in row or "ONS Code" in row)
    return str(around[column - 1]), [str(one) for one in [*around, heading]]


def says_whom_and_when(row: pd.Series, around: list[str]) -> bool:
    """Whether the row and heading around a place name the area and the year of the figure."""
    area, year = str(row["area_code"]), str(row["year"])
    # Dorset's ratings stand under the code of the county before it.
    names = {area, OLD_CODES.get(area), LETTERS.get(area), area.replace("E06000059", "E10000009")}
    long = f"{year[:4]} to 20{year[5:]} - "
    years = {
        TIME_SERIES.file_id: any(one.startswith(long) and "outcome" in one for one in around),
        OPEN_DATA_2014_19.file_id: year in around and "Outcome" in around,
        OPEN_DATA_2020_21.file_id: "Outcome" in around,
        EXTRACT_2019_20.file_id: "2020" in around,
        WELLBEING.file_id: f"{year[:4]}-04-01/P1Y" in around,
    }
    # Sex and age are columns of the yearly files; the others hold everyone together only.
    groups = ("Female", "Male", "18-64", "65 and over", "Total")
    group = next((one for one in groups if one in around), "Total")
    whom = bool(names & set(around)) and group == GROUPS[str(row["group"])]
    return whom and years[str(row["file_id"])]


@pytest.fixture(scope="module")
def placed() -> pd.DataFrame:
    """Every figure with its place."""
    keys = ["indicator_id", "area_code", "year", "group"]
    return load_table("figures").merge(load_table("places"), on=keys, validate="one_to_one")


def test_300_figures_stand_in_the_files_where_their_places_say(
    raw: Path, placed: pd.DataFrame
) -> None:
    valued = placed[placed["value"].notna()].reset_index(drop=True)
    chance = random.Random(2019)
    files = valued.groupby("file_id").indices.values()
    assert len(files) == 5
    for mine in files:
        for number in chance.sample(sorted(mine), 60):
            row = valued.loc[number]
            text, around = stands_at(raw, row["file_id"], row["place"])
            # "7.7 (7.6)": the official figure stands outside the brackets.
            printed = float(text.split(" (")[0].replace(",", ""))
            assert printed == pytest.approx(row["value"], abs=5e-5), row.to_dict()
            assert says_whom_and_when(row, around), (row.to_dict(), around)


def test_a_figure_that_was_published_as_missing_has_the_place_of_its_mark(
    raw: Path, placed: pd.DataFrame
) -> None:
    missing = placed[placed["value"].isna() & placed["place"].ne("not in the file")]
    marks = {"", " ", ":", "c", "[c]", "[x]", "[z]"}
    for row in missing.sample(200, random_state=7).to_dict("records"):
        text, around = stands_at(raw, row["file_id"], row["place"])
        # Nobody was asked or counted: a file may print a share of nobody as 0.
        nobody = row["status"] == "[w]" or row["indicator_id"] == "adjusted-quality-of-life"
        assert text in marks or (nobody and float(text) == 0), (row, text)
        assert says_whom_and_when(pd.Series(row), around), (row, around)


def test_what_is_said_not_to_be_in_a_file_is_not(
    printed: dict[str, dict[tuple[str, ...], str]], placed: pd.DataFrame
) -> None:
    absent = placed[placed["place"].eq("not in the file")]
    assert set(absent["file_id"]) == {EXTRACT_2019_20.file_id, WELLBEING.file_id}
    # In the Isles of Scilly the only such row is in the second block, which is about carers.
    carers = (
        absent["area_code"].eq("E06000053")
        & absent["group"].eq("18-64")
        & absent["indicator_id"].isin(["direct-payments", "self-directed-support"])
    )
    for _, row in absent[~carers].iterrows():
        with pytest.raises((KeyError, AssertionError)):
            look_up(printed, row)


def test_every_value_of_the_workbook_is_counted(
    again: tuple[IngestReport, Path], raw: Path
) -> None:
    read = {file.file_id: file.rows_read for file in again[0].files}
    assert read[TIME_SERIES.file_id] == sum(1 for _ in values_of(TIME_SERIES.within(raw)))
