"""Carers, survey by survey and beside people who use care."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evidence_review.analyse.groups import carer_differences
from evidence_review.analyse.national.carers import Carers, agreement, carers
from evidence_review.analyse.national.over_time import between, spans, trends
from evidence_review.analyse.national.side_by_side import held
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError

SURVEYS = ["2016-17", "2018-19", "2021-22", "2023-24"]


@pytest.fixture(scope="module")
def result(review: Review) -> Carers:
    return carers(review)


def test_england_is_as_published(result: Carers) -> None:
    # DHSC, Measures from ASCOF, England, 2024 to 2025: time series, measures 1C, 1E and 5A(2).
    published = {
        "carer-satisfaction": [39.0, 38.6, 36.3, 36.7],
        "carer-social-contact": [35.5, 32.5, 28.0, 30.0],
        "carer-quality-of-life": [7.7, 7.5, 7.3, 7.3],
    }
    rows = result.surveys[result.surveys["basis_id"].eq("sace")].set_index(["indicator_id", "year"])
    for indicator, values in published.items():
        assert [rows.loc[(indicator, year), "value"] for year in SURVEYS] == values


def test_the_first_survey_stands_on_its_own(result: Carers) -> None:
    assert result.survey_years == SURVEYS
    assert set(result.surveys["year"]) == {"2014-15", *SURVEYS}
    assert "2014-15" not in set(result.changes["first_year"])
    assert "2014-15" not in set(result.beside["year"])
    assert set(result.moved["basis_id"]) == {"sace"}
    assert set(result.trends["first_year"]) == {"2016-17"}


def test_carers_are_less_satisfied_in_every_council(result: Carers) -> None:
    rows = result.beside[result.beside["indicator_id"].eq("satisfaction")]
    assert rows["lower"].eq(rows["councils"]).all()
    newest = rows.set_index("year").loc["2023-24"]
    assert (newest["second"], newest["first"]) == (36.7, 65.4)
    assert newest["change"] == pytest.approx(-28.7)
    # Both margins as published: 0.7 and 0.5 points.
    assert newest["change_upper"] == pytest.approx(-28.7 + np.hypot(0.7, 0.5))


def test_pairs_are_those_of_a_councils_own_page(review: Review, result: Carers) -> None:
    figures = review.figures[review.figures["group"].eq("total")]
    pairs = result.pairs.set_index(["area_code", "indicator_id", "year"])
    councils = review.councils.set_index("name")["area_code"]
    for name in ("Camden", "Kent", "Derby"):
        own = figures[figures["area_code"].eq(councils[name])]
        for row in carer_differences(review.indicators, own).to_dict("records"):
            if row["indicator_id"] not in ("satisfaction", "information", "social-contact"):
                continue
            pair = pairs.loc[(councils[name], row["indicator_id"], row["year"])]
            for ours, theirs in (
                ("first", "first_value"),
                ("second", "second_value"),
                ("difference", "change"),
                ("lower", "lower"),
                ("upper", "upper"),
            ):
                assert pair[ours] == pytest.approx(row[theirs])


def test_changes_are_those_of_the_same_councils(review: Review, result: Carers) -> None:
    rows = result.changes.set_index(["indicator_id", "first_year", "last_year"])
    row = rows.loc[("carer-social-contact", "2016-17", "2023-24")]
    figures = review.figures[
        review.figures["indicator_id"].eq("carer-social-contact")
        & review.figures["group"].eq("total")
        & review.figures["area_code"].isin(review.council_codes)
        & review.figures["base"].ge(30)
    ].pivot(index="area_code", columns="year", values="value")
    both = figures[["2016-17", "2023-24"]].dropna()
    assert row["councils"] == len(both)
    assert row["lower"] == (both["2023-24"] < both["2016-17"]).sum()
    assert row["mean"] == pytest.approx((both["2023-24"] - both["2016-17"]).mean())
    assert set(rows.index.droplevel(0)) == {
        *pairwise(SURVEYS),
        ("2016-17", "2023-24"),
    }


def test_a_council_formed_in_between_is_not_followed(review: Review, result: Carers) -> None:
    names = set(result.moved["name"])
    assert not names & {"Cumberland", "Dorset", "Bournemouth", "North Northamptonshire"}
    assert {"Buckinghamshire", "Somerset", "North Yorkshire"} <= names


def test_the_spread_is_that_of_figures_that_are_not_weak(review: Review, result: Carers) -> None:
    row = result.surveys.set_index(["indicator_id", "year"]).loc[("carer-satisfaction", "2023-24")]
    figures = review.figures
    own = figures[
        figures["indicator_id"].eq("carer-satisfaction")
        & figures["year"].eq("2023-24")
        & figures["group"].eq("total")
        & figures["area_code"].isin(review.council_codes)
        & figures["value"].notna()
    ]
    sure = own.loc[own["base"].ge(30), "value"].to_numpy()
    assert (row["councils"], row["left_out"]) == (len(sure), len(own) - len(sure))
    expected = np.quantile(sure, [0, 0.25, 0.5, 0.75, 1])
    found = row[["low", "quarter", "middle", "three_quarters", "high"]].to_numpy(dtype=float)
    assert found == pytest.approx(expected)
    assert row["sd"] == pytest.approx(sure.std(ddof=1))


def test_take_up_has_its_counts(result: Carers) -> None:
    rows = result.take_up[result.take_up["base"].notna()]
    shares = 100 * rows["numerator"] / rows["base"]
    assert (shares - rows["value"]).abs().max() < 0.0501
    assert set(result.take_up["basis_id"]) == {"salt"}
    carers_ = rows[rows["indicator_id"].eq("carer-direct-payments")].set_index("year")
    assert carers_.loc["2014-15", "base"] > carers_.loc["2020-21", "base"]
    assert carers_.loc["2014-15", "value"] < carers_.loc["2020-21", "value"]


def made_up_panel() -> pd.DataFrame:
    random = np.random.default_rng(1)
    rows = [
        {"area_code": f"A{council}", "year": f"20{year}-{year + 1}", "value": value, "weak": False}
        for council in range(12)
        for year in range(14, 20)
        if (council + year) % 7
        for value in [50 + council - 0.5 * (year - 14) + random.normal()]
    ]
    return pd.DataFrame(rows).assign(indicator_id="control", basis_id="ascs")


def test_a_trend_within_councils_has_clustered_errors() -> None:
    rows = made_up_panel()
    found = trends(rows, "value").iloc[0]
    # By hand: deviations from each council's mean, and the sandwich summed by council.
    x = rows["year"].str[:4].astype(float)
    x = x - x.groupby(rows["area_code"]).transform("mean")
    y = rows["value"] - rows["value"].groupby(rows["area_code"]).transform("mean")
    slope = (x * y).sum() / (x**2).sum()
    scores = (x * (y - slope * x)).groupby(rows["area_code"]).sum()
    clusters, n = len(scores), len(rows)
    factor = clusters / (clusters - 1) * (n - 1) / (n - 1)
    error = np.sqrt(factor * (scores**2).sum()) / (x**2).sum()
    assert found["slope"] == pytest.approx(slope)
    reach = stats.t.ppf(0.975, clusters - 1) * error
    assert found["upper"] - found["lower"] == pytest.approx(2 * reach)
    assert (found["councils"], found["years"]) == (12, 6)


def test_a_trend_is_the_same_whatever_a_councils_level(result: Carers) -> None:
    rows = made_up_panel()
    levels = rows["area_code"].str[1:].astype(float) * 100
    moved = rows.assign(value=rows["value"] + levels)
    assert trends(moved, "value")["slope"].iloc[0] == pytest.approx(
        trends(rows, "value")["slope"].iloc[0]
    )


def test_two_years_make_no_trend_and_weak_figures_do_not_count() -> None:
    rows = made_up_panel()
    assert trends(rows[rows["year"].le("2015-16")], "value").empty
    spoilt = rows.assign(
        weak=rows["area_code"].eq("A3"), value=rows["value"].mask(rows["area_code"].eq("A3"), 9e9)
    )
    expected = trends(rows[rows["area_code"].ne("A3")], "value").iloc[0]
    assert trends(spoilt, "value").iloc[0]["slope"] == pytest.approx(expected["slope"])


def test_agreement_is_pearsons_r_with_fishers_interval(result: Carers) -> None:
    rows = result.pairs[
        result.pairs["indicator_id"].eq("satisfaction") & result.pairs["year"].eq("2023-24")
    ]
    found = agreement(rows)
    sure = rows[~rows["weak"]]
    r = np.corrcoef(sure["first"], sure["second"])[0, 1]
    reach = 1.959963984540054 / np.sqrt(len(sure) - 3)
    assert found["pearson"] == pytest.approx(r)
    assert found["pearson_lower"] == pytest.approx(np.tanh(np.arctanh(r) - reach))
    assert found["pearson_upper"] == pytest.approx(np.tanh(np.arctanh(r) + reach))
    ranks = np.corrcoef(sure["first"].rank(), sure["second"].rank())[0, 1]
    assert found["spearman"] == pytest.approx(ranks)


def test_spans_are_each_survey_with_the_next_and_first_with_last() -> None:
    assert spans(["a", "b", "c"]) == [("a", "b"), ("b", "c"), ("a", "c")]
    assert spans(["a", "b"]) == [("a", "b")]
    assert spans(["a"]) == []


def test_a_change_turns_its_sign_with_its_years(review: Review) -> None:
    figures = held(review, ["carer-satisfaction"], SURVEYS)
    there = between(figures, "2016-17", "2023-24").set_index("area_code")
    back = between(figures, "2023-24", "2016-17").set_index("area_code").loc[there.index]
    assert there["difference"].to_numpy() == pytest.approx(-back["difference"].to_numpy())
    assert there["lower"].to_numpy() == pytest.approx(-back["upper"].to_numpy(), abs=1e-8)


def test_wrong_parameters(review: Review) -> None:
    with pytest.raises(ReviewError) as caught:
        carers(review, "2010-11", "2024-25", "control, nonsense")
    text = str(caught.value)
    assert all(part in text for part in ("2010-11", "control", "survey of carers", "nonsense"))
    with pytest.raises(ReviewError, match="no survey of carers can be compared"):
        carers(review, last_year="2015-16")


def test_one_survey_and_one_measure(review: Review) -> None:
    one = carers(review, "2023-24")
    assert one.changes.empty
    assert one.moved.empty
    assert set(one.beside["year"]) == {"2023-24"}
    alone = carers(review, indicators="carers’ part in discussions")
    assert alone.main == "carer-consulted"
    assert alone.pairs.empty
    assert alone.beside.empty
    assert len(alone.changes) == 4
