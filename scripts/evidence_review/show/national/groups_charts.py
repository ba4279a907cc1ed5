"""Charts that the chapters on groups share, and their text alternatives."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from evidence_review.show.charts import (
    ALL_COUNCILS,
    DARK_BLUE,
    INTERVAL,
    MIDDLE_HALF,
    ORANGE,
    STYLE,
    WIDTH,
    Chart,
    legend_below,
    legend_mark,
    mark_breaks,
    pairs,
    picture,
    stacked_panels,
)
from evidence_review.show.words import number

LIGHT_ORANGE = "#FAB492"  # orange half way to white, as the palette of pictures holds it
TITLE_AT = -0.45 / (WIDTH - 0.6)
NO_BREAKS = pd.DataFrame(columns=["series", "year", "name"])
LOOKS: tuple[tuple[str, str, str, Any], ...] = (
    ("o", DARK_BLUE, INTERVAL, "solid"),
    ("D", ORANGE, LIGHT_ORANGE, "dashed"),
)


def _directions(rows: pd.DataFrame, sides: tuple[str, str]) -> Figure:
    """Councils counted to the left and to the right of a line, those beyond chance darker.

    rows: label, lower, higher (councils), beyond_lower, beyond_higher (of them, beyond chance).
    sides: what left and right mean.
    """
    reach = max(rows["lower"].max(), rows["higher"].max()) * 1.18
    shades = (("lower", -1, DARK_BLUE, INTERVAL), ("higher", 1, ORANGE, LIGHT_ORANGE))
    with mpl.rc_context(STYLE):
        figure, (axes,) = stacked_panels([0.5 * len(rows) + 0.25], 0.1, 0, 0.05, 2)
        for y, row in enumerate(rows.to_dict("records")):
            for side, sign, dark, light in shades:
                axes.barh(y, sign * row[side], 0.36, color=light)
                axes.barh(y, sign * row[f"beyond_{side}"], 0.36, color=dark)
                axes.text(
                    sign * (row[side] + reach * 0.015),
                    y,
                    str(row[side]),
                    ha="right" if sign < 0 else "left",
                    va="center",
                    fontsize=8.5,
                )
            axes.plot([0, 0], [y - 0.22, y + 0.22], color="black", linewidth=1.5)
            axes.text(-reach, y - 0.24, row["label"], va="bottom", fontsize=8.5)
        axes.set(xlim=(-reach, reach), ylim=(len(rows) - 0.7, -1.2), xticks=[], yticks=[])
        for x, side, word in ((-reach, "left", f"← {sides[0]}"), (reach, "right", f"{sides[1]} →")):
            axes.text(x, -1.15, word, ha=side, va="top", fontsize=9, fontweight="bold")
        sns.despine(ax=axes, left=True, bottom=True)
        legend_below(
            figure,
            [
                Patch(color=shade, label=f"{word.split()[0]}, {sure}")
                for (_, _, *both), word in zip(shades, sides, strict=True)
                for shade, sure in zip(both, ("beyond chance", "may be chance"), strict=True)
            ],
        )
    return figure


def _years_axis(axes: Axes, years: Sequence[str], shown: Sequence[str]) -> None:
    """Marks at the years that have figures; where these are many, at every other and the last."""
    at = [years.index(year) for year in shown]
    if len(at) > 6:
        at = [*at[:-1:2], at[-1]] if at[-1] - at[:-1:2][-1] > 1 else at[::2]
    axes.set_xticks(at, [years[each][2:] for each in at])
    axes.set(xlabel="", ylabel="", xlim=(-0.5, len(years) - 0.5))
    axes.locator_params(axis="y", nbins=4)
    sns.despine(ax=axes)


def lines(
    points: pd.DataFrame,
    titles: Mapping[str, str],
    years: Sequence[str],
    areas: Sequence[str],
    zero: str = "",
) -> Figure:
    """One panel a measure: figures of one or two groups over the years, with their intervals.

    points: indicator_id, area, year, value, lower, upper. titles: of each measure. years: all from
    first to last. areas: the groups. zero: what 0 means; it is then drawn in every panel.
    """
    years = list(years)
    with mpl.rc_context(STYLE):
        figure, panels = stacked_panels(
            [0.72] * len(titles), 0.5, 0.6, 0.3, 1 + len(areas) + bool(zero)
        )
        for axes, (indicator, title) in zip(panels, titles.items(), strict=True):
            panel = points[points["indicator_id"].eq(indicator)]
            panel = panel.assign(at=panel["year"].map(years.index)).sort_values("at")
            for area, (marker, colour, light, dashes) in zip(areas, LOOKS, strict=False):
                own = panel[panel["area"].eq(area)]
                known = own.dropna(subset=["lower", "upper"])
                axes.vlines(known["at"], known["lower"], known["upper"], light, linewidth=4)
                axes.plot(
                    own["at"],
                    own["value"],
                    marker=marker,
                    color=colour,
                    markersize=4.5,
                    linestyle=dashes,
                    linewidth=1.6,
                )
            axes.margins(y=0.15)
            if zero:
                axes.axhline(0, color="black", linestyle=":", linewidth=1.3)
            axes.set_title(title, pad=6, x=TITLE_AT, fontsize=8.5)
            _years_axis(axes, years, sorted(panel["year"].unique()))
        legend_below(
            figure,
            [
                *(
                    Line2D([], [], marker=marker, color=colour, linestyle=dashes, label=area)
                    for area, (marker, colour, _, dashes) in zip(areas, LOOKS, strict=False)
                ),
                Patch(color=INTERVAL, label="95% interval"),
                *(
                    [Line2D([], [], color="black", linestyle=":", linewidth=1.3, label=zero)]
                    if zero
                    else []
                ),
            ],
            1,
        )
    return figure


def spread_by_year(
    points: pd.DataFrame,
    titles: Mapping[str, str],
    years: Sequence[str],
    breaks: pd.DataFrame = NO_BREAKS,
    say_gaps: bool = False,
) -> Figure:
    """One panel a series: all councils each year as a bar, their middle half darker, and England.

    points: series, year, basis_id, value (England), low, quarter, middle, three_quarters, high.
    titles: of each series. years: all from first to last. breaks: series, year (the first on a new
    basis), name. say_gaps: name the years without any figure. A line joins England's figures on one
    basis.
    """
    years = list(years)
    place = {year: at for at, year in enumerate(years)}
    with mpl.rc_context(STYLE):
        figure, panels = stacked_panels([0.95] * len(titles), 0.5, 0.62, 0.42, 2)
        for axes, (series, title) in zip(panels, titles.items(), strict=True):
            own = points[points["series"].eq(series)]
            own = own.assign(at=own["year"].map(place))
            at = own["at"]
            for low, high, colour in (
                ("low", "high", ALL_COUNCILS),
                ("quarter", "three_quarters", MIDDLE_HALF),
            ):
                axes.bar(at, own[high] - own[low], 0.5, own[low], color=colour, zorder=1)
            axes.hlines(own["middle"], at - 0.25, at + 0.25, "black", linewidth=1.5, zorder=2)
            for _, run in own.groupby("basis_id"):
                axes.plot(
                    run["at"],
                    run["value"],
                    marker="D",
                    color=DARK_BLUE,
                    markersize=4.5,
                    linewidth=1.4,
                    markeredgecolor="white",
                    zorder=3,
                )
            mark_breaks(axes, breaks[breaks["series"].eq(series)], place)
            empty = [place[year] for year in years if year not in set(own["year"])]
            if say_gaps and empty:
                axes.text(
                    sum(empty) / len(empty),
                    (own["low"].min() + own["high"].max()) / 2,
                    "no figures",
                    ha="center",
                    va="center",
                    fontsize=8,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
                )
            axes.use_sticky_edges = False  # or bars would stand on the lower edge
            axes.margins(y=0.06)
            axes.set_title(title, pad=13, x=TITLE_AT, fontsize=8.5)
            _years_axis(axes, years, sorted(own["year"].unique()))
        legend_below(
            figure,
            [
                Patch(color=ALL_COUNCILS, label="all councils"),
                Patch(color=MIDDLE_HALF, label="middle half of them"),
                Line2D([], [], marker="D", color=DARK_BLUE, label="England"),
                Line2D([], [], color="black", linewidth=1.5, label="middle council"),
            ],
        )
    return figure


def beside_take_up(
    rows: pd.DataFrame, line: tuple[float, float], labels: tuple[str, str]
) -> Figure:
    """Each council's difference beside its take-up, with the fitted line.

    rows: take_up, difference, lower, upper. line: where it starts (at no take-up) and its slope for
    each point of take-up. labels: of both axes.
    """
    ends = np.array([rows["take_up"].min(), rows["take_up"].max()])
    beyond = rows["lower"].gt(0) | rows["upper"].lt(0)
    with mpl.rc_context(STYLE):
        figure, (axes,) = stacked_panels([2.6], 0.65, 0, 0.1, 3)
        axes.scatter(
            rows["take_up"],
            rows["difference"],
            s=22,
            c=[DARK_BLUE if each else "white" for each in beyond],
            edgecolors=DARK_BLUE,
            linewidths=1,
            zorder=2,
        )
        axes.plot(ends, line[0] + line[1] * ends, color=ORANGE, linewidth=2, zorder=3)
        axes.axhline(0, color="black", linestyle="--", linewidth=1.2)
        axes.set(xlabel=labels[0], ylabel=labels[1])
        sns.despine(ax=axes)
        legend_below(
            figure,
            [
                legend_mark("o", DARK_BLUE, "beyond chance"),
                legend_mark("o", "white", "may be chance"),
                Line2D([], [], color=ORANGE, linewidth=2, label="fitted line"),
                Line2D([], [], color="black", linestyle="--", label="no difference"),
            ],
        )
    return figure


def directions_picture(rows: pd.DataFrame, sides: tuple[str, str], lead: str) -> Chart:
    """Councils counted by which way they differ, with the text alternative.

    rows: also said (in a sentence), councils. sides: what left and right mean. lead: the finding.
    """
    values = "; ".join(
        f"{row['said']} {row['lower']} {sides[0]} ({row['beyond_lower']} beyond chance), "
        f"{row['higher']} {sides[1]} ({row['beyond_higher']}), of {row['councils']}"
        for row in rows.to_dict("records")
    )
    return picture(_directions(rows, sides), f"{lead} Councils: {values}.")


def pairs_picture(rows: pd.DataFrame, names: tuple[str, str], lead: str) -> Chart:
    """England's percentages for both groups with their intervals.

    rows: label, said, year and `side_by_side.national`. lead: the finding, a sentence.
    """
    sides = {
        f"{side}_{what}": rows[side if what == "value" else f"{side}_{what}"]
        for side in ("first", "second")
        for what in ("value", "lower", "upper")
    }
    values = "; ".join(
        f"{row['said']} {number(row['first'], 'percent')} and {number(row['second'], 'percent')} "
        f"in {row['year']}"
        for row in rows.to_dict("records")
    )
    return picture(
        pairs(rows.assign(**sides, first_weak=False, second_weak=False), names, (0, 103)),
        f"{lead} First {names[0]}, then {names[1]}: {values}.",
    )
