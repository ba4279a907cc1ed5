"""Which figures came, went or were revised between two states of the figures table."""

import pandas as pd

from evidence_review.analyse.table_changes import CHANGED, IS, WAS, State, row_changes

KEY = ["indicator_id", "area_code", "year", "group"]
NUMBERS = ["value", "lower", "upper", "base", "numerator"]
TEXTS = ["status", "basis_id"]
COLUMNS = [*NUMBERS, *TEXTS, "file_id"]

REVISED, RESTATED = "revised", "restated"
FIGURE_RULES = {
    "new": "the earlier state has no figure of this indicator, area, year and group",
    "gone": "the later state has none",
    REVISED: "its value, interval, base, count, marker or basis changed",
    RESTATED: "none of these changed; it names another file, or is written otherwise (5.0 for 5)",
}


def figure_changes(old: State, new: State) -> pd.DataFrame:
    """Every figure that is not the same in both states.

    Returns indicator_id, area_code, year, group; change (a key of `FIGURE_RULES`); was_… and is_… of
    value, lower, upper, base, numerator, status, basis_id and file_id, as text, blank for missing;
    relative (size of the change of the value as a share of what it was, infinite from 0; NaN where
    one of them is missing or the value is the same). Revised figures first, the largest relative
    change first; then those whose value came or went; then those with another interval, base,
    count, marker or basis only.
    """
    before, after = (state.table("figures", [*KEY, *COLUMNS]) for state in (old, new))
    found = row_changes(before, after, KEY)
    both = found["change"].eq(CHANGED)
    revised = pd.Series(False, index=found.index)
    for name in (*NUMBERS, *TEXTS):
        differs = found[WAS + name].ne(found[IS + name])
        if name in NUMBERS:
            was, now = (_numbers(found[side + name]) for side in (WAS, IS))
            differs &= ~was.eq(now)
        revised |= differs
    found.loc[both, "change"] = revised[both].map({True: REVISED, False: RESTATED})
    was, now = (_numbers(found[side + "value"]) for side in (WAS, IS))
    # A change from 0 has no size as a share; it comes first.
    found["relative"] = (now - was).abs().div(was.abs()).where(now.ne(was))
    order = {change: place for place, change in enumerate((REVISED, "new", "gone", RESTATED))}
    return (
        found.assign(
            _order=found["change"].map(order),
            _stays=was.notna().eq(now.notna()),
        )
        .sort_values(
            ["_order", "relative", "_stays", *KEY],
            ascending=[True, False, True, True, True, True, True],
            na_position="last",
        )
        .drop(columns=["_order", "_stays"])
        .reset_index(drop=True)
    )


def _numbers(texts: pd.Series) -> pd.Series:
    return pd.to_numeric(texts, errors="coerce")


def counts(figures: pd.DataFrame) -> pd.DataFrame:
    """How many figures changed, and how: one row for each indicator and year.

    figures: result of `figure_changes`. Returns indicator_id, year and a column for each key of
    `FIGURE_RULES`.
    """
    held = figures.groupby(["indicator_id", "year", "change"]).size().unstack(fill_value=0)
    return held.reindex(columns=list(FIGURE_RULES), fill_value=0).reset_index()
