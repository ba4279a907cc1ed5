"""Older beside younger adults, and carers beside people who use care."""

from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from evidence_review.analyse.change import direction
from evidence_review.analyse.reliability import weak
from evidence_review.analyse.statistics import difference

Pair = dict[Any, Any]  # one indicator and year of both groups
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
    return _newest_pairs(indicators, held[held["group"].eq(YOUNGER)], held[held["group"].eq(OLDER)])


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
    return _newest_pairs(indicators, people, carers)


def _newest_pairs(
    indicators: pd.DataFrame, first: pd.DataFrame, second: pd.DataFrame
) -> pd.DataFrame:
    shown = ["indicator_id", "year", "value", "lower", "upper", "weak"]
    both = first[shown].merge(
        second[shown], on=["indicator_id", "year"], suffixes=("_first", "_second")
    )
    limits = ["lower_first", "upper_first", "lower_second", "upper_second"]
    records = both.sort_values(["indicator_id", "year"]).to_dict("records")
    rows: list[dict[str, Any]] = []
    for indicator, members in groupby(records, key=itemgetter("indicator_id")):
        pairs = list(members)
        complete = [pair for pair in pairs if np.isfinite([pair[name] for name in limits]).all()]
        newest = (complete or pairs)[-1]
        rows.append(
            {
                "indicator_id": indicator,
                "year": newest["year"],
                **_side(newest, "first"),
                **_side(newest, "second"),
                **_difference(newest),
                "years_lower": sum(pair["value_second"] < pair["value_first"] for pair in pairs),
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


def _side(pair: Pair, side: str) -> dict[str, Any]:
    return {
        f"{side}_value": pair[f"value_{side}"],
        f"{side}_lower": pair[f"lower_{side}"],
        f"{side}_upper": pair[f"upper_{side}"],
        f"{side}_weak": bool(pair[f"weak_{side}"]),
    }


def _difference(pair: Pair) -> dict[str, Any]:
    sides = [
        float(pair[f"{what}_{side}"])
        for side in ("second", "first")
        for what in ("value", "lower", "upper")
    ]
    change, lower, upper = (float(part) for part in difference(*sides))
    change = float(pair["value_second"] - pair["value_first"])
    return {"change": change, "lower": lower, "upper": upper, "found": _found(pair, lower, upper)}


def _found(pair: Pair, lower: float, upper: float) -> str | None:
    """ "higher" or "lower" (the second beside the first), "no clear difference", or None: without
    intervals or on too small a base nothing can be said."""
    if pair["weak_first"] or pair["weak_second"] or not np.isfinite([lower, upper]).all():
        return None
    return direction(lower, upper, "no clear difference")
