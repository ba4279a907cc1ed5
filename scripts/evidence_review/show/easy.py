"""The numbers of the page in easy words, and the one picture on it that a number decides."""

from dataclasses import dataclass
from typing import Any

from evidence_review.analyse.findings import age_differences, correlation, newest_by_basis
from evidence_review.analyse.review import Review
from evidence_review.read.areas import ENGLAND
from evidence_review.show.html import Html, fragment
from evidence_review.show.words import how_much, interval, number, signed

MOST_PEOPLE = 9  # that the picture has room for


@dataclass(frozen=True)
class Facts:
    """What the page says in numbers, rounded as one would say them aloud.

    boxes, empty: cells of the map of 2017. one_in: of how many people one has a direct payment.
    lower_for_older, compared: councils. carers, people: of 100, who are very or extremely satisfied.
    tells: how much take-up says of satisfaction. sources: each number again with its year, its
    source and its 95% interval.
    """

    councils: int
    boxes: int
    empty: int
    one_in: int
    lower_for_older: int
    compared: int
    carers: int
    people: int
    tells: str
    sources: list[str]


def facts(review: Review) -> Facts:
    """The numbers, from the same tables and rules as the findings of the home page."""
    figures, codes = review.figures, review.council_codes
    empty = int(review.gap_map["n_sources"].eq(0).sum())
    payments = newest_by_basis(figures, "direct-payments", ENGLAND).iloc[-1]
    age = age_differences(figures, codes, "control")[-1]
    carers, people = _satisfied(review)
    link = correlation(figures, codes, "self-directed-support", "satisfaction", "salt")
    return Facts(
        councils=len(review.councils),
        boxes=len(review.gap_map),
        empty=empty,
        one_in=round(100 / payments["value"]),
        lower_for_older=age.lower_for_older,
        compared=age.compared,
        carers=round(carers["value"]),
        people=round(people["value"]),
        tells=how_much(link.r),
        sources=[
            f"Boxes: our map of the report of 2017 has {len(review.gap_map)} cells, and {empty} have no"
            " source.",
            f"Direct payments: {_with_interval(payments)}, of people with long-term support in the"
            " community. England, client level data.",
            f"Control over daily life: {number(age.older, 'percent')} of people aged 65 and over and"
            f" {number(age.younger, 'percent')} of people aged 18 to 64 in {age.year} (no interval is"
            " published). England, Adult Social Care Survey.",
            f"Very or extremely satisfied: {_with_interval(carers)} of carers, Survey of Adult Carers;"
            f" {_with_interval(people)} of people who use care, Adult Social Care Survey. England; the two surveys differ.",
            f"Budgets and satisfaction: a correlation of {signed(link.r)} (95% interval"
            f" {signed(link.lower)} to {signed(link.upper)}) over {link.councils} councils in"
            f" {link.year}.",
        ],
    )


def one_in(count: int) -> Html:
    """The picture of `count` people, the first of whom has a coin; no more than there is room for."""
    columns = 2 if count <= 4 else 3
    size = 96 / columns
    places = [
        (12 + size * (place % columns + 0.5), 12 + size * (place // columns + 0.4))
        for place in range(min(count, MOST_PEOPLE))
    ]
    return fragment("one_in.html", places=places, scale=size / 56, count=count)


def _satisfied(review: Review) -> tuple[dict[str, Any], dict[str, Any]]:
    """England's satisfaction of carers and of people who use care, in the newest year with both."""
    own = review.totals[review.totals["area_code"].eq(ENGLAND) & review.totals["value"].notna()]
    carers, people = (
        own[own["indicator_id"].eq(name)].set_index("year", drop=False)
        for name in ("carer-satisfaction", "satisfaction")
    )
    year = max(set(carers.index) & set(people.index))
    return carers.loc[year].to_dict(), people.loc[year].to_dict()


def _with_interval(row: dict[str, Any]) -> str:
    limits = interval(row["lower"], row["upper"], "percent")
    return f"{number(row['value'], 'percent')} in {row['year']} (95% interval {limits})"
