"""The gap map: elements of change crossed with frames of reference.

A cell is one element × one frame. The coding says which source speaks to which cell,
and to what extent; the rules below turn that into a strength for the nation and a
state for a council. The rules are printed in the book from these same constants.
"""

import pandas as pd

STRENGTH_RULES = {
    "none": "no source speaks to the cell",
    "limited": "its sources speak to it only in part, or are planned",
    "single": "exactly one source speaks to it in full",
    "several": "two or more sources speak to it in full",
}

STATE_RULES = {
    "figures": "an indicator of the cell has a value here in the years shown",
    "own evidence": "a document or survey of its own that speaks to the cell is lodged",
    "could be gathered": "a source that works at council level speaks to the cell, and nothing is lodged",
    "national only": "sources speak to the cell, national or for an NHS area, but none at council level",
    "gap": "no source speaks to the cell",
}

# The family of kinds that draws evidence together or tests it; a plan to do so does not count.
SYNTHESIS = "evaluations and reviews"


def strength(n_sources: int, n_full: int) -> str:
    """Strength of a cell by the national rule (`STRENGTH_RULES`)."""
    if n_sources == 0:
        return "none"
    if n_full == 0:
        return "limited"
    return "single" if n_full == 1 else "several"


def gap_map(elements: pd.DataFrame, frames: pd.DataFrame, placements: pd.DataFrame) -> pd.DataFrame:
    """All cells with their strength, in the order of the two tables.

    placements: see `analyse.placements`; all of them, or those that a filter leaves.
    Returns one row for each element × frame (15 × 6 = 90): element_id, frame_id, n_sources,
    n_full, strength, synthesis (any source is a finished evaluation or review),
    council_level (any source exists at council level).
    """
    coded = placements.assign(
        full=placements["extent"].eq("full"),
        synthesis=placements["family"].eq(SYNTHESIS) & placements["extent"].ne("planned"),
        council_level=placements["level"].eq("council"),
    )
    found = coded.groupby(["element_id", "frame_id"]).agg(
        n_sources=("source_id", "nunique"),
        n_full=("full", "sum"),
        synthesis=("synthesis", "any"),
        council_level=("council_level", "any"),
    )
    grid = pd.MultiIndex.from_product(
        [elements["element_id"], frames["frame_id"]], names=["element_id", "frame_id"]
    )
    result = found.reindex(grid).reset_index()
    counts = ["n_sources", "n_full"]
    result[counts] = result[counts].fillna(0).astype(int)
    flags = ["synthesis", "council_level"]
    result[flags] = result[flags].astype("boolean").fillna(False).astype(bool)
    result["strength"] = [
        strength(n, full) for n, full in zip(result["n_sources"], result["n_full"], strict=True)
    ]
    return result


def council_states(
    national: pd.DataFrame,
    indicator_cells: pd.DataFrame,
    indicators_with_value: set[str],
    own_evidence: frozenset[tuple[str, str]] = frozenset(),
) -> pd.DataFrame:
    """State of each cell for one council: the first of `STATE_RULES` that holds.

    national: result of `gap_map`. indicator_cells: indicator_id, element_id, frame_id.
    indicators_with_value: indicators that have a value for the council in the years shown.
    own_evidence: cells that the council's own documents or surveys speak to.
    Returns element_id, frame_id, state, indicators (ids with a value, in table order).
    """
    held = indicator_cells[indicator_cells["indicator_id"].isin(indicators_with_value)]
    by_cell = held.groupby(["element_id", "frame_id"])["indicator_id"].agg(list).to_dict()

    def state(row: pd.Series) -> str:
        cell = (row["element_id"], row["frame_id"])
        if cell in by_cell:
            return "figures"
        if cell in own_evidence:
            return "own evidence"
        if row["council_level"]:
            return "could be gathered"
        return "national only" if row["n_sources"] else "gap"

    result = national[["element_id", "frame_id"]].copy()
    result["state"] = national.apply(state, axis=1)
    result["indicators"] = [
        by_cell.get(cell, [])
        for cell in zip(national["element_id"], national["frame_id"], strict=True)
    ]
    return result


def split_cells(indicators: pd.DataFrame) -> pd.DataFrame:
    """Cells of each indicator, from the column `cells` ("E2.1:F1;E2.1:F3").

    Returns indicator_id, element_id, frame_id; one row for each indicator and cell.
    """
    long = indicators[["indicator_id", "cells"]].copy()
    long["cells"] = long["cells"].str.split(";")
    long = long.explode("cells", ignore_index=True)
    parts = long["cells"].str.split(":", expand=True)
    return pd.DataFrame(
        {
            "indicator_id": long["indicator_id"],
            "element_id": parts[0],
            "frame_id": parts[1],
        }
    )
