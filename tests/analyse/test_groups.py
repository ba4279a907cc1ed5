"""Older beside younger adults, and carers beside people who use care."""

import pandas as pd
import pytest

from evidence_review.analyse.council import council_report
from evidence_review.analyse.groups import age_differences, carer_differences
from evidence_review.analyse.review import Review


def test_councils_together_give_the_national_count_of_2018_19(review: Review) -> None:
    figures = review.figures[
        review.figures["indicator_id"].eq("control") & review.figures["year"].eq("2018-19")
    ]
    lower = compared = 0
    for code, own in figures.groupby("area_code"):
        if code in review.council_codes:
            found = age_differences(review.indicators, own)
            compared += len(found)
            lower += int(found["years_lower"].sum())
    assert (lower, compared) == (143, 151)


def test_the_difference_is_the_older_groups_figure_less_the_younger_groups(
    review: Review,
) -> None:
    report = council_report(review, "Camden")
    own = report.by_group[
        report.by_group["indicator_id"].eq("direct-payments")
        & report.by_group["year"].eq("2020-21")
    ].set_index("group")["value"]
    row = report.ages.set_index("indicator_id").loc["direct-payments"]
    assert row["year"] == "2020-21"
    assert row["change"] == pytest.approx(own["65-plus"] - own["18-64"])
    assert row["found"] == "lower"
    assert row["upper"] < 0


def test_the_newest_year_with_intervals_for_both_is_taken(review: Review) -> None:
    report = council_report(review, "Camden")
    years = report.ages.set_index("indicator_id")["year"]
    assert years["control"] == "2018-19"  # 2019-20 by age has no margins of error
    earlier = council_report(review, "Camden", last_year="2015-16")
    row = earlier.ages.set_index("indicator_id").loc["control"]
    assert pd.isna(row["lower"])
    assert row["found"] is None or pd.isna(row["found"])


def test_nothing_is_said_on_a_small_base(review: Review) -> None:
    report = council_report(review, "Isles of Scilly")
    assert len(report.ages)
    assert report.ages["found"].isna().all()


def test_carers_stand_beside_people_in_the_same_year(review: Review) -> None:
    report = council_report(review, "Camden")
    found = carer_differences(review.indicators, report.figures).set_index("indicator_id")
    assert found.loc["satisfaction", "year"] == "2023-24"
    figures = report.figures[report.figures["year"].eq("2023-24")].set_index("indicator_id")
    assert found.loc["satisfaction", "first_value"] == figures.loc["satisfaction", "value"]
    assert found.loc["satisfaction", "second_value"] == figures.loc["carer-satisfaction", "value"]
