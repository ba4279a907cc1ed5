"""A funnel plot of one indicator, and the councils that lie outside its limits year after year."""

from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats.mstats import winsorize

from evidence_review.analyse.national.variation_between import (
    ARCSINE,
    IDENTITY,
    PER,
    SCALES,
    Numbers,
    back,
    paule_mandel,
)
from evidence_review.analyse.national.variation_years import (
    FEWEST_YEARS,
    measured_years,
    piled,
)
from evidence_review.analyse.statistics import YEARS_OF_A_TREND, funnel_limits

INNER, OUTER = 0.95, 0.998
DRAWN_IN = 0.1  # share of councils at each end whose z is drawn in, for the widening
MOST_YEARS = 4  # of the latest five
HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True)
class Funnel:
    """One indicator in one year, council by council, with the limits.

    indicator_id, basis_id, year. interval: how the indicator's intervals are made. centre: the
    middle line in the indicator's unit (see `centre_of`). tau2: the variance by which the wider
    limits are widened, on the scale of `on_scale` (see `winsorised_tau2`).
    councils: area_code, name, slug, region, council_type, value, lower, upper, base, size (what
    precision rests on: people, or for measures without counts 1 / standard error), z (distance from
    the centre in standard errors), inner, outer (whether inside the limits of chance alone),
    wide_inner, wide_outer (inside the widened ones), direction ("higher" or "lower").
    curves: size, and for inner, outer, wide_inner, wide_outer the limits lower_… and upper_….
    """

    indicator_id: str
    basis_id: str
    year: str
    interval: str
    centre: float
    tau2: float
    councils: pd.DataFrame = field(repr=False)
    curves: pd.DataFrame = field(repr=False)

    def outside(self, limit: str) -> pd.DataFrame:
        """The councils outside a limit ("inner", "outer", "wide_inner", "wide_outer"), by name."""
        return self.councils[~self.councils[limit]].sort_values("name")


def centre_of(held: pd.DataFrame) -> float:
    """The middle line on the scale of `on_scale`: all councils taken together.

    held: see `measurable`. Shares and rates: all numerators over all bases; all else: the mean
    weighted by precision.
    """
    scale = SCALES[held["made_by"].iloc[0]]
    if scale == IDENTITY:
        return float(np.average(held["y"], weights=1 / held["v"]))
    share = float(held["numerator"].sum() / held["base"].sum())
    return float(np.arcsin(np.sqrt(share)) if scale == ARCSINE else np.sqrt(PER * share))


def winsorised_tau2(y: Numbers, v: Numbers, centre: float) -> float:
    """The variance between councils, with those farthest from the centre drawn in.

    The z scores (y - centre) / sqrt(v) below the 10th percentile are set to it, those above the
    90th to that one, so that the councils that the limits are to find do not widen them.
    Source: Spiegelhalter and others (2012), Journal of the Royal Statistical Society A 175: 1-47,
    additive random effects: tau² = (sum of z² - (n - 1)) / (W - sum of w² / W), w = 1 / v.
    """
    z = np.asarray(winsorize((y - centre) / np.sqrt(v), limits=(DRAWN_IN, DRAWN_IN)))
    weights = 1 / v
    total = weights.sum()
    spare = float((z**2).sum()) - (y.size - 1)
    return max(spare / float(total - (weights**2).sum() / total), 0.0)


def _limits(
    centre: float, v: Numbers, tau2: float, level: float, interval: str
) -> tuple[Numbers, Numbers]:
    reach = norm.ppf((1 + level) / 2) * np.sqrt(v + tau2)
    lower, upper = back(centre - reach, interval), back(centre + reach, interval)
    return lower, upper


def _chance_limits(
    centre: float, size: Numbers, v: Numbers, level: float, interval: str
) -> tuple[Numbers, Numbers]:
    """The limits of chance alone: the exact ones of `funnel_limits` for shares with counts."""
    if SCALES[interval] != ARCSINE:
        return _limits(centre, v, 0.0, level, interval)
    lower, upper = funnel_limits(size, back(centre, interval) / 100, level)
    return 100 * lower, 100 * upper


def _variance(size: Numbers, interval: str) -> Numbers:
    scale = SCALES[interval]
    if scale == IDENTITY:
        return 1 / size**2
    return 1 / (4 * size) if scale == ARCSINE else PER / (4 * size)


def funnel(held: pd.DataFrame) -> Funnel:
    """The funnel of one indicator in one year.

    held: figures of that indicator and year; see `measurable`. At least one.
    """
    interval = str(held["made_by"].iloc[0])
    y, v = held["y"].to_numpy(), held["v"].to_numpy()
    size = 1 / np.sqrt(v) if SCALES[interval] == IDENTITY else held["base"].to_numpy(dtype=float)
    centre = centre_of(held)
    tau2 = winsorised_tau2(y, v, centre)
    value = held["value"].to_numpy()
    if SCALES[interval] == ARCSINE:
        value = 100 * (held["numerator"] / held["base"]).to_numpy(dtype=float)
    grid = np.geomspace(size.min(), size.max(), 120)
    curves: dict[str, Numbers] = {"size": grid}
    inside: dict[str, Numbers] = {}
    for name, level in (("inner", INNER), ("outer", OUTER)):
        for limit, widened in ((name, 0.0), (f"wide_{name}", tau2)):
            pairs = [
                _limits(centre, variances, widened, level, interval)
                if limit.startswith("wide")
                else _chance_limits(centre, sizes, variances, level, interval)
                for sizes, variances in ((grid, _variance(grid, interval)), (size, v))
            ]
            curves[f"lower_{limit}"], curves[f"upper_{limit}"] = pairs[0]
            inside[limit] = (pairs[1][0] <= value) & (value <= pairs[1][1])
    columns = ["area_code", "name", "slug", "region", "council_type", "value", "lower", "upper"]
    return Funnel(
        indicator_id=str(held["indicator_id"].iloc[0]),
        basis_id=str(held["basis_id"].iloc[0]),
        year=str(held["year"].iloc[0]),
        interval=interval,
        centre=float(back(centre, interval)),
        tau2=tau2,
        councils=held[[*columns, "base"]].assign(
            size=size,
            z=(y - centre) / np.sqrt(v),
            **inside,
            direction=np.where(y > centre, HIGHER, LOWER),
        ),
        curves=pd.DataFrame(curves),
    )


def newest_funnel(figures: pd.DataFrame) -> Funnel | None:
    """The funnel of the newest year in which most councils have counts or margins.

    figures: those of one indicator; see `scaled`. None where there is no such year.
    """
    years = {str(key[2]): held for key, held in measured_years(figures)}
    return funnel(years[max(years)]) if years else None


@dataclass(frozen=True)
class Persistent:
    """The councils outside the outer limits on one side, year after year.

    followed: series (one indicator, one council) with enough years. untrimmed: how many of them lie
    outside limits widened without drawing anyone in. observed: share of single figures outside the
    widened limits, 0 to 1; expected: the share that would be if councils were spread as a bell of
    the untrimmed variance, without any that stand apart (both NaN with nothing to follow).
    councils: those outside the widened limits year after year: indicator_id, basis_id, area_code,
    name, slug, direction, outside (years), of (years), first_year, last_year, years (those outside,
    with a semicolon between). beyond_chance: the same of the limits of chance alone. Both are in
    the order of names. indicators: the ids that could be followed.
    """

    followed: int
    untrimmed: int
    observed: float
    expected: float
    councils: pd.DataFrame = field(repr=False)
    beyond_chance: pd.DataFrame = field(repr=False)
    indicators: tuple[str, ...]


def persistent(figures: pd.DataFrame) -> Persistent:
    """The councils outside the outer limits in `MOST_YEARS` of the latest five years on one basis,
    or in all years of a basis with three or four.

    figures: those of `scaled`. Indicators with councils piled up at 0 or 100 per cent (`piled`) are
    left out: limits of a bell do not fit them. Of each indicator the newest basis with at least
    three years counts.
    """
    fit = figures[~figures["indicator_id"].isin(piled(figures))]
    years = groupby(measured_years(fit), key=lambda pair: pair[0][:2])
    by_indicator: dict[str, list[pd.DataFrame]] = {}
    for (indicator, _), members in years:
        series = [held for _, held in members]
        earlier = by_indicator.get(indicator)
        if len(series) < FEWEST_YEARS:
            continue
        if earlier is None or series[-1]["year"].iloc[0] > earlier[-1]["year"].iloc[0]:
            by_indicator[indicator] = series
    parts = [_sides(series[-YEARS_OF_A_TREND:]) for series in by_indicator.values()]
    sides = pd.concat(parts or [_NO_SIDES])
    held = sides.groupby(["indicator_id", "area_code"]).agg(
        years=("year", "size"), of=("of", "first")
    )
    ways = {way: _year_after_year(sides, way) for way in ("chance", "wide", "untrimmed")}
    return Persistent(
        followed=int(held["years"].ge(held["of"].clip(upper=MOST_YEARS)).sum()),
        untrimmed=len(ways["untrimmed"]),
        observed=float(sides["wide"].ne(0).mean()) if len(sides) else np.nan,
        expected=float(sides["expected"].mean()) if len(sides) else np.nan,
        councils=ways["wide"],
        beyond_chance=ways["chance"],
        indicators=tuple(dict.fromkeys(sides["indicator_id"])),
    )


_COLUMNS = ["indicator_id", "basis_id", "year", "area_code", "name", "slug"]
_NO_SIDES = pd.DataFrame(columns=[*_COLUMNS, "of", "chance", "wide", "untrimmed", "expected"])


def _sides(series: list[pd.DataFrame]) -> pd.DataFrame:
    """On which side of the outer limits each council lies in these years: 1, -1 or 0.

    series: `measurable` figures of one indicator, one frame a year. expected: chance of lying
    outside the widened limits, for a council drawn from a bell of the untrimmed variance.
    """
    z = norm.ppf((1 + OUTER) / 2)
    rows = []
    for held in series:
        y, v = held["y"].to_numpy(), held["v"].to_numpy()
        centre = centre_of(held)
        untrimmed, _ = paule_mandel(y, v, np.zeros(y.size, dtype=int))
        ways = {"chance": 0.0, "wide": winsorised_tau2(y, v, centre), "untrimmed": untrimmed}
        sides = {
            way: np.where(np.abs(y - centre) > z * np.sqrt(v + tau2), np.sign(y - centre), 0)
            for way, tau2 in ways.items()
        }
        expected = 2 * norm.sf(z * np.sqrt((v + ways["wide"]) / (v + untrimmed)))
        rows.append(held[_COLUMNS].assign(of=len(series), expected=expected, **sides))
    return pd.concat(rows)


def _year_after_year(sides: pd.DataFrame, way: str) -> pd.DataFrame:
    out = sides[sides[way].ne(0)]
    key = ["indicator_id", "basis_id", "area_code", "name", "slug", way]
    found = (
        out.groupby(key, dropna=False, sort=False)
        .agg(outside=("year", "size"), of=("of", "first"), years=("year", ";".join))
        .reset_index()
    )
    found = found[found["outside"].ge(found["of"].clip(upper=MOST_YEARS))]
    first = sides.groupby("indicator_id")["year"].agg(first_year="min", last_year="max")
    found = found.assign(direction=np.where(found[way].gt(0), HIGHER, LOWER)).merge(
        first, on="indicator_id", how="left"
    )
    return found.sort_values(["name", "indicator_id"], ignore_index=True)
