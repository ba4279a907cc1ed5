"""Take-up of direct payments over time: England, the spread of councils, who went up and down."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from evidence_review.analyse.change import latest_trend, published_years, with_runs
from evidence_review.analyse.choices import YEARS
from evidence_review.analyse.groups import OLDER, YOUNGER
from evidence_review.analyse.national.over_time import between, spans, spread_by_year
from evidence_review.analyse.national.side_by_side import (
    LIMITS,
    chosen,
    held,
    national,
    summary,
)
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.read.areas import ENGLAND

Numbers = NDArray[np.float64]

DEFAULT = "direct-payments, carer-direct-payments"
BUDGETS = ("self-directed-support", "direct-payments")
OF_CARERS = tuple(f"carer-{one}" for one in BUDGETS)
BASIS, NEW_BASIS = "salt", "cld"
PEOPLE = {
    "total": "people of all ages",
    YOUNGER: "people aged 18 to 64",
    OLDER: "people aged 65 and over",
}
RESAMPLES = 4999


@dataclass(frozen=True, eq=False)  # each result is equal to itself only
class DirectPayments:
    """What the chapter shows. A series is one indicator and group.

    series: series, label, indicator_id, group. take_up: `over_time.spread_by_year` and series. spans:
    years with counts, each with the next, and last the first with the last. moves: series,
    first_year, last_year, `national`, `summary`. moved: rows of the first series from the first year
    to the last, `side_by_side`. spreads: series, `spread_change`, over the same years. areas: see
    `areas`. newest: the first series in client level data. missing: years without any figure.
    """

    review: Review = field(repr=False)
    years: tuple[str, ...]
    series: pd.DataFrame = field(repr=False)
    take_up: pd.DataFrame = field(repr=False)
    spans: list[tuple[str, str]]
    moves: pd.DataFrame = field(repr=False)
    moved: pd.DataFrame = field(repr=False)
    spreads: pd.DataFrame = field(repr=False)
    areas: pd.DataFrame = field(repr=False)
    newest: pd.DataFrame = field(repr=False)
    missing: tuple[str, ...]


def direct_payments(
    review: Review,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
    indicators: str | list[str] = DEFAULT,
) -> DirectPayments:
    """Everything of the chapter. indicators: direct payments or self-directed support, of people
    who use care or of carers.

    Raises ReviewError that names every wrong value at once.
    """
    years, ids = chosen(
        review,
        first_year,
        last_year,
        indicators,
        {*BUDGETS, *OF_CARERS},
        "is not a take-up of budgets",
    )
    series = _series(review, ids)
    figures = {
        row["series"]: held(review, [row["indicator_id"]], years, row["group"])
        for row in series.to_dict("records")
    }
    main = next(iter(figures.values()))
    counted = main[main["basis_id"].eq(BASIS) & main["se"].notna()]
    found = spans(sorted(counted["year"].unique()))
    if not found:
        raise ReviewError(
            f"From {years[0]} to {years[-1]} there are not two years of counts on one basis; the "
            "councils' returns have them in 2014-15 to 2018-19 and in 2020-21."
        )
    pairs = {
        name: {span: between(own[own["basis_id"].eq(BASIS)], *span) for span in found}
        for name, own in figures.items()
    }
    groups = dict(zip(series["series"], series["group"], strict=True))
    every = set(main["year"])
    return DirectPayments(
        review,
        years,
        series,
        pd.concat(
            [
                spread_by_year(review, own, groups[name]).assign(series=name)
                for name, own in figures.items()
            ],
            ignore_index=True,
        ),
        found,
        _moves(review, series, pairs),
        next(iter(pairs.values()))[found[-1]],
        pd.DataFrame(
            [
                {"series": name, **spread_change(own[found[-1]][lambda rows: ~rows["weak"]])}
                for name, own in pairs.items()
            ]
        ),
        areas(review, str(series["indicator_id"].iloc[0]), years),
        main[main["basis_id"].eq(NEW_BASIS)],
        tuple(year for year in years if year not in every),
    )


def _series(review: Review, ids: list[str]) -> pd.DataFrame:
    """Each take-up of people for all ages and by age, then each of carers."""
    names = review.indicators.set_index("indicator_id")["short_name"]
    rows = [
        (one, group, f"{names[one]}, {label}")
        for one in sorted(ids, key=OF_CARERS.__contains__)
        for group, label in ({"total": "carers"} if one in OF_CARERS else PEOPLE).items()
    ]
    series = pd.DataFrame(rows, columns=["indicator_id", "group", "label"])
    series["label"] = series["label"].str.replace("carers’ ", "")
    return series.assign(series=series["indicator_id"] + " " + series["group"])


def _moves(
    review: Review,
    series: pd.DataFrame,
    pairs: dict[str, dict[tuple[str, str], pd.DataFrame]],
) -> pd.DataFrame:
    figures = review.figures
    england = figures[figures["area_code"].eq(ENGLAND)].set_index(["indicator_id", "group", "year"])
    found: list[dict[str, Any]] = []
    for row in series.to_dict("records"):
        for (first, last), own in pairs[row["series"]].items():
            one, two = (
                england.loc[(row["indicator_id"], row["group"], year), LIMITS]
                for year in (first, last)
            )
            key = {"series": row["series"], "first_year": first, "last_year": last}
            found.append({**key, **national(one, two), **summary(own)})
    return pd.DataFrame(found)


def spread_change(rows: pd.DataFrame) -> dict[str, float]:
    """How the spread of the same councils changed between two years.

    rows: `side_by_side.side_by_side`. Returns councils; sd_first, sd_second (standard deviations);
    half_first, half_second (width of the middle half); ratio (second over first standard
    deviation), lower, upper (95%, bootstrap over councils, bias-corrected and accelerated, seeded:
    the same rows give the same limits); p (Pitman and Morgan's test that both spreads are equal).
    Source: Efron (1987), JASA 82: 171-185; Pitman and Morgan (1939), Biometrika 31: 9-12, 13-19.
    """
    first, second = rows["first"].to_numpy(), rows["second"].to_numpy()

    def ratio(one: Numbers, two: Numbers, axis: int = -1) -> Any:
        return two.std(axis=axis, ddof=1) / one.std(axis=axis, ddof=1)

    limits = stats.bootstrap(
        (first, second), ratio, paired=True, n_resamples=RESAMPLES, rng=np.random.default_rng(2017)
    ).confidence_interval
    halves = [float(np.subtract(*np.quantile(each, [0.75, 0.25]))) for each in (first, second)]
    return {
        "councils": len(rows),
        "sd_first": float(first.std(ddof=1)),
        "sd_second": float(second.std(ddof=1)),
        "half_first": halves[0],
        "half_second": halves[1],
        "ratio": float(ratio(first, second)),
        "lower": float(limits.low),
        "upper": float(limits.high),
        "p": float(stats.pearsonr(first + second, second - first).pvalue),
    }


def areas(
    review: Review, indicator: str, years: Collection[str], group: str = "total"
) -> pd.DataFrame:
    """England, its regions and types of council: one row a figure that was published.

    Returns area_code, name, level, year, basis_id, value, lower, upper; trend, trend_from, trend_to
    (of the area; see `change.latest_trend`).
    """
    figures = review.figures
    table = review.areas[review.areas["level"].ne("council")]
    own = figures[
        figures["indicator_id"].eq(indicator)
        & figures["group"].eq(group)
        & figures["area_code"].isin(table["area_code"])
        & figures["year"].isin(list(years))
    ]
    runs = with_runs(own, published_years(own))
    trends = [
        (code, word, *span)
        for code, rows in runs.groupby("area_code")
        for word, span in [latest_trend(rows.to_dict("records"), "wilson")]
    ]
    words = pd.DataFrame(trends, columns=["area_code", "trend", "trend_from", "trend_to"])
    columns = ["area_code", "year", "basis_id", *LIMITS]
    return table[["area_code", "name", "level"]].merge(
        runs[columns].merge(words, on="area_code"), on="area_code"
    )
