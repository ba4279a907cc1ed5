"""The newest figure of each indicator, beside the comparators and the spread of all councils."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from evidence_review.analyse.areas import Area
from evidence_review.analyse.comparators import Comparator, values
from evidence_review.analyse.findings import ENGLAND
from evidence_review.analyse.reliability import weak
from evidence_review.analyse.statistics import compare

KEY = ["indicator_id", "year", "basis_id"]


def latest_figures(
    indicators: pd.DataFrame,
    totals: pd.DataFrame,
    own: pd.DataFrame,
    comparators: list[Comparator],
    councils: set[str],
) -> pd.DataFrame:
    """The newest figure of each indicator that has one, beside the comparators of the same year.

    totals: figures of the group total, all areas. own: those of the area. councils: their codes.
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
    # What every area has of just these figures: all that follows looks there.
    near = totals[totals["indicator_id"].isin(result["indicator_id"]) & totals["value"].notna()]
    near = near.merge(result[KEY], on=KEY)

    def beside(one: Comparator, column: str) -> pd.DataFrame:
        other = values(near, one)
        held = dict(zip(_keys(other), zip(other["value"], other["weak"], strict=True), strict=True))
        found = [held.get(key, (np.nan, np.nan)) for key in _keys(result)]
        return result.assign(
            **{column: [each[0] for each in found], f"weak {column}": [each[1] for each in found]}
        )

    def words(column: str) -> list[str | None]:
        return [
            None if unsure or other_unsure is True else compare(lower, upper, other, better)
            for lower, upper, other, better, unsure, other_unsure in zip(
                *(
                    result[name]
                    for name in ("lower", "upper", column, "better", "weak", f"weak {column}")
                ),
                strict=True,
            )
        ]

    result = beside(Comparator.of(Area(ENGLAND, "England", "england")), "england")
    result["beside_england"] = words("england")
    for one in comparators:
        result = beside(one, f"value: {one.label}")
        result[f"comparison: {one.label}"] = words(f"value: {one.label}")
    return result.merge(_spread(near, councils), on=KEY, how="left", validate="1:1")


def _keys(figures: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """What tells each figure from the others of its area."""
    return zip(*(figures[name] for name in KEY), strict=True)


def _spread(near: pd.DataFrame, councils: set[str]) -> pd.DataFrame:
    """The spread of each figure over all councils, those that are weak left out."""
    of_councils = near[near["area_code"].isin(councils) & ~weak(near)].groupby(KEY)["value"]
    spread = of_councils.agg(low="min", middle="median", high="max", n_councils="size")
    spread["quarter"] = of_councils.quantile(0.25)
    spread["three_quarters"] = of_councils.quantile(0.75)
    return spread.reset_index()
