"""Take-up and outcomes year by year as tables, and self-directed support at its ceiling."""

import pandas as pd

from evidence_review.analyse.national.budgets_outcomes import NEARLY_ALL, BudgetsAndOutcomes
from evidence_review.analyse.national.budgets_outcomes_checks import JUMP, PAYMENTS, SUPPORT, tally
from evidence_review.show.council.figures import two_lines
from evidence_review.show.html import Html, behind, table
from evidence_review.show.national.budgets_outcomes_words import (
    SOURCES,
    TAKE_UP,
    apart_words,
    estimate,
    few,
    nothing_to_show,
    slope,
    unit,
)
from evidence_review.show.national.variation_words import prose
from evidence_review.show.words import count, sentence, signed, year_ranges


def payments_table(result: BudgetsAndOutcomes) -> Html:
    """Every correlation and adjusted estimate of direct payments."""
    return _links(result, PAYMENTS)


def support_table(result: BudgetsAndOutcomes) -> Html:
    """Every correlation and adjusted estimate of self-directed support."""
    return _links(result, SUPPORT)


def _links(result: BudgetsAndOutcomes, take_up: str) -> Html:
    links = result.links[result.links["take_up"].eq(take_up)]
    if links.empty:
        return nothing_to_show(take_up)
    names = result.outcomes.set_index("indicator_id")["name"]
    apart_years = set(result.client_level_years(take_up))
    rows = []
    for row in links.to_dict("records"):
        models = count(row["councils_adjusted"], "council")
        apart = "; ".join(part for part in (models, apart_words(row, "slope")) if part)
        rows.append(
            {
                "outcome": f"{names[row['outcome']]}; {unit(result, row['outcome'])}",
                "year": two_lines(
                    row["year"],
                    ("client level data, " if row["year"] in apart_years else "")
                    + count(row["councils"], "council"),
                ),
                "r": estimate(row, "r", apart_words(row, "r")),
                "rho": estimate(row, "rho", apart_words(row, "rho")),
                "corrected": estimate(row, "corrected"),
                "slope": slope(result, row, "slope", apart),
            }
        )
    columns = {
        "year": "Year",
        "r": "Correlation (Pearson)",
        "rho": "By rank (Spearman)",
        "corrected": "Correlation without sampling error",
        "slope": "Outcome for 10 points of take-up, adjusted",
    }
    name = TAKE_UP[take_up]
    caption = f"{sentence(name)} and outcomes over councils, with 95% intervals"
    return (
        prose(_by_itself(links[links["year"].isin(apart_years)]), _noise(links))
        + behind(f"Every estimate of {name}", table(caption, columns, rows, group="outcome"))
        + prose(f"Whether an interval leaves out 0 was judged before rounding. {SOURCES}")
    )


def _by_itself(links: pd.DataFrame) -> str:
    """The correlations of the years on another basis, which stand apart from the rest."""
    if links.empty:
        return ""
    found, values = tally(links, "r"), links["r_value"]
    return (
        f"{year_ranges(sorted(links['year'].unique()))} stands apart, on client level data: "
        f"correlations from {signed(values.min())} to {signed(values.max())}; "
        f"{few(found.apart, 'leaves', 'leave', count(found.tests, 'interval'))} out 0."
    )


def _noise(links: pd.DataFrame) -> str:
    """How much of the differences between councils is sampling error, and what that hides."""
    known = links[links["reliability"].notna()]
    if known.empty:
        return ""
    lost = 100 * (1 - known["reliability"])
    values = known["corrected_value"]
    return (
        f"Sampling error of the survey makes up {lost.min():.0f}% to {lost.max():.0f}% of the "
        "variance between councils in these outcomes. Without it the correlations would lie "
        f"between {signed(values.min())} and {signed(values.max())}."
    )


def ceiling(result: BudgetsAndOutcomes) -> Html:
    """How many councils have reached 100% self-directed support, and what else blurs the measure."""
    found = result.ceiling
    if found.empty:
        return Html("")
    first, last = found.iloc[0], found.iloc[-1]
    jumped, councils = result.jumps
    earlier = f", and {first['all']} of {first['councils']} in {first['year']}"
    text = (
        f"In {last['year']}, {last['all']} of {last['councils']} councils reported self-directed "
        f"support for everyone (100.0%){earlier if len(found) > 1 else ''}. A measure at its ceiling "
        "can rise no further and sets few councils apart, which tends to pull correlations towards 0."
    )
    moved = (
        f"In {jumped} of {councils} councils the share moved by {JUMP} points or more from one year "
        "to the next. We read that as a change in what is counted."
    )
    alone = (
        "Some councils report the same share for self-directed support and for direct payments, as "
        "if only a direct payment were a budget. The National Audit Office met that reading too, "
        "among front-line staff."
    )
    rows = [
        {
            "year": row["year"],
            **{name: str(row[name]) for name in ("councils", "all", "nearly", "payments_alone")},
            "middle": f"{row['middle']:.1f}%",
        }
        for row in found.to_dict("records")
    ]
    columns = {
        "year": "Year",
        "councils": "Councils",
        "all": "At 100%",
        "nearly": f"At {NEARLY_ALL}% or more",
        "middle": "Median share",
        "payments_alone": "Same share as direct payments",
    }
    caption = "Self-directed support at its ceiling (short and long term support return)"
    said = [text, *([moved] if jumped else []), *([alone] if found["payments_alone"].any() else [])]
    return prose(*said) + table(caption, columns, rows, numeric=list(columns)[1:])
