"""The items of the Adult Social Care Survey, scored as the ASCOF handbook defines them."""

import numpy as np
import pandas as pd
import pytest

from evidence_review.analyse.own.items import quality_of_life
from evidence_review.read.contract import load_table

EIGHT = [f"ascs-{n}" for n in ("3a", "4a", "5a", "6a", "7a", "8a", "9a", "11")]


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    return load_table("survey_items")


def test_quality_of_life_adds_the_eight_up_to_24(items: pd.DataFrame) -> None:
    answers = [
        [1, 2, 3, 4, 1, 2, 1, 1],  # 3 + 2 + 1 + 0 + 3 + 2 + 3 + 3
        [1] * 8,
        [4] * 8,
        [1, 1, 1, 1, 1, 1, 1, pd.NA],
    ]
    scores = quality_of_life(pd.DataFrame(answers, columns=EIGHT, dtype="Int64"), items)
    assert scores[:3].tolist() == [17, 24, 0]
    assert np.isnan(scores[3])


def test_the_score_has_eight_items_of_four_answers(items: pd.DataFrame) -> None:
    eight = items[items["points"].ne("")]
    assert list(eight["item"]) == EIGHT
    assert set(eight["answers"]) == {4}
    assert set(eight["points"]) == {"3;2;1;0"}


def test_each_measure_of_the_framework_counts_its_own_answers(items: pd.DataFrame) -> None:
    measured = items[items["indicator_id"].ne("")].set_index("indicator_id")
    assert measured[["item", "good", "left_out"]].apply(tuple, axis=1).to_dict() == {
        "satisfaction": ("ascs-1", "1;2", ""),
        "control": ("ascs-3a", "1;2", ""),
        "feel-safe": ("ascs-7a", "1", ""),
        "services-feel-safe": ("ascs-7b", "1", ""),
        "social-contact": ("ascs-8a", "1", ""),
        "information": ("ascs-12", "1;2", "5"),
    }


def test_good_answers_and_those_left_out_are_answers_of_the_item(items: pd.DataFrame) -> None:
    for item in items.to_dict("records"):
        good, out = ({int(n) for n in item[c].split(";") if n} for c in ("good", "left_out"))
        assert good < set(range(1, item["answers"] + 1)) - out
        assert out <= set(range(1, item["answers"] + 1))
