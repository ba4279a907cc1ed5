"""What the chapter on older people says in words, worked out from its result."""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from evidence_review.analyse.change import direction
from evidence_review.analyse.national.older_people import OlderPeople, same_way
from evidence_review.analyse.national.older_people_links import links
from evidence_review.analyse.national.over_time import trends
from evidence_review.show.national import groups_words as words
from evidence_review.show.national.groups_words import SAME
from evidence_review.show.words import count, listing, sentence, year_ranges

KINDS = {
    "ASCS": "What people who use care say (Adult Social Care Survey)",
    "SACE": "What carers say, by the carer’s own age (Survey of Adult Carers)",
    "SALT": "Support, as councils returned it (SALT)",
}
WHO = {
    "ASCS": "older people who use care",
    "SACE": "older carers",
    "SALT": "older people’s support",
}
GROUPS = {
    "ASCS": ("older people who use care (65 and over)", "younger adults (18 to 64)"),
    "SACE": ("older carers (65 and over)", "younger carers (18 to 64)"),
    "SALT": ("older people (65 and over)", "younger adults (18 to 64)"),
}
SOURCES = {
    "ASCS": "Adult Social Care Survey",
    "SACE": "Survey of Adult Carers in England",
    "SALT": "councils’ returns (SALT)",
}
PAYMENTS = "direct-payments"
MOVED = {"narrows": "narrowed", "widens": "widened", SAME: "did not clearly change"}


@lru_cache(maxsize=4)
def moves(result: OlderPeople) -> pd.DataFrame:
    """`over_time.trends` of the difference, in the order of `newest`, and move: "widens", "narrows"."""
    found = trends(result.rows)
    order = list(newest(result)["indicator_id"])
    found = found.sort_values("indicator_id", key=lambda ids: ids.map(order.index))
    return found.assign(move=[move(result, row) for row in found.to_dict("records")])


@lru_cache(maxsize=4)
def take_up_links(result: OlderPeople) -> pd.DataFrame:
    """`older_people_links.links` of what people who use care say."""
    return links(result.review, result.rows[result.rows["basis_id"].eq("ascs")])


@lru_cache(maxsize=4)
def newest(result: OlderPeople) -> pd.DataFrame:
    """by_year of each indicator's newest year with intervals, and its row of the indicators table."""
    keys = pd.DataFrame(result.newest.items(), columns=["indicator_id", "year"])
    rows = result.indicators.merge(keys, on="indicator_id")
    rows = rows.merge(result.by_year, on=["indicator_id", "year"])
    kinds = rows["collection"].where(rows["collection"].isin(KINDS), "SALT")
    rows = rows.assign(
        kind=kinds,
        heading=kinds.map(KINDS),
        said=rows["short_name"],
        name=rows["short_name"].map(sentence),
        under=rows["year"],
        label=rows["short_name"].map(sentence) + ", " + rows["year"],
    )
    return rows.iloc[np.argsort(kinds.map(list(KINDS).index), kind="stable")]


def main_row(result: OlderPeople) -> dict[str, Any]:
    """The row of `newest` of the measure that the chapter opens with."""
    rows = newest(result)
    return dict(rows[rows["indicator_id"].eq(result.main)].iloc[0])


def main_rows(result: OlderPeople) -> pd.DataFrame:
    """Its councils in its newest year."""
    rows = result.rows[result.rows["indicator_id"].eq(result.main)]
    return rows[rows["year"].eq(result.newest[result.main])]


def opening(result: OlderPeople) -> str:
    """The finding in plain words: which way, in how many councils, over the years, beside take-up."""
    row = main_row(result)
    trend = moves(result)
    main = trend[trend["indicator_id"].eq(result.main)].to_dict("records")
    parts = [
        words.comparison(row, *GROUPS[row["kind"]]),
        f"The older group’s figure is lower in {row['all_lower']} of {row['all_councils']} councils.",
    ]
    if main:
        (own,) = main
        parts.append(
            f"From {own['first_year']} to {own['last_year']} the difference {MOVED[own['move']]}."
        )
    found = main_link(result)
    source = SOURCES[row["kind"]]
    if found:
        parts.append(
            "In councils where more people have a direct payment, the difference is "
            f"{take_up_word(result, found)}."
        )
        source += "" if row["kind"] == "SALT" else "; councils’ returns (SALT)"
    label = "Sources" if ";" in source else "Source"
    return " ".join([*parts, words.BRACKETS, f"{label}: {source}."])


def main_link(result: OlderPeople) -> dict[str, Any] | None:
    """How the main difference of its newest year goes with take-up of direct payments."""
    every = take_up_links(result)
    own = every[
        every["indicator_id"].eq(result.main)
        & every["take_up"].eq(PAYMENTS)
        & every["year"].eq(result.newest[result.main])
    ]
    return dict(own.iloc[0]) if len(own) else None


def take_up_word(
    result: OlderPeople, found: dict[str, Any], ends: tuple[str, str] = ("lower", "upper")
) -> str:
    """Whether the main difference is smaller or larger where take-up is higher. ends: the columns
    of the limits of a slope or correlation."""
    way = direction(*(found[end] for end in ends))
    if way == SAME:
        return "neither clearly smaller nor clearly larger"
    pooled = main_row(result)["pooled"]
    return "smaller" if (way == "higher") == (pooled.mean < 0) else "larger"


def how_large(result: OlderPeople) -> str:
    """England's difference and that of all councils together."""
    row = main_row(result)
    found = row["pooled"]
    together = words.change_text(found.mean, found.lower, found.upper, row["unit"])
    text = f"Over all councils together it is {together}."
    if pd.isna(row["change"]):
        return f"Here is the difference on {row['said']} in {row['year']}, 65 and over less 18 to 64. {text}"
    return (
        f"The difference on {row['said']} in England in {row['year']}, 65 and over less 18 to 64, is "
        f"{words.england_change(row)}. {text}"
    )


def how_sure(result: OlderPeople) -> str:
    """In how many councils the main difference is beyond chance."""
    row = main_row(result)
    text = (
        f"Few people answer in one council, so chance alone can set its two ages apart. Taken one by "
        f"one in {row['year']}, the older group is lower beyond chance in {row['beyond_lower']} of "
        f"{count(row['tested'], 'council')} and higher in {row['beyond_higher'] or 'none'}; chance "
        f"alone would give about {row['tested'] * 0.025:.0f} each way. {words.BEYOND}"
    )
    if row["left_out"]:
        text += (
            f" Without figures of low reliability, the older group is lower in {row['lower']} of "
            f"{count(row['councils'], 'council')}."
        )
    return text


def others(result: OlderPeople) -> str:
    """Which way the older group stands over all councils, on all measures but the main one."""
    every = newest(result)
    labels = {"lower": "lower", "higher": "higher", SAME: "not clearly apart"}
    parts = []
    for kind, who in WHO.items():
        rows = every[every["kind"].eq(kind) & every["indicator_id"].ne(result.main)]
        if rows.empty:
            continue
        ways = rows["pooled"].map(lambda found: direction(found.lower, found.upper))
        said = [
            f"{label} on {listing([name.removeprefix('carers’ ') for name in rows.loc[ways.eq(way), 'said']])}"
            for way, label in labels.items()
            if ways.eq(way).any()
        ]
        parts.append(
            f"Over all councils in {year_ranges(sorted(set(rows['year'])))}, figures for {who} are "
            f"{'; '.join(said)}."
        )
    if result.left_out:
        parts.append(f"Without intervals, so left out: {listing(result.left_out)}.")
    return " ".join(parts) or "No other measure was asked for."


def move(result: OlderPeople, trend: dict[str, Any]) -> str:
    """Whether the difference of a row of `over_time.trends` narrows or widens beyond chance."""
    if direction(trend["lower"], trend["upper"]) == SAME:
        return SAME
    rows = result.rows[result.rows["indicator_id"].eq(trend["indicator_id"])]
    return "widens" if (rows["difference"].mean() > 0) == (trend["slope"] > 0) else "narrows"


def over_the_years(result: OlderPeople) -> str:
    """How the main difference moved, in how many councils it kept its sign, and the others."""
    rows, row = moves(result), main_row(result)
    main = rows[rows["indicator_id"].eq(result.main)]
    if main.empty:
        return f"There are too few years to tell whether the difference on {row['said']} narrows."
    trend = dict(main.iloc[0])
    names = newest(result).set_index("indicator_id")["said"]
    slope = words.change_text(trend["slope"], trend["lower"], trend["upper"], row["unit"], 2)
    kept = same_way(result.rows[result.rows["indicator_id"].eq(result.main)])
    parts = [
        f"From {trend['first_year']} to {trend['last_year']} the difference on {row['said']} "
        f"{MOVED[trend['move']]}: {slope} a year.",
        f"The older group’s figure is lower in every one of the {kept['years']} years in "
        f"{kept['always_lower'] or 'none'} of the {count(kept['councils'], 'council')} with figures "
        f"for all of them; in {kept['always_higher'] or 'none'} is it always higher.",
    ]
    for word, past in MOVED.items():
        some = rows.loc[
            rows["move"].eq(word) & rows["indicator_id"].ne(result.main), "indicator_id"
        ]
        if len(some):
            parts.append(f"It {past} on {listing([names[one] for one in some])}.")
    return " ".join(parts)


def beside_payments(result: OlderPeople) -> str:
    """The slope of the main difference on take-up, and all other such comparisons."""
    row, found = main_row(result), main_link(result)
    if found is None:
        return f"No take-up of the same year can be set beside {row['said']}."
    slope = words.change_text(found["slope"], found["lower"], found["upper"], row["unit"])
    return (
        f"Across {count(found['councils'], 'council')} in {row['year']}, the difference on "
        f"{row['said']} is {take_up_word(result, found)} where more people have a direct payment: "
        f"{slope} for each 10 in 100 more. {_all_links(result)}"
    )


def _all_links(result: OlderPeople) -> str:
    """How many of all the comparisons with take-up are beyond chance, of what, when, which way."""
    every = take_up_links(result)
    apart = every[every["lower"].gt(0) | every["upper"].lt(0)]
    by_chance = len(every) * 0.05
    text = (
        f"Of {count(len(every), 'such comparison')} (measures, years, self-directed support and direct "
        f"payments) {len(apart) or 'none'} {'are' if len(apart) > 1 else 'is'} beyond chance; chance "
        f"alone would give {f'about {by_chance:.0f}' if by_chance >= 1 else 'fewer than one'}."
    )
    if apart.empty:
        return text
    means = result.by_year.set_index(["indicator_id", "year"])["mean"]
    here = means.loc[list(zip(apart["indicator_id"], apart["year"], strict=True))].to_numpy()
    larger = int((np.sign(here) == np.sign(apart["slope"])).sum())
    named = [
        f"{words.row_of(result, str(take_up))['short_name']} in {year_ranges(sorted(set(own)))}"
        for take_up, own in apart.groupby("take_up")["year"]
    ]
    return (
        f"{text} {'They are' if len(apart) > 1 else 'It is'} of {listing(named)}, in much the same "
        f"councils, so no separate signs: the difference is larger where take-up is higher in "
        f"{larger or 'none'}, smaller in {len(apart) - larger or 'none'}."
    )
