"""Tables that the chapters on groups share: two figures side by side, spreads, councils by name."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.change import direction
from evidence_review.analyse.national.side_by_side import Pooled
from evidence_review.show.council.figures import mark, two_lines
from evidence_review.show.html import Html, behind, table, unbroken_years
from evidence_review.show.national import groups_words as words
from evidence_review.show.words import count, interval, number

SIDES = ("first", "second")
CORRELATIONS = {"pearson": "Pearson", "spearman": "Spearman"}
TRIED = "The conclusions tried on other sets of councils"


def pairs_table(
    caption: str,
    rows: pd.DataFrame,
    names: tuple[str, str],
    group: str | None = None,
    column: str = "Measure",
) -> Html:
    """England's figures for two groups or years, each with its interval, and their difference.

    column: what the rows are. rows: name, under (smaller, below it), unit, the group's column and
    `side_by_side.national`.
    """
    shown = [
        {
            "name": named(row["name"], row["under"]),
            **{
                side: value_cell(row[side], row[f"{side}_lower"], row[f"{side}_upper"], row["unit"])
                for side in SIDES
            },
            "change": england_cell(row),
            "group": row[group] if group else "",
        }
        for row in rows.to_dict("records")
    ]
    columns = {"name": column, "first": names[0], "second": names[1]}
    columns |= {"change": "Difference (95% interval)"}
    return table(caption, columns, shown, group="group" if group else None)


def councils_table(
    caption: str,
    rows: pd.DataFrame,
    sides: tuple[str, str],
    group: str | None = None,
    column: str = "Measure",
) -> Html:
    """In how many councils a figure is the lower, beyond chance or not, and all of them together.

    column: what the rows are. rows: name, under, unit, the group's column and
    `side_by_side.summary`. sides: as "lower", "higher".
    """
    shown = [
        {
            "name": named(row["name"], row["under"]),
            "share": share_cell(row),
            "beyond": beyond_cell(row, sides),
            "pooled": pooled_cell(row["pooled"], row["unit"]),
            "left_out": row["left_out"],
            "group": row[group] if group else "",
        }
        for row in rows.to_dict("records")
    ]
    columns = {
        "name": column,
        "share": f"Councils: {sides[0]}",
        "beyond": "Beyond chance",
        "pooled": "All councils together (95% interval)",
        "left_out": "Left out [u]",
    }
    return table(caption, columns, shown, ["left_out"], group="group" if group else None)


def how_to_read(row: Mapping[str, Any], on: str, sides: tuple[str, str], whose: str) -> Html:
    """One row of `councils_table` in words, for who meets such a table for the first time.

    on: the row's measure and year. whose: the figure that is counted, as "carers’ figure".
    """
    text = (
        f"How to read the row on {on}: of {count(row['councils'], 'council')}, "
        f"{whose} is {sides[0]} in {row['lower']}; in {row['beyond_lower'] or 'none'} of these by "
        f"more than chance explains."
    )
    found = row["pooled"]
    if found is not None:
        text += (
            " “All councils together” is a mean in which surer figures count for more; beneath it "
            f"is where 95% of councils would lie: {interval(found.low, found.high, row['unit'], points=True)}"
            f"{' points' if row['unit'] == 'percent' else ''}."
        )
    return words.prose(text)


def spread_table(caption: str, rows: pd.DataFrame) -> Html:
    """England's figure and the spread of all councils, year by year.

    rows: heading, under (smaller, below the year), unit and a row of `over_time.spread_by_year`; rows
    of a heading follow each other.
    """
    shown = []
    for row in rows.to_dict("records"):
        england = value_cell(row["value"], row["lower"], row["upper"], row["unit"])
        spread = {
            "middle": number(row["middle"], row["unit"]),
            "half": interval(row["quarter"], row["three_quarters"], row["unit"]),
            "all": interval(row["low"], row["high"], row["unit"]),
            "sd": f"{row['sd']:.1f}",
        }
        shown.append(
            {
                "year": named(row["year"], row["under"]),
                "england": england + mark(row["weak"]),
                **(spread if row["councils"] else dict.fromkeys(spread, "[u]")),
                "councils": named(row["councils"], f"{row['left_out']} [u]"),
                "heading": row["heading"],
            }
        )
    columns = {
        "year": "Year",
        "england": "England (95% interval)",
        "middle": "Middle council",
        "half": "Middle half",
        "all": "All councils",
        "sd": "Standard deviation",
        "councils": "Councils, and left out",
    }
    numeric = ["middle", "sd", "councils"]
    return table(caption, columns, shown, numeric, group="heading")


def by_council(
    caption: str,
    rows: pd.DataFrame,
    names: tuple[str, str],
    unit: str,
    same: str = "no clear difference",
    more: Mapping[str, tuple[str, Mapping[str, str | Markup]]] | None = None,
) -> Html:
    """Each council by name, behind a heading that opens the table.

    rows: of one comparison, `side_by_side.side_by_side`. same: where chance may explain it. more:
    further columns: key → heading and text by area code.
    """
    others = more or {}
    shown = [
        {
            "name": linked(row["name"], row["slug"]),
            "first": number(row["first"], unit),
            "second": number(row["second"], unit),
            "change": change_cell(row["difference"], row["lower"], row["upper"], unit),
            "found": _found(row, same),
            **{key: text.get(row["area_code"], "[x]") for key, (_, text) in others.items()},
        }
        for row in rows.sort_values("name").to_dict("records")
    ]
    columns = {"name": "Council", "first": names[0], "second": names[1]}
    columns |= {"change": "Difference (95% interval)", "found": "Found"}
    columns |= {key: heading for key, (heading, _) in others.items()}
    return behind(
        f"Open the table of {count(len(shown), 'council')}, by name",
        table(caption, columns, shown, ["first", "second"]),
    )


def named(name: Any, under: str) -> Markup:
    """A cell's text and what belongs to it in smaller letters below, with years kept whole."""
    return two_lines(unbroken_years(name), unbroken_years(under))


def tried(said: str, headings: Mapping[str, str], columns: Mapping[str, Mapping[str, Any]]) -> Html:
    """A table of sensitivity. said: sentences on whether it holds. headings: key → what a row
    shows. columns: set of councils → cells by key; "[z]" where a cell does not apply."""
    shown = [
        {"what": heading, **{label: cells.get(key, "[z]") for label, cells in columns.items()}}
        for key, heading in headings.items()
    ]
    names = {"what": "What is worked out", **{label: label for label in columns}}
    return words.prose(said) + table(TRIED, names, shown)


def main_first(
    caption: str, rows: pd.DataFrame, make: Callable[[str, pd.DataFrame], Html], main: str = ""
) -> Html:
    """A table of one heading, and that of all others behind a heading that opens it.

    rows: with heading. make: the table of a caption and rows. main: the heading that stays open
    (the first unless given).
    """
    is_main = rows["heading"].eq(main or rows["heading"].iloc[0])
    rest = rows[~is_main]
    if rest.empty:
        return make(caption, rows)
    names = [name[:1].lower() + name[1:] for name in rest["heading"].unique()]
    return make(caption, rows[is_main]) + behind(
        f"Open the same table: {'; '.join(names)}", make(f"{caption} (others)", rest)
    )


def _found(row: Mapping[str, Any], same: str) -> str:
    """What can be said of one council's difference."""
    if row["weak"]:
        return "[u]"
    if pd.isna(row["lower"]):
        return "[x]"
    return direction(row["lower"], row["upper"]).replace(words.SAME, same)


def value_cell(value: float, lower: float, upper: float, unit: str) -> Markup | str:
    """A figure with its interval in a table, "[x]" where none was published."""
    if pd.isna(value):
        return "[x]"
    figure, limits = words.value_text(value, lower, upper, unit).split(" ", 1)
    return Markup('{} <span class="er-limits">{}</span>').format(figure, limits)


def change_cell(
    change: float, lower: float, upper: float, unit: str, decimals: int = 0
) -> Markup | str:
    """A difference with its interval in a table."""
    if pd.isna(change):
        return "[x]"
    value, limits = words.change_text(change, lower, upper, unit, decimals).split(" (", 1)
    return Markup('{} <span class="er-limits">({}</span>').format(
        value, limits.removeprefix("95% interval ")
    )


def england_cell(row: Mapping[str, Any]) -> Markup | str:
    """The difference of `side_by_side.national`, as `change_cell`."""
    return change_cell(row["change"], row["change_lower"], row["change_upper"], row["unit"])


def r_cell(found: Mapping[str, Any], name: str) -> Markup:
    """A correlation with its interval in a table."""
    value, limits = words.r_text(found, name).split(" (95% interval ")
    return Markup('{} <span class="er-limits">({}</span>').format(value, limits)


def pooled_cell(found: Pooled | None, unit: str) -> Markup | str:
    """The mean over councils with its interval, and where a further council would lie."""
    if found is None:
        return "[x]"
    return change_cell(found.mean, found.lower, found.upper, unit) + Markup(
        ' <span class="er-second">95% of councils: {}</span>'
    ).format(interval(found.low, found.high, unit, points=True))


def beyond_cell(row: Mapping[str, Any], sides: tuple[str, str]) -> Markup | str:
    """In how many councils the difference is beyond chance, each way."""
    if not row["tested"]:
        return "[x]"
    text = '{} {}, {} {}, of {} <span class="er-second">after correction {} and {}</span>'
    return Markup(text).format(
        row["beyond_lower"],
        sides[0],
        row["beyond_higher"],
        sides[1],
        row["tested"],
        row["kept_lower"],
        row["kept_higher"],
    )


def share_cell(row: Mapping[str, Any]) -> Markup:
    """In how many councils the figure is the lower: the share with its interval, the sign test."""
    return Markup('{} of {} <span class="er-second">{} ({}), p {}</span>').format(
        row["lower"],
        row["councils"],
        number(row["share"], "percent"),
        interval(row["share_lower"], row["share_upper"], "percent"),
        words.p_text(row["p"]),
    )


def linked(name: str, slug: Any) -> Markup | str:
    """A council's name, leading to its page where it has one."""
    if pd.isna(slug):
        return name
    return Markup('<a href="../councils/{}.html">{}</a>').format(slug, name)
