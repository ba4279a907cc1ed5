"""Norwick, the council of the tutorial: made by a script, whole, and kept out of the real figures."""

import json
from pathlib import Path

import pandas as pd
import pytest

from evidence_review.paths import BOOK, DATA
from evidence_review.read.contract import load_table
from invent_council import main
from invented.figures import typical

LOCAL = DATA / "local"
NORWICK = LOCAL / "norwick"
AGES, SEXES = ("18-64", "65-plus"), ("female", "male")


def table(file: str, folder: Path = NORWICK) -> pd.DataFrame:
    """A table as text, blank for missing."""
    return pd.read_csv(folder / file, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    numbers = ("value", "lower", "upper", "base", "numerator")
    text = table("figures.csv")
    return text.assign(**{column: pd.to_numeric(text[column]) for column in numbers})


@pytest.fixture(scope="module")
def responses() -> pd.DataFrame:
    return table("responses.csv")


@pytest.fixture(scope="module")
def two_councils(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Norwick and one council more, written anew."""
    folder = tmp_path_factory.mktemp("councils")
    main(["--to", str(folder), "--councils", "2"])
    return folder


# --- Made by the script --------------------------------------------------------------------------


def test_the_script_writes_the_folder_again_byte_for_byte(two_councils: Path) -> None:
    again = {path.name: path.read_bytes() for path in (two_councils / "norwick").iterdir()}
    here = {path.name: path.read_bytes() for path in NORWICK.iterdir()}
    assert sorted(again) == sorted(here)
    stale = [name for name, content in again.items() if content != here[name]]
    assert not stale, "run scripts/invent_council.py: the script or the real figures have changed"


def test_each_further_council_is_another_one(two_councils: Path) -> None:
    (other,) = (path for path in two_councils.iterdir() if path.name != "norwick")
    both = pd.concat([table("council.csv"), table("council.csv", other)])
    for column in ("area_code", "council_code", "name", "slug", "pop_18_64", "imd2019_score"):
        assert both[column].nunique() == 2, column
    for file in ("figures.csv", "responses.csv"):
        assert not table(file, other).equals(table(file)), file


# --- Kept out of what is real --------------------------------------------------------------------


def test_no_table_of_the_review_holds_anything_invented() -> None:
    resources = json.loads((DATA / "datapackage.json").read_bytes())["resources"]
    paths = [DATA / resource["path"] for resource in resources]
    assert not [path for path in paths if path.is_relative_to(LOCAL)]
    councils = [table("council.csv", path.parent) for path in LOCAL.rglob("council.csv")]
    assert councils
    marks = {
        row[column]
        for council in councils
        for row in council.to_dict("records")
        for column in ("area_code", "name", "slug")
    }
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert not [mark for mark in marks if mark in text], path


def test_its_name_says_that_it_is_invented_and_its_code_is_of_no_country() -> None:
    council = table("council.csv").iloc[0]
    assert council["name"] == "Norwick (invented)"
    assert council["area_code"] == "X99000001"  # codes of England begin with E, of Wales with W …
    assert set(table("figures.csv")["file_id"]) == {"invented"}
    assert table("documents.csv")["title"].str.endswith("(invented)").all()
    addresses = table("documents.csv")["address"]
    # .example is set aside for examples (RFC 2606): no such site can ever be.
    assert addresses[addresses.ne("")].str.match(r"https://norwick\.example/").all()


# --- Its official figures ------------------------------------------------------------------------


def test_it_has_the_figures_that_most_councils_of_its_type_have(figures: pd.DataFrame) -> None:
    council = table("council.csv").iloc[0]
    assert list(table("council.csv").columns) == list(load_table("councils").columns)
    assert list(figures.columns) == list(load_table("figures").columns)
    councils = load_table("councils")
    peers = councils[councils["council_type"].eq(council["council_type"])]
    key = ["indicator_id", "year", "group", "basis_id"]
    usual = typical(load_table("figures"), peers["area_code"])
    assert figures[key].to_numpy().tolist() == usual[key].to_numpy().tolist()
    assert figures["value"].notna().tolist() == usual["valued"].tolist()
    assert set(figures["indicator_id"]) == set(load_table("indicators")["indicator_id"])


def test_its_figures_have_a_value_between_limits_or_say_why_not(figures: pd.DataFrame) -> None:
    held = figures[figures["value"].notna()]
    assert set(figures.loc[figures["value"].isna(), "status"]) == {"[x]"}
    assert set(held["status"]) <= {"", "[u]"}
    bounded = held[held["lower"].notna()]
    assert bounded["upper"].notna().all()
    assert bounded["value"].between(bounded["lower"], bounded["upper"]).all()
    counted = held[held["numerator"].notna() & ~held["indicator_id"].str.startswith("admissions")]
    shares = (100 * counted["numerator"] / counted["base"]).round(1)
    assert shares.tolist() == counted["value"].tolist()


@pytest.mark.parametrize("groups", [AGES, SEXES])
def test_the_total_lies_between_its_groups(figures: pd.DataFrame, groups: tuple[str, str]) -> None:
    wide = figures.pivot(index=["indicator_id", "year"], columns="group", values="value")
    wide = wide[["total", *groups]].dropna()
    assert len(wide) > 20
    low, high = wide[list(groups)].min(axis=1), wide[list(groups)].max(axis=1)
    assert wide["total"].between(low - 0.11, high + 0.11).all()  # each is rounded to 0.1


# --- Its survey ----------------------------------------------------------------------------------


def good_share(responses: pd.DataFrame, question: str, column: str) -> pd.Series:
    """Share of good answers by group, weighted; answers that are left out do not count."""
    about = table("questions.csv").set_index("question").loc[question]
    counts = ~responses[question].isin(["", *about["left_out"].split(";")])
    rows = responses[counts & responses[column].ne("")]
    weight = rows["weight"].astype(float)
    good = weight.where(rows[question].isin(about["good"].split(";")), 0.0)
    return good.groupby(rows[column]).sum() / weight.groupby(rows[column]).sum()


def test_its_standard_questions_are_items_of_the_adult_social_care_survey() -> None:
    questions = table("questions.csv")
    standard = questions[questions["standard"].ne("")]
    items = pd.read_csv(
        DATA / "framework" / "survey_items.csv", dtype=str, keep_default_na=False
    ).set_index("item")
    for row in standard.to_dict("records"):
        item = items.loc[row["standard"]]
        numbers = [int(part.split()[0]) for part in row["scale"].split(";")]
        assert numbers == list(range(1, int(item["answers"]) + 1)), row["question"]
        assert (row["good"], row["left_out"]) == (item["good"], item["left_out"]), row["question"]
    scored = set(items.index[items["points"].ne("")])
    assert scored <= set(standard["standard"]), "quality of life needs all its items"
    assert len(questions) - len(standard) == 4


def test_two_waves_and_people_who_can_be_followed(responses: pd.DataFrame) -> None:
    assert responses["wave"].value_counts().to_dict() == {"2023-24": 420, "2025-26": 380}
    assert not responses.duplicated(["wave", "person"]).any()
    assert responses.groupby("person")["wave"].nunique().eq(2).sum() == 150
    waves = table("waves.csv").set_index("wave")["eligible"].astype(int)
    assert (waves > responses["wave"].value_counts()).all()


def test_what_was_put_in_can_be_found_and_what_is_small_needs_hiding(
    responses: pd.DataFrame,
) -> None:
    by_budget = good_share(responses, "control", "budget_type")
    assert by_budget["direct payment"] > by_budget["managed"] + 0.05
    by_age = good_share(responses, "control", "age_group")
    assert by_age["65 and over"] < by_age["18 to 64"] - 0.05
    by_wave = good_share(responses, "information", "wave")
    assert by_wave["2025-26"] > by_wave["2023-24"] + 0.05
    sizes = responses.groupby(["budget_type", "wave"]).size()
    assert sizes["Individual Service Fund"].between(1, 4).all()
    assert len(sizes["Individual Service Fund"]) == 2
    for question in table("questions.csv")["question"]:
        assert 0 < responses[question].eq("").mean() < 0.12, question


# --- The tutorial --------------------------------------------------------------------------------


def test_the_rows_that_the_tutorial_shows_stand_in_its_tables() -> None:
    pieces = (BOOK / "tutorial-own-evidence.md").read_text(encoding="utf-8").split("\n\n")
    lines = [[line for line in piece.splitlines() if line.startswith("|")] for piece in pieces]
    grids = [
        [[cell.strip() for cell in line[1:-1].split("|")] for line in grid]
        for grid in lines
        if grid
    ]
    for file, first in (("documents", "kind"), ("questions", "question"), ("responses", "weight")):
        (grid,) = (grid for grid in grids if grid[0][0] == first)
        heading, _, *rows = grid
        known = table(f"{file}.csv")[heading].to_numpy().tolist()
        assert rows
        assert not [row for row in rows if row not in known], file
