"""Intervals, limits, trends and neighbours against worked values that others have published."""

import math
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evidence_review.analyse.review import Review
from evidence_review.analyse.statistics import (
    _line,
    _weights_of_proportions,
    byar_interval,
    compare,
    difference,
    funnel_limits,
    neighbours,
    poisson_interval,
    rate_interval,
    trend,
    trend_proportion,
    wilson_interval,
)

NAN = math.nan

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(
    ("numerator", "denominator", "lower", "upper"),
    [  # Newcombe (1998), Statistics in Medicine 17: 857-872, table I, score method
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_newcombes_table(
    numerator: int, denominator: int, lower: float, upper: float
) -> None:
    assert wilson_interval(numerator, denominator) == pytest.approx((lower, upper), abs=5e-5)


def test_wilson_of_all_or_none_stays_inside_0_and_1() -> None:
    lower, upper = wilson_interval([0, 20], [20, 20])
    assert lower.tolist() == [0, pytest.approx(1 - 0.1611, abs=5e-5)]
    assert upper.tolist() == [pytest.approx(0.1611, abs=5e-5), 1]


@pytest.mark.parametrize("level", [0.9, 0.95, 0.998])
def test_wilson_holds_0_and_1_to_the_last_bit(level: float) -> None:
    bases = np.arange(1, 5000)
    assert (wilson_interval(0, bases, level)[0] == 0).all()
    assert (wilson_interval(bases, bases, level)[1] == 1).all()


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    [  # Garwood's exact limits, as in Breslow and Day (1987), table 2.10 and Pearson's tables
        (0, 0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (14, 400 * 0.019135, 400 * 0.058724),  # StatsDirect, worked example of a Poisson rate
        (100, 81.364, 121.627),
    ],
)
def test_exact_poisson_limits_give_the_published_table(
    count: int, lower: float, upper: float
) -> None:
    assert poisson_interval(count) == pytest.approx((lower, upper), abs=1e-3)


def test_exact_poisson_limits_leave_a_fortieth_in_each_tail() -> None:
    def at_most(count: int, mean: float) -> float:
        return sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(count + 1))

    for count in (1, 4, 9):
        lower, upper = poisson_interval(count)
        assert 1 - at_most(count - 1, float(lower)) == pytest.approx(0.025)
        assert at_most(count, float(upper)) == pytest.approx(0.025)


def test_byar_is_within_a_five_hundredth_of_exact_from_10_events_on() -> None:
    # The closeness that OHID's technical guide states.
    counts = np.array([10, 11, 15, 30, 100, 1000])
    for byar, exact in zip(byar_interval(counts), poisson_interval(counts), strict=True):
        assert np.abs(byar / exact - 1).max() < 0.002


def test_byar_of_no_events_starts_at_0() -> None:
    lower, upper = byar_interval(0)
    assert lower == 0
    assert upper == pytest.approx(3.668, abs=1e-3)


def test_a_rate_uses_exact_limits_below_10_events_and_byar_from_10() -> None:
    lower, upper = rate_interval([9, 10], [50_000, 50_000])
    exact, byar = poisson_interval(9), byar_interval(10)
    assert (lower[0], upper[0]) == pytest.approx((2 * exact[0], 2 * exact[1]))
    assert (lower[1], upper[1]) == pytest.approx((2 * byar[0], 2 * byar[1]))


def test_missing_counts_and_empty_denominators_have_no_interval() -> None:
    assert np.isnan(wilson_interval(0, 0)).all()
    assert np.isnan(wilson_interval([np.nan, 1], [5, np.nan])).all()
    assert np.isnan(rate_interval([3, np.nan], [0, 1000])).all()
    assert np.isnan(byar_interval(np.nan)).all()
    assert np.isnan(poisson_interval(np.nan)).all()


@pytest.mark.parametrize("missing", [None, NAN, pd.NA])
def test_whatever_stands_for_missing_is_missing(missing: Any) -> None:
    def absent(value: Any) -> bool:
        return bool(np.isnan(value).all())

    assert absent(wilson_interval(missing, 5))
    assert absent(byar_interval(missing))
    assert absent(poisson_interval(missing))
    assert absent(rate_interval(5, missing))
    assert absent(funnel_limits(5, missing))
    assert absent(difference(missing, 1, 2, 1, 0, 2))
    assert compare(1, 2, missing, "higher") is None
    assert compare(missing, 2, 1, "higher") is None
    lower, _ = wilson_interval([1, missing], [2, 2])
    assert lower.tolist() == [pytest.approx(0.0945, abs=5e-5), pytest.approx(NAN, nan_ok=True)]
    series = [1, 2, 3, 4, missing]
    assert trend(series, [0] * 5, [9] * 5) == "not enough years"
    assert trend_proportion(series, [9] * 5) == "not enough years"


def test_a_higher_level_gives_a_wider_interval() -> None:
    for narrow, wide in (
        (wilson_interval(30, 90), wilson_interval(30, 90, level=0.998)),
        (byar_interval(30), byar_interval(30, level=0.998)),
        (poisson_interval(30), poisson_interval(30, level=0.998)),
        (funnel_limits(90, 0.3), funnel_limits(90, 0.3, level=0.998)),
    ):
        assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_arrays_keep_their_shape() -> None:
    lower, upper = wilson_interval(np.ones((2, 3)), 4)
    assert lower.shape == upper.shape == (2, 3)
    assert poisson_interval(np.ones((2, 3)))[0].shape == (2, 3)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="larger than its denominator"):
        wilson_interval(3, 2)
    with pytest.raises(ValueError, match="cannot be negative"):
        byar_interval(-1)
    with pytest.raises(ValueError, match="cannot be infinite"):
        wilson_interval(1, np.inf)
    for count in (1.5, 10.5):
        with pytest.raises(ValueError, match="whole counts"):
            rate_interval(count, 1000)
    with pytest.raises(ValueError, match="below its lower limit"):
        compare(2, 1, 1.5, "higher")
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson_interval(1, 2, level=95)


# Control limits


@pytest.mark.parametrize(
    ("denominator", "inner", "outer"),
    [  # OHID's test data: PHEindicatormethods and PHStatsMethods, testdata_funnel_prop_outputs.csv
        (1, (3.204264, 100), (0, 100)),
        (18, (62.390093, 98.894803), (51.864359, 100)),
        (41, (68.548635, 92.73626), (61.574398, 99.710497)),
        (1008, (78.203374, 83.081521), (76.796814, 84.488082)),
        (110000, (80.408963, 80.875933), (80.274317, 81.010578)),
    ],
)
def test_funnel_limits_give_ohids_test_data(
    denominator: int, inner: tuple[float, float], outer: tuple[float, float]
) -> None:
    baseline = 0.80642448
    for level, expected in ((0.95, inner), (0.998, outer)):
        limits = np.multiply(100, funnel_limits(denominator, baseline, level))
        assert limits == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("base", [1, 7, 60])
def test_outside_the_funnel_is_where_wilsons_interval_leaves_the_baseline_out(base: int) -> None:
    counts = np.arange(base + 1)
    for baseline in (0.013, 0.2, 0.5, 0.97):
        lower, upper = funnel_limits(base, baseline)
        low, high = wilson_interval(counts, base)
        inside = (counts / base >= lower) & (counts / base <= upper)
        assert inside.tolist() == ((low <= baseline) & (baseline <= high)).tolist()


def test_funnel_limits_at_the_ends() -> None:
    lower, upper = funnel_limits([10, 1000], [[0], [1]])
    assert lower.tolist() == upper.tolist() == [[0, 0], [1, 1]]
    assert np.isnan(funnel_limits([0, np.nan], 0.5)).all()
    with pytest.raises(ValueError, match="between 0 and 1"):
        funnel_limits(10, 50)


# Differences


@pytest.mark.parametrize(
    ("part", "whole", "other_part", "other_whole", "lower", "upper"),
    [  # Newcombe (1998), Statistics in Medicine 17: 873-890, table II, method 10
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1),
        (10, 10, 0, 10, 0.6075, 1),
    ],
)
def test_difference_gives_newcombes_table(
    part: int, whole: int, other_part: int, other_whole: int, lower: float, upper: float
) -> None:
    this = (part / whole, *wilson_interval(part, whole))
    other = (other_part / other_whole, *wilson_interval(other_part, other_whole))
    gap = part / whole - other_part / other_whole
    assert difference(*this, *other) == pytest.approx((gap, lower, upper), abs=5e-5)
    assert difference(*other, *this) == pytest.approx((-gap, -upper, -lower), abs=5e-5)


def test_difference_of_arrays_keeps_what_is_known() -> None:
    value, upper_limit = np.array([[5], [7]]), np.array([[6], [NAN]])
    gap, lower, upper = difference(value, 4, upper_limit, [3, NAN], 3, 3)
    assert gap[:, 0].tolist() == [2, 4]
    assert lower[:, 0].tolist() == [1, 1]
    assert upper[0, 0] == 3
    assert np.isnan(upper[1, 0])
    assert np.isnan([gap[:, 1], lower[:, 1], upper[:, 1]]).all()
    with pytest.raises(ValueError, match="below its lower limit"):
        difference(5, 6, 4, 3, 2, 4)


# Trends

# OHID's tests of the Fingertips trend marker, oldest year first: ukhsa-collaboration/fingertips-open
# TrendMarkerCalculatorTest.cs (sets 1 and 2), dhsc-govuk/FingertipsNext IndicatorTestData.cs.
FINGERTIPS = {
    "set 1": (
        [24.67, 24.6, 28, 30.2, 30.6],
        [23.16, 23.15, 26.44, 28.63, 28.98],
        [26.25, 26.19, 29.64, 31.9, 32.25],
        "increasing",
    ),
    "set 2": (
        [20.5506, 19.5952, 19.0349, 21.3966, 18.4372],
        [18.1803, 17.3444, 16.8421, 19.0918, 16.2925],
        [23.1427, 22.0602, 21.4394, 23.8975, 20.7941],
        "no clear change",
    ),
    "MMR coverage, Yorkshire and the Humber": (
        [92.6254, 92.3221, 90.8708, 90.017, 90.1013],
        [92.4168, 92.1072, 90.6358, 89.7694, 89.8578],
        [92.8288, 92.5315, 91.1004, 90.2594, 90.3396],
        "decreasing",
    ),
    "sight loss from diabetic eye disease": (
        [2.935, 1.93028, 2.7567, 2.8701, 3.0121],
        [2.7841, 1.8085, 2.6113, 2.7225, 2.8616],
        [3.0919, 2.058, 2.9082, 3.0237, 3.1683],
        "increasing",
    ),
}
SET_1_COUNTS = ([994, 1023, 1199, 1332, 1367], [40299, 41527, 42811, 44064, 44701])


@pytest.mark.parametrize("name", FINGERTIPS)
def test_trend_gives_what_fingertips_gives(name: str) -> None:
    values, lower, upper, expected = FINGERTIPS[name]
    assert trend(values, lower, upper) == expected
    opposite = {"increasing": "decreasing", "decreasing": "increasing"}.get(expected, expected)
    assert trend(values[::-1], lower[::-1], upper[::-1]) == opposite


def test_chi_squared_of_a_weighted_line_gives_fingertips_figure() -> None:
    values, lower, upper, _ = (np.array(each) for each in FINGERTIPS["set 1"])
    assert _line(values, (3.92 / (upper - lower)) ** 2)[1] == pytest.approx(46.77, abs=0.005)


@pytest.mark.parametrize(
    ("numerators", "denominators", "expected"),
    [
        (*SET_1_COUNTS, 47.90),  # Fingertips, as above
        # R, prop.trend.test: smokers among patients
        ([83, 90, 129, 70], [86, 93, 136, 82], 8.2249),
        # Armitage (1955), Biometrics 11: 375-386: carriers by size of tonsils
        ([19, 29, 24], [516, 589, 293], 7.19),
    ],
)
def test_chi_squared_for_trend_in_proportions_gives_published_figures(
    numerators: list[float], denominators: list[float], expected: float
) -> None:
    part, whole = np.array(numerators, dtype=float), np.array(denominators, dtype=float)
    weights = _weights_of_proportions(part, whole)
    assert weights is not None
    assert _line(part / whole, weights)[1] == pytest.approx(expected, abs=0.005)


def test_trend_of_proportions_goes_up_and_down() -> None:
    part, whole = SET_1_COUNTS
    assert trend_proportion(part, whole) == "increasing"
    assert trend_proportion(np.subtract(whole, part), whole) == "decreasing"
    assert trend_proportion(np.divide(part, 20), np.divide(whole, 20)) == "no clear change"


def around(values: list[float], margin: float) -> str:
    return trend(values, np.subtract(values, margin), np.add(values, margin))


def out_of_1000(values: list[float]) -> str:
    return trend_proportion(np.multiply(10, values), [1000] * len(values))


def test_the_threshold_is_p_0_002() -> None:
    # Slope 1 and equal errors: chi-squared = 10 / error².
    steps = [1.0, 2, 3, 4, 5]
    assert statistics.NormalDist().cdf(-math.sqrt(9.55)) * 2 == pytest.approx(0.002, abs=1e-6)
    assert around(steps, 1.96 * math.sqrt(10 / 9.56)) == "increasing"
    assert around(steps, 1.96 * math.sqrt(10 / 9.54)) == "no clear change"


@pytest.mark.parametrize("tested", [lambda values: around(values, 0.5), out_of_1000])
def test_one_year_alone_does_not_make_a_trend(tested: Callable[[list[float]], str]) -> None:
    # Without its odd year the slope is 0, or turns.
    assert tested([50, 50, 50, 50, 70]) == "no clear change"
    assert tested([70, 50, 50.1, 50.1, 50.2]) == "no clear change"
    assert tested([50, 50.1, 50.1, 50.2, 70]) == "increasing"


def test_what_rounding_leaves_of_a_slope_of_0_has_no_sign() -> None:
    values = np.array([50.9, 50.9, 50.9, 50.9, 90.9])
    margins = np.array([2.9, 0.7, 2.9, 1.1, 1.4])
    assert trend(values, values - margins, values + margins) == "no clear change"
    nine_tenths_then_all = [3762, 1089, 3951, 612, 3850], [4180, 1210, 4390, 680, 3850]
    assert trend_proportion(*nine_tenths_then_all) == "no clear change"


@pytest.mark.parametrize("tested", [lambda values: around(values, 0.5), out_of_1000])
def test_only_the_latest_five_years_count(tested: Callable[[list[float]], str]) -> None:
    assert tested([NAN, 90, 50, 60, 70, 80, 90]) == "increasing"
    assert tested([50, 60, 70, 80, NAN, 90]) == "not enough years"
    assert tested([50, 60, 70, 80]) == "not enough years"
    assert tested([]) == "not enough years"


def test_without_an_interval_there_are_not_enough_years() -> None:
    values = [50, 60, 70, 80, 90]
    assert trend(values, values, [*values[:4], NAN]) == "not enough years"


def test_an_interval_without_width_is_no_certainty() -> None:
    sure, narrow, wide = 0.0, 1.0, 10.0

    def ending_at(last: float, margins: list[float]) -> str:
        values = np.array([96, 97, 98, 99, last])
        return trend(values, values - margins, values + margins)

    assert ending_at(100, [sure] * 5) == "no clear change"
    assert ending_at(100, [narrow] * 4 + [sure]) == "increasing"
    assert ending_at(100, [wide] * 4 + [sure]) == "no clear change"
    assert ending_at(100, [narrow] * 3 + [wide, sure]) == ending_at(
        100, [narrow] * 3 + [wide, wide]
    )


@pytest.mark.parametrize("share", [0, 1, 0.3])
def test_equal_proportions_are_no_clear_change(share: float) -> None:
    whole = np.array([10, 2000, 30, 40, 1])
    assert trend_proportion(share * whole, whole) == "no clear change"


def test_proportions_of_tiny_and_empty_bases() -> None:
    assert trend_proportion([0, 0, 1, 1, 1], [1] * 5) == "no clear change"
    assert trend_proportion([0, 20, 40, 60, 80], [80] * 5) == "increasing"
    assert trend_proportion([0, 1, 2, 3, 4], [0, 5, 5, 5, 5]) == "not enough years"


def test_a_trend_refuses_what_cannot_be() -> None:
    five = [1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="same length"):
        trend(five, five, [9] * 4)
    with pytest.raises(ValueError, match="same length"):
        trend_proportion(five, 9)
    with pytest.raises(ValueError, match="below its lower limit"):
        trend(five, [9] * 5, [1] * 5)
    with pytest.raises(ValueError, match="larger than its denominator"):
        trend_proportion(five, [4] * 5)


# Statistical neighbours


def table(**columns: list[float]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    same = {"pop_18_64": [8000] * size, "pop_65_plus": [2000] * size, "imd2019_score": [20] * size}
    return pd.DataFrame({"area_code": list("EDCBA")[:size]} | same | columns)


def test_the_nearest_comes_first_and_ties_by_area_code() -> None:
    # D and C are 1.7 away on either side, which floats do not quite say.
    by_deprivation = table(imd2019_score=[22.7, 24.4, 21, 25.4, 33.4])
    assert neighbours(by_deprivation, "E", 4) == ["C", "D", "B", "A"]
    assert neighbours(by_deprivation, "A", 2) == ["B", "D"]


def test_neighbours_are_those_of_a_plain_count_over_all_councils(review: Review) -> None:
    councils = review.councils
    younger, older = councils["pop_18_64"].tolist(), councils["pop_65_plus"].tolist()
    shares = [old / (young + old) for young, old in zip(younger, older, strict=True)]
    standard = []
    for measure in (younger, older, shares, councils["imd2019_score"].tolist()):
        mean, spread = statistics.fmean(measure), statistics.pstdev(measure)
        standard.append([(value - mean) / spread for value in measure])
    points = dict(zip(councils["area_code"], zip(*standard, strict=True), strict=True))
    assert len(points) == 153
    for code, point in points.items():
        others = sorted(points.keys() - {code}, key=lambda other: math.dist(point, points[other]))
        assert neighbours(councils, code) == others[:15]


def test_neighbours_refuse_what_cannot_be() -> None:
    councils = table(imd2019_score=[10, 11, 9, 12, 30])
    with pytest.raises(ValueError, match="“X” is there 0 times"):
        neighbours(councils, "X", 2)
    for n in (0, 5):
        with pytest.raises(ValueError, match=f"1 to 4 neighbours to ask for, not {n}"):
            neighbours(councils, "A", n)
    assert len(neighbours(councils, "A", 4)) == 4
    with pytest.raises(ValueError, match="missing for C"):
        neighbours(table(pop_18_64=[1, 2, NAN, 4, 5]), "A", 2)
