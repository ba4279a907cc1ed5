"""The chapter on carers: survey by survey, beside people who use care, and what they take up."""

from functools import lru_cache
from typing import Any

import pandas as pd
from IPython.display import Image

from evidence_review.analyse.change import direction
from evidence_review.analyse.groups import CARER_PAIRS
from evidence_review.analyse.national.carers import (
    BASIS,
    FIRST_BASIS,
    TAKE_UP,
    Carers,
    agreement,
    carers,
)
from evidence_review.analyse.national.older_people import subsets, summary
from evidence_review.show.charts import picture, small_multiples
from evidence_review.show.council.change import BEGINS
from evidence_review.show.council.groups import SIDES
from evidence_review.show.html import Html, table
from evidence_review.show.national import groups_charts as shared
from evidence_review.show.words import count, listing, number, sentence, year_ranges

__all__ = ["carers"]

SAME = "no clear change"  # as `change.direction` says it
WENT = {"lower": "went down", "higher": "went up", SAME: "did not clearly change"}
OWN_BASIS = "asked fewer carers: on its own"


@lru_cache(maxsize=4)
def _changes(result: Carers) -> pd.DataFrame:
    """The changes with the columns that tables and charts need."""
    if result.changes.empty:
        return result.changes
    columns = ["indicator_id", "short_name", "unit"]
    rows = result.changes.merge(result.indicators[columns], on="indicator_id")
    order = rows["indicator_id"].map(list(result.indicators["indicator_id"]).index)
    rows = rows.assign(
        name=rows["short_name"].map(sentence),
        said=rows["short_name"],
        label=rows["short_name"].map(sentence),
        under=rows["first_year"] + " to " + rows["last_year"],
        span=rows["first_year"] + " to " + rows["last_year"],
        year=rows["last_year"],
    )
    return rows.iloc[order.argsort(kind="stable")]


def _whole(result: Carers) -> pd.DataFrame:
    """The changes from the first survey to the last."""
    rows, years = _changes(result), result.survey_years
    if rows.empty:
        return rows
    return rows[rows["first_year"].eq(years[0]) & rows["last_year"].eq(years[-1])]


@lru_cache(maxsize=4)
def _beside(result: Carers) -> pd.DataFrame:
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


def _newest_beside(result: Carers) -> pd.DataFrame:
    rows = _beside(result)
    return rows if rows.empty else rows[rows["year"].eq(rows["year"].max())]


def finding(result: Carers) -> Html:
    """What the chapter finds, in a few sentences."""
    rows = _newest_beside(result)
    main = rows[rows["indicator_id"].map(CARER_PAIRS).eq(result.main)] if len(rows) else rows
    first = (
        _pair_sentence(dict(main.iloc[0]))
        if len(main)
        else f"Surveys of carers that can be compared: {year_ranges(result.survey_years)}."
    )
    points = [
        shared.point("Beside people who use care.", _beside_sentence(result)),
        shared.point("Change in England.", _change_sentence(result)),
        shared.point("Change in councils.", _councils_sentence(result)),
        shared.point("Direct payments and self-directed support.", _take_up_sentence(result)),
    ]
    source = "Sources: Survey of Adult Carers in England, Adult Social Care Survey, SALT."
    return shared.prose(f"{first} {source}", points=points)


def _pair_sentence(row: dict[str, Any]) -> str:
    change = shared.change_text(
        row["change"], row["change_lower"], row["change_upper"], row["unit"]
    )
    return (
        f"In England in {row['year']} the figure for {row['said']} is "
        f"{shared.side_text(row, 'second')} for carers and {shared.side_text(row, 'first')} for "
        f"people who use care, a difference of {change}. It is lower for carers in {row['lower']} of "
        f"{row['councils']} councils, beyond chance in {row['beyond_lower']}."
    )


def _beside_sentence(result: Carers) -> str:
    rows = _newest_beside(result)
    if rows.empty:
        return "None of these measures is asked of people who use care as well."
    others = rows[rows["indicator_id"].map(CARER_PAIRS).ne(result.main)]
    if others.empty:
        return "No other of these measures is asked of both."
    return " ".join(_pair_sentence(row) for row in others.to_dict("records"))


def _change_sentence(result: Carers) -> str:
    rows, every = _whole(result), _changes(result)
    if rows.empty:
        return "With one survey there is no change to show."
    words = [
        direction(*limits)
        for limits in zip(rows["change_lower"], rows["change_upper"], strict=True)
    ]
    parts = [
        f"{listing(list(rows.loc[[w == word for w in words], 'said']))} {said}"
        for word, said in WENT.items()
        if word in words
    ]
    years = result.survey_years
    last = every[every["first_year"].eq(years[-2]) & every["last_year"].eq(years[-1])]
    up = int(last["change_lower"].gt(0).sum())
    text = f"In England, from {years[0]} to {years[-1]}, {'; '.join(parts)}."
    if len(years) > 2:
        text += (
            f" Between the last two surveys, {years[-2]} and {years[-1]}, {up} of "
            f"{count(len(last), 'figure')} went up beyond chance and "
            f"{int(last['change_upper'].lt(0).sum()) or 'none'} down."
        )
    return text


def _councils_sentence(result: Carers) -> str:
    rows = _whole(result)
    if rows.empty:
        return "No council can be followed from one survey to another in these years."
    parts = [
        f"{row['said']} in {row['lower']} of {row['councils']} ({number(row['share'], 'percent')}; "
        f"beyond chance in {row['beyond_lower']}, up in {row['beyond_higher']})"
        for row in rows.to_dict("records")
    ]
    return f"The figure went down from {rows['span'].iloc[0]} on {listing(parts)}."


def _take_up_sentence(result: Carers) -> str:
    parts = []
    for indicator in TAKE_UP:
        own = result.take_up[result.take_up["indicator_id"].eq(indicator)].dropna(subset=["base"])
        if len(own) < 2:
            continue
        first, last = own.iloc[0], own.iloc[-1]
        name = sentence(shared.row_of(result, indicator)["short_name"])
        ends = [
            f"{shared.value_text(row['value'], row['lower'], row['upper'], 'percent')} in "
            f"{row['year']}, {row['numerator']:,.0f} of {row['base']:,.0f} carers"
            for row in (first, last)
        ]
        parts.append(
            f"{name} in England: {ends[0]}; {ends[1]}. In {last['year']}, {last['at_100']} of "
            f"{last['councils']} councils report 100%"
        )
    return ". ".join(parts) + "." if parts else "No two years of take-up by carers to compare."


def _yearly(result: Carers) -> str:
    """How the figures moved a year within councils."""
    rows = result.trends.merge(result.indicators, on="indicator_id")
    if rows.empty:
        return ""
    parts = [
        f"{row['short_name']} "
        f"{shared.change_text(row['slope'], row['lower'], row['upper'], row['unit'], 2)}"
        for row in rows.to_dict("records")
    ]
    first = rows.iloc[0]
    return (
        f"Each council held against itself, the figures moved a year from {first['first_year']} to "
        f"{first['last_year']} by: {'; '.join(parts)}."
    )


def surveys(result: Carers) -> Html:
    """England's figure and the spread of councils, survey by survey; 2014-15 apart."""
    rows = []
    for row in result.surveys.to_dict("records"):
        own = shared.row_of(result, row["indicator_id"])
        first = row["basis_id"] == FIRST_BASIS
        rows.append(_spread_row(row, own, OWN_BASIS if first else ""))
    return shared.spread_table("What carers say: England and all councils, survey by survey", rows)


def _spread_row(row: dict[str, Any], own: dict[str, Any], under: str) -> dict[str, Any]:
    return {**row, "unit": own["unit"], "heading": sentence(own["short_name"]), "under": under}


def surveys_chart(result: Carers) -> Image:
    """All councils and England, survey by survey."""
    names = {
        row["indicator_id"]: sentence(row["short_name"])
        for row in result.indicators.to_dict("records")
    }
    points = result.surveys.assign(series=result.surveys["indicator_id"])
    breaks = points[
        points["basis_id"].eq(BASIS)
        & points["series"].isin(points.loc[points["basis_id"].eq(FIRST_BASIS), "series"])
    ]
    breaks = breaks.groupby("series", as_index=False)["year"].min().assign(name=BEGINS[BASIS])
    figure = shared.spread_by_year(points, names, _all_years(result), breaks)
    return picture(
        figure, f"{_change_sentence(result)} {shared.spread_text(points, names, result)}"
    )


def _all_years(result: Carers) -> list[str]:
    held = result.surveys["year"]
    return [year for year in result.years if held.min() <= year <= held.max()]


def beside_people(result: Carers) -> Html:
    """England's carers beside people who use care, year by year, and the councils."""
    rows = _beside(result)
    if rows.empty:
        return shared.prose(_beside_sentence(result))
    return shared.pairs_table(
        "England: carers beside people who use care, same year", rows, SIDES, "heading"
    ) + shared.councils_table(
        "All councils: carers beside people who use care", rows, ("lower", "higher"), "heading"
    )


def beside_people_chart(result: Carers) -> Image | Html:
    """England's carers and people who use care over the years of the survey of carers."""
    rows = _beside(result)
    if rows.empty:
        return Html("")
    sides = [
        rows.rename(columns={side: "value", f"{side}_lower": "low", f"{side}_upper": "up"}).assign(
            area=area
        )
        for side, area in (("second", SIDES[1]), ("first", SIDES[0]))
    ]
    points = pd.concat(
        [side[["indicator_id", "area", "year", "value", "low", "up"]] for side in sides]
    )
    points = points.rename(columns={"low": "lower", "up": "upper"}).assign(run=1, weak=False)
    titles = dict(zip(rows["indicator_id"], rows["heading"], strict=True))
    years = [year for year in result.years if rows["year"].min() <= year <= rows["year"].max()]
    none = pd.DataFrame(columns=["indicator_id", "year", "name"])
    figure = small_multiples(points, titles, years, none, [SIDES[1], SIDES[0]])
    said = "; ".join(
        f"{row['said']} in {row['year']} {number(row['second'], row['unit'])} of carers and "
        f"{number(row['first'], row['unit'])} of people who use care"
        for row in rows.to_dict("records")
    )
    return picture(
        figure, f"Carers’ figures in England beside those of people who use care. {said}."
    )


def changes(result: Carers) -> Html:
    """How England and the councils changed between the surveys."""
    rows = _changes(result)
    if rows.empty:
        return shared.prose(_change_sentence(result))
    steps = rows.assign(name=rows["span"], under="", heading=rows["label"])
    return (
        shared.pairs_table(
            "England: change between surveys of carers", steps, ("First", "Second"), "heading"
        )
        + shared.councils_table(
            "All councils: change between surveys of carers", steps, ("down", "up"), "heading"
        )
        + shared.prose(_yearly(result))
    )


def changes_chart(result: Carers) -> Image | Html:
    """Councils counted by whether the figure went down or up, first survey to last."""
    rows = _whole(result)
    if rows.empty:
        return Html("")
    return shared.directions_picture(rows, ("down", "up"), _councils_sentence(result))


def take_up(result: Carers) -> Html:
    """Carers' self-directed support and direct payments, beside those of people who use care."""
    rows = [
        _spread_row(row, shared.row_of(result, row["indicator_id"]), _counted(row))
        for row in result.take_up.to_dict("records")
    ]
    if not rows:
        return shared.prose(_take_up_sentence(result))
    return shared.spread_table("Take-up by carers and by people who use care (SALT)", rows)


def _counted(row: dict[str, Any]) -> str:
    if pd.isna(row["base"]):
        return "counts [x]"
    return f"{row['numerator']:,.0f} of {row['base']:,.0f}"


def take_up_chart(result: Carers) -> Image | Html:
    """All councils and England: take-up by carers."""
    points = result.take_up[result.take_up["indicator_id"].isin(TAKE_UP)]
    if points.empty:
        return Html("")
    points = points.assign(series=points["indicator_id"])
    names = {i: sentence(shared.row_of(result, i)["short_name"]) for i in TAKE_UP}
    none = pd.DataFrame(columns=["series", "year", "name"])
    figure = shared.spread_by_year(points, names, sorted(points["year"].unique()), none)
    return picture(
        figure, f"{_take_up_sentence(result)} {shared.spread_text(points, names, result)}"
    )


def sensitivity(result: Carers) -> Html:
    """Whether the conclusions on the main measure hold without London and without small bases."""
    name = shared.row_of(result, result.main)
    person = {carer: one for one, carer in CARER_PAIRS.items()}.get(result.main)
    pairs = result.pairs[result.pairs["indicator_id"].eq(person)]
    pairs = pairs[pairs["year"].eq(pairs["year"].max())]
    moved = result.moved[result.moved["indicator_id"].eq(result.main)]
    found: dict[str, dict[str, Any]] = {}
    for key, rows in (("moved", moved), ("beside", pairs)):
        for label, some in subsets(rows) if len(rows) else []:
            held = summary(some)
            cells = {
                key: shared.share_cell(held),
                f"{key}_pooled": shared.pooled_cell(held["pooled"], name["unit"]),
                f"{key}_word": direction(held["pooled"].lower, held["pooled"].upper),
            }
            if key == "beside":
                both = agreement(some)
                cells["r"] = ", ".join(shared.signed_text(both[r]) for r in ("pearson", "spearman"))
            found.setdefault(label, {"name": label}).update(cells)
    if not found:
        return shared.prose("With one survey and no question put to both, nothing is to be tried.")
    headings = {
        "moved": "Councils: down",
        "moved_pooled": "Change, all councils together",
        "beside": "Councils: carers lower than people",
        "beside_pooled": "Carers less people, all councils together",
        "r": "Carers’ with people’s figures: Pearson, Spearman",
    }
    rows = list(found.values())
    columns = {"name": name["short_name"], **{k: v for k, v in headings.items() if k in rows[0]}}
    texts = [
        shared.holds_text([row[key] == rows[0][key] for row in rows], what)
        for key, what in (
            ("moved_word", "What is said of the change"),
            ("beside_word", "That carers differ from people who use care"),
        )
        if key in rows[0]
    ]
    caption = "The conclusions tried on other sets of councils"
    return table(caption, columns | {"name": sentence(name["short_name"])}, rows) + shared.prose(
        " ".join(texts)
    )


def by_council(result: Carers) -> Html:
    """Every council's change on the main measure, first survey to last."""
    rows = result.moved[result.moved["indicator_id"].eq(result.main)]
    if rows.empty:
        return Html("")
    years = (rows["year_first"].iloc[0], rows["year_second"].iloc[0])
    name = shared.row_of(result, result.main)
    caption = f"{sentence(name['short_name'])}, {years[0]} and {years[1]}, council by council"
    return shared.by_council(caption, rows, years, name["unit"], SAME)
