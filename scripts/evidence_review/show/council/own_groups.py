"""A council's own survey by kind of budget, age, sex and reason for support."""

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.council import CouncilReport
from evidence_review.show.charts import Chart
from evidence_review.show.council.figures import two_lines
from evidence_review.show.council.groups import FOUND_SYMBOLS
from evidence_review.show.council.own_words import (
    SMALL_NUMBERS,
    Row,
    base_cell,
    of_wave,
    short_names,
    value_cell,
)
from evidence_review.show.html import Html, folded, fragment, table
from evidence_review.show.words import sentence

BREAKDOWNS = {
    "budget_type": "kind of budget",
    "age_group": "age",
    "sex": "sex",
    "support_reason": "reason for support",
}
GROUP_WORDS = {"none": "no budget"}
BUDGETS = ("direct payment", "managed")


def own_groups(report: CouncilReport) -> Html:
    """The newest wave by kind of budget, and by age, sex and reason for support."""
    if not report.own.has_survey:
        return Html("")
    answers = report.survey.answers
    wave = report.survey.waves["wave"].iloc[-1]
    answers = answers[answers["wave"].eq(wave)]
    parts = []
    for breakdown, words in BREAKDOWNS.items():
        shown = answers[answers["breakdown"].eq(breakdown)]
        if shown.empty:
            continue
        caption = f"{report.name}: its own survey{of_wave(wave)} by {words}, with 95% intervals"
        columns, rows = _by_group(report, shown, breakdown, wave)
        if breakdown == "budget_type":
            parts.append(table(caption, columns, rows))
        else:
            parts.append(folded(f"By {words}", caption, columns, rows))
    if _by_budget(report).empty:
        return Html(Markup("").join(parts))
    words = (
        f"The chart below shows shares of good answers{of_wave(wave)}: people with a direct payment "
        "beside people whose budget is managed, with 95% intervals. Questions of which one of the "
        "two is held back are left out. A hollow mark is a result of low reliability."
    )
    parts.append(fragment("prose.html", paragraphs=[words], points=[]))
    return Html(Markup("").join(parts))


def own_budgets_chart(report: CouncilReport) -> Chart | Html:
    """People with a direct payment beside those whose budget is managed."""
    from evidence_review.show.charts import pairs, picture

    rows = _by_budget(report)
    if rows.empty:
        return Html("")
    values = "; ".join(
        f"{row['label'].lower()} {row['first_value']:.0f}% and {row['second_value']:.0f}%"
        for row in rows.to_dict("records")
    )
    return picture(
        pairs(rows, ("Direct payment", "Managed budget"), (0, 103)),
        f"Shares of good answers in the survey of {report.area.said}"
        f"{of_wave(report.survey.waves['wave'].iloc[-1])}, people with a direct payment first and "
        f"people with a managed budget second: {values}.",
    )


def _by_budget(report: CouncilReport) -> pd.DataFrame:
    """What the chart shows: the questions of the newest wave of which both kinds of budget are
    shown, as `charts.pairs` takes them."""
    if not report.own.has_survey:
        return pd.DataFrame()
    answers = report.survey.answers
    shown = answers[
        answers["wave"].eq(report.survey.waves["wave"].iloc[-1])
        & answers["breakdown"].eq("budget_type")
        & answers["unit"].eq("percent")
        & answers["value"].notna()
    ]
    sides = [shown[shown["group"].eq(group)].set_index("question") for group in BUDGETS]
    both = [one for one in sides[0].index if one in sides[1].index]
    whats = short_names(report)
    rows = pd.DataFrame({"label": [sentence(whats[one]) for one in both]}, index=both)
    for side, held in zip(("first", "second"), sides, strict=True):
        for name in ("value", "lower", "upper"):
            rows[f"{side}_{name}"] = held.loc[both, name]
        rows[f"{side}_weak"] = held.loc[both, "status"].eq("u")
    return rows


def _by_group(
    report: CouncilReport, shown: pd.DataFrame, breakdown: str, wave: str
) -> tuple[dict[str, str], list[Row]]:
    """Columns and rows of one breakdown: a row a question, a column a group."""
    whats = short_names(report)
    tests = report.survey.differences
    tests = tests[tests["wave"].eq(wave) & tests["breakdown"].eq(breakdown)].set_index("question")
    groups: Sequence[str] = list(dict.fromkeys(shown["group"]))
    rows = []
    for question, held in shown.groupby("question", sort=False):
        row: Row = {"what": sentence(whats[str(question)])}
        by_group = held.set_index("group").to_dict("index")
        for group in groups:
            cell = by_group.get(group)
            row[group] = "[z]" if cell is None else _cell(cell)
        row["test"] = _test(tests.loc[question].to_dict()) if question in tests.index else "[z]"
        rows.append(row)
    columns = {"what": "Question"} | {
        group: sentence(GROUP_WORDS.get(group, group)) for group in groups
    }
    return columns | {"test": "Do the groups shown differ?"}, rows


def _cell(row: Row) -> Markup | str:
    if row["status"] == "c":
        return SMALL_NUMBERS
    return Markup('{} <span class="er-second">base {}</span>').format(
        value_cell(row), base_cell(row)
    )


def _test(row: Row) -> Markup | str:
    if row["result"] == "not tested":
        return two_lines("not tested", row["why"])
    symbol = "◆" if row["result"] == "differ" else FOUND_SYMBOLS["no clear difference"]
    return two_lines(f"{symbol} {row['result']}", row["band"])
