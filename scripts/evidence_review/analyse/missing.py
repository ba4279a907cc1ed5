"""Every figure that an area does not have, and why."""

from functools import lru_cache

import pandas as pd

from evidence_review.analyse.areas import Area
from evidence_review.analyse.review import Review
from evidence_review.analyse.status import STATUS_MEANINGS

# What `level` of unavailable.csv speaks of figures for a council, or for areas above one.
LEVELS = {"council": ("all", "council")}
ABOVE = ("all", "national")
KINDS = {
    "council": "council",
    "region": "region",
    "council type": "type of council",
    "england": "area",
}


def missing_figures(
    review: Review, own: pd.DataFrame, area: Area, indicators: pd.DataFrame, years: tuple[str, ...]
) -> pd.DataFrame:
    """Every indicator and year without a value for the area, and why.

    own: figures of the area, group total. indicators: those that are shown.
    Returns indicator_id, year, status, reason; one row for each figure that is not there.
    """
    statuses = {
        (indicator, year): "" if pd.notna(value) else status
        for indicator, year, value, status in zip(
            own["indicator_id"], own["year"], own["value"], own["status"], strict=True
        )
    }
    # An invented council has always been there.
    began = dict(zip(review.areas["area_code"], review.areas["first_year"], strict=True)).get(
        area.code, ""
    )
    unavailable = _years_without_figures(review, area.level, years)
    absences = {
        (row["collection"], row["year"]): row["reason"]
        for row in review.absences.to_dict("records")
        if row["area_code"] == area.code or (not row["area_code"] and area.level == "council")
    }
    kind = KINDS[area.level]
    rows = []
    for indicator, collection in zip(
        indicators["indicator_id"], indicators["collection"], strict=True
    ):
        for year in years:
            status = statuses.get((indicator, year))
            if status == "":
                continue
            if year < began:
                found = ("[z]", f"{area.name} began as a council in {began}.")
            elif (indicator, year) in unavailable:
                found = unavailable[indicator, year]
            elif (collection, year) in absences:
                found = ("[x]", absences[collection, year])
            elif status is None:
                found = ("[x]", f"The publisher’s file has no row for this {kind}.")
            elif status == "[x]":
                found = (status, f"The publisher gives no figure for this {kind}.")
            else:
                found = (status, f"{STATUS_MEANINGS[status].capitalize()}.")
            rows.append((indicator, year, *found))
    return pd.DataFrame(rows, columns=["indicator_id", "year", "status", "reason"])


@lru_cache(maxsize=8)  # asked for every group of an area
def _years_without_figures(
    review: Review, level: str, years: tuple[str, ...]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Status and reason of each indicator and year for which no area of this level has a figure."""
    return {
        (row["indicator_id"], year): (row["status"], row["reason"])
        for row in review.unavailable.to_dict("records")
        if row["level"] in LEVELS.get(level, ABOVE)
        for year in years
        if row["first_year"] <= year <= row["last_year"]
    }
