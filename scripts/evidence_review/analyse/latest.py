"""The newest figure of each indicator, beside the comparators and the spread of all councils."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from evidence_review.analyse.reliability import weak
from evidence_review.analyse.statistics import compare

KEY = ["indicator_id", "year", "basis_id"]


def latest_figures(
    indicators: pd.DataFrame,
    totals: pd.DataFrame,
    own: pd.DataFrame,
    beside: Mapping[str, pd.DataFrame],
    comparators: Sequence[str],
    councils: set[str],
) -> pd.DataFrame:
    """The newest figure of each indicator that has one, beside the comparators of the same year.

    totals: figures of the group total, all areas. own: those of the area. beside: values of
    England and of the comparators by label; see `comparators.values`. comparators: the labels of
    those that are shown. councils: their codes.
    Returns, in the order of the indicators table: its columns, year, value, lower, upper, base,
    numerator, status, basis_id, weak (see `weak`); for each comparator its value, whether that is
    weak, and the comparison in a word ("value: LABEL", "weak value: LABEL", "comparison: LABEL");
    the same for England, asked for or not (england, beside_england); and the spread over all
    councils of that year whose figure is not weak: low, quarter, middle, three_quarters, high,
    n_councils.
    """
    held = own[own["value"].notna()].sort_values("year").groupby("indicator_id").tail(1)
    columns = ["indicator_id", "year", "value", "lower", "upper", "base", "numerator"]
    result = indicators.merge(held[[*columns, "status", "basis_id"]], on="indicator_id")
    result["weak"] = weak(result)
    keys = list(_keys(result))
    own_sides = list(zip(*_lists(result, ["lower", "upper", "better", "weak"]), strict=True))

    def compared(label: str, column: str, word: str) -> dict[str, list[Any]]:
        other = beside[label]
        sides = zip(*_lists(other, ["value", "weak"]), strict=True)
        held = dict(zip(_keys(other), sides, strict=True))
        found = [held.get(key, (np.nan, np.nan)) for key in keys]
        words = [
            None if unsure or other_unsure is True else compare(lower, upper, value, better)
            for (lower, upper, better, unsure), (value, other_unsure) in zip(
                own_sides, found, strict=True
            )
        ]
        values, weaknesses = [each[0] for each in found], [each[1] for each in found]
        return {column: values, f"weak {column}": weaknesses, word: words}

    columns_beside = compared("England", "england", "beside_england")
    for label in comparators:
        columns_beside |= compared(label, f"value: {label}", f"comparison: {label}")
    result = result.assign(**columns_beside)
    spread = _spread(totals, result[KEY], councils)
    return result.merge(spread, on=KEY, how="left", validate="1:1")


def _keys(figures: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """What tells each figure from the others of its area."""
    return zip(*_lists(figures, KEY), strict=True)


def _lists(table: pd.DataFrame, columns: Sequence[str]) -> list[list[Any]]:
    return [table[name].tolist() for name in columns]


def _spread(totals: pd.DataFrame, wanted: pd.DataFrame, councils: set[str]) -> pd.DataFrame:
    """The spread of each of these figures over all councils, those that are weak left out.

    wanted: the columns of `KEY`.
    """
    near = totals[totals["value"].notna() & totals["year"].isin(wanted["year"])]
    near = near[near["indicator_id"].isin(wanted["indicator_id"])].merge(wanted, on=KEY)
    of_councils = near[near["area_code"].isin(councils) & ~weak(near)].groupby(KEY)["value"]
    spread = of_councils.agg(low="min", middle="median", high="max", n_councils="size")
    spread["quarter"] = of_councils.quantile(0.25)
    spread["three_quarters"] = of_councils.quantile(0.75)
    return spread.reset_index()
