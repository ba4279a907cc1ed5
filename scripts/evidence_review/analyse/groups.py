"""Older beside younger adults, and carers beside people who use care."""

from typing import Any

import numpy as np
import pandas as pd

from evidence_review.analyse.change import direction
from evidence_review.analyse.reliability import weak
from evidence_review.analyse.statistics import difference

YOUNGER, OLDER = "18-64", "65-plus"
# The same question put to people and to carers, in two surveys. Take-up is not among them: the
# returns count people on one day of the year, and carers over the whole of it.
CARER_PAIRS = {
    "satisfaction": "carer-satisfaction",
    "information": "carer-information",
    "social-contact": "carer-social-contact",
}


def age_differences(indicators: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Ages 65 and over beside 18 to 64, for each indicator that is split by age for the area.

    figures: of one area, all groups. The newest year in which both ages have an interval is shown;
    where there is none, the newest with both values.
    Returns, in the order of the indicators table: its columns; year; first_value, first_lower,
    first_upper, first_weak for 18 to 64 and second_… for 65 and over; change, lower, upper (second
    minus first, with its 95% interval); found (see `_found`); years_lower and years (in how many of
    the years with both values the older group's is the lower).
    """
    held = figures[figures["value"].notna()].assign(weak=weak)
    younger = held[held["group"].eq(YOUNGER)]
    older = held[held["group"].eq(OLDER)]
    both = younger.merge(older, on=["indicator_id", "year"], suffixes=("_first", "_second"))
    return _newest_pairs(indicators, both)


def carer_differences(indicators: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Carers beside people who use care, in the newest year in which both have an interval.

    figures: of one area, group total. Returns the columns of `age_differences`, first_… for people
    who use care and second_… for carers.
    """
    held = figures[figures["value"].notna()].assign(weak=weak)
    people = held[held["indicator_id"].isin(CARER_PAIRS)]
    carers = held[held["indicator_id"].isin(CARER_PAIRS.values())]
    back = {carer: person for person, carer in CARER_PAIRS.items()}
    carers = carers.assign(indicator_id=carers["indicator_id"].map(back))
    both = people.merge(carers, on=["indicator_id", "year"], suffixes=("_first", "_second"))
    return _newest_pairs(indicators, both)


def _newest_pairs(indicators: pd.DataFrame, both: pd.DataFrame) -> pd.DataFrame:
    limits = ["lower_first", "upper_first", "lower_second", "upper_second"]
    rows: list[dict[str, Any]] = []
    for indicator, pairs in both.sort_values("year").groupby("indicator_id", sort=False):
        complete = pairs[pairs[limits].notna().all(axis=1)]
        newest = (complete if len(complete) else pairs).iloc[-1]
        rows.append(
            {
                "indicator_id": indicator,
                "year": newest["year"],
                **_side(newest, "first"),
                **_side(newest, "second"),
                **_difference(newest),
                "years_lower": int((pairs["value_second"] < pairs["value_first"]).sum()),
                "years": len(pairs),
            }
        )
    columns = ["indicator_id", "year"]
    columns += [
        f"{side}_{what}"
        for side in ("first", "second")
        for what in ("value", "lower", "upper", "weak")
    ]
    columns += ["change", "lower", "upper", "found", "years_lower", "years"]
    return indicators.merge(pd.DataFrame(rows, columns=columns), on="indicator_id")


def _side(pair: pd.Series, side: str) -> dict[str, Any]:
    return {
        f"{side}_value": pair[f"value_{side}"],
        f"{side}_lower": pair[f"lower_{side}"],
        f"{side}_upper": pair[f"upper_{side}"],
        f"{side}_weak": bool(pair[f"weak_{side}"]),
    }


def _difference(pair: pd.Series) -> dict[str, Any]:
    sides = [
        float(pair[f"{what}_{side}"])
        for side in ("second", "first")
        for what in ("value", "lower", "upper")
    ]
    change, lower, upper = (float(part) for part in difference(*sides))
    change = float(pair["value_second"] - pair["value_first"])
    return {"change": change, "lower": lower, "upper": upper, "found": _found(pair, lower, upper)}


def _found(pair: pd.Series, lower: float, upper: float) -> str | None:
    """ "higher" or "lower" (the second beside the first), "no clear difference", or None: without
    intervals or on too small a base nothing can be said."""
    if pair["weak_first"] or pair["weak_second"] or not np.isfinite([lower, upper]).all():
        return None
    return direction(lower, upper, "no clear difference")
