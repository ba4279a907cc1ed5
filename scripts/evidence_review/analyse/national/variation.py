"""How far councils differ: the chapter's results, gathered in one object."""

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from evidence_review.analyse.choices import YEARS, chosen_indicators, chosen_years
from evidence_review.analyse.national.panel import panel
from evidence_review.analyse.national.variation_funnel import (
    Funnel,
    Persistent,
    newest_funnel,
    persistent,
)
from evidence_review.analyse.national.variation_groups import by_group, shares_between
from evidence_review.analyse.national.variation_sensitivity import (
    ALL,
    Conclusion,
    other_ways,
    summarise,
)
from evidence_review.analyse.national.variation_years import (
    changes_of_spread,
    newest,
    of_most_councils,
    piled,
    scaled,
    spreads,
)
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError

FUNNEL_INDICATOR = "direct-payments"


@dataclass(frozen=True)
class Variation:
    """Everything that the chapter shows. Tables are worked out when they are first asked for.

    years: those chosen, first to last. indicators: rows of the indicators table that were chosen
    and have a figure. funnel: see `Funnel`. figures: the panel of the indicators, in years in which
    most councils have a figure, scaled (see `variation_years.scaled`). funnel_figures: those of the
    funnel's indicator. few: indicator_id, year, councils of the years left out, with fewer.
    """

    years: tuple[str, ...]
    indicators: pd.DataFrame = field(repr=False)
    funnel: Funnel
    figures: pd.DataFrame = field(repr=False)
    funnel_figures: pd.DataFrame = field(repr=False)
    few: pd.DataFrame = field(repr=False)
    review: Review = field(repr=False)

    @cached_property
    def years_table(self) -> pd.DataFrame:
        """Every indicator, basis and year; see `variation_years.spreads`."""
        return spreads(self.figures)

    @cached_property
    def newest(self) -> pd.DataFrame:
        """The newest year of each indicator with the differences beyond chance known, in the order
        of the indicators table, with its columns."""
        return self.indicators.merge(newest(self.years_table), on="indicator_id", validate="1:1")

    @cached_property
    def piled(self) -> set[str]:
        """Indicators with many councils at exactly 0 or 100; see `variation_years.piled`."""
        return piled(self.figures)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Growing or shrinking, in the order of the indicators table, with its columns; see
        `variation_years.changes_of_spread`."""
        return self.indicators.merge(changes_of_spread(self.figures), on="indicator_id")

    @cached_property
    def persistent(self) -> Persistent:
        """Councils outside the limits year after year; see `variation_funnel.persistent`."""
        return persistent(self.figures)

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Shares between regions and types; see `variation_groups.shares_between`."""
        return self.indicators.merge(shares_between(self.figures, self.newest), on="indicator_id")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """The funnel's indicator and year by region and type; see `variation_groups.by_group`."""
        own = self.funnel_figures
        return by_group(own[own["year"].eq(self.funnel.year)])

    @cached_property
    def conclusions(self) -> list[Conclusion]:
        """The chapter's conclusion first, then in other ways; see `variation_sensitivity`."""
        made_by, about = intervals(self.review), self.funnel.indicator_id
        tables = self.changes, self.shares, self.persistent.councils
        own = summarise(ALL, about, made_by, self.newest, *tables)
        plain = scaled(self.figures, made_by, untransformed=True)
        return [own, *other_ways(self.figures, plain, made_by, about)]

    def indicator(self, indicator_id: str) -> pd.Series:
        """A row of the indicators table."""
        table = self.review.indicators.set_index("indicator_id", drop=False)
        return table.loc[indicator_id]


def intervals(review: Review) -> dict[str, str]:
    """How each indicator's intervals are made."""
    table = review.indicators
    return dict(zip(table["indicator_id"], table["interval"], strict=True))


def variation(
    review: Review,
    first_year: str = YEARS[0],
    last_year: str = "",
    indicators: str | list[str] = "",
    funnel_indicator: str = FUNNEL_INDICATOR,
) -> Variation:
    """Gather the chapter's results.

    first_year, last_year: one of `choices.YEARS`; last_year blank for the newest. indicators: ids or short names, as a list or as
    text with commas; blank for all of them. funnel_indicator: the id or short name of one.
    Raises ReviewError that names every wrong value at once, or says that the years chosen hold no
    figure with an interval.
    """
    years, wrong = chosen_years(first_year, last_year)
    picked, problems = chosen_indicators(review.indicators, indicators)
    one, more = chosen_indicators(review.indicators, funnel_indicator, "funnel_indicator")
    if not more and len(one) != 1:
        more = [f"funnel_indicator “{funnel_indicator}”: expected one indicator, not {len(one)}."]
    wrong += [*problems, *more]
    if wrong:
        raise ReviewError("\n".join(wrong))
    chosen = picked or tuple(review.indicators["indicator_id"])
    held = panel(review, {*chosen, *one}, years)
    most = of_most_councils(held, len(review.councils))
    figures = scaled(most, intervals(review))
    shown = figures[figures["indicator_id"].isin(chosen)]
    rest = held[held["indicator_id"].isin(chosen) & ~held.index.isin(most.index)]
    own = figures[figures["indicator_id"].eq(one[0])]
    drawn = newest_funnel(own)
    span = f"from {years[0]} to {years[-1]}"
    if drawn is None:
        wrong.append(
            f"funnel_indicator {one[0]}: no figure of most councils {span} has an interval."
        )
    if not (shown["v"].notna() & ~shown["weak"]).any():
        wrong.append(f"no figure of most councils {span} has an interval; choose other years.")
    if wrong or drawn is None:
        raise ReviewError("\n".join(wrong))
    table = review.indicators
    return Variation(
        years=years,
        indicators=table[table["indicator_id"].isin(shown["indicator_id"])].reset_index(drop=True),
        funnel=drawn,
        figures=shown,
        funnel_figures=own,
        few=rest.groupby(["indicator_id", "year"]).size().rename("councils").reset_index(),
        review=review,
    )
