"""How the chapter on budgets and outcomes says an estimate, a link, or how many stand out."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.national.budgets_outcomes import BudgetsAndOutcomes
from evidence_review.analyse.national.budgets_outcomes_checks import PAYMENTS, SUPPORT, Tally
from evidence_review.show.council.figures import two_lines
from evidence_review.show.html import Html
from evidence_review.show.national.variation_words import prose

Row = Mapping[Any, Any]  # a row of a table of estimates
SATISFACTION = "satisfaction"
TAKE_UP = {PAYMENTS: "direct payments", SUPPORT: "self-directed support"}
SLOPES = {"percent": 2, "score 0 to 24": 3, "score": 4}  # decimals of a slope
SOURCES = (
    "Sources: Adult Social Care Outcomes Framework (NHS Digital; for 2024-25 Department of Health "
    "and Social Care). Take-up: short and long term support return; for 2024-25 client level data. "
    "Outcomes: Adult Social Care Survey."
)


def _parts(row: Row, kind: str, decimals: int, sign: bool) -> list[str]:
    return [
        f"{round(row[f'{kind}_{part}'], decimals) + 0.0:{'+' if sign else ''}.{decimals}f}".replace(
            "-", "\N{MINUS SIGN}"
        )
        for part in ("value", "lower", "upper")
    ]


def with_interval(row: Row, kind: str, decimals: int = 2, sign: bool = False) -> str:
    """An estimate with its 95% interval: "0.28 (0.12 to 0.42)"; `[x]` where there is none."""
    if pd.isna(row[f"{kind}_value"]):
        return "[x]"
    value, lower, upper = _parts(row, kind, decimals, sign)
    return f"{value} ({lower} to {upper})"


def estimate(
    row: Row, kind: str, below: str = "", decimals: int = 2, sign: bool = False
) -> Markup | str:
    """A cell of a table: an estimate, its interval unbroken, and smaller what belongs to it."""
    if pd.isna(row[f"{kind}_value"]):
        return "[x]"
    value, lower, upper = _parts(row, kind, decimals, sign)
    text = Markup('{} <span class="er-limits">({} to {})</span>').format(value, lower, upper)
    return two_lines(text, below)


def apart_words(row: Row, kind: str) -> str:
    """Whether an interval leaves out 0, and still does with all tests allowed for."""
    if row[f"{kind}_holm"]:
        return "leaves out 0, all tests allowed for"
    return "leaves out 0" if row[f"{kind}_apart"] else ""


def _fact(result: BudgetsAndOutcomes, outcome: str, column: str) -> str:
    return str(result.outcomes.set_index("indicator_id")[column][outcome])


def short_name(result: BudgetsAndOutcomes, outcome: str) -> str:
    """An outcome within a sentence: "control over daily life"."""
    return _fact(result, outcome, "short_name")


def unit(result: BudgetsAndOutcomes, outcome: str) -> str:
    """The unit of a difference in an outcome: "points" of per cent, or of what score."""
    own = _fact(result, outcome, "unit")
    return "points" if own == "percent" else own


def slope(result: BudgetsAndOutcomes, row: Row, kind: str, below: str) -> Markup | str:
    """The cell of a slope, signed, with the decimals that the unit of its outcome needs."""
    decimals = SLOPES[_fact(result, row["outcome"], "unit")]
    return estimate(row, kind, below, decimals, sign=True)


def named(result: BudgetsAndOutcomes, row: Row) -> str:
    """A correlation in words: "self-directed support with satisfaction in 2019-20, −0.18 (…)"."""
    outcome = short_name(result, row["outcome"])
    return f"{TAKE_UP[row['take_up']]} with {outcome} in {row['year']}, {with_interval(row, 'r')}"


def few(number: int, one: str, many: str, of: str = "") -> str:
    """A number with its verb: "none leaves", "1 leaves", "4 of 10 intervals leave"."""
    whole = f" of {of}" if of else ""
    return f"{number or 'none'}{whole} {one if number < 2 else many}"


def stand_out(found: Tally, what: str) -> str:
    """How many intervals leave out 0: "2 of 10 correlations leave out 0; none remains"."""
    apart = few(found.apart, "leaves", "leave", f"{found.tests} {what}")
    return f"{apart} out 0" + (f"; {few(found.holm, 'remains', 'remain')}" if found.apart else "")


def span(numbers: pd.Series) -> str:
    """Least to most: "145 to 151"; one number where they are the same."""
    least, most = int(numbers.min()), int(numbers.max())
    return str(most) if least == most else f"{least} to {most}"


def nothing_to_show(take_up: str) -> Html:
    """A sentence in place of a chart or table that would be empty."""
    return prose(
        f"No year chosen here has reliable figures of {TAKE_UP[take_up]} beside the survey."
    )
