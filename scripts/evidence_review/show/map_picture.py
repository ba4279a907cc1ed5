"""The gap map as a picture for slides and print, with its text alternative."""

import io

import matplotlib as mpl
import numpy as np
import seaborn as sns
from markupsafe import escape
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from evidence_review.analyse.gap_map import STRENGTH_RULES
from evidence_review.analyse.review import Review
from evidence_review.show.charts import GREY, STYLE
from evidence_review.show.gap_map import element_label
from evidence_review.show.words import STRENGTH_SYMBOLS, STRENGTH_WORDS, listing

# The shades of the map in the book, from no evidence to several sources in full.
SHADES = ("#ffffff", "#e6edf3", "#b9cfe0", "#12436d")
STRENGTHS = tuple(STRENGTH_RULES)


def alternative(review: Review) -> str:
    """What the picture shows, in words: the counts, and the cells with most and least."""
    cells = review.gap_map
    found = int(cells["n_sources"].gt(0).sum())
    counts = cells["strength"].value_counts()
    names = dict(zip(review.elements["element_id"], review.elements["short_name"], strict=True))
    strong = cells.loc[cells["strength"].eq("several"), "element_id"].map(names).unique()
    empty = cells.groupby("element_id", sort=False)["n_sources"].sum()
    bare = [names[element] for element in empty.index[empty.eq(0)]]
    return (
        f"Gap map of {len(review.elements)} elements of change by {len(review.frames)} frames of "
        f"reference. {found} of {len(cells)} cells have evidence: "
        f"{counts.get('several', 0)} several sources in full, {counts.get('single', 0)} one in "
        f"full, {counts.get('limited', 0)} limited; {len(cells) - found} have none. "
        f"The strongest cells belong to {listing(list(strong))}. "
        f"No source at all speaks to {listing(bare) if bare else 'no element'}."
    )


def draw(review: Review) -> Figure:
    """A heat map with the symbol and the number of sources in each cell."""
    table = review.gap_map
    shape = (len(review.elements), len(review.frames))
    codes = table["strength"].map(STRENGTHS.index).to_numpy().reshape(shape)
    labels = np.array(
        [
            f"{STRENGTH_SYMBOLS[strength]} {n}" if n else STRENGTH_SYMBOLS[strength]
            for strength, n in zip(table["strength"], table["n_sources"], strict=True)
        ]
    ).reshape(shape)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 7.2), layout="constrained")
        axes = figure.subplots()
        sns.heatmap(
            codes,
            annot=labels,
            fmt="",
            cmap=ListedColormap(SHADES),
            vmin=-0.5,
            vmax=len(SHADES) - 0.5,
            cbar=False,
            linewidths=1,
            linecolor="#6b6b6b",
            xticklabels=list(review.frames["short_name"]),
            yticklabels=[element_label(element) for _, element in review.elements.iterrows()],
            ax=axes,
        )
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.set_xticks(
            axes.get_xticks(), list(review.frames["short_name"]), rotation=20, ha="left"
        )
        found = int(table["n_sources"].gt(0).sum())
        axes.set_title(
            f"{len(table) - found} of {len(table)} cells have no evidence (sources named in 2017)",
            pad=14,
        )
        key = "    ".join(f"{STRENGTH_SYMBOLS[s]} {STRENGTH_WORDS[s]}" for s in STRENGTHS)
        axes.set_xlabel(f"{key}    Number: sources in the cell", color=GREY, labelpad=10)
    return figure


def as_png(review: Review) -> bytes:
    """The picture as PNG, the same bytes each time."""
    buffer = io.BytesIO()
    draw(review).savefig(buffer, format="png", dpi=150, metadata={"Software": None})
    return buffer.getvalue()


def as_svg(review: Review) -> bytes:
    """The picture as SVG that carries its text alternative, the same bytes each time."""
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "gap-map"}):
        draw(review).savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    name = f'<svg role="img" aria-label="{escape(alternative(review))}" '
    return buffer.getvalue().replace(b"<svg ", name.encode("utf-8"), 1)
