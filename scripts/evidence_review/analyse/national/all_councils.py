"""The newest figure of every council beside England, all councils and indicators at once.

The rules are those of a council's own page (`analyse.latest`), worked out for all councils in one
go: the newest figure with a value, held against England's of the same year and basis.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from evidence_review.analyse.choices import YEARS, chosen_indicators, chosen_years
from evidence_review.analyse.gap_map import STATE_RULES, council_states
from evidence_review.analyse.national.panel import LONDON, panel
from evidence_review.analyse.reliability import WEAK, weak
from evidence_review.analyse.review import Review
from evidence_review.analyse.statistics import compare
from evidence_review.errors import ReviewError
from evidence_review.read.areas import ENGLAND

COMPARED = ("similar", "better", "worse", "higher", "lower")
NO_INTERVAL, NO_ENGLAND = "no interval", "no England figure"
NOT_COMPARED = (WEAK, NO_INTERVAL, NO_ENGLAND)
MOST = 0.5  # an indicator counts when more than this share of councils can be compared on it
SURVEY = "published margin"  # how the intervals of surveys of people and carers are made


@dataclass(frozen=True)
class AllCouncils:
    """All councils of today by the chosen indicators.

    years: first to last. councils: rows of the councils table, by name. indicators: those for which
    a council has a figure in these years, with year, basis_id (of most councils' newest figures),
    england (England's value then, NaN where it has none) and england_weak (see
    `reliability.weak`).
    places: one row for each council and indicator, in their orders: area_code, indicator_id; year,
    value, lower, upper, base, england (NaN or None without a figure); london; said: one of
    `COMPARED`, `NOT_COMPARED`, or the code of a missing figure.
    """

    years: tuple[str, ...]
    councils: pd.DataFrame = field(repr=False)
    indicators: pd.DataFrame = field(repr=False)
    places: pd.DataFrame = field(repr=False)
    review: Review = field(repr=False)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Those places that are compared; apart: whether England lies outside the interval."""
        held = self.places[self.places["said"].isin(COMPARED)]
        return held.assign(apart=held["said"].ne("similar"))

    @cached_property
    def by_indicator(self) -> pd.DataFrame:
        """Columns of the indicators, and in how many councils each thing is said.

        n_similar, n_better and so on for each of `COMPARED`; n_compared, their sum; most (whether
        that is more than `MOST` of all councils); mainly_similar (more than half of those compared
        are similar; False unless most).
        """
        counts = pd.crosstab(self.places["indicator_id"], self.places["said"])
        counts = counts.reindex(columns=list(COMPARED), fill_value=0).add_prefix("n_")
        counts["n_compared"] = counts.sum(axis=1)
        result = self.indicators.merge(counts, left_on="indicator_id", right_index=True)
        result["most"] = result["n_compared"].gt(MOST * len(self.councils))
        similar = result["n_similar"].gt(result["n_compared"] / 2)
        return result.assign(mainly_similar=result["most"] & similar)

    @cached_property
    def by_council(self) -> pd.DataFrame:
        """area_code, name, compared (on how many indicators), similar (on how many of these)."""
        counts = self.compared.groupby("area_code")["apart"].agg(compared="size", apart="sum")
        counts["similar"] = counts["compared"] - counts["apart"]
        result = self.councils[["area_code", "name"]].merge(
            counts[["compared", "similar"]], left_on="area_code", right_index=True, how="left"
        )
        numbers = ["compared", "similar"]
        return result.assign(**result[numbers].fillna(0).astype(int))

    @cached_property
    def cells_by_state(self) -> pd.DataFrame:
        """In how many cells of the framework each council is in each state of `STATE_RULES`.

        Index area_code, one column a state, the sum of a row 90. In the years shown and without
        evidence of a council's own; as on the councils' pages by every indicator, chosen or not.
        """
        figures = panel(self.review, self.review.indicators["indicator_id"], self.years)
        held = figures.groupby("area_code")["indicator_id"].agg(frozenset)
        held = held.reindex(self.councils["area_code"])
        held = held.map(lambda own: own if isinstance(own, frozenset) else frozenset())
        # Few sets of indicators occur: the states are worked out once for each.
        counts = {own: self._states_with(own) for own in set(held)}
        rows = [counts[own] for own in held]
        return pd.DataFrame(rows, index=held.index, columns=list(STATE_RULES)).fillna(0).astype(int)

    def _states_with(self, own: frozenset[str]) -> dict[str, int]:
        review = self.review
        states = council_states(review.gap_map, review.indicator_cells, set(own))
        return {str(state): int(n) for state, n in states["state"].value_counts().items()}


def all_councils(
    review: Review,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
    indicators: str | list[str] = "",
) -> AllCouncils:
    """The newest figure of every council in these years, beside England.

    indicators: ids or short names, as a list or as text with commas; blank for all.
    Raises ReviewError that names every wrong value at once.
    """
    years, wrong = chosen_years(first_year, last_year)
    picked, problems = chosen_indicators(review.indicators, indicators)
    if wrong or problems:
        raise ReviewError("\n".join([*wrong, *problems]))
    shown = review.indicators
    if picked:
        shown = shown[shown["indicator_id"].isin(picked)]
    councils = review.councils.sort_values("name").reset_index(drop=True)
    figures = panel(review, shown["indicator_id"], years)
    figures = figures[figures["area_code"].isin(councils["area_code"])]
    newest = figures.sort_values("year").groupby(["indicator_id", "area_code"]).tail(1)
    england = _england(review)
    return AllCouncils(
        years=years,
        councils=councils,
        indicators=_with_year(shown, newest, england),
        places=_places(review, councils, shown, newest, england),
        review=review,
    )


def _england(review: Review) -> pd.DataFrame:
    """England's figures: indicator_id, year, basis_id, england, england_weak."""
    held = review.figures[
        review.figures["area_code"].eq(ENGLAND)
        & review.figures["group"].eq("total")
        & review.figures["value"].notna()
    ]
    columns = ["indicator_id", "year", "basis_id", "england", "england_weak"]
    return held.rename(columns={"value": "england"}).assign(england_weak=weak)[columns]


def _with_year(shown: pd.DataFrame, newest: pd.DataFrame, england: pd.DataFrame) -> pd.DataFrame:
    """The indicators that have a figure, with the year and basis of most councils' newest."""
    key = ["indicator_id", "year", "basis_id"]
    sizes = newest.groupby(key).size().rename("n").reset_index()
    usual = sizes.sort_values(["n", "year"]).groupby("indicator_id").tail(1)
    result = shown.merge(usual[key], on="indicator_id")
    result = result.merge(england, on=key, how="left", validate="1:1")
    return result.assign(england_weak=result["england_weak"].eq(True))


def _places(
    review: Review,
    councils: pd.DataFrame,
    shown: pd.DataFrame,
    newest: pd.DataFrame,
    england: pd.DataFrame,
) -> pd.DataFrame:
    """Every council by every indicator that has a figure; see `AllCouncils`."""
    held = newest.merge(england, on=["indicator_id", "year", "basis_id"], how="left")
    kept = ["area_code", "indicator_id", "year", "value", "lower", "upper", "base", "weak"]
    with_figures = shown[shown["indicator_id"].isin(newest["indicator_id"])]
    grid = councils[["area_code", "region_code"]].merge(
        with_figures[["indicator_id", "better"]], how="cross"
    )
    result = grid.merge(held[[*kept, "england"]], on=["area_code", "indicator_id"], how="left")
    columns = ("value", "lower", "upper", "england", "better", "weak")
    said = [_said(*row) for row in result[list(columns)].itertuples(index=False, name=None)]
    result["said"] = said
    gone = result["value"].isna()
    result.loc[gone, "said"] = _codes(review, result[gone], newest)
    result["london"] = result["region_code"].eq(LONDON)
    return result.drop(columns=["region_code", "better", "weak"])


def _said(
    value: float, lower: float, upper: float, england: float, better: str, is_weak: bool
) -> str:
    """What a place of the table says of a figure: a comparison, or why there is none."""
    if pd.isna(value):
        return ""
    if is_weak:
        return WEAK
    if not np.isfinite([lower, upper]).all():
        return NO_INTERVAL
    return compare(lower, upper, england, better) or NO_ENGLAND


def _codes(review: Review, gone: pd.DataFrame, newest: pd.DataFrame) -> list[str]:
    """Why there is no figure: the code of the newest year in which any council of today has one.

    A council that began later has [z]; one of which the publisher's file says nothing has [x].
    """
    year = newest.groupby("indicator_id")["year"].max()
    began = review.areas.set_index("area_code")["first_year"]
    totals = review.totals
    status = totals.set_index(["indicator_id", "area_code", "year"])["status"]
    codes = []
    for code, indicator in zip(gone["area_code"], gone["indicator_id"], strict=True):
        last = year[indicator]
        known = status.get((indicator, code, last), "")
        codes.append("[z]" if last < str(began[code]) else str(known or "[x]"))
    return codes
