"""The tables of the chapter "How far councils differ": newest year, changes, groups, every year."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from evidence_review.analyse.national.variation import Variation
from evidence_review.analyse.national.variation_years import PILE
from evidence_review.analyse.reliability import MIN_BASE, MIN_EVENTS, WEAK
from evidence_review.show.council.change import UNITS
from evidence_review.show.council.figures import two_lines
from evidence_review.show.html import Html, behind, table
from evidence_review.show.national.variation_finding import changes_said, regions_said
from evidence_review.show.national.variation_words import (
    GROUP_WORDS,
    I2,
    SD,
    basis,
    points_of,
    prose,
    sd_cell,
    sd_text,
    share_cell,
    with_limits,
)
from evidence_review.show.words import count, interval, listing, number, sentence, signed

Row = dict[str, Any]


def _by_source(result: Variation, found: pd.DataFrame, cells: Callable[[Row], Row]) -> list[Row]:
    """Rows of a table under the name of their basis, bases in the order in which they come."""
    rows = [
        {"basis": basis(result, row["basis_id"]), **cells(row)} for row in found.to_dict("records")
    ]
    order = list(dict.fromkeys(row["basis"] for row in rows))
    return sorted(rows, key=lambda row: order.index(row["basis"]))


def spread_table(result: Variation) -> Html:
    """The newest spread of every indicator, and what of it is more than chance."""

    def cells(row: Row) -> Row:
        star = " *" if row["indicator_id"] in result.piled else ""
        return {
            "name": two_lines(
                sentence(row["short_name"]) + star,
                f"{row['year']}, {UNITS[row['unit']]}, {count(row['councils'], 'council')}",
            ),
            "middle": number(row["middle"], row["unit"]),
            "half": interval(row["quarter"], row["three_quarters"], row["unit"]),
            "eight": interval(row["low"], row["high"], row["unit"]),
            "sd": sd_cell(row),
            "i2": share_cell(row),
        }

    columns = {"name": "Indicator, year, unit", "middle": "Median", "half": "Middle half"}
    drawn = table(
        "How far councils lie apart: newest year with intervals",
        {**columns, "eight": "8 in 10 councils", "sd": SD, "i2": I2},
        _by_source(result, result.newest, cells),
        group="basis",
    )
    ceiling = (
        f"* In some year more than {PILE:.0%} of councils report exactly 0 or 100%. A standard "
        "deviation describes neither that pile nor its tail; the middle half and the 8 in 10 do."
    )
    marked = result.piled & set(result.newest["indicator_id"])
    return drawn + prose(ceiling) if marked else drawn


def changes_table(result: Variation) -> Html:
    """The finding on growing and shrinking, and the change of every series."""
    found = result.changes
    if found.empty:
        return prose(changes_said(result))

    def cells(row: Row) -> Row:
        limits = f"{signed(row['lower'], 1)} to {signed(row['upper'], 1)}%"
        return {
            "name": two_lines(
                sentence(row["short_name"]),
                f"{row['years']} years, {row['first_year']} to {row['last_year']}",
            ),
            "first": sd_text(row, "first_sd") + points_of(row),
            "last": sd_text(row, "last_sd") + points_of(row),
            "change": with_limits(f"{signed(row['change'], 1)}%", limits),
            "word": sentence(row["word"]),
        }

    by_chance = (
        f"By chance alone, about one interval in 20 would leave out 0. “Clear” allows for the "
        f"{len(found)} tests (Holm’s correction): even one false find among them is unlikely."
        if len(found) > 1
        else ""
    )
    columns = {"name": "Indicator and years", "first": "First year", "last": "Last year"}
    return prose(changes_said(result), by_chance) + table(
        "Standard deviation between councils beyond chance, first and last year of each basis",
        {**columns, "change": "Change a year (95% interval)", "word": "Verdict"},
        _by_source(result, found, cells),
        group="basis",
    )


def regions(result: Variation) -> Html:
    """The share of the differences between regions and between types, indicator by indicator."""
    rows = []
    for _, own in result.shares.groupby("indicator_id", sort=False):
        by = {row["grouping"]: row for row in own.to_dict("records")}
        row = own.iloc[0]
        region = by.get("region")
        rows.append(
            {
                "name": two_lines(sentence(row["short_name"]), row["year"]),
                **{
                    grouping: two_lines(
                        share_cell(by[grouping], "share"),
                        "clear" if by[grouping]["clear"] else "not clear",
                    )
                    if grouping in by
                    else "[x]"
                    for grouping in GROUP_WORDS
                },
                "within": sd_text(region, "within") + points_of(region) if region else "[x]",
            }
        )
    if not rows:
        return prose("No indicator differs enough between councils to be shared out.")
    gone = result.shares.loc[result.shares["grouping"].eq("council_type"), "left_out"].max()
    overlap = "Regions and types overlap, London above all, so the two shares cannot be added."
    if gone:
        overlap += f" Councils since abolished (up to {gone} in a year) have no type here."
    columns = {"name": "Indicator and year", "region": "Between regions (95% interval)"}
    columns |= {"council_type": "Between types (95% interval)"}
    return prose(regions_said(result), overlap) + table(
        "Share of the variance beyond chance that lies between regions and between types",
        {**columns, "within": "Standard deviation within regions"},
        rows,
    )


def groups_table(result: Variation) -> Html:
    """The funnel's indicator by region and type: middle, spread, and what is more than chance."""
    about = result.indicator(result.funnel.indicator_id)
    rows = [
        {
            "grouping": GROUP_WORDS[row["grouping"]],
            "name": row["group"],
            "councils": row["councils"],
            "middle": number(row["middle"], about["unit"]),
            "half": interval(row["quarter"], row["three_quarters"], about["unit"]),
            "sd": sd_cell({**row, "unit": about["unit"]}),
        }
        for row in result.groups.to_dict("records")
    ]
    columns = {"name": "Region or type", "councils": "Councils", "middle": "Median"}
    return table(
        f"{sentence(about['short_name'])} in {result.funnel.year} within regions and types. Source: "
        f"{basis(result, result.funnel.basis_id)}",
        {**columns, "half": "Middle half", "sd": SD},
        rows,
        numeric=("councils",),
        group="grouping",
    )


PERCENTILES = {
    "low": "10th percentile",
    "quarter": "25th percentile",
    "middle": "Median",
    "three_quarters": "75th percentile",
    "high": "90th percentile",
}


def every_year(result: Variation) -> Html:
    """The spread of every indicator and year, and how many figures were left out."""
    found = result.indicators.merge(
        result.years_table.sort_values("year", kind="stable"), on="indicator_id"
    )
    bases = result.review.bases.set_index("basis_id").loc[found["basis_id"].unique()]
    rows = []
    for row in found.to_dict("records"):
        held = {name: number(row[name], row["unit"]) for name in PERCENTILES}
        held |= {"sd": sd_cell(row), "i2": share_cell(row)}
        rows.append(
            {
                "indicator": f"{row['name']}; {UNITS[row['unit']]}",
                "year": two_lines(row["year"], bases["short_name"][row["basis_id"]]),
                "councils": f"{row['councils']} ({row['left_out']})",
                **(held if row["councils"] else dict.fromkeys(held, WEAK)),
            }
        )
    names = bases.drop_duplicates("short_name")
    sources = [
        f"{row['short_name']}, {row['name'].split(' of 20')[0].split(', adjusted')[0]}"
        for row in names.to_dict("records")
    ]
    columns = {"year": "Year and source", "councils": f"Councils (left out as {WEAK})"}
    drawn = table(
        f"The spread between councils, {count(len(rows), 'row')} of one indicator and year",
        {**columns, **PERCENTILES, "sd": SD, "i2": I2},
        rows,
        group="indicator",
    )
    return prose(
        _left_out(found),
        _few(result),
        _without_intervals(found),
        f"Sources: {'; '.join(sources)}.",
    ) + behind("Every indicator and year", drawn)


def _left_out(found: pd.DataFrame) -> str:
    left, held = int(found["left_out"].sum()), int(found["councils"].sum())
    whole = [
        f"{row['short_name']} in {row['year']}"
        for row in found[found["councils"].eq(0)].to_dict("records")
    ]
    return (
        f"{left:,} of {left + held:,} figures are marked {WEAK} (a base under {MIN_BASE}, a rate of "
        f"under {MIN_EVENTS} events, or unreliable by their publisher’s word) and left out of all "
        f"statistics{f', among them all of {listing(whole)}' if whole else ''}."
    )


def _few(result: Variation) -> str:
    few = [
        f"{year} ({count(int(councils), 'council')})"
        for year, councils in result.few.groupby("year")["councils"].max().items()
    ]
    if not few:
        return ""
    return f"Years in which fewer than half of the councils have a figure are left out: {listing(few)}."


def _without_intervals(found: pd.DataFrame) -> str:
    """The years that have a spread, but nothing that tells chance apart."""
    bare = found[found["sd"].isna() & found["councils"].gt(0)].groupby("year").size()
    if bare.empty:
        return ""
    said = [f"{year} ({count(int(many), 'indicator')})" for year, many in bare.items()]
    return (
        "[x]: neither intervals nor counts were published, so chance cannot be told apart: "
        f"{listing(said)}."
    )
