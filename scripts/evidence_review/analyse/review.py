"""The review: its tables, and what is worked out from them once for all pages."""

from functools import cached_property

import pandas as pd

from evidence_review.analyse.gap_map import gap_map, split_cells
from evidence_review.analyse.placements import REPORT, placements
from evidence_review.read.tables import Tables


class Review(Tables):
    """The tables of data/ as attributes, with the placements and the gap map worked out from them."""

    @cached_property
    def gap_map(self) -> pd.DataFrame:
        """Strength of all 90 cells in 2017; see `analyse.gap_map.gap_map`."""
        report = self.placements[self.placements["origin"].eq(REPORT)]
        return gap_map(self.elements, self.frames, report)

    @cached_property
    def placements(self) -> pd.DataFrame:
        """Every source in every cell it speaks to; see `analyse.placements`."""
        return placements(
            self.cells,
            self.sources,
            self.sources_today,
            self.new_sources,
            self.kinds,
            self.table1,
            self.table2,
        )

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The figures of everyone together (group total), of every area and year."""
        return self.figures[self.figures["group"].eq("total")]

    @cached_property
    def council_codes(self) -> set[str]:
        """Councils of today and those abolished since 2014: both have figures of their own."""
        return set(self.areas.loc[self.areas["level"].eq("council"), "area_code"])

    @cached_property
    def indicator_cells(self) -> pd.DataFrame:
        """Cells of each indicator; see `analyse.gap_map.split_cells`."""
        return split_cells(self.indicators)

    def with_council(self, council: pd.DataFrame, figures: pd.DataFrame) -> "Review":
        """The same review and an invented council, for that council's own report.

        council: one row of the councils table. figures: rows of the figures table.
        It is in no list of areas, so that no spread over all councils holds it.
        """
        other = Review()
        other.__dict__ |= {
            "councils": pd.concat([self.councils, council], ignore_index=True),
            "figures": pd.concat([self.figures, figures], ignore_index=True),
        }
        return other


def open_review() -> Review:
    """The review on the data folder of this checkout."""
    return Review()
