"""Numbers and lists as people read them."""

import math

import pytest

from evidence_review.show.words import count, interval, listing, number, signed, year_ranges


def test_numbers_keep_the_decimals_of_their_unit() -> None:
    assert number(77.7, "percent") == "77.7%"
    assert number(0.4019, "score") == "0.402"
    assert number(7.3, "mean 0 to 10") == "7.30"
    assert number(1234.56, "per 100,000") == "1,234.6"


def test_a_missing_number_is_never_blank_zero_or_nan() -> None:
    assert number(math.nan, "percent") == "[x]"
    assert interval(math.nan, 3.0, "percent") == "[x]"


def test_an_interval_names_its_unit_once() -> None:
    assert interval(70.9, 77.3, "percent") == "70.9 to 77.3%"


def test_a_negative_number_has_a_true_minus_sign() -> None:
    assert signed(-0.176) == "−0.18"


@pytest.mark.parametrize(
    ("items", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_read_as_in_a_sentence(items: list[str], expected: str) -> None:
    assert listing(items) == expected


def test_nouns_follow_their_number() -> None:
    assert count(1, "source") == "1 source"
    assert count(1200, "figure") == "1,200 figures"
    assert count(0, "cell has", "cells have") == "0 cells have"


def test_years_that_follow_each_other_are_joined() -> None:
    years = ["2019-20", "2014-15", "2015-16", "2016-17"]
    assert year_ranges(years) == "2014-15 to 2016-17 and 2019-20"
    assert year_ranges(["2021-22", "2022-23"]) == "2021-22 to 2022-23"
