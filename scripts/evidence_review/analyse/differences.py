"""What changed between two states of the review's data."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from evidence_review.analyse.areas import Area
from evidence_review.analyse.evidence_changes import EvidenceChanges, evidence_changes
from evidence_review.analyse.figure_changes import figure_changes
from evidence_review.analyse.table_changes import (
    CHANGED,
    GONE,
    IS,
    NEW,
    WAS,
    State,
    TableChange,
    table_changes,
)

_NEW_SOURCES = "new_sources"  # its sources have no page of their own


@dataclass(frozen=True)
class Differences:
    """All that changed from one state to another.

    figures: see `figure_changes`. files: what became of files that neither contract lists: path →
    new, gone or changed. contract: whether the contract says something else of the data as a
    whole.
    """

    old: State
    new: State
    tables: list[TableChange] = field(repr=False)
    figures: pd.DataFrame = field(repr=False)
    evidence: EvidenceChanges = field(repr=False)
    files: dict[str, str]
    contract: bool

    @property
    def none(self) -> bool:
        """Whether the two states are the same."""
        return not (self.tables or self.files or self.contract)

    def names(self, table: str, key: str, column: str) -> dict[str, str]:
        """Names by id, from either state; the newer one's where both have it."""
        found: dict[str, str] = {}
        for state in (self.old, self.new):
            rows = state.table(table, [key, column])
            found |= dict(zip(rows[key], rows[column], strict=True))
        return found


@dataclass(frozen=True)
class Touched:
    """Whose pages show something that changed of their own.

    areas: of today, the widest first. former: names of areas that no longer have a page. sources:
    ids of the report's sources. cells: whether the maps change.
    """

    areas: list[Area]
    former: list[str]
    sources: list[str]
    cells: bool


def differences(old: State, new: State) -> Differences:
    """All that changed from the old state to the new one."""
    return Differences(
        old,
        new,
        table_changes(old, new),
        figure_changes(old, new),
        evidence_changes(old, new),
        _files(old.other_files, new.other_files),
        _without_tables(old) != _without_tables(new),
    )


def _files(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    found = {}
    for path in sorted({*old, *new}):
        if path not in old or path not in new:
            found[path] = GONE if path in old else NEW
        elif old[path] != new[path]:
            found[path] = CHANGED
    return found


def _without_tables(state: State) -> dict[str, object]:
    return {name: value for name, value in state.contract.items() if name != "resources"}


def touched(found: Differences) -> Touched:
    """The areas and sources with a row of their own that changed, in whichever table."""
    codes = _changed(found, "area_code")
    source_ids = _changed(found, "source_id") | _sources_of_figures(found)
    councils = found.new.table("councils", ["area_code", "slug"]).set_index("area_code")
    areas, former = [], []
    order = {level: place for place, level in enumerate(("england", "region", "council type"))}
    rows = found.new.table("areas", ["area_code", "name", "level"]).to_dict("records")
    for row in sorted(rows, key=lambda row: (order.get(row["level"], len(order)), row["name"])):
        code = row["area_code"]
        if code not in codes:
            continue
        if row["level"] != "council":
            areas.append(Area(code, row["name"], row["level"]))
        elif code in councils.index:
            areas.append(Area(code, row["name"], "council", councils.loc[code]))
        else:
            former.append(row["name"])
    # An area that is in one of the tables only, by its code.
    former += sorted(codes - {row["area_code"] for row in rows})
    known = found.new.table("sources", ["source_id"])["source_id"]
    moved = found.evidence
    return Touched(
        areas,
        former,
        [source for source in known if source in source_ids],
        any(len(one) for one in (moved.cells, moved.sources, moved.placements, moved.states)),
    )


def _changed(found: Differences, column: str) -> set[str]:
    """Ids in rows that changed; all of a table that has another column now."""
    ids = set()
    for one in found.tables:
        if one.name == _NEW_SOURCES and column == "source_id":
            continue
        ids |= one.values(column)
        if one.columns_new or one.columns_gone:
            ids |= set(found.new.table(one.name, [column])[column]) - {""}
    return ids


def _sources_of_figures(found: Differences) -> set[str]:
    """Sources whose pages count councils with a figure: of indicators whose figures came or went."""
    figures = found.figures
    came_or_went = figures[f"{WAS}value"].eq("") != figures[f"{IS}value"].eq("")
    indicators: Iterable[str] = figures.loc[came_or_went, "indicator_id"].unique()
    of_indicator = found.names("indicators", "indicator_id", "source_id")
    return {of_indicator[one] for one in indicators if of_indicator.get(one)}
