"""Older beside younger adults, and carers beside people who use care."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.groups import OLDER
from evidence_review.analyse.reliability import WEAK
from evidence_review.show.charts import Chart
from evidence_review.show.council.figures import (
    WEAK_RULE,
    by_chance,
    mark,
    no_figures,
    two_lines,
    with_interval,
)
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import (
    count,
    interval,
    listing,
    number,
    sentence,
    signed_number,
    year_ranges,
)

FOUND_SYMBOLS = {"higher": "▲", "lower": "▼", "no clear difference": "●"}
AGES = ("18 to 64", "65 and over")
SIDES = ("People who use care", "Carers")


def ages(report: CouncilReport) -> Html:
    """The finding, and ages 65 and over beside 18 to 64 for each indicator that is split by age."""
    if report.ages.empty:
        return no_figures(report, "no figure by age")
    words = _finding(report.ages, "people aged 65 and over", "people aged 18 to 64")
    figures = report.review.figures
    newest = figures.loc[figures["group"].eq(OLDER), "year"].max()
    years = year_ranges(list(report.ages["year"].unique()))
    until = (
        f" These figures are of {years}; no file of a year after {newest} that we found is split by "
        "age."
    )
    return _section(
        report,
        report.ages,
        words + until,
        f"Older and younger adults in {report.area.said}, newest year with intervals for both",
        AGES,
        "older",
    )


def carers(report: CouncilReport) -> Html:
    """The finding, and carers beside people who use care."""
    if report.carers.empty:
        return no_figures(report, "no year with figures for carers and for people who use care")
    words = _finding(report.carers, "carers", "people who use care")
    return _section(
        report,
        report.carers,
        f"{words} The two groups answer different surveys, so a difference between them is a hint "
        "and not a measure. Scores of quality of life are on two scales and are not set side by "
        "side.",
        f"Carers beside people who use care in {report.area.said}, newest year with intervals for "
        "both",
        SIDES,
        "carers’",
    )


def _section(
    report: CouncilReport,
    found: pd.DataFrame,
    words: str,
    caption: str,
    names: tuple[str, str],
    second: str,
) -> Html:
    is_weak = (found["first_weak"] | found["second_weak"]).any()
    rows = [
        {
            "name": two_lines(sentence(row["short_name"]), _years(row, second)),
            "first": _side(row, "first"),
            "second": _side(row, "second"),
            "change": _difference(row),
        }
        for row in found.to_dict("records")
    ]
    columns = {
        "name": "Indicator",
        "first": names[0],
        "second": names[1],
        "change": "Difference (95% interval)",
    }
    return fragment(
        "prose.html", paragraphs=[words, *([WEAK_RULE] if is_weak else [])], points=[]
    ) + table(caption, columns, rows)


def _years(row: dict[str, Any], second: str) -> str:
    """The year shown, and in how many years the second group's figure is the lower."""
    if row["years"] == 1:
        return str(row["year"])
    return f"{row['year']}; {second} figure lower in {row['years_lower']} of {row['years']} years"


def _finding(found: pd.DataFrame, second: str, first: str) -> str:
    """Where the second group stands apart from the first: "For people aged 65 and over …"."""
    tested = found[found["found"].notna()]
    if tested.empty:
        return f"Without intervals, or on too few answers, {second} cannot be set beside {first}."
    parts = [
        f"{word} on {listing(list(tested.loc[tested['found'].eq(word), 'short_name']))}"
        for word in ("lower", "higher")
        if tested["found"].eq(word).any()
    ]
    same = int(tested["found"].eq("no clear difference").sum())
    rest = (
        f"{same} of {count(len(tested), 'measure')} {'shows' if same == 1 else 'show'} no clear "
        "difference"
    )
    if not parts:
        return f"Beside {first}, {second} do not clearly differ: {rest}."
    text = f"Beside {first}, figures for {second} were {'; '.join(parts)}."
    chance = by_chance(len(tested), "difference")
    return f"{text} {sentence(rest)}.{chance}" if same else f"{text}{chance}"


def _side(row: dict[str, Any], side: str) -> Markup:
    value, lower, upper, weak = (row[f"{side}_{n}"] for n in ("value", "lower", "upper", "weak"))
    return with_interval(value, lower, upper, row["unit"], weak)


def _difference(row: dict[str, Any]) -> Markup:
    change = signed_number(row["change"], row["unit"])
    if row["first_weak"] or row["second_weak"]:
        return Markup('{} <span class="er-second">{}</span>').format(change, WEAK)
    if pd.isna(row["lower"]):
        return Markup('{} <span class="er-second">interval [x]</span>').format(change)
    limits = interval(row["lower"], row["upper"], row["unit"], points=True)
    text = Markup('{} <span class="er-limits">({})</span>').format(change, limits)
    return text + Markup(
        ' <span class="er-compared"><span aria-hidden="true">{}</span> {}</span>'
    ).format(FOUND_SYMBOLS[row["found"]], row["found"])


def ages_chart(report: CouncilReport) -> Chart | Html:
    """Percentages of the two ages with their intervals."""
    from evidence_review.show.charts import pairs, picture

    rows = report.ages[report.ages["unit"].eq("percent")]
    if rows.empty:
        return Html("")
    rows = rows.assign(
        label=[f"{sentence(n)}, {y}" for n, y in zip(rows["short_name"], rows["year"], strict=True)]
    )
    values = "; ".join(
        f"{row['short_name']} {number(row['first_value'], 'percent')}{mark(row['first_weak'])} at "
        f"18 to 64 and {number(row['second_value'], 'percent')}{mark(row['second_weak'])} at 65 and "
        f"over ({row['year']})"
        for row in rows.to_dict("records")
    )
    lower = int(rows["found"].eq("lower").sum())
    return picture(
        pairs(rows, AGES, (0, 103)),
        f"For people aged 65 and over in {report.area.said}, {lower} of "
        f"{count(len(rows), 'percentage')} {'is' if lower == 1 else 'are'} lower than at ages 18 to 64, by "
        f"the 95% interval of the difference. {values}.",
    )
