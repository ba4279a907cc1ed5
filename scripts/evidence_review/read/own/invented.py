"""An invented council: what a real one has in the review's tables, kept in a folder of its own.

It serves to try a report on, and to test with. A council's real folder holds neither file.
"""

from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.contract import load_file
from evidence_review.read.own.files import expanded, is_file
from evidence_review.read.texts import shown

# Codes of the Office for National Statistics begin with the letter of a country.
INVENTED = "X"


def invented_council(folder: str | Path) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """The invented council in `folder`: its row of councils, and its figures; None for none.

    council.csv and figures.csv have the columns of data/councils.csv and
    data/indicators/figures.csv. Raises DataError when they do not, when a code could be a real
    council's, and when a file is a link.
    """
    council, figures = (expanded(folder) / name for name in ("council.csv", "figures.csv"))
    if not is_file(council):
        return None
    is_file(figures)  # refuses a link; one that is missing is named below
    # The code of an invented council has a form of its own, which is looked at below.
    rows, held = (
        load_file(name, path, free="area_code")
        for name, path in (("councils", council), ("figures", figures))
    )
    for path, table in ((council, rows), (figures, held)):
        real = sorted(set(table.loc[~table["area_code"].str.startswith(INVENTED), "area_code"]))
        if real:
            raise DataError(
                f"{path}, column “area_code”: {shown(real[0])} may be a real area. Expected a code that "
                f"begins with {INVENTED}, as only an invented council has figures of its own. "
                "Real councils need neither council.csv nor figures.csv: remove them."
            )
    if len(rows) != 1:
        raise DataError(f"{council}: {len(rows)} rows. Expected one, of the one council.")
    return rows, held
