"""Which pages are made, and how the time that they take is split."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from evidence_review.analyse.review import Review
    from evidence_review.publish.runs import Run

Item = TypeVar("Item")


@dataclass(frozen=True)
class Asked:
    """Which pages a step makes. areas, sources: how many of each; None for all.

    folders: own evidence, each of an invented council.
    """

    areas: int | None = None
    sources: int | None = None
    folders: tuple[Path, ...] = ()

    def runs(self, review: "Review") -> "list[Run]":
        """The gap map and the chapters, and as many sources and areas as were asked for."""
        from evidence_review.publish.plan import council_runs, national_runs, source_runs

        return [
            *national_runs(),
            *spread(source_runs(review), self.sources),
            *spread(council_runs(review), self.areas),
        ]


def spread(items: Sequence[Item], count: int | None) -> list[Item]:
    """So many of the items, spread evenly over them; all when there are no more."""
    if count is None or count >= len(items):
        return list(items)
    return [items[(2 * position + 1) * len(items) // (2 * count)] for position in range(count)]


@dataclass
class Clock:
    """Splits the time since it was made into parts. parts: name → seconds."""

    parts: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.perf_counter)

    def lap(self, part: str) -> None:
        """What went by since the last call belongs to this part."""
        now = time.perf_counter()
        self.parts[part] = now - self.last
        self.last = now
