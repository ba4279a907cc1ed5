"""The home page: the gap map in small, and three findings, each computed."""

from collections.abc import Collection

from evidence_review.analyse.findings import age_differences, correlation
from evidence_review.analyse.gap_map import STRENGTH_RULES
from evidence_review.analyse.review import Review
from evidence_review.show.finder import my_council
from evidence_review.show.html import Html, fragment
from evidence_review.show.map_picture import alternative
from evidence_review.show.words import (
    STRENGTH_SYMBOLS,
    STRENGTH_WORDS,
    count,
    how_much,
    number,
    signed,
)


def opening(review: Review, published: Collection[str]) -> Html:
    """What this is in one sentence, the box for a council, and the map in small.

    published: the pages of this copy of the book, which may be for a few councils only.
    """
    cells = review.gap_map
    total = len(review.councils)
    held = sum(f"councils/{slug}" in published for slug in review.councils["slug"])
    rows = [
        (
            frame["short_name"],
            list(cells.loc[cells["frame_id"].eq(frame["frame_id"]), "strength"]),
        )
        for frame in review.frames.to_dict("records")
    ]
    return fragment(
        "home.html",
        whose=f"each of the {total} councils"
        if held == total
        else f"{count(held, 'council')} in this copy",
        finder=my_council(link=True),
        rows=rows,
        symbols=STRENGTH_SYMBOLS,
        key=[(strength, STRENGTH_WORDS[strength]) for strength in STRENGTH_RULES],
        alternative=alternative(review),
        elements=len(review.elements),
        total=len(cells),
        empty=int(cells["n_sources"].eq(0).sum()),
    )


def years(review: Review) -> str:
    """From which year to which there are official figures of councils."""
    held = review.figures
    held = held[held["value"].notna() & held["area_code"].isin(review.council_codes)]
    return f"{held['year'].min()} to {held['year'].max()}"


def findings(review: Review) -> Html:
    """What the review finds: three sentences with year and source, each leading to its chapter."""
    return fragment(
        "home_findings.html", findings=[_emptiness(review), _age(review), _satisfaction(review)]
    )


def _emptiness(review: Review) -> dict[str, str]:
    cells = review.gap_map
    found, total = int(cells["n_sources"].gt(0).sum()), len(cells)
    return {
        "finding": f"Most of the framework is empty: {total - found} of {total} cells have no source",
        "detail": f"The report named {len(review.sources)} sources in 2017. Crossed by element of "
        f"change and frame of reference, they reach {found} cells.",
        "href": "gaps.html",
        "link": "Where the gaps are",
    }


def _age(review: Review) -> dict[str, str]:
    *_, age = age_differences(review.figures, review.council_codes, "control")
    return {
        "finding": f"Older people reported less control in {age.lower_for_older} of {age.compared} "
        "councils",
        "detail": f"In England in {age.year}, {number(age.older, 'percent')} of people aged 65 and "
        f"over had as much control over daily life as they want or adequate control, and "
        f"{number(age.younger, 'percent')} of people aged 18 to 64 (no interval is published). "
        "Newer files do not split councils by age. Source: Adult Social Care Survey, of everyone "
        "with long-term support, with or without a personal budget.",
        "href": "figures/older-people.html",
        "link": "Older people",
    }


def _satisfaction(review: Review) -> dict[str, str]:
    link = correlation(
        review.figures, review.council_codes, "self-directed-support", "satisfaction", "salt"
    )
    not_more = "do not " if link.lower <= 0 else ""
    return {
        "finding": f"Councils where more people have a personal budget {not_more}have more "
        "satisfied people",
        "detail": f"Across {link.councils} councils in {link.year}, the two have a correlation of "
        f"{signed(link.r)} (95% interval {signed(link.lower)} to {signed(link.upper)}): the one "
        f"tells you {how_much(link.r)} about the other. {link.at_most} councils report 100%, so the "
        "measure tells few of them apart. A comparison of councils cannot show what a budget does "
        "for a person. Sources: social care returns (SALT), Adult Social Care Survey.",
        "href": "figures/budgets-and-outcomes.html",
        "link": "Budgets and outcomes",
    }
