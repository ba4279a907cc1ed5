"""Two states of a table, row by row, and two states of a data folder, table by table.

Cells are compared as text, letter for letter, so that no change of a digit is too small and a table
that breaks its contract can be compared too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

NEW, GONE, CHANGED = "new", "gone", "changed"
WAS, IS = "was_", "is_"
_SIDES = {"left_only": GONE, "right_only": NEW, "both": CHANGED}
_TIME = "\0time"  # which of several rows with the same key; no column is called so


@dataclass(frozen=True)
class State:
    """One state of the data folder.

    name: how a person calls it. tables: by resource name, those whose file is there; all cells as
    text, blank for missing. contract: the content of datapackage.json. checksums: SHA-256 of every
    file of the folder but the contract, by its path in the folder.
    """

    name: str
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    contract: Mapping[str, Any] = field(repr=False)
    checksums: Mapping[str, str] = field(repr=False)

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """What the contract says of each table, by its name."""
        return {one["name"]: one for one in self.contract["resources"]}

    @property
    def other_files(self) -> dict[str, str]:
        """Checksums of the files that the contract does not list."""
        listed = {one["path"] for one in self.resources.values()}
        return {path: known for path, known in self.checksums.items() if path not in listed}

    @property
    def unsealed(self) -> list[str]:
        """Paths of tables that are not as the checksum in their own contract says."""
        return [
            one["path"]
            for one in self.resources.values()
            if "hash" in one
            and one["path"] in self.checksums
            and one["hash"] != f"sha256:{self.checksums[one['path']]}"
        ]

    def table(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """These columns of a table; blank where it lacks one, no rows where there is no table."""
        found = self.tables.get(name, pd.DataFrame())
        return found.reindex(columns=list(columns), fill_value="")


@dataclass(frozen=True)
class TableChange:
    """A table that is not the same in both states.

    rows: those that differ; see `row_changes`. columns_new, columns_gone: which the file has. lacks:
    the names of the states that have no such table. described: whether the contract says
    something else of it, the checksum of its content aside. rewritten: whether the files differ
    though no row and no column does (order, line ends or quotes).
    """

    name: str
    path: str
    key: tuple[str, ...]
    rows: pd.DataFrame = field(repr=False)
    columns_new: tuple[str, ...]
    columns_gone: tuple[str, ...]
    lacks: tuple[str, ...]
    described: bool
    rewritten: bool

    def count(self, change: str) -> int:
        """How many rows are new, gone or changed."""
        return int(self.rows["change"].eq(change).sum())

    @property
    def columns_changed(self) -> list[str]:
        """Columns in which rows changed."""
        both = self.rows[self.rows["change"].eq(CHANGED)]
        names = [name.removeprefix(WAS) for name in both.columns if name.startswith(WAS)]
        return [name for name in names if both[WAS + name].ne(both[IS + name]).any()]

    def values(self, column: str) -> set[str]:
        """What stands in a column of the rows that differ, before or after."""
        held = [name for name in (column, WAS + column, IS + column) if name in self.rows]
        return {value for name in held for value in self.rows[name].dropna() if value}


def row_changes(old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The rows that are new, gone or changed, in the order of the key.

    key: columns of both; none when they share no column. A key that stands twice is compared first with first, second with second.
    Returns the key, `change` (`NEW`, `GONE`, `CHANGED`), and `was_…`, `is_…` for every other column
    that both have; blank in the state that lacks the row.
    """
    key = list(key)
    if not key:  # not one column in common
        return pd.DataFrame({"change": [GONE] * len(old) + [NEW] * len(new)}, dtype="str")
    if old.equals(new):  # as most tables are, and quickly seen
        old = new = new.head(0)
    others = [name for name in new.columns if name in old.columns and name not in key]
    both = _side(old, key, others, WAS).merge(
        _side(new, key, others, IS), on=[*key, _TIME], how="outer", indicator="change"
    )
    both["change"] = both["change"].astype("str").map(_SIDES)
    differs = both["change"].ne(CHANGED)
    pairs = [(WAS + name, IS + name) for name in others]
    for was, now in pairs:
        differs |= both[was].ne(both[now])
    found = both.loc[differs, [*key, "change", *(name for pair in pairs for name in pair)]]
    return found.fillna("").reset_index(drop=True)


def _side(table: pd.DataFrame, key: list[str], others: list[str], prefix: str) -> pd.DataFrame:
    side = table[[*key, *others]].rename(columns={name: prefix + name for name in others})
    return side.assign(**{_TIME: table.groupby(key).cumcount()})


def table_changes(old: State, new: State) -> list[TableChange]:
    """Every table that is not the same, in the order of the new contract."""
    names = dict.fromkeys([*new.resources, *old.resources])
    return [found for name in names if (found := _table_change(old, new, name))]


def _table_change(old: State, new: State, name: str) -> TableChange | None:
    lacks = tuple(state.name for state in (old, new) if name not in state.tables)
    described = _said(old, name) != _said(new, name)
    same_file = _checksum(old, name) == _checksum(new, name)
    if same_file and not described:
        return None
    before, after = old.tables.get(name), new.tables.get(name)
    if before is None:
        before = pd.DataFrame() if after is None else after.head(0)
    if after is None:
        after = before.head(0)
    gone = tuple(column for column in before if column not in after)
    added = tuple(column for column in after if column not in before)
    resource = new.resources.get(name) or old.resources[name]
    key = _key(resource, before, after)
    rows = row_changes(before, after, key)
    rewritten = not (lacks or same_file or len(rows) or gone or added)
    said = described and len(lacks) != 1
    return TableChange(name, resource["path"], key, rows, added, gone, lacks, said, rewritten)


def _key(resource: dict[str, Any], old: pd.DataFrame, new: pd.DataFrame) -> tuple[str, ...]:
    """The primary key; all columns that both have when one lacks a part of it."""
    named = resource["schema"].get("primaryKey", [])
    key = [named] if isinstance(named, str) else named
    if key and all(column in old and column in new for column in key):
        return tuple(key)
    return tuple(column for column in new if column in old)


def _said(state: State, name: str) -> dict[str, Any] | None:
    """What the contract says of a table but for size and checksum, which go with the content."""
    if name not in state.resources:
        return None
    return {k: v for k, v in state.resources[name].items() if k not in ("hash", "bytes")}


def _checksum(state: State, name: str) -> str:
    resource = state.resources.get(name)
    return state.checksums.get(resource["path"], "") if resource else ""
