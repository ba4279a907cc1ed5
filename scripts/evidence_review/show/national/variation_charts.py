"""Charts of how far councils differ. Each says its finding, with values, in its text alternative."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from evidence_review.analyse.national.variation import Variation
from evidence_review.analyse.national.variation_years import UNCLEAR
from evidence_review.show.charts import (
    ALL_COUNCILS,
    DARK_BLUE,
    INTERVAL,
    MIDDLE_HALF,
    ORANGE,
    STYLE,
    Chart,
    legend_below,
    legend_mark,
    picture,
    stacked_panels,
)
from evidence_review.show.html import Html
from evidence_review.show.national.variation_words import prose, share_text
from evidence_review.show.words import count, number, sentence, signed

ROW = 0.47  # inches a row with its label above it
MEDIAN = Line2D([], [], color="black", marker="|", linestyle="", label="median", markersize=9)
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # no grid through the words


def nothing(what: str) -> Html:
    """A sentence in place of a chart that would be empty."""
    return prose(f"There is {what} to draw.")


def _rows(rows: int, legend: int) -> tuple[Figure, Axes]:
    figure, (axes,) = stacked_panels([ROW * rows + 0.1], 0.1, 0, 0.05, legend)
    return figure, axes


def labels(
    axes: Axes, names: Sequence[str], values: Sequence[str], left: float, right: float
) -> None:
    """A name over the left end of each row, and its value over the right end."""
    for y, (name, value) in enumerate(zip(names, values, strict=True)):
        look: dict[str, Any] = {"va": "bottom", "fontsize": 8.5, "bbox": BEHIND, "zorder": 5}
        axes.text(left, y - 0.24, name, **look)
        axes.text(right, y - 0.24, value, ha="right", **look)
    axes.set(ylim=(len(names) - 0.4, -0.75), ylabel="", yticks=[])
    sns.despine(ax=axes, left=True)


def _names(rows: pd.DataFrame) -> list[str]:
    return [
        f"{sentence(name)}, {year}"
        for name, year in zip(rows["short_name"], rows["year"], strict=True)
    ]


def spread_chart(result: Variation) -> Chart | Html:
    """All percentages on one scale: eight in ten councils, the middle half, and both without chance."""
    rows = result.newest[result.newest["unit"].eq("percent")].reset_index(drop=True)
    if rows.empty:
        return nothing("no percentage with an interval")
    at = list(range(len(rows)))
    values = [number(value, "percent") for value in rows["middle"]]
    with mpl.rc_context(STYLE):
        figure, axes = _rows(len(rows), 2)
        axes.barh(at, rows["high"] - rows["low"], 0.3, rows["low"], color=ALL_COUNCILS, zorder=1)
        half = rows["three_quarters"] - rows["quarter"]
        axes.barh(at, half, 0.3, rows["quarter"], color=MIDDLE_HALF, zorder=2)
        axes.hlines(at, rows["low_true"], rows["high_true"], DARK_BLUE, linewidth=1.8, zorder=3)
        for side in ("low_true", "high_true"):
            axes.plot(rows[side], at, "|", color=DARK_BLUE, markersize=8, markeredgewidth=1.8)
        axes.vlines(
            rows["middle"],
            [y - 0.2 for y in at],
            [y + 0.2 for y in at],
            "black",
            linewidth=2,
            zorder=4,
        )
        labels(axes, _names(rows), values, 0, 100)
        axes.set(xlim=(-1, 104), xlabel="Per cent")
        legend_below(
            figure,
            [
                Patch(color=ALL_COUNCILS, label="8 in 10 councils"),
                Patch(color=MIDDLE_HALF, label="middle half"),
                Line2D([], [], color=DARK_BLUE, label="8 in 10, chance taken away"),
                MEDIAN,
            ],
        )
    said = [
        f"{row['short_name']} in {row['year']}: median {number(row['middle'], 'percent')}, "
        f"8 in 10 councils from {number(row['low'], 'percent')} to {number(row['high'], 'percent')}, "
        f"without chance from {number(row['low_true'], 'percent')} to "
        f"{number(row['high_true'], 'percent')}"
        for row in rows.to_dict("records")
    ]
    return picture(
        figure,
        f"How far apart England’s councils lie on {count(len(rows), 'percentage')}: bars of eight in "
        f"ten councils and of the middle half, and a line where eight in ten would lie if chance "
        f"were taken away. {sentence('; '.join(said))}.",
    )


def chance_chart(result: Variation) -> Chart:
    """Of each indicator's variance between published figures, the share that is more than chance."""
    rows = result.newest.reset_index(drop=True)
    at = list(range(len(rows)))
    values = [share_text(share) for share in rows["i2"]]
    with mpl.rc_context(STYLE):
        figure, axes = _rows(len(rows), 2)
        axes.barh(at, [100] * len(rows), 0.3, color=ALL_COUNCILS, zorder=1)
        axes.barh(at, 100 * rows["i2"], 0.3, color=DARK_BLUE, zorder=2)
        lower, upper = 100 * rows["i2_lower"], 100 * rows["i2_upper"]
        axes.hlines(at, lower, upper, ORANGE, linewidth=2.4, zorder=3)
        labels(axes, _names(rows), values, 0, 100)
        axes.set(xlim=(-1, 104), xlabel="Per cent of the variance between councils’ figures")
        legend_below(
            figure,
            [
                Patch(color=DARK_BLUE, label="more than chance"),
                Patch(color=ALL_COUNCILS, label="chance"),
                Line2D([], [], color=ORANGE, linewidth=2.4, label="95% interval"),
            ],
        )
    said = [
        f"{row['short_name']} {share_text(row['i2'])} ({share_text(row['i2_lower'])} to "
        f"{share_text(row['i2_upper'])}, {row['year']})"
        for row in rows.to_dict("records")
    ]
    least, most = rows["i2"].min(), rows["i2"].max()
    return picture(
        figure,
        f"How much of the variance between councils’ figures is more than chance: from "
        f"{share_text(least)} to {share_text(most)}. {sentence('; '.join(said))}.",
    )


def change_chart(result: Variation) -> Chart | Html:
    """By how much a year the differences between councils grew or shrank, with intervals."""
    rows = result.changes.reset_index(drop=True)
    if rows.empty:
        return nothing("no indicator with three years on one basis")
    at = list(range(len(rows)))
    names = [sentence(name) for name in rows["short_name"]]
    spans = zip(rows["first_year"], rows["last_year"], strict=True)
    values = [f"{first[2:]} to {last[2:]}" for first, last in spans]
    reach = 1.05 * float(rows[["lower", "upper"]].abs().to_numpy().max())
    clear = rows["word"].ne(UNCLEAR)
    with mpl.rc_context(STYLE):
        figure, axes = _rows(len(rows), 2)
        axes.axvline(0, color="black", linewidth=1.2, zorder=1)
        axes.hlines(at, rows["lower"], rows["upper"], INTERVAL, linewidth=4, zorder=2)
        filling = [DARK_BLUE if one else "white" for one in clear]
        axes.scatter(rows["change"], at, s=38, c=filling, edgecolors=DARK_BLUE, zorder=3)
        labels(axes, names, values, -reach, reach)
        axes.set(xlim=(-reach, reach), xlabel="Per cent a year: ← shrinking, growing →")
        legend_below(
            figure,
            [
                legend_mark("o", DARK_BLUE, "clear change"),
                legend_mark("o", "white", "no clear change"),
                Patch(color=INTERVAL, label="95% interval"),
            ],
        )
    said = [_change_said(row) for row in rows.to_dict("records")]
    return picture(
        figure,
        f"By how much a year the standard deviation between councils grew or shrank: "
        f"{int(clear.sum())} of {len(rows)} changed clearly. {sentence('; '.join(said))}.",
    )


def _change_said(row: dict[str, Any]) -> str:
    numbers = [signed(row[name], 1) for name in ("change", "lower", "upper")]
    return (
        f"{row['short_name']}, {row['first_year']} to {row['last_year']}, {numbers[0]}% a year "
        f"({numbers[1]} to {numbers[2]}), {row['word']}"
    )
