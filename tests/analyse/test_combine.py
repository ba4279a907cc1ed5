"""How the figures of several files become one table."""

import numpy as np
import pandas as pd
import pytest

from evidence_review.analyse.combine import (
    add_absent,
    choose,
    counted_limits,
    finish,
    settle_areas,
    supersede,
    survey_limits,
)
from evidence_review.errors import DataError
from evidence_review.read.areas import areas_table
from evidence_review.read.contract import load_table
from evidence_review.read.figures import KEY, Reading

OPEN_DATA, TIME_SERIES = "ascof-open-data-2014-19", "ascof-time-series-2024-25"
NUMBERS = ["value", "margin", "lower", "upper", "base", "numerator", "denominator"]


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    return areas_table(load_table("councils"))


def reading(file_id: str, *figures: tuple[str, str, str, float]) -> Reading:
    table = pd.DataFrame(figures, columns=["indicator_id", "area_code", "year", "value"])
    table = table.reindex(columns=[*KEY, *NUMBERS])
    table = table.assign(group="total", rows=3, file_id=file_id, place="line 2")
    table["status"] = np.where(table["value"].isna(), "[x]", "")
    return Reading(file_id, 3 * len(table), table)


def test_a_continuing_council_has_one_series_under_todays_code(areas: pd.DataFrame) -> None:
    old = reading(
        "f", ("control", "E10000002", "2016-17", 77.0), ("control", "E10000027", "2022-23", 76.0)
    )
    settle_areas(old, areas)
    assert old.figures["area_code"].tolist() == ["E06000060", "E06000066"]
    assert old.left_out.total() == 0


@pytest.mark.parametrize(
    ("area", "year"), [("E06000058", "2018-19"), ("E06000063", "2022-23"), ("E10000009", "2019-20")]
)
def test_a_council_has_no_figure_from_before_or_after_its_life(
    areas: pd.DataFrame, area: str, year: str
) -> None:
    late = reading("f", ("happiness", area, year, 7.4))
    settle_areas(late, areas)
    assert late.figures.empty
    assert late.left_out.total() == 3


def test_an_unknown_area_code_is_named(areas: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="E06000099"):
        settle_areas(reading("f", ("control", "E06000099", "2025-26", 70.0)), areas)


def test_the_time_series_wins_because_it_holds_revisions() -> None:
    first = reading(
        OPEN_DATA,
        ("control", "E09000007", "2016-17", 72.0),
        ("control", "E09000007", "2014-15", 73.0),
    )
    revised = reading(TIME_SERIES, ("control", "E09000007", "2016-17", 72.6))
    overlap = choose([first, revised])
    assert first.figures["year"].tolist() == ["2014-15"]
    assert revised.figures["value"].tolist() == [72.6]
    assert first.left_out == {f"the same figure is taken from {TIME_SERIES}": 3}
    assert overlap.disagreements["value_other"].tolist() == [72.0]


def test_a_value_wins_over_a_mark_for_a_missing_one() -> None:
    valued = reading(OPEN_DATA, ("control", "E09000007", "2016-17", 72.0))
    missing = reading(TIME_SERIES, ("control", "E09000007", "2016-17", np.nan))
    choose([valued, missing])
    assert len(valued.figures) == 1
    assert missing.figures.empty


def test_a_later_release_decides_for_the_years_and_areas_that_it_has() -> None:
    first = reading(
        "ascof-time-series-2023-24",
        ("control", "E09000007", "2015-16", 70.0),
        ("control", "E09000007", "2022-23", 71.0),
        ("control", "E10000006", "2022-23", 72.0),
        ("control", "E09000008", "2022-23", 73.0),
    )
    later = reading(
        TIME_SERIES,
        ("control", "E09000007", "2022-23", 71.5),
        ("control", "E09000008", "2022-23", np.nan),
        ("control", "E09000007", "2024-25", 75.0),
    )
    supersede([first, later], {})
    # A year and a council that the later one leaves out stay; what it holds back does not come back.
    stays = list(zip(first.figures["area_code"], first.figures["year"], strict=True))
    assert stays == [("E09000007", "2015-16"), ("E10000006", "2022-23")]
    assert first.rows_read == first.left_out.total() + first.figures["rows"].sum()
    assert len(later.figures) == 3


def test_of_two_releases_with_the_same_years_the_one_published_later_counts() -> None:
    ids = ("ascof-open-data-2018-19", "ascof-open-data-2014-19")
    one, other = (reading(name, ("control", "E09000007", "2018-19", 70.0)) for name in ids)
    supersede([one, other], {ids[0]: 2021, ids[1]: 2019})
    assert (len(one.figures), len(other.figures)) == (1, 0)


def test_councils_that_a_file_leaves_out_in_silence_are_marked(areas: pd.DataFrame) -> None:
    one = reading("f", ("direct-payments", "E09000007", "2019-20", 30.0)).figures
    added = add_absent(one, areas)
    # 151 councils existed in 2019-20, and 150 of them are not in the file.
    assert len(added) == 150
    assert set(added["status"]) == {"[x]"}
    assert {"E06000058", "E10000021", "E10000006"} <= set(added["area_code"])
    assert not {"E06000061", "E06000063", "E10000009", "E10000002"} & set(added["area_code"])


def test_survey_limits_are_the_margin_kept_inside_the_scale() -> None:
    value, margin = pd.Series([50.0, 98.0, 1.0, 50.0]), pd.Series([4.0, 5.0, 2.5, np.nan])
    lower, upper = survey_limits(value, margin, (0, 100))
    assert lower.tolist()[:3] == [46, 93, 0]
    assert upper.tolist()[:3] == [54, 100, 3.5]
    assert np.isnan([lower[3], upper[3]]).all()


def test_a_printed_margin_of_0_is_not_certainty() -> None:
    lower, upper = survey_limits(pd.Series([19.1, 100.0]), pd.Series([0.0, 0.0]), (0, 100))
    assert (lower[0], upper[0]) == pytest.approx((19.05, 19.15))
    # Everyone of a handful answered alike: the formula has no spread, so there is no interval.
    assert np.isnan([lower[1], upper[1]]).all()


def test_counts_that_are_rounded_give_way_to_the_published_share() -> None:
    # 60 of 95 would be 63.2%; the publisher worked 64.6% out of counts that it then rounded.
    value, whole = pd.Series([64.6, 30.0]), pd.Series([95.0, 200.0])
    lower, upper = counted_limits(value, pd.Series([60.0, 60.0]), whole, 100)
    assert (lower[0], upper[0]) == pytest.approx((54.6, 73.5), abs=0.1)
    assert (lower[1], upper[1]) == pytest.approx((24.08, 36.68), abs=0.01)


def test_rounding_of_a_value_never_puts_it_outside_its_limits() -> None:
    lower, upper = counted_limits(
        pd.Series([100.0]), pd.Series([99_970.0]), pd.Series([100_000.0]), 100
    )
    assert lower[0] < upper[0] == 100


def test_a_share_of_nobody_is_none_recorded_and_not_0() -> None:
    row = reading("f", ("carer-direct-payments", "E06000008", "2018-19", 0.0)).figures
    done = finish(row.assign(numerator=0.0, denominator=0.0)).iloc[0]
    assert done["status"] == "[w]"
    assert np.isnan([done["value"], done["lower"], done["upper"]]).all()


def test_self_directed_support_of_2024_25_is_marked_unreliable() -> None:
    rows = reading(
        "f",
        ("self-directed-support", "E09000007", "2020-21", 95.0),
        ("self-directed-support", "E09000007", "2024-25", 82.0),
        ("direct-payments", "E09000007", "2024-25", 25.0),
    ).figures
    status = finish(rows).set_index(["indicator_id", "year"])["status"]
    assert status["self-directed-support", "2024-25"] == "[u]"
    assert status["self-directed-support", "2020-21"] == ""
    assert status["direct-payments", "2024-25"] == ""
