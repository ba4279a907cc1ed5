"""The figures of all councils in one long table, with what is known of each council beside them."""

from collections.abc import Collection, Sequence
from functools import lru_cache

import pandas as pd

from evidence_review.analyse.reliability import weak
from evidence_review.analyse.review import Review

Z_WIDTH = 3.92  # a 95% interval is this many standard errors wide
LONDON = "E12000007"


def panel(
    review: Review, indicators: Collection[str], years: Collection[str], group: str = "total"
) -> pd.DataFrame:
    """Every council's figures of these indicators and years that have a value.

    Returns one row for each indicator, council and year, abolished councils included:
    indicator_id, area_code, year, value, lower, upper, base, numerator, basis_id, status; weak (see
    `reliability.weak`); se (standard error, NaN without an interval); and the columns of
    `council_facts`.
    """
    figures = review.figures
    of_group = figures[figures["group"].eq(group) & figures["value"].notna()]
    held = of_group[
        of_group["indicator_id"].isin(list(indicators))
        & of_group["year"].isin(list(years))
        & of_group["area_code"].isin(review.council_codes)
    ].drop(columns=["group", "file_id"])
    held = held.assign(weak=weak, se=(held["upper"] - held["lower"]) / Z_WIDTH)
    return held.merge(council_facts(review), on="area_code", how="left", validate="m:1")


@lru_cache(maxsize=1)  # each of a chapter's panels asks for it
def council_facts(review: Review) -> pd.DataFrame:
    """What is known of each council, abolished ones included.

    Returns area_code, name, slug, region_code, region, council_type, adults (people aged 18 and
    over), share_65 (per cent of adults aged 65 and over), imd2019_score. A council of the past has
    the region of those that followed it, and no slug, type, population or deprivation.
    """
    today = review.councils.assign(
        adults=lambda t: t["pop_18_64"] + t["pop_65_plus"],
        share_65=lambda t: 100 * t["pop_65_plus"] / (t["pop_18_64"] + t["pop_65_plus"]),
    )
    columns = ["area_code", "name", "slug", "region_code", "region", "council_type"]
    today = today[[*columns, "adults", "share_65", "imd2019_score"]]
    regions = today.set_index("area_code")[["region_code", "region"]]
    areas = review.areas
    past = areas[areas["level"].eq("council") & ~areas["area_code"].isin(set(today["area_code"]))]
    first = past["successors"].str.split(";").str[0]
    gone = past[["area_code", "name"]].assign(
        region_code=regions["region_code"].reindex(first).to_numpy(),
        region=regions["region"].reindex(first).to_numpy(),
    )
    return pd.concat([today, gone], ignore_index=True)


def years_with_most(figures: pd.DataFrame, councils: int, share: float = 0.5) -> Sequence[str]:
    """The years in which more than this share of councils have a figure: not the volunteers of
    2020-21."""
    held = figures.groupby("year")["area_code"].nunique()
    return [str(year) for year in held[held > share * councils].index]
