"""Gaps: what kind of gap each cell is, and the gaps that the report names against the map.

The rules are printed in the book from these same constants.
"""

from dataclasses import dataclass

import pandas as pd

from evidence_review.analyse.placements import REPORT

# Each cell is of exactly one kind.
KIND_RULES = {
    "absolute gap": "no source speaks to the cell",
    "one source": "exactly one source speaks to it, whatever its extent",
    "synthesis gap": "two or more sources speak to it, and none of them is a finished evaluation "
    "or review",
    "evaluated": "two or more sources speak to it, and at least one of them is a finished "
    "evaluation or review",
}
PLANNED_ONLY_RULE = "every source that speaks to the cell was still planned in 2017"

# Strengths that leave a gap open.
SPARSE = ("none", "limited")

# How a gap that the report names stands on the map.
VERDICT_RULES = {
    "agrees": "every one of the gap’s cells is empty or limited",
    "mostly agrees": "more than half of its cells are empty or limited",
    "divided": "half of its cells are empty or limited, and half have a source in full",
    "shows sources": "more than half of its cells have a source in full",
}

KEY = ["element_id", "frame_id"]


def cell_kinds(gap_map: pd.DataFrame, placements: pd.DataFrame) -> pd.DataFrame:
    """The kind of every cell, and whether it rests on planned work alone.

    gap_map: result of `analyse.gap_map.gap_map`. placements: see `analyse.placements`; only the
    report's are counted. Returns element_id, frame_id, kind (a key of `KIND_RULES`), planned_only.
    """
    report = placements[placements["origin"].eq(REPORT)]
    not_planned = report[report["extent"].ne("planned")]
    begun = set(not_planned[KEY].itertuples(index=False, name=None))
    result = gap_map[KEY].copy()
    result["kind"] = [
        _kind(n, synthesis)
        for n, synthesis in zip(gap_map["n_sources"], gap_map["synthesis"], strict=True)
    ]
    result["planned_only"] = [
        n > 0 and cell not in begun
        for n, cell in zip(
            gap_map["n_sources"], gap_map[KEY].itertuples(index=False, name=None), strict=True
        )
    ]
    return result


def _kind(n_sources: int, synthesis: bool) -> str:
    if n_sources == 0:
        return "absolute gap"
    if n_sources == 1:
        return "one source"
    return "evaluated" if synthesis else "synthesis gap"


def count_kinds(kinds: pd.DataFrame, axis: pd.DataFrame, key: str) -> pd.DataFrame:
    """How many cells of each kind each element or each frame has, in the order of the axis.

    kinds: result of `cell_kinds`. key: "element_id" or "frame_id".
    Returns the key, cells, one column for each of `KIND_RULES`, and planned_only.
    """
    counts = pd.crosstab(kinds[key], kinds["kind"]).reindex(
        index=axis[key], columns=list(KIND_RULES), fill_value=0
    )
    counts.insert(0, "cells", counts.sum(axis=1))
    counts["planned_only"] = kinds.groupby(key)["planned_only"].sum()
    return counts.rename_axis(columns=None).reset_index()


@dataclass(frozen=True)
class NamedGap:
    """A gap that the report names, with the cells that it bears on.

    cells: element_id, frame_id, strength. groups: the people it names, if any.
    """

    gap_id: str
    what_is_missing: str
    groups: tuple[str, ...]
    cells: pd.DataFrame

    @property
    def sparse(self) -> int:
        """How many of its cells are empty or limited."""
        return int(self.cells["strength"].isin(SPARSE).sum())

    @property
    def with_source(self) -> pd.DataFrame:
        """Its cells with at least one source in full."""
        return self.cells[~self.cells["strength"].isin(SPARSE)]

    @property
    def verdict(self) -> str:
        """How the gap stands on the map: a key of `VERDICT_RULES`."""
        if self.sparse == len(self.cells):
            return "agrees"
        if 2 * self.sparse > len(self.cells):
            return "mostly agrees"
        return "divided" if 2 * self.sparse == len(self.cells) else "shows sources"


def named_gaps(gaps: pd.DataFrame, gap_map: pd.DataFrame) -> list[NamedGap]:
    """The report's own gaps, each crossed: its elements by its frames."""
    found = []
    for gap in gaps.to_dict("records"):
        own = gap_map["element_id"].isin(gap["element_ids"].split(";"))
        own &= gap_map["frame_id"].isin(gap["frame_ids"].split(";"))
        cells = gap_map.loc[own, [*KEY, "strength"]].reset_index(drop=True)
        groups = tuple(group for group in gap["groups"].split(";") if group)
        found.append(NamedGap(gap["gap_id"], gap["what_is_missing"], groups, cells))
    return found


def unnamed_empty_cells(named: list[NamedGap], gap_map: pd.DataFrame) -> pd.DataFrame:
    """The empty cells that no gap of the report bears on: element_id, frame_id."""
    covered = {cell for gap in named for cell in gap.cells[KEY].itertuples(index=False, name=None)}
    empty = gap_map.loc[gap_map["strength"].eq("none"), KEY]
    outside = [cell not in covered for cell in empty.itertuples(index=False, name=None)]
    return empty[outside].reset_index(drop=True)
