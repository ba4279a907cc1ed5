"""What people answered: each question by wave and group, and whether the groups differ."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evidence_review.analyse.own.differences import (
    Verdict,
    means_differ,
    not_tested,
    shares_differ,
)
from evidence_review.analyse.own.disclosure import (
    FEWEST,
    LARGEST_WEIGHT,
    NOT_STATED,
    held_back,
    held_back_means,
    rounded,
    small_mean,
    small_share,
)
from evidence_review.analyse.own.items import Measure
from evidence_review.analyse.own.survey import Wave, estimate, groups_of, published
from evidence_review.analyse.reliability import MIN_BASE

EVERYONE = "everyone"
HELD_BACK, WEAK = "c", "u"

Row = dict[str, Any]
Group = tuple[str, NDArray[Any]]


class Counted(NamedTuple):
    """People in the base of a group, the sum of their values, and whether all values are one."""

    base: int
    total: float
    same: bool


def answered(measure: Measure, wave: Wave, responses: pd.DataFrame) -> tuple[list[Row], list[Row]]:
    """One question in one wave: the rows of the answers, and those of the differences."""
    everyone = np.ones(len(wave.here), dtype=bool)
    hidden = is_held_back(measure, wave, responses)
    rows = [_row(measure, wave, EVERYONE, EVERYONE, None if hidden else everyone)]
    tests = []
    for breakdown, groups in groups_of(responses, wave):
        held = set(range(len(groups))) if hidden else _held(measure, wave, groups)
        for place, (name, members) in reversed(list(enumerate(groups))):
            rows.append(_row(measure, wave, breakdown, name, None if place in held else members))
        verdict = _verdict(measure, wave, groups, bool(held))
        named = {"question": measure.question, "wave": wave.name, "breakdown": breakdown}
        tests.append({**named, **verdict._asdict()})
    return rows, tests


def counted(values: NDArray[Any]) -> Counted:
    """Of the values of a group, NaN for people who are not in the base."""
    held = values[~np.isnan(values)]
    return Counted(len(held), float(held.sum()), len(held) == 0 or bool(np.ptp(held) == 0))


def is_held_back(measure: Measure, wave: Wave, responses: pd.DataFrame) -> bool:
    """Whether the figure for everyone in a wave is held back, and with it those of all groups."""
    everyone = counted(measure.values[wave.here])
    small = (
        small_mean(*everyone)
        if measure.is_score
        else small_share(everyone.base, int(everyone.total))
    )
    return small or (_counts_for_much(measure, wave) and _weights_tell(measure, wave, responses))


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


def _weights_tell(measure: Measure, wave: Wave, responses: pd.DataFrame) -> bool:
    """Whether groups that would be held back have a weight of their own: then only some numbers
    of people in each fit the weighted figure for everyone."""
    return any(
        all(np.ptp(wave.weights[groups[place][1]]) == 0 for place in held)
        for _, groups in groups_of(responses, wave)
        if (held := _held(measure, wave, groups))
    )


def _held(measure: Measure, wave: Wave, groups: list[Group]) -> set[int]:
    values = measure.values[wave.here]
    counts = [counted(values[members]) for _, members in groups]
    respondents = [int(members.sum()) for _, members in groups]
    bases = [count.base for count in counts]
    if measure.is_score:
        sums, same = [c.total for c in counts], [c.same for c in counts]
        return set(held_back_means(respondents, bases, sums, same))
    return set(held_back(respondents, bases, [int(count.total) for count in counts]))


def _row(
    measure: Measure, wave: Wave, breakdown: str, group: str, members: NDArray[Any] | None
) -> Row:
    """A row of the answers; without numbers when there are no members to count."""
    row: Row = {
        "question": measure.question,
        "standard": measure.standard,
        "indicator_id": measure.indicator_id,
        "what": measure.what,
        "good": measure.good,
        "unit": measure.unit,
        "element_id": measure.element_id,
        "frame_id": measure.frame_id,
        "universal": measure.universal,
        "wave": wave.name,
        "breakdown": breakdown,
        "group": group,
        "status": HELD_BACK,
    }
    if members is None:
        return row
    found = estimate(measure, wave, None if breakdown == EVERYONE else members)
    base = counted(measure.values[wave.here][members]).base
    return row | {
        "base": rounded(base),
        "value": published(found.value, measure),
        "lower": published(found.lower, measure),
        "upper": published(found.upper, measure),
        "method": found.method,
        "status": WEAK if base < MIN_BASE else "",
    }


def _verdict(measure: Measure, wave: Wave, groups: list[Group], held: bool) -> Verdict:
    """People who did not state their group are no group that could differ from others."""
    if held:
        return not_tested("a group is held back")
    stated = [(name, members) for name, members in groups if name != NOT_STATED]
    if len(stated) < 2:
        return not_tested("all who stated it are in one group")
    values = measure.values[wave.here]
    names = np.full(len(values), "", dtype=object)
    for name, members in stated:
        names[members] = name
    part = ~np.isnan(values) & (names != "")
    own, weights = names[part].astype(str), wave.weights[part]
    if measure.is_score:
        return means_differ(values[part], own, weights)
    return shares_differ(values[part] == 1, own, weights, wave.weighted)
