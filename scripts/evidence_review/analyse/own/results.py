"""The results of a council's own survey, safe to publish as they are."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from evidence_review.analyse.own.answers import EVERYONE, HELD_BACK, answered
from evidence_review.analyse.own.changes import changed
from evidence_review.analyse.own.disclosure import FEWEST, rounded
from evidence_review.analyse.own.items import measures
from evidence_review.analyse.own.survey import OwnSurvey, Wave, waves_of
from evidence_review.analyse.own.withheld import withheld

Row = dict[str, Any]

_WAVES = {
    "wave": "str",
    "respondents": "Int64",
    "eligible": "Int64",
    "weighted": "bool",
    "rows_left_out": "int64",
    "status": "str",
}
_ANSWERS = {
    **dict.fromkeys(("question", "standard", "indicator_id", "what", "good", "unit"), "str"),
    **dict.fromkeys(("element_id", "frame_id"), "str"),
    "universal": "bool",
    **dict.fromkeys(("wave", "breakdown", "group"), "str"),
    "base": "Int64",
    **dict.fromkeys(("value", "lower", "upper"), "float64"),
    **dict.fromkeys(("method", "status"), "str"),
}
_BESIDE = {"year": "str", "value": "float64", "lower": "float64", "upper": "float64"}
_OFFICIAL = {
    f"{whose}_{name}": kind for whose in ("official", "england") for name, kind in _BESIDE.items()
}
_DIFFERENCES = dict.fromkeys(
    ("question", "wave", "breakdown", "test", "result", "why", "band"), "str"
)
_CHANGES = {
    **dict.fromkeys(("question", "what", "unit", "first_wave", "last_wave", "basis"), "str"),
    **dict.fromkeys(("base", "first_base", "last_base"), "Int64"),
    **dict.fromkeys(("change", "lower", "upper", "better", "worse", "same"), "float64"),
    **dict.fromkeys(("method", "status", "said"), "str"),
}


@dataclass(frozen=True)
class SurveyResults:
    """What may be published of a council's own survey (the rule: `disclosure.RULE`).

    Counts of people are rounded to 5, shares whole per cent, means have 1 decimal; status is "c"
    where numbers are held back (and missing), "u" where the base is under 30, else blank.

    waves: wave (blank when the survey has none), respondents, eligible (missing when not given),
        weighted, rows_left_out (rows of the file that could not be read, over all waves), status.
    answers: a row for each question (and the score "quality-of-life") × wave × breakdown × group;
        good (the good answers, in words), base, value with its 95% interval, method; and, for
        everyone, the newest official figure of the council and of England where the question is an
        item of ASCOF (official_year, official_value …, england_year …; else blank and NaN).
    differences: a row for each question × wave × breakdown: test, result ("differ", "no clear
        difference", "not tested"), why (when not tested), band of p.
    changes: from the first wave to the last, in points of the unit, with the 95% interval; basis
        "everyone who answered" (first_base, last_base; base is the smaller) or "the same people"
        (base; shares of them in per cent that went to a good answer or a higher score, the other
        way, or neither; NaN when too few). said is blank where status is "c" or "u".
    """

    waves: pd.DataFrame
    answers: pd.DataFrame
    differences: pd.DataFrame
    changes: pd.DataFrame


def survey_results(
    own: OwnSurvey,
    survey_items: pd.DataFrame,
    indicators: pd.DataFrame,
    official: pd.DataFrame,
    england: pd.DataFrame,
) -> SurveyResults:
    """All that a council's own survey says, without a number that gives somebody's answer away.

    own: questions, responses, waves and rejected rows, as read/own reads them. survey_items,
    indicators: the review's tables. official, england: figures of the council and of England,
    group total.
    Returns tables without rows when there are no responses.
    """
    answers: list[Row] = []
    differences: list[Row] = []
    changes: list[Row] = []
    waves = waves_of(own)
    asked = measures(own.questions, own.responses, survey_items, indicators) if waves else []
    held = {wave.name: withheld(asked, wave, own.responses) for wave in waves}
    for measure in asked:
        for wave in waves:
            rows, tests = answered(measure, wave, own.responses, held[wave.name][measure.question])
            answers += rows
            differences += tests
        if len(waves) > 1:
            ends = waves[0], waves[-1]
            hidden = any(held[wave.name][measure.question].everyone for wave in ends)
            changes += changed(measure, *ends, own.responses, hidden)
    left_out = int(own.rejected["row"].nunique())
    return SurveyResults(
        _table([_wave(wave, left_out) for wave in waves], _WAVES),
        _beside(_table(answers, _ANSWERS), official, england),
        _table(differences, _DIFFERENCES),
        _table(changes, _CHANGES),
    )


def _wave(wave: Wave, left_out: int) -> Row:
    few = len(wave.here) < FEWEST
    return {
        "wave": wave.name,
        "respondents": pd.NA if few else rounded(len(wave.here)),
        "eligible": pd.NA if wave.eligible is None or few else rounded(wave.eligible),
        "weighted": wave.weighted,
        "rows_left_out": left_out,
        "status": HELD_BACK if few else "",
    }


def _beside(answers: pd.DataFrame, official: pd.DataFrame, england: pd.DataFrame) -> pd.DataFrame:
    """The answers with the newest official figures beside those of everyone."""
    whole = answers["breakdown"].eq(EVERYONE)
    for whose, figures in (("official", official), ("england", england)):
        held = figures[figures["value"].notna()].sort_values("year")
        newest = held.drop_duplicates("indicator_id", keep="last").set_index("indicator_id")
        for name in _BESIDE:
            beside = answers["indicator_id"].map(newest[name])
            answers[f"{whose}_{name}"] = beside.where(whole & beside.notna())
    texts = {name: "" for name, kind in _OFFICIAL.items() if kind == "str"}
    return answers.astype(dict.fromkeys(texts, "object")).fillna(texts).astype(_OFFICIAL)


def _table(rows: list[Row], types: dict[str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(types))
    texts = {name: "" for name, kind in types.items() if kind == "str"}
    return table.astype(dict.fromkeys(texts, "object")).fillna(texts).astype(types)
