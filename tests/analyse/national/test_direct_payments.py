"""Direct payments over time, and the difference between ages beside take-up."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evidence_review.analyse.findings import ENGLAND
from evidence_review.analyse.national.direct_payments import (
    DirectPayments,
    beside_take_up,
    direct_payments,
    link,
    links,
    meta_regression,
    spread_change,
)
from evidence_review.analyse.national.older_people import older_people
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError

# Trials of the BCG vaccine (Colditz et al. 1994): cases and others, vaccinated and not; and the
# latitude of each trial.
BCG = np.array(
    [
        (4, 119, 11, 128, 44),
        (6, 300, 29, 274, 55),
        (3, 228, 11, 209, 42),
        (62, 13536, 248, 12619, 52),
        (33, 5036, 47, 5761, 13),
        (180, 1361, 372, 1079, 44),
        (8, 2537, 10, 619, 19),
        (505, 87886, 499, 87892, 13),
        (29, 7470, 45, 7232, 27),
        (17, 1699, 65, 1600, 42),
        (186, 50448, 141, 27197, 18),
        (5, 2493, 3, 2338, 33),
        (27, 16886, 29, 17825, 33),
    ],
    dtype=float,
)
MAIN = "direct-payments total"


@pytest.fixture(scope="module")
def result(review: Review) -> DirectPayments:
    return direct_payments(review)


def test_meta_regression_is_that_of_berkey_1995() -> None:
    # Page 408, latitude less 33.46: -0.6304 and -0.0268, standard errors 0.1591 and 0.0110.
    ill, well, ill_without, well_without, latitude = BCG.T
    treated, control = ill + well, ill_without + well_without
    effects = np.log(ill / treated) - np.log(ill_without / control)
    variances = (well / ill).mean() / treated + (well_without / ill_without).mean() / control
    slope, lower, upper, start = meta_regression(effects, np.sqrt(variances), latitude - 33.46)
    assert round(slope, 4) == -0.0268
    assert start == pytest.approx(-0.6304, abs=1.5e-4)
    assert (upper - lower) / 2 / stats.t.ppf(0.975, 11) == pytest.approx(0.0110, abs=5e-5)


def test_meta_regression_without_variance_between_is_never_surer_than_the_errors() -> None:
    measure = np.arange(6.0)
    slope, lower, upper, start = meta_regression(2 + 3 * measure, np.ones(6), measure)
    assert (slope, start) == (pytest.approx(3), pytest.approx(2))
    error = 1 / np.sqrt(((measure - measure.mean()) ** 2).sum())
    assert (upper - lower) / 2 == pytest.approx(stats.t.ppf(0.975, 4) * error)


def test_a_measure_that_is_held_level_changes_the_slope_as_in_plain_regression() -> None:
    random = np.random.default_rng(3)
    one, two = random.normal(size=(2, 200))
    one = one + two
    effects = 1 + 2 * one - 3 * two + random.normal(scale=0.1, size=200)
    slope, lower, upper, _ = meta_regression(
        effects, np.full(200, 0.1), np.column_stack([one, two])
    )
    plain = np.linalg.lstsq(np.column_stack([np.ones(200), one, two]), effects, rcond=None)[0]
    assert slope == pytest.approx(plain[1], abs=1e-6)
    assert lower < 2 < upper


def test_england_is_as_published(result: DirectPayments) -> None:
    # NHS Digital, Measures from ASCOF: 1C(2A), of 2014-15 to 2020-21; DHSC, 3D(2a), of 2024-25.
    rows = result.take_up[result.take_up["series"].eq(MAIN)].set_index("year")["value"]
    assert rows.to_dict() == {
        "2014-15": 26.3,
        "2015-16": 28.1,
        "2016-17": 28.3,
        "2017-18": 28.5,
        "2018-19": 28.3,
        "2019-20": 27.9,
        "2020-21": 26.6,
        "2024-25": 24.5,
    }
    assert result.missing == ("2021-22", "2022-23", "2023-24")


def test_no_change_crosses_the_break(result: DirectPayments) -> None:
    assert result.moves["last_year"].max() == "2020-21"
    assert set(result.moved["basis_id"]) == {"salt"}
    assert set(result.newest["basis_id"]) == {"cld"}
    by_basis = result.take_up.groupby("basis_id")["year"].agg(["min", "max"])
    assert list(by_basis.loc["salt"]) == ["2014-15", "2020-21"]
    assert list(by_basis.loc["cld"]) == ["2024-25", "2024-25"]


def test_2019_20_has_no_counts_and_enters_no_test(result: DirectPayments) -> None:
    assert "2019-20" not in {year for span in result.spans for year in span}
    assert ("2018-19", "2020-21") in result.spans
    assert result.spans[-1] == ("2014-15", "2020-21")
    year = result.take_up[result.take_up["year"].eq("2019-20")]
    assert year["lower"].isna().all()
    assert year["councils"].gt(130).all()


def test_councils_up_and_down_by_the_counts(review: Review, result: DirectPayments) -> None:
    figures = review.figures
    own = figures[
        figures["indicator_id"].eq("direct-payments")
        & figures["group"].eq("total")
        & figures["area_code"].isin(review.council_codes)
        & figures["base"].ge(30)
        & figures["value"].notna()
    ]
    wide = own.pivot(index="area_code", columns="year", values=["value", "lower", "upper"])
    one, two = (wide.xs(year, axis=1, level=1) for year in ("2014-15", "2020-21"))
    both = one["value"].notna() & two["value"].notna()
    gap = (two["value"] - one["value"])[both]
    up = gap - np.hypot(two["value"] - two["lower"], one["upper"] - one["value"])[both] > 1e-9
    down = gap + np.hypot(two["upper"] - two["value"], one["value"] - one["lower"])[both] < -1e-9
    row = result.moves.set_index(["series", "first_year", "last_year"]).loc[
        (MAIN, "2014-15", "2020-21")
    ]
    assert row["councils"] == both.sum()
    assert (row["beyond_higher"], row["beyond_lower"]) == (up.sum(), down.sum())


def test_the_trend_is_the_test_for_trend_in_proportions(
    review: Review, result: DirectPayments
) -> None:
    own = review.figures[
        review.figures["indicator_id"].eq("direct-payments")
        & review.figures["group"].eq("total")
        & review.figures["area_code"].eq(ENGLAND)
        & review.figures["year"].between("2014-15", "2018-19")
    ].sort_values("year")
    whole = own["base"].to_numpy(dtype=float)
    part = own["value"].to_numpy() / 100 * whole
    # Armitage (1955): scores 1 to 5.
    scores = np.arange(1, 6)
    share = part.sum() / whole.sum()
    middle = (whole * scores).sum() / whole.sum()
    t = ((part - whole * share) * (scores - middle)).sum()
    chi2 = t**2 / (share * (1 - share) * (whole * (scores - middle) ** 2).sum())
    assert chi2 > 9.55
    england = result.areas[result.areas["area_code"].eq(ENGLAND)].iloc[0]
    assert england["trend"] == "increasing"
    assert (england["trend_from"], england["trend_to"]) == ("2014-15", "2018-19")
    types = result.areas[result.areas["level"].eq("council type")]
    assert set(types["trend"]) == {"not enough years"}  # types begin in 2015-16
    assert result.areas[result.areas["level"].eq("region")]["name"].nunique() == 9


def test_the_test_of_spread_is_pitmans_and_morgans() -> None:
    random = np.random.default_rng(5)
    first = random.normal(30, 10, 80)
    second = 5 + 0.5 * first + random.normal(0, 4, 80)
    found = spread_change(pd.DataFrame({"first": first, "second": second}))
    # By their formula in the ratio of variances and the correlation of the two years.
    ratio = second.var(ddof=1) / first.var(ddof=1)
    r = np.corrcoef(first, second)[0, 1]
    t = (ratio - 1) * np.sqrt(78) / (2 * np.sqrt(ratio * (1 - r**2)))
    assert found["p"] == pytest.approx(2 * stats.t.sf(abs(t), 78))
    assert found["ratio"] == pytest.approx(np.sqrt(ratio))
    assert found["lower"] < found["ratio"] < found["upper"] < 1
    assert found["half_first"] == pytest.approx(np.quantile(first, 0.75) - np.quantile(first, 0.25))


def test_the_interval_of_spread_is_the_same_each_time(result: DirectPayments) -> None:
    rows = result.moved[~result.moved["weak"]]
    assert spread_change(rows) == spread_change(rows)
    found = result.spreads.set_index("series").loc[MAIN]
    assert found["councils"] == len(rows)
    assert found["sd_first"] == pytest.approx(rows["first"].std())


def test_the_difference_between_ages_beside_take_up(review: Review) -> None:
    ages = older_people(review, "2018-19", "2018-19", "control")
    joined = beside_take_up(review, ages.rows, "direct-payments")
    assert len(joined) == 150
    assert not joined["weak"].any()
    found = link(joined)
    assert found["pearson"] == pytest.approx(
        np.corrcoef(joined["take_up"], joined["difference"])[0, 1]
    )
    # The line of the weights that it ends with, by the normal equations.
    every = links(review, ages.rows).set_index("take_up")
    assert every.loc["direct-payments", "slope"] == found["slope"]
    assert set(every.index) == {"direct-payments", "self-directed-support"}
    assert found["lower"] < 0 < found["upper"]
    level = link(joined, ["share_65", "imd2019_score"])
    assert level["councils"] < found["councils"]  # councils that are gone have no population


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"first_year": "2021-22"}, ["not two years of counts"]),
        ({"first_year": "2019-20"}, ["not two years of counts"]),
        ({"indicators": "control, direct-pay"}, ["not a take-up of budgets", "direct-pay"]),
        (
            {"first_year": "2020", "last_year": "x", "indicators": "control"},
            ["2020", "“x”", "control"],
        ),
    ],
)
def test_wrong_parameters(review: Review, choices: dict[str, str], words: list[str]) -> None:
    with pytest.raises(ReviewError) as caught:
        direct_payments(review, **choices)
    assert all(word in str(caught.value) for word in words)


def test_other_years_and_measures(review: Review) -> None:
    found = direct_payments(review, "2015-16", "2018-19", "self-directed-support")
    assert found.missing == ()
    assert found.newest.empty
    assert list(found.series["group"]) == ["total", "18-64", "65-plus"]
    assert found.spans[-1] == ("2015-16", "2018-19")
    only = direct_payments(review, indicators="carer-direct-payments")
    assert list(only.series["label"]) == ["direct payments, carers"]
