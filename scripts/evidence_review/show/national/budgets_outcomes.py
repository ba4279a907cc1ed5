"""Budgets and outcomes: whether take-up goes with what people say, council by council."""

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.national.budgets_outcomes import BudgetsAndOutcomes
from evidence_review.analyse.national.budgets_outcomes_checks import (
    SUPPORT,
    holds,
    smallest_told,
    strongest,
    tally,
)
from evidence_review.analyse.reliability import MIN_BASE
from evidence_review.show.html import Html, fragment
from evidence_review.show.national.budgets_outcomes_charts import (
    SATISFACTION,
    TAKE_UP,
    dots,
    dots_finding,
    named,
    payments_chart,
    short_name,
    support_chart,
    with_interval,
)
from evidence_review.show.national.budgets_outcomes_tables import (
    SOURCES,
    ceiling,
    changes,
    checks,
    payments_table,
    support_table,
    tests,
)
from evidence_review.show.words import count, listing, sentence, signed, year_ranges

__all__ = [
    "ceiling",
    "changes",
    "checks",
    "dots",
    "dots_finding",
    "finding",
    "nao",
    "payments_chart",
    "payments_table",
    "support_chart",
    "support_table",
    "tests",
    "used",
]

NAO_YEAR = "2014-15"  # the newest year of figures that a report of March 2016 can hold


def _prose(*paragraphs: str, points: Sequence[str] = ()) -> Html:
    return fragment("prose.html", paragraphs=[p for p in paragraphs if p], points=list(points))


def finding(result: BudgetsAndOutcomes) -> Html:
    """The chapter's answer in plain words."""
    shares = "a direct payment or self-directed support (the official count of personal budgets)"
    verdict = (
        f"Where more people have {shares}, people who use care do not as a rule report better "
        "outcomes."
        if holds(result.links)
        else f"In some years, councils where more people have {shares} differ in what people "
        "who use care report."
    )
    return _prose(
        Markup("<strong>{}</strong>").format(verdict),
        _counted(result),
        f"{_remaining(result)} {_held_equal(result)}",
        _inside(result),
        _not_holding(result),
        _precision(result),
    )


def _counted(result: BudgetsAndOutcomes) -> str:
    """How many correlations there are, where they lie, and how many leave out 0."""
    links = result.links
    found, values = tally(links, "r"), links["r_value"]
    above = int(values.gt(0).sum())
    lie = f"{above or 'none'} {'lies' if above < 2 else 'lie'}"
    if above == found.tests > 1:
        lie = "all lie"
    apart = f"In {found.apart} the" if found.apart else "No"
    return (
        f"We set take-up beside {count(len(result.outcomes), 'outcome')}, year by year, over "
        f"{_range(links['councils'])} councils. A correlation runs from {signed(-1, 0)} to 1; at 0, "
        f"take-up says nothing of the outcome. Of {count(found.tests, 'correlation')}, "
        f"{lie} above 0; the median is "
        f"{signed(values.median())}. {apart} 95% interval leaves out 0; chance alone would give "
        f"about {max(1, round(found.tests / 20))}."
    )


def _remaining(result: BudgetsAndOutcomes) -> str:
    """The correlations that remain when the number of tests is allowed for, and the strongest."""
    links = result.links
    top = strongest(links)
    left = links[links["r_holm"]]
    allowed = "When the number of tests is allowed for"
    share = (
        f"take-up goes with {100 * top['r_value'] ** 2:.0f}% of the differences between councils in "
        f"{short_name(result, top['outcome'])}"
    )
    if list(left.index) == [top.name]:
        return f"{allowed}, 1 remains: {named(result, top)}. There {share}."
    names = listing([named(result, row) for row in left.to_dict("records")])
    verb = "remains" if len(left) == 1 else "remain"
    kept = f"{len(left)} {verb}: {names}" if len(left) else "none remains"
    return f"{allowed}, {kept}. In the strongest, {named(result, top)}, {share}."


def _held_equal(result: BudgetsAndOutcomes) -> str:
    model = tally(result.links, "slope")
    return (
        "With deprivation, the share of people aged 65 and over, and region held equal, "
        f"{model.apart or 'none'} of {model.tests} intervals "
        f"{'leaves' if model.apart < 2 else 'leave'} out 0; {model.holm or 'none'} "
        f"{'remains' if model.holm < 2 else 'remain'} when the number of tests is allowed for."
    )


def _inside(result: BudgetsAndOutcomes) -> str:
    """Whether outcomes moved in councils whose take-up moved."""
    if result.changes.empty:
        return ""
    inside, row = tally(result.changes, "within"), result.changes.iloc[0]
    seen = "No outcome is" if not inside.apart else f"{count(inside.apart, 'outcome')} can be"
    return (
        f"{seen} seen to move with take-up within councils from {row['first']} to {row['last']}: "
        f"{inside.apart or 'none'} of {inside.tests} intervals "
        f"{'leaves' if inside.apart < 2 else 'leave'} out 0."
    )


def _not_holding(result: BudgetsAndOutcomes) -> str:
    """The checks in which the conclusion does not hold; among them may be an age."""
    other = result.checks[~result.checks["holds"].astype(bool)]
    if not holds(result.links) or other.empty:
        return ""
    parts = []
    for row in other.to_dict("records"):
        left: dict[str, list[str]] = {}
        for take_up, year in row["left"]:
            left.setdefault(take_up, []).append(year)
        where = listing(
            [f"{TAKE_UP[name]} in {year_ranges(years)}" for name, years in left.items()]
        )
        adjusted = (
            f", and {row['adjusted'].holm} of the adjusted estimates" if row["adjusted"] else ""
        )
        parts.append(
            f"for {row['name'][:1].lower()}{row['name'][1:]}, {row['links'].holm} of "
            f"{row['links'].tests} correlations remain{f' ({where})' if where else ''}{adjusted}; "
            f"the strongest is {named(result, row)}"
        )
    return f"This does not hold throughout: {'; '.join(parts)}."


def _precision(result: BudgetsAndOutcomes) -> str:
    links = result.links
    reach = float(links[["r_lower", "r_upper"]].abs().to_numpy().max())
    councils = int(links["councils"].median())
    return (
        f"What these figures rule out is a strong link, not a weak one. No interval reaches beyond "
        f"{reach:.2f}; with {councils} councils, a correlation closer to 0 than "
        f"{smallest_told(councils):.2f} cannot be told from none. They compare councils, not "
        "people, and cannot show whether a budget helped the person who has it."
    )


def nao(result: BudgetsAndOutcomes) -> Html:
    """What the National Audit Office found, and the same comparison in each year."""
    links = result.links
    own = links[links["outcome"].eq(SATISFACTION)]
    said = (
        "The National Audit Office “could not find any link” between the share of people with a "
        "personal budget and overall satisfaction, council by council (as the 2017 report puts it "
        "under “Background and purpose”)."
    )
    if own.empty:
        return _prose(f"{said} Satisfaction is not among the outcomes chosen here.")
    points = []
    for take_up, rows in own.groupby("take_up", sort=False):
        values = rows["r_value"]
        if len(rows) == 1:
            points.append(f"{sentence(named(result, rows.iloc[0]))}.")
            continue
        apart = rows[rows["r_apart"]].to_dict("records")
        beyond = listing([f"{row['year']}, {with_interval(row, 'r')}" for row in apart])
        points.append(
            f"{sentence(TAKE_UP[str(take_up)])} and satisfaction: correlations from "
            f"{signed(values.min())} to {signed(values.max())} over {len(rows)} years. "
            + (f"The interval leaves out 0 in {beyond}." if apart else "No interval leaves out 0.")
        )
    then = own[own["year"].eq(NAO_YEAR) & own["take_up"].eq(SUPPORT)].to_dict("records")
    year = (
        f" In {NAO_YEAR}, the newest year that it can have seen, self-directed support and "
        f"satisfaction have a correlation of {with_interval(then[0], 'r')}."
        if then
        else ""
    )
    same = (
        "The years shown here agree: once the number of tests is allowed for, no correlation with "
        "satisfaction is left."
        if not own["r_holm"].any()
        else "Not every year here agrees: some correlations with satisfaction remain when the number of "
        "tests is allowed for."
    )
    return _prose(f"{said}{year} {same}", points=points)


def used(result: BudgetsAndOutcomes) -> Html:
    """Which figures the chapter rests on, and which it leaves out."""
    links = result.links
    points = []
    for take_up, rows in links.groupby("take_up", sort=False):
        years = year_ranges(list(rows["year"].unique()))
        points.append(
            f"{sentence(TAKE_UP[str(take_up)])}: {years}; "
            f"{_range(rows['councils'])} councils a year, {_range(rows['councils_adjusted'])} of "
            "them in adjusted estimates."
        )
    if links["councils_adjusted"].lt(links["councils"]).any():
        points.append(
            "Councils abolished since have no deprivation score here, so adjusted estimates are "
            "without them."
        )
    points += [
        f"Left out: {TAKE_UP[take_up]} of {year}. Its publisher marks every figure [u], of low "
        "reliability."
        for take_up, year in result.unreliable_years
    ]
    points += [
        f"Left out: the survey of {year}, which only volunteer councils ran."
        for year in result.volunteer_years
    ]
    if result.few_answers:
        points.append(
            f"Left out: {count(result.few_answers, 'outcome figure')} on fewer than {MIN_BASE} "
            "answers."
        )
    if bare := sorted(links.loc[links["reliability"].isna(), "year"].unique()):
        points.append(
            f"No margins of error were published for {year_ranges(bare)}, so a correlation without "
            "sampling error is [x]."
        )
    if "2019-20" in set(links["year"]):
        points.append(
            "Take-up of 2019-20 was published without counts, so a share on a small base could not "
            "be told and is not left out."
        )
    return _prose(SOURCES, points=points)


def _range(numbers: pd.Series) -> str:
    least, most = int(numbers.min()), int(numbers.max())
    return str(most) if least == most else f"{least} to {most}"
