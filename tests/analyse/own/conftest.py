"""Surveys put together by hand, as the reader of a council's own evidence would give them."""

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from evidence_review.analyse.own.results import SurveyResults, survey_results
from evidence_review.analyse.own.survey import OwnSurvey
from evidence_review.read.contract import load_table

TEXTS = ("age_group", "sex", "support_reason", "budget_type", "wave", "person")


def _question(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "question": name,
        "wording": f"How is {name}?",
        "labels": {1: "Good", 2: "Bad"},
        "good": frozenset({1}),
        "left_out": frozenset(),
        "element_id": "E2",
        "frame_id": "F1",
        "universal": False,
        "standard": "",
        **given,
    }


@pytest.fixture(scope="session")
def survey() -> Callable[..., OwnSurvey]:
    """A function that makes a survey.

    people: columns of the responses, the answers included; questions: by their short names, what
    differs from a plain question with the answers 1 good and 2 bad. eligible: people by wave.
    """

    def make(
        people: Mapping[str, Sequence[Any]],
        questions: Mapping[str, Mapping[str, Any]],
        eligible: Mapping[str, int] | None = None,
    ) -> OwnSurvey:
        responses = pd.DataFrame(people)
        for name in questions:
            responses[name] = responses[name].astype("Int64")
        for name in TEXTS:
            if name not in responses:
                responses[name] = ""
        if "weight" not in responses:
            responses["weight"] = 1.0
        waves = pd.DataFrame(
            {"wave": list(eligible or {}), "eligible": list((eligible or {}).values())}
        )
        return SimpleNamespace(
            questions=pd.DataFrame([_question(name, given) for name, given in questions.items()]),
            responses=responses.assign(row=range(2, len(responses) + 2)),
            waves=waves.astype({"wave": "str", "eligible": "Int64"}),
            rejected=pd.DataFrame({"file": ["responses.csv"] * 3, "row": [9, 9, 12]}),
        )

    return make


@pytest.fixture(scope="session")
def results_of() -> Callable[[OwnSurvey], SurveyResults]:
    """The results of a survey beside Camden's official figures."""
    items, indicators, figures = (load_table(n) for n in ("survey_items", "indicators", "figures"))
    totals = figures[figures["group"].eq("total")]
    official, england = (
        totals[totals["area_code"].eq(code)] for code in ("E09000007", "E92000001")
    )
    return lambda own: survey_results(own, items, indicators, official, england)
