"""The chapter on direct payments over time: England, the spread, who went up and who went down."""

from typing import Any

import pandas as pd
from IPython.display import Image
from markupsafe import Markup

from evidence_review.analyse.change import direction
from evidence_review.analyse.findings import ENGLAND
from evidence_review.analyse.national.direct_payments import (
    BASIS,
    NEW_BASIS,
    DirectPayments,
    direct_payments,
    spread_change,
)
from evidence_review.analyse.national.older_people import national, subsets, summary
from evidence_review.analyse.statistics import YEARS_OF_A_TREND
from evidence_review.show.charts import picture
from evidence_review.show.council.budgets import COLLECTIONS
from evidence_review.show.council.change import BEGINS, TREND_WORDS
from evidence_review.show.council.figures import two_lines
from evidence_review.show.html import Html, table
from evidence_review.show.national import groups_charts as shared
from evidence_review.show.words import count, interval, listing, number, sentence, year_ranges

__all__ = ["direct_payments"]

PERCENT = "percent"
SAME = "no clear change"  # as `change.direction` says it
WENT = {"increasing": "went up", "decreasing": "went down", SAME: "did not clearly change"}
LEVELS = {"england": "England", "region": "Regions", "council type": "Types of council"}


def _labels(result: DirectPayments) -> dict[str, str]:
    return {row["series"]: sentence(row["label"]) for row in result.series.to_dict("records")}


def _moves(result: DirectPayments) -> pd.DataFrame:
    """The moves with the columns that tables and charts need."""
    labels, rows = _labels(result), result.moves
    span = rows["first_year"] + " to " + rows["last_year"]
    return rows.assign(
        name=span,
        under="",
        unit=PERCENT,
        heading=rows["series"].map(labels),
        label=span,
        said=span,
        span=span,
        year=rows["last_year"],
    )


def _whole(result: DirectPayments) -> pd.DataFrame:
    """The moves from the first year with counts to the last, one row a series."""
    rows, (first, last) = _moves(result), result.spans[-1]
    return rows[rows["first_year"].eq(first) & rows["last_year"].eq(last)]


def finding(result: DirectPayments) -> Html:
    """What the chapter finds, in a few sentences."""
    points = [
        shared.point("Who takes one.", _who_sentence(result)),
        shared.point("Trend.", _trend_sentence(result)),
        shared.point("Councils.", _councils_sentence(result)),
        shared.point("Spread.", _spread_sentence(result)),
        shared.point("After the break.", _newest_sentence(result)),
    ]
    return shared.prose(f"{_england_sentence(result)} Source: SALT.", points=points)


def _england_sentence(result: DirectPayments) -> str:
    """England's first, highest and last figure of the first series, and the change."""
    main = result.take_up[
        result.take_up["series"].eq(result.series["series"].iloc[0])
        & result.take_up["basis_id"].eq(BASIS)
    ]
    first, last = main.iloc[0], main.iloc[-1]
    top = main.loc[main["value"].idxmax()]
    whole = _whole(result).iloc[0]
    label = sentence(result.series["label"].iloc[0])
    change = shared.change_text(
        whole["change"], whole["change_lower"], whole["change_upper"], PERCENT
    )
    shown = (
        [first, top, last] if top["year"] not in (first["year"], last["year"]) else [first, last]
    )
    ends = listing(
        [
            f"{shared.value_text(row['value'], row['lower'], row['upper'], PERCENT)} in {row['year']}"
            for row in shown
        ]
    )
    return (
        f"{label}, in England: {ends}. From {whole['first_year']} to {whole['last_year']} the change "
        f"is {change}."
    )


def _who_sentence(result: DirectPayments) -> str:
    labels = _labels(result)
    parts = []
    for row in _whole(result).iloc[1:].to_dict("records"):
        change = shared.change_text(
            row["change"], row["change_lower"], row["change_upper"], PERCENT
        )
        parts.append(
            f"{labels[row['series']]}: {shared.side_text(row, 'first')} in {row['first_year']} and "
            f"{shared.side_text(row, 'second')} in {row['last_year']}, {change}."
        )
    return " ".join(parts) or "Only one group was asked for."


def _trend_sentence(result: DirectPayments) -> str:
    own = result.areas[result.areas["area_code"].eq(ENGLAND)].iloc[0]
    if not own["trend_from"]:
        return (
            f"There are not {YEARS_OF_A_TREND} years in a row with counts, so no trend is tested."
        )
    tested = result.areas[result.areas["level"].eq("region")].drop_duplicates("area_code")
    parts = [
        f"{said} in {listing(list(tested.loc[tested['trend'].eq(word), 'name']))}"
        for word, said in WENT.items()
        if tested["trend"].eq(word).any()
    ]
    return (
        f"Over the five years with counts in a row, {own['trend_from']} to {own['trend_to']}, "
        f"take-up {WENT[own['trend']]} in England. It {'; it '.join(parts)}. The years after "
        f"{own['trend_to']} cannot be tested for a trend."
    )


def _councils_sentence(result: DirectPayments) -> str:
    row = dict(_whole(result).iloc[0])
    found = row["pooled"]
    return (
        f"From {row['span']}, {row['beyond_higher']} of {row['tested']} councils went up beyond "
        f"chance, {row['beyond_lower']} down. Over all councils together the change is "
        f"{shared.change_text(found.mean, found.lower, found.upper, PERCENT)}; in 95% of councils it "
        f"lies from {interval(found.low, found.high, PERCENT, points=True)} points."
    )


def _spread_sentence(result: DirectPayments) -> str:
    labels, parts = _labels(result), []
    for row in result.spreads.to_dict("records"):
        word = {"higher": "wider", "lower": "narrower", SAME: "neither clearly wider nor narrower"}
        said = word[direction(row["lower"] - 1, row["upper"] - 1)]
        parts.append(
            f"{labels[row['series']]}: {said}, standard deviation {row['sd_first']:.1f} and then "
            f"{row['sd_second']:.1f} points"
        )
    first, last = result.spans[-1]
    return f"The same councils in {first} and {last}. {'. '.join(parts)}."


def _newest_sentence(result: DirectPayments) -> str:
    rows = result.take_up[result.take_up["basis_id"].eq(NEW_BASIS)]
    if rows.empty:
        return "No figure from client level data lies in these years."
    row = rows.iloc[0]
    half = (
        f" and {interval(row['quarter'], row['three_quarters'], PERCENT)} in the middle half of "
        f"{row['councils']} councils"
        if row["councils"]
        else ", marked [u]: of low reliability"
    )
    return (
        f"Client level data for {row['year']} give {number(row['value'], PERCENT)} "
        f"({interval(row['lower'], row['upper'], PERCENT)}) in England{half}. They count in another "
        f"way: this is no change since {result.spans[-1][1]}."
    )


def take_up(result: DirectPayments) -> Html:
    """England and the spread of councils, year by year."""
    labels = _labels(result)
    rows = [
        {
            **row,
            "unit": PERCENT,
            "heading": labels[row["series"]],
            "under": COLLECTIONS[row["basis_id"]],
        }
        for row in result.take_up.to_dict("records")
    ]
    return shared.spread_table("Take-up, England and all councils, year by year", rows)


def take_up_chart(result: DirectPayments) -> Image:
    """All councils and England over the years, with the break."""
    points = result.take_up
    breaks = points[points["basis_id"].eq(NEW_BASIS)][["series", "year"]]
    names = _labels(result)
    figure = shared.spread_by_year(
        points,
        names,
        list(result.years),
        breaks.assign(name=BEGINS[NEW_BASIS]),
        result.missing,
    )
    gap = f" No figures for {year_ranges(result.missing)}." if result.missing else ""
    text = shared.spread_text(points, names, result)
    return picture(figure, f"{_england_sentence(result)}{gap} {text}")


def spread(result: DirectPayments) -> Html:
    """Whether councils differ more or less than before."""
    labels = _labels(result)
    rows = [
        {
            "name": labels[row["series"]],
            **{
                end: Markup('{:.1f} <span class="er-second">middle half {:.1f}</span>').format(
                    row[f"sd_{end}"], row[f"half_{end}"]
                )
                for end in ("first", "second")
            },
            "ratio": Markup('{:.2f} <span class="er-limits">({:.2f} to {:.2f})</span>').format(
                row["ratio"], row["lower"], row["upper"]
            ),
            "p": shared.p_text(row["p"]),
            "councils": row["councils"],
        }
        for row in result.spreads.to_dict("records")
    ]
    first, last = result.spans[-1]
    columns = {
        "name": "Take-up of",
        "first": f"Standard deviation {first}, points",
        "second": f"Standard deviation {last}, points",
        "ratio": "Second over first (95% interval)",
        "p": "p",
        "councils": "Councils",
    }
    return table(
        "How far councils differ: the same councils in two years", columns, rows, ["p", "councils"]
    )


def moves(result: DirectPayments) -> Html:
    """How many councils went up and down between years on one basis."""
    return shared.councils_table(
        "Councils that went down or up between two years", _moves(result), ("down", "up"), "heading"
    )


def moves_chart(result: DirectPayments) -> Image:
    """Councils of the first series counted by whether they went down or up."""
    rows = _moves(result)
    rows = rows[rows["series"].eq(result.series["series"].iloc[0])]
    lead = f"{sentence(result.series['label'].iloc[0])}. {_councils_sentence(result)}"
    return shared.directions_picture(rows, ("down", "up"), lead)


def areas(result: DirectPayments) -> Html:
    """England, regions and types of council: first, last, trend, and 2024-25 apart."""
    rows = []
    for (level, name), own in result.areas.groupby(["level", "name"], sort=False):
        counted = _with_limits(own, BASIS).to_dict("records")
        first, last = counted[0], counted[-1]
        found = national(pd.Series(first), pd.Series(last))
        change = shared.change_cell(
            found["change"], found["change_lower"], found["change_upper"], PERCENT
        )
        span = f"{own['trend_from'].iloc[0]} to {own['trend_to'].iloc[0]}"
        newest = _with_limits(own, NEW_BASIS).to_dict("records")
        rows.append(
            {
                "name": name,
                "level": LEVELS[str(level)],
                "first": _figure(first),
                "last": _figure(last),
                "change": change if len(counted) > 1 else "[z]",
                "trend": two_lines(
                    TREND_WORDS[own["trend"].iloc[0]], span if own["trend_from"].iloc[0] else ""
                ),
                "newest": _figure(newest[-1]) if newest else "[x]",
            }
        )
    columns = {
        "name": "Area",
        "first": "First year (95% interval)",
        "last": "Last year (95% interval)",
        "change": "Change (95% interval)",
        "trend": f"Trend over {YEARS_OF_A_TREND} years",
        "newest": "Client level data, apart",
    }
    caption = f"{sentence(result.series['label'].iloc[0])}, by region and type of council"
    return table(caption, columns, rows, group="level")


def _with_limits(own: pd.DataFrame, basis: str) -> pd.DataFrame:
    return own[own["basis_id"].eq(basis) & own["lower"].notna()]


def _figure(row: dict[Any, Any]) -> Markup:
    value = shared.value_cell(row["value"], row["lower"], row["upper"], PERCENT)
    return two_lines(value, row["year"])


def missing(result: DirectPayments) -> Html:
    """What the missing years mean."""
    if not result.missing:
        return shared.prose("No year between the first and the last is without figures.")
    indicator = result.series["indicator_id"].iloc[0]
    reasons = result.review.unavailable
    own = reasons[
        reasons["indicator_id"].eq(indicator)
        & reasons["first_year"].le(result.missing[-1])
        & reasons["last_year"].ge(result.missing[0])
    ]["reason"]
    last = result.take_up[result.take_up["basis_id"].eq(BASIS)]["year"].max()
    points = [
        "Whether take-up fell, rose or stood still in these years cannot be said, for England or "
        "for any council.",
        f"The figures before ({last}) and after are counts of different kinds. Their difference "
        "mixes any real change with the change of count, and nothing here can part the two.",
        "The later part of the pandemic and the years after it fall into this gap.",
    ]
    if len(result.newest):
        newest = str(result.newest["year"].max())
        ready = int(newest[:4]) + YEARS_OF_A_TREND - 1
        points.append(
            f"A trend over {YEARS_OF_A_TREND} years on the new count can first be tested with the "
            f"figures of {ready}-{(ready + 1) % 100:02d}."
        )
    councils = int(result.take_up.groupby("year")["councils"].max().median())
    return shared.prose(
        f"There is no figure for any council in {year_ranges(result.missing)}: "
        f"{count(len(result.missing), 'year')}, or about {len(result.missing) * councils:,} council "
        f"figures. {' '.join(own)}",
        points=points,
    )


def sensitivity(result: DirectPayments) -> Html:
    """Whether the conclusions hold without London and without small bases."""
    rows, said = [], []
    for label, some in subsets(result.moved):
        found, spread_ = summary(some), spread_change(some[~some["weak"]])
        limits = f"({spread_['lower']:.2f} to {spread_['upper']:.2f})"
        rows.append(
            {
                "name": label,
                "beyond": shared.beyond_cell(found, ("down", "up")),
                "pooled": shared.pooled_cell(found["pooled"], PERCENT),
                "ratio": f"{spread_['ratio']:.2f} {limits}",
            }
        )
        said.append(
            (
                direction(found["pooled"].lower, found["pooled"].upper),
                direction(spread_["lower"] - 1, spread_["upper"] - 1),
            )
        )
    first, last = result.spans[-1]
    columns = {
        "name": f"{sentence(result.series['label'].iloc[0])}, {first} to {last}",
        "beyond": "Councils beyond chance",
        "pooled": "Change, all councils together (95% interval)",
        "ratio": "Standard deviation, second over first",
    }
    texts = [
        shared.holds_text([each[at] == said[0][at] for each in said], what)
        for at, what in enumerate(("What is said of the change", "What is said of the spread"))
    ]
    return table("The conclusions tried on other sets of councils", columns, rows) + shared.prose(
        " ".join(texts)
    )


def by_council(result: DirectPayments) -> Html:
    """Every council's first and last figure, its change, and 2024-25 apart."""
    newest = {
        row["area_code"]: shared.value_cell(row["value"], row["lower"], row["upper"], PERCENT)
        for row in result.newest.to_dict("records")
    }
    more = (
        {"newest": (f"{result.newest['year'].max()}, client level data (apart)", newest)}
        if newest
        else {}
    )
    first, last = result.spans[-1]
    caption = f"{sentence(result.series['label'].iloc[0])}, {first} and {last}, council by council"
    return shared.by_council(caption, result.moved, (first, last), PERCENT, SAME, more)
