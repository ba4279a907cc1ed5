"""What else is held back beside small groups, so that they cannot be worked out from the rest.

The reader to guard against knows the rule and all tables that are published, of all questions and
breakdowns, each number as rounded; and, to make up for whatever else tables say of everyone
together, everyone's exact bases. What hides a small group is the rounding of everyone's percentage
and of the groups that are shown beside it. What is decided here depends on nothing that this reader
does not know, and so tells nothing new.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evidence_review.analyse.own.disclosure import (
    FEWEST,
    FEWEST_FOR_A_MEAN,
    HIGHEST_SCORE,
    rounded,
    small_share,
)
from evidence_review.analyse.statistics import wilson_interval

VALUES = 5  # a number that is held back could be any of at least so many
OPEN = 6.0  # points by which a mean that is held back could differ, a quarter of the scale
# How far a mean shown can be from what is known of it: half its rounding, as its limits, rounded
# as well, halve what it leaves open.
MEAN_REACH = 0.025
_REACH = 2  # a count is at most so far from its rounded one

Groups = frozenset[int]
Pairs = dict[int, int]  # base -> the numbers of good answers that go with it, one bit each
_ROUNDS = 4  # of working out bases; later ones change nothing that matters


class Cell(NamedTuple):
    """A group's result for one question.

    base: people. value: the (weighted) share of good answers, 0 to 1, or mean score. effective:
    Kish's effective size over the base, 1 when all weights of the group are the same. small:
    whether it is held back for itself.
    """

    base: int
    value: float
    effective: float
    small: bool


class Question(NamedTuple):
    """The groups of a breakdown, in one order for all questions."""

    cells: Sequence[Cell]
    is_score: bool


def held_back(
    respondents: int, breakdowns: Sequence[Sequence[Question]], weighted: bool
) -> list[list[Groups]]:
    """The groups (places) that are held back in each breakdown for each question.

    respondents: people in the wave. breakdowns: of each, the questions whose figure for everyone is
        shown, in one order.

    Weighted answers are judged as if all people of a group had one weight that the reader knows.
    Then its weighted share is its plain share; and as everyone's may say more of a group with large
    weights than of others, it is taken as known exactly. Weights that differ within a group, or
    that are not known, say less.
    """
    options = [_options(respondents, questions) for questions in breakdowns]
    found: list[list[Groups]] = [[] for _ in breakdowns]
    for place, row in enumerate(zip(*breakdowns, strict=True)):
        total: Pairs = {}
        if not weighted and any(cell.small for q in row for cell in q.cells):
            total = _everyone(row[0])
            for breakdown in options:
                total = _add_up(total, breakdown[place])
        for held, question, breakdown in zip(found, row, options, strict=True):
            small = [i for i, cell in enumerate(question.cells) if cell.small]
            if question.is_score:
                enough = not small or _hides_mean(question.cells)
            else:
                whole = _exactly(question) if weighted else total
                enough = not small or _hides_share(small, breakdown[place], whole)
            held.append(frozenset(small if enough else range(len(question.cells))))
    return found


def _exactly(question: Question) -> Pairs:
    base = sum(cell.base for cell in question.cells)
    return {base: 1 << round(sum(cell.base * cell.value for cell in question.cells))}


def _everyone(question: Question) -> Pairs:
    """Everyone's base, and the good answers that would be published as the same percentage."""
    if question.is_score:
        return {}
    ((base, bit),) = _exactly(question).items()
    good = bit.bit_length() - 1
    near = np.arange(max(good - base // 50 - 1, 0), min(good + base // 50 + 1, base) + 1)
    fits = near[np.round(100 * (near / base)) == round(100 * (good / base))]
    return {base: sum(1 << int(n) for n in fits)}


def _options(respondents: int, questions: Sequence[Question]) -> list[list[Pairs]]:
    """What each group could be for each question of a breakdown, by its row and by all bases."""
    shown = [[_fitting(cell, q.is_score) for cell in q.cells] for q in questions]
    found = []
    for row, lowest, highest in zip(shown, *_bases(respondents, questions, shown), strict=True):
        limits = [range(int(low), int(high) + 1) for low, high in zip(lowest, highest, strict=True)]
        found.append(
            [
                {b: pairs.get(b, 0) for b in own} if pairs else {b: _small(b) for b in own}
                for pairs, own in zip(row, limits, strict=True)
            ]
        )
    return found


def _fitting(cell: Cell, is_score: bool) -> Pairs:
    """The bases and numbers of good answers that would be published as those of the group: its
    rounded base, percentage and limits. Of a mean, the bases alone; none of a small group."""
    if cell.small:
        return {}
    near = rounded(cell.base)
    bases = range(near - _REACH, near + _REACH + 1)
    if is_score:
        return {b: 0 for b in bases if b >= FEWEST_FOR_A_MEAN}
    wanted = _percentages(np.array([cell.value]), cell.base * cell.effective)[:, 0]
    slack = 0 if np.isclose(cell.effective, 1) else 1
    pairs = {}
    for base in bases:
        first = max(int((cell.value - 0.01) * base) - 1, FEWEST)
        good = np.arange(first, min(int((cell.value + 0.01) * base) + 2, base - FEWEST) + 1)
        if slack:  # the share is no whole number of people: those nearest to it
            reach = np.abs(good - wanted[0] / 100 * base) <= base / 200 + slack
            values = np.full(len(good), cell.value)
        else:
            reach, values = np.full(len(good), True), good / base
        found = _percentages(values, base * cell.effective)
        fits = good[reach & (found == wanted[:, None]).all(axis=0)]
        if len(fits):
            pairs[base] = sum(1 << int(n) for n in fits)
    return pairs


def _percentages(shares: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    """A share and its limits as they are published, one column each (see `estimates.share`)."""
    shares = np.round(100 * shares) / 100
    lower, upper = wilson_interval(np.minimum(shares, 1) * size, size)
    return np.round(100 * np.array([shares, lower, upper]))


def _bases(
    respondents: int, questions: Sequence[Question], shown: Sequence[Sequence[Pairs]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lowest and highest base of each question (row) and group (column), as known from all
    questions: nobody is in more than one group, and no base is larger than its group."""
    most = rounded(respondents) + _REACH
    total = np.array([[sum(cell.base for cell in q.cells)] for q in questions])
    lowest = np.array([[min(pairs, default=0) for pairs in row] for row in shown])
    highest = np.array([[max(pairs, default=most) for pairs in row] for row in shown])
    skipped = most - total
    for _ in range(_ROUNDS):
        least = np.maximum(lowest.max(axis=0), 1)
        largest = np.minimum((highest + skipped).min(axis=0), most - least.sum() + least)
        lowest = np.maximum(lowest, least - skipped)
        highest = np.minimum(highest, largest)
        lowest = np.maximum(lowest, total - highest.sum(axis=1, keepdims=True) + highest)
        highest = np.minimum(highest, total - lowest.sum(axis=1, keepdims=True) + lowest)
    return lowest, highest


def _hides_share(small: Sequence[int], options: Sequence[Pairs], total: Pairs) -> bool:
    """Whether the good answers of each small group, and its others, could be 5 different numbers,
    all of which the rule would hold back.

    small: places of the groups. options: what each group could be. total: what everyone could be.
    """
    left = total
    for i, pairs in enumerate(options):
        if i not in small:
            left = _minus(left, pairs)
    for i in small:
        rest, own = left, options[i]
        for j in small:
            if j != i:
                rest = _minus(rest, options[j])
        could = [(b, n) for b in own.keys() & rest.keys() for n in _numbers(own[b] & rest[b])]
        if min(len({n for _, n in could}), len({b - n for b, n in could})) < VALUES:
            return False
    return True


def _minus(left: Pairs, pairs: Pairs) -> Pairs:
    """All that could be left when one of the pairs is taken away."""
    found: Pairs = {}
    taken = [(base, list(_numbers(numbers))) for base, numbers in pairs.items()]
    for whole, numbers in left.items():
        for base, good in taken:
            rest = whole - base
            if rest >= 0:
                possible = found.get(rest, 0)
                for n in good:
                    possible |= numbers >> n
                found[rest] = possible & ((1 << rest + 1) - 1)
    return found


def _add_up(total: Pairs, options: Sequence[Pairs]) -> Pairs:
    """Of what everyone could be, that to which the groups of a breakdown can add up."""
    if not total:
        return total
    ((base, numbers),) = total.items()
    sums: Pairs = {0: 1}
    for pairs in options:
        more: Pairs = {}
        added = [(own, list(_numbers(good))) for own, good in pairs.items()]
        for whole, so_far in sums.items():
            for own, good in added:
                if whole + own <= base:
                    for n in good:
                        more[whole + own] = more.get(whole + own, 0) | so_far << n
        sums = more
    return {base: numbers & sums.get(base, 0)}


def _numbers(bits: int) -> Iterable[int]:
    while bits:
        last = bits & -bits
        yield last.bit_length() - 1
        bits ^= last


def _small(base: int) -> int:
    """The numbers of good answers with which a share would be held back for itself."""
    ends = {*range(min(FEWEST, base + 1)), *range(max(base - FEWEST + 1, 0), base + 1)}
    return sum(1 << n for n in ends if small_share(base, n))


def _hides_mean(cells: Sequence[Cell]) -> bool:
    """Whether the mean of each small group could differ by 6 points.

    What is left of everyone's sum is known as well as the means shown are, and is shared by fewer
    the better it hides. Everyone's sum and all bases are taken as known exactly.
    """
    if any(cell.small and cell.base >= FEWEST_FOR_A_MEAN for cell in cells):
        return False  # it would be known to have nearly one score throughout
    small = [cell.base for cell in cells if cell.small and cell.base]  # of nobody there is no mean
    shown = [cell for cell in cells if not cell.small]
    left = sum(c.base * c.value for c in cells) - sum(c.base * round(c.value, 1) for c in shown)
    reach = MEAN_REACH * sum(cell.base for cell in shown)
    for base in small:
        # At its lowest when all others held back have the highest score, and the other way round.
        others = HIGHEST_SCORE * (sum(small) - base)
        lowest, highest = (left - reach - others) / base, (left + reach) / base
        if min(highest, HIGHEST_SCORE) - max(lowest, 0) < OPEN:
            return False
    return True
