"""Shares, means and changes, against published and independently computed values."""

import numpy as np
import pytest
from scipy import stats

from evidence_review.analyse.own.differences import means_differ, shares_differ
from evidence_review.analyse.own.estimates import (
    Sampled,
    changed_mean,
    changed_share,
    effective_size,
    mean,
    paired_mean,
    paired_share,
    share,
)

PLAIN = Sampled(None, 0, weighted=False)


def answers(good: int, others: int) -> np.ndarray:
    return np.repeat([True, False], [good, others])


def plain_share(good: int, others: int, sampled: Sampled = PLAIN) -> tuple[float, float]:
    found = share(answers(good, others), np.ones(good + others), sampled)
    return found.lower, found.upper


def test_a_share_has_wilsons_interval_of_its_whole_percentage() -> None:
    # Newcombe (1998), Statistics in Medicine 17: 857-872, table I: 81 of 263 and 15 of 148; the
    # whole percentages, 31 and 10, are less than half a point away.
    assert plain_share(81, 182) == pytest.approx((0.2553, 0.3662), abs=3e-3)
    assert plain_share(15, 133) == pytest.approx((0.0624, 0.1605), abs=3e-3)
    # By hand for 56 of 70, 80%.
    assert plain_share(56, 14) == pytest.approx((0.6918, 0.8770), abs=5e-5)


def test_the_finite_population_correction_is_cochrans() -> None:
    assert Sampled(1000, 100, False).correction == pytest.approx(900 / 999)
    # In a large sample the margin is 1.96 × √(pq / n × (N − n) / (N − 1)).
    lower, upper = plain_share(5000, 5000, Sampled(20_000, 10_000, False))
    assert (upper - lower) / 2 == pytest.approx(
        1.959964 * np.sqrt(0.25 / 10_000 * 10_000 / 19_999), rel=1e-3
    )


def test_where_everyone_who_could_be_asked_answered_there_is_no_margin() -> None:
    assert plain_share(30, 10, Sampled(40, 40, False)) == (0.75, 0.75)


def test_kishs_effective_size_by_hand() -> None:
    # 50 people who count once and 50 who count twice: 150² / 250.
    assert effective_size(np.repeat([1.0, 2.0], 50)) == 90
    assert effective_size(np.full(12, 3.7)) == pytest.approx(12)


def test_a_weighted_share_is_as_precise_as_its_effective_size() -> None:
    # 40 good answers of 50 that count once, 20 of 50 that count twice: (40 + 40) / 150.
    good = np.concatenate([answers(40, 10), answers(20, 30)])
    found = share(good, np.repeat([1.0, 2.0], 50), Sampled(None, 100, weighted=True))
    # Wilson's limits of 53% of 90 people by his formula.
    centre, spread = 0.53 + 1.959964**2 / 180, np.sqrt(0.53 * 0.47 / 90 + 1.959964**2 / 180**2)
    limits = (np.array([-1, 1]) * 1.959964 * spread + centre) / (1 + 1.959964**2 / 90)
    assert found.value == 0.53
    assert (found.lower, found.upper) == pytest.approx(tuple(limits))


@pytest.mark.parametrize("weights", [np.ones(120), np.repeat([0.7, 2.3], [80, 40])])
def test_the_limits_of_a_share_say_no_more_of_the_answers_than_the_share(
    weights: np.ndarray,
) -> None:
    sampled = Sampled(None, 120, bool(np.ptp(weights) > 0))
    found = [
        share(np.concatenate([answers(n, 80 - n), answers(20, 20)]), weights, sampled)
        for n in range(81)
    ]
    limits = {(e.value, e.lower, e.upper) for e in found}
    assert len(limits) == len({value for value, _, _ in limits}) <= 68


def test_a_mean_has_students_interval() -> None:
    scores = np.array([12.0, 15, 18, 20, 21, 24, 9, 16, 17, 19])
    expected = stats.ttest_1samp(scores, 0).confidence_interval()
    found = mean(scores, np.ones(10), PLAIN)
    assert (found.lower, found.upper) == pytest.approx((expected.low, expected.high))
    narrower = mean(scores, np.ones(10), Sampled(40, 10, weighted=False))
    assert narrower.error == pytest.approx(found.error * np.sqrt(30 / 39))


def test_two_samples_are_compared_by_newcombe_and_by_welch() -> None:
    # Newcombe (1998), Statistics in Medicine 17: 873-890, table II, method 10: 56/70 and 48/80.
    one, two = (
        share(answers(*counts), np.ones(sum(counts)), PLAIN) for counts in ((56, 14), (48, 32))
    )
    found = changed_share(two, one)
    assert (found.lower, found.upper) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    rng = np.random.default_rng(1)
    before, after = rng.normal(15, 2, 40), rng.normal(17, 5, 25)
    expected = stats.ttest_ind(after, before, equal_var=False).confidence_interval()
    moved = changed_mean(mean(before, np.ones(40), PLAIN), mean(after, np.ones(25), PLAIN))
    assert (moved.lower, moved.upper) == pytest.approx((expected.low, expected.high))


def test_the_same_people_are_compared_by_newcombes_paired_method() -> None:
    # Fagerland, Lydersen and Laake (2014), Statistics in Medicine 33: 2850-2875: airways of 21
    # children before and after (Bentur 2009). Signs turned, as theirs is first minus second.
    found = paired_share(1, 1, 7, 12)
    assert (found.value, found.lower, found.upper) == pytest.approx(
        (6 / 21, 0.026, 0.507), abs=5e-4
    )
    # Agresti (2002), Categorical Data Analysis, section 10.1: approval of a prime minister in two
    # surveys of 1,600 people, -0.04 (-0.06 to -0.02).
    found = paired_share(794, 150, 86, 570)
    assert (found.lower, found.upper) == pytest.approx((-0.06, -0.02), abs=2e-3)


def test_following_people_is_more_precise_than_asking_others() -> None:
    followed = paired_share(794, 150, 86, 570)
    one, two = (share(answers(n, 1600 - n), np.ones(1600), PLAIN) for n in (794 + 150, 794 + 86))
    asked_anew = changed_share(one, two)
    assert followed.value == pytest.approx(asked_anew.value)
    assert followed.upper - followed.lower < (asked_anew.upper - asked_anew.lower) * 0.6


def test_a_paired_mean_is_the_paired_t() -> None:
    before, after = np.array([10.0, 12, 15, 18, 20, 9]), np.array([12.0, 12, 18, 17, 23, 13])
    expected = stats.ttest_rel(after, before).confidence_interval()
    found = paired_mean(after - before)
    assert (found.lower, found.upper) == pytest.approx((expected.low, expected.high))


def grouped(*counts: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    good = np.concatenate([answers(*pair) for pair in counts])
    return good, np.repeat([str(i) for i in range(len(counts))], [sum(pair) for pair in counts])


def test_each_test_is_made_where_it_holds() -> None:
    good, groups = grouped((40, 60), (60, 40))
    found = shares_differ(good, groups, np.ones(200), weighted=False)
    # Chi-squared of 8 on one degree of freedom: p = 0.0047.
    assert (found.test, found.result, found.band) == ("chi-squared", "differ", "p < 0.01")
    good, groups = grouped((3, 1), (1, 3))  # Fisher's tea: p = 0.486
    found = shares_differ(good, groups, np.ones(8), weighted=False)
    assert (found.test, found.band) == ("Fisher’s exact test", "p ≥ 0.05")
    good, groups = grouped((5, 5), (5, 195), (6, 150))
    found = shares_differ(good, groups, np.ones(len(good)), weighted=False)
    assert (found.test, found.band) == ("chi-squared by permutation", "p < 0.001")


def test_weights_make_a_difference_less_clear() -> None:
    good, groups = grouped((40, 60), (56, 44))
    even = shares_differ(good, groups, np.ones(200), weighted=True)
    uneven = shares_differ(good, groups, np.tile([1.0, 4.0], 100), weighted=True)
    assert (even.band, uneven.band) == ("p < 0.05", "p ≥ 0.05")
    assert uneven.test == "chi-squared, corrected for weights (Rao and Scott)"


def test_too_few_weighted_answers_get_no_test_and_a_reason() -> None:
    good, groups = grouped((5, 5), (5, 195))
    found = shares_differ(good, groups, np.tile([1.0, 2.0], 105), weighted=True)
    assert found.result == "not tested"
    assert "too few" in found.why


def test_means_of_two_groups_are_tested_like_welchs_t() -> None:
    rng = np.random.default_rng(5)
    for gap in (0, 1, 2.2, 6):
        one, two = rng.normal(14, 3, 30), rng.normal(14 + gap, 6, 45)
        p = stats.ttest_ind(one, two, equal_var=False).pvalue
        groups = np.repeat(["a", "b"], [30, 45])
        found = means_differ(np.concatenate([one, two]), groups, np.ones(75))
        band = "p < 0.001" if p < 0.001 else "p < 0.01" if p < 0.01 else "p < 0.05"
        assert found.band == (band if p < 0.05 else "p ≥ 0.05")
