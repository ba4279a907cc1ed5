"""Questions put to the map: the two rules, and what they say of the report's own questions."""

import pandas as pd
import pytest

from evidence_review.analyse.questions import (
    INTEREST_OF_GROUP,
    PEOPLE,
    cell_evidence,
    cells_within,
    evidence,
    frame_columns,
    of_interest,
    question_standings,
    spread,
    standing,
)
from evidence_review.analyse.review import Review


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["live", "live"], "stands"),
        (["live", "unknown"], "in part"),
        (["live", "published"], "in part"),
        (["published", "ended"], "dated"),
        (["unknown", "replaced"], "lost"),
        ([], "none named"),
    ],
)
def test_a_questions_evidence_stands_by_the_printed_rule(states: list[str], expected: str) -> None:
    assert standing(states) == expected


@pytest.mark.parametrize(
    ("placed", "expected"),
    [
        ([("E1", "full", "live"), ("E2", "full", "live")], "today"),
        ([("E1", "full", "live"), ("E2", "part", "live")], "some today"),
        ([("E1", "full", "live")], "some today"),
        ([("E1", "full", "published"), ("E2", "full", "ended")], "dated"),
        ([("E1", "full", "unknown"), ("E2", "full", "replaced")], "none"),
        ([], "none"),
    ],
)
def test_cells_hold_evidence_today_by_the_printed_rule(
    placed: list[tuple[str, str, str]], expected: str
) -> None:
    placements = pd.DataFrame(placed, columns=["element_id", "extent", "today"], dtype=str)
    cells = pd.DataFrame({"element_id": ["E1", "E2"], "frame_id": "F1"})
    assert evidence(cell_evidence(cells, placements.assign(frame_id="F1"))) == expected


def test_no_cells_are_an_error_and_not_an_answer(review: Review) -> None:
    cells = cell_evidence(review.gap_map, review.placements)
    with pytest.raises(ValueError, match="without cells"):
        evidence(cells_within(cells, [], ["F1"]))


def test_no_question_of_the_report_rests_wholly_on_live_sources(review: Review) -> None:
    asked = question_standings(review.questions, review.sources_today).set_index("question_id")
    assert asked["standing"].to_dict() == {
        "Q1": "in part",
        "Q2": "in part",
        "Q3": "in part",
        "Q4": "lost",
        "Q5": "none named",
        "Q6": "in part",
        "Q7": "dated",
        "Q8": "lost",
        "Q9": "none named",
        "Q10": "none named",
        "Q11": "none named",
    }
    assert asked.loc["Q6", "live"] == ("ascof",)


def test_a_question_of_both_interests_counts_for_each(review: Review) -> None:
    asked = question_standings(review.questions, review.sources_today)
    people = set(of_interest(asked, PEOPLE)["question_id"])
    system = set(of_interest(asked, "S")["question_id"])
    assert people | system == set(review.questions["question_id"])
    assert people & system == {"Q5", "Q6", "Q7", "Q9"}


def test_every_question_without_cells_of_its_own_has_been_read_once(review: Review) -> None:
    asked = [*review.nao_questions["question_id"], *review.group_questions["question_id"]]
    assert sorted(review.readings["question_id"]) == sorted(asked)


def test_every_group_of_readers_has_an_interest_and_questions(review: Review) -> None:
    groups = set(review.groups["group_id"])
    assert set(INTEREST_OF_GROUP) == groups
    assert {g for ids in review.group_questions["group_ids"] for g in ids.split(";")} == groups


def test_the_columns_of_the_map_come_in_the_readers_order(review: Review) -> None:
    cells = cell_evidence(review.gap_map, review.placements)
    columns = frame_columns(cells, ["F2", "F1"])
    assert list(columns["frame_id"]) == ["F2", "F1"]
    assert list(columns["cells"]) == [15, 15]
    assert list(columns["found"]) == [3, 7]


def test_the_spread_counts_the_newest_year_and_only_councils() -> None:
    figures = pd.DataFrame(
        [("a", f"council-{n}", "2024-25", "total", float(n)) for n in range(11)]
        + [("a", "council-1", "2023-24", "total", 500.0), ("a", "england", "2024-25", "total", 99)]
        + [("a", "council-2", "2024-25", "65-plus", 77.0)],
        columns=["indicator_id", "area_code", "year", "group", "value"],
    )
    found = spread(figures, {f"council-{n}" for n in range(11)}, "a")
    assert (found.year, found.low, found.middle, found.high) == ("2024-25", 1.0, 5.0, 9.0)
    assert found.councils == 11
