"""Take-up and outcomes with other things held equal: between councils, and within them over time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray

from evidence_review.analyse.national.budgets_outcomes_links import NOTHING, Estimate

POINTS = 10  # outcomes are given for each 10 points of take-up
MEASURED = ["imd2019_score", "share_65"]


@dataclass(frozen=True)
class Adjusted:
    """Take-up and an outcome with deprivation, age and region held equal.

    slope: points of outcome for 10 points of take-up. beta: the same in standard deviations of
    both, which with nothing held equal would be Pearson's r.
    councils: how many are in it; those abolished since have no deprivation score and are not.
    """

    slope: Estimate
    beta: Estimate
    councils: int


@dataclass(frozen=True)
class Within:
    """How an outcome moved in councils whose take-up moved.

    slope: points of outcome for 10 points of take-up. councils, figures: how many are in it.
    years: first and last.
    """

    slope: Estimate
    councils: int
    figures: int
    years: tuple[str, str]


def _controls(pairs: pd.DataFrame) -> NDArray[np.float64]:
    """A constant, deprivation, share of people 65 and over, and each region but the first."""
    regions = np.asarray(pairs["region_code"], dtype=object)
    others = np.array(sorted(set(regions))[1:], dtype=object)
    measured = [pairs[name].to_numpy(dtype=float) for name in MEASURED]
    return np.column_stack([np.ones(len(pairs)), *measured, regions[:, None] == others])


def _first(fit: Any) -> Estimate:
    """The coefficient of the first column of a fitted model."""
    lower, upper = np.asarray(fit.conf_int())[0]
    return Estimate(float(fit.params[0]), float(lower), float(upper), float(fit.pvalues[0]))


def adjusted(pairs: pd.DataFrame) -> Adjusted:
    """The outcome on take-up, deprivation, share of people 65 and over, and region.

    pairs: one row for each council: share (take-up, per cent), value (the outcome), imd2019_score,
    share_65, region_code. Ordinary least squares; errors robust to unequal variance (HC3), t
    distribution. Everything is NaN where there are too few councils.
    Source: MacKinnon and White (1985), Journal of Econometrics 29: 305-325.
    """
    # Plain arrays: hundreds of models are fitted for one page.
    missing = np.zeros(len(pairs), dtype=bool)
    for name in MEASURED:
        missing |= np.isnan(pairs[name].to_numpy(dtype=float))
    known = pairs[~missing] if missing.any() else pairs
    share, value = known["share"].to_numpy() / POINTS, known["value"].to_numpy()
    controls = _controls(known)
    if len(known) < controls.shape[1] + 5 or np.ptp(share) == 0:
        return Adjusted(NOTHING, NOTHING, len(known))
    fit = sm.OLS(value, np.column_stack([share, controls])).fit(cov_type="HC3", use_t=True)
    slope, ratio = _first(fit), float(share.std() / value.std())
    beta = Estimate(slope.value * ratio, slope.lower * ratio, slope.upper * ratio, slope.p)
    return Adjusted(slope, beta, len(known))


def within(pairs: pd.DataFrame) -> Within:
    """Two-way fixed effects: each council against its own average, each year against its own.

    pairs: one row for each council and year: area_code, year, share, value. Councils with one year
    say nothing and are left out. Errors allow for the years of a council to go together
    (clustered by council; t distribution with councils − 1 degrees of freedom); a council's own
    average is nested in its cluster and uses up no freedom. NaN where fewer than two years are held.
    Source: Arellano (1987), Oxford Bulletin of Economics and Statistics 49: 431-434; Cameron and
    Miller (2015), Journal of Human Resources 50: 317-372.
    """
    own = pairs[pairs.groupby("area_code")["year"].transform("size").gt(1)]
    councils = int(own["area_code"].nunique())
    years = (str(own["year"].min()), str(own["year"].max())) if councils else ("", "")
    if councils < 10:
        return Within(NOTHING, councils, len(own), years)
    others = sorted(own["year"].unique())[1:]
    columns = own[["share", "value"]] / [POINTS, 1]
    columns = columns.assign(**{year: own["year"].eq(year).astype(float) for year in others})
    # Taking each council's mean from every column is the same as a column for each council.
    moved = columns - columns.groupby(own["area_code"]).transform("mean")
    fit = sm.OLS(moved.pop("value").to_numpy(), moved.to_numpy()).fit(
        cov_type="cluster",
        cov_kwds={"groups": pd.factorize(own["area_code"])[0]},
        use_t=True,
    )
    return Within(_first(fit), councils, len(own), years)


def averages(pairs: pd.DataFrame) -> pd.DataFrame:
    """Each council's take-up and outcome averaged over the years in which it has both.

    pairs: as for `within`. Councils with one year are left out, as there. Returns one row for each
    council: area_code, share, value, imd2019_score, share_65, region_code.
    """
    own = pairs[pairs.groupby("area_code")["year"].transform("size").gt(1)]
    means = own.groupby("area_code")[["share", "value"]].mean()
    facts = own.drop_duplicates("area_code").set_index("area_code")[[*MEASURED, "region_code"]]
    return means.join(facts).reset_index()


def jumped(shares: pd.DataFrame, points: float) -> set[str]:
    """The councils whose take-up moved by this many points or more from one year to the next.

    shares: area_code, year, share; one row for each council and year.
    """
    wide = shares.pivot(index="area_code", columns="year", values="share").sort_index(axis=1)
    starts = np.array([int(str(year)[:4]) for year in wide.columns])
    moves = wide.diff(axis=1).abs().loc[:, np.diff(starts, prepend=starts[:1]) == 1]
    return set(moves.index[moves.ge(points).any(axis=1)])
