"""Ages 65 and over beside 18 to 64 in all councils.

`side_by_side`, `summary`, `pooled` and `subsets` serve every chapter on groups.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from evidence_review.analyse.comparators import asked_for
from evidence_review.analyse.council import YEARS, choose
from evidence_review.analyse.findings import ENGLAND
from evidence_review.analyse.groups import OLDER, YOUNGER
from evidence_review.analyse.national.panel import (
    LONDON,
    Z_WIDTH,
    panel,
    years_with_most,
)
from evidence_review.analyse.review import Review
from evidence_review.analyse.statistics import difference, wilson_interval
from evidence_review.errors import ReviewError

MAIN = "control"
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


@dataclass(frozen=True, eq=False)  # each result is equal to itself only
class OlderPeople:
    """What the chapter shows. indicators: rows of the indicators table, in its order. rows: see
    `side_by_side`, 18 to 64 first. by_year: indicator_id, year; `national`; `summary`. newest: the
    newest year of each indicator with intervals for both ages. left_out: short names of indicators
    that have no year with intervals."""

    review: Review = field(repr=False)
    years: tuple[str, ...]
    main: str
    indicators: pd.DataFrame = field(repr=False)
    rows: pd.DataFrame = field(repr=False)
    by_year: pd.DataFrame = field(repr=False)
    newest: dict[str, str]
    left_out: tuple[str, ...]


def older_people(
    review: Review,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
    indicators: str | list[str] = "",
) -> OlderPeople:
    """Everything of the chapter. indicators: ids or short names; blank for all that are split by age.

    Raises ReviewError that names every wrong value at once.
    """
    figures = review.figures
    split = figures[figures["group"].eq(OLDER) & figures["value"].notna()]["indicator_id"]
    years, asked = chosen(
        review, first_year, last_year, indicators, set(split), "is not split by age"
    )
    both = _both(review, asked, years)
    newest = dict(both[both["se"].notna()].groupby("indicator_id")["year"].max().items())
    without = [one for one in asked if one not in newest]
    if (indicators and without) or not newest:
        raise ReviewError(
            f"From {first_year} to {last_year} there is no year with intervals for both ages on "
            f"{', '.join(without)}; figures by age have them in 2016-17 to 2018-19."
        )
    shown = review.indicators[review.indicators["indicator_id"].isin(newest)]
    both = both[both["indicator_id"].isin(newest)]
    main = MAIN if MAIN in newest else str(shown["indicator_id"].iloc[0])
    lost = review.indicators[review.indicators["indicator_id"].isin(without)]["short_name"]
    return OlderPeople(
        review,
        years,
        main,
        shown.reset_index(drop=True),
        both,
        _beside_england(review, both),
        newest,
        tuple(lost),
    )


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
    wrong: list[str] = []
    years: tuple[str, ...] = ()
    try:
        years = choose(review, "England", first_year=first_year, last_year=last_year).years
    except ReviewError as error:
        wrong += str(error).splitlines()
    found: list[str] = []
    for name in asked_for(indicators):
        try:
            (one,) = choose(review, "England", indicators=[name]).indicators
        except ReviewError as error:
            wrong += str(error).splitlines()
            continue
        if one not in possible:
            wrong.append(f"indicators: “{name}” {why_not}.")
        found.append(one)
    if wrong:
        raise ReviewError("\n".join(wrong))
    order = list(review.indicators["indicator_id"])
    return years, sorted(set(found) or set(possible), key=order.index)


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


def held(
    review: Review, indicators: Collection[str], years: Collection[str], group: str = "total"
) -> pd.DataFrame:
    """`panel`, where a figure without a base is weak if the council is weak in another year."""
    every = panel(review, indicators, YEARS, group)
    key = ["indicator_id", "area_code", "basis_id"]
    weak_once = every.groupby(key)["weak"].transform("any")
    every["weak"] |= every["base"].isna() & weak_once
    return every[every["year"].isin(list(years))]


def _both(review: Review, indicators: Collection[str], years: Collection[str]) -> pd.DataFrame:
    """Both ages side by side, in years in which most councils have figures for both."""
    younger, older = (held(review, indicators, years, group) for group in (YOUNGER, OLDER))
    rows = side_by_side(younger, older, ["indicator_id", "area_code", "year"])
    if rows.empty:
        return rows
    most = [
        own[own["year"].isin(years_with_most(own, len(review.councils)))]
        for _, own in rows.groupby("indicator_id")
    ]
    return pd.concat(most, ignore_index=True)


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


def _beside_england(review: Review, rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each indicator and year: indicator_id, year; `national`; `summary`."""
    figures = review.figures[review.figures["area_code"].eq(ENGLAND)]
    key = ["indicator_id", "year"]
    ages = {
        group: figures[figures["group"].eq(group)].set_index(key)[LIMITS]
        for group in (YOUNGER, OLDER)
    }
    found = []
    for (indicator, year), own in rows.groupby(key):
        # England has no figure in one of these years: reindex gives it as missing.
        one, two = (age.reindex([(indicator, year)]).iloc[0] for age in ages.values())
        found.append(
            {"indicator_id": indicator, "year": year, **national(one, two), **summary(own)}
        )
    return pd.DataFrame(found)


def national(one: pd.Series, two: pd.Series) -> dict[str, float]:
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


def subsets(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of one comparison that a conclusion is tried on: all; without London; without those
    on the lowest tenth of bases."""
    return [
        (ALL, rows),
        (NO_LONDON, rows[rows["region_code"].ne(LONDON)]),
        (NO_SMALL, rows[~rows["base"].le(rows["base"].quantile(0.1))]),
    ]
