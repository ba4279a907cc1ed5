"""The councils outside the limits, in one year and year after year: named, never ranked."""

import pandas as pd

from evidence_review.analyse.national.variation import Variation
from evidence_review.analyse.national.variation_between import IDENTITY, SCALES
from evidence_review.analyse.national.variation_funnel import (
    DRAWN_IN,
    HIGHER,
    INNER,
    LOWER,
    MOST_YEARS,
    OUTER,
    Persistent,
)
from evidence_review.analyse.national.variation_years import piled
from evidence_review.analyse.reliability import WEAK
from evidence_review.analyse.statistics import YEARS_OF_A_TREND
from evidence_review.show.council.figures import two_lines
from evidence_review.show.html import Html, behind, table
from evidence_review.show.national.variation_words import (
    basis,
    council,
    councils,
    counted,
    figure,
    prose,
)
from evidence_review.show.words import count, listing, number, sentence, year_ranges


def funnel_said(result: Variation) -> Html:
    """What the funnel plot shows, and why so many lie outside the limits of chance."""
    funnel, row = result.funnel, result.indicator(result.funnel.indicator_id)
    total, own = len(funnel.councils), result.funnel_figures
    left = int(own.loc[own["year"].eq(funnel.year), "weak"].sum())
    out = {
        name: len(funnel.outside(name)) for name in ("inner", "outer", "wide_inner", "wide_outer")
    }
    return prose(
        f"{sentence(row['short_name'])} in {funnel.year}: {count(total, 'council')} around "
        f"{number(funnel.centre, row['unit'])}, the figure for all of them together. Source: "
        f"{basis(result, funnel.basis_id)}.{f' Left out as {WEAK}: {left}.' if left else ''}",
        f"If nothing but chance set them apart, about {(1 - INNER) * total:.0f} would lie outside "
        f"the 95% limits and {(1 - OUTER) * total:.1f} outside the 99.8% limits. In fact "
        f"{out['inner']} and {out['outer']} do. {_why(result, out['outer'] > total / 2)}",
        "The wider limits allow for the usual differences between councils as well. Outside "
        f"them: {out['wide_inner']} at 95% and {out['wide_outer']} at 99.8%.",
        "Many councils report exactly 0 or 100% here, so that limits of this kind fit badly."
        if piled(own)
        else "",
    )


def _why(result: Variation, most: bool) -> str:
    """Why more councils lie outside than chance would put there. most: more than half of them do."""
    if SCALES[result.funnel.interval] == IDENTITY:
        return (
            "In a survey, chance decides who is asked. More councils outside than chance would put "
            "there (overdispersion) means that councils differ, or those who answer do."
        )
    about = result.indicator(result.funnel.indicator_id)
    text = (
        "These are counts of all on the books, not samples. Chance here means: as if the same "
        f"probability held in every council. With {result.funnel.councils['base'].median():,.0f} "
        f"{counted(about).lower()} in the middle council that leaves little room. Any difference in "
        "who lives there, in practice or in recording puts a council outside. Statisticians call "
        "this overdispersion."
    )
    return f"{text} To lie outside these limits is the rule and marks out nobody." if most else text


def funnel_outside(result: Variation) -> Html:
    """The councils outside the widened outer limits, by name."""
    funnel, row = result.funnel, result.indicator(result.funnel.indicator_id)
    out = funnel.outside("wide_outer")
    if out.empty:
        return prose("No council lies outside the widened 99.8% limits.")
    rows = [
        {
            "name": council(one),
            "value": figure(one, row["unit"]),
            "base": f"{one['base']:,}" if pd.notna(one["base"]) else "[x]",
            "direction": sentence(one["direction"]),
        }
        for one in out.to_dict("records")
    ]
    columns = {"name": "Council", "value": "Figure (95% interval)", "base": counted(row)}
    return table(
        f"Outside the widened 99.8% limits: {row['short_name']}, {funnel.year}, by name",
        {**columns, "direction": "Beside all councils"},
        rows,
        numeric=("base",),
    )


def year_after_year(result: Variation) -> Html:
    """The councils outside the limits year after year, by name, and what that means."""
    found = result.persistent
    if not found.followed:
        return prose("No indicator has three years with intervals on one basis.")
    left = sorted(str(result.indicator(one)["short_name"]) for one in result.piled)
    beyond = len(found.beyond_chance)
    said = prose(
        f"{count(len(found.indicators), 'indicator')} can be followed, {found.followed:,} series of "
        "one council and one indicator. “Year after year” means on the same side in at least "
        f"{MOST_YEARS} of the latest {YEARS_OF_A_TREND} comparable years, or in every year where "
        f"there are three or four. Outside the 99.8% limits of chance alone: {beyond:,} series "
        f"({100 * beyond / found.followed:.0f}%). Outside the widened limits: {len(found.councils)}.",
        f"The limits are widened with the outermost {DRAWN_IN:.0%} at each end drawn in, so that "
        "those whom they should find do not widen them. That makes them strict. Were councils "
        f"spread in one smooth bell, {100 * found.expected:.1f}% of single figures would still lie "
        f"outside; {100 * found.observed:.1f}% do. With nobody drawn in, "
        f"{found.untrimmed or 'no'} series {'lies' if found.untrimmed < 2 else 'lie'} outside year "
        "after year. A council named here is at one end of the range; why, the figures do not say.",
        "Left out, because many councils report exactly 0 or 100% and such limits do not fit: "
        f"{listing(left)}."
        if left
        else "",
    )
    return said + _widened(result, found) + _chance_alone(result, found)


def _widened(result: Variation, found: Persistent) -> Html:
    if found.councils.empty:
        return Html("")
    at = result.figures.set_index(["indicator_id", "area_code", "year"])
    rows = []
    for row in found.councils.to_dict("records"):
        years = row["years"].split(";")
        latest = at.loc[(row["indicator_id"], row["area_code"], years[-1])]
        about = result.indicator(row["indicator_id"])
        rows.append(
            {
                "name": council(row),
                "indicator": two_lines(
                    sentence(about["short_name"]), basis(result, row["basis_id"])
                ),
                "direction": sentence(row["direction"]),
                "years": f"{row['outside']} of {row['of']}: {year_ranges(years)}",
                "value": two_lines(figure(latest, about["unit"]), years[-1]),
            }
        )
    columns = {"name": "Council", "indicator": "Indicator and source"}
    columns |= {"direction": "Beside all councils", "years": "Years outside"}
    return table(
        "Outside the widened 99.8% limits year after year, by name",
        {**columns, "value": "Latest of them (95% interval)"},
        rows,
    )


def _chance_alone(result: Variation, found: Persistent) -> Html:
    """Everyone outside the limits of chance alone, folded: for counts, that is most of the range."""
    rows, order = [], list(result.review.indicators["indicator_id"])
    for indicator, own in found.beyond_chance.groupby("indicator_id"):
        about, first = result.indicator(str(indicator)), own.iloc[0]
        sides = {
            side: own[own["direction"].eq(side)].sort_values("name") for side in (HIGHER, LOWER)
        }
        rows.append(
            {
                "order": order.index(indicator),
                "name": two_lines(
                    sentence(about["short_name"]), f"{first['first_year']} to {first['last_year']}"
                ),
                **{side: two_lines(str(len(who)), councils(who)) for side, who in sides.items()},
            }
        )
    if not rows:
        return Html("")
    heads = {"name": "Indicator and years", HIGHER: "Higher than all together"}
    return behind(
        "Outside the limits of chance alone, year after year",
        table(
            "Outside the 99.8% limits of chance alone year after year, councils by name",
            {**heads, LOWER: "Lower than all together"},
            sorted(rows, key=lambda row: row["order"]),
        ),
    )
