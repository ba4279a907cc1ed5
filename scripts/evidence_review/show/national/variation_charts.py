"""Charts of how far councils differ. Each says its finding, with values, in its text alternative."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from IPython.display import Image
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from evidence_review.analyse.national.variation import Variation
from evidence_review.analyse.national.variation_between import IDENTITY, SCALES
from evidence_review.show.charts import (
    ALL_COUNCILS,
    DARK_BLUE,
    GREY,
    INTERVAL,
    MIDDLE_HALF,
    ORANGE,
    STYLE,
    _legend_below,
    _mark,
    _panels,
    picture,
)
from evidence_review.show.html import Html, fragment
from evidence_review.show.words import count, listing, number, sentence

GROUP_WORDS = {"region": "Region", "council_type": "Type of council"}
ROW = 0.47  # inches a row with its label above it
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # no grid through the words


def _nothing(what: str) -> Html:
    return fragment("prose.html", paragraphs=[f"There is {what} to draw."], points=[])


def share_text(share: float) -> str:
    """A share of variance in per cent, with a decimal where the last few per cent count."""
    return f"{100 * share:.{1 if share > 0.95 else 0}f}%"


def _rows(rows: int, legend: int) -> tuple[Figure, Axes]:
    figure, (axes,) = _panels([ROW * rows + 0.1], 0.1, 0, 0.05, legend)
    return figure, axes


def _labels(
    axes: Axes, names: Sequence[str], values: Sequence[str], left: float, right: float
) -> None:
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


def spread_chart(result: Variation) -> Image | Html:
    """All percentages on one scale: eight in ten councils, the middle half, and both without chance."""
    rows = result.newest[result.newest["unit"].eq("percent")].reset_index(drop=True)
    if rows.empty:
        return _nothing("no percentage with an interval")
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
        _labels(axes, _names(rows), values, 0, 100)
        axes.set(xlim=(-1, 104), xlabel="Per cent")
        _legend_below(
            figure,
            [
                Patch(color=ALL_COUNCILS, label="8 in 10 councils"),
                Patch(color=MIDDLE_HALF, label="middle half"),
                Line2D([], [], color=DARK_BLUE, label="8 in 10, chance taken away"),
                Line2D(
                    [], [], color="black", marker="|", linestyle="", label="median", markersize=9
                ),
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
        f"were taken away. {'; '.join(said)}.",
    )


def chance_chart(result: Variation) -> Image:
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
        _labels(axes, _names(rows), values, 0, 100)
        axes.set(xlim=(-1, 104), xlabel="Per cent of the variance between councils’ figures")
        _legend_below(
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
        f"{share_text(least)} to {share_text(most)}. {'; '.join(said)}.",
    )


def change_chart(result: Variation) -> Image | Html:
    """By how much a year the differences between councils grew or shrank, with intervals."""
    rows = result.changes.reset_index(drop=True)
    if rows.empty:
        return _nothing("no indicator with three years on one basis")
    at = list(range(len(rows)))
    names = [sentence(name) for name in rows["short_name"]]
    spans = zip(rows["first_year"], rows["last_year"], strict=True)
    values = [f"{first[2:]} to {last[2:]}" for first, last in spans]
    reach = 1.05 * float(rows[["lower", "upper"]].abs().to_numpy().max())
    clear = rows["word"].ne("no clear change")
    with mpl.rc_context(STYLE):
        figure, axes = _rows(len(rows), 2)
        axes.axvline(0, color="black", linewidth=1.2, zorder=1)
        axes.hlines(at, rows["lower"], rows["upper"], INTERVAL, linewidth=4, zorder=2)
        filling = [DARK_BLUE if one else "white" for one in clear]
        axes.scatter(rows["change"], at, s=38, c=filling, edgecolors=DARK_BLUE, zorder=3)
        _labels(axes, names, values, -reach, reach)
        axes.set(xlim=(-reach, reach), xlabel="Per cent a year: ← shrinking, growing →")
        _legend_below(
            figure,
            [
                _mark("o", DARK_BLUE, "clear change"),
                _mark("o", "white", "no clear change"),
                Patch(color=INTERVAL, label="95% interval"),
            ],
        )
    said = [_change_said(row) for row in rows.to_dict("records")]
    return picture(
        figure,
        f"By how much a year the standard deviation between councils grew or shrank: "
        f"{int(clear.sum())} of {len(rows)} changed clearly. {'; '.join(said)}.",
    )


def _change_said(row: dict[str, Any]) -> str:
    numbers = [
        f"{row[name]:.1f}".replace("-", "\N{MINUS SIGN}") for name in ("change", "lower", "upper")
    ]
    return (
        f"{row['short_name']}, {row['first_year']} to {row['last_year']}, {numbers[0]}% a year "
        f"({numbers[1]} to {numbers[2]}), {row['word']}"
    )


def funnel_chart(result: Variation) -> Image:
    """Each council's figure over its size, with the limits of chance and the widened ones."""
    funnel, about = result.funnel, result.indicator(result.funnel.indicator_id)
    unit, counted = about["unit"], "Care homes" if about["people"] == "providers" else "People"
    councils, curves = funnel.councils, funnel.curves
    by_precision = SCALES[funnel.interval] == IDENTITY
    lines: list[tuple[str, str, Any, str]] = [
        ("inner", GREY, "dotted", "chance alone, 95%"),
        ("outer", GREY, "solid", "chance alone, 99.8%"),
        ("wide_inner", DARK_BLUE, "dotted", "widened, 95%"),
        ("wide_outer", DARK_BLUE, "dashed", "widened, 99.8%"),
    ]
    # The limits of the smallest councils may run off the page; no council does.
    top = float(max(councils["value"].max(), curves["upper_wide_outer"].quantile(0.75)))
    bottom = float(min(councils["value"].min(), curves["lower_wide_outer"].quantile(0.25)))
    edge = 0.04 * (top - bottom)
    with mpl.rc_context(STYLE):
        figure, (axes,) = _panels([3.4], 0.5, 0, 0.1, 5)
        axes.axhline(funnel.centre, color="black", linewidth=1)
        handles = []
        for name, colour, dashes, label in lines:
            for side in ("lower", "upper"):
                axes.plot(
                    curves["size"],
                    curves[f"{side}_{name}"],
                    color=colour,
                    linestyle=dashes,
                    linewidth=1.3,
                )
            handles.append(Line2D([], [], color=colour, linestyle=dashes, label=label))
        inside = councils["wide_outer"]
        for part, marker, filling, colour in (
            (councils[inside], "o", "white", DARK_BLUE),
            (councils[~inside], "D", ORANGE, "black"),
        ):
            axes.scatter(
                part["size"], part["value"], s=16 if marker == "o" else 30, marker=marker,
                c=filling, edgecolors=colour, linewidths=0.8, zorder=3,
            )  # fmt: skip
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(10, (1, 2, 5) if by_precision else (1, 3)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,g}"))
        axes.set(
            ylim=(bottom - edge, top + edge),
            xlabel="Precision (1 ÷ standard error)" if by_precision else f"{counted} (log scale)",
            ylabel="Per cent" if unit == "percent" else sentence(unit),
        )
        sns.despine(ax=axes)
        handles += [
            _mark("o", "white", "council"),
            _mark("D", ORANGE, "outside the widened 99.8%", "black"),
            Line2D([], [], color="black", linewidth=1, label="all councils together"),
        ]
        _legend_below(figure, handles)
    return picture(figure, _funnel_said(result))


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


def groups_chart(result: Variation) -> Image | Html:
    """The funnel's indicator in every council, region by region and type by type."""
    funnel, groups = result.funnel, result.groups
    row = result.indicator(funnel.indicator_id)
    if groups.empty:
        return _nothing("no council with a region")
    councils = funnel.councils
    lowest, highest = float(councils["value"].min()), float(councils["value"].max())
    edge = 0.02 * (highest - lowest)
    with mpl.rc_context(STYLE):
        sizes = groups.groupby("grouping", sort=False).size()
        heights = [ROW * sizes[grouping] + 0.1 for grouping in sizes.index]
        figure, panels = _panels(heights, 0.1, 0.75, 0.3, 2)
        for axes, grouping in zip(panels, sizes.index, strict=True):
            own = groups[groups["grouping"].eq(grouping)].reset_index(drop=True)
            at = {name: y for y, name in enumerate(own["group"])}
            half = own["three_quarters"] - own["quarter"]
            axes.barh(list(at.values()), half, 0.34, own["quarter"], color=MIDDLE_HALF, zorder=1)
            axes.vlines(
                own["middle"], [y - 0.2 for y in at.values()], [y + 0.2 for y in at.values()],
                "black", linewidth=2, zorder=2,
            )  # fmt: skip
            held = councils[councils[grouping].isin(at)]
            axes.scatter(
                held["value"], held[grouping].map(at), s=13, c="white", edgecolors=DARK_BLUE,
                linewidths=0.8, zorder=3,
            )  # fmt: skip
            names = [f"{name} ({n})" for name, n in zip(own["group"], own["councils"], strict=True)]
            middles = [number(value, row["unit"]) for value in own["middle"]]
            _labels(axes, names, middles, lowest - edge, highest + edge)
            axes.set_title(GROUP_WORDS[grouping], pad=6)
            unit = "Per cent" if row["unit"] == "percent" else sentence(row["unit"])
            axes.set(xlim=(lowest - edge, highest + edge), xlabel=unit)
        _legend_below(
            figure,
            [
                _mark("o", "white", "council"),
                Patch(color=MIDDLE_HALF, label="middle half"),
                Line2D(
                    [], [], color="black", marker="|", linestyle="", label="median", markersize=9
                ),
            ],
        )
    said = [
        f"{group['group']}: median {number(group['middle'], row['unit'])}, middle half "
        f"{number(group['quarter'], row['unit'])} to {number(group['three_quarters'], row['unit'])}"
        for group in groups.to_dict("records")
    ]
    medians = groups.loc[groups["grouping"].eq("region"), "middle"]
    return picture(
        figure,
        f"{sentence(row['short_name'])} in {funnel.year}, council by council, in regions and in types "
        f"of council; the medians of regions run from {number(medians.min(), row['unit'])} to "
        f"{number(medians.max(), row['unit'])}, single councils from {number(lowest, row['unit'])} to "
        f"{number(highest, row['unit'])}. {'; '.join(said)}.",
    )
