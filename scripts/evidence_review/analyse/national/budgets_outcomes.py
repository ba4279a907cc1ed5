"""Does the share of people with a personal budget go with outcomes, council by council?

The question of the National Audit Office (2016), asked again of every year and five outcomes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from evidence_review.analyse.choices import YEARS, chosen_indicators, chosen_years
from evidence_review.analyse.national.budgets_outcomes_checks import (
    CLIENT_LEVEL,
    JUMP,
    PAYMENTS,
    RETURNS,
    SUPPORT,
    change_table,
    checks,
    link_table,
)
from evidence_review.analyse.national.budgets_outcomes_models import jumped
from evidence_review.analyse.national.panel import panel, years_with_most
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError

TAKE_UP = (PAYMENTS, SUPPORT)
OUTCOMES = ("quality-of-life", "control", "satisfaction", "information", "social-contact")
SURVEY = "ASCS"  # the survey of people who use care
AGES = {"18-64": "Ages 18 to 64", "65-plus": "Ages 65 and over"}
NEARLY_ALL = 99  # per cent
FACTS = ["region_code", "imd2019_score", "share_65"]


@dataclass(frozen=True)
class BudgetsAndOutcomes:
    """Everything that the chapter shows. Tables are worked out when they are first asked for.

    asked: the years asked for. outcomes: rows of the indicators table. all_pairs: see `pairs`.
    """

    asked: tuple[str, ...]
    outcomes: pd.DataFrame = field(repr=False)
    all_pairs: pd.DataFrame = field(repr=False)
    review: Review = field(repr=False)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Those of `all_pairs` that are not weak; all statistics rest on them."""
        return self.all_pairs[~self.all_pairs["weak"]]

    @cached_property
    def links(self) -> pd.DataFrame:
        """Take-up and outcomes year by year; see `link_table`."""
        return link_table(self.pairs)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Between councils and within them; see `change_table`."""
        return change_table(self.pairs)

    @cached_property
    def by_age(self) -> dict[str, pd.DataFrame]:
        """Name of an age → pairs of that age alone that are not weak, none for ages without any."""
        outcomes = list(self.outcomes["indicator_id"])
        found = {
            name: pairs(self.review, outcomes, self.asked, group) for group, name in AGES.items()
        }
        sound = {name: own[~own["weak"]] for name, own in found.items()}
        return {name: own for name, own in sound.items() if len(own)}

    @cached_property
    def age_links(self) -> dict[str, pd.DataFrame]:
        """Take-up and outcomes of each age, year by year; see `link_table`, brief."""
        return {name: link_table(own, brief=True) for name, own in self.by_age.items()}

    @cached_property
    def age_changes(self) -> dict[str, pd.DataFrame]:
        """Between councils and within them, one age at a time; see `change_table`."""
        return {name: change_table(own) for name, own in self.by_age.items()}

    @cached_property
    def checks(self) -> pd.DataFrame:
        """Whether the conclusion holds; see `budgets_outcomes_checks.checks`."""
        by_age = {name: (self.age_links[name], self.age_changes[name]) for name in self.by_age}
        return checks(self.pairs, self.links, self.changes, by_age)

    def years(self, take_up: str) -> list[str]:
        """The years in which this measure of take-up stands beside an outcome, oldest first."""
        own = self.pairs[self.pairs["take_up"].eq(take_up)]
        return sorted(str(year) for year in own["year"].unique())

    def client_level_years(self, take_up: str) -> list[str]:
        """Those of `years` that rest on client level data, not on the councils' returns."""
        own = self.pairs[self.pairs["take_up"].eq(take_up)]
        return sorted(
            str(year) for year in own.loc[own["basis_id"].eq(CLIENT_LEVEL), "year"].unique()
        )

    @cached_property
    def unreliable_years(self) -> list[tuple[str, str]]:
        """(take-up, year) of which every figure is of low reliability, so that none is used."""
        whole = self.all_pairs.groupby(["take_up", "year"])["share_weak"].all()
        return [(str(take_up), str(year)) for take_up, year in whole[whole].index]

    @cached_property
    def few_answers(self) -> int:
        """How many outcomes of councils are left out for a base that is too small."""
        lost = self.all_pairs[self.all_pairs["weak"] & ~self.all_pairs["share_weak"]]
        return len(lost.drop_duplicates(["outcome", "area_code", "year"]))

    @cached_property
    def volunteer_years(self) -> list[str]:
        """Years asked for in which only volunteers answered the survey."""
        held = panel(self.review, list(self.outcomes["indicator_id"]), self.asked)
        most = years_with_most(held, len(self.review.council_codes))
        return sorted(str(year) for year in held["year"].unique() if year not in set(most))

    @cached_property
    def ceiling(self) -> pd.DataFrame:
        """How close self-directed support has come to everyone, year by year.

        Returns year, councils, all (at 100%), nearly (at `NEARLY_ALL` or more), middle (median),
        payments_alone (councils where it equals direct payments), of the years on the returns that
        are in `pairs`; weak figures left out.
        """
        shares = self._shares
        grouped = shares.groupby("year")["share"]
        table = grouped.agg(
            councils="size",
            all=lambda share: int(share.eq(100).sum()),
            nearly=lambda share: int(share.ge(NEARLY_ALL).sum()),
            middle="median",
        )
        table["payments_alone"] = shares.groupby("year")["payments_alone"].sum()
        return table.reset_index()

    @cached_property
    def jumps(self) -> tuple[int, int]:
        """Councils whose self-directed support moved by `JUMP` points or more between two years,
        and how many councils have figures."""
        councils = self._shares.drop_duplicates("area_code")
        return int(councils["jumped"].sum()), len(councils)

    @property
    def _shares(self) -> pd.DataFrame:
        figures = take_up_shares(self.review, self.years(SUPPORT))
        figures = figures[figures["take_up"].eq(SUPPORT) & figures["basis_id"].eq(RETURNS)]
        return figures[~figures["share_weak"]]


def take_up_shares(review: Review, years: Collection[str], group: str = "total") -> pd.DataFrame:
    """Every council's take-up: take_up, area_code, year, share (per cent), basis_id, share_weak;
    payments_alone (self-directed support and direct payments are the same share) and jumped (the
    council's self-directed support moved by `JUMP` points or more between two years)."""
    held = panel(review, TAKE_UP, years, group).rename(
        columns={"indicator_id": "take_up", "value": "share", "weak": "share_weak"}
    )[["take_up", "area_code", "year", "share", "basis_id", "share_weak"]]
    both = held.pivot(index=["area_code", "year"], columns="take_up", values="share")
    both = both.reindex(columns=list(TAKE_UP))
    alone = both[SUPPORT].eq(both[PAYMENTS]).rename("payments_alone")
    sound = held[held["take_up"].eq(SUPPORT) & held["basis_id"].eq(RETURNS) & ~held["share_weak"]]
    shifted = held["area_code"].isin(jumped(sound, JUMP))
    return held.assign(jumped=shifted).join(alone, on=["area_code", "year"])


def pairs(
    review: Review, outcomes: Sequence[str], years: Collection[str], group: str = "total"
) -> pd.DataFrame:
    """Take-up beside outcomes: one row for each measure of take-up, outcome, council and year.

    Years in which only volunteers answered the survey are left out.
    Returns, in the order of `TAKE_UP` and of outcomes: outcome; the columns of `take_up_shares`;
    value, se and base of the outcome; weak (either figure is); region_code, imd2019_score, share_65.
    """
    surveys = panel(review, outcomes, years, group)
    most = years_with_most(surveys, len(review.council_codes))
    surveys = surveys[surveys["year"].isin(most)].rename(columns={"indicator_id": "outcome"})
    surveys = surveys[["outcome", "area_code", "year", "value", "se", "base", "weak", *FACTS]]
    both = take_up_shares(review, most, group).merge(surveys, on=["area_code", "year"])
    both["weak"] = both["weak"] | both["share_weak"]
    both["region_code"] = both["region_code"].astype(object)  # quicker to take apart many times
    order = [
        pd.Categorical(both["take_up"], TAKE_UP).codes,
        pd.Categorical(both["outcome"], outcomes).codes,
    ]
    both = both.assign(first=order[0], second=order[1])
    both = both.sort_values(["first", "second", "year", "area_code"], ignore_index=True)
    return both.drop(columns=["first", "second"])


def budgets_and_outcomes(
    review: Review,
    first_year: str = YEARS[0],
    last_year: str = YEARS[-1],
    indicators: str | list[str] = "",
) -> BudgetsAndOutcomes:
    """The chapter's result.

    first_year, last_year: years of the review. indicators: the outcomes, ids or short names of
    measures of the survey of people who use care; blank for `OUTCOMES`.
    Raises ReviewError that names all that is wrong.
    """
    years, wrong = chosen_years(first_year, last_year)
    picked, problems = chosen_indicators(review.indicators, indicators)
    wrong += problems
    outcomes = tuple(picked) or OUTCOMES
    table = review.indicators.set_index("indicator_id")
    surveyed = list(table.index[table["collection"].eq(SURVEY)])
    wrong += [
        f"indicators: “{outcome}” is not asked of people who use care. "
        f"Expected any of {', '.join(surveyed)}, or blank."
        for outcome in outcomes
        if outcome not in surveyed
    ]
    if wrong:
        raise ReviewError("\n".join(wrong))
    found = pairs(review, outcomes, years)
    if found[~found["weak"]].empty:
        raise ReviewError(
            f"first_year {years[0]}, last_year {years[-1]}: no year has both take-up and these "
            "outcomes for most councils. Take in a year from 2014-15 to 2019-20, or 2024-25."
        )
    chosen = table.loc[list(outcomes)].reset_index()
    return BudgetsAndOutcomes(tuple(years), chosen, found, review)
