"""Which cells of the gap map changed between two states of the data, and which sources moved."""

from dataclasses import dataclass, field

import pandas as pd

from evidence_review.analyse.placements import REPORT, SINCE_2017
from evidence_review.analyse.table_changes import CHANGED, IS, WAS, State, row_changes
from evidence_review.analyse.today import COUNTING_RULES, KEY, then_and_now
from evidence_review.errors import DataError

PLACE = ["origin", "source_id", *KEY]
# What the strength of a cell hangs on, and the columns of which no value may stand twice.
_MAP_TABLES = {
    "elements": ["element_id"],
    "frames": ["frame_id"],
    "sources": ["source_id"],
    "sources_today": ["source_id", "status"],
    "cells": ["source_id", *KEY, "extent"],
}
_ONCE = ("elements", "frames", "sources", "sources_today")


@dataclass(frozen=True)
class EvidenceChanges:
    """What changed of the evidence.

    cells: those of the gap map that changed; element_id, frame_id, and was_…, is_… of then (strength
    in 2017), now (strength now) and change (see `analyse.today.then_and_now`); blank where a state's
    map has no such cell. n_cells: cells of the newer map. fault: why the maps cannot be compared;
    blank when they can. sources: origin, source_id, change (new or gone). placements: origin,
    source_id, element_id, frame_id, change (new, gone or changed), was_extent, is_extent. states:
    origin, source_id, was_status, is_status, of sources in both.
    """

    cells: pd.DataFrame = field(repr=False)
    n_cells: int
    fault: str
    sources: pd.DataFrame = field(repr=False)
    placements: pd.DataFrame = field(repr=False)
    states: pd.DataFrame = field(repr=False)


def evidence_changes(old: State, new: State) -> EvidenceChanges:
    """Everything that changed of the map and its sources."""
    fault, n_cells = "", 0
    cells = pd.DataFrame(columns=[*KEY, "change"])
    try:
        before, after = map_of(old), map_of(new)
    except DataError as error:
        fault = str(error)
    else:
        n_cells = len(after)
        # The column `change` of the map is a word of the map, that of the result is ours.
        cells = row_changes(before, after, KEY).drop(columns="change")
        cells = cells.rename(columns={f"{side}word": f"{side}change" for side in (WAS, IS)})
    return EvidenceChanges(
        cells,
        n_cells,
        fault,
        row_changes(_sources(old), _sources(new), ["origin", "source_id"]),
        row_changes(_placements(old), _placements(new), PLACE),
        _states(old, new),
    )


def map_of(state: State) -> pd.DataFrame:
    """Every cell with its strength in 2017 and now, and the word for the change.

    Returns element_id, frame_id, then, now, and word (the `change` of `then_and_now`). Raises
    DataError with the reason when the tables of this state do not give a map.
    """
    for name, columns in _MAP_TABLES.items():
        if name not in state.tables:
            raise DataError(f"{state.name} has no table “{name}”")
        table = state.tables[name]
        if lacking := [column for column in columns if column not in table]:
            raise DataError(f"the table “{name}” of {state.name} has no column “{lacking[0]}”")
        twice = table.loc[table[columns[0]].duplicated(), columns[0]]
        if name in _ONCE and len(twice):
            raise DataError(f"the table “{name}” of {state.name} has “{twice.iloc[0]}” twice")
    today = state.tables["sources_today"][["source_id", "status"]]
    unknown = today.loc[~today["status"].isin(list(COUNTING_RULES)), "status"]
    if len(unknown):
        raise DataError(
            f"the table “sources_today” of {state.name} has a state “{unknown.iloc[0]}”, which no"
            " rule knows"
        )
    cells = state.tables["cells"]
    cells = cells[cells["source_id"].isin(state.tables["sources"]["source_id"])]
    # Of a source, only where it speaks, to what extent, and its state decide a strength.
    placed = cells[["source_id", *KEY, "extent"]].merge(today, on="source_id")
    placed = placed.rename(columns={"status": "today"}).assign(origin=REPORT, family="", level="")
    found = then_and_now(state.tables["elements"], state.tables["frames"], placed)
    return found[[*KEY, "then", "now", "change"]].rename(columns={"change": "word"})


def _sources(state: State) -> pd.DataFrame:
    return pd.concat(
        [
            state.table("sources", ["source_id"]).assign(origin=REPORT),
            state.table("new_sources", ["source_id"]).assign(origin=SINCE_2017),
        ]
    )


def _placements(state: State) -> pd.DataFrame:
    """Where each source speaks, and to what extent; those since 2017 count as `part`."""
    coded = state.table("cells", ["source_id", *KEY, "extent"]).assign(origin=REPORT)
    added = state.table("new_sources", ["source_id", "element_ids", "frame_ids"])
    added = added.assign(
        element_id=added["element_ids"].str.split(";"),
        frame_id=added["frame_ids"].str.split(";"),
        extent="part",
        origin=SINCE_2017,
    )
    added = added.explode("element_id").explode("frame_id")
    return pd.concat([coded, added])[[*PLACE, "extent"]]


def _states(old: State, new: State) -> pd.DataFrame:
    found = [pd.DataFrame(columns=["origin", "source_id", f"{WAS}status", f"{IS}status"])]
    for name, origin in (("sources_today", REPORT), ("new_sources", SINCE_2017)):
        if all("status" in state.tables.get(name, ()) for state in (old, new)):
            before, after = (state.table(name, ["source_id", "status"]) for state in (old, new))
            rows = row_changes(before, after, ["source_id"])
            found.append(rows[rows["change"].eq(CHANGED)].assign(origin=origin))
    return pd.concat(found, ignore_index=True)[found[0].columns]
