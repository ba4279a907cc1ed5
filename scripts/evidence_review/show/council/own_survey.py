"""A council's own survey: what people said, beside official figures, by group, and over time.

All numbers come from `analyse.own.results.SurveyResults`, which holds nothing that gives somebody's
answer away.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from IPython.display import Image
from markupsafe import Markup

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.reliability import MIN_BASE, WEAK
from evidence_review.analyse.statistics import compare
from evidence_review.show.council.figures import by_chance, compared_word, two_lines
from evidence_review.show.council.groups import FOUND_SYMBOLS
from evidence_review.show.html import Html, folded, fragment, table
from evidence_review.show.words import count, interval, listing, number, sentence

Row = dict[str, Any]

SMALL_NUMBERS = "[c]"
BREAKDOWNS = {
    "budget_type": "kind of budget",
    "age_group": "age",
    "sex": "sex",
    "support_reason": "reason for support",
}
GROUP_WORDS = {"none": "no budget"}
EVERYONE = "everyone"
CHANGE_SYMBOLS = {"up": "▲", "down": "▼", "no clear change": "●"}
BUDGETS = ("direct payment", "managed")


def own_survey(report: CouncilReport) -> Html:
    """The finding, and every question of the newest wave beside official figures."""
    if not report.own.has_survey:
        rejected = report.own.rejected["row"].nunique()
        if not rejected:
            return Html("")
        words = (
            f"None of its survey is shown: all {count(rejected, 'row')} of answers had mistakes."
        )
        return fragment("prose.html", paragraphs=[words], points=[])
    newest = _newest(report)
    rows = [
        {
            "group": "Questions of official surveys" if row["standard"] else "Questions of its own",
            "what": _question(report, row),
            "own": _value(row),
            "base": _base(row),
            "official": _official(row, "official"),
            "england": _official(row, "england"),
        }
        for row in newest.sort_values("standard", key=lambda s: s.eq(""), kind="stable").to_dict(
            "records"
        )
    ]
    wave = newest["wave"].iloc[0]
    return fragment("prose.html", paragraphs=_findings(report, newest), points=[]) + table(
        f"{report.name}: its own survey{_of(wave)}, everyone who answered, beside official figures",
        {
            "what": "Question, and the answers that count",
            "own": "Share or score (95% interval)",
            "base": "Base",
            "official": "Official figure here",
            "england": "England",
        },
        rows,
        numeric=["base"],
        group="group",
    )


def survey_finding(report: CouncilReport) -> str:
    """The survey in two or three sentences, for the top of the page; blank without one."""
    if not report.own.has_survey:
        return ""
    return " ".join(_findings(report, _newest(report)))


def own_groups(report: CouncilReport) -> Html:
    """The newest wave by kind of budget, and by age, sex and reason for support."""
    if not report.own.has_survey:
        return Html("")
    answers = report.survey.answers
    wave = _newest(report)["wave"].iloc[0]
    answers = answers[answers["wave"].eq(wave)]
    parts = []
    for breakdown, words in BREAKDOWNS.items():
        shown = answers[answers["breakdown"].eq(breakdown)]
        if shown.empty:
            continue
        caption = f"{report.name}: its own survey{_of(wave)} by {words}, with 95% intervals"
        columns, rows = _by_group(report, shown, breakdown, wave)
        if breakdown == "budget_type":
            parts.append(table(caption, columns, rows))
        else:
            parts.append(folded(f"By {words}", caption, columns, rows))
    if _by_budget(report).empty:
        return Html(Markup("").join(parts))
    words = (
        f"The chart below shows shares of good answers{_of(wave)}: people with a direct payment "
        "beside people whose budget is managed, with 95% intervals. Questions of which one of the "
        "two is held back are left out. A hollow mark is a result of low reliability."
    )
    parts.append(fragment("prose.html", paragraphs=[words], points=[]))
    return Html(Markup("").join(parts))


def own_budgets_chart(report: CouncilReport) -> Image | Html:
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
        f"{_of(report.survey.waves['wave'].iloc[-1])}, people with a direct payment first and "
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
    whats = _questions_short(report)
    rows = pd.DataFrame({"label": [sentence(whats[one]) for one in both]}, index=both)
    for side, held in zip(("first", "second"), sides, strict=True):
        for name in ("value", "lower", "upper"):
            rows[f"{side}_{name}"] = held.loc[both, name]
        rows[f"{side}_weak"] = held.loc[both, "status"].eq("u")
    return rows


def own_change(report: CouncilReport) -> Html:
    """What moved between the first wave and the last, and for people who answered both times."""
    changes = report.survey.changes if report.own.has_survey else None
    if changes is None or changes.empty:
        return Html("")
    first, last = changes[["first_wave", "last_wave"]].iloc[0]
    whats = _questions_short(report)
    by_basis = {
        basis: rows.set_index("question").to_dict("index")
        for basis, rows in changes.groupby("basis", sort=False)
    }
    rows = []
    for question in dict.fromkeys(changes["question"]):
        row: Row = {"what": sentence(whats[question])}
        for basis, held in by_basis.items():
            row[basis] = _moved(held.get(question))
        same = by_basis.get("the same people", {}).get(question)
        row["shares"] = _shares(same)
        rows.append(row)
    columns = {"what": "Question"} | {basis: sentence(basis) for basis in by_basis}
    if "the same people" in by_basis:
        columns["shares"] = "Of the same people: better, same, worse"
    everyone = changes[changes["basis"].eq("everyone who answered") & changes["said"].ne("")]
    names = everyone["question"].map(whats)
    moved = [
        f"{word} on {listing(list(names[everyone['said'].eq(word)]))}"
        for word in ("up", "down")
        if everyone["said"].eq(word).any()
    ]
    clear = f"{sentence('; '.join(moved))}." if moved else "Nothing clearly moved."
    still = int(everyone["said"].eq("no clear change").sum())
    words = (
        f"From {first} to {last}. {clear} {count(still, 'question')} "
        f"{'shows' if still == 1 else 'show'} no clear change.{by_chance(len(everyone), 'change')}"
    )
    if "the same people" in by_basis:
        words += (
            " People who gave the same key in both waves are followed: theirs is the change of "
            "persons, and not of who happened to answer."
        )
    return fragment("prose.html", paragraphs=[words], points=[]) + table(
        f"{report.name}: change in its own survey from {first} to {last}, with 95% intervals",
        columns,
        rows,
    )


def own_method(report: CouncilReport) -> Html:
    """How the survey's numbers are made, and which are held back."""
    from evidence_review.analyse.own.disclosure import RULE

    if not report.own.has_survey:
        return Html("")
    answers = report.survey.answers
    methods = "; ".join(sorted({m for m in answers["method"] if m})) or "none"
    tests = "; ".join(sorted({t for t in report.survey.differences["test"] if t})) or "none"
    return fragment(
        "prose.html",
        paragraphs=["How these numbers are made:"],
        points=[
            f"{SMALL_NUMBERS} hides a number so that nobody can be recognised. Where one group is "
            "small, others beside it may be hidden too.",
            f"{WEAK} marks a base under {MIN_BASE}, to the nearest 5, or weights that leave no "
            "more. Such results are shown and tested, but nothing should be built on them.",
            "[z]: official surveys do not ask this. [x]: there is no official figure.",
            f"The rule for small numbers: {RULE}",
            f"Intervals: {methods}. Tests of difference: {tests}.",
            "A survey speaks for those who answered. Who was asked, and who did not answer, can "
            "move a result more than its interval shows. A difference between groups need not be "
            "caused by what sets the groups apart.",
        ],
    )


def _newest(report: CouncilReport) -> pd.DataFrame:
    """The answers of everyone in the newest wave; word: what they are beside England's figure."""
    answers = report.survey.answers
    newest = answers[
        answers["breakdown"].eq(EVERYONE) & answers["wave"].eq(report.survey.waves["wave"].iloc[-1])
    ]
    better = report.review.indicators.set_index("indicator_id")["better"]
    words = [
        compare(row["lower"], row["upper"], row["england_value"], better[row["indicator_id"]])
        if row["status"] == "" and pd.notna(row["england_value"])
        else None
        for row in newest.to_dict("records")
    ]
    return newest.assign(word=pd.Series(words, index=newest.index, dtype=object))


def _of(wave: str) -> str:
    return f" of {wave}" if wave else ""


def _findings(report: CouncilReport, newest: pd.DataFrame) -> list[str]:
    waves = report.survey.waves
    said = [_wave_words(row) for row in waves.to_dict("records")]
    left_out = int(waves["rows_left_out"].max())
    first = f"{report.name} asked people itself: {'; '.join(said)}."
    if left_out:
        is_are = "is" if left_out == 1 else "are"
        first += f" {count(left_out, 'row')} of the file had mistakes and {is_are} left out."
    result = [first]
    beside = newest[newest["word"].notna()]
    if len(beside):
        short = report.review.indicators.set_index("indicator_id")["short_name"]
        names = beside["indicator_id"].map(short)
        parts = [
            f"{word} on {listing(list(names[beside['word'].eq(word)]))}"
            for word in ("better", "worse", "higher", "lower")
            if beside["word"].eq(word).any()
        ]
        similar = int(beside["word"].eq("similar").sum())
        held = count(len(beside), "result")
        result.append(
            f"Beside the newest official figure for England, {similar or 'none'} of {held} "
            f"{'is' if similar == 1 else 'are'} similar"
            + (f"; {'; '.join(parts)}" if parts else "")
            + ". The years and the ways of asking differ, so this is a hint."
        )
    if tests := _tests_sentence(report, newest["wave"].iloc[0]):
        result.append(tests)
    return result


def _wave_words(row: Row) -> str:
    if row["status"] == "c":
        people = f"fewer than 5 people answered{_in(row['wave'])}"
    else:
        people = f"about {row['respondents']:,} people answered{_in(row['wave'])}"
    if pd.notna(row["eligible"]):
        people += f", of about {row['eligible']:,} who could have been asked"
    return people + (", weighted" if row["weighted"] else "")


def _in(wave: str) -> str:
    return f" in {wave}" if wave else ""


def _tests_sentence(report: CouncilReport, wave: str) -> str:
    """Where people with different kinds of budget differ."""
    tests = report.survey.differences
    tests = tests[tests["wave"].eq(wave) & tests["breakdown"].eq("budget_type")]
    if tests.empty:
        return ""
    whats = _questions_short(report)
    tested = tests[tests["result"].ne("not tested")]
    if tested.empty:
        why = tests["why"].mode().iloc[0]
        return f"No difference between kinds of budget could be tested ({why})."
    differ = [whats[q] for q in tested.loc[tested["result"].eq("differ"), "question"]]
    where = (
        f"differ on {listing(differ)}" if differ else "do not clearly differ on any question tested"
    )
    return (
        f"By kind of budget, answers {where} ({count(len(tested), 'question')} tested of "
        f"{len(tests)}).{by_chance(len(tested), 'difference')}"
    )


def _questions_short(report: CouncilReport) -> dict[str, str]:
    """Question → a few words for it."""
    names = report.own.questions["question"]
    result = {name: name.replace("-", " ").replace("_", " ") for name in names}
    return result | {"quality-of-life": "quality of life (score)"}


def _question(report: CouncilReport, row: Row) -> Markup:
    good = f"Counted: {row['good']}" if row["good"] else "Mean of complete answers, 0 to 24"
    return two_lines(row["what"], good)


def _amount(value: float, unit: str) -> str:
    return f"{value:.0f}%" if unit == "percent" else f"{value:.1f}"


def _value(row: Row) -> Markup | str:
    if row["status"] == "c":
        return SMALL_NUMBERS
    unit = row["unit"]
    limits = f"{_amount(row['lower'], unit).rstrip('%')} to {_amount(row['upper'], unit)}"
    weak = f" {WEAK}" if row["status"] == "u" else ""
    return Markup('{}{} <span class="er-limits">({})</span>').format(
        _amount(row["value"], unit), weak, limits
    )


def _base(row: Row) -> str:
    return SMALL_NUMBERS if pd.isna(row["base"]) else f"{row['base']:,}"


def _official(row: Row, whose: str) -> Markup | str:
    """An official figure with its year and interval, where official surveys ask the question."""
    unit = row["unit"]
    if pd.isna(row[f"{whose}_value"]):
        return "[x]" if row["indicator_id"] else "[z]"
    limits = interval(row[f"{whose}_lower"], row[f"{whose}_upper"], unit)
    text = Markup('{} in {} <span class="er-limits">({})</span>').format(
        number(row[f"{whose}_value"], unit), row[f"{whose}_year"], limits
    )
    if whose == "england" and row["word"]:
        return Markup("{} {}").format(text, compared_word(row["word"]))
    return text


def _by_group(
    report: CouncilReport, shown: pd.DataFrame, breakdown: str, wave: str
) -> tuple[dict[str, str], list[Row]]:
    """Columns and rows of one breakdown: a row a question, a column a group."""
    whats = _questions_short(report)
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
    return Markup('{} <span class="er-second">base {}</span>').format(_value(row), _base(row))


def _test(row: Row) -> Markup | str:
    if row["result"] == "not tested":
        return two_lines("not tested", row["why"])
    symbol = "◆" if row["result"] == "differ" else FOUND_SYMBOLS["no clear difference"]
    return two_lines(f"{symbol} {row['result']}", row["band"])


def _moved(row: Row | None) -> Markup | str:
    if row is None:
        return "[z]"
    if row["status"] == "c":
        return SMALL_NUMBERS
    percent = row["unit"] == "percent"

    def text(value: float) -> str:
        shown = f"{value:+.0f}" if percent else f"{value:+.1f}"
        return "0" if float(shown) == 0 else shown.replace("-", "\N{MINUS SIGN}")

    unit = " points" if percent else ""
    said = row["said"]
    word = f" {CHANGE_SYMBOLS[said]} {said}" if said else f" {WEAK}"
    return Markup(
        '{}{} <span class="er-limits">({} to {})</span>{} <span class="er-second">base {}</span>'
    ).format(text(row["change"]), unit, text(row["lower"]), text(row["upper"]), word, _base(row))


def _shares(row: Row | None) -> str:
    if row is None:
        return "[z]"
    if pd.isna(row["better"]):
        return SMALL_NUMBERS
    return f"{row['better']:.0f}%, {row['same']:.0f}%, {row['worse']:.0f}%"
