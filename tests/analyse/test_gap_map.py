"""The rules of the map, and the counts that the report's sources give."""

import pandas as pd
import pytest

from evidence_review.analyse.gap_map import council_states, gap_map, strength
from evidence_review.analyse.review import Review


@pytest.mark.parametrize(
    ("n_sources", "n_full", "expected"),
    [(0, 0, "none"), (1, 0, "limited"), (5, 0, "limited"), (3, 1, "single"), (2, 2, "several")],
)
def test_strength_follows_the_printed_rule(n_sources: int, n_full: int, expected: str) -> None:
    assert strength(n_sources, n_full) == expected


def test_39_of_90_cells_have_a_source(review: Review) -> None:
    national = review.gap_map
    assert len(national) == 90
    assert national["n_sources"].gt(0).sum() == 39
    assert national["strength"].eq("none").sum() == 51


def test_every_placement_of_a_source_is_counted_once(review: Review) -> None:
    assert review.gap_map["n_sources"].sum() == len(review.cells) == 87


def test_a_planned_evaluation_is_no_synthesis() -> None:
    axis = pd.DataFrame({"element_id": ["E1"]}), pd.DataFrame({"frame_id": ["F1"]})
    for extent, expected in (("planned", False), ("part", True)):
        placement = {
            "source_id": ["s"],
            "element_id": ["E1"],
            "frame_id": ["F1"],
            "extent": [extent],
            "family": ["evaluations and reviews"],
            "level": ["national"],
        }
        assert bool(gap_map(*axis, pd.DataFrame(placement))["synthesis"].iloc[0]) is expected


def test_sources_since_2017_never_count_as_evidence_in_full(review: Review) -> None:
    added = review.placements[review.placements["origin"].eq("since 2017")]
    assert set(added["source_id"]) == set(review.new_sources["source_id"])
    assert added["extent"].eq("part").all()
    assert added["confidence"].eq("low").all()


def test_a_councils_cell_takes_the_first_state_that_holds() -> None:
    national = pd.DataFrame(
        {
            "element_id": ["E1", "E2", "E3", "E4", "E5"],
            "frame_id": ["F1"] * 5,
            "n_sources": [2, 2, 2, 1, 0],
            "council_level": [True, True, True, False, False],
        }
    )
    cells = pd.DataFrame(
        {"indicator_id": ["a", "b"], "element_id": ["E1", "E2"], "frame_id": ["F1", "F1"]}
    )
    states = council_states(national, cells, {"a"}, frozenset({("E1", "F1"), ("E2", "F1")}))
    assert list(states["state"]) == [
        "figures",
        "own evidence",
        "could be gathered",
        "national only",
        "gap",
    ]
    assert list(states["indicators"])[:2] == [["a"], []]


def test_every_indicator_stands_in_a_cell_that_has_a_council_level_source(review: Review) -> None:
    placed = review.indicator_cells.merge(review.gap_map, how="left")
    assert placed["council_level"].eq(True).all()
