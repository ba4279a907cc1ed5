"""Agreement between coders, against the published worked value and the protocol's own."""

import pandas as pd
import pytest

from evidence_review.analyse.agreement import (
    SEED,
    Agreement,
    AgreementIntervals,
    agreement,
    agreement_intervals,
    map_of_coding,
    same_word,
)
from evidence_review.analyse.review import Review


def test_kappa_of_a_textbook_example() -> None:
    # 50 grant proposals read by two readers: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; kappa 0.40.
    assert Agreement(20, 5, 10, 15).kappa == pytest.approx(0.40)


def test_the_two_codings_agree_as_the_protocol_says(review: Review) -> None:
    found = agreement(review.coder_a, review.coder_b, 31 * 15 * 6)
    assert found.decisions == 2790
    assert round(found.kappa, 3) == 0.881
    assert round(found.positive, 3) == 0.885
    assert found.only_a + found.only_b == len(review.settled) == 20


def test_the_settled_coding_is_what_the_coders_and_the_third_reading_give(review: Review) -> None:
    key = ["source_id", "element_id", "frame_id"]

    def places(table) -> set:  # type: ignore[no-untyped-def]
        return set(table[key].itertuples(index=False, name=None))

    both = places(review.coder_a) & places(review.coder_b)
    kept = places(review.settled[review.settled["settled"].eq("yes")])
    assert places(review.cells) == both | kept


def coding(placements: list[tuple[str, str]]) -> pd.DataFrame:
    """A coding of these sources and frames, all at one element."""
    return pd.DataFrame(
        [
            {"source_id": source, "element_id": "E1", "frame_id": frame, "extent": "full"}
            for source, frame in placements
        ]
    )


def test_the_intervals_contain_the_estimates_and_come_out_the_same_again(review: Review) -> None:
    def intervals(seed: int = SEED) -> AgreementIntervals:
        return agreement_intervals(
            review.coder_a, review.coder_b, review.sources["source_id"], 15 * 6, seed=seed
        )

    found, limits = agreement(review.coder_a, review.coder_b, 31 * 15 * 6), intervals()
    assert limits.kappa[0] < found.kappa < limits.kappa[1]
    assert limits.positive[0] < found.positive < limits.positive[1]
    assert intervals() == limits
    assert intervals(seed=1) != limits


def test_an_interval_worked_by_hand() -> None:
    # Two sources with two cells each. The coders agree wholly on s1 (yes, no) and on nothing in
    # s2 (A: yes, no; B: no, yes). Drawing s1 twice gives kappa 1, s2 twice gives -1, one of each
    # 0 (a 2 × 2 table of ones): a quarter, a quarter and half of all draws.
    a = coding([("s1", "F1"), ("s2", "F1")])
    b = coding([("s1", "F1"), ("s2", "F2")])
    assert agreement(a, b, 4).kappa == pytest.approx(0)
    limits = agreement_intervals(a, b, ["s1", "s2"], cells=2)
    assert limits.kappa == pytest.approx((-1, 1))
    assert limits.positive == pytest.approx((0, 1))


def test_coders_who_agree_wholly_have_an_interval_of_one() -> None:
    a = coding([("s1", "F1"), ("s2", "F2"), ("s3", "F1")])
    limits = agreement_intervals(a, a, ["s1", "s2", "s3"], cells=2)
    assert limits.kappa == limits.positive == (1, 1)


def test_words_are_compared_only_where_both_listed(review: Review) -> None:
    found = agreement(review.coder_a, review.coder_b, 2790)
    for column in ("extent", "confidence"):
        words = same_word(review.coder_a, review.coder_b, column)
        assert len(words) == found.both
    swapped = coding([("s1", "F1")]).assign(extent="part")
    words = same_word(coding([("s1", "F1"), ("s1", "F2")]), swapped, "extent")
    assert words[["a", "b", "same"]].to_numpy().tolist() == [["full", "part", False]]


def test_the_settled_coding_gives_the_map_of_the_review(review: Review) -> None:
    settled = map_of_coding(
        review.elements, review.frames, review.sources, review.kinds, review.cells
    )
    assert settled.equals(review.gap_map)
