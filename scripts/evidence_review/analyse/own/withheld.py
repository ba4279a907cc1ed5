"""What is held back of each question in a wave: everything, or groups of a breakdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evidence_review.analyse.own.disclosure import (
    FEWEST,
    LARGEST_PART,
    near_an_end,
    small_mean,
    small_share,
)
from evidence_review.analyse.own.estimates import effective_size
from evidence_review.analyse.own.hiding import Cell, Groups, Question, held_back
from evidence_review.analyse.own.items import Measure
from evidence_review.analyse.own.survey import Wave, groups_of

LARGEST_WEIGHT = 0.005  # of all, that rounding to a whole per cent hides
# Of all, in a group held back: the rounding of the groups beside it and of everyone hides no more.
LARGEST_BESIDE = 0.01


class Counted(NamedTuple):
    """People in the base of a group, the sum of their values, and whether all values are one."""

    base: int
    total: float
    same: bool


@dataclass
class Withheld:
    """Of one question in one wave. groups: places of those held back, by breakdown."""

    everyone: bool
    groups: dict[str, Groups]


def counted(values: NDArray[Any]) -> Counted:
    """Of the values of a group, NaN for people who are not in the base."""
    held = values[~np.isnan(values)]
    return Counted(len(held), float(held.sum()), len(held) == 0 or bool(np.ptp(held) == 0))


def is_small(measure: Measure, group: Counted) -> bool:
    """Whether a group's figure is held back for itself."""
    if measure.is_score:
        return small_mean(*group)
    return small_share(group.base, int(group.total))


def withheld(asked: Sequence[Measure], wave: Wave, responses: pd.DataFrame) -> dict[str, Withheld]:
    """What is held back of each question (by its short name) in a wave.

    Where everyone's figure is held back, so are those of all groups.
    """
    everyone = np.ones(len(wave.here), dtype=bool)
    found = {m.question: Withheld(_cell(m, wave, everyone).small, {}) for m in asked}
    shown = [measure for measure in asked if not found[measure.question].everyone]
    breakdowns = dict(groups_of(responses, wave)) if shown else {}
    cells = [
        [Question([_cell(m, wave, own) for _, own in groups], m.is_score) for m in shown]
        for groups in breakdowns.values()
    ]
    tell = set()
    held = held_back(len(wave.here), cells, wave.weighted)
    for (breakdown, groups), of_questions in zip(breakdowns.items(), held, strict=True):
        one_weight = [bool(np.ptp(wave.weights[own]) == 0) for _, own in groups]
        for measure, places in zip(shown, of_questions, strict=True):
            if _outweighs(measure, wave, [own for _, own in groups], places):
                places = frozenset(range(len(groups)))
            found[measure.question].groups[breakdown] = places
            # Then only some numbers of people in each fit the weighted figure for everyone.
            if places and all(one_weight[place] for place in places):
                tell.add(measure.question)
    for measure in shown:
        if measure.question in tell and _counts_for_much(measure, wave):
            found[measure.question].everyone = True
    return found


def _cell(measure: Measure, wave: Wave, members: NDArray[Any]) -> Cell:
    values = measure.values[wave.here]
    part = members & ~np.isnan(values)
    group = counted(values[part])
    if group.base == 0:
        return Cell(0, 0.0, 1.0, small=True)
    weights = wave.weights[part]
    value = float(np.average(values[part], weights=weights))
    small = (
        is_small(measure, group)
        or _too_heavy(weights, wave)
        or (measure.is_score and near_an_end(value))
    )
    return Cell(group.base, value, effective_size(weights) / group.base, small)


def _too_heavy(weights: NDArray[Any], wave: Wave) -> bool:
    """Whether one person makes up so much of a weighted figure that it tells that one's answer."""
    largest = LARGEST_PART * (1 + 1e-9) * weights.sum()  # ten of one weight are not too heavy
    return wave.weighted and bool(weights.max() > largest)


def _outweighs(
    measure: Measure, wave: Wave, groups: Sequence[NDArray[Any]], places: Groups
) -> bool:
    """Whether a person in a group held back counts for so much that the groups shown beside it,
    taken from everyone, would tell that one's answer; or a group is held back for such a person."""
    inside = ~np.isnan(measure.values[wave.here])
    if not wave.weighted or not places:
        return False
    for place in places:
        part = groups[place] & inside
        if not part.any():
            continue
        weights = wave.weights[part]
        if weights.max() > LARGEST_BESIDE * wave.weights[inside].sum():
            return True
        own = counted(measure.values[wave.here][part])
        if _too_heavy(weights, wave) and not is_small(measure, own):
            return True
    return False


def _counts_for_much(measure: Measure, wave: Wave) -> bool:
    """Whether a weighted figure, though rounded, could tell of one person's answer."""
    values = measure.values[wave.here]
    weights = wave.weights[~np.isnan(values)]
    total, heaviest = weights.sum(), weights.max()
    few = False
    if not measure.is_score:
        good = wave.weights[values == 1].sum()
        few = min(good, total - good) < FEWEST * heaviest
    return wave.weighted and bool(few or heaviest > LARGEST_WEIGHT * total)
