"""The gap map as an accessible table, national or for a council, with its rule beside it."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from evidence_review.analyse.gap_map import STATE_RULES, STRENGTH_RULES
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


def map_table(review: Review, caption: str, cell: Callable[[str, str], dict[str, Any]]) -> Html:
    """The table of all elements × frames.

    cell: called with element_id and frame_id; returns css, symbol, word, count (text) and entries
    (a list of text, href and note).
    """
    frames = review.frames.to_dict("records")
    rows = []
    for element in review.elements.to_dict("records"):
        number = element["report_number"]
        rows.append(
            {
                "number": number if pd.notna(number) else "",
                "name": element["short_name"],
                "depth": 2 if pd.notna(element["parent_id"]) and element["parent_id"] else 1,
                "cells": [
                    {"frame": frame["short_name"], **cell(element["element_id"], frame["frame_id"])}
                    for frame in frames
                ],
            }
        )
    return fragment("gap_map.html", caption=caption, frames=frames, rows=rows)


def gap_map(review: Review, root: str = "") -> Html:
    """The national gap map. root: path from the page to the top of the book."""
    national = review.gap_map.set_index(["element_id", "frame_id"])
    coded = review.cells.merge(review.sources, on="source_id", validate="m:1")
    by_cell = dict(list(coded.groupby(["element_id", "frame_id"], sort=False)))

    def cell(element_id: str, frame_id: str) -> dict[str, Any]:
        row = national.loc[(element_id, frame_id)]
        strength = row["strength"]
        sources = by_cell.get((element_id, frame_id), coded.iloc[:0])
        return {
            "css": f"strength-{strength}",
            "symbol": STRENGTH_SYMBOLS[strength],
            "word": STRENGTH_WORDS[strength],
            "count": count(int(row["n_sources"]), "source"),
            "entries": [
                {
                    "text": source_label(source),
                    "href": f"{root}sources/{source['source_id']}.html",
                    "note": f"{EXTENT_WORDS[source['extent']]}; confidence of the coding "
                    f"{source['confidence']}; {source['locator']}",
                }
                for source in sources.to_dict("records")
            ],
        }

    found = int(national["n_sources"].gt(0).sum())
    caption = (
        f"Evidence found in 2017: {len(review.elements)} elements of change by "
        f"{len(review.frames)} frames of reference; {found} of {len(national)} cells have a source"
    )
    return map_table(review, caption, cell)


def _rule(
    meanings: Mapping[str, str], words: Mapping[str, str], symbols: Mapping[str, str], prefix: str
) -> Html:
    entries = [
        {
            "css": f"{prefix}-{css_name(key)}",
            "symbol": symbols[key],
            "word": words[key],
            "meaning": f"{sentence(meaning)}.",
        }
        for key, meaning in meanings.items()
    ]
    return fragment("rule.html", entries=entries)


def strength_rule() -> Html:
    """The rule for the strength of a cell, in words."""
    return _rule(STRENGTH_RULES, STRENGTH_WORDS, STRENGTH_SYMBOLS, "strength")


def state_rule() -> Html:
    """The rule for the state of a council's cell, in words."""
    return _rule(STATE_RULES, STATE_WORDS, STATE_SYMBOLS, "state")


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
        ],
    )


def _emptiest(one: str, many: str, axis: pd.DataFrame, key: str, national: pd.DataFrame) -> str:
    """Name the row or column with most empty cells, ties included."""
    empty = national["strength"].eq("none").groupby(national[key], sort=False).agg(["sum", "size"])
    worst = empty[empty["sum"].eq(empty["sum"].max())]
    names = list(axis.set_index(key).loc[worst.index, "short_name"])
    cells = f"{worst['sum'].iloc[0]} of {worst['size'].iloc[0]} cells"
    if len(names) == 1:
        return f"The emptiest {one} is {names[0]}: {cells} have no source."
    return f"The emptiest {many} are {listing(names)}: in each, {cells} have no source."
