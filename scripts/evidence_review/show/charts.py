"""Charts: seaborn on a plain figure, drawn to stay readable on a phone and in grey."""

import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import PIL.Image
import seaborn as sns
from IPython.display import Image
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

# The Government Analysis Function's categorical palette; each differs in grey too.
DARK_BLUE, ORANGE = "#12436D", "#F46A25"
GREY = "#3D3D3D"
INTERVAL = "#A9BACB"  # dark blue lightened, opaque so that marks on it keep their colour
ALL_COUNCILS, MIDDLE_HALF, GRID = "#DDDDDD", "#ABABAB", "#CCCCCC"
WIDTH = 4.0  # inches; small, so that the text stays readable when a phone shrinks the picture
DPI = 150
STEPS = 6  # shades from a colour to white
STYLE = {
    **sns.axes_style("whitegrid"),
    **sns.plotting_context("notebook"),
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "axes.edgecolor": GREY,
    "grid.color": GRID,
    "text.color": GREY,
}


def picture(figure: Figure, alt: str) -> Image:
    """The figure as a PNG that carries its text alternative.

    A palette in place of full colour makes the file a third of the size.
    """
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    # Pillow writes neither date nor name of software: the same figure gives the same bytes.
    pixels = PIL.Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    packed = io.BytesIO()
    pixels.quantize(palette=_palette(), dither=PIL.Image.Dither.NONE).save(packed, format="png")
    return Image(data=packed.getvalue(), format="png", width=int(WIDTH * 120), alt=alt)


# How a comparison looks: shape and filling say it without colour.
COMPARED = {
    "better": ("^", DARK_BLUE),
    "worse": ("v", DARK_BLUE),
    "higher": ("^", "white"),
    "lower": ("v", "white"),
    "similar": ("o", DARK_BLUE),
    "not compared": ("s", "white"),
}


@cache
def _palette() -> PIL.Image.Image:
    """The colours of the charts, and steps from each to white for soft edges."""
    inks = ("#000000", GREY, DARK_BLUE, ORANGE, INTERVAL, MIDDLE_HALF, ALL_COUNCILS, GRID)
    shades = [
        round(255 + (part - 255) * step / STEPS)
        for ink in inks
        for step in range(1, STEPS + 1)
        for part in bytes.fromhex(ink[1:])
    ]
    palette = PIL.Image.new("P", (1, 1))
    palette.putpalette([255, 255, 255, *shades])
    return palette


def _panels(
    heights: Sequence[float], left: float, between: float, top: float, legend: int
) -> tuple[Figure, list[Axes]]:
    """A figure with axes below each other, laid out by hand: a layout engine draws all twice.

    heights, left, between and top are in inches; legend: lines of legend at the foot.
    """
    foot = 0.3 + 0.19 * legend
    height = top + sum(heights) + between * (len(heights) - 1) + foot + 0.2
    figure = Figure(figsize=(WIDTH, height))
    found = []
    upper = height - top
    for own in heights:
        upper -= own
        box = (left / WIDTH, upper / height, (WIDTH - left - 0.1) / WIDTH, own / height)
        found.append(figure.add_axes(box))
        upper -= between
    return figure, found


def _legend_below(figure: Figure, handles: Sequence[Artist], columns: int = 2) -> None:
    figure.legend(
        handles=handles,
        loc="lower left",
        borderaxespad=0.1,
        ncols=columns,
        frameon=False,
        handletextpad=0.5,
        columnspacing=1.2,
    )


def _mark(marker: str, filling: str, label: str, colour: str = DARK_BLUE) -> Line2D:
    return Line2D(
        [], [], marker=marker, color=colour, markerfacecolor=filling, linestyle="", label=label
    )


def spine(rows: pd.DataFrame) -> Figure:
    """Each indicator as a bar of all councils around England, and the area's own place on it.

    rows: label, value_text, value, lower, upper, england, low, quarter, three_quarters, high,
    word (a key of `COMPARED`). Each bar has a scale of its own: England in the middle, the
    council farthest from it at an end.
    """
    reach = pd.concat([rows["high"] - rows["england"], rows["england"] - rows["low"]], axis=1)
    own = pd.concat([rows["value"] - rows["england"], rows["england"] - rows["value"]], axis=1)
    scale = pd.concat([reach, own], axis=1).max(axis=1)
    scale = scale.where(scale > 0, 1)
    columns = ["value", "lower", "upper", "low", "quarter", "three_quarters", "high"]
    at = (
        rows[columns]
        .astype(float)
        .sub(rows["england"], axis=0)
        .div(scale, axis=0)
        .clip(-1.04, 1.04)
    )
    at["y"] = range(len(at))
    with mpl.rc_context(STYLE):
        shown = [word for word in COMPARED if rows["word"].eq(word).any()]
        lines = (len(shown) + 3) // 2
        figure, (axes,) = _panels([0.47 * len(rows) + 0.1], 0.1, 0, 0, lines)
        axes.barh(at["y"], at["high"] - at["low"], 0.3, at["low"], color=ALL_COUNCILS, zorder=1)
        axes.barh(
            at["y"],
            at["three_quarters"] - at["quarter"],
            0.3,
            at["quarter"],
            color=MIDDLE_HALF,
            zorder=2,
        )
        for y in at["y"]:
            axes.plot([0, 0], [y - 0.2, y + 0.2], color="black", linewidth=1.5, zorder=3)
        axes.hlines(at["y"], at["lower"], at["upper"], color=DARK_BLUE, linewidth=1.8, zorder=4)
        for word, (marker, filling) in COMPARED.items():
            sns.scatterplot(
                data=at[rows["word"].eq(word)],
                x="value",
                y="y",
                marker=marker,
                s=62,
                color=filling,
                edgecolor=DARK_BLUE,
                linewidth=1.3,
                zorder=5,
                clip_on=False,
                ax=axes,
            )
        for y, label, value in zip(at["y"], rows["label"], rows["value_text"], strict=True):
            axes.text(-1.05, y - 0.24, label, va="bottom", fontsize=8.5)
            axes.text(1.05, y - 0.24, value, va="bottom", ha="right", fontsize=8.5)
        axes.set(
            xlim=(-1.06, 1.06),
            ylim=(len(rows) - 0.25, -0.75),
            xlabel="",
            ylabel="",
            xticks=[],
            yticks=[],
        )
        for x, side, words in (
            (-1.05, "left", "← lower"),
            (0, "center", "England"),
            (1.05, "right", "higher →"),
        ):
            axes.text(x, len(rows) - 0.35, words, ha=side, va="bottom", fontsize=9)
        sns.despine(ax=axes, left=True, bottom=True)
        _legend_below(
            figure,
            [
                *(_mark(*COMPARED[word], word) for word in shown),
                Patch(color=ALL_COUNCILS, label="all councils"),
                Patch(color=MIDDLE_HALF, label="middle half of them"),
            ],
        )
    return figure


def small_multiples(
    points: pd.DataFrame,
    titles: Mapping[str, str],
    years: Sequence[str],
    breaks: pd.DataFrame,
    areas: Sequence[str],
) -> Figure:
    """One panel an indicator: its values over the years, the first area with its intervals.

    points: indicator_id, area, year, value, lower, upper, run, weak. A line joins figures of one
    run; a weak figure is hollow. titles: title of each panel. breaks: indicator_id, year (the
    first on the new basis), name. areas: the area itself and, if any, one beside it.
    """
    place = {year: position for position, year in enumerate(years)}
    data = points.assign(at=points["year"].map(place))
    styles: list[tuple[str, str, Any]] = [("o", DARK_BLUE, "solid"), ("D", ORANGE, "dashed")]
    with mpl.rc_context(STYLE):
        figure, panels = _panels([0.72] * len(titles), 0.5, 0.72, 0.55, 1 + len(areas))
        for axes, (indicator, title) in zip(panels, titles.items(), strict=True):
            panel = data[data["indicator_id"].eq(indicator)]
            for area, (marker, colour, dashes) in reversed(list(zip(areas, styles, strict=False))):
                own = panel[panel["area"].eq(area)]
                look: dict[str, Any] = {
                    "marker": marker,
                    "color": colour,
                    "markersize": 6 if area == areas[0] else 4,
                }
                for _, run in own.groupby("run"):
                    axes.plot(run["at"], run["value"], linestyle=dashes, linewidth=1.6, **look)
                few = own[own["weak"]]
                axes.plot(few["at"], few["value"], linestyle="", markerfacecolor="white", **look)
            own = panel[panel["area"].eq(areas[0])].dropna(subset=["lower", "upper"])
            axes.vlines(own["at"], own["lower"], own["upper"], INTERVAL, linewidth=4, zorder=1)
            _mark_breaks(axes, breaks[breaks["indicator_id"].eq(indicator)], place)
            axes.set_title(title, pad=13, x=-0.45 / (WIDTH - 0.6), fontsize=8.5)
            axes.set(xlabel="", ylabel="", xlim=(-0.5, len(years) - 0.5))
            every = range(0, len(years), 2 if len(years) > 6 else 1)
            axes.set_xticks(list(every), [years[at][2:] for at in every])
            axes.margins(y=0.15)
            axes.locator_params(axis="y", nbins=4)
            sns.despine(ax=axes)
        shown = [
            Line2D([], [], marker=marker, color=colour, linestyle=dashes, label=label)
            for label, (marker, colour, dashes) in zip(areas, styles, strict=False)
        ]
        _legend_below(figure, [*shown, Patch(color=INTERVAL, label="95% interval")], 1)
    return figure


def _mark_breaks(axes: Axes, breaks: pd.DataFrame, place: Mapping[str, int]) -> None:
    """A dotted line before each new basis, and over the panel the name of what begins there."""
    starts = [place[year] for year in breaks["year"]]
    last = max(place.values())
    ends = {at + 1 for at in starts if at + 1 in starts}  # where a label lies to the left
    for at, name in zip(starts, breaks["name"], strict=True):
        axes.axvline(at - 0.5, color=GREY, linestyle=":", linewidth=1.3)
        # What lasts one year has its name to the left of its end, so that the next has room.
        short, late = at + 1 in starts, at > 0.7 * last and at not in ends
        axes.annotate(
            name,
            (at + 0.5 if short else at - 0.5, 1),
            (-2, 2) if short or late else (2, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right" if short or late else "left",
            va="bottom",
            fontsize=8,
        )


def pairs(rows: pd.DataFrame, names: tuple[str, str], limits: tuple[float, float]) -> Figure:
    """Two groups beside each other, one row an indicator, each with its interval.

    rows: label, and for both "first" and "second": value, lower, upper, weak (first_value, …).
    """
    at = range(len(rows))
    with mpl.rc_context(STYLE):
        figure, (axes,) = _panels([0.5 * len(rows) + 0.2], 0.1, 0, 0.05, 2)
        for side, marker, colour, shift in (
            ("first", "o", DARK_BLUE, -0.06),
            ("second", "D", ORANGE, 0.16),
        ):
            places = [y + shift for y in at]
            axes.hlines(places, rows[f"{side}_lower"], rows[f"{side}_upper"], colour, linewidth=1.8)
            filling = ["white" if weak else colour for weak in rows[f"{side}_weak"]]
            axes.scatter(
                rows[f"{side}_value"],
                places,
                s=38,
                c=filling,
                marker=marker,
                edgecolors=colour,
                zorder=4,
                clip_on=False,
            )
        for y, label in zip(at, rows["label"], strict=True):
            axes.text(limits[0], y - 0.22, label, va="bottom", fontsize=9)
        axes.set(
            xlim=limits, ylim=(len(rows) - 0.5, -0.75), yticks=[], xlabel="Per cent", ylabel=""
        )
        sns.despine(ax=axes, left=True)
        _legend_below(
            figure, [_mark("o", DARK_BLUE, names[0]), _mark("D", ORANGE, names[1], ORANGE)]
        )
    return figure
