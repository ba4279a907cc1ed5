"""Areas and what they are held against, by what a person types."""

import pytest

from evidence_review.analyse.areas import Area, find_area
from evidence_review.analyse.comparators import chosen, resolve, values
from evidence_review.analyse.review import Review
from evidence_review.analyse.statistics import neighbours
from evidence_review.errors import UnknownNameError


def area(review: Review, name: str) -> Area:
    return find_area(review.areas, review.councils, name)


@pytest.mark.parametrize(
    ("asked", "name", "level"),
    [
        ("camden", "Camden", "council"),
        ("E09000007", "Camden", "council"),
        ("bournemouth-christchurch-and-poole", "Bournemouth, Christchurch and Poole", "council"),
        ("South East", "South East", "region"),
        ("E12000008", "South East", "region"),
        ("shire counties", "Shire Counties", "council type"),
        ("england", "England", "england"),
    ],
)
def test_an_area_is_found_by_name_code_or_slug(
    review: Review, asked: str, name: str, level: str
) -> None:
    found = area(review, asked)
    assert (found.name, found.level) == (name, level)
    assert (found.council is not None) == (level == "council")


def test_an_abolished_council_is_answered_with_those_that_followed(review: Review) -> None:
    with pytest.raises(UnknownNameError, match="until 2022-23; ask for Cumberland and Westmorland"):
        area(review, "Cumbria")


def test_a_former_code_of_the_same_territory_stands_for_todays_council(review: Review) -> None:
    assert area(review, "E10000002").name == "Buckinghamshire"
    with pytest.raises(UnknownNameError, match="Dorset County"):
        area(review, "Dorset County Council")
    assert area(review, "Dorset Council").name == "Dorset"


def test_names_stand_in_a_sentence_with_their_article(review: Review) -> None:
    said = {name: area(review, name).said for name in ("Camden", "City of London", "South East")}
    assert list(said.values()) == ["Camden", "the City of London", "the South East"]
    assert area(review, "Shire Counties").said == "shire counties"
    assert area(review, "Inner London").said == "Inner London"


def test_comparators_may_be_named_in_text_even_with_commas_in_a_name(review: Review) -> None:
    wanted, wrong = chosen(
        review.areas,
        review.councils,
        "england, Neighbours, Bournemouth, Christchurch and Poole, Leeds, London",
    )
    assert not wrong
    assert [one if isinstance(one, str) else one.name for one in wanted] == [
        "England",
        "neighbours",
        "Bournemouth, Christchurch and Poole",
        "Leeds",
        "London",
    ]


def test_every_comparator_that_is_wrong_is_named(review: Review) -> None:
    _, wrong = chosen(review.areas, review.councils, ["Wales", "Camdem", "England"])
    assert len(wrong) == 2
    assert "“Wales”" in wrong[0]
    assert "Did you mean Camden" in wrong[1]
    assert chosen(review.areas, review.councils, " , ")[1][0].startswith("comparators: none")


def test_an_area_has_only_comparators_that_it_can_have(review: Review) -> None:
    standard = ["England", "region", "type", "neighbours"]
    labels = {
        name: [one.label for one in resolve(area(review, name), list(standard), review.councils)]
        for name in ("Camden", "London", "England")
    }
    assert labels == {
        "Camden": ["England", "London", "Inner London", "15 neighbours (median)"],
        "London": ["England"],
        "England": [],
    }
    camden = area(review, "Camden")
    assert resolve(camden, [camden], review.councils) == []


def test_the_neighbours_value_is_the_median_of_those_that_have_one(review: Review) -> None:
    totals = review.figures[review.figures["group"].eq("total")]
    [one] = resolve(area(review, "Derby"), ["neighbours"], review.councils)
    codes = neighbours(review.councils, "E06000015")
    assert one.codes == tuple(codes)
    found = values(totals, one).set_index(["indicator_id", "year"]).loc[("control", "2023-24")]
    own = totals[
        totals["indicator_id"].eq("control")
        & totals["year"].eq("2023-24")
        & totals["area_code"].isin(codes)
    ]["value"].dropna()
    assert found["areas"] == len(own) == 15
    assert found["value"] == sorted(own)[7]


def test_a_median_of_fewer_than_eight_neighbours_is_not_given(review: Review) -> None:
    totals = review.figures[review.figures["group"].eq("total")]
    [one] = resolve(area(review, "Kent"), ["neighbours"], review.councils)
    few = totals[
        ~totals["area_code"].isin(one.codes[7:]) | totals["indicator_id"].ne("direct-payments")
    ]
    assert "direct-payments" not in set(values(few, one)["indicator_id"])
    assert "direct-payments" in set(values(totals, one)["indicator_id"])
