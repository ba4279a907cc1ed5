"""The gap map as an accessible table, national or for a council, with its rule beside it."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from evidence_review.analyse.filters import MapFilter, first_frames, options
from evidence_review.analyse.gap_map import STATE_RULES, STRENGTH_RULES
from evidence_review.analyse.gap_map import gap_map as build_map
from evidence_review.analyse.placements import REPORT, SINCE_2017
from evidence_review.analyse.review import Review
from evidence_review.show.html import Html, fragment
from evidence_review.show.words import (
    STATE_SYMBOLS,
    STATE_WORDS,
    STRENGTH_SYMBOLS,
    STRENGTH_WORDS,
    count,
    listing,
    sentence,
)

EXTENT_WORDS = {"full": "in full", "part": "in part", "planned": "planned"}


def element_label(element: pd.Series) -> str:
    """The element as the report numbers it: "2.1 Choice and control"."""
    number = element["report_number"]
    return (
        f"{number} {element['short_name']}"
        if pd.notna(number) and number
        else str(element["short_name"])
    )


def source_label(source: pd.Series | Mapping[str, Any]) -> str:
    """The abbreviation that people know, else the name."""
    abbreviation = source["abbreviation"]
    return str(abbreviation if pd.notna(abbreviation) and abbreviation else source["name"])


def css_name(word: str) -> str:
    """A word as part of a CSS class."""
    return word.replace(" ", "-")


def records_by_cell(rows: pd.DataFrame) -> dict[tuple[str, str], list[dict[Any, Any]]]:
    """Rows with element_id and frame_id as records of each cell, in their order."""
    held: dict[tuple[str, str], list[dict[Any, Any]]] = {}
    for row in rows.to_dict("records"):
        held.setdefault((row["element_id"], row["frame_id"]), []).append(row)
    return held


def map_table(
    review: Review,
    caption: str,
    cell: Callable[[str, str], dict[str, Any]],
    frames: pd.DataFrame | None = None,
    words: Mapping[str, tuple[str, str]] | None = None,
) -> Html:
    """The table of all elements × frames.

    cell: called with element_id and frame_id; returns css, symbol, word, count (text) and entries
    (a list of text, href and note; data, hidden for a map with filters).
    frames: in the order to show, with a column matters_most; the frames table unless given.
    words: symbol and word of each strength, for the script that filters.
    """
    shown = (review.frames.assign(matters_most=False) if frames is None else frames).to_dict(
        "records"
    )
    rows = []
    for element in review.elements.to_dict("records"):
        rows.append(
            {
                "element_id": element["element_id"],
                "number": element["report_number"],
                "name": element["short_name"],
                "depth": 2 if element["parent_id"] else 1,
                "cells": [
                    {
                        "frame": frame["short_name"],
                        "frame_id": frame["frame_id"],
                        **cell(element["element_id"], frame["frame_id"]),
                    }
                    for frame in shown
                ],
            }
        )
    return fragment("gap_map.html", caption=caption, frames=shown, rows=rows, words=words)


def gap_map(review: Review, chosen: MapFilter | None = None, root: str = "") -> Html:
    """The national gap map, with its filters above it and their result said in words.

    chosen: the filter to start from; none unless given. root: path from the page to the top of
    the book.
    """
    chosen = chosen or MapFilter()
    every = review.placements
    passing = chosen.apply(every)
    national = build_map(review.elements, review.frames, passing)
    strengths = national.set_index(["element_id", "frame_id"])
    by_cell = dict(list(every.groupby(["element_id", "frame_id"], sort=False)))
    passes = set(passing.index)

    def cell(element_id: str, frame_id: str) -> dict[str, Any]:
        row = strengths.loc[(element_id, frame_id)]
        strength = row["strength"]
        placed = by_cell.get((element_id, frame_id), every.iloc[:0])
        entries = [
            _placement(placement, hidden=bool(index not in passes), root=root)
            for index, placement in placed.iterrows()
        ]
        return {
            "css": f"strength-{strength}",
            "symbol": STRENGTH_SYMBOLS[strength],
            "word": STRENGTH_WORDS[strength],
            "count": count(int(row["n_sources"]), "source"),
            "shut": row["n_sources"] == 0,
            "entries": entries,
        }

    caption = (
        f"Strength of the evidence: {len(review.elements)} elements of change by "
        f"{len(review.frames)} frames of reference"
    )
    words = {key: (STRENGTH_SYMBOLS[key], STRENGTH_WORDS[key]) for key in STRENGTH_WORDS}
    frames = chosen.order(review.frames, review.groups)
    return _filters(review, chosen, national, len(passing)) + map_table(
        review, caption, cell, frames, words
    )


def _placement(placement: pd.Series, hidden: bool, root: str) -> dict[str, Any]:
    """One source in the list of a cell: what it is, how sure we are, where it says so."""
    is_report = placement["origin"] == REPORT
    notes = [
        EXTENT_WORDS[placement["extent"]] if is_report else f"{SINCE_2017}, {placement['basis']}",
        f"confidence of the coding {placement['confidence']}" if is_report else "",
        f"from {placement['basis']} ({placement['locator']})" if is_report else "",
        f"caveat: {placement['caveat']}" if placement["caveat"] else "",
        f"newest evidence {placement['year']}" if placement["year"] else "",
        f"today {placement['today']}",
    ]
    return {
        "text": placement["label"],
        "href": f"{root}sources/{placement['source_id']}.html"
        if is_report
        else placement["address"],
        "note": "; ".join(note for note in notes if note),
        "hidden": hidden,
        "data": {
            "origin": "report" if is_report else "since-2017",
            "kind": placement["family"],
            "level": placement["level"],
            "extent": placement["extent"],
            "confidence": placement["confidence"],
            "today": placement["today"],
        },
    }


FILTER_LABELS = {
    "reader": "Reader",
    "kind": "Kind of source",
    "level": "Level",
    "extent": "Extent",
    "confidence": "Confidence",
    "today": "Source today",
    "sources": "Sources",
}
ANY = {
    "reader": "Everyone",
    "level": "All levels",
    "kind": "All kinds",
    "extent": "Any extent",
    "confidence": "Any confidence",
    "today": "Any state",
}
LEVEL_WORDS = {"council": "council", "footprint": "NHS area", "national": "national"}
VALUE_LABELS = {
    "footprint": "NHS area",
    "report": "Report only",
    "all": "Also since 2017 (ours)",
    "planned": "Planned",
    "full": "In full",
    "part": "In part",
}


def _filters(review: Review, chosen: MapFilter, national: pd.DataFrame, shown: int) -> Html:
    groups = dict(zip(review.groups["group_id"], review.groups["group"], strict=True))
    first = first_frames(review.groups)
    filters = []
    for name, values in options(review.placements, review.groups).items():
        listed = [
            (
                value,
                groups.get(value) or VALUE_LABELS.get(value) or sentence(value),
                ";".join(first.get(value, [])),
            )
            for value in values
        ]
        if name in ANY:
            listed.insert(0, ("", ANY[name], ""))
        filters.append(
            {
                "name": name,
                "label": FILTER_LABELS[name],
                "options": listed,
                "chosen": getattr(chosen, name),
            }
        )
    possible = len(MapFilter(sources=chosen.sources).apply(review.placements))
    found = int(national["n_sources"].gt(0).sum())
    status = (
        f"Showing {shown} of {possible} placements of sources: {found} of {len(national)} cells "
        "have evidence."
    )
    if chosen.reader:
        status += (
            f" The frames that matter most to this reader come first: {groups[chosen.reader]}."
        )
    return fragment("map_filters.html", filters=filters, status=status)


def rule(
    kind: str,
    meanings: Mapping[str, str],
    words: Mapping[str, str],
    symbols: Mapping[str, str],
    cells: pd.Series | None = None,
) -> Html:
    """A rule in words: what each key means, with its word and symbol.

    kind: begins the CSS class of each. cells: the key of each cell, to say how many have it.
    """
    held = None if cells is None else cells.value_counts()
    entries = [
        {
            "css": f"{kind}-{css_name(key)}",
            "symbol": symbols[key],
            "word": words[key],
            "meaning": sentence(meaning)
            + ("." if held is None else f" ({count(int(held.get(key, 0)), 'cell')})."),
        }
        for key, meaning in meanings.items()
    ]
    return fragment("rule.html", entries=entries)


def strength_rule() -> Html:
    """The rule for the strength of a cell, in words."""
    return rule("strength", STRENGTH_RULES, STRENGTH_WORDS, STRENGTH_SYMBOLS)


def state_rule() -> Html:
    """The rule for the state of a council's cell, in words."""
    return rule("state", STATE_RULES, STATE_WORDS, STATE_SYMBOLS)


def gap_map_summary(review: Review) -> Html:
    """The findings of the map in sentences."""
    national = review.gap_map
    total = len(national)
    found = int(national["n_sources"].gt(0).sum())
    by_strength = national["strength"].value_counts()
    no_synthesis = int((national["n_sources"].ge(2) & ~national["synthesis"]).sum())
    return fragment(
        "prose.html",
        paragraphs=[
            f"{found} of {total} cells have at least one source, and {total - found} have none. "
            f"{count(int(by_strength.get('several', 0)), 'cell')} can draw on two or more sources "
            f"that speak to them in full, {by_strength.get('single', 0)} on exactly one, and "
            f"{by_strength.get('limited', 0)} only on partial or planned work."
        ],
        points=[
            _emptiest(
                "frame of reference", "frames of reference", review.frames, "frame_id", national
            ),
            _emptiest("element", "elements", review.elements, "element_id", national),
            f"{count(no_synthesis, 'cell has', 'cells have')} two or more sources but no finished "
            "evaluation or review that draws them together.",
            _followed(review),
        ],
    )


def _followed(review: Review) -> str:
    follows = review.sources["follows_people"].isin(["yes", "before and after"])
    return (
        f"Of the {len(review.sources)} sources, {int(follows.sum())} "
        f"{'is' if follows.sum() == 1 else 'are'} said to follow people over time. For most the "
        "documents do not say."
    )


def _parts(axis: pd.DataFrame, name: str) -> str:
    """A row that is the heading of others stands in the table by itself."""
    if "parent_id" not in axis:
        return ""
    own = axis.loc[axis["short_name"].eq(name), "element_id"].iloc[0]
    parts = int(axis["parent_id"].eq(own).sum())
    return f"That row stands for the whole; its {parts} parts are counted apart." if parts else ""


def _emptiest(one: str, many: str, axis: pd.DataFrame, key: str, national: pd.DataFrame) -> str:
    """Name the row or column with most empty cells, ties included."""
    empty = national["strength"].eq("none").groupby(national[key], sort=False).agg(["sum", "size"])
    worst = empty[empty["sum"].eq(empty["sum"].max())]
    names = list(axis.set_index(key).loc[worst.index, "short_name"])
    cells = f"{worst['sum'].iloc[0]} of {worst['size'].iloc[0]} cells"
    if len(names) == 1:
        return f"The emptiest {one} is {names[0]}: {cells} have no source. {_parts(axis, names[0])}"
    return f"The emptiest {many} are {listing(names)}: in each, {cells} have no source."
