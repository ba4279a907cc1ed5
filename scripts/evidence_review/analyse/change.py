"""Change over time: which years may be joined, how far a figure moved, and whether there is a trend.

Years that follow each other in a publisher's series on one basis make a run. Surveys that run every
other year follow each other too. A year that was published on another basis ends a run, for every
area, and so does a year without a figure.
"""

from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from evidence_review.analyse.reliability import weak
from evidence_review.analyse.statistics import (
    YEARS_OF_A_TREND,
    difference,
    trend,
    trend_proportion,
)

ROUNDING = 0.0501  # points; percentages are published with one decimal
Figure = dict[Any, Any]  # one row of the figures table, with its run


def published_years(totals: pd.DataFrame) -> dict[str, dict[str, int]]:
    """The years in which each indicator was published for any area: year → its place in order.

    totals: figures of the group total.
    """
    held = totals.loc[totals["value"].notna(), ["indicator_id", "year"]].drop_duplicates()
    ordered = held.sort_values("year")
    return {
        str(indicator): {str(year): place for place, year in enumerate(years)}
        for indicator, years in ordered.groupby("indicator_id")["year"]
    }


def bases(totals: pd.DataFrame) -> pd.DataFrame:
    """The basis of each indicator and year that has a figure for any area.

    totals: figures of the group total. Returns indicator_id, year, basis_id, sorted by the first
    two.
    """
    held = totals.loc[totals["value"].notna(), ["indicator_id", "year", "basis_id"]]
    return held.drop_duplicates().sort_values(["indicator_id", "year"])


def with_runs(figures: pd.DataFrame, published: dict[str, dict[str, int]]) -> pd.DataFrame:
    """The figures that have a value, sorted by indicator, area and year, each with its run.

    published: see `published_years`. Returns the columns of `figures` and `run`, a number that is
    the same for figures that a line may join; and weak (see `reliability.weak`).
    """
    held = figures[figures["value"].notna()].sort_values(["indicator_id", "area_code", "year"])
    places = pd.Series(
        [
            published[indicator][year]
            for indicator, year in zip(held["indicator_id"], held["year"], strict=True)
        ],
        index=held.index,
        dtype=int,
    )
    series = held.groupby(["indicator_id", "area_code"], sort=False)
    starts = (
        series.cumcount().eq(0)
        | places.diff().ne(1)
        | held["basis_id"].ne(series["basis_id"].shift())
    )
    return held.assign(run=starts.cumsum(), weak=weak)


def changes(indicators: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """How each indicator moved for one area.

    runs: figures of the area, see `with_runs`.
    Returns, for each indicator with a value, in the order of the indicators table: the columns of
    `indicators`; from the newest run first_year, last_year, first_value, last_value, years (how
    many), change, lower and upper (95% interval of the change) and moved ("higher", "lower",
    "no clear change"; None with one year, without intervals or when either is weak), first_weak,
    last_weak; trend, trend_from and trend_to (of the latest five yearly figures in one run that have
    intervals and are not weak).
    """
    rows = []
    made_by = dict(zip(indicators["indicator_id"], indicators["interval"], strict=True))
    for indicator, members in groupby(runs.to_dict("records"), key=itemgetter("indicator_id")):
        series = list(members)
        newest = [figure for figure in series if figure["run"] == series[-1]["run"]]
        word, years = latest_trend(series, made_by[indicator])
        rows.append(
            {
                "indicator_id": indicator,
                **_moved(newest),
                "trend": word,
                "trend_from": years[0],
                "trend_to": years[1],
            }
        )
    columns = ["indicator_id", "first_year", "last_year", "first_value", "last_value", "years"]
    columns += [
        "change",
        "lower",
        "upper",
        "moved",
        "first_weak",
        "last_weak",
        "trend",
        "trend_from",
        "trend_to",
    ]
    return indicators.merge(pd.DataFrame(rows, columns=columns), on="indicator_id")


def _moved(run: list[Figure]) -> dict[str, Any]:
    first, last = run[0], run[-1]
    result = {
        "first_year": first["year"],
        "last_year": last["year"],
        "first_value": first["value"],
        "last_value": last["value"],
        "years": len(run),
        "change": last["value"] - first["value"] if len(run) > 1 else np.nan,
        "lower": np.nan,
        "upper": np.nan,
        "moved": None,
        "first_weak": first["weak"],
        "last_weak": last["weak"],
    }
    if len(run) < 2 or first["weak"] or last["weak"]:
        return result
    limits = [figure[name] for figure in (last, first) for name in ("value", "lower", "upper")]
    _, lower, upper = (float(part) for part in difference(*limits))
    if np.isfinite([lower, upper]).all():
        result |= {"lower": lower, "upper": upper, "moved": direction(lower, upper)}
    return result


def direction(lower: float, upper: float, neither: str = "no clear change") -> str:
    """What the interval of a difference says: "higher", "lower", or neither."""
    if lower > 0:
        return "higher"
    return "lower" if upper < 0 else neither


def _counts(figure: Figure) -> tuple[float, float]:
    """Numerator and base of a percentage. Counts that were rounded before they were published do
    not give the percentage back; the one that it implies takes their place."""
    if pd.isna(figure["numerator"]) or pd.isna(figure["base"]):
        return np.nan, np.nan
    numerator, base = float(figure["numerator"]), float(figure["base"])
    implied = figure["value"] / 100 * base
    rounded = abs(100 * numerator - figure["value"] * base) > ROUNDING * base
    return (implied if rounded else numerator), base


def latest_trend(series: list[Figure], interval: str) -> tuple[str, tuple[str, str]]:
    """The trend over the latest five years in a row that stand in one run and have intervals.

    series: figures of one indicator and area in order, see `with_runs`. interval: how the
    indicator's intervals are made; proportions with counts ("wilson") are tested on the counts.
    Returns the word (see `statistics.trend`) and first and last year; the years are blank when
    there are not enough.
    """
    for end in range(len(series), YEARS_OF_A_TREND - 1, -1):
        five = series[end - YEARS_OF_A_TREND : end]
        first, last = five[0]["year"], five[-1]["year"]
        in_a_row = int(last[:4]) - int(first[:4]) == YEARS_OF_A_TREND - 1
        one_run = len({figure["run"] for figure in five}) == 1
        limits = np.array([[figure["lower"], figure["upper"]] for figure in five], dtype=float)
        if not (in_a_row and one_run and np.isfinite(limits).all()):
            continue
        if any(figure["weak"] for figure in five):
            continue
        counts = np.array([_counts(figure) for figure in five], dtype=float)
        if interval == "wilson" and np.isfinite(counts).all():
            word = trend_proportion(counts[:, 0], counts[:, 1])
        else:
            word = trend([figure["value"] for figure in five], limits[:, 0], limits[:, 1])
        return word, (first, last)
    return "not enough years", ("", "")
