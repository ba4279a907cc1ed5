"""Which small numbers of a survey are held back, so that nobody's answer can be worked out.

The reader to guard against knows the rule, the exact totals, the exact numbers of every group that
is shown, and from other questions how many people each larger group has. The groups of a breakdown
stand in a fixed order, so that the choice of what else is held back says little of the answers.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product

FEWEST = 5  # a count below this is held back
FEWEST_FOR_A_MEAN = 10
HIGHEST_SCORE = 24
FROM_THE_END = 10  # points, of a group’s scores together, from the lowest or highest they could be
LARGEST_WEIGHT = 0.005  # of all, that rounding to a whole per cent hides
VALUES = 3  # a number that is held back could be any of at least so many
NOT_STATED = "not stated"

RULE = (
    "A share is held back when fewer than 5 people gave a good answer, or fewer than 5 gave any"
    " other; so is a mean of fewer than 10 people, or of people who all have the same score, or"
    " who nearly all have the highest or the lowest. Within a breakdown, people who did not state their group are a group as well, and a group of fewer"
    " than 10 people is held back throughout. One group held back alone could be found by taking"
    " the others from the total. So more groups are held back, in a fixed order, until there are at"
    " least two, at least 5 good and 5 other answers among them, and every number held back could"
    " be at least 3 different numbers, even to a reader who knows this rule, the exact totals and"
    " the exact numbers of the groups shown. Where that cannot be reached, the whole breakdown is"
    " held back. Where answers are weighted, the groups held back have a weight of their own, and"
    " one person counts for more than half a per cent of all, or for more than a fifth of the good"
    " or of the other answers, the question is held back as a whole. A"
    " breakdown with a group held back gets no test. Of people followed over time,"
    " nothing is shown when fewer than 5 went from a good answer to another, from another to a good"
    " one, or stayed with either, or when so few dropped out or joined that their answers would"
    " come to light. Counts of people are rounded to the nearest 5, percentages to whole numbers"
    " and means to 1 decimal. Waves are never added up. The number of rows that could not be read"
    " is given as it is: it counts rows of a file, not answers."
)

# The order in which groups are held back beside a small one: those that are smaller nearly
# everywhere come first. It does not depend on the answers, and so tells nothing of them.
ORDER: dict[str, tuple[str, ...]] = {
    "age_group": (NOT_STATED, "18 to 64", "65 and over"),
    "sex": (NOT_STATED, "other", "male", "female"),
    "support_reason": (
        NOT_STATED,
        "social support",
        "sensory support",
        "support with memory and cognition",
        "mental health support",
        "learning disability support",
        "physical support",
    ),
    "budget_type": (
        NOT_STATED,
        "Individual Service Fund",
        "none",
        "direct payment",
        "managed",
    ),
}

Groups = frozenset[int]  # places in the order of a breakdown
_MOST_WEIGHED = 4  # groups; beyond that the whole breakdown is held back


def rounded(count: int) -> int:
    """The count to the nearest 5."""
    return 5 * round(count / 5)


def small_share(base: int, good: int) -> bool:
    """Whether a share is held back for itself: too few answers on either side."""
    return min(good, base - good) < FEWEST


def small_mean(base: int, total: float, same: bool) -> bool:
    """Whether a mean is held back for itself: too few people, or scores so near one end of the
    scale that they say what nearly everyone answered.

    total: of the scores. same: whether all of them have one score.
    """
    return base < FEWEST_FOR_A_MEAN or same or _room(base, total) < FROM_THE_END


def _room(base: int, total: float) -> float:
    return min(total, HIGHEST_SCORE * base - total)


def held_back(respondents: Sequence[int], bases: Sequence[int], good: Sequence[int]) -> Groups:
    """The groups of a breakdown whose share is held back for one question.

    respondents: people of each group in the wave, in the fixed order of the breakdown, each 1 or
        more. bases: of these, how many count for the question. good: how many gave a good answer.
    Returns places in that order; empty when every group may be shown.
    """
    size = len(bases)
    within = held_back_throughout(respondents)
    first = within | {i for i in range(size) if small_share(bases[i], good[i])}
    few = [[v for v in range(n + 1) if small_share(n, v)] for n in bases]
    among = sum(bases[i] for i in within)

    @cache
    def hidden(groups: Groups, total: int) -> bool:
        others = sum(bases[i] for i in groups) - total
        if min(total, others) < FEWEST or len(groups) < 2:
            return False
        singly = sorted(groups - within)
        if not singly or len(groups) == size:
            return True
        return _open(
            singly,
            _shown_first(groups, size),
            few,
            lambda i, v: 0 <= v <= bases[i] and not small_share(bases[i], v),
            (0, among),
            total,
            lambda late, rest: groups == {late} or hidden(groups - {late}, rest),
        )

    return _enough(first, size, lambda groups: hidden(groups, sum(good[i] for i in groups)))


def held_back_means(
    respondents: Sequence[int], bases: Sequence[int], sums: Sequence[float], same: Sequence[bool]
) -> Groups:
    """The groups of a breakdown whose mean is held back.

    respondents, bases: as for `held_back`. sums: of each group's scores from 0 to 24. same:
        whether all of a group have one score.
    """
    size = len(bases)
    first = held_back_throughout(respondents) | {
        i for i in range(size) if small_mean(bases[i], sums[i], same[i])
    }

    def hidden(groups: Groups) -> bool:
        people = sum(bases[i] for i in groups)
        total = sum(sums[i] for i in groups)
        enough = len(groups) > 1 and people >= FEWEST_FOR_A_MEAN
        return enough and _room(people, total) >= FROM_THE_END

    return _enough(first, size, hidden)


def held_back_throughout(respondents: Sequence[int]) -> Groups:
    """The groups that are held back for every question of a wave, as one of them has fewer than 10
    people: their sizes must not come to light from one question or the other."""
    size = len(respondents)
    few = [list(range(1, FEWEST_FOR_A_MEAN))] * size

    @cache
    def hidden(groups: Groups, total: int) -> bool:
        if len(groups) < 2 or total < FEWEST_FOR_A_MEAN:
            return False
        return len(groups) == size or _open(
            sorted(groups),
            _shown_first(groups, size),
            few,
            lambda _, v: v >= FEWEST_FOR_A_MEAN,
            (0, 0),
            total,
            lambda late, rest: groups == {late} or hidden(groups - {late}, rest),
        )

    first = frozenset(i for i in range(size) if respondents[i] < FEWEST_FOR_A_MEAN)
    return _enough(first, size, lambda groups: hidden(groups, sum(respondents[i] for i in groups)))


def _enough(first: Groups, size: int, hidden: Callable[[Groups], bool]) -> Groups:
    """The groups that must be held back, and as many more, in order, as it takes to hide them."""
    groups = frozenset(first)
    while groups and len(groups) < size and not hidden(groups):
        groups |= {min(set(range(size)) - groups)}
    return groups


def _shown_first(groups: Groups, size: int) -> int:
    """The first group that is shown. One held back after it must be small itself: it would not
    have been its turn."""
    return min(set(range(size)) - groups, default=size)


def _open(
    groups: list[int],
    shown_first: int,
    few: list[list[int]],
    many: Callable[[int, int], bool],
    rest: tuple[int, int],
    total: int,
    sooner: Callable[[int, int], bool],
) -> bool:
    """Whether each group's number could be at least 3 different ones.

    Counts only tables that would have been held back just like this one: in which all the groups
    are small, or all but one, which was the last to be added. (There may be more; leaving them out
    errs towards holding back.)

    few: the numbers that would make a group small. many: whether a number would make it not small.
    rest: lowest and highest number of other groups held back with these. total: of all of them.
    sooner: whether fewer groups would have done, had this group this number and the others the rest.
    """
    if len(groups) > _MOST_WEIGHED:
        return False
    could: dict[int, set[int]] = {i: set() for i in groups}

    def note(others: list[int], numbers: tuple[int, ...]) -> bool:
        for i, number in zip(others, numbers, strict=True):
            could[i].add(number)
        return all(len(numbers) >= VALUES for numbers in could.values())

    lowest, highest = rest
    for late in (None, *(i for i in groups if i < shown_first)):
        others = [i for i in groups if i != late]
        for numbers in product(*(few[i] for i in others)):
            left = total - sum(numbers)
            if late is None:
                if lowest <= left <= highest and note(others, numbers):
                    return True
                continue
            for number in range(max(left - highest, 0), left - lowest + 1):
                fits = many(late, number) and not sooner(late, total - number)
                if fits and note([*others, late], (*numbers, number)):
                    return True
    return False
