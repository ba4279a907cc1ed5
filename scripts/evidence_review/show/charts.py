"""Charts: seaborn on a plain figure, drawn to stay readable on a phone and in grey."""

import io
import textwrap
from collections.abc import Sequence

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from IPython.display import Image
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# The Government Analysis Function's categorical palette; each differs in grey too.
DARK_BLUE, ORANGE, DARK_PINK, TURQUOISE = "#12436D", "#F46A25", "#801650", "#28A197"
GREY = "#3D3D3D"
INTERVAL = "#A9BACB"  # dark blue lightened, opaque so that marks on it keep their colour
# The first place is the area itself, then its comparators in the order asked for.
AREA_COLOURS = (DARK_BLUE, ORANGE, DARK_PINK, TURQUOISE)
AREA_MARKERS = ("o", "D", "^", "s")
WIDTH = 4.8  # inches; small, so that the text stays readable when a phone shrinks the picture
STYLE = {
    **sns.axes_style("whitegrid"),
    **sns.plotting_context("notebook"),
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "axes.edgecolor": GREY,
    "text.color": GREY,
}


def picture(figure: Figure, alt: str) -> Image:
    """The figure as a PNG that carries its text alternative."""
    buffer = io.BytesIO()
    # No software name or date in the file: the same figure gives the same bytes.
    figure.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
    return Image(data=buffer.getvalue(), format="png", width=int(WIDTH * 120), alt=alt)


def _colours(areas: Sequence[str]) -> dict[str, str]:
    return dict(zip(areas, AREA_COLOURS, strict=False))


def _markers(areas: Sequence[str]) -> dict[str, str]:
    return dict(zip(areas, AREA_MARKERS, strict=False))


def _legend_below(figure: Figure, axes: Axes, areas: Sequence[str]) -> None:
    handles, labels = axes.get_legend_handles_labels()
    by_label = dict(zip(labels, handles, strict=True))
    for panel in figure.axes:
        if legend := panel.get_legend():
            legend.remove()
    shown = [area for area in areas if area in by_label]
    figure.legend(
        [by_label[area] for area in shown],
        [textwrap.fill(area, 24) for area in shown],
        loc="outside lower left",
        ncols=1 if any(len(area) > 16 for area in shown) else len(shown),
        frameon=False,
    )


def dots_with_intervals(
    points: pd.DataFrame, areas: Sequence[str], label: str, limits: tuple[float, float]
) -> Figure:
    """One row an indicator: the first area with its interval, the others as marks beside it.

    points: indicator, area, value, lower, upper (interval of the first area only).
    """
    names = [textwrap.fill(name, 24) for name in points["indicator"].drop_duplicates()]
    data = points.assign(indicator=[textwrap.fill(name, 24) for name in points["indicator"]])
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 1.2 + 0.54 * len(names)), layout="constrained")
        axes = figure.subplots()
        own = data[data["area"].eq(areas[0])]
        positions = [names.index(name) for name in own["indicator"]]
        axes.hlines(positions, own["lower"], own["upper"], color=INTERVAL, linewidth=6, zorder=1)
        sns.scatterplot(
            data=data,
            x="value",
            y=pd.Categorical(data["indicator"], categories=names),
            hue="area",
            style="area",
            hue_order=areas,
            style_order=areas,
            palette=_colours(areas),
            markers=_markers(areas),
            s=70,
            clip_on=False,
            edgecolor="white",
            zorder=3,
            ax=axes,
            legend="full",
        )
        axes.set(
            xlabel=f"{label}\nGrey bar: 95% interval of {areas[0]}",
            ylabel="",
            xlim=limits,
            ylim=(len(names) - 0.5, -0.5),
        )
        sns.despine(ax=axes, left=True)
        _legend_below(figure, axes, areas)
    return figure


def lines_with_breaks(
    points: pd.DataFrame, areas: Sequence[str], years: Sequence[str], units: dict[str, str]
) -> Figure:
    """One panel an indicator: values over the years, the first area with its interval.

    points: indicator, area, year, value, lower, upper, basis_id, status. A line joins only years that
    follow each other on one basis; a change of basis is drawn as a dotted
    line, and a value of low reliability is marked [u].
    """
    names = list(units)
    place = {year: position for position, year in enumerate(years)}
    data = points.assign(at=points["year"].map(place)).sort_values(["indicator", "area", "at"])
    group = data.groupby(["indicator", "area"])
    data["run"] = (
        group["at"].diff().ne(1) | data["basis_id"].ne(group["basis_id"].shift())
    ).cumsum()
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 1.2 + 2.1 * len(names)), layout="constrained")
        panels = figure.subplots(len(names), 1, squeeze=False, sharex=True)[:, 0]
        for axes, name in zip(panels, names, strict=True):
            panel = data[data["indicator"].eq(name)]
            sns.lineplot(
                data=panel,
                x="at",
                y="value",
                hue="area",
                style="area",
                units="run",
                estimator=None,
                hue_order=areas,
                style_order=areas,
                palette=_colours(areas),
                markers=_markers(areas),
                dashes=False,
                markersize=7,
                ax=axes,
            )
            own = panel[panel["area"].eq(areas[0])].dropna(subset=["lower", "upper"])
            axes.vlines(
                own["at"], own["lower"], own["upper"], color=INTERVAL, linewidth=5, zorder=1
            )
            for _, weak in panel[panel["status"].eq("[u]") & panel["area"].eq(areas[0])].iterrows():
                axes.annotate(
                    "[u]", (weak["at"], weak["value"]), (7, -4), textcoords="offset points"
                )
            for at in basis_changes(panel, place):
                axes.axvline(at - 0.5, color=GREY, linestyle=":", linewidth=1.5)
            axes.set(title=textwrap.fill(name, 46), xlabel="", ylabel=units[name])
            axes.set_xlim(-0.5, len(years) - 0.5)
            axes.set_xticks(range(len(years)), [year[2:] for year in years], rotation=45)
            sns.despine(ax=axes)
        _legend_below(figure, panels[0], areas)
    return figure


def basis_changes(panel: pd.DataFrame, place: dict[str, int]) -> list[int]:
    """Positions of the first year on each new basis of one indicator."""
    bases = panel.dropna(subset=["value"]).drop_duplicates("at").sort_values("at")
    changed = bases["basis_id"].ne(bases["basis_id"].shift()).to_numpy()
    return [int(at) for at, new in zip(bases["at"], changed, strict=True) if new][1:]
