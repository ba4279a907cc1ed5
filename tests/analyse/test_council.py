"""One council's report: figures beside comparators, states of cells, and reasons for what is missing."""

import re

import pandas as pd
import pytest
from IPython.display import Image

from evidence_review.analyse.council import YEARS, CouncilReport, council_report
from evidence_review.analyse.review import Review
from evidence_review.analyse.statistics import compare
from evidence_review.errors import ReviewError
from evidence_review.show.council import (
    at_a_glance,
    budgets_over_time,
    comparison_chart,
    latest_table,
    missing_table,
)


@pytest.fixture(scope="module")
def reports(review: Review) -> dict[str, CouncilReport]:
    return {name: council_report(review, name) for name in review.councils["name"]}


@pytest.mark.parametrize(
    ("comparator", "better", "expected"),
    [
        (50.0, "higher", "similar"),
        (45.0, "higher", "similar"),
        (44.9, "higher", "better"),
        (55.1, "higher", "worse"),
        (44.9, "lower", "worse"),
        (55.1, "lower", "better"),
        (44.9, "neither", "higher"),
        (55.1, "neither", "lower"),
        (float("nan"), "higher", None),
    ],
)
def test_a_comparator_is_held_against_the_interval(
    comparator: float, better: str, expected: str | None
) -> None:
    assert compare(45.0, 55.0, comparator, better) == expected


def test_every_figure_of_every_council_is_there_or_has_a_reason(
    review: Review, reports: dict[str, CouncilReport]
) -> None:
    possible = len(review.indicators) * len(YEARS)
    for name, report in reports.items():
        assert report.figures["value"].notna().sum() + len(report.missing) == possible, name
        assert report.missing["reason"].str.endswith(".").all(), name
        assert report.missing["status"].isin(["[x]", "[c]", "[z]", "[w]"]).all(), name


def test_every_cell_of_every_council_has_a_state(reports: dict[str, CouncilReport]) -> None:
    for report in reports.values():
        assert (
            report.states["state"]
            .isin(["figures", "could be gathered", "national only", "gap"])
            .all()
        )
        assert report.states["state"].eq("gap").sum() == 51


def test_sentences_of_every_council_hold_its_name_and_no_hole(
    reports: dict[str, CouncilReport],
) -> None:
    for name, report in reports.items():
        text = at_a_glance(report) + latest_table(report) + missing_table(report)
        assert name.replace("’", "&#39;") in text
        holes = re.search(r"\bnan\b|NaN|<NA>|>None<|: None|  ", text)
        assert not holes, (name, holes)


def test_pictures_say_what_they_show(reports: dict[str, CouncilReport]) -> None:
    report = reports["Bournemouth, Christchurch and Poole"]
    for picture in (comparison_chart(report), budgets_over_time(report)):
        assert isinstance(picture, Image)
        assert report.name in picture.alt
        assert "2024-25" in picture.alt
        assert picture.data.startswith(b"\x89PNG")


def test_a_picture_is_the_same_bytes_each_time(reports: dict[str, CouncilReport]) -> None:
    report = reports["Camden"]
    first, second = comparison_chart(report), comparison_chart(report)
    assert isinstance(first, Image)
    assert isinstance(second, Image)
    assert first.data == second.data


def test_a_new_council_says_when_it_began(reports: dict[str, CouncilReport]) -> None:
    missing = reports["Cumberland"].missing
    early = missing[missing["year"].lt("2023-24")]
    assert early["reason"].eq("Cumberland began as a council in 2023-24.").all()
    assert len(early) == 23 * 9


def test_derby_has_no_survey_in_2024_25(reports: dict[str, CouncilReport]) -> None:
    latest = reports["Derby"].latest.set_index("indicator_id")
    assert latest.loc["control", "year"] == "2023-24"
    missing = reports["Derby"].missing
    reasons = missing.loc[missing["year"].eq("2024-25"), "reason"]
    assert "Derby did not submit the survey that year." in set(reasons)


def test_figures_are_compared_with_the_same_year_and_basis(
    review: Review, reports: dict[str, CouncilReport]
) -> None:
    england = review.figures[
        review.figures["area_code"].eq("E92000001") & review.figures["group"].eq("total")
    ].set_index(["indicator_id", "year"])["value"]
    for row in reports["Derby"].latest.itertuples():
        expected = england.get((row.indicator_id, row.year))
        found = reports["Derby"].latest.loc[row.Index, "value: England"]
        assert found == expected or (pd.isna(found) and pd.isna(expected))


def test_an_unreliable_figure_is_shown_but_not_compared(
    reports: dict[str, CouncilReport],
) -> None:
    latest = reports["Camden"].latest.set_index("indicator_id").loc["self-directed-support"]
    assert latest["status"] == "[u]"
    assert pd.isna(latest["comparison: England"])


def test_all_wrong_parameters_are_named_at_once(review: Review) -> None:
    with pytest.raises(ReviewError) as caught:
        council_report(review, "Camdem", "England, Wales", "1999-00", "2024-25")
    message = str(caught.value)
    assert "Camdem" in message
    assert "“Wales” is no comparator" in message
    assert "first_year “1999-00”" in message


def test_years_in_the_wrong_order_are_refused(review: Review) -> None:
    with pytest.raises(ReviewError, match="comes after"):
        council_report(review, "Camden", first_year="2020-21", last_year="2016-17")
