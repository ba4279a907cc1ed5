"""A council's survey from the answers of people to what is published, and an attack on that."""

import pickle
from collections.abc import Callable
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from evidence_review.analyse.own import hiding
from evidence_review.analyse.own.differences import (
    AT_AN_END,
    Shown,
    shown_means_differ,
    shown_shares_differ,
)
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
    assert row[["base", "value", "lower", "upper"]].tolist() == [100, 80, 71, 87]
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


def test_a_few_who_did_not_state_their_group_do_not_take_the_others_with_them(
    survey: Make, results_of: Results
) -> None:
    told = {"q": [1] * 130 + [2] * 70 + [1] * 110 + [2] * 90 + [1, 2] * 4}
    sex = ["male"] * 200 + ["female"] * 200 + [""] * 8
    found = results_of(survey(told | {"sex": sex}, {"q": {}}))
    statuses = found.answers.set_index("group")["status"].to_dict()
    assert statuses == {"everyone": "", "female": "", "male": "", "not stated": "c"}
    held = found.answers[found.answers["status"].eq("c")]
    assert held[["base", "value", "lower", "upper"]].isna().all(axis=None)
    # 65% and 55% of 200: p = 0.041, but 0.1 and more with shares that round to the same.
    verdict = one(found.differences)
    assert verdict["test"] == "chi-squared, of the groups shown, as rounded"
    assert verdict[["result", "band"]].tolist() == ["no clear difference", "p ≥ 0.05"]


def test_in_a_small_survey_they_do(survey: Make, results_of: Results) -> None:
    told = {"q": [1, 2] * 31, "sex": ["other"] * 4 + ["male"] * 24 + ["female"] * 34}
    found = results_of(survey(told, {"q": {}}))
    assert found.answers["status"].tolist() == ["", "c", "c", "c"]
    assert one(found.differences)[["result", "why"]].tolist() == [
        "not tested",
        "fewer than two groups are shown",
    ]


def test_a_test_beside_a_group_held_back_is_the_same_for_all_that_rounds_alike(
    survey: Make, results_of: Results
) -> None:
    verdicts = set()
    for good, people in ((139, 199), (140, 201), (141, 202)):
        told = {"q": [1] * good + [2] * (people - good) + [1] * 100 + [2] * 100 + [1, 2] * 4}
        sex = ["male"] * people + ["female"] * 200 + [""] * 8
        found = results_of(survey(told | {"sex": sex}, {"q": {}}))
        male = one(found.answers, group="male")
        assert male[["base", "value", "lower", "upper"]].tolist() == [200, 70, 63, 76]
        verdicts.add(tuple(one(found.differences)))
    assert {verdict[-1] for verdict in verdicts} == {"p < 0.001"}
    assert len(verdicts) == 1


SEXES = ("male", "female", "")
Numbers = list[int]


def weighted_by_sex(make: Make, sizes: Numbers, good: Numbers, weights: list[float]) -> OwnSurvey:
    """Men, women and others who answered, and their good answers; all of a sex have one weight."""
    people = list(zip(SEXES, sizes, good, weights, strict=False))
    return make(
        {
            "q": [a for _, n, g, _ in people for a in [1] * g + [2] * (n - g)],
            "sex": [name for name, n, _, _ in people for _ in range(n)],
            "weight": [w for _, n, _, w in people for _ in range(n)],
        },
        {"q": {}},
    )


def fitting_a_weighted_result(found: pd.DataFrame, weights: list[float]) -> set[int]:
    """The good answers that people who did not state their sex could have given, for one who knows
    the weights of the groups and all that is published."""
    shown = [tables_behind(one(found, group=sex)) for sex in ("male", "female")]
    whole = one(found, group="everyone")
    could: set[int] = set()
    for ((men_good, men), (women_good, women)), everyone in product(
        product(*shown), range(whole["base"] - 2, whole["base"] + 3)
    ):
        people = everyone - men - women
        total = weights[0] * men + weights[1] * women + weights[2] * people
        for good in set(range(people + 1)) - could:
            weighed = weights[0] * men_good + weights[1] * women_good + weights[2] * good
            if small_share(people, good) and round(100 * weighed / total) == whole["value"]:
                could.add(good)
    return could


def test_a_weighted_result_does_not_tell_of_a_small_group_even_to_one_who_knows_the_weights(
    survey: Make, results_of: Results
) -> None:
    rng = np.random.default_rng(4)
    attacked = 0
    for _ in range(30):
        sizes = [*(int(n) for n in rng.integers(100, 400, 2)), int(rng.integers(4, 10))]
        weights = [float(w) for w in rng.uniform(0.6, 1.6, 3).round(2)]
        good = [int(rng.integers(n // 4, n - n // 4)) for n in sizes]
        found = results_of(weighted_by_sex(survey, sizes, good, weights)).answers
        if found["status"].tolist() == ["", "", "", "c"]:
            attacked += 1
            assert len(fitting_a_weighted_result(found, weights)) >= 5
    assert attacked > 8


def test_where_weights_could_tell_groups_apart_the_question_is_held_back(
    survey: Make, results_of: Results
) -> None:
    """12 men who count three times as much as women: 97% could only be all 12 and 21 of 24 women."""
    found = results_of(weighted_by_sex(survey, [12, 24], [12, 21], [2.3, 0.7])).answers
    assert found["status"].tolist() == ["c", "c", "c"]


def test_weights_that_differ_within_a_group_do_not_tell(survey: Make, results_of: Results) -> None:
    told = {"q": [1, 2] * 60, "sex": ["other"] * 4 + ["male"] * 50 + ["female"] * 66}
    found = results_of(survey({**told, "weight": [1.0, 1.0, 2.0, 2.0] * 30}, {"q": {}})).answers
    assert found["status"][0] == ""
    assert found["status"][found["group"].eq("other")].tolist() == ["c"]


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


ASKED = {name: {"standard": item, "good": frozenset({1, 2})} for name, item in STANDARD.items()}


def scoring(points: list[int]) -> dict[str, Any]:
    """Answers to the eight items that give each person these points, 0 to 24."""
    return {
        name: [4 - min(max(p - 3 * place, 0), 3) for p in points]
        for place, name in enumerate(STANDARD)
    }


def test_a_score_does_not_give_single_answers_away(survey: Make, results_of: Results) -> None:
    """11 people at 24 and one at 14: mean and interval would fit this one list of scores."""
    for number in (12, 40):
        told = scoring([24] * (number - 1) + [14])
        assert set(results_of(survey(told, ASKED)).answers["status"]) == {"c"}


def test_a_score_held_back_is_not_found_by_its_change(survey: Make, results_of: Results) -> None:
    """The first wave is held back; the second, less the change of the same people, would be it."""
    first, last = [23, 22] * 20, [24] * 6 + [8, 16] * 17
    people = [f"key-{i:04}" for i in range(40)]
    told = scoring(first + last) | {"wave": ["2023"] * 40 + ["2024"] * 40, "person": people * 2}
    found = results_of(survey(told, ASKED))
    shown = found.answers[found.answers["question"].eq("quality-of-life")]
    assert shown["status"].tolist() == ["c", ""]
    score = found.changes[found.changes["question"].eq("quality-of-life")]
    assert score["status"].tolist() == ["c", "c"]
    assert score[["base", "change", "lower", "upper"]].isna().all(axis=None)


def test_few_who_moved_are_not_shown_by_the_mean_change(survey: Make, results_of: Results) -> None:
    first = [8, 12, 16, 20] * 10
    told = scoring([*first, 18, *first[1:]])
    told |= {"wave": ["2023"] * 40 + ["2024"] * 40, "person": [f"key-{i}" for i in range(40)] * 2}
    found = results_of(survey(told, ASKED)).changes
    assert one(found, question="quality-of-life", basis="the same people")["status"] == "c"


@pytest.mark.parametrize(("heaviest", "status"), [(1e6, "c"), (7.0, "c"), (6.0, "")])
def test_a_result_that_is_mostly_one_persons_is_held_back(
    survey: Make, results_of: Results, heaviest: float, status: str
) -> None:
    told = {"q": [1, 2] * 30, "weight": [heaviest] + [1.0] * 59}
    found = results_of(survey(told, {"q": {}})).answers
    assert found["status"].tolist() == [status]


def test_in_a_group_one_person_may_not_count_for_more_than_a_tenth_either(
    survey: Make, results_of: Results
) -> None:
    told = {"q": [1, 1, 2, 2] * 30, "sex": ["male", "female"] * 60}
    found = results_of(survey(told | {"weight": [8.0] + [1.0] * 119}, {"q": {}})).answers
    assert found["status"].tolist() == ["", "c", "c"]


def test_few_effective_answers_are_marked_as_few(survey: Make, results_of: Results) -> None:
    """60 people, of whom 14 count ten times: (46 + 140)² / (46 + 1400), 24 people."""
    told = {"q": [1, 2] * 30, "weight": [10.0] * 14 + [1.0] * 46}
    assert results_of(survey(told, {"q": {}})).answers["status"].tolist() == ["u"]


def test_no_test_from_limits_that_are_cut_at_the_end_of_the_scale() -> None:
    cut = Shown(base=40, value=21.9, lower=20.1, upper=24, effect=1)
    whole = Shown(base=40, value=12, lower=11, upper=13, effect=1)
    assert shown_means_differ([whole, cut])[1:3] == ("not tested", AT_AN_END)
    assert shown_means_differ([whole, cut._replace(upper=23.7)]).result == "differ"
    end = Shown(base=600, value=1, lower=0, upper=3, effect=1)
    middle = Shown(base=600, value=40, lower=36, upper=44, effect=1)
    assert shown_shares_differ([middle, end], weighted=False).why == AT_AN_END
    assert shown_shares_differ([middle, end._replace(lower=1)], weighted=False).result == "differ"


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
    made = [random_survey(survey, rng, n) for n in (12, 24, 40, 60, 90, 150, 500)]
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
    numbers = (row["base"], row["value"], row["lower"], row["upper"])
    return _tables_behind(*(int(n) for n in numbers))


@cache
def _tables_behind(rounded: int, value: int, lower: int, upper: int) -> set[tuple[int, int]]:
    found = set()
    for base in range(max(rounded - 2, 10), rounded + 3):
        limits = [round(100 * float(limit)) for limit in wilson_interval(value / 100 * base, base)]
        if limits != [lower, upper]:
            continue
        for good in range(base + 1):
            if round(100 * (good / base)) == value and not small_share(base, good):
                found.add((good, base))
    return found


class Attack:
    """All counts of one question in a wave that fit what is published, as a mixed integer programme:
    of all breakdowns together, with the bases of all other questions.

    bases: everyone's, by question, for an attacker who knows them; else as published.
    """

    def __init__(
        self, rows: pd.DataFrame, respondents: int, question: str, bases: dict[str, int] | None
    ) -> None:
        self.limits: list[tuple[float, float]] = []
        self.rules: list[tuple[dict[int, float], float, float]] = []
        self.most = respondents + 2
        self.hidden: dict[tuple[str, str], tuple[int, int]] = {}
        people = self._new(respondents - 2, self.most)
        parts = rows[rows["breakdown"].ne("everyone")]
        groups = {
            key: self._new(1, self.most)
            for key in parts[["breakdown", "group"]].drop_duplicates().itertuples(index=False)
        }
        for breakdown in parts["breakdown"].unique():
            within = {n: 1.0 for (of, _), n in groups.items() if of == breakdown}
            self._rule({**within, people: -1.0}, 0, 0)
        for name, own in rows.groupby("question"):
            whole = one(own, breakdown="everyone")
            if whole["status"] == "c":
                continue
            behind = tables_behind(whole)
            if bases:  # the exact base, and what would be published as the same percentage
                base = bases[str(name)]
                goods = (g for g in range(base + 1) if round(100 * (g / base)) == whole["value"])
                behind = {(good, base) for good in goods}
            good, base = self._one_of(behind, name == question)
            self._rule({base: 1, people: -1}, -np.inf, 0)
            for breakdown, cells in own[own["breakdown"].ne("everyone")].groupby("breakdown"):
                sums: list[dict[int, float]] = [{good: -1.0}, {base: -1.0}]
                partly = cells["status"].ne("c").any()
                for row in cells.to_dict("records"):
                    if row["status"] != "c":
                        g, b = self._one_of(tables_behind(row), name == question)
                    elif partly and name == question:
                        g, b = self._small()
                        self.hidden[str(breakdown), row["group"]] = g, b
                    else:
                        g, b = self._any()
                    sums[0][g] = sums[1][b] = 1.0
                    self._rule({b: 1, groups[breakdown, row["group"]]: -1}, -np.inf, 0)
                for terms in sums if name == question else sums[1:]:
                    self._rule(terms, 0, 0)

    def _new(self, low: float, high: float) -> int:
        self.limits.append((low, high))
        return len(self.limits) - 1

    def _rule(self, terms: dict[int, float], low: float, high: float) -> None:
        self.rules.append((terms, low, high))

    def _any(self) -> tuple[int, int]:
        good, base = self._new(0, self.most), self._new(0, self.most)
        self._rule({good: 1, base: -1}, -np.inf, 0)
        return good, base

    def _small(self) -> tuple[int, int]:
        """Fewer than 5 good answers, or fewer than 5 others."""
        good, base = self._any()
        side = self._new(0, 1)
        self._rule({good: 1, side: -self.most}, -np.inf, 4)
        self._rule({base: 1, good: -1, side: self.most}, -np.inf, self.most + 4)
        return good, base

    def _one_of(self, pairs: set[tuple[int, int]], fully: bool) -> tuple[int, int]:
        """One of the pairs (good, base); of questions that are not attacked, the base alone."""
        assert pairs, "the true table is always among them"
        bases = [base for _, base in pairs]
        good, base = self._new(0, self.most), self._new(min(bases), max(bases))
        if fully:
            chosen = {self._new(0, 1): pair for pair in pairs}
            self._rule(dict.fromkeys(chosen, 1.0), 1, 1)
            for place, number in enumerate((good, base)):
                terms = {one: float(pair[place]) for one, pair in chosen.items()}
                self._rule({**terms, number: -1.0}, 0, 0)
        return good, base

    def fewest(self, breakdown: str, group: str) -> int:
        """How many numbers, from lowest to highest, the good answers or the others could be."""
        good, base = self.hidden[breakdown, group]
        matrix = lil_array((len(self.rules), len(self.limits)))
        for i, (terms, _, _) in enumerate(self.rules):
            for column, factor in terms.items():
                matrix[i, column] = factor
        lows, highs = (np.array([rule[i] for rule in self.rules]) for i in (1, 2))
        held = LinearConstraint(matrix.tocsr(), lows, highs)
        spans = []
        for terms in ({good: 1.0}, {base: 1.0, good: -1.0}):
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(self.limits))
                for column, factor in terms.items():
                    aim[column] = sign * factor
                found = milp(
                    aim,
                    integrality=np.ones(len(aim)),
                    bounds=Bounds(*np.array(self.limits).T),
                    constraints=held,
                    options={"presolve": False},  # it calls some that have a solution infeasible
                )
                assert found.success, "the true table is always among them"
                ends.append(sign * found.fun)
            spans.append(round(ends[1] - ends[0]) + 1)
        return min(spans)


def recovered(
    results: list[tuple[OwnSurvey, SurveyResults]], number: int, *, bases_known: bool
) -> tuple[int, int]:
    """Of questions drawn by chance in which a group is held back beside others shown: how many
    groups were, up to `number`, and how many of their counts follow to fewer than 5 numbers."""
    places = []
    for own, found in results:
        plain = found.answers[found.answers["unit"].eq("percent")]
        for (wave, question), rows in plain.groupby(["wave", "question"]):
            for _, cells in rows[rows["breakdown"].ne("everyone")].groupby("breakdown"):
                if set(cells["status"]) > {"c"}:
                    places.append((own, found, str(wave), str(question)))
                    break
    rng = np.random.default_rng(1)
    attacked = broken = 0
    for i in rng.permutation(len(places)):
        own, found, wave, question = places[i]
        here = own.responses[own.responses["wave"].eq(wave)]
        bases = {q: int(here[q].notna().sum()) for q in STANDARD} if bases_known else None
        rows = found.answers[found.answers["wave"].eq(wave) & found.answers["standard"].ne("")]
        people = int(one(found.waves, wave=wave)["respondents"])
        attack = Attack(rows, people, question, bases)
        for place in attack.hidden:
            if attacked < number:
                attacked += 1
                broken += attack.fewest(*place) < 5
    return attacked, broken


def test_what_is_published_does_not_give_away_what_is_held_back(
    random_results: list[tuple[OwnSurvey, SurveyResults]],
) -> None:
    """Not even to one who is given everyone's exact bases as well."""
    assert recovered(random_results, 20, bases_known=True) == (20, 0)


def test_the_same_attack_breaks_a_publication_that_holds_back_only_what_is_small(
    random_results: list[tuple[OwnSurvey, SurveyResults]],
    results_of: Results,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even with what is published alone."""
    monkeypatch.setattr(hiding, "_hides_share", lambda *_: True)
    naive = [(own, results_of(own)) for own, _ in random_results[4:6]]
    attacked, broken = recovered(naive, 6, bases_known=False)
    assert attacked == 6
    assert broken >= 2


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
