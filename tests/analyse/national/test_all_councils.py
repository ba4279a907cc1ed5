"""All councils at once: the words of the councils' own pages, and counts worked out another way."""

import random
from dataclasses import replace
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from evidence_review.analyse.council import council_report
from evidence_review.analyse.national.all_councils import (
    COMPARED,
    NO_ENGLAND,
    NO_INTERVAL,
    NOT_COMPARED,
    SURVEY,
    AllCouncils,
    all_councils,
)
from evidence_review.analyse.national.all_councils_checks import (
    apart_beyond_chance,
    apart_by_base,
    sensitivity,
    spread_of_differences,
)
from evidence_review.analyse.reliability import WEAK
from evidence_review.analyse.review import Review
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.errors import ReviewError

AWKWARD = ["Isles of Scilly", "City of London", "Derby", "Cumberland", "Buckinghamshire"]


@pytest.fixture(scope="module")
def result(review: Review) -> AllCouncils:
    return all_councils(review)


def of_council(result: AllCouncils, code: str) -> pd.DataFrame:
    return result.places[result.places["area_code"].eq(code)].set_index("indicator_id")


def check_against_report(result: AllCouncils, review: Review, name: str, **choices: str) -> None:
    report = council_report(review, name, **choices)
    own = of_council(result, report.area.code)
    latest = report.latest.set_index("indicator_id")
    assert set(own.index[own["value"].notna()]) == set(latest.index), name
    shown = own.loc[latest.index]
    for column in ("year", "value", "lower", "upper", "base", "england"):
        pd.testing.assert_series_equal(shown[column], latest[column], obj=f"{name}: {column}")
    words = shown["said"].where(shown["said"].isin(COMPARED), "")
    assert words.to_list() == list(latest["beside_england"].fillna("")), name
    assert (shown["said"].eq(WEAK) == latest["weak"]).all(), name
    for state, number in result.cells_by_state.loc[report.area.code].items():
        assert number == report.states["state"].eq(state).sum(), (name, state)
    codes = report.missing.set_index(["indicator_id", "year"])["status"]
    newest = result.places.groupby("indicator_id")["year"].max()
    for indicator, said in own.loc[own["value"].isna(), "said"].items():
        assert said == codes[indicator, newest[indicator]], (name, indicator)


def test_it_says_what_the_pages_of_12_councils_drawn_at_random_say(
    result: AllCouncils, review: Review
) -> None:
    seed = random.randrange(10**6)
    names = random.Random(seed).sample(list(review.councils["name"]), 12)
    print(f"seed {seed}")  # pytest shows it when this fails
    for name in [*names, *AWKWARD]:
        check_against_report(result, review, name)


@pytest.mark.parametrize(
    "choices",
    [
        {"last_year": "2018-19"},
        {"first_year": "2020-21", "last_year": "2020-21"},
        {"indicators": "satisfaction, carer-direct-payments", "first_year": "2016-17"},
    ],
)
def test_other_years_and_indicators_give_the_words_of_the_pages_too(
    review: Review, choices: dict[str, str]
) -> None:
    other = all_councils(review, **choices)
    for name in random.sample(list(review.councils["name"]), 4):
        check_against_report(other, review, name, **choices)


def test_every_council_of_today_stands_once_beside_every_indicator(
    result: AllCouncils, review: Review
) -> None:
    pairs = result.places[["area_code", "indicator_id"]]
    assert not pairs.duplicated().any()
    assert len(pairs) == len(review.councils) * len(review.indicators)
    assert set(pairs["area_code"]) == set(review.councils["area_code"])
    assert list(result.councils["name"]) == sorted(review.councils["name"])
    assert set(result.places["said"]) <= {*COMPARED, *NOT_COMPARED, *STATUS_MEANINGS}


def test_published_figures_give_the_words_that_a_reader_would(result: AllCouncils) -> None:
    """DHSC, ASCOF 2024-25, and 2023-24 for carers: value, published margin, England."""
    for code, indicator, value, england, said in (
        ("E09000007", "control", 74.1, 77.3, "similar"),  # Camden
        ("E09000007", "feel-safe", 64.5, 70.1, "worse"),
        ("E09000007", "carer-satisfaction", 27.7, 36.7, "worse"),
        ("E09000007", "admissions-65", 505.5, 592.5, "similar"),
    ):
        place = of_council(result, code).loc[indicator]
        assert (place["value"], place["england"], place["said"]) == (value, england, said)


def test_a_figure_that_is_not_compared_has_the_reason_that_holds(result: AllCouncils) -> None:
    places = result.places
    with_limits = places[["lower", "upper"]].notna().all(axis=1)
    assert places.loc[places["said"].isin(COMPARED), "england"].notna().all()
    assert with_limits[places["said"].isin(COMPARED)].all()
    assert not with_limits[places["said"].eq(NO_INTERVAL)].any()
    assert places.loc[places["said"].eq(NO_ENGLAND), "england"].isna().all()
    codes = places["said"].isin(STATUS_MEANINGS) & places["said"].ne(WEAK)
    assert (codes == places["value"].isna()).all()
    # 2024-25 self-directed support: its publisher marks all of it as unreliable, England included.
    assert places.loc[places["indicator_id"].eq("self-directed-support"), "said"].eq(WEAK).all()
    marked = result.indicators.loc[result.indicators["england_weak"], "indicator_id"]
    assert list(marked) == ["self-directed-support"]


def test_counts_agree_with_a_plain_count(result: AllCouncils) -> None:
    said: dict[str, list[str]] = {}
    for place in result.places.itertuples():
        said.setdefault(str(place.indicator_id), []).append(str(place.said))
    for row in result.by_indicator.to_dict("records"):
        own = said[row["indicator_id"]]
        compared = [word for word in own if word in COMPARED]
        assert row["n_compared"] == len(compared)
        assert row["n_similar"] == own.count("similar")
        assert row["n_better"] + row["n_higher"] == own.count("better") + own.count("higher")
        assert row["most"] == (len(compared) > 153 / 2)
        mainly = row["most"] and own.count("similar") > len(compared) / 2
        assert row["mainly_similar"] == mainly
    councils = result.by_council
    assert councils["compared"].sum() == len(result.compared)
    assert councils["similar"].sum() == result.by_indicator["n_similar"].sum()
    assert (councils["similar"] <= councils["compared"]).all()


def test_the_sensitivity_is_what_leaving_councils_out_by_hand_gives(result: AllCouncils) -> None:
    found = sensitivity(result).set_index("without")
    assert list(found.index) == ["", "London", "the smallest bases"]
    table = result.by_indicator
    assert set(found.loc["", "mainly_similar"]) == set(
        table.loc[table["mainly_similar"], "indicator_id"]
    )
    councils = result.by_council
    every = councils[councils["compared"].gt(0) & councils["similar"].eq(councils["compared"])]
    assert found.loc["", "all_similar"] == len(every)
    london = set(result.councils.loc[result.councils["region"].eq("London"), "area_code"])
    rest = [p for p in result.compared.itertuples() if p.area_code not in london]
    assert len(london) == 33
    assert found.loc["London", "comparisons"] == len(rest)
    share = sum(p.said == "similar" for p in rest) / len(rest)
    assert found.loc["London", "similar"] == pytest.approx(share)
    kept = 0
    for _, own in result.compared.groupby("indicator_id"):
        bases = own["base"].dropna().astype(float).to_numpy()
        edge = np.quantile(bases, 0.1) if bases.size else -np.inf
        kept += int((bases >= edge).sum()) + int(own["base"].isna().sum())
    assert found.loc["the smallest bases", "comparisons"] == kept


def test_false_differences_are_held_down_as_benjamini_and_hochberg_do(
    result: AllCouncils,
) -> None:
    """The step-up rule by hand: the largest k with p(k) <= k / n × share."""
    normal = NormalDist()
    p = []
    for place in result.compared.itertuples():
        value, england = float(place.value), float(place.england)
        reach = value - float(place.lower) if england < value else float(place.upper) - value
        gap = abs(value - england)
        z = 1.959963984540054 * gap / reach if reach else (np.inf if gap else 0)
        p.append(2 * (1 - normal.cdf(z)))
    ordered = sorted(p)
    kept = max(
        (k for k, each in enumerate(ordered, 1) if each <= 0.05 * k / len(p)),
        default=0,
    )
    assert apart_beyond_chance(result) == kept
    apart = int(result.compared["apart"].sum())
    assert sum(each < 0.05 for each in p) == apart
    assert 0 < kept < apart
    # Benjamini and Yekutieli: the same rule at the share divided by 1 + 1/2 + ... + 1/n.
    strict = 0.05 / sum(1 / k for k in range(1, len(p) + 1))
    assert apart_beyond_chance(result, method="by") == apart_beyond_chance(result, strict)
    shares = [apart_beyond_chance(result, share) for share in (0.001, 0.01, 0.05)]
    assert all(one <= other for one, other in pairwise(shares))


def simulated(result: AllCouncils, together: float) -> AllCouncils:
    """Survey figures of councils that are all like England, measures moving together or not."""
    generator = np.random.default_rng(20_17)
    surveys = result.indicators.loc[result.indicators["interval"].eq(SURVEY), "indicator_id"]
    held = result.places[result.places["indicator_id"].isin(surveys)].copy()
    own = dict(zip(result.councils["area_code"], generator.normal(size=153), strict=True))
    shift = np.sqrt(together) * held["area_code"].map(own)
    noise = shift + np.sqrt(1 - together) * generator.normal(size=len(held))
    held["value"], held["lower"], held["upper"] = noise, noise - 1.96, noise + 1.96
    held["england"] = 0.0
    held["said"] = np.where(
        np.abs(noise) <= 1.96, "similar", np.where(noise > 0, "better", "worse")
    )
    return replace(
        result,
        places=held,
        indicators=result.indicators[result.indicators["indicator_id"].isin(surveys)],
    )


def test_councils_that_differ_by_chance_alone_come_out_as_such(result: AllCouncils) -> None:
    alone, together = simulated(result, 0), simulated(result, 0.7)
    share = alone.compared["apart"].mean()
    assert share == pytest.approx(0.05, abs=0.015)
    assert apart_beyond_chance(alone) <= 3
    assert spread_of_differences(alone) == pytest.approx(1, abs=0.25)
    assert spread_of_differences(together) > 2
    assert alone.by_indicator["mainly_similar"].all()


def test_the_spread_of_differences_by_plain_numpy(result: AllCouncils) -> None:
    table = result.by_indicator
    measures = table.loc[table["most"] & table["interval"].eq(SURVEY), "indicator_id"]
    rows = []
    for code in result.councils["area_code"]:
        said = of_council(result, code)["said"].reindex(measures)
        if said.isin(COMPARED).all():
            rows.append([float(word != "similar") for word in said])
    apart = np.array(rows)
    p = apart.mean(axis=0)
    assert spread_of_differences(result) == pytest.approx(
        np.var(apart.sum(axis=1)) / np.sum(p * (1 - p))
    )


def test_small_bases_hide_differences(result: AllCouncils) -> None:
    """Counted by hand: in each survey measure, the tenth with the smallest bases and the largest."""
    surveys = set(result.indicators.loc[result.indicators["interval"].eq(SURVEY), "indicator_id"])
    ends: tuple[list[bool], list[bool]] = ([], [])
    for indicator, own in result.compared.groupby("indicator_id"):
        if indicator not in surveys:
            continue
        held = own[own["base"].notna()]
        bases = held["base"].astype(float).to_numpy()
        place = np.array([(np.sum(bases < b) + np.sum(bases <= b) + 1) / 2 for b in bases])
        ends[0].extend(held["apart"][place / bases.size <= 0.1])
        ends[1].extend(held["apart"][place / bases.size > 0.9])
    small, large = apart_by_base(result)
    assert small == pytest.approx(np.mean(ends[0]))
    assert large == pytest.approx(np.mean(ends[1]))


def test_indicators_without_a_comparison_leave_no_number_made_up(review: Review) -> None:
    one = all_councils(review, indicators="self-directed-support", first_year="2024-25")
    assert one.compared.empty
    assert apart_beyond_chance(one) == 0
    assert np.isnan(spread_of_differences(one))
    assert not one.by_indicator["most"].any()
    none = all_councils(review, indicators="providers-good", last_year="2018-19")
    assert none.places.empty
    assert none.indicators.empty
    assert none.cells_by_state["figures"].max() > 0  # of other indicators


def test_all_that_is_wrong_is_named_at_once(review: Review) -> None:
    with pytest.raises(ReviewError) as caught:
        all_councils(review, first_year="2014", last_year="2031-32", indicators="controll")
    message = str(caught.value)
    for part in ("2014", "2031-32", "controll", "Did you mean control"):
        assert part in message
    assert len(message.splitlines()) == 3
