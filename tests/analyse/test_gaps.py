"""Kinds of gap, and the report's own gaps against the map."""

import pandas as pd
import pytest

from evidence_review.analyse.gap_map import gap_map
from evidence_review.analyse.gaps import (
    KIND_RULES,
    NamedGap,
    cell_kinds,
    count_kinds,
    named_gaps,
    unnamed_empty_cells,
)
from evidence_review.analyse.review import Review

KEY = ["element_id", "frame_id"]


def test_every_cell_is_of_one_kind_and_both_tables_count_all_of_them(review: Review) -> None:
    kinds = cell_kinds(review.gap_map, review.placements)
    for axis, key in ((review.elements, "element_id"), (review.frames, "frame_id")):
        counts = count_kinds(kinds, axis, key)
        assert list(counts[key]) == list(axis[key])
        assert counts[list(KIND_RULES)].sum(axis=1).eq(counts["cells"]).all()
        assert counts["cells"].sum() == len(review.elements) * len(review.frames) == 90
        assert counts["absolute gap"].sum() == 51
        assert counts["synthesis gap"].sum() == 12


def test_planned_work_alone_is_marked_until_one_source_has_begun() -> None:
    axes = pd.DataFrame({"element_id": ["E1"]}), pd.DataFrame({"frame_id": ["F1"]})
    placements = pd.DataFrame(
        {
            "source_id": ["a", "b"],
            "element_id": "E1",
            "frame_id": "F1",
            "extent": ["planned", "planned"],
            "family": "evaluations and reviews",
            "level": "national",
            "origin": "report",
        }
    )

    def kind() -> tuple[str, bool]:
        row = cell_kinds(gap_map(*axes, placements), placements).iloc[0]
        return row["kind"], bool(row["planned_only"])

    # Two planned evaluations are no synthesis yet.
    assert kind() == ("synthesis gap", True)
    placements.loc[0, "extent"] = "part"
    assert kind() == ("evaluated", False)


@pytest.mark.parametrize(
    ("strengths", "verdict"),
    [
        (["none", "limited"], "agrees"),
        (["none", "limited", "single"], "mostly agrees"),
        (["none", "several"], "divided"),
        (["limited", "single", "several"], "shows sources"),
    ],
)
def test_the_verdict_on_a_gap_follows_the_printed_rule(strengths: list[str], verdict: str) -> None:
    gap = NamedGap("G", "", (), pd.DataFrame({"strength": strengths}))
    assert gap.verdict == verdict
    assert gap.sparse + len(gap.with_source) == len(strengths)


def test_the_cells_of_every_gap_are_all_accounted_for(review: Review) -> None:
    strengths = review.gap_map.set_index(KEY)["strength"]
    named = named_gaps(review.gaps, review.gap_map)
    assert [gap.gap_id for gap in named] == list(review.gaps["gap_id"])
    for gap, row in zip(named, review.gaps.itertuples(), strict=True):
        expected = {(e, f) for e in row.element_ids.split(";") for f in row.frame_ids.split(";")}
        assert set(gap.cells[KEY].itertuples(index=False, name=None)) == expected
        for cell in gap.cells.itertuples():
            assert cell.strength == strengths[(cell.element_id, cell.frame_id)]


def test_an_empty_cell_is_in_a_gap_of_the_report_or_outside_all(review: Review) -> None:
    named = named_gaps(review.gaps, review.gap_map)
    inside = {
        (cell.element_id, cell.frame_id)
        for gap in named
        for cell in gap.cells.itertuples()
        if cell.strength == "none"
    }
    outside = set(unnamed_empty_cells(named, review.gap_map).itertuples(index=False, name=None))
    assert not inside & outside
    assert len(inside) + len(outside) == 51
    # With no gap named, every empty cell is outside.
    assert len(unnamed_empty_cells([], review.gap_map)) == 51
