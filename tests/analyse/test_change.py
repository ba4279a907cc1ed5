"""Change over time: runs of years never cross a break, and a trend rests on five years in a row."""

from itertools import pairwise

import pandas as pd
import pytest

from evidence_review.analyse.change import changes, latest_trend, published_years, with_runs
from evidence_review.analyse.review import Review

ENGLAND = "E92000001"


@pytest.fixture(scope="module")
def totals(review: Review) -> pd.DataFrame:
    return review.figures[review.figures["group"].eq("total")]


@pytest.fixture(scope="module")
def runs(totals: pd.DataFrame) -> pd.DataFrame:
    return with_runs(totals, published_years(totals))


def test_no_run_holds_two_bases_or_skips_a_year_that_was_published(
    runs: pd.DataFrame, totals: pd.DataFrame
) -> None:
    published = published_years(totals)
    assert runs.groupby("run")["basis_id"].nunique().max() == 1
    assert runs.groupby("run")["area_code"].nunique().max() == 1
    for (indicator, _), years in runs.groupby(["indicator_id", "run"])["year"]:
        places = [published[indicator][year] for year in years]
        assert all(after - before == 1 for before, after in pairwise(places))


def years_by_run(runs: pd.DataFrame, indicator: str, code: str = ENGLAND) -> list[list[str]]:
    own = runs[runs["indicator_id"].eq(indicator) & runs["area_code"].eq(code)]
    return [list(years) for _, years in own.groupby("run")["year"]]


def test_the_survey_of_2020_21_ends_a_run_even_for_those_who_did_not_take_part(
    runs: pd.DataFrame,
) -> None:
    before, after = years_by_run(runs, "control")
    assert before[-1] == "2019-20"
    assert after == ["2021-22", "2022-23", "2023-24", "2024-25"]


def test_surveys_every_other_year_follow_each_other(runs: pd.DataFrame) -> None:
    assert years_by_run(runs, "carer-satisfaction") == [
        ["2014-15"],
        ["2016-17", "2018-19", "2021-22", "2023-24"],
    ]


def test_client_level_data_begin_a_run_of_their_own(runs: pd.DataFrame) -> None:
    returns, records = years_by_run(runs, "direct-payments")
    assert (returns[0], returns[-1]) == ("2014-15", "2020-21")
    assert records == ["2024-25"]


def test_a_trend_is_tested_on_the_latest_five_years_that_have_intervals(
    review: Review, runs: pd.DataFrame
) -> None:
    moved = changes(review.indicators, runs[runs["area_code"].eq(ENGLAND)])
    moved = moved.set_index("indicator_id")
    # Returns of 2019-20 have no counts, so the five years before are the latest that do.
    assert tuple(moved.loc["direct-payments", ["trend_from", "trend_to"]]) == ("2014-15", "2018-19")
    assert moved.loc["direct-payments", "trend"] == "increasing"
    assert tuple(moved.loc["control", ["trend_from", "trend_to"]]) == ("2015-16", "2019-20")
    assert tuple(moved.loc["anxiety", ["trend_from", "trend_to"]]) == ("2018-19", "2022-23")
    assert moved.loc["carer-satisfaction", "trend"] == "not enough years"


def test_a_gap_a_missing_interval_or_a_small_base_stops_a_trend(runs: pd.DataFrame) -> None:
    own = runs[runs["indicator_id"].eq("anxiety") & runs["area_code"].eq(ENGLAND)]
    five = own.tail(5).to_dict("records")
    assert latest_trend(five, "published limits")[0] == "increasing"
    for damage in ({"lower": float("nan")}, {"weak": True}, {"run": -1}):
        damaged = [*five[:2], {**five[2], **damage}, *five[3:]]
        assert latest_trend(damaged, "published limits") == ("not enough years", ("", ""))
    assert latest_trend(five[1:], "published limits")[0] == "not enough years"


def test_a_change_is_the_last_figure_less_the_first_of_the_newest_run(
    review: Review, runs: pd.DataFrame
) -> None:
    moved = changes(review.indicators, runs[runs["area_code"].eq("E09000007")])
    row = moved.set_index("indicator_id").loc["satisfaction"]
    assert (row["first_year"], row["last_year"]) == ("2021-22", "2024-25")
    assert row["change"] == pytest.approx(62.7 - 51.2)
    # Two independent estimates with margins of 3.6 and 4.8 points, by their published limits.
    assert row["lower"] < row["change"] < row["upper"]
    assert row["moved"] == "higher"
