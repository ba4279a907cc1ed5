"""The chapter on carers, section by section: survey by survey, beside people who use care, and what
they take up."""

from typing import Any

import numpy as np
import pandas as pd

from evidence_review.analyse.change import direction
from evidence_review.analyse.national.carers import (
    FIRST_BASIS,
    TAKE_UP,
    Carers,
    agreement,
    carers,
)
from evidence_review.analyse.national.side_by_side import subsets, summary
from evidence_review.show.council.groups import SIDES
from evidence_review.show.html import Html, style
from evidence_review.show.national import carers_sentences as said
from evidence_review.show.national import groups_tables as tables
from evidence_review.show.national import groups_words as words
from evidence_review.show.national.carers_charts import (
    beside_people_chart,
    changes_chart,
    surveys_chart,
    take_up_chart,
)
from evidence_review.show.words import sentence

__all__ = [
    "beside_people",
    "beside_people_chart",
    "by_council",
    "carers",
    "changes",
    "changes_chart",
    "finding",
    "sensitivity",
    "style",
    "surveys",
    "surveys_chart",
    "take_up",
    "take_up_chart",
]

OWN_BASIS = "asked fewer carers: on its own"


def finding(result: Carers) -> Html:
    """What the chapter finds: in plain words, then point by point."""
    points = [
        words.point("Beside people who use care.", said.beside_people(result)),
        words.point("Change in England.", said.change_in_england(result)),
        words.point("Change in councils.", said.change_in_councils(result)),
        words.point("Direct payments and self-directed support.", said.take_up(result)),
    ]
    return words.prose(said.opening(result), points=points)


def surveys(result: Carers) -> Html:
    """England's figure and the spread of councils, survey by survey; 2014-15 apart."""
    under = [OWN_BASIS if basis == FIRST_BASIS else "" for basis in result.surveys["basis_id"]]
    rows = _spread_rows(result, result.surveys, under)
    caption = "What carers say: England and all councils, survey by survey"
    return tables.main_first(caption, rows, tables.spread_table, _main_heading(result))


def _main_heading(result: Carers) -> str:
    return sentence(words.row_of(result, result.main)["short_name"])


def _spread_rows(result: Carers, rows: pd.DataFrame, under: list[str]) -> pd.DataFrame:
    own = [words.row_of(result, one) for one in rows["indicator_id"]]
    return rows.assign(
        unit=[row["unit"] for row in own],
        heading=[sentence(row["short_name"]) for row in own],
        under=under,
    )


def beside_people(result: Carers) -> Html:
    """England's carers beside people who use care, year by year, and the councils."""
    rows = said.beside(result)
    if rows.empty:
        return words.prose(said.beside_people(result))
    main = said.newest_beside(result).iloc[0]
    sides = ("lower", "higher")
    return (
        words.prose(said.together(result))
        + tables.pairs_table(
            "England: carers beside people who use care, same year", rows, SIDES, "heading", "Year"
        )
        + tables.councils_table(
            "All councils: carers beside people who use care", rows, sides, "heading", "Year"
        )
        + tables.how_to_read(main, f"{main['said']} in {main['year']}", sides, "carers’ figure")
    )


def changes(result: Carers) -> Html:
    """How England and the councils changed between the surveys."""
    rows = said.changes(result)
    if rows.empty:
        return words.prose(said.change_in_england(result))
    main = _main_heading(result)
    return (
        tables.main_first("England: change between surveys of carers", rows, _steps, main)
        + tables.main_first(
            "All councils: change between surveys of carers", rows, _councils_steps, main
        )
        + words.prose(said.yearly(result))
    )


def _steps(caption: str, rows: pd.DataFrame) -> Html:
    return tables.pairs_table(
        caption, rows, ("First survey", "Second survey"), "heading", "Surveys"
    )


def _councils_steps(caption: str, rows: pd.DataFrame) -> Html:
    return tables.councils_table(caption, rows, ("down", "up"), "heading", "Surveys")


def take_up(result: Carers) -> Html:
    """Carers' self-directed support and direct payments, beside those of people who use care."""
    if result.take_up.empty:
        return words.prose(said.take_up(result))
    counted = [_counted(row) for row in result.take_up.to_dict("records")]
    rows = _spread_rows(result, result.take_up, counted)
    of_people = rows["indicator_id"].isin(list(TAKE_UP.values()))
    rows["heading"] += np.where(of_people, " of people who use care", "")
    caption = "Take-up by carers and by people who use care (SALT)"
    return tables.main_first(caption, rows, tables.spread_table)


def _counted(row: dict[str, Any]) -> str:
    if pd.isna(row["base"]):
        return "counts [x]"
    return f"{row['numerator']:,.0f} of {row['base']:,.0f}"


def sensitivity(result: Carers) -> Html:
    """Whether the conclusions on the main measure hold: other councils, the other correlation."""
    measure = words.row_of(result, result.main)
    unit, name = measure["unit"], measure["short_name"]
    pairs = said.main_pairs(result)
    moved = result.moved[result.moved["indicator_id"].eq(result.main)]
    cells: dict[str, dict[str, Any]] = {}
    changed, differ, together = ({} for _ in range(3))
    for label, some in subsets(moved) if len(moved) else []:
        held = summary(some)
        cells[label] = _cells("moved", held, unit)
        way = direction(held["pooled"].lower, held["pooled"].upper)
        changed[label] = f"the figure {said.WENT[way]}"
    for label, some in subsets(pairs) if len(pairs) else []:
        held, both = summary(some), agreement(some)
        cells.setdefault(label, {}).update(_cells("beside", held, unit))
        way = direction(held["pooled"].lower, held["pooled"].upper)
        differ[label] = f"carers’ figure is {way}" if way != words.SAME else way
        for key, heading in tables.CORRELATIONS.items():
            cells[label][key] = tables.r_cell(both, key)
            way = direction(both[f"{key}_lower"], both[f"{key}_upper"])
            together[f"{label}, {heading}"] = (
                f"councils with a higher figure for people {said.TOGETHER[way]}"
            )
    if not cells:
        return words.prose("With one survey and no question put to both, nothing is to be tried.")
    headings = {
        "moved": f"Councils: {name} down",
        "moved_pooled": "Change, all councils together",
        "beside": f"Councils: {name} lower than that of people",
        "beside_pooled": "Carers less people, all councils together",
        **{
            key: f"Carers’ with people’s figures: {heading}’s correlation"
            for key, heading in tables.CORRELATIONS.items()
        },
    }
    held_keys = {key for each in cells.values() for key in each}
    texts = [
        words.holds_text(verdicts, what)
        for verdicts, what in (
            (changed, "What is said of the change over the years"),
            (differ, "That carers differ from people who use care"),
            (together, "What is said of the figures for people and carers"),
        )
        if verdicts
    ]
    shown = {key: heading for key, heading in headings.items() if key in held_keys}
    return tables.tried(" ".join(texts), shown, cells)


def _cells(key: str, held: dict[str, Any], unit: str) -> dict[str, Any]:
    return {
        key: tables.share_cell(held),
        f"{key}_pooled": tables.pooled_cell(held["pooled"], unit),
    }


def by_council(result: Carers) -> Html:
    """Every council's change on the main measure, first survey to last."""
    rows = result.moved[result.moved["indicator_id"].eq(result.main)]
    if rows.empty:
        return Html("")
    years = (rows["year_first"].iloc[0], rows["year_second"].iloc[0])
    unit = words.row_of(result, result.main)["unit"]
    caption = f"{_main_heading(result)}, {years[0]} and {years[1]}, council by council"
    return tables.by_council(caption, rows, years, unit, words.SAME)
