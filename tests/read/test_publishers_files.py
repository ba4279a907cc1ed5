"""How each publisher's file is read, on small files with the traps of the real ones."""

from pathlib import Path

import pandas as pd
import pytest

from evidence_review.errors import DataError
from evidence_review.read import (
    ascof_extract_2019_20,
    ascof_open_data,
    ascof_time_series,
    ons_wellbeing,
)
from evidence_review.read.figures import NOT_A_GROUP, WEIGHTED_COUNT, Reading
from evidence_review.read.measures import BY_ID


def figure(reading: Reading, *key: str) -> pd.Series:
    table = reading.figures.set_index(["indicator_id", "area_code", "year", "group"])
    found: pd.Series = table.loc[key]
    return found


def every_row_is_accounted_for(reading: Reading) -> bool:
    return reading.rows_read == reading.left_out.total() + reading.figures["rows"].sum()


# --- Open data, 2014-15 to 2020-21 -------------------------------------------------------------

OPEN_DATA_COLUMNS = [
    "Return Year",
    "Geographical Code",
    "Geographical Level",
    "ONS Area Code",
    "Disaggregation Level",
    "Measure Type",
    "Measure Value",
    "Measure Group",
    "Measure Group Description",
]
CONTROL = "The proportion of people who use services who have control over their daily life"
PAYMENTS = "The proportion of people using social care who receive direct payments"


def open_data(folder: Path, *rows: tuple[str, ...]) -> Path:
    path = folder / "open_data.csv"
    pd.DataFrame(rows, columns=OPEN_DATA_COLUMNS).to_csv(path, index=False)
    return path


def test_a_survey_figure_takes_its_answers_and_its_margin_in_either_spelling(
    tmp_path: Path,
) -> None:
    area = ("2016-17", "702", "Council", "E09000007")
    path = open_data(
        tmp_path,
        (*area, "65 and over", "Outcome", "72", "1B", CONTROL),
        (*area, "65 and over", "Base", "1,230", "1B", CONTROL),
        (*area, "65 and over", "Margin of Error", "5.6", "1B", CONTROL),
        (*area, "Male", "Outcome", "75.5", "1B", CONTROL),
        (*area, "Male", "Margin Of Error", "5.8", "1B", CONTROL),
        (*area, "Male", "Numerator", "1130", "1B", CONTROL),
        (*area, "85 and over", "Outcome", "70", "1B", CONTROL),
    )
    reading = ascof_open_data.read_years(path, "f")
    older = figure(reading, "control", "E09000007", "2016-17", "65-plus")
    assert (older["value"], older["base"], older["margin"]) == (72, 1230, 5.6)
    assert figure(reading, "control", "E09000007", "2016-17", "male")["margin"] == 5.8
    assert older["place"] == "line 2", "that of the outcome, not of its base or margin"
    assert dict(reading.left_out) == {WEIGHTED_COUNT: 1, NOT_A_GROUP: 1}
    assert every_row_is_accounted_for(reading)


def test_lines_are_counted_as_a_text_editor_counts_them(tmp_path: Path) -> None:
    path = open_data(
        tmp_path,
        ("2016-17", "702", "Council\nof a borough", "E09000007", "Total", "Outcome", "72", "1B", CONTROL),
        ("2016-17", "703", "Council", "E09000008", "Total", "Base", "300", "1B", CONTROL),
        ("2016-17", "703", "Council", "E09000008", "Total", "Outcome", "70", "1B", CONTROL),
    )  # fmt: skip
    text = path.read_text(encoding="utf-8").replace("\n2016-17,703", "\n\n2016-17,703", 1)
    path.write_text(text, encoding="utf-8")
    reading = ascof_open_data.read_years(path, "f")
    for area in ("E09000007", "E09000008"):
        found = figure(reading, "control", area, "2016-17", "total")
        line = text.split("\n")[int(found["place"].removeprefix("line ")) - 1]
        assert f"2016-17,{'702' if area == 'E09000007' else '703'}," in line
    assert found["place"] == "line 6"
    assert ",Outcome,70," in line


def test_the_place_in_a_workbook_is_the_cell_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    columns = [name for name in OPEN_DATA_COLUMNS if name != "Return Year"]
    columns[columns.index("ONS Area Code")] = "ONS Code"
    area = ("702", "Council", "E09000007", "Total")
    rows = [(*area, "Base", "300", "1B", CONTROL), (*area, "Outcome", "[x]", "1B", CONTROL)]
    path = tmp_path / "open_data.xlsx"
    pd.DataFrame(rows, columns=columns).to_excel(
        path, sheet_name="in", index=False, engine="xlsxwriter"
    )
    found = figure(
        ascof_open_data.read_one_year(path, "f", "2020-21"),
        "control",
        "E09000007",
        "2020-21",
        "total",
    )
    assert (found["status"], found["place"]) == ("[x]", "sheet in, cell F3")


@pytest.mark.parametrize("code", ["1C(2A)", "1C2A"])
def test_both_spellings_of_a_code_are_one_measure(tmp_path: Path, code: str) -> None:
    area = ("2015-16", "S", "Council type", "0", "Total")
    path = open_data(
        tmp_path,
        (*area, "Outcome", "28.3", code, PAYMENTS),
        (*area, "Numerator", "283", code, PAYMENTS),
        (*area, "Denominator", "1000", code, PAYMENTS),
    )
    found = figure(
        ascof_open_data.read_years(path, "f"),
        "direct-payments", "type-shire-counties", "2015-16", "total",
    )  # fmt: skip
    assert (found["value"], found["numerator"], found["denominator"]) == (28.3, 283, 1000)


@pytest.mark.parametrize(
    ("mark", "status"), [("", "[x]"), (" ", "[x]"), (":", "[x]"), ("c", "[c]")]
)
def test_each_mark_for_a_missing_value_keeps_its_meaning(
    tmp_path: Path, mark: str, status: str
) -> None:
    path = open_data(
        tmp_path,
        ("2017-18", "906", "Council", "E06000053", "Total", "Outcome", mark, "1B", CONTROL),
    )
    found = figure(
        ascof_open_data.read_years(path, "f"), "control", "E06000053", "2017-18", "total"
    )
    assert pd.isna(found["value"])
    assert found["status"] == status


def test_a_code_whose_title_says_something_else_is_refused(tmp_path: Path) -> None:
    path = open_data(
        tmp_path, ("2018-19", "702", "Council", "E09000007", "Total", "Outcome", "0.4", "1B",
                   "Adjusted social care-related quality of life"),
    )  # fmt: skip
    with pytest.raises(DataError, match=r"open_data.csv, row 2, column “Measure Group Desc.*1B"):
        ascof_open_data.read_years(path, "f")


def test_a_text_that_is_neither_number_nor_mark_is_refused(tmp_path: Path) -> None:
    path = open_data(
        tmp_path,
        ("2018-19", "702", "Council", "E09000007", "Total", "Outcome", "n/k", "1B", CONTROL),
    )
    with pytest.raises(
        DataError, match=r"open_data.csv, line 2 .*“n/k” is neither a number nor a mark"
    ):
        ascof_open_data.read_years(path, "f")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "open_data.csv"
    path.write_text("Return Year,Geographical Code\n2018-19,702\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"open_data.csv, column “Geographical Level”: not found"):
        ascof_open_data.read_years(path, "f")


# --- The cut of 2019-20 ------------------------------------------------------------------------

SHARED = list(ascof_extract_2019_20._SHARED_TITLES)


def extract(folder: Path, *blocks: tuple[str, str, str, str]) -> Path:
    titles = [*ascof_extract_2019_20._TITLES, *SHARED]
    rows = [("E92000001", title, "Total", "20") for title in titles]
    table = pd.DataFrame(
        [*rows, *blocks],
        columns=["ONS Code", "Measure Group Description", "Disaggregation Level", "Measure Value"],
    ).assign(Year="2020")
    path = folder / "extract.csv"
    table.to_csv(path, index=False)
    return path


def test_the_first_block_is_people_who_use_care_and_the_second_their_carers(
    tmp_path: Path,
) -> None:
    path = extract(
        tmp_path,
        ("E09000007", SHARED[1], "Total", "27.9"),
        ("E09000007", SHARED[1], "65 and over", "16.9"),
        ("E09000007", SHARED[1], "Total", "77.1"),
        ("E09000007", SHARED[1], "18-64", "81.4"),
        ("E06000008", SHARED[1], "Total", "27.8"),
    )
    reading = ascof_extract_2019_20.read(path, "f")
    assert figure(reading, "direct-payments", "E09000007", "2019-20", "total")["value"] == 27.9
    assert figure(reading, "direct-payments", "E09000007", "2019-20", "65-plus")["value"] == 16.9
    carers = figure(reading, "carer-direct-payments", "E09000007", "2019-20", "total")
    assert carers["value"] == 77.1
    with path.open(encoding="utf-8") as lines:
        assert lines.readlines()[int(carers["place"].removeprefix("line ")) - 1].count("77.1") == 1
    # One block only: people who use care.
    assert figure(reading, "direct-payments", "E06000008", "2019-20", "total")["value"] == 27.8
    assert reading.left_out == {ascof_extract_2019_20.CARER_AGES: 1}
    assert every_row_is_accounted_for(reading)


def test_a_sorted_extract_is_refused(tmp_path: Path) -> None:
    path = extract(
        tmp_path,
        ("E09000007", SHARED[0], "18-64", "50"),
        ("E09000007", SHARED[0], "Total", "60"),
    )
    with pytest.raises(DataError, match="do not fall into one block"):
        ascof_extract_2019_20.read(path, "f")


# --- The time series ---------------------------------------------------------------------------


def sheet(measure: str, headings: list[str], *rows: list[object]) -> pd.DataFrame:
    cells: list[list[object]] = [[f"Table: {BY_ID[measure].words} [note 1]"]]
    cells += [["Local authority code", "Local authority", "ONS area code", *headings], *rows]
    return ascof_time_series._read_sheet(
        cells, 1, BY_ID[measure], Path("series.ods"), ascof_time_series.Counter()
    )


CARER_HEADINGS = [
    f"2016 to 2017 - {kind}" for kind in ("margin of error", "number of respondents", "outcome")
]


def test_the_official_carer_figure_of_2016_17_stands_outside_the_brackets() -> None:
    table = sheet(
        "carer-quality-of-life",
        CARER_HEADINGS,
        ["England", "England", "E92000001", "0 (0.5)", "51,230 (35,415)", "7.7 (7.6)"],
    )
    assert dict(zip(table["kind"], table["text"], strict=True)) == {
        "margin": "0", "base": "51,230", "value": "7.7",
    }  # fmt: skip
    assert list(table["place"])[-1] == "sheet Table_1c, cell F3"


def test_a_sheet_with_another_measure_under_the_same_code_is_refused() -> None:
    cells: list[list[object]] = [["Table 4b: the proportion of section 42 safeguarding enquiries"]]
    with pytest.raises(DataError, match=r"series.ods, sheet Table_4a, row 1: the title"):
        ascof_time_series._read_sheet(
            cells, 0, BY_ID["feel-safe"], Path("series.ods"), ascof_time_series.Counter()
        )


def test_a_heading_that_is_not_a_year_and_a_value_is_refused() -> None:
    with pytest.raises(DataError, match=r"row 2, column “2016/17 outcome”: expected a year"):
        sheet("control", ["2016/17 outcome"])


def test_binary_tails_of_numbers_are_dropped() -> None:
    table = sheet(
        "direct-payments",
        [f"2024 to 2025 - {kind}" for kind in ("numerator", "denominator", "outcome")],
        [905.0, "Somerset", "E06000066", 1012.0, 5010.0, 20.200000000000003],
    )
    assert table["text"].tolist() == ["1012", "5010", "20.2"]


# --- Well-being --------------------------------------------------------------------------------


def test_a_remark_of_unreliability_needs_a_value(tmp_path: Path) -> None:
    columns = [
        "areacd",
        "indicator",
        "period",
        "measure",
        "observation",
        "lci_95",
        "uci_95",
        "status",
    ]
    scale = "Mean (Where 0 is 'not at all happy' and 10 is 'completely happy')"
    rows = [
        ("E09000001", "Happiness", "2022-04-01/P1Y", scale, "", "", "", "u"),
        ("E09000007", "Happiness", "2022-04-01/P1Y", scale, "7.3", "7.1", "7.6", "u"),
        ("E09000007", "Happiness", "2013-04-01/P1Y", scale, "7.3", "7.1", "7.6", ""),
        ("E09000007", "Worthwhile", "2022-04-01/P1Y", scale, "7.3", "7.1", "7.6", ""),
    ]
    path = tmp_path / "wellbeing.csv"
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    reading = ons_wellbeing.read(path, "f")
    assert figure(reading, "happiness", "E09000001", "2022-23", "total")["status"] == "[x]"
    camden = figure(reading, "happiness", "E09000007", "2022-23", "total")
    assert (camden["status"], camden["lower"], camden["upper"]) == ("[u]", 7.1, 7.6)
    assert camden["place"] == "line 3"
    assert reading.left_out.total() == 2
    assert every_row_is_accounted_for(reading)
