"""How well two coders agree on which source speaks to which cell."""

from dataclasses import dataclass

import pandas as pd

KEY = ["source_id", "element_id", "frame_id"]


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
        n = self.decisions
        observed = (self.both + self.neither) / n
        yes_a, yes_b = (self.both + self.only_a) / n, (self.both + self.only_b) / n
        expected = yes_a * yes_b + (1 - yes_a) * (1 - yes_b)
        return (observed - expected) / (1 - expected)

    @property
    def positive(self) -> float:
        """Agreement on "yes" alone, 2a / (2a + b + c), as most decisions are an easy "no"."""
        return 2 * self.both / (2 * self.both + self.only_a + self.only_b)


def agreement(coder_a: pd.DataFrame, coder_b: pd.DataFrame, decisions: int) -> Agreement:
    """Compare two codings. decisions: number of source × element × frame combinations."""
    a = set(coder_a[KEY].itertuples(index=False, name=None))
    b = set(coder_b[KEY].itertuples(index=False, name=None))
    return Agreement(len(a & b), len(a - b), len(b - a), decisions - len(a | b))
