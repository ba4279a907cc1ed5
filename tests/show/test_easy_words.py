"""The page in easy words says what the tables say, and its picture shows as many people."""

import pytest
from bs4 import BeautifulSoup

from evidence_review.analyse.review import Review
from evidence_review.read.areas import ENGLAND
from evidence_review.show import easy


def england(review: Review, indicator: str, year: str, group: str = "total") -> float:
    rows = review.figures.query(
        "indicator_id == @indicator and area_code == @ENGLAND and year == @year and group == @group",
        local_dict={"indicator": indicator, "year": year, "group": group, "ENGLAND": ENGLAND},
    )
    return float(rows["value"].item())


def test_its_numbers_are_those_of_the_tables(review: Review) -> None:
    facts = easy.facts(review)
    spoken = set(zip(review.cells["element_id"], review.cells["frame_id"], strict=True))
    assert facts.boxes == len(review.elements) * len(review.frames)
    assert facts.empty == facts.boxes - len(spoken)
    assert facts.one_in == round(100 / england(review, "direct-payments", "2024-25"))
    assert facts.carers == round(england(review, "carer-satisfaction", "2023-24"))
    assert facts.people == round(england(review, "satisfaction", "2023-24"))


def test_each_number_has_its_year_and_its_source(review: Review) -> None:
    boxes, *others = easy.facts(review).sources
    assert "2017" in boxes
    for line in others:
        assert " in 20" in line, line
        assert "interval" in line, line


@pytest.mark.parametrize("count", [2, 4, 5, 9])
def test_the_picture_shows_one_person_of_so_many_with_a_coin(count: int) -> None:
    picture = BeautifulSoup(easy.one_in(count), "html.parser").svg
    assert picture is not None
    people = picture.select("g[transform]")
    assert len(people) == count
    assert [len(person.select("circle")) for person in people] == [2] + [1] * (count - 1)
    assert str(picture["aria-label"]).startswith(f"{count} people")
