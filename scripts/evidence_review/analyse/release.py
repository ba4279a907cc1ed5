"""What a new release of figures means for the tables that people keep beside them."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from evidence_review.analyse.figure_changes import REVISED
from evidence_review.analyse.table_changes import IS, WAS
from evidence_review.read.years import following, years_between

COUNCIL, NATIONAL, ALL = "council", "national", "all"
# Why a year has no figure, where nobody has said more.
NOT_IN_FILE = "The publisher’s file with figures to {} has none of this measure for this year."
NO_FILE = "No file with figures of this measure for this year has been taken in."

Gap = tuple[str, str, str]  # indicator, year, COUNCIL or NATIONAL


@dataclass(frozen=True)
class ReleaseChanges:
    """What a release does to the figures; rows of `figure_changes`, none of them twice.

    new_year: figures of years that the tables did not have. filled: of other years, where there was
    none. revised: with another value, interval, base, count, mark or basis. missing: that had a value
    and have none now. remarked: without a value before and after, for another reason.
    """

    new_year: pd.DataFrame = field(repr=False)
    filled: pd.DataFrame = field(repr=False)
    revised: pd.DataFrame = field(repr=False)
    missing: pd.DataFrame = field(repr=False)
    remarked: pd.DataFrame = field(repr=False)


def release_changes(figures: pd.DataFrame, known_years: Iterable[str]) -> ReleaseChanges:
    """Sort what `figure_changes` found. known_years: those that had figures before."""
    was, now = figures[f"{WAS}value"].ne(""), figures[f"{IS}value"].ne("")
    new_year = ~figures["year"].isin(set(known_years))
    return ReleaseChanges(
        new_year=figures[new_year & now],
        filled=figures[~new_year & ~was & now],
        revised=figures[was & now & figures["change"].eq(REVISED)],
        missing=figures[was & ~now],
        remarked=figures[~was & ~now & ~new_year & figures["change"].eq(REVISED)],
    )


def lost_areas(before: pd.DataFrame, read: pd.DataFrame) -> list[str]:
    """Codes of areas that a file has no row of, though the tables have values of its measures and
    years for them. before: the figures of the tables. read: those of the file, under today's codes.
    """
    slot = ["indicator_id", "year", "group"]
    held = before[before["value"].notna()]
    here = pd.MultiIndex.from_frame(held[slot]).isin(pd.MultiIndex.from_frame(read[slot]))
    return sorted(set(held.loc[here, "area_code"]) - set(read["area_code"]))


def silent_councils(
    figures: pd.DataFrame, bases: pd.DataFrame, councils: Collection[str]
) -> dict[str, list[str]]:
    """For each basis, by its short name and year, the codes of councils of which it has nothing but
    [x], though it has values of others.

    figures: of some years. Those of a publisher who says why belong in absences.csv.
    """
    names = bases.set_index("basis_id")["short_name"]
    rows = figures[figures["area_code"].isin(councils) & figures["basis_id"].isin(names.index)]
    found: dict[str, list[str]] = {}
    for (basis, year), part in rows.groupby(["basis_id", "year"]):
        silent = part["status"].eq("[x]").groupby(part["area_code"]).all()
        if part["value"].notna().any() and silent.any():
            found[f"{names[basis]}, {year}"] = sorted(silent.index[silent])
    return found


def extended_bases(bases: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """data/indicators/bases.csv, each basis with the years that figures now stand on it."""
    spans = figures[figures["value"].notna()].groupby("basis_id")["year"].agg(["min", "max"])
    spans = spans.reindex(bases["basis_id"])
    first, last = spans["min"].to_numpy(), spans["max"].to_numpy()
    table = bases.copy()
    for column, ends, pick in (("first_year", first, min), ("last_year", last, max)):
        table[column] = [
            kept if pd.isna(end) else pick(kept, end)
            for kept, end in zip(table[column], ends, strict=True)
        ]
    return table


def gaps(
    figures: pd.DataFrame, areas: pd.DataFrame, indicators: Iterable[str], years: Iterable[str]
) -> set[Gap]:
    """Indicators and years without a figure for any council (COUNCIL), or for England (NATIONAL)."""
    valued = figures[figures["value"].notna()]
    level = valued["area_code"].map(areas.set_index("area_code")["level"])
    found: set[Gap] = set()
    every = [(one, year) for one in indicators for year in years]
    for said, named in ((COUNCIL, "council"), (NATIONAL, "england")):
        part = valued[level == named]
        present = set(zip(part["indicator_id"], part["year"], strict=True))
        found |= {(*pair, said) for pair in every if pair not in present}
    return found


def explained(
    unavailable: pd.DataFrame,
    wanted: set[Gap],
    known_years: Iterable[str],
    reasons: Mapping[str, str],
) -> pd.DataFrame:
    """data/indicators/unavailable.csv, so that each gap is explained once and nothing else is.

    wanted: see `gaps`. known_years: years before the release. reasons: for each indicator, why it
    has no figure in a year of which nobody has said why.
    A row keeps its words, and loses the years that have figures now. When its first year has some,
    its words no longer hold (“the file ends with 2022-23”), and it goes. One that had held for two
    years or more when the known years end holds on; any other gap gets the reason of `reasons`.
    """
    newest = max(known_years)
    last = max(year for _, year, _ in wanted) if wanted else newest
    told: dict[Gap, int] = {}
    rows = unavailable.to_dict("records")
    for number, row in enumerate(rows):
        for level in _levels(row):
            if (
                row["first_year"] <= last
                and (row["indicator_id"], row["first_year"], level) not in wanted
            ):
                continue
            for year in years_between(row["first_year"], row["last_year"]):
                gap = (row["indicator_id"], year, level)
                # A row on a year without any figure yet waits for them.
                if gap in wanted or year > last:
                    told[gap] = number
    for number, row in enumerate(rows):
        ends = {(row["indicator_id"], row["last_year"], level) for level in _levels(row)}
        holds = all(told.get(gap) == number for gap in ends)
        if holds and row["first_year"] < row["last_year"] == newest:
            for year in years_between(following(newest), last):
                more = {(row["indicator_id"], year, level) for level in _levels(row)}
                if not more <= wanted or more & set(told):
                    break
                told |= dict.fromkeys(more, number)
    found = []
    for number, row in enumerate(rows):
        mine = {gap for gap, owner in told.items() if owner == number}
        found += _rows(mine, row["status"], row["reason"])
    for indicator, reason in reasons.items():
        found += _rows({gap for gap in wanted - set(told) if gap[0] == indicator}, "[x]", reason)
    table = pd.DataFrame(found, columns=list(unavailable.columns))
    return table.sort_values(["indicator_id", "level", "first_year"]).reset_index(drop=True)


def _levels(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    return (COUNCIL, NATIONAL) if row["level"] == ALL else (row["level"],)


def _rows(told: set[Gap], status: str, reason: str) -> list[tuple[str, ...]]:
    """Rows of unavailable.csv for gaps with one reason: one for each run of years."""
    rows: list[tuple[str, ...]] = []
    for indicator in sorted({gap[0] for gap in told}):
        years = {
            level: {year for one, year, said in told if (one, said) == (indicator, level)}
            for level in (COUNCIL, NATIONAL)
        }
        both = years[COUNCIL] & years[NATIONAL]
        parts = {ALL: both, COUNCIL: years[COUNCIL] - both, NATIONAL: years[NATIONAL] - both}
        for level, held in parts.items():
            rows += [(indicator, level, *run, status, reason) for run in _runs(held)]
    return rows


def _runs(years: set[str]) -> list[tuple[str, str]]:
    """First and last year of each run of years without a hole."""
    runs: list[tuple[str, str]] = []
    for year in sorted(years):
        if runs and following(runs[-1][1]) == year:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return runs
