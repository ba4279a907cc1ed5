"""The survey as it comes in, wave by wave, and who is in which group."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evidence_review.analyse.own.disclosure import HIGHEST_SCORE, NOT_STATED, ORDER, rounded
from evidence_review.analyse.own.estimates import Estimate, Sampled, effective_size, mean, share
from evidence_review.analyse.own.items import Measure
from evidence_review.analyse.reliability import MIN_BASE


class OwnSurvey(Protocol):
    """What is needed of a council's own evidence (see read/own)."""

    @property
    def questions(self) -> pd.DataFrame: ...
    @property
    def responses(self) -> pd.DataFrame: ...
    @property
    def waves(self) -> pd.DataFrame: ...
    @property
    def rejected(self) -> pd.DataFrame: ...


@dataclass(frozen=True, repr=False)
class Wave:
    """One wave. here: places of its rows among the responses. Without a repr, as it holds them."""

    name: str
    here: NDArray[Any]
    weights: NDArray[Any]
    eligible: int | None
    weighted: bool


def waves_of(own: OwnSurvey) -> list[Wave]:
    """The waves that have responses, oldest first; one without a name when none is given."""
    eligible = {
        str(wave): int(count)
        for wave, count in zip(own.waves["wave"], own.waves["eligible"], strict=True)
        if pd.notna(count)
    }
    names = own.responses["wave"].to_numpy()
    weights = own.responses["weight"].to_numpy(float)
    found = []
    for name in sorted(set(names)):
        here = np.flatnonzero(names == name)
        own_weights = weights[here]
        weighted = bool(np.ptp(own_weights) > 0)
        found.append(Wave(str(name), here, own_weights, eligible.get(str(name)), weighted))
    return found


def groups_of(
    responses: pd.DataFrame, wave: Wave
) -> Iterator[tuple[str, list[tuple[str, NDArray[Any]]]]]:
    """The breakdowns of a wave, each with its groups in the order in which they are held back.

    A group is its name and one boolean for each row of the wave. Groups that nobody in the wave
    belongs to are left out, and so is a breakdown that nobody's group is stated of.
    """
    for breakdown, order in ORDER.items():
        stated = responses[breakdown].to_numpy()[wave.here]
        if not (stated != "").any():
            continue
        names = np.where(stated == "", NOT_STATED, stated)
        yield breakdown, [(name, names == name) for name in order if (names == name).any()]


def estimate(measure: Measure, wave: Wave, within: NDArray[Any] | None = None) -> Estimate:
    """A measure for everyone in a wave, or for the group `within` (booleans over its rows).

    How many people of a group could have been asked is not known, so that its interval has no
    finite population correction.
    """
    values = measure.values[wave.here]
    part = ~np.isnan(values)
    eligible = wave.eligible
    if within is not None:
        part, eligible = part & within, None
    sampled = Sampled(eligible, int(measure.answered[wave.here].sum()), wave.weighted)
    if measure.is_score:
        found = mean(values[part], wave.weights[part], sampled)
        limits = max(found.lower, 0), min(found.upper, HIGHEST_SCORE)
        return Estimate(found.value, *limits, found.method, found.error, found.free)
    return share(values[part] == 1, wave.weights[part], sampled)


def few(base: int, weights: NDArray[Any]) -> bool:
    """Whether a figure rests on so few people that it is marked [u]: by the smaller of its base and
    its effective size, both rounded, so that the mark tells no more of the base than the base does.
    """
    return min(rounded(base), rounded(effective_size(weights))) < MIN_BASE


def published(value: float, measure: Measure) -> float:
    """As it is published: a share in whole per cent, a mean with 1 decimal."""
    return float(round(value, 1) if measure.is_score else round(100 * value)) + 0.0
