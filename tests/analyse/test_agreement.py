"""Agreement between coders, against the published worked value and the protocol's own."""

import pytest

from evidence_review.analyse.agreement import Agreement, agreement
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
