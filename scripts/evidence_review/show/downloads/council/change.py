"""How an area's figures moved, and how two groups of people differ, as tables."""

from collections.abc import Iterable, Mapping

import pandas as pd

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.reliability import WEAK
from evidence_review.analyse.statistics import YEARS_OF_A_TREND
from evidence_review.show.downloads.council.columns import (
    COLLECTION,
    FIGURE,
    FILE,
    INDICATOR,
    LIMITS,
    PLACE,
    STATUS,
    UNIT,
    section,
)
from evidence_review.show.downloads.council.rows import AS_PUBLISHED, bases_by_year, sources
from evidence_review.show.downloads.table import Column, Row, Table
from evidence_review.show.words import sentence

_DECIMALS = 6  # of a difference between two figures, whose own decimals are fewer


def changes(report: CouncilReport, by_year: dict[tuple[str, str], Row]) -> Table:
    """How each indicator moved over its newest years without a break, and its trend.

    by_year: rows of everyone together, by indicator and year; see `rows.all_figures`.
    """
    rows = []
    for row in report.changes.to_dict("records"):
        first, last = (
            by_year[row["indicator_id"], row[f"{end}_year"]] for end in ("first", "last")
        )
        if row["years"] == 1:  # one year alone has no change
            code = "[z]"
        else:
            code = WEAK if WEAK in (first["status"], last["status"]) else "[x]"
        rows.append(
            {
                **row,
                "indicator": row["name"],
                "source": last["source"],
                **{
                    f"{end}_{name}": figure[name]
                    for end, figure in (("first", first), ("last", last))
                    for name in ("file", "place")
                },
                **{name: _short(row[name], code) for name in ("change", "lower", "upper")},
                "moved": code if pd.isna(row["moved"]) else row["moved"],
                "trend": sentence(row["trend"]),
            }
        )
    columns = (
        INDICATOR,
        UNIT,
        Column("first_year", "First year", "First year without a break", note="break"),
        Column("last_year", "Last year", "Newest year"),
        Column(
            "years",
            "Years with a figure",
            "How many from the first year to the last",
            kind="number",
        ),
        Column("first_value", "First figure", "Figure of the first year", kind="number"),
        Column("last_value", "Last figure", "Figure of the last year", kind="number"),
        Column(
            "change",
            "Change",
            "Last figure minus first; points where the unit is percent",
            kind="number",
        ),
        *LIMITS,
        Column("moved", "Moved", "What the interval of the change says", note="change"),
        Column("trend", "Trend", f"Trend over {YEARS_OF_A_TREND} years in a row", note="trend"),
        Column("trend_from", "Trend from", "First year of the trend"),
        Column("trend_to", "Trend to", "Last year of the trend"),
        COLLECTION,
        *(
            _of_side(part, end, f"{end} figure".capitalize())
            for end in ("first", "last")
            for part in (FILE, PLACE)
        ),
    )
    return section(report, "Change and trend", "how each indicator moved", columns, rows)


def pairs(
    report: CouncilReport,
    found: pd.DataFrame,
    names: tuple[str, str],
    sheet: str,
    what: str,
    figures: Mapping[tuple[str, str, str], Row],
    groups: tuple[str, str] = ("total", "total"),
    other: Mapping[str, str] | None = None,
) -> Table:
    """Two groups side by side.

    found: see `analyse.groups`. names: of the first and the second group. figures: rows of
    `rows.all_figures`, by indicator, year and group. groups: of the first and the second figure.
    other: the indicator of the second group by that of the first, where they are not the same.
    """
    rows = []
    for row in found.to_dict("records"):
        ids = (row["indicator_id"], (other or {}).get(row["indicator_id"]))
        sides = {
            "first": figures[ids[0], row["year"], groups[0]],
            "second": figures[ids[1] or ids[0], row["year"], groups[1]],
        }
        weak = row["first_weak"] or row["second_weak"]
        rows.append(
            {
                **row,
                "indicator": row["name"],
                "source": _sources_of(report, row["year"], ids),
                **{
                    f"{side}_status": WEAK if row[f"{side}_weak"] else AS_PUBLISHED
                    for side in ("first", "second")
                },
                **{
                    f"{side}_{name}": figure[name]
                    for side, figure in sides.items()
                    for name in ("file", "place")
                },
                **{name: _short(row[name], "[x]") for name in ("change", "lower", "upper")},
                "found": (WEAK if weak else "[x]") if pd.isna(row["found"]) else row["found"],
            }
        )
    of_sides = [
        _of_side(part, side, name)
        for side, name in zip(("first", "second"), names, strict=True)
        for part in (*FIGURE, STATUS, FILE, PLACE)
    ]
    columns = (
        INDICATOR,
        UNIT,
        Column("year", "Year", "Newest year with intervals for both, else with both figures"),
        *of_sides,
        Column(
            "change", "Difference", "Second group minus first; points where percent", kind="number"
        ),
        *LIMITS,
        Column("found", "Found", "Second group beside the first", note="difference"),
        Column(
            "years_lower",
            "Years lower",
            "Years in which the second group’s figure is lower",
            kind="number",
        ),
        Column("years", "Years compared", "Years with a figure for both", kind="number"),
        COLLECTION,
    )
    return section(report, sheet, f"{what}, newest year with figures for both", columns, rows)


def _of_side(part: Column, side: str, name: str) -> Column:
    """A column of one of two figures."""
    heading = f"{name}: {part.heading[:1].lower()}{part.heading[1:]}"
    meaning = f"{part.meaning} ({name})"
    return Column(f"{side}_{part.name}", heading, meaning, part.code, part.note, part.kind)


def _sources_of(report: CouncilReport, year: str, indicators: Iterable[str | None]) -> str:
    named, bases = sources(report.review), bases_by_year(report.review)
    return "; ".join(dict.fromkeys(named[bases[one, year]] for one in indicators if one))


def _short(value: float, code: str) -> float | str:
    """A difference without the noise of its last digits."""
    return code if pd.isna(value) else round(value, _DECIMALS)
