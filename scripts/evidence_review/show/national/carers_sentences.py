"""What the chapter on carers says in words, worked out from its result."""

from functools import lru_cache
from typing import Any

import pandas as pd

from evidence_review.analyse.change import direction
from evidence_review.analyse.groups import CARER_PAIRS
from evidence_review.analyse.national.carers import TAKE_UP, Carers, agreement
from evidence_review.show.national import groups_words as words
from evidence_review.show.national.groups_words import SAME
from evidence_review.show.words import count, listing, sentence, year_ranges

WENT = {"lower": "went down", "higher": "went up", SAME: "did not clearly change"}
TOGETHER = {
    "higher": "tend to have a higher one for carers",
    "lower": "tend to have a lower one for carers",
    SAME: "do not clearly have a higher or lower one for carers",
}


@lru_cache(maxsize=4)
def changes(result: Carers) -> pd.DataFrame:
    """The changes with the columns that tables and charts need."""
    if result.changes.empty:
        return result.changes
    columns = ["indicator_id", "short_name", "unit"]
    rows = result.changes.merge(result.indicators[columns], on="indicator_id")
    order = rows["indicator_id"].map(list(result.indicators["indicator_id"]).index)
    span = rows["first_year"] + " to " + rows["last_year"]
    rows = rows.assign(
        name=span,
        under="",
        said=rows["short_name"],
        heading=rows["short_name"].map(sentence),
        label=rows["short_name"].map(sentence),
        span=span,
        year=rows["last_year"],
    )
    return rows.iloc[order.argsort(kind="stable")]


def whole(result: Carers) -> pd.DataFrame:
    """The changes from the first survey to the last."""
    rows, years = changes(result), result.survey_years
    if rows.empty:
        return rows
    return rows[rows["first_year"].eq(years[0]) & rows["last_year"].eq(years[-1])]


@lru_cache(maxsize=4)
def beside(result: Carers) -> pd.DataFrame:
    """Carers beside people, with the columns that tables and charts need."""
    if result.beside.empty:
        return result.beside
    columns = ["indicator_id", "short_name", "unit"]
    rows = result.review.indicators[columns].merge(result.beside, on="indicator_id")
    return rows.assign(
        name=rows["year"],
        under="",
        said=rows["short_name"],
        heading=rows["short_name"].map(sentence),
        label=rows["short_name"].map(sentence) + ", " + rows["year"],
    )


def newest_beside(result: Carers) -> pd.DataFrame:
    """The rows of `beside` of the newest year."""
    rows = beside(result)
    return rows if rows.empty else rows[rows["year"].eq(rows["year"].max())]


def main_pairs(result: Carers) -> pd.DataFrame:
    """The councils' pairs on the main measure in the newest year; empty where it is not asked of
    people who use care."""
    person = {carer: one for one, carer in CARER_PAIRS.items()}.get(result.main)
    pairs = result.pairs[result.pairs["indicator_id"].eq(person)]
    return pairs[pairs["year"].eq(pairs["year"].max())]


def opening(result: Carers) -> str:
    """The finding in plain words: beside people who use care, and over the years."""
    rows = newest_beside(result)
    main = rows[rows["indicator_id"].map(CARER_PAIRS).eq(result.main)] if len(rows) else rows
    parts = [_pair(row) for row in main.to_dict("records")]
    source = "Source: Survey of Adult Carers in England."
    if parts:
        source = f"{words.BRACKETS} Sources: Survey of Adult Carers in England; Adult Social Care Survey."
    return " ".join([*parts, down_and_up(result), source])


def _pair(row: dict[str, Any]) -> str:
    return (
        f"{words.comparison(row, 'carers', 'people who use care')} Carers’ figure is lower in "
        f"{words.of_councils(row['lower'], row['councils'])}."
    )


def down_and_up(result: Carers) -> str:
    """How many of England's figures went down and up, over all surveys and between the last two."""
    rows, years = whole(result), result.survey_years
    if rows.empty:
        return f"Only the survey of {year_ranges(years)} can be shown, so no change."
    down, up = _moved(rows)
    text = f"From {years[0]} to {years[-1]}, in the survey of carers, {_which(down, up, len(rows))} in England."
    if len(years) == 2:
        return text
    last = _which(*_moved(_last_step(result)), len(rows))
    return f"{text} Between the last two surveys, {years[-2]} and {years[-1]}, {last}."


def _which(down: int, up: int, measures: int) -> str:
    """ "all 5 measures went down", "none of 5 measures went down and 3 went up"."""
    if measures == 1:
        return "the one measure shown " + ("went down" if down else "went up" if up else WENT[SAME])
    for some, went in ((down, "went down"), (up, "went up")):
        if some == measures:
            return f"{'both' if measures == 2 else f'all {measures}'} measures {went}"
    if not down and not up:
        return f"the {measures} measures did not clearly change"
    return f"{down or 'none'} of {measures} measures went down and {up or 'none'} went up"


def _last_step(result: Carers) -> pd.DataFrame:
    every, years = changes(result), result.survey_years
    return every[every["first_year"].eq(years[-2]) & every["last_year"].eq(years[-1])]


def _moved(rows: pd.DataFrame) -> tuple[int, int]:
    return int(rows["change_upper"].lt(0).sum()), int(rows["change_lower"].gt(0).sum())


def beside_people(result: Carers) -> str:
    """Carers beside people who use care in England: the main measure's difference, the others."""
    rows = newest_beside(result)
    if rows.empty:
        return "None of these measures is asked of people who use care as well."
    is_main = rows["indicator_id"].map(CARER_PAIRS).eq(result.main)
    parts = [
        f"The difference on {row['said']} is {words.england_change(row)}; in "
        f"{words.of_councils(row['beyond_lower'], row['tested'])} carers’ figure is lower beyond "
        f"chance. {words.BEYOND}"
        for row in rows[is_main].to_dict("records")
    ]
    parts += [_pair(row) for row in rows[~is_main].to_dict("records")]
    return " ".join(parts)


def together(result: Carers) -> str:
    """Whether councils with higher figures for people have higher ones for carers."""
    pairs = main_pairs(result)
    if pairs.empty:
        return ""
    both, year = agreement(pairs), pairs["year"].iloc[0]
    way = direction(both["pearson_lower"], both["pearson_upper"])
    return (
        f"Councils with a higher figure for people who use care {TOGETHER[way]}: Pearson’s "
        f"correlation {words.r_text(both, 'pearson')} over {count(int(both['councils']), 'council')} in "
        f"{year}, on {words.row_of(result, result.main)['short_name']}."
    )


def change_in_england(result: Carers) -> str:
    """England's changes from the first survey to the last, and between the last two."""
    rows, years = whole(result), result.survey_years
    if rows.empty:
        return "With one survey there is no change to show."
    text = f"From {years[0]} to {years[-1]}: {listing(_changes_said(rows))}."
    if len(years) > 2:
        text += f" From {years[-2]} to {years[-1]}: {listing(_changes_said(_last_step(result)))}."
    return text


def _changes_said(rows: pd.DataFrame) -> list[str]:
    return [
        f"{row['said']} {words.england_change(row, brief=True)}" for row in rows.to_dict("records")
    ]


def change_in_councils(result: Carers) -> str:
    """In how many councils each figure went down, from the first survey to the last."""
    rows = whole(result)
    if rows.empty:
        return "No council can be followed from one survey to another in these years."
    parts = [
        f"{row['said']} in {row['lower']} of {row['councils']} (beyond chance in "
        f"{row['beyond_lower']})"
        for row in rows.to_dict("records")
    ]
    most = rows["beyond_higher"].max()
    return (
        f"From {rows['span'].iloc[0]} the figure went down on {listing(parts)}. It went up beyond "
        f"chance in {f'at most {most}' if most else 'no council'} on any of them."
    )


def take_up(result: Carers) -> str:
    """England's take-up by carers, first and last year with counts."""
    parts = []
    for indicator in TAKE_UP:
        own = result.take_up[result.take_up["indicator_id"].eq(indicator)].dropna(subset=["base"])
        if len(own) < 2:
            continue
        name = sentence(words.row_of(result, indicator)["short_name"])
        first, last = (
            f"{words.value_text(row['value'], row['lower'], row['upper'], 'percent')} in "
            f"{row['year']}, {row['numerator']:,.0f} of {row['base']:,.0f} carers"
            for row in (own.iloc[0], own.iloc[-1])
        )
        newest = own.iloc[-1]
        parts.append(
            f"{name} in England: {first}; {last}. In {newest['year']}, {newest['at_100']} of "
            f"{newest['councils']} councils report 100%."
        )
    return (
        " ".join([*parts, "Source: councils’ returns (SALT)."])
        if parts
        else ("No two years of take-up by carers to compare.")
    )


def yearly(result: Carers) -> str:
    """How the figures moved a year within councils."""
    rows = result.trends.merge(result.indicators, on="indicator_id")
    if rows.empty:
        return ""
    parts = [
        f"{row['short_name']} "
        f"{words.change_text(row['slope'], row['lower'], row['upper'], row['unit'], 2)}"
        for row in rows.to_dict("records")
    ]
    first = rows.iloc[0]
    return (
        f"Each council held against itself, the figures moved a year from {first['first_year']} to "
        f"{first['last_year']} by: {'; '.join(parts)}."
    )
