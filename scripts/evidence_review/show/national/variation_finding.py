"""What the chapter "How far councils differ" found, in sentences worked out from the results."""

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.national.variation import Variation
from evidence_review.analyse.national.variation_between import IDENTITY, SCALES
from evidence_review.analyse.national.variation_years import GROWING, SHRINKING
from evidence_review.show.council.change import UNITS
from evidence_review.show.html import Html
from evidence_review.show.national.variation_stands import stands
from evidence_review.show.national.variation_words import (
    headed,
    prose,
    share_limits,
    share_text,
)
from evidence_review.show.words import count, listing, number, sentence, signed

NAMED = 8  # as many councils are named in a sentence; more are for the table
GROUPINGS = {"region": "Regions", "council_type": "Types of council"}


def finding(result: Variation) -> Html:
    """The chapter's finding: an answer in plain words, then what it rests on, in points."""
    said = {
        "Chance.": _chance_said(result.newest),
        "Over the years.": changes_said(result),
        "Year after year.": _persistent_said(result),
        "Regions and types of council.": regions_said(result),
        "Does it stand?": stands(result),
    }
    opening = Markup("<strong>{}</strong> {} {}").format(
        _answer(result.newest),
        _example(result),
        "Why councils differ, these figures do not say, and a high or low one is no verdict.",
    )
    return prose(opening, points=[headed(name, text) for name, text in said.items() if text])


def _answer(rows: pd.DataFrame) -> str:
    differ = int(rows["i2_lower"].gt(0).sum())
    on = f"{differ or 'none'} of {count(len(rows), 'indicator')}"
    if differ == len(rows):
        on = {1: "the one indicator", 2: "both indicators"}.get(differ, f"all {differ} indicators")
    return f"England’s councils differ from each other by more than chance on {on} shown here."


def _example(result: Variation) -> str:
    funnel, row = result.funnel, result.indicator(result.funnel.indicator_id)
    values = funnel.councils["value"].quantile([0.1, 0.5, 0.9])
    low, middle, high = (number(value, row["unit"]) for value in values)
    unit = "" if row["unit"] == "percent" else f" ({UNITS[row['unit']]})"
    return (
        f"Take {row['short_name']} in {funnel.year}{unit}: in one council in ten the figure is {low} "
        f"or less, in the council in the middle {middle}, and in one in ten {high} or more."
    )


def _chance_said(rows: pd.DataFrame) -> str:
    """How much of the variance is chance, in surveys and in counts."""
    survey = rows["interval"].map(SCALES).eq(IDENTITY)
    parts = []
    for own, said in (
        (1 - rows.loc[survey, "i2"], "In surveys, where chance decides who is asked, it makes up"),
        (1 - rows.loc[~survey, "i2"], "In counts from records and registers it makes up"),
    ):
        ends = [f"{100 * share:.{1 if share < 0.05 else 0}f}%" for share in own.agg(["min", "max"])]
        if len(own):
            reach = f"{ends[0]} to {ends[1]}, by indicator" if len(own) > 1 else ends[0]
            parts.append(f"{said} {reach}.")
    return (
        "Part of the spread between published figures is chance; the measure of the spread is the "
        f"variance. {' '.join(parts)}"
    )


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
        f"{count(len(rows), 'series', 'series')} could be tested, each on one basis. The "
        f"differences between councils clearly grew for {parts[0]} and clearly shrank for {parts[1]}."
    )


def _persistent_said(result: Variation) -> str:
    found = result.persistent
    if not found.followed:
        return ""
    named = [
        f"{row['name']} ({result.indicator(row['indicator_id'])['short_name']}, {row['direction']})"
        for row in found.councils.to_dict("records")
    ]
    who = f": {listing(named)}" if 0 < len(named) <= NAMED else ""
    smooth = named and found.observed < 2 * found.expected and not found.untrimmed
    ends = (
        " It looks like the end of a smooth range, not like a case apart."
        if len(named) == 1
        else " They look like the ends of a smooth range, not like a class apart."
    )
    return (
        f"Of {found.followed:,} series of one council and one indicator, {len(named) or 'none'} "
        f"{'stays' if len(named) == 1 else 'stay'} year after year outside limits that allow for "
        f"the usual differences between councils{who}.{ends if smooth else ''}"
    )


def regions_said(result: Variation) -> str:
    """What part of the differences lies between regions, and between types of council."""
    shares = result.shares
    if shares.empty:
        return ""
    regions = shares[shares["grouping"].eq("region")]
    most = "Most of the differences lie between councils of the same region."
    parts = [most] if regions["share"].max() < 0.5 else []
    for grouping, name in GROUPINGS.items():
        rows = shares[shares["grouping"].eq(grouping)]
        if len(rows) == 1:
            row = rows.iloc[0]
            parts.append(
                f"{name} account for {share_text(row['share'])} of the variance beyond chance (95% "
                f"interval {share_limits(row, 'share')}; "
                f"{'clear' if row['clear'] else 'not clear'})."
            )
        elif len(rows):
            parts.append(
                f"{name} account for {share_text(rows['share'].median())} of the variance beyond "
                f"chance on the middle indicator and {share_text(rows['share'].max())} at most; "
                f"they differ clearly on {int(rows['clear'].sum()) or 'none'} of {len(rows)}."
            )
    about = regions["indicator_id"].eq(result.funnel.indicator_id)
    for row in regions[about].to_dict("records") if len(regions) > 1 else []:
        parts.append(
            f"{sentence(row['short_name'])} in {row['year']}: {share_text(row['share'])} between "
            f"regions (95% interval {share_limits(row, 'share')})."
        )
    return " ".join(parts)
