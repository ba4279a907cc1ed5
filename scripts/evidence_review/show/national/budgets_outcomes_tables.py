"""Budgets and outcomes as tables: estimates, the ceiling, the number of tests, the checks."""

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.national.budgets_outcomes import NEARLY_ALL, BudgetsAndOutcomes
from evidence_review.analyse.national.budgets_outcomes_checks import (
    FEW,
    JUMP,
    PAYMENTS,
    STRONG,
    SUPPORT,
    Tally,
    tally,
)
from evidence_review.show.council.figures import two_lines
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.national.budgets_outcomes_charts import (
    TAKE_UP,
    named,
    nothing_to_show,
    with_interval,
)
from evidence_review.show.words import count, sentence, signed

SLOPES = {"percent": 2, "score 0 to 24": 3, "score": 4}  # decimals of a slope
SOURCES = (
    "Sources: Adult Social Care Outcomes Framework (NHS Digital; for 2024-25 Department of Health "
    "and Social Care). Take-up: short and long term support return; for 2024-25 client level data. "
    "Outcomes: Adult Social Care Survey."
)


def _prose(*paragraphs: str) -> Html:
    return fragment("prose.html", paragraphs=list(paragraphs), points=[])


def payments_table(result: BudgetsAndOutcomes) -> Html:
    """Every correlation and adjusted estimate of direct payments."""
    return _links(result, PAYMENTS)


def support_table(result: BudgetsAndOutcomes) -> Html:
    """Every correlation and adjusted estimate of self-directed support."""
    return _links(result, SUPPORT)


def _decimals(result: BudgetsAndOutcomes, outcome: str) -> int:
    return SLOPES[result.outcomes.set_index("indicator_id")["unit"][outcome]]


def _unit(result: BudgetsAndOutcomes, outcome: str) -> str:
    unit = str(result.outcomes.set_index("indicator_id")["unit"][outcome])
    return "points" if unit == "percent" else unit


def _apart_words(apart: bool, kept: bool) -> str:
    """Whether an interval leaves out 0, and still does with all tests allowed for."""
    if kept:
        return "leaves out 0, all tests allowed for"
    return "leaves out 0" if apart else ""


def _links(result: BudgetsAndOutcomes, take_up: str) -> Html:
    links = result.links[result.links["take_up"].eq(take_up)]
    if links.empty:
        return nothing_to_show(take_up)
    names = result.outcomes.set_index("indicator_id")
    rows = []
    for row in links.to_dict("records"):
        outcome = row["outcome"]
        slope = with_interval(row, "slope", _decimals(result, outcome), sign=True)
        kept = {kind: (row[f"{kind}_apart"], row[f"{kind}_holm"]) for kind in ("r", "rho", "slope")}
        rows.append(
            {
                "outcome": f"{names['name'][outcome]} ({_unit(result, outcome)})",
                "year": two_lines(row["year"], count(row["councils"], "council")),
                "r": two_lines(with_interval(row, "r"), _apart_words(*kept["r"])),
                "rho": two_lines(with_interval(row, "rho"), _apart_words(*kept["rho"])),
                "corrected": with_interval(row, "corrected"),
                "slope": two_lines(
                    slope,
                    count(row["councils_adjusted"], "council")
                    + (f"; {_apart_words(*kept['slope'])}" if row["slope_apart"] else ""),
                ),
            }
        )
    columns = {
        "year": "Year",
        "r": "Correlation (Pearson)",
        "rho": "By rank (Spearman)",
        "corrected": "Correlation without sampling error",
        "slope": "Outcome for 10 points of take-up, adjusted",
    }
    caption = f"{sentence(TAKE_UP[take_up])} and outcomes over councils, with 95% intervals"
    notes = "Whether an interval leaves out 0 was judged before rounding."
    return table(caption, columns, rows, group="outcome") + _prose(
        *_noise(links), f"{notes} {SOURCES}"
    )


def _noise(links: pd.DataFrame) -> list[str]:
    """How much of the differences between councils is sampling error, and what that hides."""
    known = links[links["reliability"].notna()]
    if known.empty:
        return []
    lost = 100 * (1 - known["reliability"])
    values = known["corrected_value"]
    return [
        f"Sampling error of the survey makes up {lost.min():.0f}% to {lost.max():.0f}% of the "
        "differences between councils in these outcomes. Without it the correlations would lie "
        f"between {signed(values.min())} and {signed(values.max())}."
    ]


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
    return _prose(*said) + table(caption, columns, rows, numeric=list(columns)[1:])


def changes(result: BudgetsAndOutcomes) -> Html:
    """Councils averaged over the years beside each other, and each beside its own other years."""
    found = result.changes
    if found.empty:
        return _prose("A council’s change needs at least two years of councils’ returns.")
    names = result.outcomes.set_index("indicator_id")
    inside = tally(found, "within")
    first = found.iloc[0]
    rows = []
    for row in found.to_dict("records"):
        outcome = row["outcome"]
        decimals = _decimals(result, outcome)
        size = f"{row['figures']} figures, {row['councils']} councils"
        rows.append(
            {
                "take_up": sentence(TAKE_UP[row["take_up"]]),
                "name": f"{sentence(names['short_name'][outcome])} ({_unit(result, outcome)})",
                "r": two_lines(
                    with_interval(row, "r"), _apart_words(row["r_apart"], row["r_holm"])
                ),
                "slope": two_lines(
                    with_interval(row, "slope", decimals, sign=True),
                    f"{row['councils_adjusted']} councils"
                    + ("; leaves out 0" if row["slope_apart"] else ""),
                ),
                "within": two_lines(
                    with_interval(row, "within", decimals, sign=True),
                    size + ("; leaves out 0" if row["within_apart"] else ""),
                ),
            }
        )
    columns = {
        "name": "Outcome",
        "r": "Between councils: correlation of averages",
        "slope": "Between councils, adjusted: outcome for 10 points",
        "within": "Within councils: outcome for 10 points",
    }
    years = f"{first['first']} to {first['last']}"
    text = (
        "The second way to look follows each council over its own years. What sets it apart from "
        "others for good, such as its people and its place, then drops out; so does what "
        f"happened everywhere in one year. Of {count(inside.tests, 'estimate')} within councils, "
        f"{inside.apart or 'none'} {'has' if inside.apart < 2 else 'have'} an interval that leaves "
        f"out 0{f', and {inside.holm} when all are allowed for' if inside.holm else ''}."
    )
    caption = f"Between councils and within them, {years}, with 95% intervals"
    return _prose(text) + table(caption, columns, rows, group="take_up")


KINDS = {"r": "Correlation, each year", "rho": "By rank, each year", "slope": "Adjusted, each year"}
CHANGE_KINDS = {
    "r": "Averages of councils, correlation",
    "slope": "Averages of councils, adjusted",
    "within": "Within councils",
}


def tests(result: BudgetsAndOutcomes) -> Html:
    """How many estimates stand out, how many would by chance, and how many remain."""
    rows = [_tests(result.links, kind, name) for kind, name in KINDS.items()] + (
        []
        if result.changes.empty
        else [_tests(result.changes, kind, name) for kind, name in CHANGE_KINDS.items()]
    )
    columns = {
        "name": "Estimate",
        "tests": "Tests",
        "apart": "Intervals that leave out 0",
        "chance": "Expected by chance",
        "holm": "Remain (Holm)",
        "bh": "Remain (Benjamini-Hochberg)",
    }
    caption = (
        "How many estimates leave out 0, and how many remain with the number of tests allowed for"
    )
    return table(caption, columns, rows, numeric=list(columns)[1:])


def _tests(estimates: pd.DataFrame, kind: str, name: str) -> dict[str, str]:
    found = tally(estimates, kind)
    return {
        "name": name,
        "tests": str(found.tests),
        "apart": str(found.apart),
        "chance": f"{found.tests / 20:.1f}",
        "holm": str(found.holm),
        "bh": str(int(estimates[f"{kind}_bh"].sum())),
    }


def checks(result: BudgetsAndOutcomes) -> Html:
    """The conclusion worked out again with other councils, another method, one age at a time."""
    found = result.checks
    rows = [
        {
            "name": two_lines(row["name"], f"{_range(row['fewest'], row['most'])} councils"),
            "links": _tally(row["links"]),
            "adjusted": _tally(row["adjusted"]),
            "within": _tally(row["within"]),
            "top": named(result, row),
            "holds": "holds" if row["holds"] else "does not hold",
        }
        for row in found.to_dict("records")
    ]
    columns = {
        "name": "Figures used",
        "links": "Correlations that leave out 0",
        "adjusted": "Adjusted estimates that do",
        "within": "Estimates within councils that do",
        "top": "Strongest correlation",
        "holds": "Conclusion",
    }
    rule = (
        f"The conclusion is that take-up hardly goes with outcomes. It holds where at most {FEW:.0%} "
        "of correlations remain when their number is allowed for (Holm), and none is as far from 0 "
        f"as {STRONG}. The rule is ours."
    )
    first = bool(found["holds"].iloc[0])
    others = found.iloc[1:]
    agree = int(others["holds"].eq(first).sum())
    not_so = [str(name) for name in others.loc[others["holds"].ne(first), "name"]]
    text = (
        f"For all councils it {'holds' if first else 'does not hold'}; {agree} of "
        f"{count(len(others), 'check')} {'agrees' if agree == 1 else 'agree'}."
        + (
            f" Otherwise: {'; '.join(name[:1].lower() + name[1:] for name in not_so)}."
            if not_so
            else ""
        )
    )
    return _prose(rule, text) + table("Whether the conclusion holds", columns, rows)


def _range(fewest: int, most: int) -> str:
    return str(most) if fewest == most else f"{fewest} to {most}"


def _tally(found: Tally | None) -> Markup | str:
    if found is None:
        return "[z]"
    return two_lines(f"{found.apart} of {found.tests}", f"{found.holm} with all tests allowed for")
