"""National findings that the home page states; each is computed from the figures table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence_review.analyse.statistics import Z_95
from evidence_review.read.areas import ENGLAND


@dataclass(frozen=True)
class AgeDifference:
    """In how many councils the older group's value lies below the younger group's.

    older, younger: England's values for ages 65 and over and 18 to 64.
    """

    year: str
    lower_for_older: int
    compared: int
    older: float
    younger: float


@dataclass(frozen=True)
class Correlation:
    """Pearson's r over councils with its 95% interval.

    at_most: councils whose first value is 100%, where the measure can go no higher.
    """

    year: str
    r: float
    lower: float
    upper: float
    councils: int
    at_most: int


def age_differences(
    figures: pd.DataFrame, councils: set[str], indicator_id: str
) -> list[AgeDifference]:
    """Compare ages 65 and over with 18 to 64 in each year that splits most councils by age.

    figures: the tidy table. councils: codes of the areas to count (abolished councils included).
    Returns one entry a year, oldest first.
    """
    measure = figures[figures["indicator_id"].eq(indicator_id)]
    england = measure[measure["area_code"].eq(ENGLAND)].pivot(
        index="year", columns="group", values="value"
    )
    own = measure[measure["area_code"].isin(councils)]
    split = own.pivot(index=["year", "area_code"], columns="group", values="value")
    both = split[["18-64", "65-plus"]].dropna().reset_index()
    # A year in which only volunteers answered says nothing about councils in general.
    return [
        AgeDifference(
            str(year),
            int((split["65-plus"] < split["18-64"]).sum()),
            len(split),
            float(england.loc[year, "65-plus"]),
            float(england.loc[year, "18-64"]),
        )
        for year, split in both.groupby("year")
        if len(split) > len(councils) / 2
    ]


def correlation(
    figures: pd.DataFrame, councils: set[str], first: str, second: str, basis_id: str
) -> Correlation:
    """Pearson's r of two indicators over councils, newest year of the first on the given basis.

    The interval is Fisher's: tanh(atanh(r) ± 1.96 / √(n − 3)).
    """
    own = figures[
        figures["group"].eq("total")
        & figures["area_code"].isin(councils)
        & figures["value"].notna()
    ]
    one = own[own["indicator_id"].eq(first) & own["basis_id"].eq(basis_id)]
    two = own[own["indicator_id"].eq(second)]
    both = one.merge(two, on=["area_code", "year"], suffixes=("_x", "_y"))
    sizes = both.groupby("year").size()
    year = str(sizes[sizes > len(councils) / 2].index.max())
    newest = both[both["year"].eq(year)]
    r = float(np.corrcoef(newest["value_x"], newest["value_y"])[0, 1])
    half_width = Z_95 / np.sqrt(len(newest) - 3)
    lower, upper = np.tanh(np.arctanh(r) + np.array([-half_width, half_width]))
    at_most = int(newest["value_x"].eq(100).sum())
    return Correlation(year, r, float(lower), float(upper), len(newest), at_most)


def newest_by_basis(figures: pd.DataFrame, indicator_id: str, area_code: str) -> pd.DataFrame:
    """The newest figure of an area on each basis, oldest basis first."""
    own = figures[
        figures["indicator_id"].eq(indicator_id)
        & figures["area_code"].eq(area_code)
        & figures["group"].eq("total")
        & figures["value"].notna()
    ].sort_values("year")
    return own.groupby("basis_id", sort=False).tail(1)
