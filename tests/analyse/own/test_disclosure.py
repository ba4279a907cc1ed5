"""What is held back, and that a reader who knows the rule cannot work it out."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from evidence_review.analyse.own import hiding
from evidence_review.analyse.own.disclosure import RULE, rounded, small_mean, small_share
from evidence_review.analyse.own.estimates import Sampled, share
from evidence_review.analyse.own.hiding import Cell, Question, held_back

Table = tuple[tuple[int, int], ...]  # people and good answers of each group


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The attack asks for the same groups again and again."""
    monkeypatch.setattr(hiding, "_fitting", cache(hiding._fitting))


def shares(table: Table) -> Question:
    cells = [Cell(n, good / n if n else 0.0, 1.0, small_share(n, good)) for n, good in table]
    return Question(cells, is_score=False)


def held(*tables: Table) -> list[set[int]]:
    """What is held back of each question of one breakdown."""
    people = max(sum(n for n, _ in table) for table in tables)
    found = held_back(people, [[shares(table) for table in tables]], weighted=False)
    return [set(groups) for groups in found[0]]


@cache
def row(n: int, good: int) -> tuple[float, ...]:
    """What a reader sees of a group that is shown."""
    found = share(np.arange(n) < good, np.ones(n), Sampled(None, n, weighted=False))
    numbers = (round(100 * value) for value in (found.value, found.lower, found.upper))
    return (rounded(n), *numbers)


def looks_alike(table: Table, seen: Table, hidden: set[int]) -> bool:
    """Whether a table would be published just like another, of which some groups are hidden."""
    if any(not 0 <= good <= n or n < 1 for n, good in table):
        return False
    if any(i not in hidden and row(*table[i]) != row(*seen[i]) for i in range(len(table))):
        return False
    percentages = {
        round(100 * (sum(good for _, good in t) / sum(n for n, _ in t))) for t in (table, seen)
    }
    return len(percentages) == 1 and held(table)[0] == hidden


def surveys(rng: np.random.Generator, number: int) -> Iterator[Table]:
    """Small groups beside larger ones, for which everyone's figure may be shown."""
    while number:
        sizes = [*rng.integers(3, 16, rng.integers(1, 3)), *rng.integers(20, 160, 2)]
        share = rng.choice([0.1, 0.5, 0.8])
        table = tuple((int(n), int(rng.binomial(n, share))) for n in sizes)
        whole = [sum(numbers) for numbers in zip(*table, strict=True)]
        if not small_share(*whole) and held(table)[0]:
            number -= 1
            yield table


def could_be(table: Table, rng: np.random.Generator) -> list[int]:
    """How many numbers of good or of other answers, whichever are fewer, each group held back could
    have: of tables that would be published just so, rule and all. Walks from one to the next by
    moving a few people between groups, and stops when every group could have 5."""
    hidden = held(table)[0]
    numbers: dict[int, tuple[set[int], set[int]]] = {i: (set(), set()) for i in hidden}
    now = table
    for _ in range(1500):
        for i, (goods, others) in numbers.items():
            goods.add(now[i][1])
            others.add(now[i][0] - now[i][1])
        if all(len(found) >= 5 for pair in numbers.values() for found in pair):
            break
        one, other = rng.permutation(len(table))[:2]
        far = int(rng.choice([1, 3, 12]))
        base, good = (int(n) for n in rng.integers(-far, far + 1, 2))
        drift = int(rng.integers(-1, 2))
        moved = list(now)
        moved[one] = (now[one][0] + base, now[one][1] + good)
        moved[other] = (now[other][0] - base, now[other][1] - good + drift)
        if looks_alike(tuple(moved), table, hidden):
            now = tuple(moved)
    return [min(len(goods), len(others)) for goods, others in numbers.values()]


def test_nothing_held_back_is_known_to_fewer_than_5_numbers() -> None:
    """Beside groups shown, and where all groups of a question are held back."""
    rng = np.random.default_rng(3)
    kinds = {"some": 0, "all": 0}
    for table in surveys(rng, 8):
        kinds["all" if len(held(table)[0]) == len(table) else "some"] += 1
        assert min(could_be(table, rng)) >= 5, table
    assert min(kinds.values()) >= 2


def test_the_same_attack_breaks_a_rule_that_holds_back_only_what_is_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hiding, "_hides_share", lambda *_: True)
    rng = np.random.default_rng(3)
    assert sum(min(could_be(table, rng)) < 5 for table in surveys(rng, 5)) >= 2


def test_a_dozen_who_did_not_state_their_age_do_not_take_all_with_them() -> None:
    assert held(((12, 9), (190, 118), (205, 141))) == [{0}]
    assert held(((12, 6), (190, 118), (205, 141))) == [set()]


def test_rounding_hides_little_in_a_small_survey() -> None:
    assert held(((4, 2), (24, 12), (34, 17))) == [{0, 1, 2}]


def test_bases_of_other_questions_are_put_together() -> None:
    """A second question says more of how many people each group has."""
    first, second = ((8, 4), (99, 43), (114, 35)), ((8, 4), (99, 71), (114, 73))
    assert held(first) == [{0}]
    assert held(first, second)[0] == {0, 1, 2}


def test_a_breakdown_that_adds_up_to_everyone_is_taken_into_account() -> None:
    """Men and women, none of them small, narrow what everyone's percentage leaves open."""
    ages, sexes = ((8, 4), (190, 118), (205, 141)), ((201, 131), (202, 132))
    alone = held_back(403, [[shares(ages)]], weighted=False)
    both = held_back(403, [[shares(ages)], [shares(sexes)]], weighted=False)
    assert alone[0][0] <= both[0][0]
    assert both[1] == [frozenset()]


def scores(*groups: tuple[int, float]) -> set[int]:
    """What is held back of the mean scores of one breakdown: people and mean of each group."""
    cells = [Cell(n, mean, 1.0, small_mean(n, n * mean, same=False)) for n, mean in groups]
    people = sum(n for n, _ in groups)
    (found,) = held_back(people, [[Question(cells, is_score=True)]], weighted=False)
    return set(found[0])


def test_a_mean_held_back_is_hidden_by_at_least_6_points() -> None:
    # 300 people whose means are known to 0.025: 15 points, among 2 people 7.5 each; among 3, 5.
    assert scores((2, 14.0), (145, 15.0), (155, 16.0)) == {0}
    assert scores((3, 14.0), (145, 15.0), (155, 16.0)) == {0, 1, 2}
    assert scores((40, 15.0), (55, 16.0)) == set()


def test_one_person_beside_a_small_group_takes_its_mean_along() -> None:
    """30 people leave that one's score open by 1.5 points."""
    assert scores((1, 9.0), (30, 15.0)) == {0, 1}


def test_a_large_group_is_not_hidden_by_one_person_more() -> None:
    """Whatever the one scored, the mean of the 25 is open by little more than 1 point."""
    assert scores((1, 9.0), (25, 14.0), (100, 15.0)) == {0, 1, 2}


def test_a_mean_of_few_or_near_an_end_of_its_scale_is_held_back() -> None:
    assert small_mean(29, 29 * 12, same=False)
    assert small_mean(40, 40 * 15, same=True)
    assert small_mean(40, 40 * 22 + 1, same=False)
    assert small_mean(40, 40 * 2 - 1, same=False)
    assert not small_mean(30, 30 * 22, same=False)


def test_counts_are_rounded_to_5() -> None:
    assert [rounded(n) for n in (5, 7, 8, 12, 13, 100)] == [5, 5, 10, 10, 15, 100]


def test_the_rule_is_short_enough_to_be_read() -> None:
    assert len(RULE.split()) <= 120
