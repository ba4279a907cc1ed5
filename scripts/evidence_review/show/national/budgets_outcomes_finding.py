"""What the chapter on budgets and outcomes found, beside the National Audit Office's words."""

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
from evidence_review.show.html import Html
from evidence_review.show.national.budgets_outcomes_words import (
    SATISFACTION,
    SOURCES,
    TAKE_UP,
    Row,
    few,
    named,
    short_name,
    span,
    with_interval,
)
from evidence_review.show.national.variation_words import headed, prose
from evidence_review.show.words import count, listing, sentence, signed, year_ranges

NAO_YEAR = "2014-15"  # the newest year of figures that a report of March 2016 can hold
WEAK_LINK = 0.3  # a correlation closer to 0 tells almost nothing of the one from the other


def finding(result: BudgetsAndOutcomes) -> Html:
    """The chapter's answer in plain words, then what it rests on, in points."""
    said = {
        "Year by year.": f"{_counted(result)} {_remaining(result)}",
        "Other things held equal.": _held_equal(result),
        "Within councils.": _inside(result),
        "Does it hold?": _checked(result),
        "What this rules out.": _precision(result),
    }
    opening = Markup("<strong>{}</strong> {} {}").format(
        _verdict(result),
        _clear(result),
        "The figures compare councils, not people. They cannot show whether a budget helped the "
        "person who has it.",
    )
    return prose(opening, points=[headed(name, text) for name, text in said.items() if text])


def _verdict(result: BudgetsAndOutcomes) -> str:
    shares = "a direct payment or self-directed support (the official count of personal budgets)"
    if holds(result.links):
        return (
            f"Where more people have {shares}, people who use care do not as a rule report better "
            "outcomes."
        )
    return (
        f"In some years, councils where more people have {shares} differ in what people who use "
        "care report."
    )


def _clear(result: BudgetsAndOutcomes) -> str:
    """How many comparisons show a clear link, and for whom more do."""
    found, left = tally(result.links, "r"), result.links[result.links["r_holm"]]
    weak = len(left) > 0 and left["r_value"].abs().lt(WEAK_LINK).all()
    how = f", {'a weak one' if len(left) == 1 else 'all weak'}" if weak else ""
    text = (
        f"Of {count(found.tests, 'comparison')} between councils, "
        f"{few(found.holm, 'shows', 'show')} a clear link{how}."
    )
    if not holds(result.links):
        return text
    for row in _failing(result):
        text += f" For {_small(row['name'])} alone, {row['links'].holm} of {row['links'].tests} do."
    return text


def _counted(result: BudgetsAndOutcomes) -> str:
    """How many correlations there are, where they lie, and how many leave out 0."""
    links = result.links
    found, values = tally(links, "r"), links["r_value"]
    above = int(values.gt(0).sum())
    lie = "all lie" if above == found.tests > 1 else few(above, "lies", "lie")
    apart = f"In {found.apart} the" if found.apart else "No"
    return (
        "Take-up is the share of people who have a direct payment, or self-directed support. We set "
        f"it beside {count(len(result.outcomes), 'outcome')}, over {span(links['councils'])} "
        f"councils. A correlation runs from {signed(-1, 0)} to 1; at 0, take-up says nothing of the "
        f"outcome. Of {count(found.tests, 'correlation')}, {lie} above 0; the median is "
        f"{signed(values.median())}. {apart} 95% interval leaves out 0; chance alone would give "
        f"about {max(1, round(found.tests / 20))}."
    )


def _remaining(result: BudgetsAndOutcomes) -> str:
    """The correlations that remain when the number of tests is allowed for, and the strongest."""
    links = result.links
    top, left = strongest(links), links[links["r_holm"]]
    allowed = "When the number of tests is allowed for"
    share = (
        f"take-up goes with {100 * top['r_value'] ** 2:.0f}% of the variance between councils in "
        f"{short_name(result, top['outcome'])}"
    )
    if list(left.index) == [top.name]:
        return f"{allowed}, 1 remains: {named(result, top)}. There {share}."
    names = listing([named(result, row) for row in left.to_dict("records")])
    kept = f"{few(len(left), 'remains', 'remain')}{f': {names}' if names else ''}"
    return f"{allowed}, {kept}. In the strongest, {named(result, top)}, {share}."


def _held_equal(result: BudgetsAndOutcomes) -> str:
    model = tally(result.links, "slope")
    return (
        "With deprivation, the share of people aged 65 and over, and region held equal, "
        f"{few(model.apart, 'leaves', 'leave', count(model.tests, 'interval'))} out 0; "
        f"{few(model.holm, 'remains', 'remain')} when the number of tests is allowed for."
    )


def _inside(result: BudgetsAndOutcomes) -> str:
    """Whether outcomes moved in councils whose take-up moved."""
    if result.changes.empty:
        return ""
    inside, row = tally(result.changes, "within"), result.changes.iloc[0]
    verdict = (
        "Where a council’s take-up rose or fell, its outcomes are not seen to move with it."
        if not inside.holm
        else "Where a council’s take-up rose or fell, some of its outcomes moved with it."
    )
    return (
        f"{verdict} From {row['first']} to {row['last']}, "
        f"{few(inside.apart, 'leaves', 'leave', count(inside.tests, 'interval'))} out 0."
    )


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _failing(result: BudgetsAndOutcomes) -> list[Row]:
    """The checks in which the conclusion does not hold; among them may be an age."""
    failing: list[Row] = result.checks[~result.checks["holds"].astype(bool)].to_dict("records")
    return failing


def _checked(result: BudgetsAndOutcomes) -> str:
    """In which checks the conclusion holds, and what the others find."""
    if not holds(result.links):
        return ""
    others = result.checks.iloc[1:]
    agree = [_small(str(name)) for name in others.loc[others["holds"].astype(bool), "name"]]
    text = f"The answer holds in {len(agree)} of {count(len(others), 'check')}: {'; '.join(agree)}."
    for row in _failing(result):
        left: dict[str, list[str]] = {}
        for take_up, year in row["left"]:
            left.setdefault(take_up, []).append(year)
        where = listing(
            [f"{TAKE_UP[name]} in {year_ranges(years)}" for name, years in left.items()]
        )
        model = row["adjusted"]
        adjusted = f", and {model.holm} of {model.tests} adjusted estimates" if model else ""
        text += (
            f" It does not hold for {_small(row['name'])}: {row['links'].holm} of "
            f"{row['links'].tests} correlations remain{f' ({where})' if where else ''}{adjusted}; the "
            f"strongest is {named(result, row)}."
        )
    return text


def _precision(result: BudgetsAndOutcomes) -> str:
    links = result.links
    reach = float(links[["r_lower", "r_upper"]].abs().to_numpy().max())
    councils = int(links["councils"].median())
    return (
        "A strong link between councils, not a weak one. For all ages together, no interval reaches "
        f"beyond {reach:.2f}. With {councils} councils, a correlation closer to 0 than "
        f"{smallest_told(councils):.2f} cannot be told from none."
    )


def nao(result: BudgetsAndOutcomes) -> Html:
    """What the National Audit Office found, and the same comparison in each year."""
    own = result.links[result.links["outcome"].eq(SATISFACTION)]
    said = (
        "The office held that existing evidence points to a benefit for most people who have a personal "
        "budget. But it “could not find any link” between the share of people with one and overall "
        "satisfaction, council by council. Both are told by the 2017 report under “Background and "
        "purpose”."
    )
    if own.empty:
        return prose(said, "Satisfaction is not among the outcomes chosen here.")
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
    return prose(said, f"{_same(own)} {_nao_year(own)}".strip(), points=points)


def _same(own: pd.DataFrame) -> str:
    if own["r_holm"].any():
        return (
            "Not every year here agrees: some correlations with satisfaction remain when the number "
            "of tests is allowed for."
        )
    return (
        "The figures shown here agree: once the number of tests is allowed for, no correlation with "
        "satisfaction is left."
    )


def _nao_year(own: pd.DataFrame) -> str:
    then = own[own["year"].eq(NAO_YEAR) & own["take_up"].eq(SUPPORT)].to_dict("records")
    if not then:
        return ""
    return (
        f"In {NAO_YEAR}, the newest year that the office can have seen, self-directed support and "
        f"satisfaction have a correlation of {with_interval(then[0], 'r')}."
    )


def used(result: BudgetsAndOutcomes) -> Html:
    """Which figures the chapter rests on, and which it leaves out."""
    links = result.links
    points = []
    for take_up, rows in links.groupby("take_up", sort=False):
        years = year_ranges(list(rows["year"].unique()))
        points.append(
            f"{sentence(TAKE_UP[str(take_up)])}: {years}; {span(rows['councils'])} councils a year, "
            f"{span(rows['councils_adjusted'])} of them in adjusted estimates."
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
    return prose(SOURCES, points=points)
