"""Whether groups differ by more than chance explains."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evidence_review.analyse.own.disclosure import HIGHEST_SCORE
from evidence_review.analyse.own.estimates import effective_size

Numbers = NDArray[Any]

LEVEL = 0.05
FEWEST_EXPECTED = 5  # Cochran's rule for the chi-squared distribution to hold
COUNT_REACH, MEAN_REACH = 2, 0.05  # how far a count and a mean can be from the rounded one
AT_AN_END = "an interval shown reaches the end of the scale"
OF_SHOWN = ", of the groups shown, as rounded"
_STEPS = 101
_TABLES = 9_999  # drawn where they are too many to go through
_SEED = 20_170_101  # the same tables each time

DIFFER, NO_CLEAR_DIFFERENCE, NOT_TESTED = "differ", "no clear difference", "not tested"


class Verdict(NamedTuple):
    """What a test of difference says.

    test: its name, blank when none was made. result: "differ" (p < 0.05), "no clear difference" or
    "not tested". why: the reason when not tested, else blank. band: of p, blank when not tested.
    """

    test: str
    result: str
    why: str
    band: str


class Shown(NamedTuple):
    """What is published of a group: base, value, lower and upper limit, as rounded.

    A share in per cent. effect: Kish's design effect of the group's weights.
    """

    base: float
    value: float
    lower: float
    upper: float
    effect: float


def not_tested(why: str) -> Verdict:
    return Verdict("", NOT_TESTED, why, "")


def _tested(test: str, p: float) -> Verdict:
    bands = ((0.001, "p < 0.001"), (0.01, "p < 0.01"), (LEVEL, "p < 0.05"))
    band = next((words for limit, words in bands if p < limit), "p ≥ 0.05")
    return Verdict(test, DIFFER if p < LEVEL else NO_CLEAR_DIFFERENCE, "", band)


def shares_differ(good: Numbers, groups: Numbers, weights: Numbers, weighted: bool) -> Verdict:
    """Whether the share of good answers differs between groups.

    good, groups, weights: one entry for each answer; two groups or more, with good and other
        answers in each.
    Pearson's chi-squared where every expected count is at least 5. Below that, Fisher's exact test
    for two groups; for more, chi-squared against 9,999 tables with the same totals, drawn by
    chance. Weighted answers: chi-squared of the weighted shares, on the people who answered,
    divided by the mean design effect of the groups (Rao and Scott 1981, Journal of the American
    Statistical Association 76: 221-230, first order), each group's being Kish's 1 + cv² of its
    weights. No exact test is sound for them, so with few expected they get none.
    """
    from scipy.stats import PermutationMethod, chi2, chi2_contingency, fisher_exact
    from scipy.stats.contingency import expected_freq

    names = np.unique(groups)
    people = np.array([(groups == name).sum() for name in names])
    parts = [
        weights[(groups == name) & good].sum() / weights[groups == name].sum() for name in names
    ]
    table = np.column_stack([people * parts, people * (1 - np.array(parts))])
    few = expected_freq(table).min()
    if weighted:
        effects = [
            n / effective_size(weights[groups == g]) for n, g in zip(people, names, strict=True)
        ]
        effect = float(((1 - people / people.sum()) * effects).sum() / (len(names) - 1))
        if few / effect < FEWEST_EXPECTED:
            return not_tested(
                "the answers are weighted, and too few for the test that allows for it"
            )
        found = chi2_contingency(table, correction=False)
        p = float(chi2.sf(found.statistic / effect, found.dof))
        return _tested("chi-squared, corrected for weights (Rao and Scott)", p)
    counts = np.rint(table).astype(int)
    if few >= FEWEST_EXPECTED:
        return _tested("chi-squared", float(chi2_contingency(counts, correction=False).pvalue))
    if len(names) == 2:
        return _tested("Fisher’s exact test", float(fisher_exact(counts).pvalue))
    drawn = PermutationMethod(n_resamples=_TABLES, rng=np.random.default_rng(_SEED))
    found = chi2_contingency(counts, correction=False, method=drawn)
    return _tested("chi-squared by permutation", float(found.pvalue))


def means_differ(scores: Numbers, groups: Numbers, weights: Numbers) -> Verdict:
    """Whether the mean score differs between groups, by Welch's analysis of variance.

    scores, groups, weights: one entry for each person; two groups or more. Weighted means and
    variances, with Kish's effective sample size for the number of people.
    Source: Welch (1951), Biometrika 38: 330-336.
    """
    from statsmodels.stats.oneway import anova_generic

    means, variances, sizes = [], [], []
    for name in np.unique(groups):
        own = groups == name
        size = effective_size(weights[own])
        average = np.average(scores[own], weights=weights[own])
        spread = np.average((scores[own] - average) ** 2, weights=weights[own]) * size / (size - 1)
        means.append(average)
        variances.append(spread)
        sizes.append(size)
    found = anova_generic(
        np.array(means),
        np.array(variances),
        np.array(sizes),
        use_var="unequal",
        welch_correction=True,
    )
    return _tested("Welch’s analysis of variance", float(found.pvalue))


def shown_shares_differ(groups: Sequence[Shown], weighted: bool) -> Verdict:
    """Whether shares differ, by what is published of them alone: its result tells nothing more.

    The weakest that chi-squared could be with shares that round to those published, and bases at
    the lower end: it may miss a difference, and finds none that the exact numbers do not show. With
    weights as in `shares_differ`.
    """
    from scipy.stats import chi2

    if _at_an_end(groups, 100):
        return not_tested(AT_AN_END)
    people = np.array([group.base - COUNT_REACH for group in groups])
    values = np.array([group.value for group in groups])
    # Every common share that could be: the groups as near to it as their rounding lets them.
    common = np.linspace(values.min() - 0.5, values.max() + 0.5, _STEPS)[:, None]
    common = np.clip(common, 0.01, 99.99)
    parts = np.clip(common, np.maximum(values - 0.5, 0), np.minimum(values + 0.5, 100)) / 100
    pooled = (parts @ people / people.sum())[:, None]
    spread = (people * (parts - pooled) ** 2).sum(axis=1) / (pooled * (1 - pooled))[:, 0]
    effects = np.array([group.effect for group in groups])
    effect = float(((1 - people / people.sum()) * effects).sum() / (len(groups) - 1))
    share = float(people @ values / people.sum()) / 100
    if people.min() * min(share, 1 - share) / effect < FEWEST_EXPECTED:
        return not_tested("too few for a test from rounded figures")
    name = "chi-squared" + (", corrected for weights (Rao and Scott)" if weighted else "")
    return _tested(name + OF_SHOWN, float(chi2.sf(spread.min() / effect, len(groups) - 1)))


def _at_an_end(groups: Sequence[Shown], highest: float) -> bool:
    """Whether a limit is at the end of the scale: it may be cut there, and says too little then."""
    return any(group.lower <= 0 or group.upper >= highest for group in groups)


def shown_means_differ(groups: Sequence[Shown]) -> Verdict:
    """Whether means differ, by what is published of them alone, as `shown_shares_differ`.

    The weakest that Welch's analysis of variance could be with means and limits that round to those
    published; variances follow from the limits, which are Student's.
    """
    from scipy.stats import t
    from statsmodels.stats.oneway import anova_generic

    if _at_an_end(groups, HIGHEST_SCORE):
        return not_tested(AT_AN_END)
    people = np.array([(group.base - COUNT_REACH) / group.effect for group in groups])
    values = np.array([group.value for group in groups])
    reach = np.array([(group.upper - group.lower) / 2 + MEAN_REACH for group in groups])
    variances = people * (reach / t.ppf(0.975, people - 1)) ** 2
    common = np.linspace(values.min(), values.max(), _STEPS)
    found = [
        anova_generic(
            np.clip(mean, values - MEAN_REACH, values + MEAN_REACH),
            variances,
            people,
            use_var="unequal",
            welch_correction=True,
        ).pvalue
        for mean in common
    ]
    return _tested("Welch’s analysis of variance" + OF_SHOWN, float(max(found)))
