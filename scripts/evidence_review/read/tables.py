"""The tables of data/, each read once, when it is first asked for."""

import pandas as pd

from evidence_review.read.contract import load_table


class Tables:
    """Every table of data/datapackage.json as an attribute with the name of its resource:
    `tables.sources`, `tables.figures`, `tables.councils` and so on.

    Raises DataError when a table is missing or damaged.
    """

    def __getattr__(self, name: str) -> pd.DataFrame:
        # Reached only when the table has not been read yet.
        if name.startswith("_"):
            raise AttributeError(name)
        table = load_table(name)
        setattr(self, name, table)
        return table
