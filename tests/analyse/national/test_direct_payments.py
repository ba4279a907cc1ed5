"""Direct payments over time."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evidence_review.analyse.national.direct_payments import (
    DirectPayments,
    direct_payments,
    spread_change,
)
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.read.areas import ENGLAND

MAIN = "direct-payments total"


@pytest.fixture(scope="module")
def result(review: Review) -> DirectPayments:
    return direct_payments(review)


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
