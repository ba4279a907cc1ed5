"""Take-up and outcomes: published values, plain formulas worked out anew, and the figures themselves."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from evidence_review.analyse.findings import correlation
from evidence_review.analyse.national.budgets_outcomes import (
    OUTCOMES,
    TAKE_UP,
    BudgetsAndOutcomes,
    budgets_and_outcomes,
    pairs,
)
from evidence_review.analyse.national.budgets_outcomes_checks import (
    Tally,
    change_table,
    holds,
    link_table,
    smallest_told,
    strongest,
    survives,
    tally,
)
from evidence_review.analyse.national.budgets_outcomes_links import (
    Estimate,
    corrected,
    pearson,
    reliability,
    spearman,
)
from evidence_review.analyse.national.budgets_outcomes_models import (
    adjusted,
    averages,
    jumped,
    within,
)
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError

Z = 1.959963984540054


@pytest.fixture(scope="module")
def result(review: Review) -> BudgetsAndOutcomes:
    return budgets_and_outcomes(review)


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    """120 councils in four regions over three years, with noise that differs between them."""
    random = np.random.default_rng(7)
    councils = pd.DataFrame(
        {
            "area_code": [f"X{place:03d}" for place in range(120)],
            "region_code": [f"R{place % 4}" for place in range(120)],
            "imd2019_score": random.uniform(8, 40, 120),
            "share_65": random.uniform(10, 40, 120),
            "own": random.normal(0, 3, 120),
        }
    )
    table = councils.merge(pd.DataFrame({"year": ["2014-15", "2015-16", "2016-17"]}), how="cross")
    table["share"] = np.clip(60 + table["own"] * 3 + random.normal(0, 12, len(table)), 0, 100)
    noise = random.normal(0, 1, len(table)) * (1 + table["share"] / 50)
    table["value"] = (
        50 + 0.03 * table["share"] + 0.1 * table["imd2019_score"] + table["own"] + noise
    )
    table["se"] = 1.5
    # Not every council has every year.
    return table.drop(index=[0, 4, 7, 8, 100]).reset_index(drop=True)


# Correlations


def test_pearson_of_anscombes_first_set() -> None:
    """Anscombe (1973), The American Statistician 27: 17-21: r = 0.816; the interval by hand."""
    x = pd.Series([10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5])
    y = pd.Series([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])
    found = pearson(x, y)
    assert found.value == pytest.approx(0.816, abs=0.0005)
    z = 0.5 * np.log((1 + found.value) / (1 - found.value))
    ends = [
        (np.exp(2 * end) - 1) / (np.exp(2 * end) + 1) for end in (z - Z / 8**0.5, z + Z / 8**0.5)
    ]
    assert [found.lower, found.upper] == pytest.approx(ends)
    assert found.apart
    assert found.p < 0.05


def test_spearman_of_a_published_example() -> None:
    """IQ and hours of television: −29/165 (Wikipedia, Spearman's rank correlation coefficient)."""
    iq = pd.Series([106, 100, 86, 101, 99, 103, 97, 113, 112, 110])
    hours = pd.Series([7, 27, 2, 50, 28, 29, 20, 12, 6, 17])
    found = spearman(iq, hours)
    assert found.value == pytest.approx(-29 / 165)
    spread = ((1 + found.value**2 / 2) / 7) ** 0.5
    assert np.arctanh([found.lower, found.upper]) == pytest.approx(
        [np.arctanh(-29 / 165) - Z * spread, np.arctanh(-29 / 165) + Z * spread]
    )
    assert not found.apart


def test_ranks_do_not_change_when_the_scale_does() -> None:
    random = np.random.default_rng(1)
    one, two = pd.Series(random.normal(size=60)), pd.Series(random.normal(size=60))
    assert spearman(np.exp(one), two**3) == spearman(one, two)
    assert pearson(one * 4 - 7, two).value == pytest.approx(pearson(one, two).value)


def test_no_correlation_of_a_column_that_does_not_vary_or_of_three_pairs() -> None:
    same, other = pd.Series([1.0] * 9), pd.Series(range(9), dtype=float)
    for found in (pearson(same, other), spearman(other, same), pearson(other[:3], other[:3])):
        assert np.isnan(found.value)
        assert not found.apart


def test_the_interval_holds_the_truth_about_19_times_in_20() -> None:
    random = np.random.default_rng(3)
    truth, held = 0.3, 0
    for _ in range(400):
        one = random.normal(size=150)
        two = truth * one + (1 - truth**2) ** 0.5 * random.normal(size=150)
        found = pearson(pd.Series(one), pd.Series(two))
        held += found.lower <= truth <= found.upper
    assert 0.92 <= held / 400 <= 0.98


def test_sampling_error_that_is_added_is_taken_out_again() -> None:
    random = np.random.default_rng(11)
    share = random.normal(50, 10, 20_000)
    truth = share / 10 + random.normal(0, 1, 20_000)
    seen = truth + random.normal(0, 1.5, 20_000)
    held = reliability(pd.Series(seen), pd.Series(np.full(20_000, 1.5)))
    assert held == pytest.approx(truth.var() / seen.var(), abs=0.02)
    found = corrected(pearson(pd.Series(share), pd.Series(seen)), held)
    assert found.value == pytest.approx(np.corrcoef(share, truth)[0, 1], abs=0.02)


def test_correction_by_hand_and_where_it_cannot_be_made() -> None:
    found = corrected(Estimate(0.4, 0.2, 0.7, 0.01), 0.64)
    assert (found.value, found.lower, found.upper) == pytest.approx((0.5, 0.25, 0.875))
    assert corrected(Estimate(0.4, 0.2, 0.7, 0.01), 0.25).upper == 1
    values = pd.Series([1.0, 2, 3])
    assert reliability(values, pd.Series([0.5, 0.5, 0.5])) == pytest.approx(0.75)
    assert np.isnan(reliability(values, pd.Series([0.5, np.nan, 0.5])))
    assert np.isnan(reliability(values, pd.Series([2.0, 2, 2])))
    assert np.isnan(corrected(found, np.nan).value)


# Models


def sandwich(
    x: NDArray[np.float64], y: NDArray[np.float64], clusters: NDArray[np.int64] | None
) -> tuple[float, float]:
    """The first coefficient and its robust standard error: HC3, or by cluster."""
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    left = y - x @ beta
    if clusters is None:
        leverage = np.einsum("ij,jk,ik->i", x, bread, x)
        meat = (x * (left / (1 - leverage))[:, None] ** 2).T @ x
        return float(beta[0]), float(np.sqrt((bread @ meat @ bread)[0, 0]))
    sums = np.array([x[clusters == g].T @ left[clusters == g] for g in np.unique(clusters)])
    groups, n, k = len(sums), *x.shape
    factor = groups / (groups - 1) * (n - 1) / (n - k)
    return float(beta[0]), float(np.sqrt(factor * (bread @ (sums.T @ sums) @ bread)[0, 0]))


def dummies(values: pd.Series) -> NDArray[np.float64]:
    return np.column_stack([values.eq(value) for value in sorted(values.unique())[1:]]).astype(
        float
    )


def test_adjusted_slope_and_its_interval_by_plain_algebra(made: pd.DataFrame) -> None:
    own = made[made["year"].eq("2015-16")].assign(value=lambda t: t["value"] + 1)
    found = adjusted(own)
    x = np.column_stack(
        [
            own["share"] / 10,
            np.ones(len(own)),
            own[["imd2019_score", "share_65"]],
            dummies(own["region_code"]),
        ]
    )
    slope, error = sandwich(x, own["value"].to_numpy(), None)
    assert found.slope.value == pytest.approx(slope)
    # 1.98177 is the 97.5% point of Student's t on 110 degrees of freedom: 117 councils, 7 columns.
    reach = found.slope.upper - found.slope.value
    assert (len(own), x.shape[1]) == (117, 7)
    assert reach / error == pytest.approx(1.98177, abs=0.00001)
    assert found.slope.value - found.slope.lower == pytest.approx(reach)
    assert found.councils == len(own)
    ratio = own["share"].std() / 10 / own["value"].std()
    assert found.beta.value == pytest.approx(slope * ratio)
    assert found.beta.apart == found.slope.apart


def test_adjusting_takes_out_what_region_deprivation_and_age_explain(made: pd.DataFrame) -> None:
    own = made[made["year"].eq("2014-15")].copy()
    effects = own["region_code"].map({"R0": 0, "R1": 5, "R2": -3, "R3": 8})
    own["value"] = 2 * own["share"] / 10 + effects - 0.4 * own["imd2019_score"] + own["share_65"]
    found = adjusted(own)
    assert found.slope.value == pytest.approx(2)
    assert found.slope.lower == pytest.approx(2)


def test_councils_without_a_deprivation_score_are_not_in_the_adjusted_estimate(
    made: pd.DataFrame,
) -> None:
    own = made[made["year"].eq("2016-17")].copy()
    own.iloc[:5, own.columns.get_loc("imd2019_score")] = np.nan
    assert adjusted(own).slope == adjusted(own.iloc[5:]).slope
    assert adjusted(own).councils == len(own) - 5
    assert np.isnan(adjusted(own.head(6)).slope.value)


def test_within_councils_by_a_column_for_every_council(made: pd.DataFrame) -> None:
    found = within(made)
    own = made[made.groupby("area_code")["year"].transform("size").gt(1)]
    share = (own["share"] / 10).to_numpy()
    every = np.column_stack(
        [share, np.ones(len(own)), dummies(own["year"]), dummies(own["area_code"])]
    )
    slope, _ = sandwich(every, own["value"].to_numpy(), pd.factorize(own["area_code"])[0])
    assert found.slope.value == pytest.approx(slope)
    # The error, from columns out of which each council's mean was taken.
    columns = pd.DataFrame(np.column_stack([share, dummies(own["year"]), own["value"]]))
    moved = columns - columns.groupby(own["area_code"].to_numpy()).transform("mean")
    _, error = sandwich(
        moved.iloc[:, :-1].to_numpy(),
        moved.iloc[:, -1].to_numpy(),
        pd.factorize(own["area_code"])[0],
    )
    # 1.98027 is the 97.5% point of Student's t on 118 degrees of freedom: councils − 1.
    assert (found.slope.upper - found.slope.value) / error == pytest.approx(1.98027, abs=0.00001)
    assert (found.councils, found.figures) == (119, len(own))  # one council has a single year
    assert found.years == ("2014-15", "2016-17")


def test_what_a_council_or_a_year_has_for_good_does_not_touch_the_slope_within(
    made: pd.DataFrame,
) -> None:
    shifted = made.assign(
        value=made["value"]
        + made["area_code"].str[1:].astype(int) * 5
        + made["year"].map({"2014-15": 0, "2015-16": 40, "2016-17": -7})
    )
    before, after = within(made).slope, within(shifted).slope
    assert [after.value, after.lower, after.upper] == pytest.approx(
        [before.value, before.lower, before.upper]
    )


def test_nothing_within_councils_when_there_is_one_year(made: pd.DataFrame) -> None:
    found = within(made[made["year"].eq("2014-15")])
    assert np.isnan(found.slope.value)
    assert found.councils == 0


def test_averages_are_over_a_councils_own_years(made: pd.DataFrame) -> None:
    found = averages(made).set_index("area_code")
    own = made[made["area_code"].eq("X050")]
    assert found.loc["X050", "share"] == pytest.approx(own["share"].mean())
    assert found.loc["X050", "value"] == pytest.approx(own["value"].mean())


def test_a_jump_is_between_two_years_in_a_row() -> None:
    shares = pd.DataFrame(
        [
            ("a", "2014-15", 40.0),
            ("a", "2015-16", 60.0),
            ("b", "2014-15", 40.0),
            ("b", "2016-17", 90.0),  # nothing is known of the year between
            ("c", "2014-15", 40.0),
            ("c", "2015-16", 59.9),
            ("d", "2015-16", 99.0),
            ("d", "2016-17", 30.0),
        ],
        columns=["area_code", "year", "share"],
    )
    assert jumped(shares, 20) == {"a", "d"}
    gap = shares[shares["year"].ne("2015-16")]
    assert jumped(gap, 20) == set()


# Many tests


def test_holm_and_benjamini_hochberg_of_published_examples() -> None:
    """Wikipedia, Holm–Bonferroni method; Benjamini and Hochberg (1995), section 3.2."""
    four = pd.Series([0.01, 0.04, 0.03, 0.005])
    assert list(survives(four, "holm")) == [True, False, False, True]
    drug = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    drug += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert list(survives(pd.Series(drug), "fdr_bh")) == [True] * 4 + [False] * 11
    assert list(survives(pd.Series(drug), "holm")) == [True] * 3 + [False] * 12


def test_an_estimate_that_could_not_be_made_is_no_test() -> None:
    p = pd.Series([0.02, np.nan, 0.5])
    assert list(survives(p, "holm")) == [True, False, False]
    assert not survives(pd.Series([np.nan]), "holm").any()


# The figures


def test_correlations_are_those_of_the_home_page(
    review: Review, result: BudgetsAndOutcomes
) -> None:
    """The same pairs through `findings.correlation`: newest year, the year before, and [u] of 2024-25."""
    codes = review.council_codes
    links = result.links.set_index(["take_up", "outcome", "year"]).sort_index()
    for outcome in ("control", "satisfaction", "quality-of-life", "social-contact"):
        for take_up in TAKE_UP:
            known = correlation(review.figures, codes, take_up, outcome, "salt")
            row = links.loc[(take_up, outcome, "2019-20")]
            assert known.year == "2019-20"
            assert row["councils"] == known.councils
            assert (row["r_value"], row["r_lower"], row["r_upper"]) == pytest.approx(
                (known.r, known.lower, known.upper), abs=1e-12
            )
            earlier = review.figures[review.figures["year"].le("2018-19")]
            known = correlation(earlier, codes, take_up, outcome, "salt")
            row = links.loc[(take_up, outcome, "2018-19")]
            assert known.year == "2018-19"
            assert row["r_value"] == pytest.approx(known.r, abs=1e-12)
    own = links.loc[("self-directed-support", "satisfaction")]
    assert own.loc["2019-20", "r_value"] == pytest.approx(-0.18, abs=0.005)
    assert own.loc["2018-19", "r_value"] == pytest.approx(0.01, abs=0.005)
    weak = result.all_pairs.query(
        "take_up == 'self-directed-support' and outcome == 'satisfaction' and year == '2024-25'"
    )
    known = correlation(review.figures, codes, "self-directed-support", "satisfaction", "cld")
    assert pearson(weak["share"], weak["value"]).value == pytest.approx(known.r, abs=1e-12)
    assert known.r == pytest.approx(0.14, abs=0.005)


def test_the_years_and_figures_that_are_left_out(
    review: Review, result: BudgetsAndOutcomes
) -> None:
    assert result.years("direct-payments") == [
        *("2014-15", "2015-16", "2016-17", "2017-18", "2018-19", "2019-20"),
        "2024-25",
    ]
    assert result.years("self-directed-support") == result.years("direct-payments")[:-1]
    assert result.unreliable_years == [("self-directed-support", "2024-25")]
    assert result.volunteer_years == ["2020-21"]
    figures = review.figures
    small = figures[
        figures["indicator_id"].isin(OUTCOMES)
        & figures["group"].eq("total")
        & figures["base"].lt(30)
        & figures["year"].isin(result.years("direct-payments"))
        & figures["area_code"].isin(review.council_codes)
    ]
    assert result.few_answers == len(small) == 7
    used = result.pairs
    assert not used["weak"].any()
    assert used["base"].dropna().ge(30).all()
    assert not used.duplicated(["take_up", "outcome", "area_code", "year"]).any()
    assert used[["share", "value"]].notna().all().all()
    assert len(result.links) == 5 * 7 + 5 * 6
    assert result.links["councils"].between(145, 151).all()


def test_each_pair_is_of_one_council_and_year(review: Review, result: BudgetsAndOutcomes) -> None:
    figures = review.figures[review.figures["group"].eq("total")]
    keys = ["indicator_id", "area_code", "year"]
    values = figures.set_index(keys)["value"]
    sample = result.pairs.sample(200, random_state=5)
    for row in sample.to_dict("records"):
        place = row["area_code"], row["year"]
        assert values[(row["take_up"], *place)] == row["share"]
        assert values[(row["outcome"], *place)] == row["value"]


def test_the_ceiling_by_counting(review: Review, result: BudgetsAndOutcomes) -> None:
    figures = review.figures
    own = figures[
        figures["indicator_id"].eq("self-directed-support")
        & figures["group"].eq("total")
        & figures["area_code"].isin(review.council_codes)
        & figures["value"].notna()
    ]
    table = result.ceiling.set_index("year")
    assert list(table.index) == result.years("self-directed-support")
    for year, row in table.iterrows():
        same = own[own["year"].eq(year)]
        same = same[~same["base"].lt(30).fillna(False)]
        assert row["councils"] == len(same)
        assert row["all"] == (same["value"] == 100).sum()
        assert row["middle"] == same["value"].median()
    assert (table.loc["2019-20", "all"], table.loc["2014-15", "all"]) == (46, 12)


def test_the_strongest_correlation_is_found_and_the_conclusion_follows_its_rule(
    result: BudgetsAndOutcomes,
) -> None:
    top = strongest(result.links)
    assert top["r_value"] == result.links["r_value"].abs().max()
    assert (top["take_up"], top["outcome"], top["year"]) == (
        *("self-directed-support", "quality-of-life"),
        "2016-17",
    )
    assert tally(result.links, "r") == Tally(65, 8, 1)
    assert tally(result.links, "slope").holm == 0
    assert tally(result.changes, "within") == Tally(10, 0, 0)
    assert holds(result.links)
    stronger = result.links.assign(r_value=0.6)
    assert not holds(stronger)
    assert not holds(result.links.assign(r_holm=True))
    assert tally(pd.DataFrame(), "r") == Tally(0, 0, 0)


def test_an_interval_leaves_out_0_just_where_the_p_value_is_below_5_in_100(
    result: BudgetsAndOutcomes,
) -> None:
    for table, kinds in ((result.links, ("r", "rho", "slope")), (result.changes, ("r", "within"))):
        for kind in kinds:
            assert table[f"{kind}_apart"].eq(table[f"{kind}_p"].lt(0.05)).all()
            held = table[f"{kind}_value"].between(table[f"{kind}_lower"], table[f"{kind}_upper"])
            assert held.all()
            assert not (table[f"{kind}_holm"] & ~table[f"{kind}_apart"]).any()
            assert not (table[f"{kind}_holm"] & ~table[f"{kind}_bh"]).any()


def test_the_smallest_correlation_that_can_be_told_has_an_interval_that_ends_at_0() -> None:
    random = np.random.default_rng(2)
    one, two = random.normal(size=150), random.normal(size=150)
    one = (one - one.mean()) / one.std()
    two = two - two.mean() - one * (one @ two) / 150
    two = two / two.std()
    r = smallest_told(150)
    found = pearson(pd.Series(one), pd.Series(r * one + (1 - r**2) ** 0.5 * two))
    assert found.lower == pytest.approx(0, abs=1e-9)
    assert r == pytest.approx(0.160, abs=0.0005)


def test_checks_leave_out_what_they_say(review: Review) -> None:
    found = budgets_and_outcomes(review, indicators="control").checks.set_index("name")
    everyone = found.loc["All councils"]
    assert found.loc["Without London", "most"] == everyone["most"] - 33
    tenth = found.loc["Without the smallest tenth of survey bases", "most"]
    assert 0.88 <= tenth / everyone["most"] <= 0.91
    assert found.loc["Without shares of 100%", "fewest"] < everyone["fewest"] - 40
    rank = found.loc["By rank (Spearman’s correlation)"]
    assert (rank["adjusted"], rank["within"]) == (None, None)
    assert found["holds"].map(type).eq(bool).all()
    for age in ("Ages 18 to 64", "Ages 65 and over"):
        assert found.loc[age, "links"].tests == 12  # no age in 2024-25


def test_one_age_is_set_beside_the_same_age(review: Review) -> None:
    own = pairs(review, ["control"], ["2018-19"], "65-plus")
    figures = review.figures.set_index(["indicator_id", "area_code", "year", "group"])["value"]
    row = own.iloc[40]
    place = (row["area_code"], "2018-19", "65-plus")
    assert row["share"] == figures[(row["take_up"], *place)]
    assert row["value"] == figures[("control", *place)]


def test_each_age_has_links_and_changes_of_its_own(review: Review) -> None:
    """Against numpy: correlations of one age, and of averages over its years."""
    found = budgets_and_outcomes(review, indicators="quality-of-life")
    assert list(found.age_links) == list(found.age_changes) == list(found.by_age)
    figures = review.figures.query("group == '18-64' and year <= '2019-20' and value == value")
    figures = figures[
        figures["area_code"].isin(review.council_codes) & ~figures["base"].lt(30).fillna(False)
    ]
    wide = figures.pivot(index=["area_code", "year"], columns="indicator_id", values="value")
    both = wide[["self-directed-support", "quality-of-life"]].dropna()
    one = both.xs("2016-17", level="year")
    links = found.age_links["Ages 18 to 64"].set_index(["take_up", "year"])
    r = links.loc[("self-directed-support", "2016-17"), "r_value"]
    assert r == pytest.approx(np.corrcoef(one.to_numpy().T)[0, 1])
    assert r == pytest.approx(0.44, abs=0.005)
    means = both[both.groupby("area_code").transform("size").gt(1)].groupby("area_code").mean()
    changes = found.age_changes["Ages 18 to 64"].set_index("take_up")
    assert changes.loc["self-directed-support", "r_value"] == pytest.approx(
        np.corrcoef(means.to_numpy().T)[0, 1]
    )
    assert budgets_and_outcomes(review, "2024-25", "2024-25").by_age == {}


def test_one_year_has_links_and_no_changes(review: Review) -> None:
    found = budgets_and_outcomes(review, "2015-16", "2015-16", "control, satisfaction")
    assert len(found.links) == 4
    assert found.changes.empty
    assert change_table(found.pairs).empty
    brief = link_table(found.pairs, brief=True)
    assert brief["r_value"].equals(found.links["r_value"])
    assert brief["slope_lower"].equals(found.links["slope_lower"])


def test_all_that_is_wrong_is_named_at_once(review: Review) -> None:
    with pytest.raises(ReviewError) as caught:
        budgets_and_outcomes(review, "2013-14", "2020", "controll, reablement")
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert "first_year “2013-14”" in lines[0]
    assert "last_year “2020”" in lines[1]
    assert "controll" in lines[2]
    assert "reablement" in lines[3]
    with pytest.raises(ReviewError, match="“reablement” is not asked of people who use care"):
        budgets_and_outcomes(review, indicators="control, reablement")
    with pytest.raises(ReviewError, match="comes after"):
        budgets_and_outcomes(review, "2018-19", "2016-17")
    with pytest.raises(ReviewError, match="no year has both"):
        budgets_and_outcomes(review, "2020-21", "2023-24")
