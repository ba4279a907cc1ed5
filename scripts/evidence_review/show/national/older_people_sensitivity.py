"""Whether what the chapter on older people says of its main measure holds when worked out otherwise."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.change import direction
from evidence_review.analyse.groups import OLDER
from evidence_review.analyse.national.older_people import OlderPeople
from evidence_review.analyse.national.older_people_links import beside_take_up, link
from evidence_review.analyse.national.over_time import trends
from evidence_review.analyse.national.side_by_side import subsets, summary
from evidence_review.show.html import Html
from evidence_review.show.national import groups_tables as tables
from evidence_review.show.national import groups_words as words
from evidence_review.show.national import older_people_sentences as said
from evidence_review.show.words import listing

# Slopes of the difference on take-up, by how they are worked out.
LINKS = {
    "link": "each 10 points more direct payments",
    "older": "each 10 points more direct payments of people aged 65 and over",
    "level": "each 10 points more direct payments, deprivation and age of residents level",
}


def sensitivity(result: OlderPeople) -> Html:
    """Whether the conclusions on the main measure hold: other councils, the other correlation,
    take-up of older people alone, deprivation and age of residents level."""
    row, newest = said.main_row(result), said.main_rows(result)
    every = result.rows[result.rows["indicator_id"].eq(result.main)]
    columns: dict[str, dict[str, Any]] = {}
    differ, moved, linked, correlated = ({} for _ in range(4))
    for label, rows in subsets(newest):
        found = summary(rows)
        columns[label] = {
            "share": tables.share_cell(found),
            "pooled": tables.pooled_cell(found["pooled"], row["unit"]),
        }
        way = direction(found["pooled"].lower, found["pooled"].upper)
        differ[label] = f"the older group’s figure is {way}" if way != words.SAME else way
        gone = set(newest["area_code"]) - set(rows["area_code"])
        for trend in trends(every[~every["area_code"].isin(gone)]).to_dict("records"):
            columns[label]["slope"] = _slope(trend, row["unit"])
            moved[label] = f"the difference {said.MOVED[said.move(result, trend)]}"
        for key, slope in _slopes(result, rows).items():
            columns[label][key] = _slope(slope, row["unit"])
            linked[f"{label}, {LINKS[key]}"] = _link_words(said.take_up_word(result, slope))
            if key != "link":
                continue
            for name, heading in tables.CORRELATIONS.items():
                columns[label][name] = tables.r_cell(slope, name)
                word = said.take_up_word(result, slope, (f"{name}_lower", f"{name}_upper"))
                correlated[f"{label}, {heading}"] = _link_words(word)
    headings = {
        "share": f"Councils: 65 and over lower on {row['said']}, {row['year']}",
        "pooled": "Difference, all councils together",
        "slope": "Change of the difference a year",
        **{key: f"Difference for {heading}" for key, heading in LINKS.items()},
        **{
            name: f"Difference with direct payments: {heading}’s correlation"
            for name, heading in tables.CORRELATIONS.items()
        },
    }
    texts = [
        words.holds_text(differ, "That the ages differ"),
        words.holds_text(moved, "What is said of the years") if moved else "",
        words.holds_text(linked, "What is said of direct payments") if linked else "",
        _correlations_text(correlated, next(iter(linked.values()), "")),
    ]
    return tables.tried(" ".join(filter(None, texts)), headings, columns)


def _slope(found: Mapping[str, Any], unit: str) -> Markup | str:
    return tables.change_cell(found["slope"], found["lower"], found["upper"], unit, 2)


def _link_words(word: str) -> str:
    return f"the difference is {word} where take-up is higher"


def _slopes(result: OlderPeople, rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Slopes on take-up of direct payments, worked out in three ways: a key of `LINKS` → `link`."""
    every = beside_take_up(result.review, rows, said.PAYMENTS)
    if every.empty:
        return {}
    older = beside_take_up(result.review, rows, said.PAYMENTS, OLDER)
    return {
        "link": link(every),
        "older": link(older),
        "level": link(every, ["share_65", "imd2019_score"]),
    }


def _correlations_text(correlated: dict[str, str], expected: str) -> str:
    """Whether both correlations say for every set of councils what the slope says."""
    if not correlated:
        return ""
    other = {label: word for label, word in correlated.items() if word != expected}
    if not other:
        return "Pearson’s and Spearman’s correlation say the same for every set of councils."
    others = listing([f"{word} (“{label}”)" for label, word in other.items()])
    return f"The correlations do not all say the same: {others}."
