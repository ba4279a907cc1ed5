"""A council's gap map by state of cell, and the documents of its own behind it."""

from typing import Any

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.placements import REPORT
from evidence_review.show.cells import cells_in_words, link_to_page
from evidence_review.show.council.figures import figure_text
from evidence_review.show.gap_map import (
    LEVEL_WORDS,
    css_name,
    map_table,
    records_by_cell,
    state_rule,
)
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import STATE_SYMBOLS, STATE_WORDS, count, sentence

NOUNS = {
    "figures": ("indicator", "indicators"),
    "own evidence": ("entry", "entries"),
}
ROOT = "../"  # council pages lie one folder below the top of the book


def council_gap_map(report: CouncilReport) -> Html:
    """The council's gap map by state of cell, with the rule under it."""
    review = report.review
    states = {(row["element_id"], row["frame_id"]): row for row in report.states.to_dict("records")}
    latest = {row["indicator_id"]: row for row in report.latest.to_dict("records")}
    every = review.indicators.set_index("indicator_id")["name"]
    placed = records_by_cell(review.placements[review.placements["origin"].eq(REPORT)])
    own = report.own_cells
    lodged = records_by_cell(own[own["extent"].ne("planned")])

    def _figure(indicator: str) -> dict[str, Any]:
        if indicator not in latest:
            return {"text": every[indicator], "href": None, "note": "not chosen for this page"}
        row = latest[indicator]
        return {
            "text": row["name"],
            "href": f"#figure-{indicator}",
            "note": f"{figure_text(row)} in {row['year']}",
        }

    def entries(
        element_id: str, frame_id: str, state: str, held: list[str]
    ) -> list[dict[str, Any]]:
        if state == "figures":
            return [_figure(indicator) for indicator in held]
        if state == "own evidence":
            return [
                {
                    "text": f"{document['title']} ({document['year']})",
                    "href": document["address"] or None,
                    "note": document["kind"],
                }
                for document in lodged[(element_id, frame_id)]
            ]
        return [
            {
                "text": source["label"],
                "href": f"{ROOT}sources/{source['source_id']}.html",
                "note": f"{LEVEL_WORDS[source['level']]} level; today {source['today']}",
            }
            for source in placed.get((element_id, frame_id), [])
            if state != "could be gathered" or source["level"] == "council"
        ]

    def cell(element_id: str, frame_id: str) -> dict[str, Any]:
        row = states[(element_id, frame_id)]
        state = str(row["state"])
        listed = entries(element_id, frame_id, state, row["indicators"])
        return {
            "css": f"state-{css_name(state)}",
            "symbol": STATE_SYMBOLS[state],
            "word": STATE_WORDS[state],
            "count": count(len(listed), *NOUNS.get(state, ("source", "sources"))),
            "entries": listed,
        }

    figures = int(report.states["state"].eq("figures").sum())
    caption = (
        f"State of the evidence for {report.area.said}: official figures in {figures} of "
        f"{len(states)} cells"
    )
    return map_table(review, caption, cell) + state_rule()


def own_documents(report: CouncilReport) -> Html:
    """The documents that the area lodged, and the cells that each speaks to."""
    own = report.own
    after = Html("")
    if unfilled := len(own.unfilled):
        is_are = "is" if unfilled == 1 else "are"
        words = f"{count(unfilled, 'row')} of the list of documents {is_are} not yet filled in."
        after = fragment("prose.html", paragraphs=[words], points=[])
    if own.documents.empty and (unfilled or len(own.responses)):
        return after
    if own.documents.empty:
        words = "Documents and surveys belong on a council’s page; this one holds official figures."
        if report.area.level == "council":
            words = (
                "No document or survey of its own is part of this page. Market position statements, "
                "needs assessments, local accounts and a council’s own surveys could fill more of the "
                "map; the last section says how to add them."
            )
        return fragment("prose.html", paragraphs=[words], points=[])
    cells = report.own_cells
    rows = [
        {
            "title": f"{document['title']} ({document['year']})",
            "kind": sentence(document["kind"]),
            "extent": document["extent"],
            "cells": cells_in_words(report.review, cells[cells["title"].eq(document["title"])]),
            "address": link_to_page(document["address"], document["title"])
            if document["address"]
            else "not given",
            "note": document["note"] or "none",
        }
        for document in own.documents.to_dict("records")
    ]
    columns = {
        "title": "Document",
        "kind": "Kind",
        "cells": "Cells",
        "extent": "Extent",
        "address": "Where",
        "note": "Note",
    }
    lodged = f"{count(len(rows), 'document')} lodged for {report.area.said}"
    return table(lodged, columns, rows) + after
