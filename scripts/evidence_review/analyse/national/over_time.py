"""Figures of all councils over the years: the spread year by year, two years side by side, trends.

Serves every chapter on groups.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from evidence_review.analyse.national.panel import years_with_most
from evidence_review.analyse.national.side_by_side import LIMITS, side_by_side
from evidence_review.analyse.reliability import WEAK
from evidence_review.analyse.review import Review
from evidence_review.read.areas import ENGLAND

MIN_YEARS = 3  # of a trend over councils
SPREAD = ["indicator_id", "year", "basis_id", *LIMITS, "base", "numerator", "weak"]
SPREAD += ["councils", "left_out", "low", "quarter", "middle", "three_quarters", "high"]
SPREAD += ["sd", "at_100"]


def spans(years: list[str]) -> list[tuple[str, str]]:
    """Each year with the next, then the first with the last."""
    spans = list(pairwise(years))
    return [*spans, (years[0], years[-1])] if len(spans) > 1 else spans


def between(figures: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    """Each council's figures of two years side by side; see `side_by_side`. figures: see `held`."""
    first, last = (
        figures[figures["year"].eq(year)].assign(span=f"{first_year} {last_year}")
        for year in (first_year, last_year)
    )
    return side_by_side(first, last, ["indicator_id", "area_code", "span"])


def england_figures(review: Review, group: str = "total") -> pd.DataFrame:
    """England's figures of a group, by indicator and year."""
    figures = review.figures
    own = figures[figures["area_code"].eq(ENGLAND) & figures["group"].eq(group)]
    return own.set_index(["indicator_id", "year"])


def spread_by_year(review: Review, figures: pd.DataFrame, group: str = "total") -> pd.DataFrame:
    """England's figure and the spread of all councils, weak ones left out, year by year.

    figures: see `held`; group: theirs. Years in which most councils have a figure.
    Returns `SPREAD`: value to weak are England's, low to at_100 (how many are at 100) the councils'.
    """
    england = england_figures(review, group)
    numbers = england[[*LIMITS, "base", "numerator"]].astype(float)
    found: list[dict[str, Any]] = []
    for indicator, own in figures.groupby("indicator_id", sort=False):
        most = years_with_most(own, len(review.councils))
        for (year, basis), every in own[own["year"].isin(most)].groupby(["year", "basis_id"]):
            sure = every.loc[~every["weak"], "value"]
            at = [(indicator, year)]
            key = (indicator, year, basis, *numbers.reindex(at).iloc[0])
            spread = (*sure.quantile([0, 0.25, 0.5, 0.75, 1]), sure.std(), int(sure.eq(100).sum()))
            counts = (
                england["status"].reindex(at).eq(WEAK).any(),
                len(sure),
                len(every) - len(sure),
            )
            found.append(dict(zip(SPREAD, (*key, *counts, *spread), strict=True)))
    return pd.DataFrame(found, columns=SPREAD)


def trends(rows: pd.DataFrame, column: str = "difference") -> pd.DataFrame:
    """How a figure, or a difference, moved within councils, in units a year.

    rows: indicator_id, basis_id, area_code, year, weak and the column, one row a council and year.
    Each council is held against itself (council fixed effects), every council counts the same, and
    errors are clustered by council: published intervals are not needed. Weak rows are left out, and
    councils with one year.
    Returns, for each indicator and basis with `MIN_YEARS` or more: indicator_id, first_year,
    last_year, years, councils, slope, lower, upper (95%, t on councils less one), p.
    Source: Arellano (1987), Oxford Bulletin of Economics and Statistics 49: 431-434; by statsmodels.
    """
    found = []
    for (indicator, _), every in rows.groupby(["indicator_id", "basis_id"]):
        own = every[~every["weak"]]
        own = own[own.groupby("area_code")["year"].transform("size").gt(1)]
        years = sorted(own["year"].unique())
        if len(years) < MIN_YEARS:
            continue
        council = own["area_code"].astype("category").cat.codes
        at = own["year"].str[:4].astype(float)
        figure, time = (
            values - values.groupby(council).transform("mean") for values in (own[column], at)
        )
        fit = OLS(figure, time).fit(cov_type="cluster", cov_kwds={"groups": council}, use_t=True)
        lower, upper = np.asarray(fit.conf_int())[0]
        found.append(
            {
                "indicator_id": indicator,
                "first_year": years[0],
                "last_year": years[-1],
                "years": len(years),
                "councils": int(council.nunique()),
                "slope": float(fit.params.iloc[0]),
                "lower": float(lower),
                "upper": float(upper),
                "p": float(fit.pvalues.iloc[0]),
            }
        )
    columns = ["indicator_id", "first_year", "last_year", "years", "councils", "slope", "lower"]
    return pd.DataFrame(found, columns=[*columns, "upper", "p"])
