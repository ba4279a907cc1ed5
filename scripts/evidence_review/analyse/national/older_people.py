"""Ages 65 and over beside 18 to 64 in all councils."""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from evidence_review.analyse.choices import YEARS
from evidence_review.analyse.groups import OLDER, YOUNGER
from evidence_review.analyse.national.panel import years_with_most
from evidence_review.analyse.national.side_by_side import (
    LIMITS,
    chosen,
    held,
    national,
    side_by_side,
    summary,
)
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.read.areas import ENGLAND

MAIN = "control"


@dataclass(frozen=True, eq=False)  # each result is equal to itself only
class OlderPeople:
    """What the chapter shows. indicators: rows of the indicators table, in its order. rows: see
    `side_by_side`, 18 to 64 first. by_year: indicator_id, year; `national`; `summary`. newest: the
    newest year of each indicator with intervals for both ages. left_out: short names of indicators
    that have no year with intervals."""

    review: Review = field(repr=False)
    years: tuple[str, ...]
    main: str
    indicators: pd.DataFrame = field(repr=False)
    rows: pd.DataFrame = field(repr=False)
    by_year: pd.DataFrame = field(repr=False)
    newest: dict[str, str]
    left_out: tuple[str, ...]


def older_people(
    review: Review,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
    indicators: str | list[str] = "",
) -> OlderPeople:
    """Everything of the chapter. indicators: ids or short names; blank for all that are split by age.

    Raises ReviewError that names every wrong value at once.
    """
    figures = review.figures
    split = figures[figures["group"].eq(OLDER) & figures["value"].notna()]["indicator_id"]
    years, asked = chosen(
        review, first_year, last_year, indicators, set(split), "is not split by age"
    )
    both = _both(review, asked, years)
    newest = dict(both[both["se"].notna()].groupby("indicator_id")["year"].max().items())
    without = [one for one in asked if one not in newest]
    if (indicators and without) or not newest:
        raise ReviewError(
            f"From {years[0]} to {years[-1]} there is no year with intervals for both ages on "
            f"{', '.join(without)}; figures by age have them in 2016-17 to 2018-19."
        )
    shown = review.indicators[review.indicators["indicator_id"].isin(newest)]
    both = both[both["indicator_id"].isin(newest)]
    main = MAIN if MAIN in newest else str(shown["indicator_id"].iloc[0])
    lost = review.indicators[review.indicators["indicator_id"].isin(without)]["short_name"]
    return OlderPeople(
        review,
        years,
        main,
        shown.reset_index(drop=True),
        both,
        _beside_england(review, both),
        newest,
        tuple(lost),
    )


def _both(review: Review, indicators: Collection[str], years: Collection[str]) -> pd.DataFrame:
    """Both ages side by side, in years in which most councils have figures for both."""
    younger, older = (held(review, indicators, years, group) for group in (YOUNGER, OLDER))
    rows = side_by_side(younger, older, ["indicator_id", "area_code", "year"])
    if rows.empty:
        return rows
    most = [
        own[own["year"].isin(years_with_most(own, len(review.councils)))]
        for _, own in rows.groupby("indicator_id")
    ]
    return pd.concat(most, ignore_index=True)


def same_way(rows: pd.DataFrame) -> dict[str, int]:
    """In how many councils the difference points one way in every year.

    rows: of one indicator, `side_by_side`; weak figures, and councils that lack one of the years,
    are left out. Returns years, councils, always_lower, always_higher.
    """
    sure = rows[~rows["weak"]].assign(sign=lambda table: np.sign(table["difference"]))
    years = sure["year"].nunique()
    signs = sure.groupby("area_code")["sign"].agg(["size", "min", "max"])
    whole = signs[signs["size"].eq(years)]
    return {
        "years": years,
        "councils": len(whole),
        "always_lower": int(whole["max"].lt(0).sum()),
        "always_higher": int(whole["min"].gt(0).sum()),
    }


def _beside_england(review: Review, rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each indicator and year: indicator_id, year; `national`; `summary`."""
    figures = review.figures[review.figures["area_code"].eq(ENGLAND)]
    key = ["indicator_id", "year"]
    ages = {
        group: figures[figures["group"].eq(group)].set_index(key)[LIMITS]
        for group in (YOUNGER, OLDER)
    }
    by_key = list(rows.groupby(key))
    # England has no figure in one of these years: reindex gives it as missing.
    england = (age.reindex([at for at, _ in by_key]).to_dict("records") for age in ages.values())
    found = [
        {"indicator_id": at[0], "year": at[1], **national(one, two), **summary(own)}
        for (at, own), one, two in zip(by_key, *england, strict=True)
    ]
    return pd.DataFrame(found)
