"""A map of England with one hexagon for each council, and the cells of the table that it shows.

The script of the page redraws the map from the table of all councils (`all_councils.rug`): what a
cell holds and what a tile says of it are settled here, once for Python and for the script.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.names import nearest_names
from evidence_review.analyse.national.all_councils import (
    COMPARED,
    NO_ENGLAND,
    NO_INTERVAL,
    AllCouncils,
)
from evidence_review.analyse.reliability import WEAK
from evidence_review.errors import UnknownNameError
from evidence_review.show.html import Html, fragment
from evidence_review.show.words import (
    COMPARISON_SYMBOLS,
    count,
    interval,
    listing,
    number,
    sentence,
)

CELLS = "cells"  # the column of filled cells of the framework, beside those of the indicators
# What a place says → its class, short because the page holds thousands of them, and its shape.
CLASSES = {word: (word[0], COMPARISON_SYMBOLS[word]) for word in COMPARED}
CLASSES |= {WEAK: ("u", "u"), NO_INTERVAL: ("n", "–"), NO_ENGLAND: ("e", "–")}
MISSING, FULL, FEWER = "x", "f", "g"
PEOPLE = {
    "users": ("people-who-use-care", "People who use care"),
    "carers": ("carers", "Carers"),
    "providers": ("providers", "Care homes"),
    "population": ("residents", "All residents"),
}
# What a tile is called, by class. The script fills the same words in.
FIGURE = "{name}: {value} in {year}, "
LABELS = {
    CLASSES[word][0]: f"{FIGURE}{word} {'to' if word == 'similar' else 'than'} England"
    for word in COMPARED
} | {
    "u": f"{FIGURE}of low reliability {WEAK}, not compared",
    "n": f"{FIGURE}not compared, because it has no interval",
    "e": f"{FIGURE}not compared, because England has no figure",
    MISSING: "{name}: no figure {text}",
    FULL: "{name}: figures in {text} cells",
    FEWER: "{name}: figures in {text} cells",
}
# Filling and ink, for where the book's stylesheet is not loaded; the contrasts stand there.
COLOURS = {
    "s": ("#e6edf3", "#1a1a1a"),
    "b": ("#12436d", "#ffffff"),
    "w": ("#f46a25", "#1a1a1a"),
    "h": ("#801650", "#ffffff"),
    "l": ("#28a197", "#1a1a1a"),
    FULL: ("#b9cfe0", "#1a1a1a"),
}
PLAIN = ("#ffffff", "#1a1a1a")
# A hexagon that stands on its point is two HALF wide and two POINT high; rows are RISE apart.
HALF, POINT, SIDE, RISE = 14, 16, 8, 24
MARGIN = 4
# The drawn tile is a little smaller, so that a line fits between two.
HEXAGON = "M0-14.5 12.6-7.2V7.2L0 14.5-12.6 7.2V-7.2Z"


def columns(result: AllCouncils) -> list[dict[str, str]]:
    """The columns of the table: id, name, year, note (year, source, England's value).

    One for each indicator, and one of the cells of the framework that have figures.
    """
    sources = result.review.bases.set_index("basis_id")["short_name"]
    held = [
        {
            "id": row["indicator_id"],
            "name": sentence(row["short_name"]),
            "year": row["year"],
            "note": f"{row['year']}, {sources[row['basis_id']]}; "
            f"England {number(row['england'], row['unit'])}",
        }
        for row in result.indicators.to_dict("records")
    ]
    note = f"any year, {result.years[0]} to {result.years[-1]}"
    return [*held, {"id": CELLS, "name": "Cells with figures", "year": "", "note": note}]


def sets_of_columns(result: AllCouncils) -> dict[str, list[str]]:
    """The sets that each column is in: its frames of reference, and the people it is about."""
    frames = result.review.indicator_cells.groupby("indicator_id")["frame_id"].agg(set)
    people = result.indicators.set_index("indicator_id")["people"]
    return {id: [*sorted(frames[id]), PEOPLE[who][0]] for id, who in people.items()} | {CELLS: []}


def choices_of_columns(result: AllCouncils) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a reader may choose to see: columns by frame, by people, one by one.

    Returns headings, each with the value and the label of its choices.
    """
    within = sets_of_columns(result)

    def those(names: list[tuple[str, str]]) -> list[tuple[str, str]]:
        sizes = {key: sum(key in own for own in within.values()) for key, _ in names}
        return [(key, f"{name} ({sizes[key]})") for key, name in names if sizes[key]]

    frames = result.review.frames[["frame_id", "short_name"]]
    return [
        ("By frame of reference", those(list(frames.itertuples(index=False, name=None)))),
        ("About", those(list(PEOPLE.values()))),
        ("One column", [(column["id"], column["name"]) for column in columns(result)]),
    ]


def cells(result: AllCouncils) -> dict[str, dict[str, dict[str, str]]]:
    """What the table holds: area code → id of the column → css, said, value, limits, year, text.

    text: for a place without a figure its code, for the cells of the framework "12 of 90"; value is
    then blank. year: of the figure.
    """
    units = result.indicators.set_index("indicator_id")["unit"].to_dict()
    held: dict[str, dict[str, dict[str, str]]] = {}
    for place in result.places.to_dict("records"):
        unit = units[place["indicator_id"]]
        own = {"css": MISSING, "said": "", "value": "", "limits": "", "year": "", "text": ""}
        if pd.isna(place["value"]):
            own["text"] = place["said"]
        else:
            own |= {"css": CLASSES[place["said"]][0], "said": place["said"]}
            own |= {"value": number(place["value"], unit), "year": place["year"]}
            if pd.notna(place["lower"]):
                own["limits"] = interval(place["lower"], place["upper"], unit)
        held.setdefault(place["area_code"], {})[place["indicator_id"]] = own
    possible, most = len(result.review.gap_map), result.cells_filled.max()
    for code, filled in result.cells_filled.items():
        css = FULL if filled == most else FEWER
        own = {"css": css, "said": "", "value": "", "limits": "", "year": ""}
        held.setdefault(str(code), {})[CELLS] = own | {"text": f"{filled} of {possible}"}
    return held


def cell_html(cell: dict[str, str], year: str) -> Markup:
    """A cell in as little HTML as will do: shape, word, value, interval, and the year if unusual.

    cell: see `cells`. year: of the column.
    """
    if cell["text"]:
        return Markup('<td class="{css}">{text}</td>').format(**cell)
    shape = Markup("")
    if cell["said"] != WEAK:  # a code of its own needs no shape beside it
        shape = Markup('<i aria-hidden="true">{}</i> ').format(CLASSES[cell["said"]][1])
    limits = Markup(" <small>{limits}</small>").format(**cell) if cell["limits"] else ""
    other = Markup(" <span>{year}</span>").format(**cell) if cell["year"] != year else ""
    return Markup('<td class="{css}">{0}{said} <b>{value}</b>{1}{2}</td>').format(
        shape, limits, other, **cell
    )


def tile_map(result: AllCouncils, shows: str = "control") -> Html:
    """The map as it stands before the script: one column of the table, chosen by its id.

    shows: an indicator_id or "cells"; the first column when the default is not among those chosen.
    Raises UnknownNameError for an id that is no column.
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
        labels={css: [_shape(css), label] for css, label in LABELS.items()},
        options=[{**column, "said": said[id]} for id, column in shown.items()],
        opening=shows,
        said=said[shows],
        box=_box(tiles),
        hexagon=HEXAGON,
        tiles=tiles,
        borders=_borders(result.councils, top),
        keys=_keys(result, shows),
    )


def _shape(css: str) -> str:
    return dict(CLASSES.values()).get(css, "")


def symbol(cell: dict[str, str]) -> str:
    """What stands in a tile: a shape, the letter of a code, or a number of cells."""
    if cell["css"] == MISSING:
        return cell["text"].strip("[]")
    return _shape(cell["css"]) or cell["text"].split()[0]


def map_sentence(result: AllCouncils, shows: str) -> str:
    """What the map shows of one column, in numbers."""
    if shows == CELLS:
        filled, possible = result.cells_filled, len(result.review.gap_map)
        most = int(filled.max())
        fewer = int(filled.lt(most).sum())
        full = count(len(filled) - fewer, "council has", "councils have")
        less = f"; {fewer} {'has' if fewer == 1 else 'have'} fewer" if fewer else ""
        return f"Official figures: {full} them for {most} of the {possible} cells{less}."
    row = result.by_indicator.set_index("indicator_id").loc[shows]
    source = result.review.bases.set_index("basis_id").loc[row["basis_id"], "short_name"]
    words = [f"{row[f'n_{word}']} {word}" for word in COMPARED if row[f"n_{word}"]]
    beside = f"{sentence(row['short_name'])}, {row['year']} ({source})"
    left = len(result.councils) - row["n_compared"]
    if not row["n_compared"]:
        return f"{beside}: no council can be compared with England."
    gone = f"; {left} not compared" if left else ""
    england = number(row["england"], row["unit"])
    beside += "" if pd.isna(row["england"]) else f", beside England’s {england}"
    return f"{beside}: {listing(words)}{gone}."


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


def _keys(result: AllCouncils, shows: str) -> list[dict[str, Any]]:
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
    most = int(result.cells_filled.max())
    filled = [
        (FULL, str(most), "the number of cells of the framework for which there are figures"),
        (FEWER, "…", "fewer than most councils have"),
    ]
    return [
        {"entries": compared, "shown": shows != CELLS},
        {"entries": filled, "shown": shows == CELLS},
    ]
