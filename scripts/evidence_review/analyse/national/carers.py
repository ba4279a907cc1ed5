"""What carers say, survey by survey, beside people who use care; and what support they take up."""

from dataclasses import dataclass, field

import pandas as pd

from evidence_review.analyse.choices import YEARS
from evidence_review.analyse.groups import CARER_PAIRS
from evidence_review.analyse.national.older_people_links import correlations
from evidence_review.analyse.national.over_time import (
    between,
    england_figures,
    spans,
    spread_by_year,
    trends,
)
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

MAIN = "carer-satisfaction"
BASIS, FIRST_BASIS = "sace", "sace-2014-15"
TAKE_UP = {
    "carer-direct-payments": "direct-payments",
    "carer-self-directed-support": "self-directed-support",
}


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


def changes(review: Review, moved: dict[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """England's change and the councils' between two years; group total.

    moved: first and last year → rows. Returns, for each indicator and span: indicator_id,
    first_year, last_year, `national`, `summary`.
    """
    england = england_figures(review)
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
    england = england_figures(review)
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


def agreement(pairs: pd.DataFrame) -> dict[str, float]:
    """Whether councils with higher figures for people have higher figures for carers.

    pairs: `side_by_side` of one indicator and year. Returns councils and `correlations`; weak
    figures left out.
    """
    sure = pairs[~pairs["weak"]]
    return {"councils": len(sure), **correlations(sure["first"], sure["second"])}
