"""Charts in seaborn's look, drawn to stay readable on a phone and in grey."""

import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import PIL.Image
from IPython.display import Image
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from evidence_review.show.drawn import drawn

# The Government Analysis Function's categorical palette; each differs in grey too.
DARK_BLUE, ORANGE = "#12436D", "#F46A25"
GREY = "#3D3D3D"
INTERVAL = "#A9BACB"  # dark blue lightened, opaque so that marks on it keep their colour
ALL_COUNCILS, MIDDLE_HALF, GRID = "#DDDDDD", "#ABABAB", "#CCCCCC"
WIDTH = 4.0  # inches; small, so that the text stays readable when a phone shrinks the picture
DPI = 150
mpl.rcdefaults()  # whatever a machine has in its matplotlibrc: charts are the same bytes everywhere
PIL.Image.preinit()  # its formats, which it would import only when the first picture is saved
STEPS = 6  # shades from a colour to white
# What seaborn's style "whitegrid" and context "notebook" change in Matplotlib, as far as a chart
# shows it; a test holds it to them. Written out, for importing seaborn brings in scipy.stats:
# two seconds for each page of an area.
SEABORN: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.labelcolor": ".15",
    "axes.linewidth": 1.25,
    "grid.linewidth": 1,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "xtick.bottom": False,
    "xtick.color": ".15",
    "xtick.major.size": 6,
    "xtick.major.width": 1.25,
    "ytick.color": ".15",
    "ytick.left": False,
    "ytick.major.size": 6,
    "ytick.major.width": 1.25,
}
STYLE: dict[Any, Any] = {
    **SEABORN,
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


class Chart(Image):
    """A picture that says in words and numbers what it shows. shown: these words."""

    def __init__(self, *, shown: str, **options: Any) -> None:
        super().__init__(**options)
        self.shown = shown

    def __repr__(self) -> str:
        return self.shown


def picture(figure: Figure, alt: str) -> Chart:
    """The figure as a PNG that carries its text alternative, and what it shows in words and numbers.

    A palette in place of full colour makes the file a third of the size.
    """
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    # Pillow writes neither date nor name of software: the same figure gives the same bytes.
    pixels = PIL.Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    packed = io.BytesIO()
    pixels.quantize(palette=_palette(), dither=PIL.Image.Dither.NONE).save(packed, format="png")
    return Chart(
        data=packed.getvalue(),
        format="png",
        width=int(WIDTH * 120),
        alt=alt,
        shown=f"{alt}\n{drawn(figure)}",
    )


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


def stacked_panels(
    heights: Sequence[float], left: float, between: float, top: float, legend: int
) -> tuple[Figure, list[Axes]]:
    """A figure with axes below each other, laid out by hand: a layout engine draws all twice.

    heights, left, between and top are in inches; legend: lines of legend at the foot.
    """
    height, bottoms = panel_places(heights, between, top, legend)
    figure = Figure(figsize=(WIDTH, height))
    return figure, [
        figure.add_axes((left / WIDTH, bottom / height, (WIDTH - left - 0.1) / WIDTH, own / height))
        for bottom, own in zip(bottoms, heights, strict=True)
    ]


def panel_places(
    heights: Sequence[float], between: float, top: float, legend: int
) -> tuple[float, list[float]]:
    """Height of a figure of panels below each other, and where each panel begins, from the foot.

    All in inches; legend: lines of legend at the foot.
    """
    foot = 0.3 + 0.19 * legend
    height = top + sum(heights) + between * (len(heights) - 1) + foot + 0.2
    bottoms = []
    upper = height - top
    for own in heights:
        bottoms.append(upper - own)
        upper = bottoms[-1] - between
    return height, bottoms


def legend_below(figure: Figure, handles: Sequence[Artist], columns: int = 2) -> None:
    """The legend of a figure, at its foot."""
    figure.legend(
        handles=handles,
        loc="lower left",
        borderaxespad=0.1,
        ncols=columns,
        frameon=False,
        handletextpad=0.5,
        columnspacing=1.2,
    )


def legend_mark(marker: str, filling: str, label: str, colour: str = DARK_BLUE) -> Line2D:
    """A mark without a line, for a legend."""
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
        figure, (axes,) = stacked_panels([0.47 * len(rows) + 0.1], 0.1, 0, 0, lines)
        _bars(axes, at["y"], at["low"], at["high"], ALL_COUNCILS, 1)
        _bars(axes, at["y"], at["quarter"], at["three_quarters"], MIDDLE_HALF, 2)
        england: dict[str, Any] = {
            "colors": "black",
            "linewidth": 1.5,
            "capstyle": "round",
            "zorder": 3,
        }
        axes.vlines([0] * len(at), at["y"] - 0.2, at["y"] + 0.2, **england)
        axes.hlines(at["y"], at["lower"], at["upper"], color=DARK_BLUE, linewidth=1.8, zorder=4)
        for word in shown:
            marker, filling = COMPARED[word]
            own_marks = at[rows["word"].eq(word)]
            axes.scatter(
                own_marks["value"],
                own_marks["y"],
                s=62,
                c=filling,
                marker=marker,
                edgecolors=DARK_BLUE,
                linewidths=1.3,
                zorder=5,
                clip_on=False,
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
        axes.spines[:].set_visible(False)
        legend_below(
            figure,
            [
                *(legend_mark(*COMPARED[word], word) for word in shown),
                Patch(color=ALL_COUNCILS, label="all councils"),
                Patch(color=MIDDLE_HALF, label="middle half of them"),
            ],
        )
    return figure


def _bars(
    axes: Axes, y: pd.Series, left: pd.Series, right: pd.Series, colour: str, zorder: float
) -> None:
    """Horizontal bars as one artist; each as high as 0.3 of a row."""
    corners = np.array([[left, y - 0.15], [right, y - 0.15], [right, y + 0.15], [left, y + 0.15]])
    axes.add_collection(
        PolyCollection(
            list(corners.transpose(2, 0, 1)), facecolors=colour, edgecolors="white", zorder=zorder
        )
    )


def mark_breaks(axes: Axes, breaks: pd.DataFrame, place: Mapping[str, int]) -> None:
    """A dotted line before each new basis, and over the panel the name of what begins there."""
    for at, name, label_at, is_left in break_labels(breaks, place):
        axes.axvline(at, color=GREY, linestyle=":", linewidth=1.3)
        axes.annotate(
            name,
            (label_at, 1),
            (-2, 2) if is_left else (2, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right" if is_left else "left",
            va="bottom",
            fontsize=8,
        )


def break_labels(
    breaks: pd.DataFrame, place: Mapping[str, int]
) -> list[tuple[float, str, float, bool]]:
    """For each new basis: where its line stands, its name, where the name goes, and whether that
    lies to the left of there."""
    starts = [place[year] for year in breaks["year"]]
    last = max(place.values())
    ends = {at + 1 for at in starts if at + 1 in starts}  # where a label lies to the left
    found = []
    for at, name in zip(starts, breaks["name"], strict=True):
        # What lasts one year has its name to the left of its end, so that the next has room.
        short, late = at + 1 in starts, at > 0.7 * last and at not in ends
        found.append((at - 0.5, name, at + 0.5 if short else at - 0.5, short or late))
    return found


def pairs(rows: pd.DataFrame, names: tuple[str, str], limits: tuple[float, float]) -> Figure:
    """Two groups beside each other, one row an indicator, each with its interval.

    rows: label, and for both "first" and "second": value, lower, upper, weak (first_value, …).
    """
    at = range(len(rows))
    with mpl.rc_context(STYLE):
        figure, (axes,) = stacked_panels([0.5 * len(rows) + 0.2], 0.1, 0, 0.05, 2)
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
        axes.spines[["top", "right", "left"]].set_visible(False)
        legend_below(
            figure,
            [legend_mark("o", DARK_BLUE, names[0]), legend_mark("D", ORANGE, names[1], ORANGE)],
        )
    return figure
