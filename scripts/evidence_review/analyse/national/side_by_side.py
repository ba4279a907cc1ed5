"""Two figures of each council side by side, and what the differences of many councils say together.

Serves every chapter on groups: older beside younger, carers beside people, one year beside another.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from evidence_review.analyse.choices import YEARS, chosen_indicators, chosen_years
from evidence_review.analyse.national.panel import LONDON, Z_WIDTH, panel
from evidence_review.analyse.review import Review
from evidence_review.analyse.statistics import difference, wilson_interval
from evidence_review.errors import ReviewError

LIMITS = ["value", "lower", "upper"]
ALL, NO_LONDON, NO_SMALL = "All councils", "Without London", "Without the smallest tenth"


@dataclass(frozen=True)
class Pooled:
    """A mean over councils by random effects: mean, its 95% limits, tau (the standard deviation of
    what truly differs between councils) and low, high (the 95% prediction interval: where the true
    figure of a further council lies). All in the units of the effects."""

    mean: float
    lower: float
    upper: float
    tau: float
    low: float
    high: float


def chosen(
    review: Review,
    first_year: str,
    last_year: str,
    indicators: str | list[str],
    possible: Collection[str],
    why_not: str,
) -> tuple[tuple[str, ...], list[str]]:
    """The years and the indicators that are meant; all possible ones when none is named.

    possible: ids that the chapter can show. why_not: what is said of others.
    Raises ReviewError that names every wrong value at once.
    """
    years, wrong = chosen_years(first_year, last_year)
    found, problems = chosen_indicators(review.indicators, indicators)
    wrong += problems
    wrong += [f"indicators: “{one}” {why_not}." for one in found if one not in possible]
    if wrong:
        raise ReviewError("\n".join(wrong))
    order = list(review.indicators["indicator_id"])
    return years, sorted(set(found) or set(possible), key=order.index)


def held(
    review: Review, indicators: Collection[str], years: Collection[str], group: str = "total"
) -> pd.DataFrame:
    """`panel`, where a figure without a base is weak if the council is weak in another year."""
    every = panel(review, indicators, YEARS, group)
    key = ["indicator_id", "area_code", "basis_id"]
    weak_once = every.groupby(key)["weak"].transform("any")
    every["weak"] |= every["base"].isna() & weak_once
    return every[every["year"].isin(list(years))]


def side_by_side(first: pd.DataFrame, second: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Two figures of each council, and the second less the first.

    first, second: see `held`. on: columns that make a pair, area_code among them.
    Returns one row a pair: `on`; first, second (values); difference, lower, upper (its 95%
    interval), se (width / 3.92; NaN without intervals); weak (either is); base (the smaller);
    name, slug, region_code, share_65, imd2019_score; year_first, year_second, basis_id.
    """
    facts = ["name", "slug", "region_code", "share_65", "imd2019_score"]
    one = first.assign(year_first=first["year"])
    two = second.assign(year_second=second["year"]).drop(columns=facts)
    pairs = one.merge(two, on=on, suffixes=("_1", "_2"), validate="1:1")
    names = [f"{what}_{side}" for side in (2, 1) for what in LIMITS]
    gap, lower, upper = difference(*(pairs[name] for name in names))
    gap = (pairs["value_2"] - pairs["value_1"]).round(6)  # equal figures differ by exactly 0
    base = pairs[["base_1", "base_2"]].astype(float).min(axis=1)
    basis = pairs["basis_id_1"] if "basis_id_1" in pairs else pairs["basis_id"]
    kept = pairs[[*on, *facts, "year_first", "year_second"]]
    return kept.assign(
        first=pairs["value_1"],
        second=pairs["value_2"],
        difference=gap,
        lower=lower,
        upper=upper,
        se=(upper - lower) / Z_WIDTH,
        weak=pairs["weak_1"] | pairs["weak_2"],
        base=base,
        basis_id=basis,
    )


def national(
    one: pd.Series | Mapping[Any, Any], two: pd.Series | Mapping[Any, Any]
) -> dict[str, float]:
    """Two figures of England, each with value, lower, upper, beside each other: first and second
    (with _lower, _upper), change (the second less the first), change_lower, change_upper."""
    limits = [float(each[what]) for each in (two, one) for what in LIMITS]
    _, lower, upper = difference(*limits)
    sides = {"first": one, "second": two}
    values = {
        f"{side}{end}": float(row[what])
        for side, row in sides.items()
        for end, what in zip(("", "_lower", "_upper"), LIMITS, strict=True)
    }
    change = float(two["value"] - one["value"])
    return {**values, "change": change, "change_lower": float(lower), "change_upper": float(upper)}


def summary(rows: pd.DataFrame) -> dict[str, Any]:
    """What the differences of many councils say together. rows: of one comparison, `side_by_side`.

    Returns all_councils, all_lower (every council); and without weak figures: left_out (how many
    those are), councils, lower, higher, share (per cent of councils in which the second figure is
    the lower), share_lower, share_upper (Wilson), p (sign test, equal figures left out), mean,
    mean_lower, mean_upper (each council counts the same); and over those with an interval: tested,
    beyond_lower, beyond_higher (it leaves out 0), kept_lower, kept_higher (the same with the false
    discovery rate held at 5%), pooled (a `Pooled`, or None).
    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57: 289-300.
    """
    sure = rows[~rows["weak"]]
    lower, higher = (
        int(n) for n in (sure["difference"].lt(0).sum(), sure["difference"].gt(0).sum())
    )
    limits = wilson_interval(lower, len(sure))
    mean = float(sure["difference"].mean())
    reach = float(stats.t.ppf(0.975, max(len(sure) - 1, 1)) * sure["difference"].sem())
    known = sure[sure["se"].gt(0)]
    z = known["difference"] / known["se"]
    kept = np.zeros(len(z), dtype=bool)
    if len(z):
        kept = stats.false_discovery_control(2 * stats.norm.sf(z.abs())) <= 0.05
    return {
        "all_councils": len(rows),
        "all_lower": int(rows["difference"].lt(0).sum()),
        "left_out": len(rows) - len(sure),
        "councils": len(sure),
        "lower": lower,
        "higher": higher,
        "share": 100 * lower / len(sure) if len(sure) else np.nan,
        "share_lower": 100 * float(limits[0]),
        "share_upper": 100 * float(limits[1]),
        "p": float(stats.binomtest(lower, lower + higher).pvalue) if lower + higher else 1.0,
        "mean": mean,
        "mean_lower": mean - reach,
        "mean_upper": mean + reach,
        "tested": len(known),
        "beyond_lower": int(known["upper"].lt(0).sum()),
        "beyond_higher": int(known["lower"].gt(0).sum()),
        "kept_lower": int((kept & z.lt(0)).sum()),
        "kept_higher": int((kept & z.gt(0)).sum()),
        "pooled": pooled(known["difference"], known["se"]) if len(known) > 2 else None,
    }


def pooled(effects: pd.Series, errors: pd.Series) -> Pooled:
    """The mean of effects over councils by random effects, and how far councils truly differ.

    effects, errors: one a council, three or more; standard errors above 0, in the same units.
    Variance between councils by Paule and Mandel; limits of the mean by t on councils less one
    (with this variance they are those of Hartung, Knapp, Sidik and Jonkman, never narrower).
    Source: Paule and Mandel (1982), Journal of Research of the National Bureau of Standards 87:
    377-385, by statsmodels; prediction interval: Higgins, Thompson and Spiegelhalter (2009),
    Journal of the Royal Statistical Society A 172: 137-159.
    """
    found = combine_effects(effects.to_numpy(), errors.to_numpy() ** 2, method_re="iterated")
    lower, upper = found.conf_int(use_t=True)[1]
    mean, tau2 = float(found.mean_effect_re), float(found.tau2)
    reach = stats.t.ppf(0.975, len(effects) - 2) * np.sqrt(tau2 + found.sd_eff_w_re**2)
    limits = (float(each) for each in (lower, upper, np.sqrt(tau2), mean - reach, mean + reach))
    return Pooled(mean, *limits)


def subsets(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of one comparison that a conclusion is tried on: all; without London; without those
    on the lowest tenth of bases."""
    return [
        (ALL, rows),
        (NO_LONDON, rows[rows["region_code"].ne(LONDON)]),
        (NO_SMALL, rows[~rows["base"].le(rows["base"].quantile(0.1))]),
    ]
