"""What the chapter on direct payments says in words, worked out from its result."""

from typing import Any

import pandas as pd

from evidence_review.analyse.change import direction
from evidence_review.analyse.national.direct_payments import (
    BASIS,
    NEW_BASIS,
    OF_CARERS,
    PEOPLE,
    DirectPayments,
)
from evidence_review.analyse.statistics import YEARS_OF_A_TREND
from evidence_review.read.areas import ENGLAND
from evidence_review.show.national import groups_words as words
from evidence_review.show.national.groups_words import SAME
from evidence_review.show.words import count, interval, listing, number, sentence, year_ranges

PERCENT = "percent"
WENT = {"increasing": "went up", "decreasing": "went down", SAME: "did not clearly change"}
SPREAD = {
    "higher": "lie further apart",
    "lower": "have drawn closer together",
    SAME: "lie neither clearly closer together nor clearly further apart",
}


def labels(result: DirectPayments) -> dict[str, str]:
    """Series → its label as a heading."""
    return {row["series"]: sentence(row["label"]) for row in result.series.to_dict("records")}


def moves(result: DirectPayments) -> pd.DataFrame:
    """The moves with the columns that tables and charts need."""
    rows = result.moves
    span = rows["first_year"] + " to " + rows["last_year"]
    first, last = result.spans[-1]
    is_whole = rows["first_year"].eq(first) & rows["last_year"].eq(last)
    whole_label = " (first to last)" if len(result.spans) > 1 else ""
    return rows.assign(
        name=span,
        under="",
        unit=PERCENT,
        heading=rows["series"].map(labels(result)),
        label=span.where(~is_whole, span + whole_label),
        said=span,
        span=span,
        year=rows["last_year"],
    )


def whole(result: DirectPayments) -> pd.DataFrame:
    """The moves from the first year with counts to the last, one row a series."""
    rows, (first, last) = moves(result), result.spans[-1]
    return rows[rows["first_year"].eq(first) & rows["last_year"].eq(last)]


def opening(result: DirectPayments) -> str:
    """The finding in plain words: England, the councils behind it, and what came after the break."""
    row = dict(whole(result).iloc[0])
    parts = [
        england(result),
        f"Behind this, councils moved: from {row['span']}, {row['beyond_higher']} of {row['tested']} "
        f"went up and {row['beyond_lower']} went down by more than chance explains.",
    ]
    if result.missing:
        parts.append(f"For {year_ranges(result.missing)} there are no figures.")
    new = _newest(result)
    if new:
        parts.append(
            f"The figure of {new['year']}, {_figure(new)}, is counted in another way"
            f"{' and of low reliability' if new['weak'] else ''}; it cannot be set beside the "
            "earlier ones."
        )
    collections = "councils’ returns (SALT)" + ("; client level data" if new else "")
    label = "Sources" if new else "Source"
    return " ".join([*parts, words.BRACKETS, f"{label}: {collections}."])


def _who(result: DirectPayments) -> tuple[str, str]:
    """Whom the first series counts, and what they have: "people with long-term support …"."""
    row = result.series.iloc[0]
    what = words.WHO[row["indicator_id"]].replace("get ", "had ").replace("have ", "had ")
    if row["indicator_id"] in OF_CARERS:
        return "carers with support from their council", what
    age = PEOPLE[row["group"]].removeprefix("people").replace(" of all ages", "")
    return f"people{age} with long-term support in the community", what


def _figure(row: dict[str, Any]) -> str:
    return words.value_text(row["value"], row["lower"], row["upper"], PERCENT)


def england(result: DirectPayments) -> str:
    """England's last, first and highest figure of the first series, and which way it went."""
    main = result.take_up[
        result.take_up["series"].eq(result.series["series"].iloc[0])
        & result.take_up["basis_id"].eq(BASIS)
    ]
    counted = main.dropna(subset=["lower"]).to_dict("records")
    first, last = counted[0], counted[-1]
    top = max(counted, key=lambda row: row["value"])
    who, what = _who(result)
    row = whole(result).iloc[0]
    gap = float(row["change"])
    way = direction(row["change_lower"], row["change_upper"])
    if way == SAME:
        change = "not clearly more or fewer than"
    else:
        change = f"{abs(gap):.1f} points {'more' if gap > 0 else 'fewer'} than"
    text = (
        f"In England in {last['year']}, {_figure(last)} of {who} {what}, {change} in "
        f"{first['year']} ({number(first['value'], PERCENT)}, {interval(first['lower'], first['upper'], PERCENT)})."
    )
    if top["year"] not in (first["year"], last["year"]):
        text += f" The highest share was {_figure(top)} in {top['year']}."
    return text


def by_group(result: DirectPayments) -> str:
    """England's first and last figure of every series but the first."""
    named = labels(result)
    parts = [
        f"{named[row['series']]}: {words.side_text(row, 'first')} in {row['first_year']} and "
        f"{words.side_text(row, 'second')} in {row['last_year']}, {words.england_change(row)}."
        for row in whole(result).iloc[1:].to_dict("records")
    ]
    return " ".join(parts) or "Only one group was asked for."


def trend(result: DirectPayments) -> str:
    """The tested trend of England and its regions."""
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
    regions = f" Among regions it {'; it '.join(parts)}." if parts else ""
    return (
        f"Over the {YEARS_OF_A_TREND} years in a row with counts, {own['trend_from']} to "
        f"{own['trend_to']}, take-up {WENT[own['trend']]} in England.{regions} The years after "
        f"{own['trend_to']} cannot be tested for a trend."
    )


def in_councils(result: DirectPayments) -> str:
    """Councils up and down from the first year to the last, and all of them together."""
    row = dict(whole(result).iloc[0])
    found = row["pooled"]
    text = (
        f"From {row['span']}, take-up is higher in {row['higher']} of "
        f"{count(row['councils'], 'council')} and lower in {row['lower']}; beyond chance, higher in "
        f"{row['beyond_higher']} and lower in {row['beyond_lower']}."
    )
    if found is None:
        return text
    together = words.change_text(found.mean, found.lower, found.upper, PERCENT)
    return (
        f"{text} Over all councils together the change is {together}; in 95% of councils it lies "
        f"from {interval(found.low, found.high, PERCENT, points=True)} points."
    )


def spread(result: DirectPayments) -> str:
    """Whether councils differ more or less than before, each series."""
    named = labels(result)
    first, last = result.spans[-1]
    parts = [
        f"{named[row['series']]}: they {spread_word(row)}, standard deviation {row['sd_first']:.1f} "
        f"and then {row['sd_second']:.1f} points, a ratio of {row['ratio']:.2f} (95% interval "
        f"{words.limit_text(row['lower'], centre=1)} to {words.limit_text(row['upper'], centre=1)})."
        for row in result.spreads.to_dict("records")
    ]
    return f"The same councils in {first} and {last}. {' '.join(parts)}"


def spread_word(row: dict[str, Any]) -> str:
    """What the interval of `direct_payments.spread_change` says of the spread."""
    return SPREAD[direction(row["lower"] - 1, row["upper"] - 1)]


def _newest(result: DirectPayments) -> dict[str, Any]:
    """England's row of client level data of the first series; empty where there is none."""
    rows = result.take_up[
        result.take_up["basis_id"].eq(NEW_BASIS)
        & result.take_up["series"].eq(result.series["series"].iloc[0])
    ]
    return dict(rows.iloc[0]) if len(rows) else {}


def after_the_break(result: DirectPayments) -> str:
    """England's figure in client level data and the councils' middle half."""
    row = _newest(result)
    if not row:
        return "No figure from client level data lies in these years."
    half = (
        f" and {interval(row['quarter'], row['three_quarters'], PERCENT)} in the middle half of "
        f"{count(row['councils'], 'council')}"
        if row["councils"]
        else ", marked [u]: of low reliability"
    )
    return (
        f"Client level data for {row['year']} give {_figure(row)} in England{half}. They count in "
        f"another way: this is no change since {result.spans[-1][1]}."
    )
