"""Correlation over councils: Pearson's and Spearman's with intervals, and what sampling error hides."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from evidence_review.analyse.statistics import Z_95


@dataclass(frozen=True)
class Estimate:
    """A number with its 95% interval and the two-sided p value of its being 0."""

    value: float
    lower: float
    upper: float
    p: float

    @property
    def apart(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.lower > 0 or self.upper < 0


NOTHING = Estimate(np.nan, np.nan, np.nan, np.nan)


def _by_fisher(r: float, n: int, factor: float = 1.0) -> Estimate:
    """A correlation with the interval tanh(atanh(r) ± 1.96 × √(factor / (n − 3))).

    The p value is of the same normal distribution, so it is below 0.05 where the interval leaves
    out 0. NaN for n below 4 and where r is not between −1 and 1.
    """
    if not abs(r) < 1 or n < 4:
        return NOTHING
    z, spread = np.arctanh(r), np.sqrt(factor / (n - 3))
    lower, upper = np.tanh([z - Z_95 * spread, z + Z_95 * spread])
    return Estimate(float(r), float(lower), float(upper), float(2 * stats.norm.sf(abs(z) / spread)))


def pearson(one: pd.Series, two: pd.Series) -> Estimate:
    """Pearson's r of two columns without missing values.

    All of it is NaN for fewer than four pairs or a column that does not vary.
    Source of the interval: Fisher (1921), Metron 1: 3-32.
    """
    if len(one) < 4 or np.ptp(one) == 0 or np.ptp(two) == 0:
        return NOTHING
    return _by_fisher(float(stats.pearsonr(one, two).statistic), len(one))


def spearman(one: pd.Series, two: pd.Series) -> Estimate:
    """Spearman's rank correlation of two columns without missing values; ties take the mean rank.

    All of it is NaN for fewer than four pairs or a column that does not vary.
    Source of the interval: Bonett and Wright (2000), Psychometrika 65: 23-28, standard error of
    atanh(r) √((1 + r² / 2) / (n − 3)).
    """
    if len(one) < 4 or np.ptp(one) == 0 or np.ptp(two) == 0:
        return NOTHING
    r = float(stats.spearmanr(one, two).statistic)
    return _by_fisher(r, len(one), 1 + r**2 / 2)


def reliability(values: pd.Series, errors: pd.Series) -> float:
    """The part of the differences between councils that is not sampling error, 0 to 1.

    1 − mean(se²) / variance. values: one for each council. errors: their standard errors. NaN
    where an error is missing, or where the errors account for all the differences.
    Source: as classical test theory defines reliability; Spearman (1904), American Journal of
    Psychology 15: 72-101.
    """
    if errors.isna().any() or len(values) < 2:
        return np.nan
    held = 1 - float((errors**2).mean()) / float(values.var())
    return held if held > 0 else np.nan


def corrected(found: Estimate, held: float) -> Estimate:
    """A correlation as it would be without the outcome's sampling error: r / √reliability.

    The limits are divided too, which takes the reliability as known; none goes beyond −1 or 1.
    Source: Spearman (1904), as for `reliability`; for the limits Hunter and Schmidt (2004), Methods
    of meta-analysis, 2nd edition, chapter 3.
    """
    if not np.isfinite(held):
        return NOTHING
    parts = np.array([found.value, found.lower, found.upper]) / np.sqrt(held)
    value, lower, upper = (float(part) for part in np.clip(parts, -1, 1))
    return Estimate(value, lower, upper, found.p)
