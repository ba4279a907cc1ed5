"""The chapter on direct payments over time, section by section."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.change import direction
from evidence_review.analyse.national.direct_payments import (
    BASIS,
    NEW_BASIS,
    DirectPayments,
    direct_payments,
    spread_change,
)
from evidence_review.analyse.national.side_by_side import national, subsets, summary
from evidence_review.analyse.statistics import YEARS_OF_A_TREND
from evidence_review.show.charts import Chart, picture
from evidence_review.show.council.budgets import COLLECTIONS
from evidence_review.show.council.change import BEGINS, TREND_WORDS
from evidence_review.show.html import Html, style, table
from evidence_review.show.national import direct_payments_sentences as said
from evidence_review.show.national import groups_charts as charts
from evidence_review.show.national import groups_tables as tables
from evidence_review.show.national import groups_words as words
from evidence_review.show.national.direct_payments_sentences import PERCENT
from evidence_review.show.words import count, sentence, year_ranges

__all__ = [
    "areas",
    "by_council",
    "direct_payments",
    "finding",
    "missing",
    "moves",
    "moves_chart",
    "sensitivity",
    "spread",
    "style",
    "take_up",
    "take_up_chart",
]

LEVELS = {"england": "England", "region": "Regions", "council type": "Types of council"}
WENT = {"lower": "went down", "higher": "went up", words.SAME: "did not clearly change"}


def finding(result: DirectPayments) -> Html:
    """What the chapter finds: in plain words, then point by point."""
    points = [
        words.point("Who has one.", said.by_group(result)),
        words.point("Trend.", said.trend(result)),
        words.point("Councils.", f"{said.in_councils(result)} {words.BEYOND}"),
        words.point("How far councils differ.", said.spread(result)),
        words.point("After the break.", said.after_the_break(result)),
    ]
    return words.prose(said.opening(result), points=points)


def take_up(result: DirectPayments) -> Html:
    """England and the spread of councils, year by year."""
    rows = result.take_up.assign(
        unit=PERCENT,
        heading=result.take_up["series"].map(said.labels(result)),
        under=result.take_up["basis_id"].map(COLLECTIONS),
    )
    caption = "Take-up, England and all councils, year by year"
    return tables.main_first(caption, rows, tables.spread_table)


def take_up_chart(result: DirectPayments) -> Chart:
    """All councils and England over the years, with the break."""
    points = result.take_up
    breaks = points[points["basis_id"].eq(NEW_BASIS)][["series", "year"]]
    names = said.labels(result)
    figure = charts.spread_by_year(
        points,
        {series: f"{name}, per cent" for series, name in names.items()},
        list(result.years),
        breaks.assign(name=BEGINS[NEW_BASIS]),
        say_gaps=True,
    )
    gap = f" No figures for {year_ranges(result.missing)}." if result.missing else ""
    text = words.spread_text(points, names, result)
    return picture(figure, f"{said.england(result)}{gap} {text}")


def spread(result: DirectPayments) -> Html:
    """Whether councils differ more or less than before."""
    labels = said.labels(result)
    rows = [
        {
            "name": labels[row["series"]],
            **{
                end: Markup('{:.1f} <span class="er-second">middle half {:.1f}</span>').format(
                    row[f"sd_{end}"], row[f"half_{end}"]
                )
                for end in ("first", "second")
            },
            "ratio": _ratio(row),
            "p": words.p_text(row["p"]),
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
        "p": "p of no change",
        "councils": "Councils",
    }
    return table(
        "How far councils differ: the same councils in two years", columns, rows, ["p", "councils"]
    )


def moves(result: DirectPayments) -> Html:
    """How many councils went up and down between years on one basis."""
    rows, sides = said.moves(result), ("down", "up")

    def make(caption: str, some: pd.DataFrame) -> Html:
        return tables.councils_table(caption, some, sides, "heading", "Years")

    main = dict(said.whole(result).iloc[0])
    on = f"{result.series['label'].iloc[0]}, {main['span']}"
    return tables.main_first(
        "Councils that went down or up between two years", rows, make
    ) + tables.how_to_read(main, on, sides, "the figure")


def moves_chart(result: DirectPayments) -> Chart:
    """Councils of the first series counted by whether they went down or up."""
    rows = said.moves(result)
    rows = rows[rows["series"].eq(result.series["series"].iloc[0])]
    lead = f"{sentence(result.series['label'].iloc[0])}. {said.in_councils(result)}"
    return charts.directions_picture(rows, ("down", "up"), lead)


def areas(result: DirectPayments) -> Html:
    """England, regions and types of council: first, last, trend, and 2024-25 apart."""
    rows = []
    for (level, name), own in result.areas.groupby(["level", "name"], sort=False):
        counted = _with_limits(own, BASIS).to_dict("records")
        first, last = counted[0], counted[-1]
        found = national(pd.Series(first), pd.Series(last))
        change = tables.change_cell(
            found["change"], found["change_lower"], found["change_upper"], PERCENT
        )
        newest = _with_limits(own, NEW_BASIS).to_dict("records")
        rows.append(
            {
                "name": name,
                "level": LEVELS[str(level)],
                "first": _figure(first),
                "last": _figure(last),
                "change": tables.named(
                    change if len(counted) > 1 else "[z]", _trend_words(own.iloc[0])
                ),
                "newest": _figure(newest[-1]) if newest else "[x]",
            }
        )
    columns = {
        "name": "Area",
        "first": "First year (95% interval)",
        "last": "Last year (95% interval)",
        "change": f"Change (95% interval), and trend over {YEARS_OF_A_TREND} years",
        "newest": "Client level data, apart",
    }
    caption = f"{sentence(result.series['label'].iloc[0])}, by region and type of council"
    return table(caption, columns, rows, group="level")


def _trend_words(row: pd.Series) -> str:
    span = f", {row['trend_from']} to {row['trend_to']}" if row["trend_from"] else ""
    return f"{TREND_WORDS[row['trend']]}{span}"


def _with_limits(own: pd.DataFrame, basis: str) -> pd.DataFrame:
    return own[own["basis_id"].eq(basis) & own["lower"].notna()]


def _figure(row: dict[Any, Any]) -> Markup:
    value = tables.value_cell(row["value"], row["lower"], row["upper"], PERCENT)
    return tables.named(value, row["year"])


def missing(result: DirectPayments) -> Html:
    """What the missing years mean."""
    if not result.missing:
        return words.prose("No year between the first and the last is without figures.")
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
    return words.prose(
        f"There is no figure for any council in {year_ranges(result.missing)}: "
        f"{count(len(result.missing), 'year')}, or about {len(result.missing) * councils:,} council "
        f"figures. {' '.join(own).replace(chr(39), chr(8217))}",
        points=points,
    )


def sensitivity(result: DirectPayments) -> Html:
    """Whether the conclusions hold without London, without small bases, by another measure."""
    columns: dict[str, dict[str, Any]] = {}
    changed, spreads = {}, {}
    for label, some in subsets(result.moved):
        found, apart = summary(some), spread_change(some[~some["weak"]])
        columns[label] = {
            "beyond": tables.beyond_cell(found, ("down", "up")),
            "pooled": tables.pooled_cell(found["pooled"], PERCENT),
            "ratio": _ratio(apart),
            "half": f"{apart['half_first']:.1f}, then {apart['half_second']:.1f}",
        }
        way = direction(found["pooled"].lower, found["pooled"].upper)
        changed[label] = f"all councils together {WENT[way]}"
        spreads[label] = f"councils {said.spread_word(apart)}"
    first, last = result.spans[-1]
    headings = {
        "beyond": f"Councils beyond chance, {first} to {last}",
        "pooled": "Change, all councils together (95% interval)",
        "ratio": "Standard deviation, second over first (95% interval)",
        "half": "Width of the middle half, points",
    }
    texts = [
        words.holds_text(changed, "What is said of the change"),
        words.holds_text(spreads, "What is said of how far councils differ"),
        "No correlation enters these conclusions, so there is no other one to try.",
    ]
    return tables.tried(" ".join(texts), headings, columns)


def _ratio(row: dict[str, Any]) -> Markup:
    lower, upper = (words.limit_text(row[end], centre=1) for end in ("lower", "upper"))
    return Markup('{:.2f} <span class="er-limits">({} to {})</span>').format(
        row["ratio"], lower, upper
    )


def by_council(result: DirectPayments) -> Html:
    """Every council's first and last figure, its change, and 2024-25 apart."""
    newest = {
        row["area_code"]: tables.value_cell(row["value"], row["lower"], row["upper"], PERCENT)
        for row in result.newest.to_dict("records")
    }
    more = (
        {"newest": (f"{result.newest['year'].max()}, client level data (apart)", newest)}
        if newest
        else {}
    )
    first, last = result.spans[-1]
    caption = f"{sentence(result.series['label'].iloc[0])}, {first} and {last}, council by council"
    return tables.by_council(caption, result.moved, (first, last), PERCENT, words.SAME, more)
