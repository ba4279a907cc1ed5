"""A council is found by what people type; a wrong name is answered with the nearest."""

import pytest

from evidence_review.analyse.areas import find_area
from evidence_review.analyse.names import find_council, find_source, places_called, plain_place
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


# --- Places ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Kendal", "Kendal lies in Westmorland and Furness; ask for that council."),
        ("king's lynn", "King’s Lynn lies in Norfolk; ask for that council."),
        ("Willenhall", "Willenhall lies in Coventry and in Walsall; ask for one of them."),
        ("Hull", "Hull is another name of Kingston upon Hull; ask for that council."),
    ],
)
def test_a_place_is_answered_with_its_council(review: Review, asked: str, said: str) -> None:
    with pytest.raises(UnknownNameError) as of_area:
        find_area(review.areas, review.councils, asked, review.council_places)
    with pytest.raises(UnknownNameError) as of_council:
        find_council(review.councils, asked, review.council_places)
    assert str(of_area.value) == str(of_council.value) == said


def test_a_council_is_never_taken_for_a_place(review: Review) -> None:
    places = set(review.council_places["place"].map(plain_place))
    assert not places & set(review.councils["name"].map(plain_place))


def test_every_council_has_places_beyond_its_own_name(review: Review) -> None:
    held = review.council_places["slug"].value_counts()
    assert set(held.index) == set(review.councils["slug"])
    assert held.min() >= 2


def test_all_districts_of_the_county_councils_are_there(review: Review) -> None:
    # In 2024 England had 21 county councils with 164 districts (ONS, lower-tier authorities).
    districts = review.council_places[review.council_places["kind"].eq("district")]
    counties = review.councils[review.councils["council_type"].eq("Shire Counties")]
    assert set(districts["slug"]) == set(counties["slug"])
    assert len(counties) == 21
    assert len(districts) == districts["place"].nunique() == 164


def test_successors_of_an_abolished_council_are_found_by_its_name(review: Review) -> None:
    # Two tables tell of the same change: areas.csv, by code, and council_places.csv, by name.
    slugs = review.councils.set_index("area_code")["slug"]
    for row in review.areas[review.areas["note"].str.startswith("Abolished")].itertuples():
        if row.name != "Dorset County":
            after = {slugs[code] for code in row.successors.split(";")}
            assert after == set(places_called(review.council_places, row.name)["slug"]), row.name
