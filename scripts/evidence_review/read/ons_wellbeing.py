"""Reads ONS's personal well-being estimates by local authority (Annual Population Survey).

One row holds one mean with its 95% limits, for a year that starts in April, on the boundaries of
April 2022. Everyone aged 16 and over is asked, not only people who use care.
"""

from collections import Counter
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.figures import (
    KEY,
    NOT_AN_INDICATOR,
    Reading,
    check_known,
    first_row,
    gather,
    read_csv,
)
from evidence_review.read.measures import BY_ID
from evidence_review.read.texts import shown
from evidence_review.read.years import FIRST_YEAR

BEFORE_THE_REVIEW = "a year before 2014-15"
_COLUMNS = ["areacd", "indicator", "period", "measure", "observation", "lci_95", "uci_95", "status"]
_INDICATORS = {"Happiness": "happiness", "Anxiety": "anxiety"}
_OTHER_INDICATORS = ("Satisfaction", "Worthwhile")
_STATUSES = ("", "u", "x")


def read(path: Path, file_id: str) -> Reading:
    """Mean happiness and anxiety, with the published limits."""
    table = read_csv(path, _COLUMNS)
    for column, known in (("indicator", (*_INDICATORS, *_OTHER_INDICATORS)), ("status", _STATUSES)):
        check_known(table[column].set_axis(table["place"]), known, column, path.name)
    starts = table["period"].str.extract(r"^((?:19|20)[0-9]{2})-04-01/P1Y$")[0]
    if starts.isna().any():
        row = first_row(starts.isna())
        raise DataError(
            f"{path.name}, row {row + 2}, column “period”: {shown(table.at[row, 'period'])} is not a"
            " year that starts in April. Expected, for example, 2022-04-01/P1Y."
        )
    year = starts + "-" + (starts.astype(int) + 1).mod(100).map("{:02}".format)
    indicator = table["indicator"].map(_INDICATORS)
    reason = pd.Series("", index=table.index)
    reason[year < FIRST_YEAR] = BEFORE_THE_REVIEW
    reason[indicator.isna()] = NOT_AN_INDICATOR
    used = table[reason == ""].assign(year=year, indicator_id=indicator)
    for indicator_id, title in used[["indicator_id", "measure"]].drop_duplicates().values:
        if not BY_ID[indicator_id].fits(title):
            raise DataError(
                f"{path.name}, column “measure”: {shown(title)} does not fit {indicator_id}. Expected"
                f" the words “{BY_ID[indicator_id].words}”."
            )
    used = used.rename(
        columns={
            "areacd": "area_code", "observation": "value", "lci_95": "lower", "uci_95": "upper",
        }
    ).assign(group="total")  # fmt: skip
    long = used.melt(
        [*KEY, "place"], ["value", "lower", "upper"], var_name="kind", value_name="text"
    )
    figures = gather(long, file_id, path.name)
    marks = used.set_index(KEY)["status"].reindex(pd.MultiIndex.from_frame(figures[KEY]))
    # "u" also stands beside estimates that are withheld; a remark needs a value to be about.
    doubtful = (marks == "u").to_numpy() & figures["value"].notna()
    figures["status"] = figures["status"].mask(doubtful, "[u]")
    figures["rows"] = 1  # the mean and its limits stand in one row of the file
    return Reading(file_id, len(table), figures, Counter(reason[reason != ""].tolist()))
