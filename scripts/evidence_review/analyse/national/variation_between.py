"""How far councils differ beyond chance: the variance between them, by meta-analysis.

Each council is a study. Its figure y has a variance v by chance alone (who happened to be asked, or
how many happened to come); what councils differ by beyond that is the between-council variance tau².
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import chi2
from statsmodels.stats.meta_analysis import combine_effects

Numbers = NDArray[np.float64]

# How an indicator's intervals are made → the scale on which councils are compared.
IDENTITY, ARCSINE, ROOT = "as published", "arcsine square root", "square root"
SCALES = {
    "published margin": IDENTITY,
    "published limits": IDENTITY,
    "wilson": ARCSINE,
    "byar": ROOT,
}
PER = 100_000


@dataclass(frozen=True)
class Between:
    """What sets councils apart beyond chance.

    councils: how many. mean: of the random effects. tau2: variance between councils (Paule and
    Mandel), with its 95% limits; i2: its share of all variance, 0 to 1, with limits. mean and tau2
    are on the scale of the input. q, p: Cochran's test that nothing but chance sets them apart.
    """

    councils: int
    mean: float
    tau2: float
    tau2_lower: float
    tau2_upper: float
    i2: float
    i2_lower: float
    i2_upper: float
    q: float
    p: float


def on_scale(
    figures: pd.DataFrame, interval: str, untransformed: bool = False
) -> tuple[Numbers, Numbers]:
    """Each figure and its variance by chance, on the scale on which councils are compared.

    figures: value, base (people), se (see `panel`). interval: how the indicator's intervals are
    made, a key of `SCALES`. untransformed: leave shares and rates in their unit, with the variance
    that each council would have if all shared the mean.
    Returns (y, v), NaN where there is neither a base nor a margin. Shares with counts (per cent):
    arcsine of the root of the proportion, variance 1 / (4 base). Rates per 100,000: the root,
    variance 100,000 / (4 base). All else: as published, variance se².
    Source: Spiegelhalter (2005), Statistics in Medicine 24: 1185-1202, on transformed funnels.
    """
    value = figures["value"].to_numpy(dtype=float)
    base = figures["base"].to_numpy(dtype=float, na_value=np.nan)
    scale = SCALES[interval]
    if scale == IDENTITY:
        return value, figures["se"].to_numpy(dtype=float) ** 2
    base = np.where(base > 0, base, np.nan)
    if untransformed:
        total = np.nansum(base)
        mean = np.nansum(value * base) / total if total else np.nan
        spread = mean * (100 - mean) if scale == ARCSINE else mean * PER
        return value, spread / base
    if scale == ARCSINE:
        return np.arcsin(np.sqrt(value / 100)), 1 / (4 * base)
    return np.sqrt(value), PER / (4 * base)


def back(y: Numbers | float, interval: str) -> Numbers:
    """Values on the scale of `on_scale`, turned back into the indicator's unit."""
    scale = SCALES[interval]
    if scale == ARCSINE:
        return 100 * np.sin(np.clip(y, 0, np.pi / 2)) ** 2
    return np.maximum(y, 0) ** 2 if scale == ROOT else np.asarray(y, dtype=float)


def sd_in_unit(mean: Numbers | float, tau2: Numbers | float, interval: str) -> Numbers:
    """The standard deviation between councils in the indicator's unit (points, for per cent).

    Half the way from one tau below the mean to one above, both turned back into the unit.
    """
    tau = np.sqrt(tau2)
    return (back(mean + tau, interval) - back(mean - tau, interval)) / 2


def between(y: Numbers, v: Numbers, method: str = "pm") -> Between:
    """The variance between councils, its share of all variance, and the limits of both.

    y, v: value and variance by chance of each council, none missing, at least two. method: "pm"
    (Paule and Mandel) or "dl" (DerSimonian and Laird).
    Raises ValueError for fewer than two councils or a variance that is not above 0.
    Source: statsmodels `combine_effects`. Limits of tau² by the Q-profile: Viechtbauer (2007),
    Statistics in Medicine 26: 37-52. I² = tau² / (tau² + typical variance): Higgins and Thompson
    (2002), Statistics in Medicine 21: 1539-1558.
    """
    if y.size < 2 or not (v > 0).all():
        raise ValueError("the variance between councils needs two of them, with variances above 0")
    result = combine_effects(y, v, method_re=method)
    tau2 = max(float(result.tau2), 0.0)
    weights = 1 / v
    typical = (y.size - 1) * weights.sum() / (weights.sum() ** 2 - (weights**2).sum())
    lower, upper = (_tau2_with_q(y, v, chi2.ppf(level, y.size - 1)) for level in (0.975, 0.025))
    return Between(
        councils=y.size,
        mean=float(result.mean_effect_re) if tau2 else float(result.mean_effect_fe),
        tau2=tau2,
        tau2_lower=lower,
        tau2_upper=upper,
        i2=tau2 / (tau2 + typical),
        i2_lower=lower / (lower + typical),
        i2_upper=upper / (upper + typical),
        q=float(result.q),
        p=float(chi2.sf(result.q, y.size - 1)),
    )


def generalised_q(tau2: float, y: Numbers, v: Numbers, groups: NDArray[np.int_]) -> float:
    """Squares about the weighted mean of each group, weighted by 1 / (v + tau2).

    groups: the number of each council's group, from 0; all 0 for one mean.
    """
    weights = 1 / (v + tau2)
    means = np.bincount(groups, weights * y) / np.bincount(groups, weights)
    return float((weights * (y - means[groups]) ** 2).sum())


def _tau2_with_q(y: Numbers, v: Numbers, target: float) -> float:
    """The tau² under which the generalised Q is the target; 0 where even 0 leaves it below."""
    one = np.zeros(y.size, dtype=int)

    def off(tau2: float) -> float:
        return generalised_q(tau2, y, v, one) - target

    if off(0) <= 0:
        return 0.0
    top = float(np.var(y)) + float(v.max())
    while off(top) > 0:
        top *= 2
    return float(brentq(off, 0, top, xtol=1e-12 * top, rtol=1e-10))


def leave_one_out(
    y: Numbers, v: Numbers, groups: NDArray[np.int_], start: float
) -> tuple[Numbers, Numbers]:
    """tau² within groups by Paule and Mandel, with each council left out in turn.

    y, v: (n,). groups: (n,), each group of two councils or more. start: tau² of all of them.
    Returns (tau2, mean), each (n,): entry i without council i; mean is that of the random effects
    over all, whatever the groups. Newton's method, as in DerSimonian and Kacker (2007),
    Contemporary Clinical Trials 28: 105-114, for all n at once.
    """
    return _paule_mandel(y, v, groups, 1.0 - np.eye(y.size), start)


def paule_mandel(y: Numbers, v: Numbers, groups: NDArray[np.int_]) -> tuple[float, float]:
    """tau² within groups, under which `generalised_q` is councils less groups, and the mean.

    As `leave_one_out`, with none left out; with one group, as `between`.
    """
    tau2, mean = _paule_mandel(y, v, groups, np.ones((1, y.size)), 0.0)
    return float(tau2[0]), float(mean[0])


def _paule_mandel(
    y: Numbers, v: Numbers, groups: NDArray[np.int_], kept: Numbers, start: float
) -> tuple[Numbers, Numbers]:
    member = np.eye(int(groups.max()) + 1)[groups]
    free = kept.sum(axis=1) - member.shape[1]
    tau2 = np.full(kept.shape[0], start)
    for _ in range(100):
        weights = kept / (v + tau2[:, None])
        means = ((weights * y) @ member) / (weights @ member)
        squares = weights * (y - means[:, groups]) ** 2
        q, slope = squares.sum(axis=1), (weights * squares).sum(axis=1)
        step = np.divide(q - free, slope, out=np.zeros_like(q), where=slope > 0)
        new = np.maximum(tau2 + step, 0)
        moved = np.abs(new - tau2).max()
        tau2 = new
        if moved <= 1e-8 * new.max():
            break
    weights = kept / (v + tau2[:, None])
    return tau2, (weights @ y) / weights.sum(axis=1)


def jackknife_error(without_each: Numbers) -> float:
    """The standard error of a statistic from its values with each council left out in turn.

    Source: Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 11.
    """
    n = without_each.size
    return float(np.sqrt((n - 1) / n * ((without_each - without_each.mean()) ** 2).sum()))
