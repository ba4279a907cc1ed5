"""A council's own survey: what people said, beside official figures.

All numbers come from `analyse.own.results.SurveyResults`, which holds nothing that gives somebody's
answer away.
"""

import pandas as pd
from markupsafe import Markup

from evidence_review.analyse.council import CouncilReport
from evidence_review.analyse.own.answers import EVERYONE
from evidence_review.analyse.reliability import MIN_BASE, WEAK
from evidence_review.analyse.statistics import compare
from evidence_review.show.council.figures import by_chance, compared_word, two_lines
from evidence_review.show.council.own_words import (
    SMALL_NUMBERS,
    Row,
    base_cell,
    in_wave,
    of_wave,
    short_names,
    value_cell,
)
from evidence_review.show.html import Html, fragment, table
from evidence_review.show.words import count, interval, listing, number


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
            "own": value_cell(row),
            "base": base_cell(row),
            "official": _official(row, "official"),
            "england": _official(row, "england"),
        }
        for row in newest.sort_values("standard", key=lambda s: s.eq(""), kind="stable").to_dict(
            "records"
        )
    ]
    wave = newest["wave"].iloc[0]
    return fragment("prose.html", paragraphs=_findings(report, newest), points=[]) + table(
        f"{report.name}: its own survey{of_wave(wave)}, everyone who answered, beside official figures",
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
        people = f"fewer than 5 people answered{in_wave(row['wave'])}"
    else:
        people = f"about {row['respondents']:,} people answered{in_wave(row['wave'])}"
    if pd.notna(row["eligible"]):
        people += f", of about {row['eligible']:,} who could have been asked"
    return people + (", weighted" if row["weighted"] else "")


def _tests_sentence(report: CouncilReport, wave: str) -> str:
    """Where people with different kinds of budget differ."""
    tests = report.survey.differences
    tests = tests[tests["wave"].eq(wave) & tests["breakdown"].eq("budget_type")]
    if tests.empty:
        return ""
    whats = short_names(report)
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


def _question(report: CouncilReport, row: Row) -> Markup:
    good = f"Counted: {row['good']}" if row["good"] else "Mean of complete answers, 0 to 24"
    return two_lines(row["what"], good)


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
