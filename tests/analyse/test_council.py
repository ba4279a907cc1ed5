"""One area's report: its parameters, its figures beside comparators, and what is missing."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evidence_review.analyse.answers import answers
from evidence_review.analyse.choices import YEARS
from evidence_review.analyse.council import CouncilReport, council_report
from evidence_review.analyse.reliability import RATES
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError


@pytest.fixture(scope="module")
def reports(review: Review) -> dict[str, CouncilReport]:
    return {name: council_report(review, name) for name in review.councils["name"]}


def test_every_figure_of_every_council_is_there_or_has_a_reason(
    review: Review, reports: dict[str, CouncilReport]
) -> None:
    possible = len(review.indicators) * len(YEARS)
    for name, report in reports.items():
        assert report.figures["value"].notna().sum() + len(report.missing) == possible, name
        assert report.missing["reason"].str.endswith(".").all(), name
        assert report.missing["status"].isin(["[x]", "[c]", "[z]", "[w]"]).all(), name


def test_a_blank_year_is_the_first_or_the_newest_of_the_tables(review: Review) -> None:
    report = council_report(review, "Camden", first_year="", last_year="")
    assert report.years == YEARS == tuple(sorted(review.figures["year"].unique()))
    assert report.changed == {}, "these are the usual years"
    assert (
        council_report(review, "Camden", first_year="2022-23").years
        == YEARS[YEARS.index("2022-23") :]
    )


@pytest.mark.parametrize("name", ["England", "South East", "London", "Shire Counties"])
def test_wider_areas_have_a_report_too(review: Review, name: str) -> None:
    report = council_report(review, name)
    possible = len(review.indicators) * len(YEARS)
    assert report.figures["value"].notna().sum() + len(report.missing) == possible
    assert len(report.latest) >= 21
    assert len(report.states) == 90


def test_every_cell_of_every_council_has_a_state(reports: dict[str, CouncilReport]) -> None:
    allowed = ["figures", "could be gathered", "national only", "gap"]
    for report in reports.values():
        assert report.states["state"].isin(allowed).all()
        assert report.states["state"].eq("gap").sum() == 51


def test_a_new_council_says_when_it_began(reports: dict[str, CouncilReport]) -> None:
    for name, year, years in (
        ("Cumberland", "2023-24", 9),
        ("Westmorland and Furness", "2023-24", 9),
        ("North Northamptonshire", "2021-22", 7),
        ("West Northamptonshire", "2021-22", 7),
        ("Dorset", "2019-20", 5),
        ("Bournemouth, Christchurch and Poole", "2019-20", 5),
    ):
        missing = reports[name].missing
        early = missing[missing["year"].lt(year)]
        assert early["reason"].eq(f"{name} began as a council in {year}.").all()
        assert len(early) == 23 * years


def test_councils_that_changed_their_code_alone_keep_their_years(
    reports: dict[str, CouncilReport],
) -> None:
    for name in ("Buckinghamshire", "North Yorkshire", "Somerset"):
        held = reports[name].figures
        assert held.loc[held["value"].notna(), "year"].min() == "2014-15"


def test_derby_has_no_survey_in_2024_25(reports: dict[str, CouncilReport]) -> None:
    latest = reports["Derby"].latest.set_index("indicator_id")
    assert latest.loc["control", "year"] == "2023-24"
    missing = reports["Derby"].missing
    reasons = missing.loc[missing["year"].eq("2024-25"), "reason"]
    assert "Derby did not submit the survey that year." in set(reasons)


def test_hackneys_missing_years_are_told_as_the_publisher_tells_them(
    review: Review, reports: dict[str, CouncilReport]
) -> None:
    own = review.figures[
        review.figures["area_code"].eq("E09000012")
        & review.figures["group"].eq("total")
        & review.figures["value"].isna()
    ]
    missing = reports["Hackney"].missing.set_index(["indicator_id", "year"])["status"]
    assert len(own)
    for row in own.itertuples():
        assert missing[row.indicator_id, row.year] == row.status


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


def test_weak_figures_are_shown_and_compared_with_nothing(
    reports: dict[str, CouncilReport],
) -> None:
    for report in reports.values():
        weak = report.latest[report.latest["weak"]]
        assert weak.filter(like="comparison: ").isna().all(axis=None)
        small = report.latest["base"].lt(30).fillna(False)
        assert report.latest.loc[small, "weak"].all()
    camden = reports["Camden"].latest.set_index("indicator_id")
    assert camden.loc["self-directed-support", "weak"]  # by its publisher
    assert camden.loc["providers-good", "weak"]  # by its base


def test_taking_up_a_budget_is_higher_or_lower_but_never_better(
    reports: dict[str, CouncilReport],
) -> None:
    words = {
        word
        for report in reports.values()
        for word in report.latest.set_index("indicator_id")
        .loc[lambda t: t.index.str.contains("direct")]
        .filter(like="comparison: ")
        .stack()
        .dropna()
    }
    assert words == {"similar", "higher", "lower"}


def test_the_spread_of_all_councils_holds_every_council(
    reports: dict[str, CouncilReport],
) -> None:
    for report in reports.values():
        strong = report.latest[~report.latest["weak"] & report.latest["n_councils"].notna()]
        assert (strong["value"] >= strong["low"]).all()
        assert (strong["value"] <= strong["high"]).all()
        assert (strong["quarter"] <= strong["three_quarters"]).all()


def test_all_wrong_parameters_are_named_at_once(review: Review, tmp_path: Path) -> None:
    with pytest.raises(ReviewError) as caught:
        council_report(
            review,
            "Camdem",
            "England, Wales",
            "1999-00",
            "2024-25",
            "control, sattisfaction",
            str(tmp_path / "nowhere"),
        )
    message = str(caught.value)
    assert "Did you mean Camden" in message
    assert "“Wales”" in message
    assert "first_year “1999-00”" in message
    assert "Did you mean satisfaction" in message
    assert "nowhere" in message
    assert len(message.splitlines()) == 5


def test_years_in_the_wrong_order_are_refused(review: Review) -> None:
    with pytest.raises(ReviewError, match="comes after"):
        council_report(review, "Camden", first_year="2020-21", last_year="2016-17")


def test_a_report_may_be_of_some_indicators_and_years(review: Review) -> None:
    report = council_report(
        review, "Camden", "England", "2018-19", "2019-20", ["control", "direct payments"]
    )
    assert set(report.figures["indicator_id"]) == {"control", "direct-payments"}
    assert set(report.figures["year"]) == {"2018-19", "2019-20"}
    assert report.changed == {
        "comparators": "England",
        "first_year": "2018-19",
        "last_year": "2019-20",
        "indicators": "control, direct-payments",
    }


def test_documents_of_its_own_fill_cells_without_figures(review: Review, tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text(
        "kind,title,year,address,elements,frames,extent,note\n"
        "local document,Market Position Statement,2024,,E2.2,F3;F6,full,\n"
        "local document,A plan,2025,,E4.5,F1,planned,\n"
    )
    report = council_report(review, "Camden", own_evidence=str(tmp_path))
    states = report.states.set_index(["element_id", "frame_id"])["state"]
    assert states["E2.2", "F3"] == states["E2.2", "F6"] == "own evidence"
    assert states["E4.5", "F1"] == "gap"  # what is planned is not yet evidence
    assert (report.states["state"] == "own evidence").sum() == 2


def test_the_questions_are_answered_by_figures_that_are_there(
    reports: dict[str, CouncilReport],
) -> None:
    for name in ("Camden", "Cumberland", "City of London", "Isles of Scilly"):
        report = reports[name]
        found = answers(report).set_index("question_id")
        held = set(report.latest["indicator_id"])
        assert all(set(ids) <= held for ids in found["held"])
        assert len(found) == 11
        assert found.loc["Q2", "answer"] == "none"
    assert answers(reports["Camden"])["answer"].eq("figures").sum() == 6
    assert answers(reports["Cumberland"]).set_index("question_id").loc["Q6", "answer"] == "none"


def test_a_rate_of_a_few_events_is_weak(review: Review, reports: dict[str, CouncilReport]) -> None:
    rates = review.indicators.loc[review.indicators["interval"].eq("byar"), "indicator_id"]
    assert set(rates) == set(RATES)
    row = reports["Isles of Scilly"].latest.set_index("indicator_id").loc["admissions-18-64"]
    assert row["numerator"] < 10
    assert row["weak"]
    assert row["beside_england"] is None or pd.isna(row["beside_england"])


def test_a_weak_comparator_is_compared_with_nothing(review: Review) -> None:
    latest = council_report(review, "Camden", ["City of London"]).latest
    weak = latest["weak value: City of London"].eq(True)
    assert weak.sum() >= 3
    assert latest.loc[weak, "comparison: City of London"].isna().all()
    assert latest.loc[weak, "value: City of London"].notna().all()


def test_what_rounding_leaves_of_0_is_no_change(reports: dict[str, CouncilReport]) -> None:
    moved = reports["Portsmouth"].changes.set_index("indicator_id").loc["quality-of-life"]
    assert moved["upper"] == 0
    assert moved["moved"] == "no clear change"


def test_counts_that_were_rounded_do_not_make_a_trend(reports: dict[str, CouncilReport]) -> None:
    # In 2014-15 counts were published to the nearest 5, and no longer give the share.
    changes = reports["Isle of Wight"].changes.set_index("indicator_id")
    assert "2014-15" in set(changes["trend_from"])
    own = reports["Isle of Wight"].figures
    rounded = own[own["year"].eq("2014-15") & own["numerator"].notna()]
    off = (100 * rounded["numerator"] / rounded["base"] - rounded["value"]).abs()
    assert off.gt(0.0501).any()


def test_a_page_of_some_indicators_keeps_the_whole_map(review: Review) -> None:
    some = council_report(review, "Camden", indicators="control")
    whole = council_report(review, "Camden")
    assert some.states["state"].tolist() == whole.states["state"].tolist()


def test_what_is_planned_answers_no_question(review: Review, tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text(
        "kind,title,year,address,elements,frames,extent,note\n"
        "local document,An audit,2027,,2 Personalised services,Experience,planned,\n"
    )
    found = answers(council_report(review, "Camden", own_evidence=str(tmp_path)))
    assert not found["answer"].eq("own evidence").any()


@pytest.mark.parametrize(
    "choices",
    [
        {"council": 5},
        {"comparators": None},
        {"comparators": ["England", 3.5]},
        {"indicators": 5},
        {"indicators": ["control", None]},
        {"own_evidence": ["a", "b"]},
        {"first_year": None},
    ],
)
def test_what_is_not_text_is_refused_in_words(review: Review, choices: dict[str, Any]) -> None:
    with pytest.raises(ReviewError, match="give"):
        council_report(review, **{"council": "Camden", **choices})


def test_no_own_evidence_may_be_said_in_two_ways(review: Review) -> None:
    none: Any = None
    assert council_report(review, "Camden", own_evidence=none).changed == {}
