"""Whether the difference between the ages goes with take-up, across councils of one year."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats
from statsmodels.regression.linear_model import WLS

from evidence_review.analyse.national.budgets_outcomes_links import pearson, spearman
from evidence_review.analyse.national.side_by_side import held
from evidence_review.analyse.review import Review

Numbers = NDArray[np.float64]

BUDGETS = ("self-directed-support", "direct-payments")
MIN_COUNCILS = 30  # of a regression over councils
LINKED = ["councils", "slope", "lower", "upper", "start"]
LINKED += [f"{name}{end}" for name in ("pearson", "spearman") for end in ("", "_lower", "_upper")]


def meta_regression(
    effects: Numbers, errors: Numbers, measures: Numbers
) -> tuple[float, float, float, float]:
    """The slope of effects on the first measure, by random-effects meta-regression.

    effects, errors: (councils,), errors above 0. measures: (councils,) or (councils, measures).
    Returns (slope, lower, upper, start): effect for each unit of the first measure, its 95% limits,
    and the effect where all measures are 0.
    Weights are 1 / (error² + tau²); tau² by Paule and Mandel; limits by Knapp and Hartung, never
    narrower than the errors allow.
    Source: Knapp and Hartung (2003), Statistics in Medicine 22: 2693-2710; fits by statsmodels.
    """
    design = np.column_stack([np.ones(len(effects)), measures])
    free = len(effects) - design.shape[1]

    def fit(tau2: float) -> Any:
        return WLS(effects, design, weights=1 / (errors**2 + tau2)).fit()

    def excess(tau2: float) -> float:
        return (float(fit(tau2).scale) - 1) * free

    tau2 = 0.0
    if excess(0) > 0:
        tau2 = float(optimize.brentq(excess, 0, 100 * effects.var() + 1))
    found = fit(tau2)
    error = found.bse[1] * max(1, 1 / np.sqrt(found.scale))
    reach = stats.t.ppf(0.975, free) * error
    start, slope = (float(each) for each in found.params[:2])
    return slope, float(slope - reach), float(slope + reach), start


def beside_take_up(
    review: Review, rows: pd.DataFrame, take_up: str, group: str = "total"
) -> pd.DataFrame:
    """The rows whose difference and take-up are both known and not weak: `side_by_side`, take_up
    (per cent of everyone of the group with long-term support, same year and council)."""
    counted = held(review, [take_up], set(rows["year"]), group)
    counted = counted.loc[~counted["weak"], ["area_code", "year", "value"]]
    sure = rows[~rows["weak"] & rows["se"].gt(0)]
    return sure.merge(counted.rename(columns={"value": "take_up"}), on=["area_code", "year"])


def links(review: Review, rows: pd.DataFrame) -> pd.DataFrame:
    """Whether the difference between the ages goes with take-up, across councils of one year.

    rows: of survey measures, `side_by_side`. Returns, for each indicator, year and measure of
    `BUDGETS` with `MIN_COUNCILS`: indicator_id, year, take_up and the columns of `link`.
    """
    found = []
    for take_up in BUDGETS:
        joined = beside_take_up(review, rows, take_up)
        for (indicator, year), own in joined.groupby(["indicator_id", "year"]):
            if len(own) >= MIN_COUNCILS:
                key = {"indicator_id": indicator, "year": year, "take_up": take_up}
                found.append({**key, **link(own)})
    return pd.DataFrame(found, columns=["indicator_id", "year", "take_up", *LINKED])


def link(own: pd.DataFrame, beside: Collection[str] = ()) -> dict[str, float]:
    """How the differences of one year go with take-up. own: see `beside_take_up`. beside: columns
    to hold level. Returns councils; slope, lower, upper, start (for each 10 points of take-up, see
    `meta_regression`); and `correlations` of take-up and difference, which hold nothing level."""
    own = own.dropna(subset=list(beside))
    measures = np.column_stack([own["take_up"] / 10, *(own[name] for name in beside)])
    slope, lower, upper, start = meta_regression(
        own["difference"].to_numpy(), own["se"].to_numpy(), measures
    )
    found = {"slope": slope, "lower": lower, "upper": upper, "start": start}
    return {"councils": len(own), **found, **correlations(own["take_up"], own["difference"])}


def correlations(one: pd.Series, two: pd.Series) -> dict[str, float]:
    """Pearson's and Spearman's correlation, each with its 95% limits: pearson, pearson_lower,
    pearson_upper, spearman, spearman_lower, spearman_upper. See `budgets_outcomes_links`."""
    return {
        f"{name}{end}": value
        for name, found in (("pearson", pearson(one, two)), ("spearman", spearman(one, two)))
        for end, value in (("", found.value), ("_lower", found.lower), ("_upper", found.upper))
    }
