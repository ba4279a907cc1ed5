"""The figures that came, went or were revised, in words."""

import csv
import io
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evidence_review.analyse.differences import Differences
from evidence_review.analyse.figure_changes import (
    COLUMNS,
    FIGURE_RULES,
    KEY,
    RESTATED,
    REVISED,
    counts,
)
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.analyse.table_changes import GONE, IS, NEW, WAS
from evidence_review.show.downloads.formulas import not_a_formula
from evidence_review.show.what_changed.sections import MOST_ROWS, Listing, Section
from evidence_review.show.words import count, listing, sentence

GROUP_WORDS = {
    "total": "everyone",
    "18-64": "aged 18 to 64",
    "65-plus": "aged 65 and over",
    "female": "women",
    "male": "men",
}
IN_CSV = "--csv FILE writes every one of them"
_FIGURE = ("value", "lower", "upper", "status")
# What else a revision may change, as people call it.
_BESIDE = {"base": "base", "numerator": "count", "basis_id": "basis"}
_NOT_PUBLISHED, _NO_ROW, _NO_REMARK = "[x]", "[z]", "no remark"

Row = Mapping[Hashable, Any]


@dataclass(frozen=True)
class Names:
    """Names and units by id, from either state."""

    indicators: dict[str, str] = field(repr=False)
    units: dict[str, str] = field(repr=False)
    areas: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, found: Differences) -> "Names":
        areas = found.names("areas", "area_code", "name")
        ended = found.names("areas", "area_code", "last_year")
        held = list(areas.values())
        return cls(
            found.names("indicators", "indicator_id", "name"),
            found.names("indicators", "indicator_id", "unit"),
            # A council with a new code has kept its name: say when the former code is meant.
            {
                code: f"{name} (former code {code})"
                if ended[code] and held.count(name) > 1
                else name
                for code, name in areas.items()
            },
        )

    def indicator(self, row: Row) -> str:
        return self.indicators.get(row["indicator_id"]) or str(row["indicator_id"])

    def area(self, row: Row) -> str:
        return self.areas.get(row["area_code"]) or str(row["area_code"])

    def unit(self, row: Row) -> str:
        return self.units.get(row["indicator_id"]) or _NOT_PUBLISHED


def figures_section(found: Differences) -> Section:
    """How many figures changed by indicator and year, and each revised one: was, is."""
    figures, names = found.figures, Names.of(found)
    if figures.empty:
        return Section("Figures", "No figure changed.")
    total = figures["change"].value_counts()
    revised = figures[figures["change"].eq(REVISED)]
    parts = [f"{int(total[change]):,} {change}" for change in FIGURE_RULES if change in total]
    finding = f"{count(len(figures), 'figure')} changed: {listing(parts)}."
    remarks = []
    if RESTATED in total:
        remarks += [
            f"{sentence(change)}: {FIGURE_RULES[change]}." for change in (REVISED, RESTATED)
        ]
    listings = [_by_indicator(found, names)]
    if len(revised):
        shown = revised.head(MOST_ROWS)
        listings.append(_revised(shown, len(revised), names))
        if codes := _codes(shown):
            remarks.append(f"Codes: {'; '.join(codes)}.")
    return Section("Figures", finding, listings, remarks)


def _codes(revised: pd.DataFrame) -> list[str]:
    """The codes in these figures, each with its meaning."""
    held = {*revised[f"{WAS}status"], *revised[f"{IS}status"]}
    texts = [_figure(row, side, "") for row in revised.to_dict("records") for side in (WAS, IS)]
    held |= {_NOT_PUBLISHED} if any(_NOT_PUBLISHED in text for text in texts) else set()
    return [f"{code} {meaning}" for code, meaning in STATUS_MEANINGS.items() if code in held]


def _by_indicator(found: Differences, names: Names) -> Listing:
    held = counts(found.figures)
    known = list(names.indicators)
    order = {one: place for place, one in enumerate(known)}
    held = held.sort_values(
        ["indicator_id", "year"], key=lambda s: s.map(order) if s.name == "indicator_id" else s
    )
    rows, said = [], dict[str, list[str]]()
    for row in held.to_dict("records"):
        name = names.indicator(row)
        rows.append({"indicator": name, **{column: row[column] for column in held.columns[1:]}})
        parts = [f"{row[change]:,} {change}" for change in FIGURE_RULES if row[change]]
        said.setdefault(name, []).append(f"{row['year']} {listing(parts)}")
    columns = {"indicator": "Indicator", "year": "Year"}
    columns |= {change: sentence(change) for change in FIGURE_RULES}
    return Listing(
        "By indicator and year",
        columns,
        rows,
        [f"{name}: {'; '.join(years)}" for name, years in said.items()],
        len(rows),
        "",
        numeric=list(FIGURE_RULES),
        all_lines=True,
    )


def _revised(shown: pd.DataFrame, total: int, names: Names) -> Listing:
    rows, lines = [], []
    for row in shown.to_dict("records"):
        unit = names.unit(row)
        was, now = _figure(row, WAS, unit), _figure(row, IS, unit)
        group = GROUP_WORDS.get(row["group"], row["group"])
        beside = [
            f"{word} was {row[WAS + name] or _NOT_PUBLISHED}, is {row[IS + name] or _NOT_PUBLISHED}"
            for name, word in _BESIDE.items()
            if row[WAS + name] != row[IS + name]
        ]
        rows.append(
            {
                "area": names.area(row),
                "indicator": names.indicator(row),
                "year": row["year"],
                "group": group,
                "was": was,
                "is": now,
                "relative": _share(row["relative"]),
                "beside": "; ".join(beside) or "nothing",
            }
        )
        figure = f"was {was}, is {now}" if was != now else f"{now} as before"
        lines.append(
            f"{names.area(row)}, {names.indicator(row)}, {row['year']}, {group}: "
            + "; ".join([figure, *beside])
        )
    columns = {
        "area": "Area",
        "indicator": "Indicator",
        "year": "Year",
        "group": "Group",
        "was": "Was (95% interval)",
        "is": "Is (95% interval)",
        "relative": "Change of the value, in % of what it was",
        "beside": "What else changed",
    }
    caption = "Revised figures, the largest changes first, as a share of what the value was"
    return Listing(caption, columns, rows, lines, total, IN_CSV, numeric=["relative"])


def revised_lines(found: Differences, rows: pd.DataFrame) -> list[str]:
    """One sentence for each of these figures: what it was and what it is. rows: of
    `figure_changes`."""
    return list(_revised(rows, len(rows), Names.of(found)).lines)


def _figure(row: Row, side: str, unit: str) -> str:
    """A figure as its table writes it: "72.1% (68.0 to 76.2)", "[c]", "3.0% (no interval) [u]"."""
    value, lower, upper, status = (str(row[side + name]) for name in _FIGURE)
    if not value:
        return status or _NOT_PUBLISHED
    limits = f"{lower or _NOT_PUBLISHED} to {upper or _NOT_PUBLISHED}"
    interval = f"({limits})" if lower or upper else "(no interval)"
    return f"{value}{'%' if unit == 'percent' else ''} {interval}{f' {status}' if status else ''}"


def _share(relative: float) -> str:
    if pd.isna(relative):
        return _NO_ROW
    if np.isinf(relative):
        return "from 0"
    percent = 100 * relative
    if percent < 0.01:
        return "under 0.01%"
    return f"{percent:,.0f}%" if percent >= 10 else f"{percent:.2f}%"


def figures_csv(found: Differences) -> bytes:
    """Every figure that changed as CSV, one row each: what it was and what it is, in all columns.

    `[z]`: this state has no such figure. `[x]`: it has one, without this part.
    """
    names = Names.of(found)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    pairs = [side + name for name in COLUMNS for side in (WAS, IS)]
    head = ["change", "indicator_id", "indicator", "unit", "area_code", "area", "year", "group"]
    writer.writerow([*head, *pairs, "relative_change"])
    absent = {WAS: NEW, IS: GONE}
    for row in found.figures.to_dict("records"):
        about = [row["change"], row[KEY[0]], names.indicator(row), names.unit(row)]
        about += [row["area_code"], names.area(row), row["year"], row["group"]]
        cells = []
        for name in COLUMNS:
            for side in (WAS, IS):
                gone = row["change"] == absent[side]
                cells.append(_NO_ROW if gone else row[side + name] or _missing(row, side, name))
        relative = row["relative"]
        size = _NO_ROW if pd.isna(relative) or np.isinf(relative) else f"{relative:.6g}"
        writer.writerow([_cell(value) for value in [*about, *cells, size]])
    return text.getvalue().encode()


def _missing(row: Row, side: str, name: str) -> str:
    """What stands for a blank: the marker of the figure, or that there is nothing to remark."""
    if name == "status":
        return _NO_REMARK
    return str(row[f"{side}status"] if not row[f"{side}value"] else "") or _NOT_PUBLISHED


def _cell(value: Any) -> object:
    return value if re.fullmatch(r"-?\d+(\.\d+)?", str(value)) else not_a_formula(value)
