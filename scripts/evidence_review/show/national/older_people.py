"""The chapter on older people: ages 65 and over beside 18 to 64 in all councils."""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import Image

from evidence_review.analyse.change import direction
from evidence_review.analyse.national.carers import trends
from evidence_review.analyse.national.direct_payments import beside_take_up, link, links
from evidence_review.analyse.national.older_people import (
    OlderPeople,
    older_people,
    subsets,
    summary,
)
from evidence_review.show.charts import picture, small_multiples
from evidence_review.show.council.figures import two_lines
from evidence_review.show.council.groups import AGES
from evidence_review.show.html import Html, table
from evidence_review.show.national import groups_charts as shared
from evidence_review.show.words import count, listing, sentence, signed_number, year_ranges

__all__ = ["older_people"]

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
SOURCES = {"ASCS": "Adult Social Care Survey", "SACE": "Survey of Adult Carers in England"}
SAME = "no clear change"  # as `change.direction` says it
PAYMENTS = "direct-payments"
MOVED = {"narrows": "narrowed", "widens": "widened", SAME: "did not clearly change"}
NO_BREAKS = pd.DataFrame(columns=["indicator_id", "year", "name"])


@lru_cache(maxsize=4)
def _trends(result: OlderPeople) -> pd.DataFrame:
    return trends(result.rows)


@lru_cache(maxsize=4)
def _links(result: OlderPeople) -> pd.DataFrame:
    return links(result.review, result.rows[result.rows["basis_id"].eq("ascs")])


@lru_cache(maxsize=4)
def _newest(result: OlderPeople) -> pd.DataFrame:
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


def _main(result: OlderPeople) -> dict[str, Any]:
    rows = _newest(result)
    return dict(rows[rows["indicator_id"].eq(result.main)].iloc[0])


def _main_rows(result: OlderPeople) -> pd.DataFrame:
    rows = result.rows[result.rows["indicator_id"].eq(result.main)]
    return rows[rows["year"].eq(result.newest[result.main])]


def finding(result: OlderPeople) -> Html:
    """What the chapter finds, in a few sentences."""
    row = _main(result)
    unit, found = row["unit"], row["pooled"]
    source = SOURCES.get(row["kind"], "councils’ returns")
    first = (
        f"In {row['year']}, the figure for {row['said']} is lower for people aged 65 and over "
        f"than for people aged 18 to 64 in {row['all_lower']} of {row['all_councils']} councils"
    )
    if row["left_out"]:
        first += (
            f" ({row['lower']} of {row['councils']} when figures of low reliability are left out)"
        )
    size = (
        f"In England the figure is {shared.side_text(row, 'second')} at 65 and over and "
        f"{shared.side_text(row, 'first')} at 18 to 64, a difference of "
        f"{shared.change_text(row['change'], row['change_lower'], row['change_upper'], unit)}. Over "
        f"all councils together it is {shared.change_text(found.mean, found.lower, found.upper, unit)}."
    )
    beyond = (
        f"Few people answer in one council. Taken one by one, the older group is lower beyond "
        f"chance in {row['beyond_lower']} of {row['tested']} councils and higher in "
        f"{row['beyond_higher'] or 'none'}. Chance alone would give about "
        f"{row['tested'] * 0.025:.0f} each way."
    )
    left = (
        f" Without intervals, so left out: {listing(result.left_out)}." if result.left_out else ""
    )
    return shared.prose(
        f"{first}. Source: {source}.",
        points=[
            shared.point("How large.", size),
            shared.point("How sure in one council.", beyond),
            shared.point("Other measures.", _others(result) + left),
            shared.point("Over the years.", _narrowing(result)),
            shared.point("Beside direct payments.", _link_sentence(result)),
        ],
    )


def _others(result: OlderPeople) -> str:
    """Which way the older group stands over all councils, on all measures but the main one."""
    every = _newest(result)
    parts = []
    for kind, who in WHO.items():
        rows = every[every["kind"].eq(kind) & every["indicator_id"].ne(result.main)]
        words = rows["pooled"].map(lambda found: direction(found.lower, found.upper))
        labels = {"lower": "lower", "higher": "higher", SAME: "not clearly apart"}
        said = [
            f"{label} on {listing(list(rows.loc[words.eq(word), 'said']))}"
            for word, label in labels.items()
            if words.eq(word).any()
        ]
        if said:
            parts.append(f"Over all councils, figures for {who} are {'; '.join(said)}.")
    return " ".join(parts) or "No other measure was asked for."


def _move(result: OlderPeople, trend: dict[str, Any]) -> str:
    """Whether the difference narrows or widens beyond chance."""
    if direction(trend["lower"], trend["upper"]) == SAME:
        return SAME
    rows = result.rows[result.rows["indicator_id"].eq(trend["indicator_id"])]
    return "widens" if (rows["difference"].mean() > 0) == (trend["slope"] > 0) else "narrows"


def _narrowing(result: OlderPeople) -> str:
    """How the difference moved on the main measure, and on which others it moved."""
    rows, row = _trends(result), _main(result)
    main = rows[rows["indicator_id"].eq(result.main)]
    if main.empty:
        return f"There are too few years to tell whether the difference on {row['said']} narrows."
    trend = dict(main.iloc[0])
    moves = {each["indicator_id"]: _move(result, each) for each in rows.to_dict("records")}
    names = result.indicators.set_index("indicator_id")["short_name"]
    others = {
        word: [names[one] for one, move in moves.items() if move == word and one != result.main]
        for word in MOVED
    }
    slope = shared.change_text(trend["slope"], trend["lower"], trend["upper"], row["unit"], 2)
    return (
        f"From {trend['first_year']} to {trend['last_year']} the difference on {row['said']} "
        f"{MOVED[moves[result.main]]}: {slope} a year."
    ) + "".join(f" It {MOVED[word]} on {listing(some)}." for word, some in others.items() if some)


def _link_sentence(result: OlderPeople) -> str:
    every, row = _links(result), _main(result)
    own = every[
        every["indicator_id"].eq(result.main)
        & every["take_up"].eq(PAYMENTS)
        & every["year"].eq(row["year"])
    ]
    if own.empty:
        return f"No take-up of the same year can be set beside {row['said']}."
    found = dict(own.iloc[0])
    slope = shared.change_text(found["slope"], found["lower"], found["upper"], row["unit"])
    word = direction(found["lower"], found["upper"])
    smaller = (word == "higher") == (row["pooled"].mean < 0)
    clear = "smaller" if smaller else "larger"
    where = f"is {clear}" if word != SAME else "is neither clearly smaller nor clearly larger"
    return (
        f"Across {found['councils']} councils in {row['year']}, the difference on {row['said']} "
        f"{where} where more people take a direct payment: {slope} for each 10 in 100 more. "
        f"{_all_links(result)}"
    )


def _all_links(result: OlderPeople) -> str:
    """How many of all the comparisons with take-up are beyond chance, which way and when."""
    every = _links(result)
    apart = every[every["lower"].gt(0) | every["upper"].lt(0)]
    by_chance = len(every) * 0.05
    text = (
        f"Of {count(len(every), 'such comparison')} (measures, years, two kinds of take-up) "
        f"{len(apart) or 'none'} {'are' if len(apart) > 1 else 'is'} beyond chance; chance alone "
        f"would give {f'about {by_chance:.0f}' if by_chance >= 1 else 'fewer than one'}."
    )
    if apart.empty:
        return text
    means = result.by_year.set_index(["indicator_id", "year"])["mean"]
    here = means.loc[list(zip(apart["indicator_id"], apart["year"], strict=True))].to_numpy()
    larger = int((np.sign(here) == np.sign(apart["slope"])).sum())
    return (
        f"{text} In {larger} of these {len(apart)} the difference is larger where take-up is "
        f"higher, in {len(apart) - larger} smaller ({year_ranges(sorted(set(apart['year'])))})."
    )


def england(result: OlderPeople) -> Html:
    """England's figures for both ages, newest year with intervals for both."""
    caption = "England: 65 and over beside 18 to 64, newest year with intervals (95%)"
    return shared.pairs_table(caption, _newest(result), AGES, "heading")


def england_chart(result: OlderPeople) -> Image | Html:
    """England's percentages for both ages; people who use care."""
    rows = _newest(result)
    rows = rows[rows["unit"].eq("percent") & rows["kind"].ne("SACE") & rows["first"].notna()]
    if rows.empty:
        return Html("")
    lower = int(rows["change_upper"].lt(0).sum())
    lead = (
        f"In England, {lower} of {count(len(rows), 'percentage')} {'is' if lower == 1 else 'are'} "
        "lower beyond chance at ages 65 and over than at 18 to 64."
    )
    return shared.pairs_picture(rows, AGES, lead)


def councils(result: OlderPeople) -> Html:
    """In how many councils the older group is lower, and the difference over all of them."""
    caption = "65 and over beside 18 to 64 in all councils, newest year with intervals"
    return shared.councils_table(caption, _newest(result), ("lower", "higher"), "heading")


def councils_chart(result: OlderPeople) -> Image:
    """Councils counted by which age has the lower figure."""
    row = _main(result)
    lead = (
        f"On {row['said']} the figure for ages 65 and over is lower than for 18 to 64 in "
        f"{row['lower']} of {row['councils']} councils in {row['year']}."
    )
    return shared.directions_picture(_newest(result), ("lower at 65 and over", "higher"), lead)


def years(result: OlderPeople) -> Html:
    """Whether the difference narrows: its first and last year, and the change a year."""
    names = _newest(result).set_index("indicator_id")
    by_year = result.by_year.set_index(["indicator_id", "year"])
    rows = []
    for trend in _trends(result).to_dict("records"):
        row = names.loc[trend["indicator_id"]]
        ends = {}
        for end in ("first_year", "last_year"):
            held = by_year.loc[(trend["indicator_id"], trend[end])]
            ends[end] = shared.change_cell(
                held["mean"], held["mean_lower"], held["mean_upper"], row["unit"]
            )
        rows.append(
            {
                "name": two_lines(row["name"], f"{trend['first_year']} to {trend['last_year']}"),
                **ends,
                "slope": shared.change_cell(
                    trend["slope"], trend["lower"], trend["upper"], row["unit"], 2
                ),
                "move": sentence(_move(result, trend)),
                "councils": trend["councils"],
            }
        )
    if not rows:
        return shared.prose("There are not three years on one basis to follow a difference over.")
    columns = {
        "name": "Measure and years",
        "first_year": "Mean difference, first year",
        "last_year": "Mean difference, last year",
        "slope": "Change a year (95% interval)",
        "move": "The difference",
        "councils": "Councils",
    }
    return table("The difference between the ages over the years", columns, rows, ["councils"])


def years_chart(result: OlderPeople) -> Image | Html:
    """The mean difference of all councils year by year, of what people who use care say."""
    names = _newest(result)
    names = names[names["kind"].eq("ASCS")].set_index("indicator_id")
    shown = result.by_year[result.by_year["indicator_id"].isin(names.index)].sort_values("year")
    if shown.empty:
        return Html("")
    points = pd.DataFrame(
        {
            "indicator_id": shown["indicator_id"],
            "area": "mean of councils, 65 and over less 18 to 64",
            "year": shown["year"],
            "value": shown["mean"],
            "lower": shown["mean_lower"],
            "upper": shown["mean_upper"],
            "run": 1,
            "weak": False,
        }
    )
    said = []
    for indicator, row in names.iterrows():
        own = points[points["indicator_id"].eq(indicator)]
        ends = {
            year: signed_number(value, row["unit"])
            for year, value in zip(own["year"], own["value"], strict=True)
            if year in (own["year"].iloc[0], own["year"].iloc[-1])
        }
        said.append(
            f"{row['said']} " + " and ".join(f"{text} in {year}" for year, text in ends.items())
        )
    years = sorted(shown["year"].unique())
    figure = small_multiples(
        points, dict(names["name"]), years, NO_BREAKS, list(points["area"].unique())
    )
    return picture(figure, f"{_narrowing(result)} Mean difference of councils: {'; '.join(said)}.")


def take_up(result: OlderPeople) -> Html:
    """How the difference goes with take-up, in the newest year."""
    names = _newest(result).set_index("indicator_id")
    rows = [
        {
            "take_up": f"Take-up: {shared.row_of(result, row['take_up'])['short_name']}",
            "name": two_lines(names.loc[row["indicator_id"], "name"], row["year"]),
            "slope": shared.change_cell(
                row["slope"], row["lower"], row["upper"], names.loc[row["indicator_id"], "unit"], 2
            ),
            "pearson": shared.signed_text(row["pearson"]),
            "spearman": shared.signed_text(row["spearman"]),
            "councils": row["councils"],
        }
        for row in _links(result).to_dict("records")
        if row["year"] == result.newest[row["indicator_id"]]
    ]
    if not rows:
        return shared.prose("No take-up of the same years can be set beside these measures.")
    columns = {
        "name": "Difference on, and year",
        "slope": "For each 10 points more take-up (95% interval)",
        "pearson": "Pearson",
        "spearman": "Spearman",
        "councils": "Councils",
    }
    caption = "The difference between the ages beside take-up, across councils"
    return table(caption, columns, rows, ["pearson", "spearman", "councils"], group="take_up")


def take_up_chart(result: OlderPeople) -> Image | Html:
    """Each council's difference on the main measure beside its take-up of direct payments."""
    rows = beside_take_up(result.review, _main_rows(result), PAYMENTS)
    if rows.empty:
        return Html("")
    row, found = _main(result), link(rows)
    figure = shared.beside_take_up(
        rows,
        (found["start"], found["slope"] / 10),
        (f"Direct payments, per cent, {row['year']}", "65 and over less 18 to 64"),
    )
    slope = shared.change_text(found["slope"], found["lower"], found["upper"], row["unit"])
    return picture(
        figure,
        f"The difference between the ages on {row['said']} beside take-up of direct payments in "
        f"{found['councils']} councils, {row['year']}: {slope} for each 10 points more take-up, "
        f"Pearson {shared.signed_text(found['pearson'])}, Spearman "
        f"{shared.signed_text(found['spearman'])}.",
    )


def sensitivity(result: OlderPeople) -> Html:
    """Whether the conclusions on the main measure hold without London and without small bases."""
    row, newest = _main(result), _main_rows(result)
    every = result.rows[result.rows["indicator_id"].eq(result.main)]
    shown, said = [], []
    for label, rows in subsets(newest):
        found = summary(rows)
        gone = set(newest["area_code"]) - set(rows["area_code"])
        moved = trends(every[~every["area_code"].isin(gone)]).to_dict("records")
        beside = beside_take_up(result.review, rows, PAYMENTS)
        linked = link(beside) if len(beside) else None
        shown.append(_sensitive(label, row["unit"], found, moved, linked))
        said.append(_verdicts(found["pooled"], moved, linked))
    beside = beside_take_up(result.review, newest, PAYMENTS)
    if len(beside):
        level = link(beside, ["share_65", "imd2019_score"])
        shown.append(
            _sensitive("With deprivation and age of residents level", row["unit"], None, [], level)
        )
        said.append((*said[0][:2], direction(level["lower"], level["upper"])))
    columns = {
        "name": f"{row['name']}, {row['year']}",
        "share": "Councils: 65 and over lower",
        "pooled": "All councils together",
        "slope": "Change a year",
        "link": "For each 10 points more direct payments",
        "r": "Pearson, Spearman",
    }
    texts = [
        shared.holds_text([each[at] == said[0][at] for each in said], what)
        for at, what in enumerate(
            ("That the ages differ", "What is said of the years", "What is said of direct payments")
        )
    ]
    return table("The conclusions tried on other sets of councils", columns, shown) + shared.prose(
        " ".join(texts)
    )


def _verdicts(
    found: Any, moved: list[dict[str, Any]], linked: dict[str, float] | None
) -> tuple[str, str, str]:
    return (
        direction(found.lower, found.upper),
        direction(moved[0]["lower"], moved[0]["upper"]) if moved else "",
        direction(linked["lower"], linked["upper"]) if linked else "",
    )


def _sensitive(
    label: str,
    unit: str,
    found: dict[str, Any] | None,
    moved: list[dict[str, Any]],
    linked: dict[str, float] | None,
) -> dict[str, Any]:
    def cell(each: dict[str, Any] | None) -> Any:
        return (
            shared.change_cell(each["slope"], each["lower"], each["upper"], unit, 2)
            if each
            else "[z]"
        )

    return {
        "name": label,
        "share": shared.share_cell(found) if found else "[z]",
        "pooled": shared.pooled_cell(found["pooled"], unit) if found else "[z]",
        "slope": cell(moved[0] if moved else None),
        "link": cell(linked),
        "r": _both_r(linked) if linked else "[z]",
    }


def _both_r(linked: dict[str, float]) -> str:
    return ", ".join(shared.signed_text(linked[name]) for name in ("pearson", "spearman"))


def by_council(result: OlderPeople) -> Html:
    """Every council's difference on the main measure."""
    row = _main(result)
    caption = f"{row['name']}, {row['year']}: 65 and over beside 18 to 64, council by council"
    return shared.by_council(caption, _main_rows(result), AGES, row["unit"])
