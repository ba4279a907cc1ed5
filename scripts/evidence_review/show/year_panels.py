"""Small multiples over the years, drawn on one pair of axes in inches.

A page has some twenty panels. Axes with ticks of their own for each would take most of the time
that the page needs; here ticks, grid and lines of all panels are a few artists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, ScalarFormatter
from numpy.typing import NDArray

from evidence_review.show.charts import (
    DARK_BLUE,
    GREY,
    INTERVAL,
    ORANGE,
    STYLE,
    WIDTH,
    break_labels,
    legend_below,
    panel_places,
)

LEFT, RIGHT = 0.5, WIDTH - 0.1  # inches, as are the other sizes here
HEIGHT, BETWEEN, TOP = 0.72, 0.72, 0.55
POINT = 1 / 72
TICK_PAD = 9.5 * POINT  # between the axes and the labels of ticks
MARGIN = 0.15  # of the span of a panel's values, above and below them
TICKS = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10])
STYLES: tuple[tuple[str, str, Any, float], ...] = (
    ("o", DARK_BLUE, "solid", 6),
    ("D", ORANGE, "dashed", 4),
)


@dataclass(frozen=True)
class Scale:
    """The vertical scale of a panel. bottom: inches from the foot; low, high: its values' limits."""

    bottom: float
    low: float
    high: float

    def ticks(self) -> list[tuple[float, str]]:
        """Where marks stand, in inches from the foot, and their labels."""
        ticks = TICKS.tick_values(self.low, self.high)
        formatter = ScalarFormatter()
        formatter.create_dummy_axis()
        axis: Any = formatter.axis
        axis.set_view_interval(self.low, self.high)
        labels = formatter.format_ticks(list(ticks))
        per_inch = (self.high - self.low) / HEIGHT
        return [
            (self.bottom + (value - self.low) / per_inch, label)
            for value, label in zip(ticks, labels, strict=True)
            if self.low <= value <= self.high
        ]


def small_multiples(
    points: pd.DataFrame,
    titles: Mapping[str, str],
    years: Sequence[str],
    breaks: pd.DataFrame,
    areas: Sequence[str],
) -> Figure:
    """One panel an indicator: its values over the years, the first area with its intervals.

    points: indicator_id, area, year, value, lower, upper, run, weak, in the order of run and year.
    A line joins figures of one run; a weak figure is hollow. titles: title of each panel. breaks:
    indicator_id, year (the first on the new basis), name. areas: the area itself and, if any, one
    beside it.
    """
    height, bottoms = panel_places([HEIGHT] * len(titles), BETWEEN, TOP, 1 + len(areas))
    columns = (RIGHT - LEFT) / len(years)
    across = {year: LEFT + (at + 0.5) * columns for at, year in enumerate(years)}
    has_limits = points["area"].eq(areas[0]) & points[["lower", "upper"]].notna().all(axis=1)
    scales = _scales(points, has_limits, dict(zip(titles, bottoms, strict=True)))
    at = points.assign(x=points["year"].map(across), **_up(points, scales))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, height))
        axes.set_axis_off()
        _frames(axes, titles, scales, across)
        limits = at[has_limits]
        axes.vlines(limits["x"], limits["lower"], limits["upper"], INTERVAL, linewidth=4, zorder=1)
        for area, (marker, colour, dashes, size) in reversed(
            list(zip(areas, STYLES, strict=False))
        ):
            own = at[at["area"].eq(area)]
            look: dict[str, Any] = {"marker": marker, "color": colour, "markersize": size}
            axes.plot(*_joined(own), linestyle=dashes, linewidth=1.6, **look)
            few = own[own["weak"]]
            axes.plot(few["x"], few["value"], linestyle="", markerfacecolor="white", **look)
        mark_breaks(axes, breaks, years, scales)
        shown = [
            Line2D([], [], marker=marker, color=colour, linestyle=dashes, label=label)
            for label, (marker, colour, dashes, _) in zip(areas, STYLES, strict=False)
        ]
        legend_below(figure, [*shown, Patch(color=INTERVAL, label="95% interval")], 1)
    return figure


def _scales(
    points: pd.DataFrame, has_limits: pd.Series, bottoms: Mapping[str, float]
) -> dict[str, Scale]:
    """The scale of each panel: around its values and the intervals shown."""
    low = points["value"].where(~has_limits, points[["value", "lower"]].min(axis=1))
    high = points["value"].where(~has_limits, points[["value", "upper"]].max(axis=1))
    lowest = low.groupby(points["indicator_id"]).min()
    highest = high.groupby(points["indicator_id"]).max()
    scales = {}
    for indicator, bottom in bottoms.items():
        # A value that is alone in its panel stands in the middle of a span of its own.
        first, last = TICKS.nonsingular(lowest[indicator], highest[indicator])
        margin = MARGIN * (last - first)
        scales[indicator] = Scale(bottom, first - margin, last + margin)
    return scales


def _up(points: pd.DataFrame, scales: Mapping[str, Scale]) -> dict[str, NDArray[np.float64]]:
    """Value, lower and upper of each point in inches from the foot."""
    each = [scales[indicator] for indicator in points["indicator_id"]]
    bottom, low, high = np.array([(one.bottom, one.low, one.high) for one in each]).T
    return {
        name: bottom + (points[name].to_numpy(dtype=float) - low) / (high - low) * HEIGHT
        for name in ("value", "lower", "upper")
    }


def _joined(own: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and y of one line through all runs: NaN between two of them leaves it open there."""
    ends = np.flatnonzero(np.diff(own["run"])) + 1
    x, y = (own[name].to_numpy(dtype=float) for name in ("x", "value"))
    return np.insert(x, ends, np.nan), np.insert(y, ends, np.nan)


def _frames(
    axes: Axes, titles: Mapping[str, str], scales: Mapping[str, Scale], across: Mapping[str, float]
) -> None:
    """Grid, axes, labels and title of each panel."""
    labelled = list(across.items())[:: 2 if len(across) > 6 else 1]
    label: dict[str, Any] = {"fontsize": 9, "color": mpl.rcParams["xtick.color"]}
    levels: list[float] = []
    for indicator, title in titles.items():
        scale = scales[indicator]
        for year, x in labelled:
            _say(axes, x, scale.bottom - TICK_PAD, year[2:], ha="center", va="top", **label)
        for y, tick in scale.ticks():
            levels.append(y)
            _say(axes, LEFT - TICK_PAD, y, tick, ha="right", va="center_baseline", **label)
        upper = scale.bottom + HEIGHT + 13 * POINT
        _say(axes, LEFT - 0.45, upper, title, fontsize=8.5, fontweight="bold")
    bottoms = np.array([scales[indicator].bottom for indicator in titles])
    grid: dict[str, Any] = {
        "colors": mpl.rcParams["grid.color"],
        "linewidth": mpl.rcParams["grid.linewidth"],
        "zorder": 0.5,
    }
    feet = np.tile(bottoms, len(labelled))
    axes.vlines(np.repeat([x for _, x in labelled], len(bottoms)), feet, feet + HEIGHT, **grid)
    axes.hlines(levels, LEFT, RIGHT, **grid)
    edge: dict[str, Any] = {
        "colors": mpl.rcParams["axes.edgecolor"],
        "linewidth": mpl.rcParams["axes.linewidth"],
        "capstyle": "projecting",
        "zorder": 2.5,
    }
    axes.vlines([LEFT] * len(bottoms), bottoms, bottoms + HEIGHT, **edge)
    axes.hlines(bottoms, LEFT, RIGHT, **edge)


def mark_breaks(
    axes: Axes, breaks: pd.DataFrame, years: Sequence[str], scales: Mapping[str, Scale]
) -> None:
    """A dotted line before each new basis, and over the panel the name of what begins there."""
    place = {year: position for position, year in enumerate(years)}
    columns = (RIGHT - LEFT) / len(years)
    lines: list[tuple[float, float]] = []
    for indicator, new in breaks.groupby("indicator_id"):
        bottom = scales[indicator].bottom
        for at, name, label_at, is_left in break_labels(new, place):
            lines.append((LEFT + (at + 0.5) * columns, bottom))
            x = LEFT + (label_at + 0.5) * columns + (-2 if is_left else 2) * POINT
            side = "right" if is_left else "left"
            _say(axes, x, bottom + HEIGHT + 2 * POINT, name, ha=side, va="bottom", fontsize=8)
    if lines:
        xs, feet = np.array(lines).T
        axes.vlines(xs, feet, feet + HEIGHT, GREY, ":", linewidth=1.3, zorder=2)


def _say(axes: Axes, x: float, y: float, text: str, **look: Any) -> None:
    """Text at a place in inches. The figure's, for axes would clip it, which takes time."""
    figure = axes.get_figure()
    assert figure is not None
    figure.text(x, y, text, transform=figure.dpi_scale_trans, **look)
