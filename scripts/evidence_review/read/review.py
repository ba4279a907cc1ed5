"""The tables of the review, each read once, when it is first asked for."""

from functools import cached_property

import pandas as pd

from evidence_review.analyse.gap_map import gap_map, split_cells
from evidence_review.read.contract import load_table


class Review:
    """The data of the review.

    Every table of data/datapackage.json is an attribute with the name of its resource:
    `review.sources`, `review.figures`, `review.councils` and so on.
    """

    def __getattr__(self, name: str) -> pd.DataFrame:
        # Reached only when the table has not been read yet.
        if name.startswith("_"):
            raise AttributeError(name)
        table = load_table(name)
        setattr(self, name, table)
        return table

    @cached_property
    def gap_map(self) -> pd.DataFrame:
        """Strength of all 90 cells; see `analyse.gap_map.gap_map`."""
        return gap_map(self.elements, self.frames, self.sources, self.cells)

    @cached_property
    def indicator_cells(self) -> pd.DataFrame:
        """Cells of each indicator; see `analyse.gap_map.split_cells`."""
        return split_cells(self.indicators)


def open_review() -> Review:
    """The review on the data folder of this checkout."""
    return Review()
