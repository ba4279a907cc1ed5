"""The difference between the ages beside take-up, across councils."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evidence_review.analyse.national.older_people import older_people
from evidence_review.analyse.national.older_people_links import (
    beside_take_up,
    correlations,
    link,
    links,
    meta_regression,
)
from evidence_review.analyse.review import Review

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
    older = link(beside_take_up(review, ages.rows, "direct-payments", "65-plus"))
    assert older["slope"] != found["slope"]
    level = link(joined, ["share_65", "imd2019_score"])
    assert level["councils"] < found["councils"]  # councils that are gone have no population


def test_the_other_correlation_is_pearsons_of_ranks_with_a_wider_interval() -> None:
    random = np.random.default_rng(7)
    one = pd.Series(random.normal(size=60))
    two = 0.5 * one + random.normal(size=60)
    found = correlations(one, two)
    r = float(np.corrcoef(one.rank(), two.rank())[0, 1])
    assert found["spearman"] == pytest.approx(r)
    # Bonett and Wright (2000): the standard error of atanh(r) is the root of (1 + r²/2) / (n − 3).
    reach = 1.959963984540054 * np.sqrt((1 + r**2 / 2) / 57)
    assert np.arctanh(found["spearman_upper"]) == pytest.approx(np.arctanh(r) + reach)
    reach = 1.959963984540054 / np.sqrt(57)
    assert np.arctanh(found["pearson_lower"]) == pytest.approx(np.arctanh(found["pearson"]) - reach)
