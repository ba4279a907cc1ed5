"""An attack on what is held back, by one who knows the rule, the totals and all that is shown."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest

from evidence_review.analyse.own.disclosure import (
    held_back,
    held_back_means,
    held_back_throughout,
    rounded,
    small_mean,
    small_share,
)

Rule = Callable[[list[int], list[int], list[int]], frozenset[int]]


def sizes(total: int, groups: int) -> Iterator[tuple[int, ...]]:
    """All ways to split people over groups of one or more."""
    if groups == 1:
        yield (total,)
        return
    for first in range(1, total - groups + 2):
        for rest in sizes(total - first, groups - 1):
            yield (first, *rest)


def could_be(
    rule: Rule, throughout: frozenset[int], people: list[int], good: list[int], hidden: list[int]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The good answers, and the sizes, that each hidden group could have: of all tables with the
    same totals and the same groups shown, those that the rule would have published just so.

    The sizes of groups that are held back throughout are not known; those of all others are. The
    search ends when every number could be three different ones.
    """
    answers: dict[int, set[int]] = {i: set() for i in hidden}
    bases: dict[int, set[int]] = {i: set() for i in throughout}
    unsized = sorted(throughout)
    total, among = sum(good[i] for i in hidden), sum(people[i] for i in unsized)
    for split in sizes(among, len(unsized)) if unsized else [()]:
        table = dict(zip(unsized, split, strict=True))
        tried = [table.get(i, n) for i, n in enumerate(people)]
        if unsized and held_back_throughout(tried) != throughout:
            continue
        for i in unsized:
            bases[i].add(tried[i])
        for numbers in product(*(range(tried[i] + 1) for i in hidden[:-1])):
            last = total - sum(numbers)
            if not 0 <= last <= tried[hidden[-1]]:
                continue
            own = dict(zip(hidden, (*numbers, last), strict=True))
            if all(own[i] in answers[i] for i in hidden):
                continue
            if rule(tried, tried, [own.get(i, g) for i, g in enumerate(good)]) == set(hidden):
                for i in hidden:
                    answers[i].add(own[i])
            if all(len(v) >= 3 for found in (answers, bases) for v in found.values()):
                return answers, bases
    return answers, bases


def surveys(seed: int, number: int, smallest: int) -> Iterator[tuple[list[int], list[int]]]:
    """People and good answers by group, for surveys whose total may be shown."""
    rng = np.random.default_rng(seed)
    while number:
        most = int(rng.choice([smallest + 4, 16, 25, 40]))
        people = [int(n) for n in rng.integers(smallest, most, rng.integers(2, 5))]
        shares = np.clip(rng.choice([0.1, 0.3, 0.6, 0.9]) + rng.normal(0, 0.25, len(people)), 0, 1)
        good = [int(rng.binomial(n, p)) for n, p in zip(people, shares, strict=True)]
        if not small_share(sum(people), sum(good)):
            number -= 1
            yield people, good


def recovered(rule: Rule, *, seed: int, number: int, smallest: int, known: bool) -> tuple[int, int]:
    """In how many surveys something was held back, and in how many the attack recovered it.

    known: the attacker knows the sizes of all groups.
    """
    attacked = broken = 0
    for people, good in surveys(seed, number, smallest):
        hidden = sorted(rule(people, people, good))
        throughout = frozenset() if known else held_back_throughout(people)
        if not hidden or len(throughout) > 2:
            continue
        attacked += 1
        answers, bases = could_be(rule, throughout, people, good, hidden)
        broken += any(len(v) < 3 for found in (answers, bases) for v in found.values())
    return attacked, broken


def only_the_small(_: list[int], people: list[int], good: list[int]) -> frozenset[int]:
    return frozenset(i for i in range(len(people)) if small_share(people[i], good[i]))


def one_more(_: list[int], people: list[int], good: list[int]) -> frozenset[int]:
    """The rule of many publications: where one is held back, so is the next."""
    groups = only_the_small(_, people, good)
    if len(groups) == 1:
        groups |= {min(set(range(len(people))) - groups)}
    return groups


def test_nothing_held_back_is_recovered_where_all_sizes_are_known() -> None:
    attacked, broken = recovered(held_back, seed=1, number=800, smallest=10, known=True)
    assert attacked > 250
    assert broken == 0


def test_nothing_held_back_is_recovered_where_groups_are_tiny() -> None:
    attacked, broken = recovered(held_back, seed=2, number=400, smallest=1, known=False)
    assert attacked > 250
    assert broken == 0


@pytest.mark.parametrize("rule", [only_the_small, one_more])
def test_the_attack_breaks_simpler_rules(rule: Rule) -> None:
    _, broken = recovered(rule, seed=1, number=300, smallest=10, known=True)
    assert broken > 30


def test_two_small_groups_that_could_only_be_4_each_take_a_third_with_them() -> None:
    people, good = [60, 54, 54, 80], [30, 4, 4, 40]
    assert one_more(people, people, good) == {1, 2}
    assert held_back(people, people, good) == {0, 1, 2}


def test_what_is_held_back_could_be_shown_together() -> None:
    for people, good in surveys(3, 500, 1):
        hidden = held_back(people, people, good)
        if hidden:
            assert not small_share(sum(people[i] for i in hidden), sum(good[i] for i in hidden))


def test_a_large_survey_shows_its_groups() -> None:
    assert held_back([12, 80, 120], [12, 80, 120], [6, 50, 70]) == frozenset()
    # A small group takes the first of the others with it, and leaves the rest.
    people = [3, 12, 30, 80, 120]
    assert held_back(people, people, [2, 6, 20, 50, 70]) == {0, 1}


def test_a_tiny_group_is_held_back_for_every_question_with_the_same_other() -> None:
    people = [3, 40, 60]
    assert held_back_throughout(people) == {0, 1}
    for good in ([0, 20, 30], [2, 38, 30], [1, 20, 58]):
        assert held_back(people, people, good) >= {0, 1}


def test_two_tiny_groups_whose_sizes_could_be_worked_out_take_a_third_with_them() -> None:
    # 18 people in two groups of at most 9 each: 9 and 9.
    assert held_back_throughout([30, 9, 9]) == {0, 1, 2}
    assert held_back_throughout([30, 5, 6]) == {1, 2}


def test_a_mean_of_few_is_not_left_over_from_the_total() -> None:
    people, sums = [9, 40, 60], [150.0, 700.0, 1000.0]
    assert held_back_means(people, people, sums, [False] * 3) == {0, 1}
    assert held_back_means(people[1:], people[1:], sums[1:], [False] * 2) == frozenset()


def test_a_mean_at_the_end_of_its_scale_is_held_back() -> None:
    assert small_mean(12, 287, same=False)  # one point short of 24 each
    assert small_mean(12, 200, same=True)
    assert not small_mean(12, 250, same=False)


def test_counts_are_rounded_to_5() -> None:
    assert [rounded(n) for n in (5, 7, 8, 12, 13, 100)] == [5, 5, 10, 10, 15, 100]
