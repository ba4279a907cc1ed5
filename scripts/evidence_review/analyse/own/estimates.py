"""Estimates from a sample of people: shares and means with their 95% intervals."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evidence_review.analyse.statistics import difference, wilson_interval

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Estimate:
    """A share (0 to 1) or a mean, and its 95% interval.

    error: standard error of a mean, 0 for a share. free: degrees of freedom of that error.
    """

    value: float
    lower: float
    upper: float
    method: str
    error: float = 0.0
    free: float = np.inf


@dataclass(frozen=True)
class Sampled:
    """How a question's answers came about.

    eligible: people who could have been asked; None when that is not known, or for a group, of
        which it is not known. answered: people who gave any answer, those left out of the base
        included. weighted: whether the weights differ.
    """

    eligible: int | None
    answered: int
    weighted: bool

    @property
    def correction(self) -> float:
        """The finite population correction of a variance, (N - n) / (N - 1); 1 without it.

        A base that leaves some answers out is taken to be the same part of its own population.
        Source: Cochran (1977), Sampling Techniques, 3rd edition, section 3.2.
        """
        if self.eligible is None:
            return 1.0
        if self.eligible <= 1:
            return 0.0
        return max(self.eligible - self.answered, 0) / (self.eligible - 1)

    def method(self, name: str) -> str:
        words = [name]
        words += ["weighted (Kish’s effective sample size)"] * self.weighted
        words += ["with the finite population correction"] * (self.eligible is not None)
        return ", ".join(words)


def effective_size(weights: Numbers) -> float:
    """Kish's effective sample size, (sum of weights)² / sum of squared weights.

    Source: Kish (1965), Survey Sampling, section 11.7. It takes the weights to have nothing to do
    with the answers, and so tends to make intervals wider rather than narrower.
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def share(good: Numbers, weights: Numbers, sampled: Sampled) -> Estimate:
    """The share of good answers with Wilson's interval.

    good: one boolean for each answer of the base. weights: one number above 0 for each.
    Weights and the finite population correction enter by the size of the sample: the interval is
    that of the simple random sample that would be as precise.
    The share is rounded to a whole per cent before its interval is made: the limits, being rounded
    as well, would else say more of the answers than the share (see `hiding`).
    Source: Wilson, as in `statistics.wilson_interval`; the effective sample size in its place:
    Korn and Graubard (1998), Survey Methodology 24: 193-201.
    """
    value = round(100 * float(weights[good].sum() / weights.sum())) / 100
    method = sampled.method("Wilson")
    correction = sampled.correction
    if correction == 0:  # everyone was asked and everyone answered
        return Estimate(value, value, value, method)
    size = effective_size(weights) / correction
    lower, upper = (float(limit) for limit in wilson_interval(min(value, 1) * size, size))
    return Estimate(value, min(lower, value), max(upper, value), method)


def mean(scores: Numbers, weights: Numbers, sampled: Sampled) -> Estimate:
    """The mean score with Student's interval.

    scores, weights: one number for each person of the base, two people or more.
    The variance is that of the scores by their weights, over Kish's effective sample size.
    """
    from scipy.stats import t  # takes a second to import

    size = effective_size(weights)
    value = float(np.average(scores, weights=weights))
    spread = float(np.average((scores - value) ** 2, weights=weights)) * size / (size - 1)
    error = float(np.sqrt(spread / size * sampled.correction))
    reach = float(t.ppf(0.975, size - 1)) * error
    method = sampled.method("Student’s t")
    return Estimate(value, value - reach, value + reach, method, error, size - 1)


def changed_share(first: Estimate, last: Estimate) -> Estimate:
    """The last share minus the first, of two samples; Newcombe's method 10 (see `difference`).

    The samples are taken to be independent. Where some people are in both, the interval is rather
    too wide, as people mostly answer alike twice; `paired_share` makes use of that.
    """
    limits = (last.value, last.lower, last.upper, first.value, first.lower, first.upper)
    value, lower, upper = (float(part) for part in difference(*limits))
    return Estimate(value, lower, upper, f"Newcombe, two samples, on {last.method}")


def changed_mean(first: Estimate, last: Estimate) -> Estimate:
    """The last mean minus the first, of two samples, with unequal variances.

    Source: Welch (1947), Biometrika 34: 28-35.
    """
    from scipy.stats import t

    value = last.value - first.value
    method = f"Welch, two samples, on {last.method}"
    parts = np.array([first.error**2, last.error**2])
    if parts.sum() == 0:
        return Estimate(value, value, value, method)
    free = float(parts.sum() ** 2 / (parts**2 / np.array([first.free, last.free])).sum())
    error = float(np.sqrt(parts.sum()))
    reach = float(t.ppf(0.975, free)) * error
    return Estimate(value, value - reach, value + reach, method, error, free)


def paired_share(both: int, lost: int, gained: int, neither: int) -> Estimate:
    """How the share of good answers changed among people followed from one wave to the next.

    both: people with a good answer each time; lost: only the first time; gained: only the last
    time; neither: at no time.
    Source: Newcombe (1998), Statistics in Medicine 17: 2635-2650, method 10 (Wilson's limits of
    the two shares, and their correlation with a correction for continuity).
    """
    n = both + lost + gained + neither
    first, last = (both + lost) / n, (both + gained) / n
    margins = float(
        np.prod([both + lost, gained + neither, both + gained, lost + neither], dtype=float)
    )
    agreement = both * neither - lost * gained
    correlation = 0.0
    if margins > 0:
        corrected = max(agreement - n / 2, 0) if agreement > 0 else agreement
        correlation = corrected / np.sqrt(margins)
    (low_1, high_1), (low_2, high_2) = (
        tuple(float(limit) for limit in wilson_interval(part * n, n)) for part in (first, last)
    )

    def reach(one: float, other: float) -> float:
        return float(np.sqrt(one**2 - 2 * correlation * one * other + other**2))

    change = last - first
    lower = change - reach(last - low_2, high_1 - first)
    upper = change + reach(high_2 - last, first - low_1)
    return Estimate(change, lower, upper, "Newcombe, paired, unweighted")


def paired_mean(changes: Numbers) -> Estimate:
    """The mean change of people followed from one wave to the next, by Student's paired t."""
    everyone = Sampled(None, len(changes), weighted=False)
    found = mean(changes, np.ones(len(changes)), everyone)
    return Estimate(found.value, found.lower, found.upper, "Student’s t, paired, unweighted")
