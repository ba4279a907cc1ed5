"""Charts of one indicator, council by council: the funnel, and regions and types of council."""

from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from evidence_review.analyse.national.variation import Variation
from evidence_review.analyse.national.variation_between import IDENTITY, SCALES
from evidence_review.show.charts import (
    DARK_BLUE,
    GREY,
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
from evidence_review.show.national.variation_charts import MEDIAN, ROW, labels, nothing
from evidence_review.show.national.variation_words import GROUP_WORDS, counted
from evidence_review.show.words import count, listing, number, sentence

# A pattern of its own for each limit: in grey, the two colours are one.
LIMITS: list[tuple[str, str, Any, str]] = [
    ("inner", GREY, "dotted", "chance alone, 95%"),
    ("outer", GREY, "solid", "chance alone, 99.8%"),
    ("wide_inner", DARK_BLUE, "dashdot", "widened, 95%"),
    ("wide_outer", DARK_BLUE, "dashed", "widened, 99.8%"),
]


def _unit(unit: str) -> str:
    return "Per cent" if unit == "percent" else sentence(unit)


def funnel_chart(result: Variation) -> Chart:
    """Each council's figure over its size, with the limits of chance and the widened ones."""
    funnel, about = result.funnel, result.indicator(result.funnel.indicator_id)
    by_precision = SCALES[funnel.interval] == IDENTITY
    people = f"{counted(about)} (log scale)"
    with mpl.rc_context(STYLE):
        figure, (axes,) = stacked_panels([3.4], 0.5, 0, 0.1, 5)
        axes.axhline(funnel.centre, color="black", linewidth=1)
        curves = _curves(axes, funnel.curves)
        marks = _councils(axes, funnel.councils)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(10, (1, 2, 5) if by_precision else (1, 3)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,g}"))
        axes.set(
            ylim=_reach(funnel.councils, funnel.curves),
            xlabel="Precision (1 ÷ standard error)" if by_precision else people,
            ylabel=_unit(about["unit"]),
        )
        sns.despine(ax=axes)
        middle = Line2D([], [], color="black", linewidth=1, label="all councils together")
        legend_below(figure, [*curves, *marks, middle])
    return picture(figure, _funnel_said(result))


def _curves(axes: Axes, curves: pd.DataFrame) -> list[Line2D]:
    for name, colour, dashes, _ in LIMITS:
        for side in ("lower", "upper"):
            limit = curves[f"{side}_{name}"]
            axes.plot(curves["size"], limit, color=colour, linestyle=dashes, linewidth=1.3)
    return [
        Line2D([], [], color=colour, linestyle=dashes, label=label)
        for _, colour, dashes, label in LIMITS
    ]


def _councils(axes: Axes, councils: pd.DataFrame) -> list[Line2D]:
    inside = councils["wide_outer"]
    for part, size, marker, filling, edge in (
        (councils[inside], 16, "o", "white", DARK_BLUE),
        (councils[~inside], 30, "D", ORANGE, "black"),
    ):
        axes.scatter(
            part["size"], part["value"], s=size, marker=marker, c=filling, edgecolors=edge,
            linewidths=0.8, zorder=3,
        )  # fmt: skip
    return [
        legend_mark("o", "white", "council"),
        legend_mark("D", ORANGE, "outside the widened 99.8%", "black"),
    ]


def _reach(councils: pd.DataFrame, curves: pd.DataFrame) -> tuple[float, float]:
    """The limits of the smallest councils may run off the page; no council does."""
    top = float(max(councils["value"].max(), curves["upper_wide_outer"].quantile(0.75)))
    bottom = float(min(councils["value"].min(), curves["lower_wide_outer"].quantile(0.25)))
    edge = 0.04 * (top - bottom)
    return bottom - edge, top + edge


def _funnel_said(result: Variation) -> str:
    funnel = result.funnel
    row = result.indicator(funnel.indicator_id)
    out = funnel.outside("wide_outer")
    named = [
        f"{council['name']} {number(council['value'], row['unit'])} ({council['direction']})"
        for council in out.to_dict("records")
    ]
    return (
        f"Funnel plot of {row['short_name']} in {funnel.year}, {count(len(funnel.councils), 'council')} "
        f"around {number(funnel.centre, row['unit'])}. "
        f"{len(funnel.outside('inner'))} lie outside the 95% limits of chance alone and "
        f"{len(funnel.outside('outer'))} outside the 99.8% limits; with limits widened by the variance "
        f"between councils, {len(funnel.outside('wide_inner'))} and {len(out)}"
        + (f": {listing(named)}." if named else ".")
    )


def groups_chart(result: Variation) -> Chart | Html:
    """The funnel's indicator in every council, region by region and type by type."""
    groups, councils = result.groups, result.funnel.councils
    unit = result.indicator(result.funnel.indicator_id)["unit"]
    if groups.empty:
        return nothing("no council with a region")
    lowest, highest = float(councils["value"].min()), float(councils["value"].max())
    edge = 0.02 * (highest - lowest)
    with mpl.rc_context(STYLE):
        sizes = groups.groupby("grouping", sort=False).size()
        heights = [ROW * size + 0.1 for size in sizes]
        figure, panels = stacked_panels(heights, 0.1, 0.75, 0.3, 2)
        for axes, grouping in zip(panels, sizes.index, strict=True):
            own = groups[groups["grouping"].eq(grouping)].reset_index(drop=True)
            _groups(axes, own, councils)
            names = [f"{name} ({n})" for name, n in zip(own["group"], own["councils"], strict=True)]
            middles = [number(value, unit) for value in own["middle"]]
            labels(axes, names, middles, lowest - edge, highest + edge)
            axes.set_title(GROUP_WORDS[grouping], pad=6)
            axes.set(xlim=(lowest - edge, highest + edge), xlabel=_unit(unit))
        half = Patch(color=MIDDLE_HALF, label="middle half")
        legend_below(figure, [legend_mark("o", "white", "council"), half, MEDIAN])
    return picture(figure, _groups_said(result))


def _groups(axes: Axes, own: pd.DataFrame, councils: pd.DataFrame) -> None:
    """The middle half, the median and the councils of each group of one grouping."""
    at = {name: y for y, name in enumerate(own["group"])}
    rows = list(at.values())
    axes.barh(
        rows, own["three_quarters"] - own["quarter"], 0.34, own["quarter"], color=MIDDLE_HALF,
        zorder=1,
    )  # fmt: skip
    ends = [y - 0.2 for y in rows], [y + 0.2 for y in rows]
    axes.vlines(own["middle"], *ends, "black", linewidth=2, zorder=2)
    grouping = own["grouping"].iloc[0]
    held = councils[councils[grouping].isin(at)]
    axes.scatter(
        held["value"], held[grouping].map(at), s=13, c="white", edgecolors=DARK_BLUE,
        linewidths=0.8, zorder=3,
    )  # fmt: skip


def _groups_said(result: Variation) -> str:
    funnel, groups = result.funnel, result.groups
    row = result.indicator(funnel.indicator_id)

    def told(value: float) -> str:
        return number(value, row["unit"])

    said = [
        f"{group['group']}: median {told(group['middle'])}, middle half {told(group['quarter'])} to "
        f"{told(group['three_quarters'])}"
        for group in groups.to_dict("records")
    ]
    medians, values = (
        groups.loc[groups["grouping"].eq("region"), "middle"],
        funnel.councils["value"],
    )
    return (
        f"{sentence(row['short_name'])} in {funnel.year}, council by council, in regions and in types "
        f"of council; the medians of regions run from {told(medians.min())} to "
        f"{told(medians.max())}, single councils from {told(values.min())} to "
        f"{told(values.max())}. {'; '.join(said)}."
    )
