"""Intervals against worked values that others have published."""

import math

import numpy as np
import pytest

from evidence_review.analyse.statistics import (
    byar_interval,
    poisson_interval,
    rate_interval,
    wilson_interval,
)


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


def test_a_higher_level_gives_a_wider_interval() -> None:
    for narrow, wide in (
        (wilson_interval(30, 90), wilson_interval(30, 90, level=0.998)),
        (byar_interval(30), byar_interval(30, level=0.998)),
        (poisson_interval(30), poisson_interval(30, level=0.998)),
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
    with pytest.raises(ValueError, match="whole counts"):
        poisson_interval(1.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson_interval(1, 2, level=95)
