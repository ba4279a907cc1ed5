"""The committed data keep the contract, and say what the publishers published."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from evidence_review.errors import DataError
from evidence_review.paths import DATA
from evidence_review.read.contract import check_data, load_table
from evidence_review.read.measures import MEASURES
from evidence_review.read.years import review_years

FIGURES = "indicators/figures.csv"
PLACES = "indicators/places.csv"
ITEMS = "framework/survey_items.csv"
CAMDEN, BUCKINGHAMSHIRE, CUMBRIA, BCP = "E09000007", "E06000060", "E10000006", "E06000058"


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return load_table("figures")


def england(figures: pd.DataFrame, indicator: str, year: str) -> pd.Series:
    rows = figures[
        (figures["indicator_id"] == indicator)
        & (figures["area_code"] == "E92000001")
        & (figures["year"] == year)
        & (figures["group"] == "total")
    ]
    assert len(rows) == 1
    return rows.iloc[0]


# --- The data as they stand --------------------------------------------------------------------


def test_the_data_keep_the_contract() -> None:
    check_data()


def test_every_csv_of_the_data_folder_is_in_the_contract() -> None:
    listed = {
        resource["path"]
        for resource in json.loads((DATA / "datapackage.json").read_bytes())["resources"]
    }
    local = DATA / "local"  # councils' own evidence, which has a contract of its own
    found = {p.relative_to(DATA).as_posix() for p in DATA.rglob("*.csv") if local not in p.parents}
    assert found == listed


@pytest.mark.parametrize(
    ("indicator", "year", "value"),
    [
        ("quality-of-life", "2016-17", 19.1),
        ("control", "2016-17", 77.7),
        ("self-directed-support", "2016-17", 89.4),
        ("direct-payments", "2016-17", 28.3),
        ("carer-quality-of-life", "2016-17", 7.7),
        ("adjusted-quality-of-life", "2016-17", 0.404),
        ("carer-information", "2018-19", 62.5),
        ("direct-payments", "2019-20", 27.9),
        ("carer-direct-payments", "2019-20", 77.1),
        ("self-directed-support", "2019-20", 91.9),
        ("carer-self-directed-support", "2019-20", 86.9),
        ("admissions-65", "2014-15", 668.8),
        ("direct-payments", "2024-25", 24.5),
        ("happiness", "2022-23", 7.38),
    ],
)
def test_england_is_as_published(
    figures: pd.DataFrame, indicator: str, year: str, value: float
) -> None:
    assert england(figures, indicator, year)["value"] == value


def test_client_level_data_are_a_basis_of_their_own(figures: pd.DataFrame) -> None:
    counted = [m.indicator_id for m in MEASURES if m.sheet.startswith(("Table_2", "Table_3d"))]
    latest = figures[figures["indicator_id"].isin(counted) & (figures["year"] == "2024-25")]
    assert set(latest["basis_id"]) == {"cld"}
    assert england(figures, "direct-payments", "2020-21")["basis_id"] == "salt"


def test_the_voluntary_survey_year_is_a_basis_of_its_own(figures: pd.DataFrame) -> None:
    control = figures[(figures["indicator_id"] == "control") & (figures["group"] == "total")]
    basis = control.groupby("year")["basis_id"].unique().map(list)
    assert basis["2020-21"] == ["ascs-2020-21"]
    assert all(basis[year] == ["ascs"] for year in basis.index.drop("2020-21"))
    assert control[control["year"] == "2020-21"]["value"].notna().sum() == 18


def test_control_was_lower_for_older_people_in_143_of_151_councils(figures: pd.DataFrame) -> None:
    control = figures[(figures["indicator_id"] == "control") & (figures["year"] == "2018-19")]
    councils = control[control["area_code"].str.match(r"E0|E10")]
    ages = councils.pivot(index="area_code", columns="group", values="value").dropna()
    assert len(ages) == 151
    assert (ages["65-plus"] < ages["18-64"]).sum() == 143


def test_abolished_councils_keep_their_history_and_new_ones_inherit_none(
    figures: pd.DataFrame,
) -> None:
    years = figures[figures["value"].notna()].groupby("area_code")["year"].agg(["min", "max"])
    for code, last in [("E10000009", "2018-19"), ("E06000028", "2018-19"), ("E06000029", "2018-19"),
                       ("E10000021", "2020-21"), (CUMBRIA, "2022-23")]:  # fmt: skip
        assert years.loc[code].tolist() == ["2014-15", last]
    rows = figures.groupby("area_code")["year"].min()
    for code, first in [(BCP, "2019-20"), ("E06000059", "2019-20"), ("E06000061", "2021-22"),
                        ("E06000062", "2021-22"), ("E06000063", "2023-24"),
                        ("E06000064", "2023-24")]:  # fmt: skip
        assert rows[code] == first


def test_continuing_councils_have_one_series_under_todays_code(figures: pd.DataFrame) -> None:
    assert not figures["area_code"].isin(["E10000002", "E10000023", "E10000027"]).any()
    payments = figures[
        (figures["indicator_id"] == "direct-payments") & (figures["group"] == "total")
    ]
    for code in (BUCKINGHAMSHIRE, "E06000065", "E06000066"):
        valued = payments[(payments["area_code"] == code) & payments["value"].notna()]
        assert {*review_years()[:6], "2024-25"} <= set(valued["year"])


def test_every_council_has_a_row_or_did_not_exist(figures: pd.DataFrame) -> None:
    """For each indicator, year and group with figures, no council is left out in silence."""
    areas = load_table("areas")
    former = ["E10000002", "E10000023", "E10000027"]
    councils = areas[(areas["level"] == "council") & ~areas["area_code"].isin(former)]
    alive = {
        year: set(
            councils.loc[
                (councils["first_year"] <= year)
                & ((councils["last_year"] == "") | (councils["last_year"] >= year)),
                "area_code",
            ]
        )
        for year in review_years()
    }
    rows = figures[figures["area_code"].isin(councils["area_code"])]
    for (_, year, _), part in rows.groupby(["indicator_id", "year", "group"]):
        assert set(part["area_code"]) == alive[str(year)]


def test_the_codes_that_people_are_told_are_those_by_which_files_are_read() -> None:
    told = load_table("indicators").set_index("indicator_id")
    assert set(told.index) == {measure.indicator_id for measure in MEASURES}
    for measure in MEASURES:
        row = told.loc[measure.indicator_id]
        assert re.sub(r"[()]", "", row["code_to_2022_23"]) == measure.code
        assert row["code_from_2023_24"].lower() == measure.sheet.removeprefix("Table_")


def test_percentages_and_scores_stay_on_their_scales(figures: pd.DataFrame) -> None:
    for measure in MEASURES:
        rows = figures[figures["indicator_id"] == measure.indicator_id]
        low, high = measure.scale
        for column in ("value", "lower", "upper"):
            known = rows[column].dropna()
            assert known.between(low, high).all(), (measure.indicator_id, column)


def test_a_missing_value_is_neither_0_nor_without_reason(figures: pd.DataFrame) -> None:
    missing = figures[figures["value"].isna()]
    assert set(missing["status"]) == {"[x]", "[c]", "[z]", "[w]"}
    assert missing[["lower", "upper"]].isna().all(axis=None)
    # A share of nobody is printed as 0 by one file; here it is "none recorded".
    assert not ((figures["base"] == 0) & figures["value"].notna()).any()


def test_every_figure_with_a_value_has_a_place_of_the_form_of_its_file(
    figures: pd.DataFrame,
) -> None:
    keys = ["indicator_id", "area_code", "year", "group"]
    places = load_table("places")
    assert places[keys].equals(figures[keys])
    forms = {
        "ascof-time-series-2024-25": r"sheet Table_\d[a-e](\(\d[a-b]?\))?, cell [A-Z]{1,2}\d{1,3}",
        "ascof-open-data-2014-19": r"line \d{1,6}",
        "ascof-open-data-2020-21": r"sheet in, cell H\d{1,5}",
        "ascof-extract-2019-20": r"line \d{1,5}",
        "ons-wellbeing-2022-23": r"line \d{1,4}",
    }
    for file_id, rows in figures.groupby("file_id"):
        place = places.loc[rows.index, "place"]
        written = place.ne("not in the file")
        assert place[written].str.fullmatch(forms.pop(str(file_id))).all(), file_id
        assert place[written].is_unique, file_id
        assert written[rows["value"].notna()].all(), file_id
        assert set(rows["status"][~written]) <= {"[x]"}
    assert not forms


def test_every_council_has_its_own_name_slug_and_tile() -> None:
    councils = load_table("councils")
    assert len(councils) == 153
    assert set(councils["slug"]) >= {"st-helens", "bournemouth-christchurch-and-poole", "camden"}
    assert not councils.duplicated(["tile_q", "tile_r"]).any()
    assert councils[["pop_18_64", "pop_65_plus"]].gt(0).all(axis=None)


def test_loading_is_typed_and_blank_text_stays_text() -> None:
    councils, areas = load_table("councils"), load_table("areas")
    assert councils["council_code"].dtype == "str"
    assert councils["pop_18_64"].dtype == "int64"
    assert (areas["last_year"] == "").any()
    assert load_table("figures")["base"].dtype == "Int64"


def test_an_unknown_table_is_answered_with_the_tables_there_are() -> None:
    with pytest.raises(DataError, match=r"no table is called “figure”. Expected one of .*figures"):
        load_table("figure")


# --- Damage of each kind -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data with few figures, so that each kind of damage is checked in no time."""
    folder = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(DATA, folder)
    few = ["E92000001", CAMDEN, BUCKINGHAMSHIRE, CUMBRIA, BCP]
    for path in (folder / FIGURES, folder / PLACES):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table[table["area_code"].isin(few)].to_csv(path, index=False, lineterminator="\n")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource.pop("hash", None)
        resource.pop("bytes", None)
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    check_data(folder)
    return folder


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"resources": [', "row 1: not valid JSON"),
        (b'{"resources": ["Stra\xdfe"]}', "byte 21 is not UTF-8"),
        (b"[]", "whose “resources” each have a name and a path"),
        (b'{"resources": [{"name": "figures"}]}', "whose “resources” each have a name and a path"),
    ],
)
def test_a_damaged_contract_is_named_in_one_line(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_bytes(content)
    with pytest.raises(DataError, match=re.escape(said)) as caught:
        load_table("figures", tmp_path)
    assert "\n" not in str(caught.value)


def test_frictionless_finds_the_package_valid_too(small: Path) -> None:
    """An independent reading of the same contract, on all tables (and few of the figures)."""
    from frictionless import Package

    report = Package(str(small / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])


Change = Callable[[pd.DataFrame], pd.DataFrame]


def put(row: int, column: str, value: str) -> Change:
    """Damage: another value in one cell (`row` as people count, the header being row 1)."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[row - 2, column] = value
        return table

    return change


def first(table: pd.DataFrame, **wanted: str) -> int:
    """The row, as people count, of the first row with these values."""
    mask = pd.Series(True, index=table.index)
    for column, value in wanted.items():
        mask &= table[column] == value
    return int(mask.to_numpy().argmax()) + 2


DAMAGE: list[tuple[str, str, Change, list[str]]] = [
    ("a text for a number", FIGURES, put(9, "value", "many"),
     ["figures.csv, row 9, column “value”: “many” does not fit", "Expected a number"]),
    ("a missing value without a reason", FIGURES,
     lambda t: t.assign(**{c: t[c].mask(t.index == 7, "") for c in ("value", "lower", "upper")}),
     ["figures.csv, row 9, column “status”", "Expected [x], [c], [z] or [w]"]),
    ("a reason beside a value", FIGURES, put(9, "status", "[x]"),
     ["figures.csv, row 9, column “status”: there is a value"]),
    ("a limit on the wrong side", FIGURES, put(9, "lower", "101"),
     ["figures.csv, row 9, column “lower”: the lower limit is above the value"]),
    ("one limit alone", FIGURES, put(9, "upper", ""),
     ["figures.csv, row 9, column “upper”: one limit without the other"]),
    ("a mark that does not exist", FIGURES, put(9, "status", "n/a"),
     ["figures.csv, row 9, column “status”: “n/a” does not fit", "Expected one of [u]"]),
    ("a broken number of people", FIGURES, put(9, "base", "12.5"),
     ["figures.csv, row 9, column “base”: “12.5” does not fit", "a whole number, 0 or more"]),
    ("a negative number of people", FIGURES, put(9, "base", "-5"),
     ["figures.csv, row 9, column “base”: “-5” does not fit", "a whole number, 0 or more"]),
    ("a year in another spelling", FIGURES, put(9, "year", "2016/17"),
     ["figures.csv, row 9, column “year”: “2016/17” does not fit", "2016-17"]),
    ("an area that is not known", FIGURES, put(9, "area_code", "E06000099"),
     ["figures.csv, row 9, column “area_code”: “E06000099” is not in data/areas.csv"]),
    ("a figure from before a council's life", FIGURES,
     lambda t: put(first(t, area_code=BCP, indicator_id="control", year="2019-20"),
                   "year", "2018-19")(t),
     ["column “year”: the area did not exist in this year"]),
    ("a figure on the basis of other years", FIGURES,
     lambda t: put(first(t, indicator_id="control", year="2016-17"), "basis_id", "ascs-2020-21")(t),
     ["column “basis_id”: the year lies outside this basis"]),
    ("a figure given twice", FIGURES, lambda t: pd.concat([t, t.iloc[[7]]]),
     ["column “indicator_id, area_code, year, group”", "a second time (first in row 9)"]),
    ("a place in another form", PLACES, put(9, "place", "page 3"),
     ["places.csv, row 9, column “place”: “page 3” does not fit", "Expected text of the form line"]),
    ("a figure without a place", PLACES, put(9, "place", ""),
     ["places.csv, row 9, column “place”: the cell is blank"]),
    ("places in another order", PLACES,
     lambda t: t.iloc[[*range(7), 8, 7, *range(9, len(t))]],
     ["places.csv, row 9, column “indicator_id, area_code, year, group”: not the row that data/ind",
      "Expected the same rows in the same order"]),
    ("places that end too soon", PLACES, lambda t: t.head(20),
     ["places.csv, row 22, column “indicator_id, area_code, year, group”: not the row"]),
    ("a source that is not known", "framework/table1.csv", put(2, "source_id", "nobody"),
     ["table1.csv, row 2, column “source_id”: “nobody” is not in data/framework/sources.csv"]),
    ("an id in a list that leads nowhere", "framework/gaps.csv", put(2, "element_ids", "E2;E9"),
     ["gaps.csv, row 2, column “element_ids”: “E9” is not in data/framework/elements.csv"]),
    ("a cell without its frame", "framework/indicators.csv", put(2, "cells", "E2"),
     ["indicators.csv, row 2, column “cells”: “E2” does not have the form element_id:frame_id"]),
    ("a source of Table 1 left uncoded", "coding/cells.csv",
     lambda t: t[~((t["source_id"] == "qaf") & (t["element_id"] == "E4.5"))],
     ["table1.csv, row 37, column “source_id”: qaf is given for E4.5", "at least one cell"]),
    ("one cell coded twice", "coding/cells.csv", lambda t: pd.concat([t, t.head(1)]),
     ["cells.csv, row 89, column “source_id, element_id, frame_id”", "(first in row 2)"]),
    ("a basis that is not so", "coding/cells.csv", put(2, "element_basis", "table1"),
     ["cells.csv, row 2, column “element_basis”: table1 does not give adass-budget-survey"]),
    ("a settled difference that the coding forgets", "coding/settled.csv",
     put(2, "settled", "no"), ["settled.csv, row 2, column “settled”", "Expected yes"]),
    ("two councils under one slug", "councils.csv", put(3, "slug", "hartlepool"),
     ["councils.csv, row 3, column “slug”: “hartlepool” does not fit", "different in every row"]),
    ("two councils on one tile", "councils.csv",
     lambda t: t.assign(tile_q=t.loc[0, "tile_q"], tile_r=t.loc[0, "tile_r"]),
     ["councils.csv, row 3, column “tile_q”: another council has this tile"]),
    ("a council lost", "councils.csv", lambda t: t.head(152), ["152 councils. Expected 153"]),
    ("a blank where something must stand", "framework/sources.csv", put(2, "name", ""),
     ["sources.csv, row 2, column “name”: the cell is blank", "Expected text"]),
    ("a name of nothing but a space", "framework/sources.csv", put(2, "name", " "),
     ["sources.csv, row 2, column “name”: the cell is blank", "Expected text"]),
    ("a share above 100", FIGURES,
     lambda t: put(first(t, indicator_id="control"), "value", "788")(t),
     ["column “value”: outside the scale of the measure"]),
    ("a numerator above its base", FIGURES,
     lambda t: put(first(t, indicator_id="direct-payments", year="2024-25"), "numerator", "99999999")(t),
     ["column “numerator”: the numerator is above the base"]),
    ("a value of nobody", FIGURES, lambda t: put(first(t, indicator_id="control"), "base", "0")(t),
     ["column “base”: a value of nobody"]),
    ("a basis of another collection", FIGURES,
     lambda t: put(first(t, indicator_id="control", year="2016-17"), "basis_id", "sace")(t),
     ["column “basis_id”: figures of this indicator and year rest on another basis"]),
    ("a region that is no area", "councils.csv", put(2, "region_code", "E12000099"),
     ["councils.csv, row 2, column “region_code”: “E12000099” is not in data/areas.csv"]),
    ("a good answer that there is not", ITEMS, put(2, "good", "1;8"),
     ["survey_items.csv, row 2, column “good”: there is no answer 8. Expected numbers from 1 to 7"]),
    ("answer 0", ITEMS, put(12, "left_out", "0"),
     ["survey_items.csv, row 12, column “left_out”: there is no answer 0"]),
    ("an answer that is good twice", ITEMS, put(2, "good", "1;1"),
     ["survey_items.csv, row 2, column “good”: an answer twice"]),
    ("an answer both good and left out", ITEMS, put(12, "left_out", "2"),
     ["survey_items.csv, row 12, column “left_out”: answer 2 is good too"]),
    ("nothing but good answers", ITEMS, put(8, "good", "1;2"),
     ["survey_items.csv, row 8, column “good”: every answer that counts is good"]),
    ("points for fewer answers than there are", ITEMS, put(3, "points", "2;1;0"),
     ["survey_items.csv, row 3, column “points”: not the points of 4 answers", "3;2;1;0"]),
    ("the most points for the worst answer", ITEMS, put(3, "points", "0;1;2;3"),
     ["survey_items.csv, row 3, column “points”: not the points of 4 answers", "3;2;1;0"]),
    ("a coder who listed it, and did not", "coding/settled.csv", put(2, "coder_a", "yes"),
     ["settled.csv, row 2, column “coder_a”: data/coding/coder_a.csv differs. Expected no"]),
    ("a cell under the wrong coder", "coding/cells.csv", put(2, "coded_by", "a"),
     ["cells.csv, row 2, column “coded_by”", "differ. Expected both"]),
    ("an element of itself", "framework/elements.csv", put(4, "parent_id", "E2.1"),
     ["elements.csv, row 4, column “parent_id”: not what E2.1 belongs to. Expected E2."]),
    ("an element at the top below another", "framework/elements.csv", put(3, "parent_id", "E2.1"),
     ["elements.csv, row 3, column “parent_id”: not what E2 belongs to. Expected blank"]),
    ("a source in a table that does not name it", "framework/sources.csv",
     put(2, "in_table", "1;2"), ["sources.csv, row 2, column “in_table”", "Expected 1."]),
    ("a new source that is an old one", "framework/new_sources.csv", put(2, "source_id", "poet"),
     ["new_sources.csv, row 2, column “source_id”: “poet” is in data/framework/sources.csv too"]),
    ("a reading of no question", "framework/readings.csv", put(2, "question_id", "N9"),
     ["readings.csv, row 2, column “question_id”: “N9” is neither in"]),
    ("an indicator of no collection", "framework/indicators.csv", put(2, "collection", "ASSC"),
     ["indicators.csv, row 2, column “collection”: “ASSC” is no collection"]),
    ("a gap in no collection", "indicators/absences.csv", put(3, "collection", "ASSC"),
     ["absences.csv, row 3, column “collection”: “ASSC” is not a collection"]),
    ("a day that no year has", "framework/sources_today.csv", put(2, "as_of", "2025-02-30"),
     ["sources_today.csv, row 2, column “as_of”: “2025-02-30” is no date"]),
    ("a date in another spelling", "framework/new_sources.csv",
     put(2, "evidence_date", "seen 31/10/2025"),
     ["new_sources.csv, row 2, column “evidence_date”: “31/10/2025” is no date"]),
    ("a year that nobody explains", "indicators/unavailable.csv",
     lambda t: t[t["indicator_id"] != "happiness"],
     ["happiness has no council figures in 2023-24, which 0 rows explain"]),
    ("a reason for figures that are there", "indicators/unavailable.csv",
     lambda t: put(first(t, indicator_id="happiness"), "first_year", "2022-23")(t),
     ["column “first_year”: happiness has council figures in 2022-23"]),
    ("a column under another name", "councils.csv",
     lambda t: t.rename(columns={"region": "part"}),
     ["councils.csv, row 1, column “region”: found “part” in its place"]),
    ("a column too many", "councils.csv", lambda t: t.assign(colour="red"),
     ["councils.csv, row 1, column “colour”: not known"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "change", "said"), [row[1:] for row in DAMAGE], ids=[row[0] for row in DAMAGE]
)
def test_damage_is_said_with_its_file_row_and_column(
    small: Path, tmp_path: Path, path: str, change: Change, said: list[str]
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(small, folder)
    table = pd.read_csv(folder / path, dtype=str, keep_default_na=False)
    change(table).to_csv(folder / path, index=False, lineterminator="\n")
    with pytest.raises(DataError) as caught:
        check_data(folder)
    lines = str(caught.value).splitlines()
    assert any(all(words in line for words in said) for line in lines), lines


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            lambda text: text.replace(b"\n", b",more\n", 2).replace(b",more\n", b"\n", 1),
            "row 2: found 17 cells. Expected 16",
        ),
        (
            lambda text: text.replace(b"\n", b"\n\n", 1),
            "row 2: found 0 cells. Expected 16",
        ),
        (lambda text: text + b"E06000099\n", "row 155: found 1 cells. Expected 16"),
        (lambda text: text.replace(b"Camden", b"C\xe9mden"), "councils.csv: not in UTF-8"),
    ],
    ids=["a row too long", "a blank row", "a row too short", "another encoding"],
)
def test_a_torn_file_is_said(
    small: Path, tmp_path: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(small, folder)
    path = folder / "councils.csv"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=said):
        check_data(folder)


def test_all_problems_are_said_at_once(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(small, folder)
    for path, column in (("councils.csv", "pop_18_64"), ("framework/sources.csv", "level")):
        table = pd.read_csv(folder / path, dtype=str, keep_default_na=False)
        table.loc[[0, 1], column] = "?"
        table.to_csv(folder / path, index=False)
    with pytest.raises(DataError) as caught:
        check_data(folder)
    assert len(str(caught.value).splitlines()) == 4


def test_a_change_by_hand_to_what_ingest_made_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    path = folder / FIGURES
    text = path.read_bytes()
    path.write_bytes(text.replace(b",0.409,", b",0.408,", 1))
    with pytest.raises(DataError, match=r"figures.csv: not as `review ingest` wrote it"):
        check_data(folder)


@pytest.mark.parametrize(
    ("path", "name", "remedy"),
    [(FIGURES, "figures", "review ingest"), ("coding/cells.csv", "cells", "version control")],
)
def test_a_missing_table_is_said_with_what_makes_it(
    small: Path, tmp_path: Path, path: str, name: str, remedy: str
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(small, folder)
    (folder / path).unlink()
    with pytest.raises(DataError, match=rf"data/{path}: not found. .*{remedy}"):
        load_table(name, folder)


def test_a_cell_of_the_wrong_type_is_said_on_loading(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(small, folder)
    path = folder / "councils.csv"
    put_text = put(4, "pop_18_64", "lots")
    put_text(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)
    with pytest.raises(
        DataError, match=r"councils.csv, row 4, column “pop_18_64”: “lots” does not"
    ):
        load_table("councils", folder)


def test_the_data_folder_can_be_named_in_the_environment(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIDENCE_REVIEW_DATA", str(small))
    assert load_table("figures")["area_code"].nunique() == 5
