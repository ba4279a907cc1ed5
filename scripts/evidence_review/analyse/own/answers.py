"""What people answered: each question by wave and group, and whether the groups differ."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evidence_review.analyse.own.differences import (
    Shown,
    Verdict,
    means_differ,
    not_tested,
    shares_differ,
    shown_means_differ,
    shown_shares_differ,
)
from evidence_review.analyse.own.disclosure import NOT_STATED, rounded
from evidence_review.analyse.own.estimates import effective_size
from evidence_review.analyse.own.hiding import Groups
from evidence_review.analyse.own.items import Measure
from evidence_review.analyse.own.survey import Wave, estimate, few, groups_of, published
from evidence_review.analyse.own.withheld import Withheld

EVERYONE = "everyone"
HELD_BACK, WEAK = "c", "u"

Row = dict[str, Any]
Group = tuple[str, NDArray[Any]]


def answered(
    measure: Measure, wave: Wave, responses: pd.DataFrame, held: Withheld
) -> tuple[list[Row], list[Row]]:
    """One question in one wave: the rows of the answers, and those of the differences.

    held: what is held back of them.
    """
    everyone = np.ones(len(wave.here), dtype=bool)
    rows = [_row(measure, wave, EVERYONE, EVERYONE, None if held.everyone else everyone)]
    tests = []
    for breakdown, groups in groups_of(responses, wave):
        places = frozenset(range(len(groups))) if held.everyone else held.groups[breakdown]
        own = [
            _row(measure, wave, breakdown, name, None if place in places else members)
            for place, (name, members) in enumerate(groups)
        ]
        rows += reversed(own)
        named = {"question": measure.question, "wave": wave.name, "breakdown": breakdown}
        rounded_only = held.everyone or any(held.groups.values())
        verdict = _verdict(measure, wave, groups, places, own if rounded_only else None)
        tests.append(named | verdict._asdict())
    return rows, tests


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
    inside = members & ~np.isnan(measure.values[wave.here])
    base = int(inside.sum())
    weak = few(base, wave.weights[inside])
    return row | {
        "base": rounded(base),
        "value": published(found.value, measure),
        "lower": published(found.lower, measure),
        "upper": published(found.upper, measure),
        "method": found.method,
        "status": WEAK if weak else "",
    }


def _verdict(
    measure: Measure, wave: Wave, groups: list[Group], held: Groups, rows: list[Row] | None
) -> Verdict:
    """Of the groups shown.

    held: places of groups held back. rows: of the groups; the test then uses nothing but what they
    publish. None where nothing of the question is held back, in any breakdown.
    People who did not state their group are no group that could differ from others.
    """
    stated = [i for i, (name, _) in enumerate(groups) if name != NOT_STATED and i not in held]
    if len(stated) < 2:
        return not_tested(
            "fewer than two groups are shown" if held else "all who stated it are in one group"
        )
    values = measure.values[wave.here]
    inside = ~np.isnan(values)
    if rows is not None:
        shown = [
            Shown(
                base=float(rows[i]["base"]),
                value=rows[i]["value"],
                lower=rows[i]["lower"],
                upper=rows[i]["upper"],
                effect=_effect(wave.weights[inside & groups[i][1]]),
            )
            for i in stated
        ]
        if measure.is_score:
            return shown_means_differ(shown)
        return shown_shares_differ(shown, wave.weighted)
    names = np.full(len(values), "", dtype=object)
    for i in stated:
        names[groups[i][1]] = groups[i][0]
    part = inside & (names != "")
    own, weights = names[part].astype(str), wave.weights[part]
    if measure.is_score:
        return means_differ(values[part], own, weights)
    return shares_differ(values[part] == 1, own, weights, wave.weighted)


def _effect(weights: NDArray[Any]) -> float:
    """Kish's design effect of a group's weights; of them it says something, of answers nothing."""
    return len(weights) / effective_size(weights)
