"""Filters of the map: what they keep, how they order, and what they refuse."""

import pytest

from evidence_review.analyse.filters import COLUMNS, MapFilter, options, read_filter
from evidence_review.analyse.gap_map import gap_map
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError


def test_without_a_filter_the_map_is_the_reports(review: Review) -> None:
    kept = MapFilter().apply(review.placements)
    assert len(kept) == 87
    assert gap_map(review.elements, review.frames, kept).equals(review.gap_map)


def test_sources_since_2017_only_add(review: Review) -> None:
    with_additions = gap_map(
        review.elements, review.frames, MapFilter(sources="all").apply(review.placements)
    )
    assert (with_additions["n_sources"] >= review.gap_map["n_sources"]).all()
    assert (with_additions["n_full"] == review.gap_map["n_full"]).all()


@pytest.mark.parametrize("name", list(COLUMNS))
def test_the_values_of_a_filter_share_out_all_placements(review: Review, name: str) -> None:
    values = options(review.placements, review.groups)[name]
    parts = [
        set(MapFilter(**{name: value, "sources": "all"}).apply(review.placements).index)
        for value in values
    ]
    assert sum(len(part) for part in parts) == len(review.placements)
    assert set().union(*parts) == set(review.placements.index)


def test_a_reader_orders_the_frames_and_hides_none(review: Review) -> None:
    ordered = MapFilter(reader="A3").order(review.frames, review.groups)
    assert list(ordered["frame_id"]) == ["F3", "F5", "F4", "F1", "F2", "F6"]
    assert list(ordered["matters_most"]) == [True] * 3 + [False] * 3
    plain = MapFilter().order(review.frames, review.groups)
    assert list(plain["frame_id"]) == list(review.frames["frame_id"])
    assert not plain["matters_most"].any()


def test_every_wrong_value_is_named_at_once(review: Review) -> None:
    with pytest.raises(ReviewError) as caught:
        read_filter(
            {"reader": "B9", "level": "galaxy", "kind": ""}, review.placements, review.groups
        )
    message = str(caught.value)
    assert "reader “B9” is not known. Expected one of A1" in message
    assert "level “galaxy”" in message
