"""A council's survey from the answers of people to what is published, and an attack on that."""

import pickle
from collections.abc import Callable
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evidence_review.analyse.own import answers as answers_module
from evidence_review.analyse.own.disclosure import ORDER, small_share
from evidence_review.analyse.own.results import SurveyResults
from evidence_review.analyse.own.survey import OwnSurvey
from evidence_review.analyse.statistics import wilson_interval

Make = Callable[..., OwnSurvey]
Results = Callable[[OwnSurvey], SurveyResults]

STANDARD = {
    "control": "ascs-3a", "clean": "ascs-4a", "food": "ascs-5a", "home": "ascs-6a",
    "safe": "ascs-7a", "contact": "ascs-8a", "time": "ascs-9a", "dignity": "ascs-11",
}  # fmt: skip


def one(table: pd.DataFrame, **wanted: str) -> pd.Series:
    rows = table[(table[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    assert len(rows) == 1
    return rows.iloc[0]


# --- What is said ------------------------------------------------------------------------------


def test_a_share_by_group_with_its_interval_and_test(survey: Make, results_of: Results) -> None:
    budget = ["direct payment"] * 102 + ["managed"] * 98
    told = [1] * 82 + [2] * 20 + [1] * 48 + [2] * 50
    found = results_of(survey({"q": told, "budget_type": budget}, {"q": {}}))
    row = one(found.answers, breakdown="budget_type", group="direct payment")
    assert row[["base", "value", "lower", "upper"]].tolist() == [100, 80, 72, 87]
    assert (row["method"], row["status"], row["good"]) == ("Wilson", "", "Good")
    verdict = one(found.differences, breakdown="budget_type")
    assert verdict[["test", "result", "band"]].tolist() == ["chi-squared", "differ", "p < 0.001"]


def test_an_item_of_the_survey_stands_beside_the_official_figures(
    survey: Make, results_of: Results
) -> None:
    asked = {
        "info": {"standard": "ascs-12", "good": frozenset({1, 2}), "left_out": frozenset({5})},
        "own": {},
    }
    told = [1] * 40 + [2] * 20 + [3] * 20 + [4] * 20 + [5] * 100
    people = {"info": told, "own": [1, 2] * 100, "sex": ["male", "female"] * 100}
    found = results_of(survey(people, asked))
    row = one(found.answers, question="info", group="everyone")
    assert row[["base", "value"]].tolist() == [100, 60]  # of those who looked
    assert row[["official_year", "england_year"]].tolist() == ["2024-25", "2024-25"]
    assert 50 < row["england_lower"] < row["england_value"] < row["england_upper"] < 80
    others = found.answers[
        found.answers["question"].eq("own") | found.answers["group"].ne("everyone")
    ]
    assert others["official_value"].isna().all()
    assert set(others["england_year"]) == {""}


def test_quality_of_life_is_scored_when_all_eight_are_asked(
    survey: Make, results_of: Results
) -> None:
    asked = {name: {"standard": item, "good": frozenset({1, 2})} for name, item in STANDARD.items()}
    told: dict[str, Any] = {name: [1, 2, 3, 4] * 10 for name in STANDARD}
    told["time"] = [1, 1, 1, 1] * 9 + [1, 1, pd.NA, 1]
    # 24, 17, 10 and 3 points; the third is missing once: (240 + 170 + 90 + 30) / 39.
    found = results_of(survey(told, asked))
    row = one(found.answers, question="quality-of-life")
    assert row[["base", "value", "unit"]].tolist() == [40, 13.6, "score 0 to 24"]
    assert row[["indicator_id", "element_id", "frame_id"]].tolist() == [
        "quality-of-life",
        "E2",
        "F3",
    ]
    del told["time"], asked["time"]
    assert "quality-of-life" not in set(results_of(survey(told, asked)).answers["question"])


def test_knowing_how_many_could_be_asked_narrows_the_interval_of_everyone_alone(
    survey: Make, results_of: Results
) -> None:
    told = {"q": [1] * 60 + [2] * 40, "wave": ["2024"] * 100, "sex": ["male", "female"] * 50}
    without = results_of(survey(told, {"q": {}})).answers
    with_it = results_of(survey(told, {"q": {}}, {"2024": 125})).answers
    widths = [t["upper"] - t["lower"] for t in (without, with_it)]
    assert widths[1][0] < widths[0][0] / 1.8
    assert (widths[1][1:] == widths[0][1:]).all()
    assert with_it["method"][0] == "Wilson, with the finite population correction"


def test_people_followed_show_change_that_others_do_not(survey: Make, results_of: Results) -> None:
    people = [f"key-{i:04}" for i in range(400)]
    first = [1] * 200 + [2] * 200
    last = [1] * 190 + [2] * 10 + [1] * 35 + [2] * 165
    told = {
        "q": first + last,
        "wave": ["2023"] * 400 + ["2024"] * 400,
        "person": people * 2,
    }
    found = results_of(survey(told, {"q": {}})).changes.set_index("basis")
    everyone, same = found.loc["everyone who answered"], found.loc["the same people"]
    assert everyone[["change", "said"]].tolist() == [6, "no clear change"]
    assert same[["change", "said", "base"]].tolist() == [6, "up", 400]
    assert same[["better", "worse", "same"]].tolist() == [9, 2, 89]
    assert everyone[["first_base", "last_base"]].tolist() == [400, 400]


def test_a_small_base_is_marked_and_gets_no_verdict(survey: Make, results_of: Results) -> None:
    told = {"q": [1] * 6 + [2] * 14 + [1] * 14 + [2] * 6, "wave": ["2023"] * 20 + ["2024"] * 20}
    found = results_of(survey(told, {"q": {}}))
    assert set(found.answers["status"]) == {"u"}
    assert found.changes[["change", "status", "said"]].to_numpy().tolist() == [[40, "u", ""]]


def test_no_responses_give_tables_without_rows(survey: Make, results_of: Results) -> None:
    own = survey({"q": []}, {"q": {}})
    found = results_of(
        SimpleNamespace(**vars(own) | {"responses": own.responses.drop(columns="q")})
    )
    assert [len(t) for t in vars(found).values()] == [0, 0, 0, 0]


# --- What is held back -------------------------------------------------------------------------


def test_a_breakdown_with_a_group_held_back_gets_no_test(survey: Make, results_of: Results) -> None:
    told = {"q": [1, 2] * 60, "sex": ["other"] * 4 + ["male"] * 50 + ["female"] * 66}
    found = results_of(survey(told, {"q": {}}))
    statuses = found.answers.set_index("group")["status"].to_dict()
    assert statuses == {"everyone": "", "female": "", "male": "c", "other": "c"}
    held = found.answers[found.answers["status"].eq("c")]
    assert held[["base", "value", "lower", "upper"]].isna().all(axis=None)
    assert one(found.differences)[["result", "why"]].tolist() == [
        "not tested",
        "a group is held back",
    ]


def test_people_who_did_not_state_a_group_are_one_too(survey: Make, results_of: Results) -> None:
    told = {"q": [1, 2] * 60, "sex": [""] * 3 + ["male"] * 50 + ["female"] * 67}
    found = results_of(survey(told, {"q": {}})).answers.set_index("group")
    assert found.loc[["not stated", "male", "female"], "status"].tolist() == ["c", "c", ""]


def weighted_by_sex(
    make: Make, sizes: list[int], good: list[int], weights: list[float]
) -> OwnSurvey:
    """Men and women who answered, and their good answers; all men have one weight, all women too."""
    people = list(zip(("male", "female"), sizes, good, weights, strict=True))
    return make(
        {
            "q": [a for _, n, g, _ in people for a in [1] * g + [2] * (n - g)],
            "sex": [name for name, n, _, _ in people for _ in range(n)],
            "weight": [w for _, n, _, w in people for _ in range(n)],
        },
        {"q": {}},
    )


def fewest_that_fit(sizes: list[int], weights: list[float], value: float) -> int:
    """How many numbers of good answers fit a weighted percentage, of men or of women, whichever
    are fewer, for one who knows sizes and weights, and that a side of either is small."""
    total = sum(w * n for w, n in zip(weights, sizes, strict=True))
    fitting = [
        (men, women)
        for men, women in product(range(sizes[0] + 1), range(sizes[1] + 1))
        if round(100 * (weights[0] * men + weights[1] * women) / total) == value
        and (small_share(sizes[0], men) or small_share(sizes[1], women))
        and not small_share(sum(sizes), men + women)
    ]
    return min(len({pair[i] for pair in fitting}) for i in (0, 1))


def test_where_weights_could_tell_groups_apart_the_question_is_held_back(
    survey: Make, results_of: Results
) -> None:
    sizes, good, weights = [12, 24], [12, 21], [2.3, 0.7]
    value = round(100 * (2.3 * 12 + 0.7 * 21) / (2.3 * 12 + 0.7 * 24))
    assert fewest_that_fit(sizes, weights, value) < 3
    found = results_of(weighted_by_sex(survey, sizes, good, weights)).answers
    assert found["status"].tolist() == ["c", "c", "c"]


def test_a_weighted_figure_that_is_shown_does_not_tell_groups_apart(
    survey: Make, results_of: Results
) -> None:
    rng = np.random.default_rng(4)
    attacked = 0
    for _ in range(60):
        sizes = [int(n) for n in rng.integers(60, 300, 2)]
        weights = [float(w) for w in rng.uniform(0.5, 2, 2).round(2)]
        good = [int(rng.integers(0, 5)), int(rng.integers(30, sizes[1] - 5))]
        found = results_of(weighted_by_sex(survey, sizes, good, weights)).answers
        if found["status"].tolist() == ["", "c", "c"]:
            attacked += 1
            assert fewest_that_fit(sizes, weights, found["value"][0]) >= 3
    assert attacked > 30


def test_weights_that_differ_within_a_group_do_not_tell(survey: Make, results_of: Results) -> None:
    told = {"q": [1, 2] * 60, "sex": ["other"] * 4 + ["male"] * 50 + ["female"] * 66}
    found = results_of(survey({**told, "weight": [1.0, 1.0, 2.0, 2.0] * 30}, {"q": {}})).answers
    assert found["status"].tolist() == ["", "", "c", "c"]


def test_those_who_dropped_out_are_not_left_over(survey: Make, results_of: Results) -> None:
    """All but two of the first wave are followed: the two would be the difference."""
    people = [f"key-{i:04}" for i in range(100)]
    told = {
        "q": [1, 2] * 50 + [1, 1, 2, 2, 1, 2, 2] * 14,
        "wave": ["2023"] * 100 + ["2024"] * 98,
        "person": people + people[:98],
    }
    found = results_of(survey(told, {"q": {}})).changes.set_index("basis")
    same = found.loc["the same people"]
    assert same["status"] == "c"
    assert same[["base", "change", "lower", "upper", "better", "worse", "same"]].isna().all()
    assert found.loc["everyone who answered", "status"] == ""


def random_survey(make: Make, rng: np.random.Generator, number: int) -> OwnSurvey:
    waves = np.array(["2023", "2024"])[rng.integers(0, 2, number)]
    told: dict[str, Any] = {
        "wave": waves,
        "person": [f"key-{i % (number // 2):04}" for i in range(number)],
    }
    told["person"] = [p if rng.random() < 0.9 else "" for p in told["person"]]
    keys = pd.DataFrame(told)
    told["person"] = keys["person"].mask(keys.duplicated() & keys["person"].ne(""), "")
    for breakdown, groups in ORDER.items():
        odds = rng.dirichlet(np.full(len(groups), 0.7))
        told[breakdown] = [
            "" if g == "not stated" else g for g in rng.choice(groups, number, p=odds)
        ]
    asked = {name: {"standard": item, "good": frozenset({1, 2})} for name, item in STANDARD.items()}
    for name in asked:
        values = 1 + rng.binomial(3, rng.uniform(0.1, 0.7), number)
        told[name] = pd.array(values).astype("Int64")
        told[name][rng.random(number) < 0.05] = pd.NA
    return make(told, asked)


@pytest.fixture(scope="module")
def random_results(survey: Make, results_of: Results) -> list[tuple[OwnSurvey, SurveyResults]]:
    rng = np.random.default_rng(11)
    made = [random_survey(survey, rng, n) for n in (12, 24, 40, 60, 90, 150, 400)]
    return [(own, results_of(own)) for own in made]


def test_all_that_is_published_is_rounded_and_nobodys_key_is_in_it(
    random_results: list[tuple[OwnSurvey, SurveyResults]],
) -> None:
    for _, found in random_results:
        assert b"key-" not in pickle.dumps(found)
        assert "key-" not in repr(found)
        for table in vars(found).values():
            counts = table.filter(regex="base|respondents|eligible").to_numpy(dtype=object).ravel()
            assert all(pd.isna(n) or (n % 5 == 0 and n >= 5) for n in counts)
        shares = found.answers[found.answers["unit"].eq("percent")]
        numbers = [shares[["value", "lower", "upper"]], found.changes[["better", "worse", "same"]]]
        for table in numbers:
            held = table.stack().dropna()
            assert held.eq(held.round()).all()
        held_back = found.answers[found.answers["status"].eq("c")]
        assert held_back[["base", "value", "lower", "upper"]].isna().all(axis=None)
        assert held_back["method"].eq("").all()


def test_some_of_everything_is_shown_and_held_back(
    random_results: list[tuple[OwnSurvey, SurveyResults]],
) -> None:
    """Else the tests around this one would say nothing."""
    found = [result for _, result in random_results]
    for table in (pd.concat(r.answers for r in found), pd.concat(r.changes for r in found)):
        assert {"", "c", "u"} <= set(table["status"])
    results = set(pd.concat(r.differences for r in found)["result"])
    assert results >= {"not tested", "no clear difference"}


def tables_behind(row: Any) -> set[tuple[int, int]]:
    """The counts (good, base) that would be published as a row says, all of them."""
    found = set()
    for base in range(max(row.base - 2, 10), row.base + 3):
        for good in range(base + 1):
            if round(100 * good / base) != row.value or small_share(base, good):
                continue
            lower, upper = wilson_interval(good, base)
            if (round(100 * float(lower)), round(100 * float(upper))) == (row.lower, row.upper):
                found.add((good, base))
    return found


def recovered(found: SurveyResults) -> int:
    """How often a count that is held back follows, to fewer than 3 numbers, from all that is
    published of its question, wave and breakdown."""
    broken = 0
    plain = found.answers[found.answers["unit"].eq("percent")]
    for (_, _), rows in plain.groupby(["question", "wave"]):
        everyone = rows[rows["breakdown"].eq("everyone")].iloc[0]
        if everyone["status"] == "c":
            continue
        for _, groups in rows[rows["breakdown"].ne("everyone")].groupby("breakdown"):
            hidden = groups["status"].eq("c").sum()
            if not hidden:
                continue
            left = tables_behind(everyone)
            for row in groups[groups["status"].ne("c")].itertuples():
                left = {
                    (good - g, base - b)
                    for (good, base), (g, b) in product(left, tables_behind(row))
                    if good >= g and base - b >= good - g
                }
            assert left, "the true table is always among them"
            could: set[int] = set()
            for good, base in left:
                if hidden == 1:  # what is left is that group, and it is small
                    could |= {good} if small_share(base, good) else set()
                else:
                    could |= set(range(good + 1))
            broken += len(could) < 3
    return broken


def test_what_is_published_does_not_give_away_what_is_held_back(
    random_results: list[tuple[OwnSurvey, SurveyResults]],
) -> None:
    assert sum(recovered(found) for _, found in random_results) == 0


def test_the_same_attack_breaks_a_publication_that_holds_back_only_what_is_small(
    random_results: list[tuple[OwnSurvey, SurveyResults]],
    results_of: Results,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        answers_module,
        "held_back",
        lambda _, bases, good: {i for i, b in enumerate(bases) if small_share(b, good[i])},
    )
    assert sum(recovered(results_of(own)) for own, _ in random_results) > 3


def test_changes_of_people_followed_rest_on_five_of_each_kind(
    random_results: list[tuple[OwnSurvey, SurveyResults]],
) -> None:
    shown = 0
    for own, found in random_results:
        same = found.changes[found.changes["basis"].eq("the same people")]
        keyed = own.responses[own.responses["person"].ne("")]
        first, last = (keyed[keyed["wave"].eq(w)].set_index("person") for w in ("2023", "2024"))
        for row in same[same["status"].ne("c") & same["unit"].eq("percent")].itertuples():
            both = first[[row.question]].join(last[[row.question]], suffixes=("", "_2")).dropna()
            good = both.le(2)
            assert good.value_counts().reindex(list(product([True, False], repeat=2))).ge(5).all()
            assert row.base == 5 * round(len(both) / 5)
            shown += 1
    assert shown > 5
