"""One area's files to take away: its figures as data/ holds them, and a code for all that is not."""

import csv
import io
import re
import statistics
import warnings
import zipfile
from dataclasses import replace
from typing import NamedTuple

import gptables
import pandas as pd
import pytest
from python_calamine import CalamineSheet, CalamineTable, CalamineWorkbook

from evidence_review import __version__
from evidence_review.analyse.choices import YEARS
from evidence_review.analyse.comparators import MIN_NEIGHBOURS
from evidence_review.analyse.council import CouncilReport, council_report
from evidence_review.analyse.review import Review
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.paths import DATA
from evidence_review.show.downloads import STARTS_FORMULA, council_files
from evidence_review.show.downloads.quick_gptables import produce_workbook

AWKWARD = (
    "Isles of Scilly",
    "City of London",
    "Rutland",
    "Derby",
    "Cumberland",
    "Bournemouth, Christchurch and Poole",
    "Camden",
    "England",
)
WIDER = ("South East", "Shire Counties")
PARTS = ("value", "lower", "upper", "base", "numerator")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
Key = tuple[str, str, str]


class Made(NamedTuple):
    """An area's report and its files."""

    report: CouncilReport
    csv: bytes
    xlsx: bytes

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.csv.decode(), newline="")))

    @property
    def book(self) -> CalamineWorkbook:
        return CalamineWorkbook.from_filelike(io.BytesIO(self.xlsx), load_tables=True)


def make(report: CouncilReport) -> Made:
    files = council_files(report)
    slug = report.area.slug
    assert list(files) == [f"{slug}.csv", f"{slug}.xlsx"]
    return Made(report, *files.values())


@pytest.fixture(scope="module")
def made(review: Review) -> dict[str, Made]:
    return {name: make(council_report(review, name)) for name in (*AWKWARD, *WIDER)}


@pytest.fixture(scope="module")
def published() -> dict[str, dict[Key, dict[str, str]]]:
    """data/indicators/figures.csv as text, by area; read without the package."""
    found: dict[str, dict[Key, dict[str, str]]] = {}
    with (DATA / "indicators" / "figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["area_code"], {})[key(row)] = row
    return found


@pytest.fixture(scope="module")
def places() -> dict[tuple[str, Key], str]:
    """data/indicators/places.csv, by area and figure; read without the package."""
    with (DATA / "indicators" / "places.csv").open(encoding="utf-8", newline="") as file:
        return {(row["area_code"], key(row)): row["place"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def titles() -> dict[str, str]:
    """Title of each publisher's file."""
    with (DATA / "indicators" / "files.csv").open(encoding="utf-8", newline="") as file:
        return {row["file_id"]: row["title"] for row in csv.DictReader(file)}


def key(row: dict[str, str]) -> Key:
    return row["indicator_id"], row["year"], row["group"]


def is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text))


def tables(book: CalamineWorkbook) -> dict[str, CalamineTable]:
    """The tables of a workbook, by sheet."""
    found = [book.get_table_by_name(name) for name in book.table_names or []]
    return {one.sheet: one for one in found}


def headings(one: CalamineTable) -> list[str]:
    """Headings of a table, without the numbers of their notes."""
    return [heading.split("\n")[0] for heading in one.columns or []]


def table(book: CalamineWorkbook, sheet: str) -> list[dict[str, object]]:
    """Rows of a sheet's table, by heading."""
    found = tables(book)[sheet]
    return [dict(zip(headings(found), row, strict=True)) for row in found.to_python()]


@pytest.mark.parametrize("name", AWKWARD + WIDER)
def test_every_figure_of_the_csv_is_the_one_that_data_holds(
    made: dict[str, Made], published: dict[str, dict[Key, dict[str, str]]], name: str
) -> None:
    held = published[made[name].report.area.code]
    rows = {key(row): row for row in made[name].rows}
    assert len(rows) == len(made[name].rows), "one row for each indicator, year and group"
    assert set(held) <= set(rows)
    for at, row in rows.items():
        figure = held.get(at, dict.fromkeys(PARTS, ""))
        for part in PARTS:
            if figure[part]:
                assert float(row[part]) == float(figure[part]), (at, part)
            else:
                assert row[part] in STATUS_MEANINGS, (at, part)
        if at in held:
            assert row["basis_id"] == figure["basis_id"]


@pytest.mark.parametrize("name", AWKWARD + WIDER)
def test_beside_every_figure_stands_the_publishers_file_and_the_place_in_it(
    made: dict[str, Made],
    published: dict[str, dict[Key, dict[str, str]]],
    places: dict[tuple[str, Key], str],
    titles: dict[str, str],
    name: str,
) -> None:
    area = made[name].report.area.code
    for row in made[name].rows:
        at = key(row)
        if at in published[area]:
            title = titles[published[area][at]["file_id"]]
            assert (row["file"], row["place"]) == (title, places[area, at])
            assert is_number(row["value"]) <= row["place"].startswith(("line ", "sheet "))
        else:
            assert (row["file"], row["place"]) == ("[z]", "[z]")
    # In the workbook too, and for both of two figures that are set side by side.
    total = {
        (row["indicator"], row["year"]): (row["value"], row["file"], row["place"])
        for row in made[name].rows
        if row["group"] == "total"
    }
    book = made[name].book
    for sheet in {"All years", "Newest figures", "Personal budgets"} & set(book.sheet_names):
        for cells in table(book, sheet):
            value, *there = total[str(cells["Indicator"]), str(cells["Year"])]
            assert [cells["File"], cells["Place"]] == there
            assert cells["Figure"] == (float(value) if is_number(value) else value)
    if "Change and trend" in book.sheet_names:
        for cells in table(book, "Change and trend"):
            for end in ("First", "Last"):
                _, *there = total[str(cells["Indicator"]), str(cells[f"{end} year"])]
                assert [cells[f"{end} figure: file"], cells[f"{end} figure: place"]] == there


def test_two_groups_side_by_side_have_a_place_each(made: dict[str, Made]) -> None:
    one = made["Camden"]
    rows = {(row["indicator"], row["year"], row["group"]): row for row in one.rows}
    for cells in table(one.book, "By age"):
        for side, group in (("18 to 64", "18-64"), ("65 and over", "65-plus")):
            row = rows[str(cells["Indicator"]), str(cells["Year"]), group]
            assert cells[f"{side}: place"] == row["place"]
            assert cells[f"{side}: figure"] == float(row["value"])
    by_id = {(row["indicator_id"], row["year"], row["group"]): row for row in one.rows}
    ids = one.report.carers["indicator_id"]
    for indicator, cells in zip(ids, table(one.book, "Carers"), strict=True):
        row = by_id[f"carer-{indicator}", str(cells["Year"]), "total"]
        assert cells["Carers: place"] == row["place"]
        assert cells["Carers: figure"] == float(row["value"])


def is_small(figure: dict[str, str]) -> bool:
    return bool(figure["base"]) and float(figure["base"]) < 30


def is_rare(figure: dict[str, str]) -> bool:
    rate = figure["indicator_id"].startswith("admissions")
    return rate and bool(figure["numerator"]) and float(figure["numerator"]) < 10


@pytest.mark.parametrize("name", AWKWARD + WIDER)
def test_status_says_what_is_missing_or_of_low_reliability_and_why(
    made: dict[str, Made], published: dict[str, dict[Key, dict[str, str]]], name: str
) -> None:
    held = published[made[name].report.area.code]
    for row in made[name].rows:
        if not is_number(row["value"]):
            assert row["status"] == row["value"] == row["lower"] == row["upper"]
            assert row["reason"].endswith(".")
            continue
        if held[key(row)]["status"] == "[u]":
            assert row["status"] == "[u]"
            assert "publisher" in row["reason"]
        elif is_small(held[key(row)]):
            assert (row["status"], row["reason"]) == ("[u]", "Its base is under 30.")
        elif is_rare(held[key(row)]):
            reason = "The rate rests on fewer than 10 events."
            assert (row["status"], row["reason"]) == ("[u]", reason)
        else:
            assert (row["status"], row["reason"]) == ("no remark", "[z]")


def test_figures_on_small_bases_are_there_to_be_marked(made: dict[str, Made]) -> None:
    reasons = {name: [row["reason"] for row in one.rows] for name, one in made.items()}
    for name in ("Isles of Scilly", "City of London", "Rutland"):
        assert "Its base is under 30." in reasons[name], name


@pytest.mark.parametrize("name", AWKWARD + WIDER)
def test_what_is_missing_is_what_the_page_says(made: dict[str, Made], name: str) -> None:
    report = made[name].report
    total = [row for row in made[name].rows if row["group"] == "total"]
    gone = {
        (row["indicator_id"], row["year"]): (row["status"], row["reason"])
        for row in total
        if not is_number(row["value"])
    }
    expected = {
        (row["indicator_id"], row["year"]): (row["status"], row["reason"])
        for row in report.missing.to_dict("records")
    }
    assert gone == expected
    assert len(expected) == len(report.missing)
    assert len(total) == len(report.indicators) * len(YEARS)
    sheet = table(made[name].book, "Missing and why")
    assert [(row["Code"], row["Reason"]) for row in sheet] == list(expected.values())


def test_groups_have_a_row_wherever_the_files_split_an_indicator(
    made: dict[str, Made], published: dict[str, dict[Key, dict[str, str]]]
) -> None:
    councils = set(made["Camden"].report.review.council_codes)
    split = {at for code in councils for at in published.get(code, {}) if at[2] != "total"}
    for name in AWKWARD[:-1]:
        assert {key(row) for row in made[name].rows if row["group"] != "total"} == split, name
    # The files split nothing after 2020-21, and this council began later.
    cumberland = [row for row in made["Cumberland"].rows if row["group"] == "18-64"]
    assert {row["reason"] for row in cumberland} == {"Cumberland began as a council in 2023-24."}


@pytest.mark.parametrize("name", [*AWKWARD, *WIDER])
def test_comparators_stand_beside_the_totals(
    made: dict[str, Made], published: dict[str, dict[Key, dict[str, str]]], name: str
) -> None:
    report = made[name].report
    columns = [column for column in made[name].rows[0] if column.startswith("value_")]
    if report.area.level == "council":
        assert columns == [
            "value_england",
            "value_region",
            "value_council_type",
            "value_neighbours_median",
        ]
    else:
        assert columns == (["value_england"] if name != "England" else [])
    for column, one in zip(columns, report.comparators, strict=True):
        needed = MIN_NEIGHBOURS if len(one.codes) > 1 else 1
        for row in made[name].rows:
            if row["group"] != "total":
                assert row[column] == "[z]"
                continue
            near = [published[code][key(row)] for code in one.codes if key(row) in published[code]]
            if len(one.codes) > 1:  # a median leaves out what is weak
                near = [f for f in near if not (f["status"] == "[u]" or is_small(f) or is_rare(f))]
            found = [float(figure["value"]) for figure in near if figure["value"]]
            if len(found) >= needed:
                assert float(row[column]) == pytest.approx(statistics.median(found), abs=1e-9)
                assert row["basis_id"] in {figure["basis_id"] for figure in near}
            else:
                assert row[column] in ("[x]", "[z]")


def test_a_year_without_a_survey_does_not_apply_to_comparators_either(
    made: dict[str, Made],
) -> None:
    rows = {key(row): row for row in made["Cumberland"].rows}
    assert rows["carer-satisfaction", "2019-20", "total"]["value_england"] == "[z]"
    assert rows["control", "2020-21", "total"]["value_england"] == "[x]"
    # The council was not there, and England was.
    assert rows["control", "2018-19", "total"]["value"] == "[z]"
    assert is_number(rows["control", "2018-19", "total"]["value_england"])


@pytest.mark.parametrize("name", AWKWARD + WIDER)
def test_no_cell_is_blank_or_a_formula(made: dict[str, Made], name: str) -> None:
    one = made[name]
    cells: list[object] = [
        cell for row in csv.reader(io.StringIO(one.csv.decode())) for cell in row
    ]
    for found in tables(one.book).values():
        cells += [*headings(found), *(cell for row in found.to_python() for cell in row)]
    for cell in cells:
        text = str(cell).strip()
        assert text
        assert text.lower() not in ("nan", "none", "<na>", "nat", "inf")
        assert isinstance(cell, float) or not text.startswith(STARTS_FORMULA) or is_number(text)
    parts = zipfile.ZipFile(io.BytesIO(one.xlsx))
    for part in parts.namelist():
        assert b"<f>" not in parts.read(part)


def test_zero_is_a_figure_and_never_stands_for_what_is_missing(
    made: dict[str, Made], published: dict[str, dict[Key, dict[str, str]]]
) -> None:
    for one in made.values():
        held = published[one.report.area.code]
        for row in one.rows:
            for part in PARTS:
                if is_number(row[part]) and float(row[part]) == 0:
                    assert float(held[key(row)][part]) == 0


def sheet_text(sheet: CalamineSheet) -> list[str]:
    return [" ".join(str(cell) for cell in row if cell != "") for row in sheet.to_python()]


@pytest.mark.parametrize("name", AWKWARD + WIDER)
def test_the_workbook_has_a_cover_and_one_table_a_sheet_with_title_and_source(
    made: dict[str, Made], name: str
) -> None:
    book = made[name].book
    assert book.sheet_names[:3] == ["Cover", "Contents", "Notes"]
    assert len(set(book.sheet_names)) == len(book.sheet_names)
    found = list(tables(book).values())
    assert [one.sheet for one in found] == book.sheet_names[1:]
    listed = [row[0] for row in book.get_sheet_by_name("Contents").to_python()[3:]]
    assert listed == book.sheet_names[3:]
    for one in found[2:]:
        text = sheet_text(book.get_sheet_by_name(one.sheet))
        assert text[0].startswith(f"{name}: ") or one.sheet == "Columns"
        assert [line for line in text if line.startswith("Source: ") and len(line) > 20]
        assert one.height > 0
        rows = book.get_sheet_by_name(one.sheet).to_python()
        assert rows[-one.height - 1] == one.columns, "headings right above the data"
        assert book.get_sheet_by_name(one.sheet).merged_cell_ranges == []
    cover = " ".join(sheet_text(book.get_sheet_by_name("Cover")))
    for words in (f"{name}: ", __version__, "Open Government Licence v3.0", "not ranked"):
        assert words in cover
    assert "[u] marks a figure of low reliability: its base is under 30" in cover


@pytest.mark.parametrize("name", ["Camden", "Isles of Scilly", "England"])
def test_the_workbook_holds_the_figures_of_the_csv_as_numbers(
    made: dict[str, Made], name: str
) -> None:
    total = [row for row in made[name].rows if row["group"] == "total"]
    sheet = table(made[name].book, "All years")
    assert len(sheet) == len(total)
    names = {"Figure": "value", "Lower limit": "lower", "Upper limit": "upper", "Base": "base"}
    names |= {"Count": "numerator", "Status": "status", "Indicator": "indicator"}
    for cells, row in zip(sheet, total, strict=True):
        for heading, column in names.items():
            expected = float(row[column]) if is_number(row[column]) else row[column]
            assert cells[heading] == expected


def test_newest_figures_carry_the_words_of_the_page(made: dict[str, Made]) -> None:
    for name in AWKWARD:
        latest = made[name].report.latest
        if latest.empty:
            continue
        sheet = table(made[name].book, "Newest figures")
        assert [row["Indicator"] for row in sheet] == list(latest["name"])
        assert [row["Figure"] for row in sheet] == list(latest["value"])
        for one in made[name].report.comparators:
            words = latest[f"comparison: {one.label}"].fillna("[x]").mask(latest["weak"], "[u]")
            assert [row[f"Beside {one.label}"] for row in sheet] == list(words)


def test_change_and_groups_are_those_of_the_page(made: dict[str, Made]) -> None:
    for name in AWKWARD:
        report, book = made[name].report, made[name].book
        for sheet, frame, parts in (
            ("Change and trend", report.changes, {"Change": "change", "Moved": "moved"}),
            ("By age", report.ages, {"Difference": "change", "Found": "found"}),
            ("Carers", report.carers, {"Difference": "change", "Found": "found"}),
        ):
            assert (sheet in book.sheet_names) is not frame.empty
            if frame.empty:
                continue
            rows = table(book, sheet)
            assert [row["Indicator"] for row in rows] == list(frame["name"])
            for heading, column in parts.items():
                for cell, value in zip((row[heading] for row in rows), frame[column], strict=True):
                    if pd.isna(value):
                        assert cell in STATUS_MEANINGS
                    else:
                        assert cell == (pytest.approx(value) if column == "change" else value)


def test_codes_in_the_workbook_are_explained_in_it(made: dict[str, Made]) -> None:
    for one in made.values():
        book = one.book
        notes = str(book.get_sheet_by_name("Notes").to_python())
        for name in book.sheet_names[3:]:
            cells = {str(cell) for row in tables(book)[name].to_python() for cell in row}
            used = cells & set(STATUS_MEANINGS)
            text = sheet_text(book.get_sheet_by_name(name))
            for code in used:
                assert any(line.startswith(f"{code} ") for line in text[:12])
                assert code in notes


def test_every_note_is_referred_to(made: dict[str, Made]) -> None:
    for one in made.values():
        book = one.book
        numbers = [str(row["Note number"]) for row in table(book, "Notes")]
        text = "\n".join(
            cell
            for sheet in book.sheet_names[3:]
            for row in book.get_sheet_by_name(sheet).to_python()
            for cell in row
            if isinstance(cell, str)
        )
        assert {f"{number}.0" for number in re.findall(r"\[note (\d+)\]", text)} == set(numbers)


@pytest.mark.parametrize("name", ["Camden", "Isles of Scilly"])
def test_the_same_bytes_come_out_twice(review: Review, made: dict[str, Made], name: str) -> None:
    assert council_files(made[name].report) == council_files(council_report(review, name))
    assert list(council_files(made[name].report).values()) == [made[name].csv, made[name].xlsx]
    parts = zipfile.ZipFile(io.BytesIO(made[name].xlsx))
    assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    dates = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]*Z", parts.read("docProps/core.xml"))
    assert set(dates) == {b"1980-01-01T00:00:00Z"}


def test_few_years_and_indicators_make_a_small_workbook_that_says_what_it_leaves_out(
    review: Review,
) -> None:
    one = make(council_report(review, "Camden", first_year="2023-24", indicators="control"))
    assert [key(row) for row in one.rows] == [
        ("control", "2023-24", "total"),
        ("control", "2024-25", "total"),
    ]
    book = one.book
    cover = " ".join(sheet_text(book.get_sheet_by_name("Cover")))
    assert 'first_year = "2023-24", indicators = "control"' in cover
    for sheet, words in (
        ("Personal budgets", "no figure on personal budgets"),
        ("By age", "no figure by age"),
        ("Missing and why", "no figure missing"),
    ):
        assert sheet not in book.sheet_names
        assert words in cover


def test_an_area_without_any_figure_has_its_files_all_the_same(review: Review) -> None:
    one = make(council_report(review, "Isles of Scilly", indicators="control, satisfaction"))
    assert not [row for row in one.rows if is_number(row["value"])]
    assert "Newest figures" not in one.book.sheet_names
    assert len(table(one.book, "Missing and why")) == 2 * len(YEARS)
    cover = " ".join(sheet_text(one.book.get_sheet_by_name("Cover")))
    assert "Left out, because for the Isles of Scilly there is no official figure" in cover


def test_comparators_of_ones_own_have_columns_of_their_own(review: Review) -> None:
    one = make(council_report(review, "Camden", "Islington, England, Kent", last_year="2014-15"))
    row = one.rows[0]
    assert [column for column in row if column.startswith("value_")] == [
        "value_islington",
        "value_england",
        "value_kent",
    ]
    assert {"Islington", "Kent", "England"} <= set(table(one.book, "Newest figures")[0])


def test_a_name_that_starts_a_formula_is_kept_from_being_one(review: Review) -> None:
    report = council_report(review, "Camden", first_year="2024-25", indicators="control")
    attack = '=HYPERLINK("http://example.org","x")'
    one = make(replace(report, indicators=report.indicators.assign(name=attack)))
    assert one.rows[0]["indicator"] == f"'{attack}"
    assert table(one.book, "All years")[0]["Indicator"] == f"'{attack}"


def test_the_quick_workbook_is_the_one_that_gptables_makes() -> None:
    rows = pd.DataFrame({"Name": ["a", "a much longer name, with commas"], "Text": ["[x]", "b"]})
    sheets = [
        {
            "One": gptables.GPTable(
                table=rows.copy(),
                table_name="one",
                title="A table",
                instructions="How to read. $$codes$$",
                legend=["[x] not available"],
                source="Source: us",
                table_notes={"Text": "$$more$$"},
                index_columns={},
            )
        }
        for _ in range(2)
    ]
    notes = pd.DataFrame([["codes", "Codes."], ["more", "More."]], columns=["key", "Note"])
    cover = gptables.Cover(title="Cover", intro=["Words"], about=["Licence"])
    files = io.BytesIO(), io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="gptables")
        gptables.produce_workbook(files[0], sheets[0], cover=cover, notes_table=notes).close()
    produce_workbook(files[1], sheets[1], cover, notes).close()
    theirs, ours = (zipfile.ZipFile(file) for file in files)
    assert theirs.namelist() == ours.namelist()
    for part in theirs.namelist():
        if part != "docProps/core.xml":  # the time of making
            quiet = re.sub(rb"<ignoredErrors>.*</ignoredErrors>", b"", ours.read(part))
            assert quiet == theirs.read(part), part
