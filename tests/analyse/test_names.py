"""A council is found by what people type; a wrong name is answered with the nearest."""

import pytest

from evidence_review.analyse.names import find_council, find_source
from evidence_review.analyse.review import Review
from evidence_review.errors import UnknownNameError


@pytest.mark.parametrize("asked", ["Camden", "camden", "E09000007", "  CAMDEN council "])
def test_a_council_answers_to_name_code_and_slug(review: Review, asked: str) -> None:
    assert find_council(review.councils, asked)["name"] == "Camden"


def test_every_council_is_found_by_its_name_slug_and_code(review: Review) -> None:
    for row in review.councils.itertuples():
        for asked in (row.name, row.slug, row.area_code, row.council_code):
            assert find_council(review.councils, asked)["area_code"] == row.area_code


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("Camdem", "Camden"),
        ("Bournemouth", "Bournemouth, Christchurch and Poole"),
        ("Hul", "Hull"),
        ("Bornemouth", "Bournemouth"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(
    review: Review, asked: str, nearest: str
) -> None:
    with pytest.raises(UnknownNameError, match=nearest):
        find_council(review.councils, asked)


@pytest.mark.parametrize("asked", ["", "   ", "<script>", "Atlantis" * 20_000, "北京 Camden"])
def test_nonsense_is_refused_in_one_line(review: Review, asked: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_council(review.councils, asked)
    assert "\n" not in str(caught.value)


def test_a_source_answers_to_id_and_abbreviation(review: Review) -> None:
    assert find_source(review.sources, "POET")["source_id"] == "poet"
    with pytest.raises(UnknownNameError, match="ascof"):
        find_source(review.sources, "ascoff")
