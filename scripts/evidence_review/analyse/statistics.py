"""Intervals, control limits, trends and statistical neighbours.

The methods are those that OHID publishes for public health figures, where it has one.
Functions that return limits take numbers or arrays of any shapes that broadcast, and return in the
shape of the broadcast. Missing values (NaN, None, pd.NA) in give NaN out.
"""

from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]
Difference = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]

Z_95 = 1.959963984540054  # standard errors on each side of a 95% interval
YEARS_OF_A_TREND = 5
CHANGE = 9.55  # chi-squared on one degree of freedom for p = 0.002
INCREASING, DECREASING = "increasing", "decreasing"
NO_CLEAR_CHANGE, NOT_ENOUGH_YEARS = "no clear change", "not enough years"


def _normal_quantile(level: float) -> float:
    """The two-sided standard normal quantile, 1.96 for a level of 0.95."""
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval lies between 0 and 1, not {level}")
    return NormalDist().inv_cdf((1 + level) / 2)


def _numbers(values: Any) -> NDArray[np.float64]:
    """The values as floats, NaN for whatever stands for a missing one."""
    try:
        return np.asarray(values, dtype=float)
    except TypeError:  # pd.NA is no number
        loose = np.asarray(values, dtype=object)
        return np.where(pd.isna(loose), np.nan, loose).astype(float)


def _counts(values: ArrayLike, what: str) -> NDArray[np.float64]:
    counts = _numbers(values)
    if np.any(counts < 0):
        raise ValueError(f"a {what} cannot be negative")
    if np.any(np.isinf(counts)):
        raise ValueError(f"a {what} cannot be infinite")
    return counts


def _whole_counts(values: ArrayLike) -> NDArray[np.float64]:
    counts = _counts(values, "count")
    if np.any(counts[~np.isnan(counts)] % 1 != 0):
        raise ValueError("these limits need whole counts")
    return counts


def wilson_interval(numerator: ArrayLike, denominator: ArrayLike, level: float = 0.95) -> Limits:
    """Wilson's score interval for a proportion.

    numerator, denominator: counts, 0 <= numerator <= denominator; they need not be whole (a
        percentage that was published without its count can stand in as share × denominator).
    level: the confidence level, 0.95 for a 95% interval.
    Returns (lower, upper) as proportions from 0 to 1; NaN where the denominator is 0. The limits
    of none and of all are exactly 0 and exactly 1, so that they hold the proportion itself.
    Raises ValueError for a negative or infinite count, a numerator above its denominator or a level
    outside 0 to 1.
    Source: Wilson (1927), Journal of the American Statistical Association 22: 209-212; OHID,
    Technical guide: confidence intervals, appendix on the Wilson score method.
    """
    z = _normal_quantile(level)
    part, whole = np.broadcast_arrays(
        _counts(numerator, "numerator"), _counts(denominator, "denominator")
    )
    if np.any(part > whole):
        raise ValueError("a numerator cannot be larger than its denominator")
    whole = np.where(whole == 0, np.nan, whole)
    centre = 2 * part + z**2
    spread = z * np.sqrt(z**2 + 4 * part * (1 - part / whole))
    lower = (centre - spread) / (2 * (whole + z**2))
    upper = (centre + spread) / (2 * (whole + z**2))
    upper = np.where(part == whole, 1, upper)
    return np.clip(lower, 0, 1)[()], np.clip(upper, 0, 1)[()]


def byar_interval(count: ArrayLike, level: float = 0.95) -> Limits:
    """Byar's approximate interval for a Poisson count.

    count: events, 0 or more. Good for counts of 10 and above; below that use `poisson_interval`.
    level: the confidence level, 0.95 for a 95% interval.
    Returns (lower, upper) on the scale of the count.
    Raises ValueError for a negative or infinite count or a level outside 0 to 1.
    Source: Breslow and Day (1987), Statistical methods in cancer research, volume II, IARC;
    OHID, Technical guide: confidence intervals, appendix on Byar's method.
    """
    z = _normal_quantile(level)
    events = _counts(count, "count")
    safe = np.where(events == 0, np.nan, events)
    lower = np.where(events == 0, 0.0, safe * (1 - 1 / (9 * safe) - z / (3 * np.sqrt(safe))) ** 3)
    following = events + 1
    upper = following * (1 - 1 / (9 * following) + z / (3 * np.sqrt(following))) ** 3
    return np.maximum(lower, 0)[()], upper[()]


def poisson_interval(count: ArrayLike, level: float = 0.95) -> Limits:
    """The exact interval for a Poisson count.

    The lower limit is the mean under which `count` or more events have a probability of
    (1 - level) / 2; the upper limit is the mean under which `count` or fewer have it.

    count: whole numbers of events, 0 or more.
    level: the confidence level, 0.95 for a 95% interval.
    Returns (lower, upper) on the scale of the count; the lower limit of 0 events is 0.
    Raises ValueError for a negative, infinite or broken count or a level outside 0 to 1.
    Source: Breslow and Day (1987), as for `byar_interval`; OHID, Technical guide: confidence
    intervals, appendix on the exact method.
    """
    _normal_quantile(level)  # refuses a level outside 0 to 1
    events = _whole_counts(count)
    limits = np.full((2, *events.shape), np.nan)
    for value in np.unique(events[~np.isnan(events)]):
        limits[:, events == value] = np.array(_exact_limits(int(value), level))[:, None]
    return limits[0][()], limits[1][()]


@lru_cache(maxsize=4096)
def _exact_limits(count: int, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else _mean_with_cumulative(count - 1, 1 - tail)
    return lower, _mean_with_cumulative(count, tail)


def _mean_with_cumulative(count: int, probability: float) -> float:
    """The Poisson mean under which `count` or fewer events have this probability."""
    steps = np.arange(count + 1)
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, count + 1)))])

    def cumulative(mean: float) -> float:
        return float(np.exp(steps * np.log(mean) - mean - log_factorials).sum())

    # The probability falls as the mean rises, so halving the bracket must close in on it.
    low, high = 1e-12, count + 10 * np.sqrt(count + 1) + 20
    for _ in range(100):
        middle = (low + high) / 2
        if cumulative(middle) > probability:
            low = middle
        else:
            high = middle
    return float((low + high) / 2)


def rate_interval(
    count: ArrayLike, denominator: ArrayLike, per: float = 100_000, level: float = 0.95
) -> Limits:
    """The interval of a rate: Byar's limits, and the exact ones for a count below 10.

    count: whole numbers of events; denominator: people at risk; per: 100,000 unless told.
    Returns (lower, upper) as rates per `per`; NaN where the denominator is 0.
    Raises ValueError for a negative or infinite count, a broken count of events or a level outside
    0 to 1.
    Source: OHID's published method, as for `byar_interval` and `poisson_interval`.
    """
    events, people = np.broadcast_arrays(_whole_counts(count), _counts(denominator, "denominator"))
    few = events < 10
    exact = poisson_interval(np.where(few, events, np.nan), level)
    byar = byar_interval(np.where(few, np.nan, events), level)
    people = np.where(people == 0, np.nan, people)
    lower, upper = (np.where(few, e, b) / people * per for e, b in zip(exact, byar, strict=True))
    return lower[()], upper[()]


def funnel_limits(denominators: ArrayLike, baseline: ArrayLike, level: float = 0.95) -> Limits:
    """Control limits around a baseline proportion: how far chance alone takes an area from it.

    denominators: the size of each area's base, a count; baseline: the proportion, 0 to 1, that all
        areas share if nothing but chance sets them apart (all numerators over all denominators).
    level: 0.95 for the inner funnel, 0.998 for the outer.
    Returns (lower, upper) as proportions from 0 to 1; NaN where the denominator is 0. A proportion
    on a limit is inside. An area is outside exactly where the Wilson interval of its proportion, at
    the same level, leaves the baseline out.
    Raises ValueError for a negative or infinite denominator, or a baseline or level outside 0 to 1.
    Source: OHID, R package PHEindicatormethods, calculate_funnel_limits with the statistic
    "proportion"; its formula is the root of the score test's equation and comes to
    baseline ± z × sqrt(baseline × (1 - baseline) / denominator). Spiegelhalter (2005), Statistics
    in Medicine 24: 1185-1202.
    """
    z = _normal_quantile(level)
    whole, centre = np.broadcast_arrays(_counts(denominators, "denominator"), _numbers(baseline))
    if np.any((centre < 0) | (centre > 1)):
        raise ValueError("a baseline proportion lies between 0 and 1")
    reach = z * np.sqrt(centre * (1 - centre) / np.where(whole == 0, np.nan, whole))
    return np.maximum(centre - reach, 0)[()], np.minimum(centre + reach, 1)[()]


def difference(
    value: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    other: ArrayLike,
    other_lower: ArrayLike,
    other_upper: ArrayLike,
) -> Difference:
    """The difference of two independent estimates, with its interval, by square-and-add.

    value, lower, upper: an estimate and its interval; other, other_lower, other_upper: the one that
        is taken from it. Both intervals of the same level and on the same scale.
    Returns (value - other, lower, upper) on the scale of the estimates, the limits at the level of
    the intervals; each of the three is NaN where anything that goes into it is missing.
    Raises ValueError for an upper limit below its lower limit.
    Source: Newcombe (1998), Statistics in Medicine 17: 873-890, method 10, for proportions with
    Wilson intervals; Zou and Donner (2008), Statistics in Medicine 27: 1693-1702, for all others.
    """
    this, low, high = _numbers(value), _numbers(lower), _numbers(upper)
    that, that_low, that_high = _numbers(other), _numbers(other_lower), _numbers(other_upper)
    _check_limits(low, high)
    _check_limits(that_low, that_high)
    gap = this - that
    least = gap - np.hypot(this - low, that_high - that)
    most = gap + np.hypot(high - this, that - that_low)
    gap, least, most = np.broadcast_arrays(gap, least, most)
    # What rounding leaves of 0 must not lie on one side of it.
    return np.round(gap, 9)[()], np.round(least, 9)[()], np.round(most, 9)[()]


def _check_limits(lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
    if np.any(upper < lower):
        raise ValueError("an upper limit cannot lie below its lower limit")


def compare(
    lower: float | None, upper: float | None, comparator: float | None, better: str
) -> str | None:
    """A figure beside a comparator's value, in one word.

    lower, upper: the figure's 95% interval. comparator: the value it is held against.
    better: "higher" or "lower", as the indicator's direction; anything else means it has none.
    Returns "similar" when the comparator lies inside the interval, its ends included; else "better"
    or "worse" by the direction, or "higher" or "lower" where there is none; None when anything is
    missing. Raises ValueError for an upper limit below the lower.
    Source: OHID Fingertips, comparison by confidence interval.
    """
    low, high, value = _numbers([lower, upper, comparator])
    if not np.isfinite([low, high, value]).all():
        return None
    _check_limits(low, high)
    if low <= value <= high:
        return "similar"
    is_higher = low > value
    if better not in ("higher", "lower"):
        return "higher" if is_higher else "lower"
    return "better" if is_higher == (better == "higher") else "worse"


def trend(values: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> str:
    """Whether annual figures go up or down, from their values and 95% intervals.

    values, lower, upper: one number a year, oldest first, all on one basis; the latest five count.
        NaN stands for a missing year, and a caller puts it where a break falls.
    Returns "increasing", "decreasing", "no clear change", or "not enough years" when there are
    fewer than five years or any value or limit of the latest five is missing.

    A weighted line is fitted to the five years; each year's standard error is its width / 3.92.
    It is a change when chi-squared = (slope / its standard error)² is above 9.55 (p = 0.002) and
    the slope keeps its sign whichever of the five years is left out; a slope of 0 has no sign.

    An interval without width (all who answered gave one answer) says that the spread could not be
    measured, not that there is none. Such a year counts as no surer than the least sure of the
    five: it gets the widest of their widths. When none has a width it is "no clear change".
    Raises ValueError for lists of different lengths or an upper limit below its lower limit.
    Source: OHID, Fingertips trend markers, Public health technical guidance (all indicators other
    than proportions). A width of 0 is our rule: Fingertips' own code divides by it and comes to no
    change.
    """
    series = _series(values, lower, upper)
    _check_limits(series[1], series[2])
    latest = series[:, -YEARS_OF_A_TREND:]
    if latest.shape[1] < YEARS_OF_A_TREND or not np.isfinite(latest).all():
        return NOT_ENOUGH_YEARS
    width = latest[2] - latest[1]
    if not width.any():
        return NO_CLEAR_CHANGE
    error = np.where(width == 0, width.max(), width) / 3.92
    return _direction(latest[0], error**-2)


def trend_proportion(numerators: ArrayLike, denominators: ArrayLike) -> str:
    """Whether annual proportions go up or down, from their counts.

    numerators, denominators: counts, one a year, oldest first, all on one basis; the latest five
        count. NaN stands for a missing year, and a caller puts it where a break falls.
    Returns "increasing", "decreasing", "no clear change", or "not enough years" when there are
    fewer than five years or any of the latest five has no count or a denominator of 0.

    It is a change when the chi-squared test for trend in proportions, scores 1 to 5, gives more
    than 9.55 (p = 0.002) and the slope keeps its sign whichever of the five years is left out.
    Raises ValueError for lists of different lengths, a negative or infinite count or a numerator
    above its denominator.
    Source: OHID, as for `trend` (proportions); Armitage (1955), Biometrics 11: 375-386. Slopes are
    those of the test itself, of the proportions weighted by their denominators. OHID takes the
    slope of the log odds without weights for the sign, which 0% and 100% do not have.
    """
    series = _series(_counts(numerators, "numerator"), _counts(denominators, "denominator"))
    if np.any(series[0] > series[1]):
        raise ValueError("a numerator cannot be larger than its denominator")
    part, whole = series[:, -YEARS_OF_A_TREND:]
    if whole.size < YEARS_OF_A_TREND or np.isnan([part, whole]).any() or not whole.all():
        return NOT_ENOUGH_YEARS
    weights = _weights_of_proportions(part, whole)
    return NO_CLEAR_CHANGE if weights is None else _direction(part / whole, weights)


def _series(*lists: ArrayLike) -> NDArray[np.float64]:
    """Lists with one number a year as the rows of one array."""
    rows = [_numbers(each) for each in lists]
    if any(row.ndim != 1 or row.shape != rows[0].shape for row in rows):
        raise ValueError("a trend needs lists of the same length, one number a year in each")
    return np.array(rows)


def _weights_of_proportions(
    part: NDArray[np.float64], whole: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """One over the variance of each proportion if all were equal; None if they are all 0% or 100%.

    With these weights `_line` gives the chi-squared of the test for trend in proportions.
    """
    overall = part.sum() / whole.sum()
    spread = overall * (1 - overall)
    return None if spread == 0 else whole / spread


def _direction(values: NDArray[np.float64], weights: NDArray[np.float64]) -> str:
    """The verdict on years without gaps; values, weights: (years,), weights 1 / variance."""
    slope, chi_squared = _line(values, weights)
    without_one, _ = _line(values, weights * (1 - np.eye(values.size)))
    # Below this a slope is what rounding leaves of 0.
    nothing = 1e-9 * np.ptp(values)
    signs = np.sign(np.where(np.abs(without_one) <= nothing, 0, without_one))
    if not chi_squared > CHANGE or np.any(signs != np.sign(slope)):
        return NO_CLEAR_CHANGE
    return INCREASING if slope > 0 else DECREASING


def _line(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weighted line through values on the years 1, 2, 3 …: (slope, chi-squared of the slope).

    values: (years,). weights: (years,) or (lines, years), 1 / variance; 0 leaves a year out.
    """
    total = weights.sum(axis=-1, keepdims=True)
    years = np.arange(1, values.size + 1)
    years_off_mean = years - (weights * years).sum(axis=-1, keepdims=True) / total
    values_off_mean = values - (weights * values).sum(axis=-1, keepdims=True) / total
    spread = (weights * years_off_mean**2).sum(axis=-1)
    slope = (weights * years_off_mean * values_off_mean).sum(axis=-1) / spread
    return slope, slope**2 * spread


def neighbours(councils: pd.DataFrame, code: str, n: int = 15) -> list[str]:
    """The councils most like one council, nearest first.

    councils: data/councils.csv, one row a council: area_code, pop_18_64, pop_65_plus (people),
        imd2019_score. code: the council's area code. n: how many neighbours.
    Returns n area codes, never the council's own; councils equally near by area code.

    Near means a short straight line between two councils on four measures, each standardised over
    all councils (less the mean, over the standard deviation): people aged 18 to 64, people aged 65
    and over, the share of adults aged 65 and over, and the score of the Index of Multiple
    Deprivation 2019.
    Raises ValueError for a code that is not there once, n below 1 or above the number of other
    councils, or a missing input of any council.
    Source: our rule.
    """
    codes = councils["area_code"].to_numpy(dtype=str)
    place = np.flatnonzero(codes == code)
    if place.size != 1:
        raise ValueError(f"the area code “{code}” is there {place.size} times; expected once")
    if not 1 <= n < codes.size:
        raise ValueError(f"there are 1 to {codes.size - 1} neighbours to ask for, not {n}")
    younger, older, deprivation = (
        _numbers(councils[column]) for column in ("pop_18_64", "pop_65_plus", "imd2019_score")
    )
    adults = younger + older
    share = older / np.where(adults > 0, adults, np.nan)
    measures = np.column_stack([younger, older, share, deprivation])
    missing = codes[~np.isfinite(measures).all(axis=1)]
    if missing.size:
        raise ValueError(f"population or deprivation is missing for {', '.join(missing)}")
    spread = measures.std(axis=0)
    scores = (measures - measures.mean(axis=0)) / np.where(spread == 0, 1, spread)
    # Rounded, so that the last bit of a sum never decides between two that are equally near.
    distances = np.linalg.norm(scores - scores[place], axis=1).round(9)
    nearest = np.lexsort((codes, distances))
    return [str(each) for each in codes[nearest[nearest != place]][:n]]
