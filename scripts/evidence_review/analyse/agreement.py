"""How well two coders agree on which source speaks to which cell, and how sure that is."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evidence_review.analyse.gap_map import gap_map

KEY = ["source_id", "element_id", "frame_id"]
DRAWS = 2000
SEED = 2017


@dataclass(frozen=True)
class Agreement:
    """Counts over all decisions, Cohen's kappa, and positive agreement.

    both, only_a, only_b, neither: decisions where both, one or none of the coders said yes.
    """

    both: int
    only_a: int
    only_b: int
    neither: int

    @property
    def decisions(self) -> int:
        """All yes/no decisions: sources × elements × frames."""
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def kappa(self) -> float:
        """Cohen's kappa (Cohen 1960): agreement beyond chance, 1 when complete."""
        return float(_kappa(self.both, self.only_a, self.only_b, self.decisions))

    @property
    def positive(self) -> float:
        """Agreement on "yes" alone, 2a / (2a + b + c), as most decisions are an easy "no"."""
        return float(_positive(self.both, self.only_a, self.only_b))


def agreement(coder_a: pd.DataFrame, coder_b: pd.DataFrame, decisions: int) -> Agreement:
    """Compare two codings. decisions: number of source × element × frame combinations."""
    a, b = _listed(coder_a), _listed(coder_b)
    return Agreement(len(a & b), len(a - b), len(b - a), decisions - len(a | b))


@dataclass(frozen=True)
class AgreementIntervals:
    """95% intervals (lower, upper) of kappa and of positive agreement."""

    kappa: tuple[float, float]
    positive: tuple[float, float]


def agreement_intervals(
    coder_a: pd.DataFrame,
    coder_b: pd.DataFrame,
    source_ids: Collection[str],
    cells: int,
    draws: int = DRAWS,
    seed: int = SEED,
) -> AgreementIntervals:
    """95% bootstrap intervals of kappa and positive agreement; the same seed gives the same.

    Whole sources are drawn with replacement, as the decisions about one source hang together; the
    limits are the 2.5th and 97.5th percentiles of the draws. A draw in which neither coder lists
    anything has no kappa and is left out.

    source_ids: all sources coded. cells: decisions on each source (elements × frames).
    Source: Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 13 (percentile
    interval); Field and Welsh (2007), Bootstrapping clustered data, Journal of the Royal
    Statistical Society B 69(3), 369-390 (drawing whole clusters).
    """
    a, b = _listed(coder_a), _listed(coder_b)
    sources = list(source_ids)
    counts = np.array(
        [
            [sum(place[0] == source for place in places) for places in (a & b, a - b, b - a)]
            for source in sources
        ]
    )
    drawn = np.random.default_rng(seed).integers(len(sources), size=(draws, len(sources)))
    both, only_a, only_b = counts[drawn].sum(axis=1).T
    with np.errstate(invalid="ignore"):
        kappa = _kappa(both, only_a, only_b, len(sources) * cells)
        positive = _positive(both, only_a, only_b)
    return AgreementIntervals(_limits(kappa), _limits(positive))


def same_word(coder_a: pd.DataFrame, coder_b: pd.DataFrame, column: str) -> pd.DataFrame:
    """What each coder said in `column` of the placements that both listed.

    Returns the key, a, b, and same.
    """
    both = coder_a[[*KEY, column]].merge(coder_b[[*KEY, column]], on=KEY, validate="1:1")
    both.columns = pd.Index([*KEY, "a", "b"])
    return both.assign(same=both["a"].eq(both["b"]))


def map_of_coding(
    elements: pd.DataFrame,
    frames: pd.DataFrame,
    sources: pd.DataFrame,
    kinds: pd.DataFrame,
    coding: pd.DataFrame,
) -> pd.DataFrame:
    """The gap map that one coding alone would give; see `analyse.gap_map.gap_map`."""
    described = sources[["source_id", "kind", "level"]].merge(kinds, on="kind", validate="m:1")
    return gap_map(elements, frames, coding.merge(described, on="source_id", validate="m:1"))


def _listed(coding: pd.DataFrame) -> set[tuple[str, ...]]:
    return set(coding[KEY].itertuples(index=False, name=None))


Counts = int | NDArray[np.int_]


def _kappa(both: Counts, only_a: Counts, only_b: Counts, n: int) -> NDArray[np.float64]:
    observed = (n - np.asarray(only_a) - only_b) / n
    yes_a, yes_b = (np.asarray(both) + only_a) / n, (np.asarray(both) + only_b) / n
    expected = yes_a * yes_b + (1 - yes_a) * (1 - yes_b)
    return np.asarray((observed - expected) / (1 - expected))


def _positive(both: Counts, only_a: Counts, only_b: Counts) -> NDArray[np.float64]:
    return np.asarray(2 * np.asarray(both) / (2 * np.asarray(both) + only_a + only_b))


def _limits(values: NDArray[np.float64]) -> tuple[float, float]:
    lower, upper = np.nanpercentile(values, [2.5, 97.5])
    return float(lower), float(upper)
