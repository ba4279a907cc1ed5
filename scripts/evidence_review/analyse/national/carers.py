"""What carers say, survey by survey, beside people who use care; and what support they take up.

`spread_by_year` and `trends` serve the other chapters of groups as well.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from evidence_review.analyse.choices import YEARS
from evidence_review.analyse.groups import CARER_PAIRS
from evidence_review.analyse.national.older_people import chosen
from evidence_review.analyse.national.older_people_links import correlations
from evidence_review.analyse.national.panel import years_with_most
from evidence_review.analyse.national.side_by_side import (
    LIMITS,
    held,
    national,
    side_by_side,
    summary,
)
from evidence_review.analyse.reliability import WEAK
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.read.areas import ENGLAND

MAIN = "carer-satisfaction"
BASIS, FIRST_BASIS = "sace", "sace-2014-15"
TAKE_UP = {
    "carer-direct-payments": "direct-payments",
    "carer-self-directed-support": "self-directed-support",
}
MIN_YEARS = 3  # of a trend over councils
SPREAD = ["indicator_id", "year", "basis_id", *LIMITS, "base", "numerator", "weak"]
SPREAD += ["councils", "left_out", "low", "quarter", "middle", "three_quarters", "high"]
SPREAD += ["sd", "at_100"]


@dataclass(frozen=True, eq=False)  # each result is equal to itself only
class Carers:
    """What the chapter shows. indicators: rows of the indicators table. surveys: `spread_by_year`
    of each, 2014-15 with its own basis_id. pairs: `side_by_side`, people who use care first and
    carers second, under the indicator of people. beside: indicator_id (of people), year,
    `national`, `summary`. moved: `side_by_side` of the first and last survey on one basis.
    changes: indicator_id, first_year, last_year, `national`, `summary`, for each survey and the one
    after it, and for first and last. trends: see `trends`. take_up: `spread_by_year` of carers and
    of people."""

    review: Review = field(repr=False)
    years: tuple[str, ...]
    main: str
    indicators: pd.DataFrame = field(repr=False)
    surveys: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)
    beside: pd.DataFrame = field(repr=False)
    moved: pd.DataFrame = field(repr=False)
    changes: pd.DataFrame = field(repr=False)
    trends: pd.DataFrame = field(repr=False)
    take_up: pd.DataFrame = field(repr=False)

    @property
    def survey_years(self) -> list[str]:
        """The years of surveys that can be compared with each other."""
        return sorted(self.surveys.loc[self.surveys["basis_id"].eq(BASIS), "year"].unique())


def carers(
    review: Review,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
    indicators: str | list[str] = "",
) -> Carers:
    """Everything of the chapter. indicators: of the survey of carers; blank for all of them.

    Raises ReviewError that names every wrong value at once.
    """
    table = review.indicators
    asked_of = set(table.loc[table["collection"].eq("SACE"), "indicator_id"])
    years, ids = chosen(
        review, first_year, last_year, indicators, asked_of, "is not of the survey of carers"
    )
    said = held(review, ids, years)
    compared = said[said["basis_id"].eq(BASIS)]
    if compared.empty:
        ran = sorted(review.figures.loc[review.figures["basis_id"].eq(BASIS), "year"].unique())
        raise ReviewError(
            f"From {years[0]} to {years[-1]} no survey of carers can be compared; they ran in "
            f"{', '.join(ran[:-1])} and {ran[-1]}, and in 2014-15 on another basis."
        )
    found = spans(sorted(compared["year"].unique()))
    moved = {span: between(compared, *span) for span in found}
    pairs = _beside_people(review, compared)
    counted = [*TAKE_UP, *TAKE_UP.values()]
    return Carers(
        review,
        years,
        MAIN if MAIN in ids else ids[0],
        table[table["indicator_id"].isin(ids)].reset_index(drop=True),
        spread_by_year(review, said),
        pairs,
        _compared(review, pairs),
        moved[found[-1]] if found else between(compared, years[0], years[0]).head(0),
        changes(review, moved),
        trends(compared, "value"),
        spread_by_year(review, _salt(held(review, counted, years))),
    )


def _salt(figures: pd.DataFrame) -> pd.DataFrame:
    return figures[figures["basis_id"].eq("salt")]


def spans(years: list[str]) -> list[tuple[str, str]]:
    """Each year with the next, then the first with the last."""
    spans = list(pairwise(years))
    return [*spans, (years[0], years[-1])] if len(spans) > 1 else spans


def between(figures: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    """Each council's figures of two years side by side; see `side_by_side`. figures: see `held`."""
    first, last = (
        figures[figures["year"].eq(year)].assign(span=f"{first_year} {last_year}")
        for year in (first_year, last_year)
    )
    return side_by_side(first, last, ["indicator_id", "area_code", "span"])


def changes(review: Review, moved: dict[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """England's change and the councils' between two years; group total.

    moved: first and last year → rows. Returns, for each indicator and span: indicator_id,
    first_year, last_year, `national`, `summary`.
    """
    england = _england(review)
    return pd.DataFrame(
        [
            {
                "indicator_id": indicator,
                "first_year": first,
                "last_year": last,
                **national(*(_at(england, str(indicator), year) for year in (first, last))),
                **summary(own),
            }
            for (first, last), rows in moved.items()
            for indicator, own in rows.groupby("indicator_id", sort=False)
        ]
    )


def _england(review: Review, group: str = "total") -> pd.DataFrame:
    figures = review.figures
    own = figures[figures["area_code"].eq(ENGLAND) & figures["group"].eq(group)]
    return own.set_index(["indicator_id", "year"])


def _at(england: pd.DataFrame, indicator: str, year: str) -> pd.Series:
    return england[LIMITS].reindex([(indicator, year)]).iloc[0]


def _beside_people(review: Review, said: pd.DataFrame) -> pd.DataFrame:
    """People who use care and carers of one council and year, for questions put to both."""
    back = {carer: person for person, carer in CARER_PAIRS.items()}
    own = said[said["indicator_id"].isin(back)]
    own = own.assign(indicator_id=own["indicator_id"].map(back))
    people = held(review, set(own["indicator_id"]), set(own["year"]))
    return side_by_side(people, own, ["indicator_id", "area_code", "year"])


def _compared(review: Review, pairs: pd.DataFrame) -> pd.DataFrame:
    england = _england(review)
    return pd.DataFrame(
        [
            {
                "indicator_id": indicator,
                "year": year,
                **national(
                    _at(england, str(indicator), str(year)),
                    _at(england, CARER_PAIRS[str(indicator)], str(year)),
                ),
                **summary(own),
            }
            for (indicator, year), own in pairs.groupby(["indicator_id", "year"])
        ]
    )


def spread_by_year(review: Review, figures: pd.DataFrame, group: str = "total") -> pd.DataFrame:
    """England's figure and the spread of all councils, weak ones left out, year by year.

    figures: see `held`; group: theirs. Years in which most councils have a figure.
    Returns `SPREAD`: value to weak are England's, low to at_100 (how many are at 100) the councils'.
    """
    england = _england(review, group)
    numbers = england[[*LIMITS, "base", "numerator"]].astype(float)
    found: list[dict[str, Any]] = []
    for indicator, own in figures.groupby("indicator_id", sort=False):
        most = years_with_most(own, len(review.councils))
        for (year, basis), every in own[own["year"].isin(most)].groupby(["year", "basis_id"]):
            sure = every.loc[~every["weak"], "value"]
            at = [(indicator, year)]
            key = (indicator, year, basis, *numbers.reindex(at).iloc[0])
            spread = (*sure.quantile([0, 0.25, 0.5, 0.75, 1]), sure.std(), int(sure.eq(100).sum()))
            counts = (
                england["status"].reindex(at).eq(WEAK).any(),
                len(sure),
                len(every) - len(sure),
            )
            found.append(dict(zip(SPREAD, (*key, *counts, *spread), strict=True)))
    return pd.DataFrame(found, columns=SPREAD)


def trends(rows: pd.DataFrame, column: str = "difference") -> pd.DataFrame:
    """How a figure, or a difference, moved within councils, in units a year.

    rows: indicator_id, basis_id, area_code, year, weak and the column, one row a council and year.
    Each council is held against itself (council fixed effects), every council counts the same, and
    errors are clustered by council: published intervals are not needed. Weak rows are left out, and
    councils with one year.
    Returns, for each indicator and basis with `MIN_YEARS` or more: indicator_id, first_year,
    last_year, years, councils, slope, lower, upper (95%, t on councils less one), p.
    Source: Arellano (1987), Oxford Bulletin of Economics and Statistics 49: 431-434; by statsmodels.
    """
    found = []
    for (indicator, _), every in rows.groupby(["indicator_id", "basis_id"]):
        own = every[~every["weak"]]
        own = own[own.groupby("area_code")["year"].transform("size").gt(1)]
        years = sorted(own["year"].unique())
        if len(years) < MIN_YEARS:
            continue
        council = own["area_code"].astype("category").cat.codes
        at = own["year"].str[:4].astype(float)
        figure, time = (
            values - values.groupby(council).transform("mean") for values in (own[column], at)
        )
        fit = OLS(figure, time).fit(cov_type="cluster", cov_kwds={"groups": council}, use_t=True)
        lower, upper = np.asarray(fit.conf_int())[0]
        found.append(
            {
                "indicator_id": indicator,
                "first_year": years[0],
                "last_year": years[-1],
                "years": len(years),
                "councils": int(council.nunique()),
                "slope": float(fit.params.iloc[0]),
                "lower": float(lower),
                "upper": float(upper),
                "p": float(fit.pvalues.iloc[0]),
            }
        )
    columns = ["indicator_id", "first_year", "last_year", "years", "councils", "slope", "lower"]
    return pd.DataFrame(found, columns=[*columns, "upper", "p"])


def agreement(pairs: pd.DataFrame) -> dict[str, float]:
    """Whether councils with higher figures for people have higher figures for carers.

    pairs: `side_by_side` of one indicator and year. Returns councils and `correlations`; weak
    figures left out.
    """
    sure = pairs[~pairs["weak"]]
    return {"councils": len(sure), **correlations(sure["first"], sure["second"])}
