"""The chapter "How far councils differ", section by section. Every function takes the results."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.national.variation import Variation
from evidence_review.analyse.national.variation_between import IDENTITY, SCALES
from evidence_review.analyse.national.variation_funnel import DRAWN_IN, INNER, MOST_YEARS, OUTER
from evidence_review.analyse.national.variation_sensitivity import (
    ALL,
    NO_LONDON,
    NO_SMALL,
    OTHER_METHOD,
    OTHER_SCALE,
    Conclusion,
)
from evidence_review.analyse.national.variation_years import GROWING, PILE, SHRINKING, piled
from evidence_review.analyse.reliability import MIN_BASE, MIN_EVENTS, WEAK
from evidence_review.analyse.statistics import YEARS_OF_A_TREND
from evidence_review.show.council.change import UNITS
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.national.variation_charts import (
    GROUP_WORDS,
    chance_chart,
    change_chart,
    funnel_chart,
    groups_chart,
    share_text,
    spread_chart,
)
from evidence_review.show.words import (
    count,
    interval,
    listing,
    number,
    sentence,
    signed,
    year_ranges,
)

__all__ = [
    "chance_chart",
    "change_chart",
    "changes_table",
    "every_year",
    "finding",
    "funnel_chart",
    "funnel_outside",
    "funnel_said",
    "groups_chart",
    "groups_table",
    "regions",
    "sensitivity",
    "spread_chart",
    "spread_table",
    "year_after_year",
]
# A standard deviation is smaller than the figures it is of: scores get a decimal more.
SD_DECIMALS = {"score": 3, "score 0 to 24": 2, "score 0 to 12": 2, "mean 0 to 10": 2}
WAYS = {
    ALL: ("All councils, as in this chapter", "with all councils"),
    NO_LONDON: ("Without London", "without London"),
    NO_SMALL: ("Without the smallest bases (the lowest tenth)", "without the smallest bases"),
    OTHER_METHOD: ("Variance by DerSimonian and Laird", "by DerSimonian and Laird"),
    OTHER_SCALE: ("Shares and rates not transformed", "without a transformation"),
}
SD, I2 = "Standard deviation beyond chance (95% interval)", "Share beyond chance, I² (95% interval)"


def _prose(paragraphs: list[str], points: list[str] | None = None) -> Html:
    return fragment("prose.html", paragraphs=[p for p in paragraphs if p], points=points or [])


def _two(first: Any, second: Any) -> Markup:
    return Markup('{} <span class="er-second">{}</span>').format(first, second)


def _with(value: str, limits: str) -> Markup:
    return Markup('{} <span class="er-limits">({})</span>').format(value, limits)


def _figure(row: Mapping[str, Any], unit: str) -> Markup:
    return _with(number(row["value"], unit), interval(row["lower"], row["upper"], unit))


def _sd(row: Mapping[str, Any], name: str = "sd") -> str:
    return f"{row[name]:,.{SD_DECIMALS.get(row['unit'], 1)}f}"


def _points(row: Mapping[str, Any]) -> str:
    return " points" if row["unit"] == "percent" else ""


def _sd_cell(row: Mapping[str, Any]) -> Markup | str:
    if pd.isna(row["sd"]):
        return "[x]"
    return _with(_sd(row) + _points(row), f"{_sd(row, 'sd_lower')} to {_sd(row, 'sd_upper')}")


def _share_limits(row: Mapping[str, Any], name: str) -> str:
    return f"{share_text(row[f'{name}_lower']).rstrip('%')} to {share_text(row[f'{name}_upper'])}"


def _share_cell(row: Mapping[str, Any], name: str = "i2") -> Markup | str:
    return "[x]" if pd.isna(row[name]) else _with(share_text(row[name]), _share_limits(row, name))


def _council(row: Mapping[str, Any]) -> Markup | str:
    """The council, with a link to its page if it is one of today."""
    if pd.isna(row["slug"]):
        return str(row["name"])
    return Markup('<a href="../councils/{}.html">{}</a>').format(row["slug"], row["name"])


def _basis(result: Variation, basis_id: str) -> str:
    row = result.review.bases.set_index("basis_id").loc[basis_id]
    return f"{row['name']} ({row['publisher']})"


def _counted(indicator: Mapping[str, Any]) -> str:
    """What the base of an indicator counts, as a heading."""
    return "Care homes" if indicator["people"] == "providers" else "People"


def finding(result: Variation) -> Html:
    """The chapter's finding, in points."""
    rows = result.newest
    differ = int(rows["i2_lower"].gt(0).sum())
    on = f"{differ or 'none'} of {count(len(rows), 'indicator')}"
    if differ == len(rows):
        on = {1: "the one indicator", 2: "both indicators"}.get(differ, f"all {differ} indicators")
    points = [
        f"Councils differ by more than chance on {on}, each taken in its newest year with intervals.",
        _example(result),
        _chance_said(rows),
        changes_said(result),
        _persistent_said(result),
        _regions_said(result),
        _stands(result),
    ]
    return _prose([], [point for point in points if point])


def _example(result: Variation) -> str:
    funnel, row = result.funnel, result.indicator(result.funnel.indicator_id)
    values = funnel.councils["value"].quantile([0.1, 0.5, 0.9])
    low, middle, high = (number(value, row["unit"]) for value in values)
    unit = "" if row["unit"] == "percent" else f" ({UNITS[row['unit']]})"
    return (
        f"An example, {row['short_name']} in {funnel.year}{unit}: the council in the middle stands at "
        f"{middle}, one council in ten at {low} or below, and one in ten at {high} or above."
    )


def _chance_said(rows: pd.DataFrame) -> str:
    """How much of the variance is chance, in surveys and in counts."""
    survey = rows["interval"].map(SCALES).eq(IDENTITY)
    parts = []
    for own, said in (
        (1 - rows.loc[survey, "i2"], "in surveys, where chance decides who is asked,"),
        (1 - rows.loc[~survey, "i2"], "in counts from records and registers"),
    ):
        ends = [f"{100 * share:.{1 if share < 0.05 else 0}f}%" for share in own.agg(["min", "max"])]
        if len(own) == 1:
            parts.append(f"{said} {ends[0]}")
        elif len(own):
            parts.append(f"{said} from {ends[0]} to {ends[1]}, by indicator")
    return f"Chance makes up a part of the variance between councils’ figures: {'; '.join(parts)}."


def changes_said(result: Variation) -> str:
    """What grew and what shrank over the years."""
    rows = result.changes
    if rows.empty:
        return "No indicator has three years with intervals on one basis, so no change can be told."
    parts = []
    for word in (GROWING, SHRINKING):
        said = [
            f"{row['short_name']} ({row['first_year']} to {row['last_year']}, "
            f"{signed(row['change'], 1)}% a year, 95% interval {signed(row['lower'], 1)} to "
            f"{signed(row['upper'], 1)})"
            for row in rows[rows["word"].eq(word)].to_dict("records")
        ]
        parts.append(listing(said) or "none")
    return (
        f"Over the years ({count(len(rows), 'series', 'series')} tested, each on one basis), the "
        f"differences between councils clearly grew for {parts[0]} and clearly shrank for {parts[1]}."
    )


def _persistent_said(result: Variation) -> str:
    found = result.persistent
    if not found.followed:
        return ""
    names = listing([str(name) for name in dict.fromkeys(found.councils["name"])])
    smooth = found.observed < 2 * found.expected and not found.untrimmed
    ends = "They look like the ends of a smooth range, not like a class apart."
    if len(found.councils) == 1:
        ends = "It looks like the end of a smooth range, not like a case apart."
    return (
        f"Of {found.followed:,} series of one council and one indicator, {len(found.councils) or 'none'} "
        f"{'stays' if len(found.councils) == 1 else 'stay'} year after year outside limits that "
        f"allow for the usual differences between councils{f': {names}' if names else ''}."
        + (f" {ends}" if names and smooth else "")
    )


def _regions_said(result: Variation) -> str:
    rows = result.shares[result.shares["grouping"].eq("region")]
    if rows.empty:
        return ""
    said = "".join(
        f" For {row['short_name']} ({row['year']}) it is {share_text(row['share'])} (95% interval "
        f"{_share_limits(row, 'share')})."
        for row in rows.to_dict("records")
        if row["indicator_id"] == result.funnel.indicator_id
    )
    most = "Most of the differences lie between councils of one region. "
    most = most if rows["share"].max() < 0.5 else ""
    if len(rows) == 1:
        row = rows.iloc[0]
        verdict = "clear" if row["clear"] else "not clear"
        return (
            f"{most}Regions account for {share_text(row['share'])} of the differences beyond chance "
            f"(95% interval {_share_limits(row, 'share')}; {verdict})."
        )
    clear = int(rows["clear"].sum())
    return (
        f"{most}Regions account for {share_text(rows['share'].median())} of the differences beyond "
        f"chance on the typical indicator and {share_text(rows['share'].max())} at most; regions "
        f"differ clearly on {clear or 'none'} of {len(rows)} indicators.{said}"
    )


def spread_table(result: Variation) -> Html:
    """The newest spread of every indicator, and what of it is more than chance."""
    rows = [
        {
            "basis": _basis(result, row["basis_id"]),
            "name": _two(
                sentence(row["short_name"]) + (" *" if row["indicator_id"] in result.piled else ""),
                f"{row['year']}, {UNITS[row['unit']]}, {count(row['councils'], 'council')}",
            ),
            "middle": number(row["middle"], row["unit"]),
            "half": interval(row["quarter"], row["three_quarters"], row["unit"]),
            "eight": interval(row["low"], row["high"], row["unit"]),
            "sd": _sd_cell(row),
            "i2": _share_cell(row),
        }
        for row in result.newest.to_dict("records")
    ]
    order = list(dict.fromkeys(row["basis"] for row in rows))
    columns = {"name": "Indicator, year, unit", "middle": "Median", "half": "Middle half"}
    drawn = table(
        "How far councils lie apart: newest year with intervals",
        {**columns, "eight": "8 in 10 councils", "sd": SD, "i2": I2},
        sorted(rows, key=lambda row: order.index(row["basis"])),
        group="basis",
    )
    ceiling = (
        f"* In some year more than {PILE:.0%} of councils report exactly 0 or 100%. A standard "
        "deviation describes neither that pile nor its tail; the middle half and the eight in ten do."
    )
    marked = result.piled & set(result.newest["indicator_id"])
    return drawn + _prose([ceiling]) if marked else drawn


def changes_table(result: Variation) -> Html:
    """The finding on growing and shrinking, and the change of every series."""
    rows = [
        {
            "name": _two(
                sentence(row["short_name"]),
                f"{row['years']} years, {row['first_year']} to {row['last_year']}; "
                f"{_basis(result, row['basis_id'])}",
            ),
            "first": _sd(row, "first_sd") + _points(row),
            "last": _sd(row, "last_sd") + _points(row),
            "change": _with(
                f"{signed(row['change'], 1)}%",
                f"{signed(row['lower'], 1)} to {signed(row['upper'], 1)}%",
            ),
            "word": sentence(row["word"]),
        }
        for row in result.changes.to_dict("records")
    ]
    if not rows:
        return _prose([changes_said(result)])
    by_chance = (
        f"By chance alone, about one interval in 20 would leave out 0. “Clear” allows for the "
        f"{len(rows)} tests (Holm’s correction)."
        if len(rows) > 1
        else ""
    )
    columns = {"name": "Indicator, years, source", "first": "First year", "last": "Last year"}
    return _prose([changes_said(result), by_chance]) + table(
        "Standard deviation between councils beyond chance, first and last year of each basis",
        {**columns, "change": "Change a year (95% interval)", "word": "Verdict"},
        rows,
    )


def funnel_said(result: Variation) -> Html:
    """What the funnel plot shows, and why so many lie outside the limits of chance."""
    funnel, row = result.funnel, result.indicator(result.funnel.indicator_id)
    total, own = len(funnel.councils), result.funnel_figures
    left = int(own.loc[own["year"].eq(funnel.year), "weak"].sum())
    out = {
        name: len(funnel.outside(name)) for name in ("inner", "outer", "wide_inner", "wide_outer")
    }
    rule = "To lie outside these limits is the rule and marks out nobody."
    why = (
        "These are counts of all on the books, not samples. Chance here means: as if the same "
        f"probability held in every council. With {funnel.councils['base'].median():,.0f} "
        f"{_counted(row).lower()} in the middle council that leaves little room, so that any "
        "difference in who lives there, in practice or in recording puts a council outside. "
        f"Statisticians call this overdispersion. {rule if out['outer'] > total / 2 else ''}"
    ).strip()
    if SCALES[funnel.interval] == IDENTITY:
        why = (
            "In a survey, chance decides who is asked. More councils outside than chance would put "
            "there (overdispersion) means that councils differ, or those who answer do."
        )
    return _prose(
        [
            f"{sentence(row['short_name'])} in {funnel.year}: {count(total, 'council')} around "
            f"{number(funnel.centre, row['unit'])}, the figure for all of them together. Source: "
            f"{_basis(result, funnel.basis_id)}.{f' Left out as {WEAK}: {left}.' if left else ''} If nothing but chance set them apart, about "
            f"{(1 - INNER) * total:.0f} would lie outside the 95% limits and "
            f"{(1 - OUTER) * total:.1f} outside the 99.8% limits. In fact {out['inner']} and "
            f"{out['outer']} do.",
            why,
            f"The wider limits allow for the usual differences between councils as well. Outside "
            f"them: {out['wide_inner']} at 95% and {out['wide_outer']} at 99.8%.",
            "Many councils report exactly 0 or 100% here, so that limits of this kind fit badly."
            if piled(own)
            else "",
        ]
    )


def funnel_outside(result: Variation) -> Html:
    """The councils outside the widened outer limits, by name."""
    funnel, row = result.funnel, result.indicator(result.funnel.indicator_id)
    out = funnel.outside("wide_outer")
    if out.empty:
        return _prose(["No council lies outside the widened 99.8% limits."])
    rows = [
        {
            "name": _council(council),
            "value": _figure(council, row["unit"]),
            "base": f"{council['base']:,}" if pd.notna(council["base"]) else "[x]",
            "direction": sentence(council["direction"]),
        }
        for council in out.to_dict("records")
    ]
    columns = {"name": "Council", "value": "Figure (95% interval)", "base": _counted(row)}
    return table(
        f"Outside the widened 99.8% limits: {row['short_name']}, {funnel.year}, by name",
        {**columns, "direction": "Beside all councils"},
        rows,
        numeric=("base",),
    )


def year_after_year(result: Variation) -> Html:
    """The councils outside the widened outer limits year after year, by name, and what that means."""
    found = result.persistent
    if not found.followed:
        return _prose(["No indicator has three years with intervals on one basis."])
    left = sorted(str(result.indicator(one)["short_name"]) for one in result.piled)
    ceiling = (
        "Left out, because many councils report exactly 0 or 100% and such limits do not fit: "
        f"{listing(left)}."
    )
    paragraphs = [
        f"{count(len(found.indicators), 'indicator')} can be followed, {found.followed:,} series of "
        f"one council and one indicator. Outside the 99.8% limits of chance alone, on the same side "
        f"in at least {MOST_YEARS} of the latest {YEARS_OF_A_TREND} comparable years (in every year "
        f"of a basis with three or four): {found.by_chance_limits:,} "
        f"({100 * found.by_chance_limits / found.followed:.0f}%). Outside the widened limits: "
        f"{len(found.councils)}.",
        f"The limits are widened with the outermost {DRAWN_IN:.0%} at each end drawn in, so that "
        "those whom they should find do not widen them. That makes them strict: were councils "
        f"spread in one smooth bell, {100 * found.expected:.1f}% of single figures would still lie "
        f"outside; {100 * found.observed:.1f}% do. With nobody drawn in, "
        f"{found.untrimmed or 'no'} series {'lies' if found.untrimmed < 2 else 'lie'} outside year "
        "after year. A council named here is at one end of the range; why, the figures do not say.",
        ceiling if left else "",
    ]
    if found.councils.empty:
        return _prose(paragraphs)
    at = result.figures.set_index(["indicator_id", "area_code", "year"])
    rows = []
    for row in found.councils.to_dict("records"):
        years = row["years"].split(";")
        figure = at.loc[(row["indicator_id"], row["area_code"], years[-1])]
        about = result.indicator(row["indicator_id"])
        rows.append(
            {
                "name": _council(row),
                "indicator": _two(sentence(about["short_name"]), _basis(result, row["basis_id"])),
                "direction": sentence(row["direction"]),
                "years": f"{row['outside']} of {row['of']}: {year_ranges(years)}",
                "value": _two(_figure(figure, about["unit"]), years[-1]),
            }
        )
    columns = {"name": "Council", "indicator": "Indicator and source"}
    columns |= {"direction": "Beside all councils", "years": "Years outside"}
    return _prose(paragraphs) + table(
        "Outside the widened 99.8% limits year after year, by name",
        {**columns, "value": "Latest of them (95% interval)"},
        rows,
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
                "name": _two(sentence(row["short_name"]), row["year"]),
                **{
                    grouping: _two(
                        _share_cell(by[grouping], "share"),
                        "clear" if by[grouping]["clear"] else "not clear",
                    )
                    if grouping in by
                    else "[x]"
                    for grouping in GROUP_WORDS
                },
                "within": _sd(region, "within") + _points(region) if region else "[x]",
            }
        )
    if not rows:
        return _prose(["No indicator differs enough between councils to be shared out."])
    gone = result.shares.loc[result.shares["grouping"].eq("council_type"), "left_out"].max()
    overlap = "Regions and types overlap, London above all, so the two shares cannot be added."
    if gone:
        overlap += f" Councils since abolished (up to {gone} in a year) have no type here."
    columns = {"name": "Indicator and year", "region": "Between regions (95% interval)"}
    columns |= {"council_type": "Between types (95% interval)"}
    return _prose([_regions_said(result), overlap]) + table(
        "Share of the differences beyond chance that lies between regions and between types",
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
            "sd": _sd_cell({**row, "unit": about["unit"]}),
        }
        for row in result.groups.to_dict("records")
    ]
    columns = {"name": "Region or type", "councils": "Councils", "middle": "Median"}
    return table(
        f"{sentence(about['short_name'])} in {result.funnel.year} within regions and types. Source: "
        f"{_basis(result, result.funnel.basis_id)}",
        {**columns, "half": "Middle half", "sd": SD},
        rows,
        numeric=("councils",),
        group="grouping",
    )


def _stands(result: Variation) -> str:
    """Which conclusions stand in every way of working them out."""
    base, *others = result.conclusions
    touched = [one for one in others if one.tested is not None]
    if all(one.differ == one.measures for one in result.conclusions):
        first = "That councils differ by more than chance stands in every way of working it out"
    else:
        said = [
            f"{one.differ} of {one.measures} {WAYS[one.label][1]}" for one in result.conclusions
        ]
        first = f"Councils differ by more than chance on {listing(said)}"
    moved = [
        f"{_moved(result, one)} {WAYS[one.label][1]}"
        for one in touched
        if (one.growing, one.shrinking) != (base.growing, base.shrinking)
    ]
    second = "What grows or shrinks clearly stands in every way too" if base.tested else ""
    if moved:
        second = (
            f"What grows or shrinks clearly does not: {_moved(result, base)} {WAYS[ALL][1]}, "
            f"{listing(moved)}"
        )
    by_region = [
        f"on {len(one.regions or ()) or 'none'} {WAYS[one.label][1]}"
        for one in touched
        if one.regions != base.regions
    ]
    third = "The same indicators differ clearly between regions in every way"
    if by_region:
        third = (
            f"Differences between regions do not stand: they are clear on "
            f"{len(base.regions or ()) or 'none'} of {count(base.measures, 'indicator')} "
            f"{WAYS[ALL][1]}, {listing(by_region)}"
        )
    named = base.persistent or frozenset()
    kept = [
        f"{len(named & one.persistent) or 'none'} of {len(named)} {WAYS[one.label][1]}"
        for one in touched
        if one.persistent is not None and not named <= one.persistent
    ]
    fourth = f"Of the series outside year after year, there remain {listing(kept)}" if kept else ""
    return " ".join(f"{said}." for said in (first, second, third, fourth) if said)


def _moved(result: Variation, one: Conclusion) -> str:
    parts = []
    for word, ids in ((GROWING, one.growing), (SHRINKING, one.shrinking)):
        names = sorted(str(result.indicator(each)["short_name"]) for each in ids or ())
        parts += [f"{listing(names)} ({word})"] if names else []
    return " and ".join(parts) or "nothing"


def sensitivity(result: Variation) -> Html:
    """The chapter's conclusion, worked out in other ways, and whether it stands."""
    about = result.indicator(result.funnel.indicator_id)
    rows = []
    for one in result.conclusions:
        sd = {
            "unit": about["unit"],
            "sd": one.sd,
            "sd_lower": one.sd_lower,
            "sd_upper": one.sd_upper,
        }
        shares = (one.i2_survey, one.i2_counts)
        rows.append(
            {
                "way": WAYS[one.label][0],
                "differ": f"{one.differ} of {one.measures}",
                "i2": "; ".join("[z]" if pd.isna(s) else share_text(s) for s in shares),
                "sd": "[z]" if pd.isna(one.sd) else _sd_cell(sd),
                "moved": "[z]" if one.tested is None else sentence(_moved(result, one)),
                "regions": "[z]" if one.regions is None else len(one.regions),
                "outside": "[z]" if one.persistent is None else len(one.persistent),
            }
        )
    note = (
        "No correlation is used in this chapter; the estimator and the scale are exchanged instead. "
        "[z]: the way does not touch this column, or there is no such indicator."
    )
    columns = {
        "way": "Way",
        "differ": "Indicators beyond chance",
        "i2": "Median I²: surveys; counts",
    }
    columns["sd"] = f"Standard deviation, {about['short_name']} {result.funnel.year} (95% interval)"
    columns |= {
        "moved": "Clear changes",
        "regions": "Clear differences between regions (indicators)",
    }
    return _prose([_stands(result), note]) + table(
        "The conclusions in other ways",
        {**columns, "outside": "Series outside the limits year after year"},
        rows,
    )


def every_year(result: Variation) -> Html:
    """The spread of every indicator and year, and how many figures were left out."""
    all_years = result.indicators.merge(result.years_table, on="indicator_id")
    bases = result.review.bases.set_index("basis_id")["short_name"]
    percentiles = {"low": "10th", "quarter": "25th", "middle": "50th (median)"}
    percentiles |= {"three_quarters": "75th", "high": "90th"}
    rows = []
    for row in all_years.to_dict("records"):
        held = {name: number(row[name], row["unit"]) for name in percentiles}
        held |= {"sd": _sd_cell(row), "i2": _share_cell(row)}
        rows.append(
            {
                "indicator": f"{row['name']} ({UNITS[row['unit']]})",
                "year": _two(row["year"], bases[row["basis_id"]]),
                "councils": f"{row['councils']} ({row['left_out']})",
                **(held if row["councils"] else dict.fromkeys(held, WEAK)),
            }
        )
    left, held_figures = int(all_years["left_out"].sum()), int(all_years["councils"].sum())
    whole = [
        f"{row['short_name']} in {row['year']}"
        for row in all_years[all_years["councils"].eq(0)].to_dict("records")
    ]
    few = [
        f"{year} ({count(int(councils), 'council')})"
        for year, councils in result.few.groupby("year")["councils"].max().items()
    ]
    paragraphs = [
        f"{left:,} of {left + held_figures:,} figures are marked {WEAK} (a base under {MIN_BASE}, a "
        f"rate of under {MIN_EVENTS} events, or unreliable by their publisher’s word) and left out of all statistics"
        + (f", among them all of {listing(whole)}." if whole else "."),
        f"Years in which fewer than half of the councils have a figure are left out: {listing(few)}."
        if few
        else "",
        "[x]: no intervals were published, so that chance cannot be told apart.",
    ]
    drawn = table(
        f"The spread between councils, {count(len(rows), 'row')} of one indicator and year",
        {
            "year": "Year and source",
            "councils": f"Councils (left out as {WEAK})",
            **{name: f"{place} percentile" for name, place in percentiles.items()},
            "sd": SD,
            "i2": I2,
        },
        rows,
        group="indicator",
    )
    details = Markup("<details>\n<summary>Every indicator and year</summary>\n{}</details>\n")
    return _prose(paragraphs) + Html(details.format(drawn))
