"""How many tests the chapter on budgets and outcomes makes, and whether its conclusion holds."""

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.national.budgets_outcomes import BudgetsAndOutcomes
from evidence_review.analyse.national.budgets_outcomes_checks import FEW, STRONG, Tally, tally
from evidence_review.show.council.figures import two_lines
from evidence_review.show.html import Html, table
from evidence_review.show.national.budgets_outcomes_words import named, span
from evidence_review.show.national.variation_words import prose
from evidence_review.show.words import count

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
            "name": two_lines(
                row["name"], f"{span(pd.Series([row['fewest'], row['most']]))} councils"
            ),
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
            f" It differs for {'; '.join(name[:1].lower() + name[1:] for name in not_so)}."
            if not_so
            else ""
        )
    )
    return prose(rule, text) + table("Whether the conclusion holds", columns, rows)


def _tally(found: Tally | None) -> Markup | str:
    if found is None:
        return "[z]"
    return two_lines(f"{found.apart} of {found.tests}", f"{found.holm} with all tests allowed for")
