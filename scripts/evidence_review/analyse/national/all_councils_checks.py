"""Whether the finding on all councils depends on some of them, and how much of it is chance."""

from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, norm

from evidence_review.analyse.national.all_councils import MOST, SURVEY, AllCouncils
from evidence_review.analyse.statistics import Z_95

SMALLEST = 0.1  # the share of figures that "the smallest bases" are
BY_CHANCE = 0.05  # of figures that do not differ, the share whose 95% interval leaves England out


def sensitivity(result: AllCouncils) -> pd.DataFrame:
    """What the chapter's finding becomes without London, and without the smallest bases.

    Returns one row for each selection: without ("", "London", "the smallest bases"), councils,
    comparisons, similar (share, 0 to 1), indicators (compared in most councils of the selection),
    mainly_similar (ids of those for which more than half of the councils compared are similar),
    all_similar (councils similar on all that can be compared).
    The smallest bases: of each indicator the figures whose base is under its lowest tenth (10%
    quantile); a figure without a base stays.
    """
    held = result.compared
    edge = held.groupby("indicator_id")["base"].transform(
        lambda bases: bases.astype(float).quantile(SMALLEST)
    )
    small = held["base"].astype(float).lt(edge)
    selections = {"": held, "London": held[~held["london"]], "the smallest bases": held[~small]}
    return pd.DataFrame([{"without": name, **_found(own)} for name, own in selections.items()])


def _found(held: pd.DataFrame) -> dict[str, object]:
    similar = (~held["apart"]).groupby(held["indicator_id"], sort=False).agg(["sum", "size"])
    councils = held["area_code"].nunique()
    most = similar[similar["size"].gt(MOST * councils)]
    return {
        "councils": councils,
        "comparisons": len(held),
        "similar": float((~held["apart"]).mean()) if len(held) else np.nan,
        "indicators": len(most),
        "mainly_similar": tuple(most.index[most["sum"].gt(most["size"] / 2)]),
        "all_similar": int((~held.groupby("area_code")["apart"].any()).sum()),
    }


def apart_beyond_chance(
    result: AllCouncils, share: float = BY_CHANCE, method: Literal["bh", "by"] = "bh"
) -> int:
    """How many places would still be apart if only this share of those named were false.

    method: "bh" by Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57:
    289-300, for comparisons that are independent or move together; "by" by Benjamini and Yekutieli
    (2001), Annals of Statistics 29: 1165-1188, however they depend on each other.

    Each place's p-value is that of a normal distance: how many half-widths of its interval (on
    England's side) lie between the figure and England, times 1.96; so p is under 0.05 exactly where
    England lies outside the interval. England's own uncertainty is small and left out, as in the
    comparison.
    """
    held = result.compared
    if held.empty:
        return 0
    value, england = held["value"].to_numpy(), held["england"].to_numpy()
    reach = np.where(england < value, value - held["lower"], held["upper"] - value)
    gap = np.abs(value - england)
    # An interval without width: apart for certain, unless England's value is the same.
    steps = np.divide(gap, reach, out=np.where(gap > 0, np.inf, 0.0), where=reach > 0)
    p = 2 * norm.sf(Z_95 * steps)
    return int((false_discovery_control(p, method=method) <= share).sum())


def spread_of_differences(result: AllCouncils) -> float:
    """How much more councils vary in their number of survey measures apart from England than they
    would if the measures were independent: a ratio of variances, 1 under independence.

    Councils that are compared on every survey measure that most are compared on. The variance under
    independence is the sum of p (1 - p) over the measures (p: the share of councils apart). NaN with
    fewer than two measures or councils, or when nothing varies.
    """
    table = result.by_indicator
    wanted = table.loc[table["most"] & table["interval"].eq(SURVEY), "indicator_id"]
    held = result.compared[result.compared["indicator_id"].isin(wanted)]
    apart = held.pivot(index="area_code", columns="indicator_id", values="apart").dropna()
    if min(apart.shape) < 2:
        return np.nan
    apart = apart.astype(float)
    expected = float((apart.mean() * (1 - apart.mean())).sum())
    return float(apart.sum(axis=1).var(ddof=0)) / expected if expected > 0 else np.nan


def apart_by_base(result: AllCouncils) -> tuple[float, float]:
    """The share (0 to 1) of survey figures that are apart from England, on the smallest and on the
    largest bases: the lowest and the highest tenth of the bases of each indicator.

    NaN where there is none.
    """
    surveys = result.indicators.loc[result.indicators["interval"].eq(SURVEY), "indicator_id"]
    held = result.compared[result.compared["indicator_id"].isin(surveys)]
    place = held["base"].astype(float).groupby(held["indicator_id"]).rank(pct=True)
    ends = (place.le(SMALLEST), place.gt(1 - SMALLEST))
    small, large = (float(held.loc[end, "apart"].mean()) for end in ends)
    return small, large
