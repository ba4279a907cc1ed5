"""Take-up of direct payments over time: England, the spread of councils, who went up and down.

`links` asks whether the difference between ages is smaller where take-up is higher.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats
from statsmodels.regression.linear_model import WLS

from evidence_review.analyse.change import latest_trend, published_years, with_runs
from evidence_review.analyse.council import YEARS
from evidence_review.analyse.findings import ENGLAND
from evidence_review.analyse.groups import OLDER, YOUNGER
from evidence_review.analyse.national.carers import between, spans, spread_by_year
from evidence_review.analyse.national.older_people import (
    LIMITS,
    chosen,
    held,
    national,
    summary,
)
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError

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
MIN_COUNCILS = 30  # of a regression over councils


@dataclass(frozen=True, eq=False)  # each result is equal to itself only
class DirectPayments:
    """What the chapter shows. A series is one indicator and group.

    series: series, label, indicator_id, group. take_up: `carers.spread_by_year` and series. spans:
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
            f"From {first_year} to {last_year} there are not two years of counts on one basis; the "
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

    rows: `older_people.side_by_side`. Returns councils; sd_first, sd_second (standard deviations);
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


def meta_regression(
    effects: Numbers, errors: Numbers, measures: Numbers
) -> tuple[float, float, float, float]:
    """The slope of effects on the first measure, by random-effects meta-regression.

    effects, errors: (councils,), errors above 0. measures: (councils,) or (councils, measures).
    Returns (slope, lower, upper, start): effect for each unit of the first measure, its 95% limits,
    and the effect where all measures are 0.
    Weights are 1 / (error² + tau²); tau² by Paule and Mandel; limits by Knapp and Hartung, never
    narrower than the errors allow.
    Source: Knapp and Hartung (2003), Statistics in Medicine 22: 2693-2710; fits by statsmodels.
    """
    design = np.column_stack([np.ones(len(effects)), measures])
    free = len(effects) - design.shape[1]

    def fit(tau2: float) -> Any:
        return WLS(effects, design, weights=1 / (errors**2 + tau2)).fit()

    def excess(tau2: float) -> float:
        return (float(fit(tau2).scale) - 1) * free

    tau2 = 0.0
    if excess(0) > 0:
        tau2 = float(optimize.brentq(excess, 0, 100 * effects.var() + 1))
    found = fit(tau2)
    error = found.bse[1] * max(1, 1 / np.sqrt(found.scale))
    reach = stats.t.ppf(0.975, free) * error
    start, slope = (float(each) for each in found.params[:2])
    return slope, float(slope - reach), float(slope + reach), start


def beside_take_up(review: Review, rows: pd.DataFrame, take_up: str) -> pd.DataFrame:
    """The rows whose difference and take-up are both known and not weak: `side_by_side`, take_up
    (per cent of everyone with long-term support, all ages, same year and council)."""
    counted = held(review, [take_up], set(rows["year"]))
    counted = counted.loc[~counted["weak"], ["area_code", "year", "value"]]
    sure = rows[~rows["weak"] & rows["se"].gt(0)]
    return sure.merge(counted.rename(columns={"value": "take_up"}), on=["area_code", "year"])


def links(review: Review, rows: pd.DataFrame) -> pd.DataFrame:
    """Whether the difference between the ages goes with take-up, across councils of one year.

    rows: of survey measures, `side_by_side`. Returns, for each indicator, year and measure of
    `BUDGETS` with `MIN_COUNCILS`: indicator_id, year, take_up and the columns of `link`.
    """
    found = []
    for take_up in BUDGETS:
        joined = beside_take_up(review, rows, take_up)
        for (indicator, year), own in joined.groupby(["indicator_id", "year"]):
            if len(own) >= MIN_COUNCILS:
                key = {"indicator_id": indicator, "year": year, "take_up": take_up}
                found.append({**key, **link(own)})
    names = ["indicator_id", "year", "take_up", "councils", "slope", "lower", "upper"]
    return pd.DataFrame(found, columns=[*names, "start", "pearson", "spearman"])


def link(own: pd.DataFrame, beside: Collection[str] = ()) -> dict[str, float]:
    """How the differences of one year go with take-up. own: see `beside_take_up`. beside: columns
    to hold level. Returns councils; slope, lower, upper, start (for each 10 points of take-up, see
    `meta_regression`); pearson, spearman."""
    own = own.dropna(subset=list(beside))
    measures = np.column_stack([own["take_up"] / 10, *(own[name] for name in beside)])
    slope, lower, upper, start = meta_regression(
        own["difference"].to_numpy(), own["se"].to_numpy(), measures
    )
    return {
        "councils": len(own),
        "slope": slope,
        "lower": lower,
        "upper": upper,
        "start": start,
        "pearson": float(stats.pearsonr(own["take_up"], own["difference"]).statistic),
        "spearman": float(stats.spearmanr(own["take_up"], own["difference"]).statistic),
    }
