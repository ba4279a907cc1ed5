"""What a figure shows, in words and numbers.

Bytes of a picture say little when they differ. This stands beside each picture in its notebook, so
that whoever runs the notebook again can see which mark, line or word is another.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.colors import to_hex, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text


def drawn(figure: Figure) -> str:
    """A line for each mark, line, area and word, in the order in which they were put there.

    Places are pairs of x and y in the units of their panel, to six significant digits; "-" where a
    line has a gap. Call it after drawing: only then are the words at the ticks known.
    """
    return "\n".join(_lines(figure))


def _lines(holder: Figure | Axes) -> Iterator[str]:
    frame: set[Artist] = {holder.patch}
    if isinstance(holder, Axes):
        frame |= {*holder.spines.values(), holder.xaxis, holder.yaxis}
        yield _panel(holder)
    for artist in holder.get_children():
        if artist in frame or not artist.get_visible():
            continue
        if isinstance(artist, Axes):
            yield from _lines(artist)
        elif said := _said(artist):
            yield said


def _panel(axes: Axes) -> str:
    parts = ["panel"]
    for name, axis, limits in (
        ("x", axes.xaxis, axes.get_xlim()),
        ("y", axes.yaxis, axes.get_ylim()),
    ):
        parts.append(f"{name} from {_number(limits[0])} to {_number(limits[1])}")
        ticks = axis.get_ticklabels() if axes.axison else []
        words = [one.get_text() for one in ticks if one.get_visible()]
        parts += [f"ticks {' | '.join(filter(None, words))}"] if any(words) else []
        parts += [f"label {axis.get_label_text()}"] if axis.get_label_text() else []
    return ", ".join(parts)


def _said(artist: Artist) -> str:
    """One artist in a line; blank for one that shows nothing."""
    match artist:
        case Text():
            text = artist.get_text()
            return f"words {_places([artist.get_position()])}: {text}" if text else ""
        case Line2D():
            marker = artist.get_marker()
            look = f"{artist.get_linestyle()} {'' if marker in (None, 'None') else marker}".strip()
            return f"line {look} {_colours(artist.get_color())}: {_places(artist.get_xydata())}"
        case LineCollection():
            segments = "; ".join(_places(one) for one in artist.get_segments())
            return f"lines {_colours(artist.get_edgecolor())}: {segments}"
        case PathCollection():
            corners = ",".join(str(len(path)) for path in artist.get_paths())
            look = f"{_colours(artist.get_facecolor())} of {corners} corners"
            return f"marks {look}: {_places(artist.get_offsets())}"
        case Collection():
            shapes = "; ".join(_places(path.vertices) for path in artist.get_paths())
            return f"areas {_colours(artist.get_facecolor())}: {shapes}"
        case Patch():
            corners = _places(artist.get_patch_transform().transform(artist.get_path().vertices))
            return f"area {_colours(artist.get_facecolor())}: {corners}"
        case Legend():
            return f"legend: {' | '.join(one.get_text() for one in artist.get_texts())}"
    raise TypeError(f"no words for a {type(artist).__name__} of a figure")


def _places(pairs: Any) -> str:
    return ", ".join(f"{_number(x)} {_number(y)}" for x, y in np.ma.filled(pairs, np.nan))


def _number(value: float) -> str:
    return "-" if np.isnan(value) else f"{value + 0.0:.6g}"  # no minus before zero


def _colours(colours: Any) -> str:
    """The one colour of all, else that of each."""
    names = [to_hex(one, keep_alpha=True) for one in to_rgba_array(colours)]
    return names[0] if len(set(names)) == 1 else " ".join(names) or "none"
