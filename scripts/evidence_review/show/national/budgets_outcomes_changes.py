"""Between councils and within them over the years, for all ages together and one age at a time."""

from typing import Any

import pandas as pd

from evidence_review.analyse.national.budgets_outcomes import BudgetsAndOutcomes
from evidence_review.analyse.national.budgets_outcomes_checks import tally
from evidence_review.show.html import Html, behind, table
from evidence_review.show.national.budgets_outcomes_words import (
    TAKE_UP,
    apart_words,
    estimate,
    few,
    short_name,
    slope,
    stand_out,
    unit,
)
from evidence_review.show.national.variation_words import prose
from evidence_review.show.words import count, sentence, signed

COLUMNS = {
    "name": "Outcome",
    "r": "Between councils: correlation of averages",
    "slope": "Between councils, adjusted: outcome for 10 points",
    "within": "Within councils: outcome for 10 points",
}


def changes(result: BudgetsAndOutcomes) -> Html:
    """Councils averaged over the years beside each other, and each beside its own other years."""
    found = result.changes
    if found.empty:
        return prose("A council’s change needs at least two years of councils’ returns.")
    first = found.iloc[0]
    inside = tally(found, "within")
    text = (
        "The second way to look follows each council over its own years. What sets it apart from "
        "others for good, such as its people and its place, then drops out. So does what happened "
        f"everywhere in one year. Of {count(inside.tests, 'estimate')} within councils, "
        f"{few(inside.apart, 'has', 'have')} an interval that leaves out 0"
        f"{f', and {inside.holm} when all are allowed for' if inside.holm else ''}."
    )
    caption = (
        f"Between councils and within them, {first['first']} to {first['last']}, with 95% intervals"
    )
    return prose(text, _reach(result, found)) + table(
        caption, COLUMNS, _rows(result, found), group="group"
    )


def _reach(result: BudgetsAndOutcomes, found: pd.DataFrame) -> str:
    """How far outcomes may have moved with take-up, as far as the intervals tell."""
    percent = result.outcomes.loc[result.outcomes["unit"].eq("percent"), "indicator_id"]
    own = found[found["outcome"].isin(percent)]
    if own.empty:
        return ""
    return (
        "For 10 points more of take-up, the intervals within councils run from "
        f"{signed(own['within_lower'].min(), 1)} to {signed(own['within_upper'].max(), 1)} points, "
        "over the outcomes in per cent. A larger move does not fit these figures; a smaller one may."
    )


def _rows(result: BudgetsAndOutcomes, found: pd.DataFrame, age: str = "") -> list[dict[str, Any]]:
    rows = []
    for row in found.to_dict("records"):
        below = {
            "slope": [f"{row['councils_adjusted']} councils", apart_words(row, "slope")],
            "within": [
                f"{row['figures']} figures, {row['councils']} councils",
                apart_words(row, "within"),
            ],
        }
        said = {kind: "; ".join(part for part in parts if part) for kind, parts in below.items()}
        name = f"{short_name(result, row['outcome'])} ({unit(result, row['outcome'])})"
        rows.append(
            {
                "group": f"{age}{': ' if age else ''}{_take_up(row, age)}",
                "name": sentence(name),
                "r": estimate(row, "r", apart_words(row, "r")),
                **{kind: slope(result, row, kind, said[kind]) for kind in said},
            }
        )
    return rows


def _take_up(row: dict[Any, Any], age: str) -> str:
    name = TAKE_UP[row["take_up"]]
    return name if age else sentence(name)


def ages(result: BudgetsAndOutcomes) -> Html:
    """The same for younger and older people apart, each age’s take-up beside its own outcomes."""
    links = result.age_links
    if not links:
        return prose("The years chosen have no figures of take-up by age.")
    paragraphs, rows = [], []
    for age, own in links.items():
        paragraphs.append(
            f"{age}: year by year, {stand_out(tally(own, 'r'), 'correlations')}{_when(own)}. "
            f"With deprivation, age and region held equal, {stand_out(tally(own, 'slope'), 'estimates')}."
        )
        found = result.age_changes[age]
        if found.empty:
            continue
        paragraphs[-1] += (
            f" Averaged over the years, {stand_out(tally(found, 'r'), 'correlations')}; adjusted, "
            f"{stand_out(tally(found, 'slope'), 'estimates')}. Within councils, "
            f"{stand_out(tally(found, 'within'), 'estimates')}."
        )
        rows += _rows(result, found, age)
    said = prose(*paragraphs)
    if not rows:
        return said
    caption = "Between councils and within them, one age at a time, with 95% intervals"
    return said + behind(
        "Each age, outcome by outcome", table(caption, COLUMNS, rows, group="group")
    )


def _when(links: pd.DataFrame) -> str:
    """The year from which most of the correlations that remain come, if there is one."""
    years = links.loc[links["r_holm"], "year"].value_counts()
    if len(years) == 0 or years.sum() < 2:
        return ""
    return f", {years.iloc[0]} of them from {years.index[0]}"
