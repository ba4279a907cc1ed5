"""The survey's questions as they are scored, those of the Adult Social Care Survey (ASCS) included.

The measures are those of the Adult Social Care Outcomes Framework (ASCOF), handbook of definitions
(Department of Health and Social Care, updated 19 December 2024; codes to 2022-23 as in the handbook
for 2018-19): social care-related quality of life 1A, satisfaction 1D (3A), control 3A (1B),
information 3C part 1 (3D part 1), social contact 5A part 1 (1I part 1), feeling safe 4A, and
services that help to feel safe (4B, ended after 2022-23).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SCORE = "quality-of-life"
SHARE_UNIT, SCORE_UNIT = "percent", "score 0 to 24"


@dataclass(frozen=True)
class Measure:
    """One question, or the score, and each respondent's answer to it.

    values: 1.0 for a good answer and 0.0 for another, or the score; NaN for people who are not in
        the base. answered: whether the person gave any answer, one that is left out included.
    """

    question: str
    standard: str
    indicator_id: str
    what: str
    good: str
    unit: str
    element_id: str
    frame_id: str
    universal: bool
    values: NDArray[Any]
    answered: NDArray[Any]

    @property
    def is_score(self) -> bool:
        return self.unit == SCORE_UNIT


def measures(
    questions: pd.DataFrame,
    responses: pd.DataFrame,
    survey_items: pd.DataFrame,
    indicators: pd.DataFrame,
) -> list[Measure]:
    """The questions in their order, and after them the score where all its eight items were asked."""
    measured_by = dict(zip(survey_items["item"], survey_items["indicator_id"], strict=True))
    found = []
    for row in questions.to_dict("records"):
        answers = responses[row["question"]].astype("Float64").to_numpy(float, na_value=np.nan)
        answered = ~np.isnan(answers)
        in_base = answered & ~np.isin(answers, sorted(row["left_out"]))
        good = np.isin(answers, sorted(row["good"])).astype(float)
        labels = [label for number, label in row["labels"].items() if number in row["good"]]
        found.append(
            Measure(
                question=row["question"],
                standard=row["standard"],
                indicator_id=measured_by.get(row["standard"], ""),
                what=row["wording"],
                good=" or ".join(labels),
                unit=SHARE_UNIT,
                element_id=row["element_id"],
                frame_id=row["frame_id"],
                universal=bool(row["universal"]),
                values=np.where(in_base, good, np.nan),
                answered=answered,
            )
        )
    score = _score(questions, responses, survey_items, indicators)
    return [*found, score] if score else found


def _score(
    questions: pd.DataFrame,
    responses: pd.DataFrame,
    survey_items: pd.DataFrame,
    indicators: pd.DataFrame,
) -> Measure | None:
    """Social care-related quality of life; None unless all eight items were asked."""
    eight = survey_items[survey_items["points"].ne("")]
    asked = questions[questions["standard"].isin(eight["item"])]
    names = dict(zip(asked["standard"], asked["question"], strict=True))
    if set(names) != set(eight["item"]):
        return None
    answers = responses.rename(columns={name: item for item, name in names.items()})
    values = quality_of_life(answers[list(eight["item"])], survey_items)
    held = indicators[indicators["indicator_id"].eq(SCORE)].iloc[0]
    element, frame = str(held["cells"]).split(";")[0].split(":")
    return Measure(
        question=SCORE,
        standard="",
        indicator_id=SCORE,
        what=str(held["name"]),
        good="",
        unit=SCORE_UNIT,
        element_id=element,
        frame_id=frame,
        universal=bool(asked["universal"].all()),
        values=values,
        answered=~np.isnan(values),
    )


def quality_of_life(answers: pd.DataFrame, survey_items: pd.DataFrame) -> NDArray[Any]:
    """Each person's social care-related quality of life, 0 to 24; NaN unless all eight are answered.

    answers: one column for each of the eight items, by its id, with the number of the answer.
    The first answer of an item gives 3 points, the second 2, the third 1 and the last 0; all items
    count alike. Source: ASCOF handbook of definitions, measure 1A, from the items of the Adult
    Social Care Outcomes Toolkit (ASCOT): ASCS questions 3a, 4a, 5a, 6a, 7a, 8a, 9a and 11.
    """
    total = np.zeros(len(answers))
    for item, points in zip(survey_items["item"], survey_items["points"], strict=True):
        if points:
            worth = {n: float(p) for n, p in enumerate(points.split(";"), start=1)}
            total += answers[item].map(worth).astype("Float64").to_numpy(float, na_value=np.nan)
    return total
