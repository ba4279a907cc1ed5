"""Whether groups differ by more than chance explains."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evidence_review.analyse.own.estimates import effective_size

Numbers = NDArray[Any]

LEVEL = 0.05
FEWEST_EXPECTED = 5  # Cochran's rule for the chi-squared distribution to hold
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
