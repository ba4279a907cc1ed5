"""How far councils differ in each year, and whether the differences grow or shrink over the years."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import linregress, norm
from statsmodels.stats.multitest import multipletests

from evidence_review.analyse.national.panel import years_with_most
from evidence_review.analyse.national.variation_between import (
    Between,
    Numbers,
    between,
    jackknife_error,
    leave_one_out,
    on_scale,
    paule_mandel,
    sd_in_unit,
)
from evidence_review.analyse.statistics import Z_95

KEY = ["indicator_id", "basis_id", "year"]
PILE = 0.2  # more than this share of councils at exactly 0 or 100: no bell to measure
FEWEST_YEARS = 3  # on one basis, for a change of the differences
GROWING, SHRINKING, UNCLEAR = "growing", "shrinking", "no clear change"


def of_most_councils(figures: pd.DataFrame, councils: int) -> pd.DataFrame:
    """The figures of those years in which most councils have one, indicator by indicator.

    councils: how many there are. The volunteers of 2020-21 speak for themselves alone.
    """
    parts = [
        own[own["year"].isin(years_with_most(own, councils))]
        for _, own in figures.groupby("indicator_id", sort=False)
    ]
    return pd.concat(parts) if parts else figures


def scaled(
    figures: pd.DataFrame, made_by: dict[str, str], untransformed: bool = False
) -> pd.DataFrame:
    """The figures with y and v, each value and its variance by chance on the scale of `on_scale`.

    figures: the panel. made_by: how each indicator's intervals are made. Returns the columns of
    `figures`, y, v (NaN where the variance is not known) and made_by (for `back`).
    """
    parts = []
    for key, own in figures.groupby(KEY, sort=False):
        y, v = on_scale(own, made_by[key[0]], untransformed)
        back_by = "published limits" if untransformed else made_by[key[0]]
        parts.append(own.assign(y=y, v=v, made_by=back_by))
    return pd.concat(parts) if parts else figures.assign(y=np.nan, v=np.nan, made_by="")


def measurable(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures of `scaled` that are not weak and whose variance by chance is known."""
    return figures[~figures["weak"] & figures["v"].gt(0) & figures["y"].notna()]


def measured_years(figures: pd.DataFrame) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Each indicator, basis and year in which chance is known for more than half of the councils
    whose figure is not weak: the key, and the `measurable` figures.

    figures: those of `scaled`.
    """
    sound = (~figures["weak"]).groupby([figures[name] for name in KEY]).sum()
    for key, held in measurable(figures).groupby(KEY, sort=True):
        if len(held) > sound[key] / 2:
            yield key, held


def spreads(figures: pd.DataFrame, method: str = "pm") -> pd.DataFrame:
    """The spread between councils for each indicator, basis and year, and what of it is not chance.

    figures: those of `scaled`, each year one of most councils. method: see `between`.
    Returns one row for each, in order: indicator_id, basis_id, year; councils (whose figure is not
    weak), left_out (whose is); low, quarter, middle, three_quarters, high (10th to 90th percentile
    of the values) and deviation (their standard deviation); then, NaN where fewer than half of the
    councils have an interval: measured (councils with one), sd, sd_lower, sd_upper (standard
    deviation between councils beyond chance with its 95% limits, in the indicator's unit), i2,
    i2_lower, i2_upper (0 to 1), p (Cochran's test), low_true, high_true (10th and 90th percentile
    with chance taken away: drawn towards the median by the root of i2, as in constrained empirical
    Bayes estimates, Louis 1984, Journal of the American Statistical Association 79: 393-398).
    """
    sound = figures[~figures["weak"]].groupby(KEY)["value"]
    ends = {"low": 0.1, "quarter": 0.25, "middle": 0.5, "three_quarters": 0.75, "high": 0.9}
    rows = figures.groupby(KEY)["weak"].agg(councils="size", left_out="sum")
    rows["councils"] -= rows["left_out"]
    for name, place in ends.items():
        rows[name] = sound.quantile(place)
    rows["deviation"] = sound.std()
    found = {
        key: _beyond_chance(
            between(held["y"].to_numpy(), held["v"].to_numpy(), method), held["made_by"].iloc[0]
        )
        for key, held in measured_years(figures)
    }
    columns = ["measured", "sd", "sd_lower", "sd_upper", "i2", "i2_lower", "i2_upper", "p"]
    beyond = pd.DataFrame(found.values(), columns=columns, dtype=float)
    beyond.index = pd.MultiIndex.from_tuples(found, names=KEY) if found else rows.index[:0]
    rows = rows.join(beyond)
    pull = np.sqrt(rows["i2"])
    for end in ("low", "high"):
        rows[f"{end}_true"] = rows["middle"] + pull * (rows[end] - rows["middle"])
    return rows.reset_index()


def _beyond_chance(found: Between, interval: str) -> dict[str, float]:
    return {
        "measured": found.councils,
        "sd": float(sd_in_unit(found.mean, found.tau2, interval)),
        "sd_lower": float(sd_in_unit(found.mean, found.tau2_lower, interval)),
        "sd_upper": float(sd_in_unit(found.mean, found.tau2_upper, interval)),
        "i2": found.i2,
        "i2_lower": found.i2_lower,
        "i2_upper": found.i2_upper,
        "p": found.p,
    }


def newest(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each indicator, the newest year in which the differences beyond chance are known."""
    return rows[rows["sd"].notna()].sort_values("year").groupby("indicator_id").tail(1)


def changes_of_spread(figures: pd.DataFrame) -> pd.DataFrame:
    """Whether the differences between councils grow or shrink over the years of one basis.

    figures: those of `scaled`.
    Returns one row for each indicator and basis with at least `FEWEST_YEARS` years in which the
    differences beyond chance are known and above 0, those of `piled` left out: indicator_id,
    basis_id, years (how many), first_year, last_year, first_sd, last_sd (in the indicator's unit),
    change, lower, upper (per cent a year, with its 95% interval), p, p_holm (corrected for the
    number of rows) and word: `GROWING` or `SHRINKING` where p_holm is below 0.05, else `UNCLEAR`.

    change is the slope of a straight line through the logarithms of the standard deviations on the
    calendar years. Its error is the jackknife's over councils, each left out with all its years,
    for the same councils stand behind every year.
    """
    rows = [
        {"indicator_id": indicator, "basis_id": basis, **found}
        for indicator, basis, found in _slopes(figures)
    ]
    columns = ["indicator_id", "basis_id", "years", "first_year", "last_year", "first_sd"]
    columns += ["last_sd", "change", "lower", "upper", "p"]
    result = pd.DataFrame(rows, columns=columns)
    holm = multipletests(result["p"], method="holm")[1] if len(result) else []
    return result.assign(p_holm=holm).assign(
        word=lambda t: np.select(
            [t["p_holm"].lt(0.05) & t["change"].gt(0), t["p_holm"].lt(0.05)],
            [GROWING, SHRINKING],
            UNCLEAR,
        )
    )


def piled(figures: pd.DataFrame) -> set[str]:
    """Indicators with more than `PILE` of councils at exactly 0 or 100 per cent in some year.

    figures: the panel. A standard deviation describes neither the pile nor the tail.
    """
    sound = figures[~figures["weak"]]
    share = sound["value"].isin([0, 100]).groupby([sound[name] for name in KEY]).mean()
    return set(share[share > PILE].index.get_level_values("indicator_id"))


def _slopes(figures: pd.DataFrame) -> Iterator[tuple[str, str, dict[str, Any]]]:
    fit = figures[~figures["indicator_id"].isin(piled(figures))]
    years = groupby(measured_years(fit), key=lambda pair: pair[0][:2])
    for (indicator, basis), members in years:
        by_year = {str(key[2]): held for key, held in members}
        if len(by_year) >= FEWEST_YEARS and (found := _slope(by_year)):
            yield indicator, basis, found


def _slope(by_year: dict[str, pd.DataFrame]) -> dict[str, Any] | None:
    """by_year: year → figures of `measurable`. None where a year's differences are not above 0."""
    held = {year: own["area_code"].to_numpy(dtype=object) for year, own in by_year.items()}
    codes = np.unique(np.concatenate(list(held.values())))
    logs, without = [], []
    for year, own in by_year.items():
        y, v, interval = own["y"].to_numpy(), own["v"].to_numpy(), own["made_by"].iloc[0]
        one = np.zeros(y.size, dtype=int)
        all_tau2, all_mean = paule_mandel(y, v, one)
        tau2, mean = leave_one_out(y, v, one, all_tau2)
        if not (all_tau2 and tau2.all()):
            return None
        logs.append(float(np.log(sd_in_unit(all_mean, all_tau2, interval))))
        own_logs = np.full(codes.size, logs[-1])
        own_logs[np.searchsorted(codes, held[year])] = np.log(sd_in_unit(mean, tau2, interval))
        without.append(own_logs)
    years = np.array([int(year[:4]) for year in by_year], dtype=float)
    slope = float(linregress(years, logs).slope)
    off = years - years.mean()
    without_each: Numbers = off @ np.array(without) / (off**2).sum()
    error = jackknife_error(without_each)
    ends = (slope, slope - Z_95 * error, slope + Z_95 * error)
    change, lower, upper = (100 * float(np.expm1(end)) for end in ends)
    names = list(by_year)
    return {
        "years": len(names),
        "first_year": names[0],
        "last_year": names[-1],
        "first_sd": float(np.exp(logs[0])),
        "last_sd": float(np.exp(logs[-1])),
        "change": change,
        "lower": lower,
        "upper": upper,
        "p": float(2 * norm.sf(abs(slope) / error)),
    }
