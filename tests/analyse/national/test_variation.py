"""How far councils differ: against published values, plain formulas, and what must hold of any data."""

import gc
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from evidence_review.analyse.national.panel import LONDON
from evidence_review.analyse.national.variation import Variation, variation
from evidence_review.analyse.national.variation_between import (
    ROOT,
    SCALES,
    back,
    between,
    generalised_q,
    jackknife_error,
    leave_one_out,
    on_scale,
    paule_mandel,
    sd_in_unit,
)
from evidence_review.analyse.national.variation_funnel import newest_funnel, winsorised_tau2
from evidence_review.analyse.national.variation_groups import shares_between
from evidence_review.analyse.national.variation_sensitivity import (
    NO_LONDON,
    OTHER_METHOD,
    OTHER_SCALE,
    without_smallest,
)
from evidence_review.analyse.national.variation_years import changes_of_spread, measurable, scaled
from evidence_review.analyse.review import Review
from evidence_review.analyse.statistics import wilson_interval
from evidence_review.errors import ReviewError

# The 13 trials of the BCG vaccine (Colditz and others 1994): cases and others, vaccinated and not.
BCG = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ],
    dtype=float,
)


@pytest.fixture(scope="module", autouse=True)
def light_garbage() -> Iterator[None]:
    """Holm's correction in statsmodels collects garbage at each call: spare it what is here by now."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def result(review: Review) -> Variation:
    return variation(review)


def some_councils(n: int = 60, seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    v = random.uniform(0.5, 4, n)
    return random.normal(50, np.sqrt(v + 9)), v


def one_group(n: int) -> np.ndarray:
    return np.zeros(n, dtype=int)


def panel_of(
    values: dict[str, np.ndarray], se: float, groups: list[str] | None = None
) -> pd.DataFrame:
    """A panel of one survey measure: year → values, the same councils each year."""
    parts = [
        pd.DataFrame(
            {
                "indicator_id": "x",
                "basis_id": "b",
                "year": year,
                "area_code": [f"E{i:03}" for i in range(len(own))],
                "value": own,
                "se": se,
                "base": pd.array([500] * len(own), dtype="Int64"),
                "numerator": pd.array([pd.NA] * len(own), dtype="Int64"),
                "weak": False,
                "region": groups,
                "council_type": groups,
            }
        )
        for year, own in values.items()
    ]
    return scaled(pd.concat(parts, ignore_index=True), {"x": "published margin"})


# The variance between councils


def test_published_values_of_the_bcg_trials() -> None:
    """Log risk ratios: tests of R's metafor (Q, DerSimonian and Laird's mean). Log odds ratios: the
    Q-profile limits that metafor-project.org prints beside van Houwelingen and others (2002)."""
    a, b, c, d = BCG.T
    risk = between(
        np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d), "dl"
    )
    assert risk.q == pytest.approx(152.2330, abs=5e-5)
    assert risk.mean == pytest.approx(-0.7141, abs=5e-5)
    assert risk.i2 == pytest.approx(1 - 12 / 152.2330, abs=1e-6)  # Higgins and Thompson
    odds = between(np.log(a * d / b / c), 1 / a + 1 / b + 1 / c + 1 / d)
    assert odds.tau2_lower == pytest.approx(0.1302, abs=1e-4)
    assert odds.tau2_upper == pytest.approx(1.1812, abs=1e-4)
    assert odds.i2_lower < odds.i2 < odds.i2_upper


def test_paule_and_mandel_solve_their_equation_with_the_library_and_without() -> None:
    y, v = some_councils()
    found = between(y, v)
    weights = 1 / (v + found.tau2)
    mean = (weights * y).sum() / weights.sum()
    assert found.mean == pytest.approx(mean)
    assert (weights * (y - mean) ** 2).sum() == pytest.approx(len(y) - 1, abs=1e-4)
    tau2, own_mean = paule_mandel(y, v, one_group(len(y)))
    assert tau2 == pytest.approx(found.tau2, rel=1e-5)
    assert own_mean == pytest.approx(mean)
    assert generalised_q(tau2, y, v, one_group(len(y))) == pytest.approx(len(y) - 1)


def test_without_chance_the_variance_is_the_plain_one_and_without_differences_none() -> None:
    y, _ = some_councils()
    sure = between(y, np.full(y.size, 1e-9))
    assert sure.tau2 == pytest.approx(y.var(ddof=1), rel=1e-6)
    assert sure.i2 == pytest.approx(1)
    same = between(np.full(20, 3.0) + np.linspace(-0.1, 0.1, 20), np.ones(20))
    assert same.tau2 == same.tau2_lower == same.i2 == 0
    assert same.p > 0.99


def test_the_share_does_not_hang_on_the_unit() -> None:
    y, v = some_councils()
    points, shares = between(y, v), between(y / 100, v / 10_000)
    assert shares.i2 == pytest.approx(points.i2, rel=1e-4)
    assert shares.tau2_upper * 10_000 == pytest.approx(points.tau2_upper, rel=1e-6)


def test_limits_hold_the_truth_about_as_often_as_they_should() -> None:
    random = np.random.default_rng(1)
    v = random.uniform(1, 5, 40)
    held = 0
    for _ in range(200):
        found = between(random.normal(0, np.sqrt(v + 4)), v)
        held += found.tau2_lower <= 4 <= found.tau2_upper
    assert 0.90 <= held / 200 <= 0.99


def test_leaving_each_out_is_as_if_it_had_never_been_there() -> None:
    y, v = some_councils(25)
    tau2, mean = leave_one_out(y, v, one_group(25), 1.0)
    for out in (0, 7, 24):
        rest = between(np.delete(y, out), np.delete(v, out))
        assert tau2[out] == pytest.approx(rest.tau2, rel=1e-5)
        assert mean[out] == pytest.approx(rest.mean)


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    y, _ = some_councils()
    without = (y.sum() - y) / (y.size - 1)
    assert jackknife_error(without) == pytest.approx(y.std(ddof=1) / np.sqrt(y.size))


@pytest.mark.parametrize(("y", "v"), [([1.0], [1.0]), ([1.0, 2.0], [1.0, 0.0])])
def test_too_few_councils_or_no_variance_is_an_error(y: list[float], v: list[float]) -> None:
    with pytest.raises(ValueError, match="two of them"):
        between(np.array(y), np.array(v))


# Scales


@pytest.mark.parametrize("interval", sorted(SCALES))
def test_a_scale_leads_back_to_the_unit(interval: str) -> None:
    figures = pd.DataFrame(
        {"value": [0.0, 12.5, 80.0], "base": pd.array([50, 400, pd.NA], "Int64"), "se": [1.0, 2, 3]}
    )
    y, v = on_scale(figures, interval)
    np.testing.assert_allclose(back(y, interval), figures["value"], atol=1e-9)
    counted = interval in ("wilson", "byar")
    assert np.isnan(v[2]) == counted
    assert (v[:2] > 0).all()


@pytest.mark.parametrize(("interval", "rate"), [("wilson", 30.0), ("byar", 600.0)])
def test_a_scale_makes_the_variance_that_chance_gives(interval: str, rate: float) -> None:
    """By simulation: councils of one size that share one probability."""
    random = np.random.default_rng(2)
    n, per = (800, 100) if interval == "wilson" else (40_000, 100_000)
    values = random.binomial(n, rate / per, 20_000) / n * per
    figures = pd.DataFrame({"value": values, "base": n, "se": np.nan})
    y, v = on_scale(figures, interval)
    assert y.var() == pytest.approx(v[0], rel=0.05)
    plain, by_mean = on_scale(figures, interval, untransformed=True)
    assert plain.var() == pytest.approx(by_mean[0], rel=0.05)


def test_a_small_standard_deviation_is_that_of_the_delta_method() -> None:
    mean = np.arcsin(np.sqrt(0.3))
    assert sd_in_unit(mean, 0.01**2, "wilson") == pytest.approx(
        100 * 0.01 * 2 * np.sqrt(0.3 * 0.7), rel=1e-3
    )
    assert sd_in_unit(20.0, 0.1**2, "byar") == pytest.approx(2 * 20 * 0.1)
    assert sd_in_unit(70.0, 4.0, "published margin") == pytest.approx(2)
    assert SCALES["byar"] == ROOT


# Years and changes


def test_the_spread_is_that_of_the_published_values(result: Variation) -> None:
    row = result.newest.set_index("indicator_id").loc["control"]
    figures = result.review.figures
    own = figures[
        figures["indicator_id"].eq("control")
        & figures["year"].eq(row["year"])
        & figures["group"].eq("total")
        & figures["area_code"].isin(result.review.council_codes)
        & figures["value"].notna()
        & figures["base"].ge(30)
    ]
    assert row["councils"] == len(own)
    parts = np.quantile(own["value"], [0.1, 0.25, 0.5, 0.75, 0.9])
    held = row[["low", "quarter", "middle", "three_quarters", "high"]].to_list()
    np.testing.assert_allclose(held, parts)
    se = (own["upper"] - own["lower"]) / 3.92
    assert row["sd"] ** 2 == pytest.approx(own["value"].var() - (se**2).mean(), rel=0.15)
    assert row["low"] < row["low_true"] < row["middle"] < row["high_true"] < row["high"]


def test_what_is_weak_or_of_volunteers_counts_nowhere(result: Variation) -> None:
    years = result.years_table.set_index(["indicator_id", "year"])
    assert years.loc[("self-directed-support", "2024-25"), "councils"] == 0
    assert ("control", "2020-21") not in years.index
    assert set(result.few["year"]) == {"2020-21"}
    assert "2024-25" not in set(
        result.newest.loc[result.newest["indicator_id"].eq("self-directed-support"), "year"]
    )
    assert not measurable(result.figures)["weak"].any()


def test_years_without_intervals_have_a_spread_and_no_more(result: Variation) -> None:
    years = result.years_table.set_index(["indicator_id", "year"])
    for key in (("control", "2014-15"), ("direct-payments", "2019-20")):
        assert years.loc[key, "middle"] > 0
        assert years.loc[key, ["sd", "sd_lower", "i2", "p", "low_true"]].isna().all()


def test_no_change_crosses_a_break(result: Variation) -> None:
    changes = result.changes
    assert not changes.duplicated(["indicator_id", "basis_id"]).any()
    last = changes.set_index(["indicator_id", "basis_id"])["last_year"]
    assert last["direct-payments", "salt"] == "2020-21"
    assert ("direct-payments", "cld") not in last.index
    assert ("carer-satisfaction", "sace-2014-15") not in last.index
    assert changes["years"].ge(3).all()
    assert not changes["indicator_id"].isin(result.piled).any()
    assert ((changes["lower"] < changes["change"]) & (changes["change"] < changes["upper"])).all()
    assert (changes["p_holm"] >= changes["p"]).all()


@pytest.mark.parametrize(("factor", "word"), [(1.3, "growing"), (0.7, "shrinking")])
def test_a_change_that_was_put_in_is_found(factor: float, word: str) -> None:
    random = np.random.default_rng(3)
    council = random.normal(0, 4, 120)
    values = {
        f"{2015 + t}-{16 + t}": 60 + council * factor**t + random.normal(0, 0.5, 120)
        for t in range(5)
    }
    (row,) = changes_of_spread(panel_of(values, 0.5)).to_dict("records")
    assert row["word"] == word
    assert row["lower"] < 100 * (factor - 1) < row["upper"]
    assert row["change"] == pytest.approx(100 * (factor - 1), abs=3)


def test_the_change_of_a_steady_spread_is_seldom_called_one() -> None:
    random = np.random.default_rng(5)
    panels = []
    for series in range(60):
        council = random.normal(0, 4, 100)
        values = {f"{2015 + t}-{16 + t}": 60 + council + random.normal(0, 2, 100) for t in range(4)}
        panels.append(panel_of(values, 2.0).assign(indicator_id=f"x{series}"))
    found = changes_of_spread(pd.concat(panels))
    held = (found["lower"].le(0) & found["upper"].ge(0)).sum()
    assert held >= 53  # 95% of 60 is 57; fewer than 53 has a probability of 1%
    assert found["word"].eq("no clear change").sum() >= 59


# The funnel and the councils outside


def test_a_council_is_outside_the_funnel_where_its_wilson_interval_leaves_out_the_centre(
    result: Variation,
) -> None:
    funnel = result.funnel
    own = funnel.councils.merge(
        result.funnel_figures.query("year == @funnel.year")[["area_code", "numerator"]],
        on="area_code",
    )
    assert funnel.centre == pytest.approx(100 * own["numerator"].sum() / own["base"].sum())
    for name, level in (("inner", 0.95), ("outer", 0.998)):
        lower, upper = wilson_interval(own["numerator"], own["base"], level)
        centre = funnel.centre / 100
        np.testing.assert_array_equal((lower <= centre) & (centre <= upper), own[name])


def test_wider_limits_let_more_councils_in_and_never_another_out(result: Variation) -> None:
    for indicator in ("direct-payments", "control", "admissions-65", "carer-quality-of-life"):
        figures = result.figures[result.figures["indicator_id"].eq(indicator)]
        funnel = newest_funnel(figures)
        assert funnel is not None
        held = funnel.councils
        assert (held["outer"] | ~held["inner"]).all()
        assert (held["wide_outer"] | ~held["wide_inner"]).all()
        assert (held["wide_outer"] | ~held["outer"]).all()
        assert len(funnel.outside("wide_outer")) < len(funnel.outside("outer"))
        assert np.isfinite(funnel.curves.to_numpy()).all()


def test_the_widening_is_the_formula_of_the_paper() -> None:
    y, v = some_councils(50)
    z = np.sort((y - 50) / np.sqrt(v))
    z[:5], z[-5:] = z[5], z[-6]  # a tenth of 50 at each end
    phi = (z**2).mean()
    w = 1 / v
    expected = (50 * phi - 49) / (w.sum() - (w**2).sum() / w.sum())
    assert winsorised_tau2(y, v, 50) == pytest.approx(expected)
    assert winsorised_tau2(np.full(50, 50.0), v, 50) == 0


def test_councils_outside_year_after_year_are_so_by_a_plain_count(result: Variation) -> None:
    found = result.persistent
    own = result.figures[result.figures["indicator_id"].eq("control")]
    held = measurable(own[own["basis_id"].eq("ascs")])
    years = sorted(held["year"].unique())[-5:]
    out: dict[tuple[str, float], int] = {}
    for year in years:
        part = held[held["year"].eq(year)]
        y, v = part["value"].to_numpy(), (part["se"] ** 2).to_numpy()
        centre = (y / v).sum() / (1 / v).sum()
        z = (y - centre) / np.sqrt(v + winsorised_tau2(y, v, centre))
        for code, one in zip(part["area_code"], z, strict=True):
            if abs(one) > 3.0902:
                out[code, np.sign(one)] = out.get((code, np.sign(one)), 0) + 1
    expected = {code for (code, _), times in out.items() if times >= 4}
    named = found.councils[found.councils["indicator_id"].eq("control")]
    assert set(named["area_code"]) == expected
    assert found.councils["name"].is_monotonic_increasing  # by name, not by how far
    assert set(found.councils["direction"]) <= {"higher", "lower"}
    assert not found.councils["indicator_id"].isin(result.piled).any()
    assert found.untrimmed <= len(found.councils) <= len(found.beyond_chance) < found.followed
    key = ["indicator_id", "area_code", "direction"]
    assert set(map(tuple, found.councils[key].to_numpy())) <= set(
        map(tuple, found.beyond_chance[key].to_numpy())
    )
    for rows in (found.councils, found.beyond_chance):
        assert (rows["outside"] >= rows["of"].clip(upper=4)).all()


# Regions and types


def test_without_chance_the_share_between_groups_is_the_adjusted_r_squared() -> None:
    random = np.random.default_rng(6)
    groups = np.repeat(["a", "b", "c", "d"], [10, 20, 15, 25])
    y = random.normal(0, 3, 70) + np.repeat([0, 2, 4, 6], [10, 20, 15, 25])
    figures = panel_of({"2018-19": y}, 1e-4, list(groups))
    newest = figures[["indicator_id", "basis_id", "year"]].drop_duplicates()
    found = shares_between(figures, newest)
    within = sum(((y[groups == g] - y[groups == g].mean()) ** 2).sum() for g in "abcd")
    adjusted = 1 - (within / 66) / (((y - y.mean()) ** 2).sum() / 69)
    assert found["share"].to_list() == pytest.approx([adjusted] * 2, rel=1e-5)
    assert found["clear"].all()
    assert ((found["share_lower"] < adjusted) & (adjusted < found["share_upper"])).all()
    assert found["within"].iloc[0] == pytest.approx(np.sqrt(within / 66), rel=1e-5)


def test_groups_drawn_by_lot_have_no_share(result: Variation) -> None:
    own = result.figures[result.figures["indicator_id"].eq("control")].copy()
    lots = np.random.default_rng(7).choice(list("abcde"), len(own))
    own["region"] = own["council_type"] = lots
    newest = result.newest[result.newest["indicator_id"].eq("control")]
    found = shares_between(own, newest)
    assert found["share"].lt(0.1).all()
    assert not found["clear"].any()


def test_regions_and_types_hold_every_council_once(result: Variation) -> None:
    groups = result.groups
    councils = len(result.funnel.councils)
    assert groups.groupby("grouping")["councils"].sum().to_dict() == {
        "region": councils,
        "council_type": councils,
    }
    shares = result.shares
    assert shares["share"].between(shares["share_lower"], shares["share_upper"]).all()
    assert shares[["share", "share_lower", "share_upper"]].stack().between(0, 1).all()


# Other ways, parameters


def test_other_ways_change_what_they_say_and_nothing_else(result: Variation) -> None:
    ways = {one.label: one for one in result.conclusions}
    base = result.conclusions[0]
    assert base.measures == len(result.newest)
    assert base.shrinking == frozenset(
        result.changes.loc[result.changes["word"].eq("shrinking"), "indicator_id"]
    )
    own = result.newest.set_index("indicator_id").loc["direct-payments"]
    assert base.sd == own["sd"]
    london = set(result.figures.loc[result.figures["region_code"].eq(LONDON), "area_code"])
    left = ways[NO_LONDON].persistent
    assert left is not None
    assert not {code for _, code in left} & london
    assert ways[OTHER_METHOD].growing is ways[OTHER_METHOD].regions is None
    assert ways[OTHER_SCALE].sd == pytest.approx(base.sd, rel=0.05)
    assert ways[OTHER_SCALE].i2_survey == base.i2_survey  # surveys stand on no other scale


def test_the_smallest_tenth_of_bases_is_left_out(result: Variation) -> None:
    rest = without_smallest(result.figures)
    for indicator in ("control", "happiness"):
        own = result.newest.set_index("indicator_id").loc[indicator]
        some = f"indicator_id == '{indicator}' and year == '{own['year']}' and not weak"
        whole, held = result.figures.query(some), rest.query(some)
        assert 0.08 < 1 - len(held) / len(whole) < 0.12
        gone = whole.drop(held.index)
        if indicator == "control":
            assert gone["base"].max() < held["base"].min()
        else:  # no bases: the least precise
            assert gone["se"].min() > held["se"].max()


def test_wrong_parameters_are_named_all_at_once(review: Review) -> None:
    with pytest.raises(ReviewError) as error:
        variation(review, "1999-00", "2024-25", "controll", "direct-payments, control")
    text = str(error.value)
    assert "first_year “1999-00”" in text
    assert "indicators: no indicator is called “controll”. Did you mean control" in text
    assert "funnel_indicator “direct-payments, control”: expected one indicator, not 2" in text
    with pytest.raises(ReviewError, match="funnel_indicator: no indicator is called “x”"):
        variation(review, funnel_indicator="x")
    with pytest.raises(ReviewError) as error:
        variation(review, "2022-23", "2022-23", "direct-payments")
    assert "no figure of most councils from 2022-23 to 2022-23 has an interval" in str(error.value)


def test_fewer_years_and_indicators_are_all_that_is_shown(review: Review) -> None:
    some = variation(review, "2016-17", "2018-19", "control, satisfaction", "satisfaction")
    assert set(some.newest["indicator_id"]) == {"control", "satisfaction"}
    assert set(some.years_table["year"]) == {"2016-17", "2017-18", "2018-19"}
    assert some.funnel.indicator_id == "satisfaction"
    assert some.changes["last_year"].eq("2018-19").all()
