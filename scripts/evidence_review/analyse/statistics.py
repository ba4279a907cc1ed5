"""Confidence intervals, by the methods that OHID publishes for public health figures.

Every function takes numbers or arrays of any shapes that broadcast, and returns the pair
(lower, upper) in the shape of the broadcast. Missing values (NaN) in give NaN out.
"""

from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]


def _normal_quantile(level: float) -> float:
    """The two-sided standard normal quantile, 1.96 for a level of 0.95."""
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval lies between 0 and 1, not {level}")
    return NormalDist().inv_cdf((1 + level) / 2)


def _counts(values: ArrayLike, what: str) -> NDArray[np.float64]:
    counts = np.asarray(values, dtype=float)
    if np.any(counts < 0):
        raise ValueError(f"a {what} cannot be negative")
    return counts


def wilson_interval(numerator: ArrayLike, denominator: ArrayLike, level: float = 0.95) -> Limits:
    """Wilson's score interval for a proportion.

    numerator, denominator: counts, 0 <= numerator <= denominator; they need not be whole (a
        percentage that was published without its count can stand in as share × denominator).
    level: the confidence level, 0.95 for a 95% interval.
    Returns (lower, upper) as proportions from 0 to 1; NaN where the denominator is 0.
    Raises ValueError for a negative count, a numerator above its denominator or a level outside
    0 to 1.
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
    return np.clip(lower, 0, 1)[()], np.clip(upper, 0, 1)[()]


def byar_interval(count: ArrayLike, level: float = 0.95) -> Limits:
    """Byar's approximate interval for a Poisson count.

    count: events, 0 or more. Good for counts of 10 and above; below that use `poisson_interval`.
    level: the confidence level, 0.95 for a 95% interval.
    Returns (lower, upper) on the scale of the count.
    Raises ValueError for a negative count or a level outside 0 to 1.
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
    Raises ValueError for a negative or broken count or a level outside 0 to 1.
    Source: Breslow and Day (1987), as for `byar_interval`; OHID, Technical guide: confidence
    intervals, appendix on the exact method.
    """
    _normal_quantile(level)  # refuses a level outside 0 to 1
    events = _counts(count, "count")
    if np.any(events[np.isfinite(events)] % 1 != 0):
        raise ValueError("exact limits need whole counts")
    limits = np.full((2, *events.shape), np.nan)
    for value in np.unique(events[np.isfinite(events)]):
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
    Raises ValueError for a negative or broken count or a level outside 0 to 1.
    Source: OHID's published method, as for `byar_interval` and `poisson_interval`.
    """
    events, people = np.broadcast_arrays(
        _counts(count, "count"), _counts(denominator, "denominator")
    )
    few = events < 10
    exact = poisson_interval(np.where(few, events, np.nan), level)
    byar = byar_interval(np.where(few, np.nan, events), level)
    people = np.where(people == 0, np.nan, people)
    lower, upper = (np.where(few, e, b) / people * per for e, b in zip(exact, byar, strict=True))
    return lower[()], upper[()]


def compare(lower: float, upper: float, comparator: float, better: str) -> str | None:
    """A figure beside a comparator's value, in one word.

    lower, upper: the figure's 95% interval. comparator: the value it is held against.
    better: "higher" or "lower", as the indicator's direction; anything else means it has none.
    Returns "similar" when the comparator lies inside the interval, its ends included; else "better"
    or "worse" by the direction, or "higher" or "lower" where there is none; None when anything is
    missing. Source: OHID Fingertips, comparison by confidence interval.
    """
    if not np.isfinite([lower, upper, comparator]).all():
        return None
    if lower <= comparator <= upper:
        return "similar"
    is_higher = lower > comparator
    if better not in ("higher", "lower"):
        return "higher" if is_higher else "lower"
    return "better" if is_higher == (better == "higher") else "worse"
