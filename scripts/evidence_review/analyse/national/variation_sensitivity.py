"""Whether the chapter's conclusions stand when some councils, the method or the scale are changed."""

from dataclasses import dataclass

import pandas as pd

from evidence_review.analyse.national.panel import LONDON
from evidence_review.analyse.national.variation_funnel import persistent
from evidence_review.analyse.national.variation_groups import shares_between
from evidence_review.analyse.national.variation_years import (
    GROWING,
    KEY,
    SHRINKING,
    changes_of_spread,
    newest,
    spreads,
)

SMALLEST = 0.1  # share of the bases that is left out
ALL, NO_LONDON, NO_SMALL = "all councils", "without London", "without the smallest bases"
OTHER_METHOD, OTHER_SCALE = "DerSimonian and Laird", "shares and rates as they are"
COUNTS = ("wilson", "byar")  # intervals of what is counted, not asked


@dataclass(frozen=True)
class Conclusion:
    """What one way of working it out says.

    label: which way. measures: how many indicators have a newest year with intervals; differ: those
    whose differences go beyond chance (lower limit of tau² above 0). i2_survey, i2_counts: the
    median share of variance beyond chance, 0 to 1, of survey measures and of counts (NaN without
    any). sd, sd_lower, sd_upper: of the funnel's indicator (NaN where it is not among them).
    growing, shrinking: indicator_id of each; tested: how many series. regions: indicators with
    clear differences between regions. persistent: indicator_id, area_code of councils outside the
    limits year after year. None where the way does not touch it.
    """

    label: str
    measures: int
    differ: int
    i2_survey: float
    i2_counts: float
    sd: float
    sd_lower: float
    sd_upper: float
    growing: frozenset[str] | None
    shrinking: frozenset[str] | None
    tested: int | None
    regions: frozenset[str] | None
    persistent: frozenset[tuple[str, str]] | None


def without_smallest(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures without the lowest tenth of bases of each indicator, basis and year.

    Where there are no bases, the widest tenth of intervals goes; figures with neither all stay.
    """
    size = figures["base"].astype(float).fillna(-figures["se"])
    key = [figures[name] for name in KEY]
    least = size.where(~figures["weak"]).groupby(key).transform("quantile", SMALLEST)
    return figures[~size.lt(least)]


def of_newest(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures of each indicator's newest year with variances by chance; see `scaled`."""
    known = figures[figures["v"].notna() & ~figures["weak"]]
    last = known.groupby("indicator_id")["year"].max()
    return figures[figures["year"].eq(figures["indicator_id"].map(last))]


def summarise(
    label: str,
    indicator: str,
    made_by: dict[str, str],
    rows: pd.DataFrame,
    changes: pd.DataFrame | None = None,
    shares: pd.DataFrame | None = None,
    outside: pd.DataFrame | None = None,
) -> Conclusion:
    """One conclusion from its tables; None for those that this way does not touch.

    indicator: the funnel's. made_by: how each indicator's intervals are made. rows: `newest` of
    `spreads`. changes: `changes_of_spread`. shares: `shares_between`. outside: the councils of
    `persistent`.
    """
    counted = rows["indicator_id"].map(made_by).isin(COUNTS)
    own = rows[rows["indicator_id"].eq(indicator)]
    limits = own[["sd", "sd_lower", "sd_upper"]].iloc[0] if len(own) else [float("nan")] * 3
    sd, lower, upper = (float(limit) for limit in limits)
    regions = pairs = None
    if shares is not None:
        clear = shares[shares["grouping"].eq("region") & shares["clear"]]
        regions = frozenset(clear["indicator_id"])
    if outside is not None:
        pairs = frozenset(zip(outside["indicator_id"], outside["area_code"], strict=True))
    return Conclusion(
        label=label,
        measures=len(rows),
        differ=int(rows["i2_lower"].gt(0).sum()),
        i2_survey=float(rows.loc[~counted, "i2"].median()),
        i2_counts=float(rows.loc[counted, "i2"].median()),
        sd=sd,
        sd_lower=lower,
        sd_upper=upper,
        growing=_ids(changes, GROWING),
        shrinking=_ids(changes, SHRINKING),
        tested=None if changes is None else len(changes),
        regions=regions,
        persistent=pairs,
    )


def _ids(changes: pd.DataFrame | None, word: str) -> frozenset[str] | None:
    if changes is None:
        return None
    return frozenset(changes.loc[changes["word"].eq(word), "indicator_id"])


def other_ways(
    figures: pd.DataFrame,
    untransformed: pd.DataFrame,
    made_by: dict[str, str],
    indicator: str,
) -> list[Conclusion]:
    """The conclusion in other ways than the chapter's.

    figures: those of `scaled`; untransformed: the same with shares and rates as they are.
    Changes and regions rest on one estimator, and the limits on one scale: they are None where
    another is tried.
    """
    found = []
    for label, some in (
        (NO_LONDON, figures[figures["region_code"].ne(LONDON)]),
        (NO_SMALL, without_smallest(figures)),
    ):
        latest = of_newest(some)
        rows = newest(spreads(latest))
        changes, shares = changes_of_spread(some), shares_between(latest, rows, ["region"])
        outside = persistent(some).councils
        found.append(summarise(label, indicator, made_by, rows, changes, shares, outside))
    latest = newest(spreads(of_newest(figures), method="dl"))
    found.append(summarise(OTHER_METHOD, indicator, made_by, latest))
    latest = of_newest(untransformed)
    rows = newest(spreads(latest))
    changes, shares = changes_of_spread(untransformed), shares_between(latest, rows, ["region"])
    found.append(summarise(OTHER_SCALE, indicator, made_by, rows, changes, shares))
    return found
