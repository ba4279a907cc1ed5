"""What an area's figures are held against: England, its region, its type, its neighbours, others."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from evidence_review.analyse.areas import Area, find_area
from evidence_review.analyse.reliability import weak
from evidence_review.analyse.statistics import neighbours
from evidence_review.errors import UnknownNameError
from evidence_review.read.areas import ENGLAND

STANDARD = ("England", "region", "type", "neighbours")
DEFAULT_COMPARATORS = "England, region, type, neighbours"
N_NEIGHBOURS = 15
# The median of fewer than this many neighbours would say little of the fifteen.
MIN_NEIGHBOURS = 8
NEIGHBOURS = "neighbours"  # the level of a comparator


@dataclass(frozen=True)
class Comparator:
    """One comparator. label: as a heading. said: in a sentence, "the median of its 15 neighbours".

    level: that of the area ("council", "region", "council type", "england"), or "neighbours".
    codes: the areas it is made of; the median of their values when there are several.
    """

    label: str
    said: str
    level: str
    codes: tuple[str, ...]

    @classmethod
    def of(cls, area: Area) -> "Comparator":
        """An area as a comparator."""
        return cls(area.name, area.said, area.level, (area.code,))


OF_ENGLAND = Comparator.of(Area(ENGLAND, "England", "england"))


def asked_for(comparators: str | list[str]) -> list[str]:
    """The names in what was asked for, each once.

    A list is taken as it is. Text is split at commas; names that hold a comma themselves
    ("Bournemouth, Christchurch and Poole") are put together again by `chosen`.
    """
    parts = comparators.split(",") if isinstance(comparators, str) else comparators
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def chosen(
    areas: pd.DataFrame,
    councils: pd.DataFrame,
    comparators: str | list[str],
    places: pd.DataFrame | None = None,
) -> tuple[list[str | Area], list[str]]:
    """The comparators that are meant, and what is wrong, one line each.

    Each is one of `STANDARD` or an area: a council, a region, a type of council.
    """
    names = asked_for(comparators)
    known = {name.lower(): name for name in STANDARD}
    found: list[str | Area] = []
    wrong = []
    position = 0
    while position < len(names):
        if standard := known.get(names[position].lower()):
            found.append(standard)
            position += 1
            continue
        for length in (3, 2, 1):  # a name may hold a comma: try the longest first
            try:
                name = ", ".join(names[position : position + length])
                found.append(find_area(areas, councils, name, places))
                break
            except UnknownNameError as error:
                message = str(error)
        else:
            wrong.append(
                f"comparators: {message} A comparator may also be {', '.join(STANDARD[1:])}."
            )
        position += length
    if not names:
        wrong.append(
            f"comparators: none is given; choose from {', '.join(STANDARD)}, or name councils."
        )
    return found, wrong


def resolve(area: Area, wanted: list[str | Area], councils: pd.DataFrame) -> list[Comparator]:
    """The comparators of an area. One that an area cannot have is left out: England has no region,
    and no area is held against itself."""
    result = []
    for name in wanted:
        if isinstance(name, Area):
            result.append(Comparator.of(name))
        elif name == "England":
            result.append(OF_ENGLAND)
        elif area.council is None:
            continue
        elif name == "region":
            row = area.council
            result.append(Comparator.of(Area(row["region_code"], row["region"], "region")))
        elif name == "type":
            row = area.council
            kind = Area(row["council_type_code"], row["council_type"], "council type")
            result.append(Comparator.of(kind))
        else:
            codes = tuple(neighbours(councils, area.code, N_NEIGHBOURS))
            said = "the median of its 15 neighbours"
            result.append(Comparator("15 neighbours (median)", said, NEIGHBOURS, codes))
    unique = {one.codes: one for one in reversed(result) if one.codes != (area.code,)}
    return [one for one in result if unique.get(one.codes) is one]


def values(totals: pd.DataFrame, comparator: Comparator) -> pd.DataFrame:
    """A comparator's value for each indicator, year and basis.

    totals: figures of the group total. Returns indicator_id, year, basis_id, value, low, high
    (lowest and highest of the areas it is made of), areas (how many have a value), weak (see
    `weak`). The median of neighbours leaves out weak figures and needs at least `MIN_NEIGHBOURS`.
    """
    key = ["indicator_id", "year", "basis_id"]
    own = totals[totals["area_code"].isin(comparator.codes) & totals["value"].notna()]
    is_weak = weak(own)
    if len(comparator.codes) == 1:  # an area has each figure once
        of_one = own[[*key, "value"]].reset_index(drop=True)
        return of_one.assign(
            low=of_one["value"], high=of_one["value"], areas=1, weak=is_weak.to_numpy()
        )
    grouped = own[~is_weak].groupby(key, sort=False)["value"]
    result = pd.DataFrame(
        {
            "value": grouped.median(),
            "low": grouped.min(),
            "high": grouped.max(),
            "areas": grouped.size(),
        }
    ).reset_index()
    return result[result["areas"].ge(MIN_NEIGHBOURS)].assign(weak=False)


def values_of_each(
    totals: pd.DataFrame, comparators: Iterable[Comparator]
) -> dict[str, pd.DataFrame]:
    """`values` of several comparators, by their labels."""
    shown = {one.label: one for one in comparators}
    codes = {code for one in shown.values() for code in one.codes}
    near = totals[totals["area_code"].isin(codes)]
    return {label: values(near, one) for label, one in shown.items()}
