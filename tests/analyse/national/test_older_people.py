"""Older people beside younger adults in all councils, and the methods that the group chapters share."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evidence_review.analyse.choices import YEARS
from evidence_review.analyse.findings import age_differences
from evidence_review.analyse.national.older_people import OlderPeople, older_people, same_way
from evidence_review.analyse.national.panel import LONDON, panel
from evidence_review.analyse.national.side_by_side import (
    NO_LONDON,
    NO_SMALL,
    held,
    pooled,
    side_by_side,
    subsets,
    summary,
)
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError

# Trials of the BCG vaccine (Colditz et al. 1994): cases and others, vaccinated and not.
BCG = np.array(
    [
        (4, 119, 11, 128),
        (6, 300, 29, 274),
        (3, 228, 11, 209),
        (62, 13536, 248, 12619),
        (33, 5036, 47, 5761),
        (180, 1361, 372, 1079),
        (8, 2537, 10, 619),
        (505, 87886, 499, 87892),
        (29, 7470, 45, 7232),
        (17, 1699, 65, 1600),
        (186, 50448, 141, 27197),
        (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)


def berkey() -> tuple[np.ndarray, np.ndarray]:
    """Log relative risks and smoothed standard errors, as in Berkey et al. (1995), Statistics in
    Medicine 14: 395-411."""
    ill, well, ill_without, well_without = BCG.T
    treated, control = ill + well, ill_without + well_without
    effects = np.log(ill / treated) - np.log(ill_without / control)
    variances = (well / ill).mean() / treated + (well_without / ill_without).mean() / control
    return effects, np.sqrt(variances)


@pytest.fixture(scope="module")
def result(review: Review) -> OlderPeople:
    return older_people(review)


def at(result: OlderPeople, indicator: str, year: str) -> pd.Series:
    rows = result.by_year.set_index(["indicator_id", "year"])
    return rows.loc[(indicator, year)]


def rows_of(result: OlderPeople, indicator: str, year: str) -> pd.DataFrame:
    rows = result.rows
    return rows[rows["indicator_id"].eq(indicator) & rows["year"].eq(year)]


def test_random_effects_are_those_of_berkey_1995() -> None:
    # Page 408: mean -0.5429, standard error 0.1842, variance between trials 0.268.
    effects, errors = berkey()
    found = pooled(pd.Series(effects), pd.Series(errors))
    assert round(found.mean, 4) == -0.5429
    assert round(found.tau**2, 3) == 0.268
    t = stats.t.ppf(0.975, 12)
    assert (found.upper - found.lower) / 2 / t == pytest.approx(0.1842, abs=5e-5)
    reach = stats.t.ppf(0.975, 11) * math.sqrt(found.tau**2 + 0.1842**2)
    assert (found.high - found.low) / 2 == pytest.approx(reach, abs=2e-4)


def test_effects_that_agree_have_no_variance_between_them() -> None:
    found = pooled(pd.Series([1.0, 1.1, 0.9, 1.0]), pd.Series([1.0, 1.0, 1.0, 1.0]))
    assert found.tau == 0
    assert found.mean == pytest.approx(1)
    assert found.upper - 1 == pytest.approx(stats.t.ppf(0.975, 3) / 2)  # 1 / sqrt(4)


def test_every_pooled_difference_solves_paule_and_mandels_equation(result: OlderPeople) -> None:
    for (indicator, year), rows in result.rows.groupby(["indicator_id", "year"]):
        sure = rows[~rows["weak"] & rows["se"].gt(0)]
        found = at(result, str(indicator), str(year))["pooled"]
        if sure.empty:
            assert found is None
            continue
        weights = 1 / (sure["se"] ** 2 + found.tau**2)
        mean = (weights * sure["difference"]).sum() / weights.sum()
        q = (weights * (sure["difference"] - mean) ** 2).sum()
        assert found.mean == pytest.approx(mean)
        assert q == pytest.approx(len(sure) - 1, rel=1e-4) or (found.tau == 0 and q < len(sure) - 1)
        assert found.low < found.lower < found.mean < found.upper < found.high


def test_control_is_lower_for_older_people_in_143_of_151_councils(result: OlderPeople) -> None:
    row = at(result, "control", "2018-19")
    assert (row["all_lower"], row["all_councils"]) == (143, 151)
    assert (row["lower"], row["councils"], row["left_out"]) == (142, 150, 1)
    assert (row["first"], row["second"]) == (82.6, 74.4)  # England, as published
    assert row["change"] == pytest.approx(-8.2)
    reach = math.hypot(0.5, 0.5)  # both margins are half a point
    assert row["change_lower"] == pytest.approx(-8.2 - reach)
    assert row["change_upper"] == pytest.approx(-8.2 + reach)


@pytest.mark.parametrize("indicator", ["control", "satisfaction", "direct-payments"])
def test_counts_agree_with_the_finding_of_the_home_page(
    review: Review, result: OlderPeople, indicator: str
) -> None:
    home = age_differences(review.figures, review.council_codes, indicator)
    assert {one.year for one in home} == set(
        result.by_year.loc[result.by_year["indicator_id"].eq(indicator), "year"]
    )
    for one in home:
        row = at(result, indicator, one.year)
        assert (row["all_lower"], row["all_councils"]) == (one.lower_for_older, one.compared)
        assert (row["first"], row["second"]) == (one.younger, one.older)


def test_the_volunteers_of_2020_21_are_left_out(result: OlderPeople) -> None:
    assert set(result.rows["basis_id"]) == {"ascs", "sace", "sace-2014-15", "salt"}
    surveys = result.rows[result.rows["basis_id"].eq("ascs")]
    assert surveys["year"].max() == "2019-20"


def test_a_difference_is_newcombes(result: OlderPeople) -> None:
    row = rows_of(result, "direct-payments", "2020-21").set_index("name").loc["Camden"]
    figures = result.review.figures
    own = figures[
        figures["area_code"].eq(row["area_code"])
        & figures["indicator_id"].eq("direct-payments")
        & figures["year"].eq("2020-21")
    ].set_index("group")
    young, old = own.loc["18-64"], own.loc["65-plus"]
    assert (row["first"], row["second"]) == (young["value"], old["value"])
    gap = old["value"] - young["value"]
    least = gap - math.hypot(old["value"] - old["lower"], young["upper"] - young["value"])
    most = gap + math.hypot(old["upper"] - old["value"], young["value"] - young["lower"])
    assert row["difference"] == pytest.approx(gap)
    assert (row["lower"], row["upper"]) == (pytest.approx(least), pytest.approx(most))
    assert row["base"] == min(young["base"], old["base"])


def made_up(differences: list[float], se: float = 1.0) -> pd.DataFrame:
    rows = pd.DataFrame({"difference": differences, "se": se, "weak": False})
    reach = 1.96 * rows["se"]
    return rows.assign(lower=rows["difference"] - reach, upper=rows["difference"] + reach)


def test_control_is_lower_in_every_year_in_most_councils(
    review: Review, result: OlderPeople
) -> None:
    figures = review.figures[
        review.figures["indicator_id"].eq("control")
        & review.figures["area_code"].isin(review.council_codes)
        & review.figures["year"].between("2014-15", "2019-20")
    ]
    wide = figures.pivot(index="area_code", columns=["year", "group"], values="value")
    gaps = pd.DataFrame(
        {year: wide[year]["65-plus"] - wide[year]["18-64"] for year in wide.columns.levels[0]}
    )
    rows = result.rows[result.rows["indicator_id"].eq("control")]
    gaps = gaps.drop(index=set(rows.loc[rows["weak"], "area_code"]), errors="ignore").dropna()
    assert same_way(rows) == {
        "years": 6,
        "councils": len(gaps),
        "always_lower": int((gaps < 0).all(axis=1).sum()),
        "always_higher": int((gaps > 0).all(axis=1).sum()),
    }


def test_a_council_that_lacks_a_year_or_is_weak_in_one_is_not_counted_in_every_year() -> None:
    gaps = {
        "lower": (-1, -2),
        "mixed": (-1, 2),
        "once equal": (0, -2),
        "higher": (1, 2),
        "weak": (-1, -2),
    }
    rows = pd.DataFrame(gaps, index=["2014-15", "2015-16"], dtype=float).melt(
        var_name="area_code", value_name="difference", ignore_index=False
    )
    rows = rows.rename_axis("year").reset_index()
    rows["weak"] = rows["area_code"].eq("weak")
    short = pd.DataFrame([("2014-15", "short", -1.0, False)], columns=rows.columns)
    found = same_way(pd.concat([rows, short]))
    assert found == {"years": 2, "councils": 4, "always_lower": 1, "always_higher": 1}


def test_the_sign_test_is_the_binomial_one() -> None:
    found = summary(made_up([-1.0] * 9 + [1.0] + [0.0] * 2))
    exact = 2 * sum(math.comb(10, k) for k in (0, 1)) / 2**10
    assert found["p"] == pytest.approx(exact)
    assert (found["lower"], found["higher"], found["councils"]) == (9, 1, 12)
    assert found["share"] == 75
    # Wilson's limits of 9 in 12: Newcombe (1998), by his formula 3.
    z, n, part = 1.959963984540054, 12, 0.75
    centre, spread = part + z**2 / (2 * n), z * math.sqrt(part * 0.25 / n + z**2 / (4 * n**2))
    assert found["share_lower"] == pytest.approx(100 * (centre - spread) / (1 + z**2 / n))
    assert found["share_upper"] == pytest.approx(100 * (centre + spread) / (1 + z**2 / n))


def test_the_correction_is_that_of_benjamini_and_hochberg_1995() -> None:
    # Their example: 15 p-values, of which 4 remain at 5%.
    published = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
        *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
    ]
    z = [float(stats.norm.isf(p / 2)) for p in published]
    found = summary(made_up([-z[0], *z[1:]]))
    assert (found["kept_lower"], found["kept_higher"]) == (1, 3)
    assert (found["beyond_lower"], found["beyond_higher"]) == (1, 8)


def test_weak_figures_count_nowhere_but_in_all_councils() -> None:
    rows = made_up([-5.0, -5.0, 5.0, -9.0])
    rows.loc[3, "weak"] = True
    found = summary(rows)
    assert (found["all_councils"], found["all_lower"], found["left_out"]) == (4, 3, 1)
    assert (found["councils"], found["lower"], found["tested"]) == (3, 2, 3)
    assert found["mean"] == pytest.approx(-5 / 3)


def test_the_mean_of_councils_has_students_interval(result: OlderPeople) -> None:
    row = at(result, "control", "2014-15")  # a year without published intervals
    values = rows_of(result, "control", "2014-15")
    values = values.loc[~values["weak"], "difference"].to_numpy()
    expected = stats.ttest_1samp(values, 0).confidence_interval()
    assert row["mean_lower"] == pytest.approx(expected.low)
    assert row["mean_upper"] == pytest.approx(expected.high)
    assert row["tested"] == 0


def test_no_pair_joins_two_bases_or_two_councils(review: Review, result: OlderPeople) -> None:
    assert not result.rows.duplicated(["indicator_id", "area_code", "year"]).any()
    assert result.rows["year_first"].eq(result.rows["year_second"]).all()
    assert set(result.rows["area_code"]) <= review.council_codes
    counted = result.rows.groupby(["indicator_id", "basis_id"])["year"].nunique()
    assert counted.loc[("direct-payments", "salt")] == 7


def test_a_figure_without_a_base_is_weak_where_the_council_is_weak_in_another_year(
    review: Review,
) -> None:
    every = panel(review, ["direct-payments"], YEARS)
    expected = set(every.loc[every["weak"] & every["basis_id"].eq("salt"), "name"])
    rows = held(review, ["direct-payments"], ["2019-20"])
    assert rows["base"].isna().all()
    assert set(rows.loc[rows["weak"], "name"]) == expected == {"Isles of Scilly"}
    assert not held(review, ["direct-payments"], ["2018-19"])["base"].isna().any()


def test_subsets_leave_out_london_and_the_smallest_tenth(result: OlderPeople) -> None:
    rows = rows_of(result, "control", "2018-19")
    parts = dict(subsets(rows))
    gone = rows[~rows["area_code"].isin(parts[NO_LONDON]["area_code"])]
    assert len(gone) == 33  # the City and 32 boroughs
    assert set(gone["region_code"]) == {LONDON}
    small = rows[~rows["area_code"].isin(parts[NO_SMALL]["area_code"])]
    assert 0.08 * len(rows) < len(small) < 0.15 * len(rows)
    assert small["base"].max() < parts[NO_SMALL]["base"].min()


def test_side_by_side_takes_only_councils_with_both(review: Review) -> None:
    one = panel(review, ["control"], ["2018-19"], "18-64").head(10)
    two = panel(review, ["control"], ["2018-19"], "65-plus").tail(145)
    rows = side_by_side(one, two, ["indicator_id", "area_code", "year"])
    assert set(rows["area_code"]) == set(one["area_code"]) & set(two["area_code"])
    assert rows["difference"].equals((rows["second"] - rows["first"]).round(6))


def test_all_wrong_parameters_are_named_at_once(review: Review) -> None:
    with pytest.raises(ReviewError) as caught:
        older_people(review, "2013-14", "2030-31", "contrl, happiness, control")
    text = str(caught.value)
    for part in ("2013-14", "2030-31", "contrl", "happiness", "not split by age"):
        assert part in text
    assert len(text.splitlines()) == 4


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"first_year": "2019-20", "indicators": "control"}, "control"),
        ({"first_year": "2021-22"}, "no year with intervals"),
        ({"last_year": "2015-16", "indicators": "control, direct-payments"}, "control"),
    ],
)
def test_years_without_intervals_are_refused(
    review: Review, choices: dict[str, str], words: str
) -> None:
    with pytest.raises(ReviewError, match=words):
        older_people(review, **choices)


def test_other_years_and_measures(review: Review) -> None:
    found = older_people(review, last_year="2015-16")
    assert found.main != "control"
    assert "control over daily life" in found.left_out
    assert set(found.newest) <= {"direct-payments", "self-directed-support", "reablement"}
    some = older_people(review, "2016-17", "2017-18", "satisfaction, control")
    assert list(some.indicators["indicator_id"]) == ["control", "satisfaction"]
    assert set(some.by_year["year"]) == {"2016-17", "2017-18"}
    assert some.main == "control"
