"""Change from the first wave to the last: of everyone who answered, and of the same people."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evidence_review.analyse.own.answers import HELD_BACK, WEAK
from evidence_review.analyse.own.disclosure import FEWEST, FEWEST_FOR_A_MEAN, rounded
from evidence_review.analyse.own.estimates import (
    Estimate,
    changed_mean,
    changed_share,
    paired_mean,
    paired_share,
)
from evidence_review.analyse.own.items import Measure
from evidence_review.analyse.own.survey import Wave, estimate, few, published
from evidence_review.analyse.own.withheld import Counted, counted, is_small

EVERYONE_WHO_ANSWERED, SAME_PEOPLE = "everyone who answered", "the same people"

Row = dict[str, Any]


def changed(
    measure: Measure, first: Wave, last: Wave, responses: pd.DataFrame, held: bool
) -> list[Row]:
    """The rows of one question: everyone who answered, and the same people where any were.

    held: whether the figure for everyone is held back in either wave. Then no change is shown, as
        the other wave's figure and a change would give it away.
    """
    rows = [_of_everyone(measure, first, last, held)]
    before, after = _followed(first, last, responses)
    if len(before):
        rows.append(_of_the_same(measure, first, last, before, after, held))
    return rows


def _followed(
    first: Wave, last: Wave, responses: pd.DataFrame
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rows of the people in both waves, in the first and in the last; their keys stay here."""
    keys = responses["person"].to_numpy()
    seen = {keys[row]: row for row in first.here if keys[row] != ""}
    pairs = [(seen[keys[row]], row) for row in last.here if keys[row] in seen]
    places = np.array(pairs, dtype=int).reshape(-1, 2)
    return places[:, 0], places[:, 1]


def _of_everyone(measure: Measure, first: Wave, last: Wave, held: bool) -> Row:
    row = _row(measure, first, last, EVERYONE_WHO_ANSWERED)
    if held:
        return row
    weights = [wave.weights[~np.isnan(measure.values[wave.here])] for wave in (first, last)]
    bases = [len(own) for own in weights]
    difference = changed_mean if measure.is_score else changed_share
    found = difference(estimate(measure, first), estimate(measure, last))
    both = {"first_base": rounded(bases[0]), "last_base": rounded(bases[1])}
    return (
        row
        | both
        | _numbers(measure, found, min(bases), any(few(len(own), own) for own in weights))
    )


def _of_the_same(
    measure: Measure,
    first: Wave,
    last: Wave,
    before: NDArray[Any],
    after: NDArray[Any],
    held: bool,
) -> Row:
    row = _row(measure, first, last, SAME_PEOPLE)
    if held:
        return row
    values = measure.values
    in_both = ~np.isnan(values[before]) & ~np.isnan(values[after])
    before, after = before[in_both], after[in_both]
    others = [
        counted(values[np.setdiff1d(wave.here, rows)])
        for wave, rows in ((first, before), (last, after))
    ]
    if any(_gives_away(measure, group) for group in others):
        return row
    change = values[after] - values[before]
    moved = {
        "better": int((change > 0).sum()),
        "same": int((change == 0).sum()),
        "worse": int((change < 0).sum()),
    }
    if measure.is_score:
        # Where hardly anyone moved, the mean says by how much.
        if len(change) < FEWEST_FOR_A_MEAN or min(moved["better"], moved["worse"]) < FEWEST:
            return row
        found = paired_mean(change)
        shown = min(moved.values()) >= FEWEST
    else:
        both = int((values[before] * values[after]).sum())
        neither = moved["same"] - both
        # All four, as those who stayed could be told apart with the figures for everyone.
        if min(both, moved["worse"], moved["better"], neither) < FEWEST:
            return row
        found = paired_share(both, moved["worse"], moved["better"], neither)
        shown = True
    row |= _numbers(measure, found, len(change), few(len(change), np.ones(len(change))))
    if shown:
        row |= {name: float(round(100 * n / len(change))) for name, n in moved.items()}
    return row


def _gives_away(measure: Measure, others: Counted) -> bool:
    """Whether people who were asked only once are so few that taking the people followed from
    everyone would show their answers."""
    return others.base > 0 and is_small(measure, others)


def _row(measure: Measure, first: Wave, last: Wave, basis: str) -> Row:
    return {
        "question": measure.question,
        "what": measure.what,
        "unit": measure.unit,
        "first_wave": first.name,
        "last_wave": last.name,
        "basis": basis,
        "status": HELD_BACK,
        "said": "",
    }


def _numbers(measure: Measure, found: Estimate, base: int, weak: bool) -> Row:
    lower, upper = published(found.lower, measure), published(found.upper, measure)
    # By the limits as a reader sees them, so that words and numbers never disagree.
    said = "up" if lower > 0 else "down" if upper < 0 else "no clear change"
    return {
        "base": rounded(base),
        "change": published(found.value, measure),
        "lower": lower,
        "upper": upper,
        "method": found.method,
        "status": WEAK if weak else "",
        "said": "" if weak else said,
    }
