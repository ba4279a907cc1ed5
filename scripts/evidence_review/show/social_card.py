"""The picture that stands beside a link to the book in messages and social media: the gap map in small."""

import io

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from evidence_review.analyse.review import Review
from evidence_review.show.charts import STYLE
from evidence_review.show.map_picture import SHADES, STRENGTHS

WIDTH, HEIGHT, DPI = 1200, 630, 100
INK, LINE = "#1a1a1a", "#6b6b6b"


def alternative(review: Review) -> str:
    """What the picture shows, in words."""
    return (
        f"Gathering the Evidence, a living review of personal budgets in England. {_finding(review)}"
        " Beside it the gap map in small, a square for each cell."
    )


def as_png(review: Review) -> bytes:
    """The picture as PNG of 1200 by 630 pixels, the same bytes each time."""
    buffer = io.BytesIO()
    draw(review).savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def draw(review: Review) -> Figure:
    """The review's name and its first finding, and the map: a row for each element of change."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        axes.axis("off")
        axes.add_patch(Rectangle((0, 0), 16, HEIGHT, color=SHADES[-1]))
        # Sizes are in points; 72 of them are 100 pixels here.
        axes.text(
            72, 110, "Gathering\nthe Evidence", size=50, weight="bold", va="top", color=SHADES[-1]
        )
        axes.text(
            72,
            320,
            "A living review of personal\nbudgets in adult social care\nin England",
            size=25,
            va="top",
            color=INK,
        )
        axes.text(72, 530, _finding(review), size=19, va="top", color=INK)
        _squares(axes, review)
    return figure


def _squares(axes: mpl.axes.Axes, review: Review) -> None:
    side, gap = 34, 4
    cells = review.gap_map
    columns = len(review.frames)
    left = WIDTH - 72 - columns * (2 * side + gap)
    top = (HEIGHT - len(review.elements) * (side + gap)) / 2
    for place, strength in enumerate(cells["strength"]):
        row, column = divmod(place, columns)
        corner = (left + column * (2 * side + gap), top + row * (side + gap))
        shade = SHADES[STRENGTHS.index(strength)]
        axes.add_patch(
            Rectangle(corner, 2 * side, side, facecolor=shade, edgecolor=LINE, linewidth=1)
        )


def _finding(review: Review) -> str:
    cells = review.gap_map
    return (
        f"{int(cells['n_sources'].eq(0).sum())} of {len(cells)} cells of its map have no evidence."
    )
