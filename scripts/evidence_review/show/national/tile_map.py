"""A map of England with one hexagon for each council, which shows one column of the table."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evidence_review.analyse.names import nearest_names
from evidence_review.analyse.national.all_councils import COMPARED, AllCouncils
from evidence_review.analyse.reliability import WEAK
from evidence_review.errors import UnknownNameError
from evidence_review.show.html import Html, fragment
from evidence_review.show.national.all_councils_cells import (
    LABELS,
    MISSING,
    OTHER,
    STATES,
    USUAL,
    cells,
    columns,
    england,
    most_common,
    shape,
    symbol,
)
from evidence_review.show.words import count, listing, sentence

# Filling and ink, for where the book's stylesheet is not loaded; the contrasts stand there.
COLOURS = {
    "s": ("#e6edf3", "#1a1a1a"),
    "b": ("#12436d", "#ffffff"),
    "w": ("#f46a25", "#1a1a1a"),
    "h": ("#801650", "#ffffff"),
    "l": ("#28a197", "#1a1a1a"),
    USUAL: ("#b9cfe0", "#1a1a1a"),
}
PLAIN = ("#ffffff", "#1a1a1a")
# A hexagon that stands on its point is two HALF wide and two POINT high; rows are RISE apart.
HALF, POINT, SIDE, RISE = 14, 16, 8, 24
MARGIN = 4
# The drawn tile is a little smaller, so that a line fits between two.
HEXAGON = "M0-14.5 12.6-7.2V7.2L0 14.5-12.6 7.2V-7.2Z"


def tile_map(result: AllCouncils, shows: str = "control") -> Html:
    """The map as it stands before the script: one column of the table, chosen by its id.

    shows: an indicator_id or a key of `STATES`; the first column when the default is not among those
    chosen. Raises UnknownNameError for an id that is no column.
    """
    shown = {column["id"]: column for column in columns(result)}
    if shows not in shown:
        if shows != "control":
            near = " or ".join(nearest_names(shows, list(shown)))
            raise UnknownNameError(
                f"the map cannot show “{shows}”." + (f" Did you mean {near}?" if near else "")
            )
        shows = next(iter(shown))
    held = cells(result)
    top = int(result.councils["tile_r"].max())
    tiles = []
    for council in result.councils.to_dict("records"):
        cell = held[council["area_code"]][shows]
        fill, ink = COLOURS.get(cell["css"], PLAIN)
        x, y = _centre(council["tile_q"], council["tile_r"], top)
        tiles.append(
            {
                "href": f"../councils/{council['slug']}.html",
                "css": cell["css"],
                "x": x,
                "y": y,
                "fill": fill,
                "ink": ink,
                "label": LABELS[cell["css"]].format(name=council["name"], **cell),
                "symbol": symbol(cell),
            }
        )
    said = {id: map_sentence(result, id) for id in shown}
    return fragment(
        "tile_map.html",
        labels={css: [shape(css), label] for css, label in LABELS.items()},
        options=[{**column, "said": said[id]} for id, column in shown.items()],
        opening=shows,
        said=said[shows],
        box=_box(tiles),
        hexagon=HEXAGON,
        tiles=tiles,
        borders=_borders(result.councils, top),
        keys=_keys(shows),
    )


def map_sentence(result: AllCouncils, shows: str) -> str:
    """What the map shows of one column, in numbers."""
    if shows in STATES:
        return _state_sentence(result, shows)
    row = result.by_indicator.set_index("indicator_id").loc[shows]
    source = result.review.bases.set_index("basis_id").loc[row["basis_id"], "short_name"]
    words = [f"{row[f'n_{word}']} {word}" for word in COMPARED if row[f"n_{word}"]]
    beside = f"{sentence(row['short_name'])}, {row['year']} ({source})"
    left = len(result.councils) - row["n_compared"]
    if not row["n_compared"]:
        return f"{beside}: no council can be compared with England."
    gone = f"; {left} not compared" if left else ""
    beside += "" if pd.isna(row["england"]) else f", beside England’s {england(row.to_dict())}"
    return f"{beside}: {listing(words)}{gone}."


def _state_sentence(result: AllCouncils, shows: str) -> str:
    """In how many cells how many councils are in a state."""
    state, name = STATES[shows]
    numbers, usual = result.cells_by_state[state], most_common(result.cells_by_state[state])
    others = numbers[numbers.ne(usual)]
    total, have = len(result.review.gap_map), count(len(numbers) - len(others), "council")
    if others.empty:
        return f"{name}: {usual} of {total} for every council."
    low, high = others.min(), others.max()
    span = f"{low}" if low == high else f"from {low} to {high}"
    return f"{name}: {usual} of {total} for {have}; {span} for {count(len(others), 'other')}."


def _centre(q: int, r: int, top: int) -> tuple[int, int]:
    """The centre of a tile: columns q to the right, rows r upwards, odd rows half a tile on."""
    return HALF * (2 * q + r % 2), RISE * (top - r)


def _box(tiles: list[dict[str, Any]]) -> str:
    left, right = min(t["x"] for t in tiles) - HALF, max(t["x"] for t in tiles) + HALF
    upper, lower = min(t["y"] for t in tiles) - POINT, max(t["y"] for t in tiles) + POINT
    width, height = right - left + 2 * MARGIN, lower - upper + 2 * MARGIN
    return f"{left - MARGIN} {upper - MARGIN} {width} {height}"


def _borders(councils: pd.DataFrame, top: int) -> str:
    """The lines between tiles of different regions, as the data of one SVG path."""
    places = zip(councils["tile_q"], councils["tile_r"], councils["region"], strict=True)
    region = {(q, r): name for q, r, name in places}

    def lines() -> Iterator[str]:
        for (q, r), name in region.items():
            x, y = _centre(q, r, top)
            # Each side once: the neighbour to the right, above right and above left.
            for beside, line in (
                ((q + 1, r), f"M{x + HALF} {y - SIDE}v{2 * SIDE}"),
                ((q + r % 2, r + 1), f"M{x} {y - POINT}l{HALF} {SIDE}"),
                ((q + r % 2 - 1, r + 1), f"M{x} {y - POINT}l{-HALF} {SIDE}"),
            ):
                if region.get(beside, name) != name:
                    yield line

    return "".join(lines())


def _keys(shows: str) -> list[dict[str, Any]]:
    """What shapes and letters mean: of a comparison, and of the cells with figures."""
    compared = [
        ("s", "●", "similar: England’s value lies inside the council’s 95% interval"),
        ("b", "▲", "better than England"),
        ("w", "▼", "worse than England"),
        ("h", "△", "higher than England, where that is neither better nor worse"),
        ("l", "▽", "lower than England, likewise"),
        ("u", "u", f"a figure of low reliability {WEAK}, not compared"),
        ("n", "–", "not compared: no interval, or no figure for England"),
        (MISSING, "x", "no figure; the letter is its code, as in the table"),
    ]
    filled = [
        (USUAL, "1", "a number of cells of the framework: the one that most councils have"),
        (OTHER, "1", "another number"),
    ]
    return [
        {"entries": compared, "shown": shows not in STATES},
        {"entries": filled, "shown": shows in STATES},
    ]
