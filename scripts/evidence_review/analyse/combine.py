"""Makes one table of figures out of what was read from several files.

The steps, in order: areas under one code, and only while they existed; later releases in place of
earlier ones; one file for each figure; years without any figure left out; a row for every council;
intervals.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence_review.analyse.statistics import rate_interval, wilson_interval
from evidence_review.errors import DataError
from evidence_review.read.areas import RECODE
from evidence_review.read.figures import KEY, Reading
from evidence_review.read.measures import BY_ID, COUNTED, SURVEY, basis_of
from evidence_review.read.raw_files import kind_of

# Kinds of file. Where two give the same figure, the first of these that has a value for it is used.
# The DHSC series comes first because it alone holds the publisher's later revisions: the adjusted
# score of 2016-17, worked out anew in 2017-18, and the carers' information measure of 2018-19,
# corrected for England, regions and council types. Nothing is lost by it: its values, answers and
# margins of error are printed to the same decimals as those of the yearly open data. The open data
# gives what the series does not have: 2014-15, ages and sexes, and all measures that are counted.
PRECEDENCE = ("ascof-time-series", "ascof-open-data", "ascof-extract", "ons-wellbeing")

LAST = 9999  # a year after all others

NOT_YET_OR_NO_LONGER = "a year in which the council did not exist"
NO_FIGURES_THAT_YEAR = "a year without figures for any council (see unavailable.csv)"
LATER_RELEASE = "a later release of the same kind has the measure for this year: {}"
NOT_CORRECTED = "ages and sexes of a measure that the publisher corrected for the totals only"

COLUMNS = [
    *KEY, "value", "lower", "upper", "base", "numerator", "basis_id", "status", "file_id",
]  # fmt: skip


def settle_areas(reading: Reading, areas: pd.DataFrame) -> None:
    """Put continuing councils under today's code and leave out years outside an area's life.

    areas: data/areas.csv. Raises DataError for a code that is not in it.
    """
    codes = reading.figures["area_code"].replace(RECODE)
    life = areas.set_index("area_code")[["first_year", "last_year"]]
    unknown = ~codes.isin(life.index)
    if unknown.any():
        strange = reading.figures[unknown].drop_duplicates("area_code")
        named = [f"“{row['area_code']}” ({row['place']})" for _, row in strange.head(5).iterrows()]
        more = f" and {len(strange) - 5} more" if len(strange) > 5 else ""
        raise DataError(
            f"{reading.file_id}: area code {', '.join(named)}{more} is not known. Expected codes of"
            " data/areas.csv. Where a council has a new code, or councils were reorganised, add it to"
            " SAME_TERRITORY, NEW_COUNCILS or ABOLISHED in read/areas.py and to the council"
            " reference; then run the same command again."
        )
    reading.figures = reading.figures.assign(area_code=codes)
    year = reading.figures["year"]
    last = codes.map(life["last_year"]).replace("", "9999")
    reading.drop((year < codes.map(life["first_year"])) | (year > last), NOT_YET_OR_NO_LONGER)


def drop_uncorrected(reading: Reading) -> None:
    """Leave out parts of totals that the publisher has since corrected.

    Carers' information, 2018-19, for England, regions and council types: the DHSC series has the
    corrected totals; their ages and sexes were only ever published with the error.
    """
    figures = reading.figures
    aggregate = ~figures["area_code"].str.match(r"E0|E10")
    doomed = (
        (figures["indicator_id"] == "carer-information")
        & (figures["year"] == "2018-19")
        & (figures["group"] != "total")
        & aggregate
    )
    reading.drop(doomed, NOT_CORRECTED)


@dataclass(frozen=True)
class Overlap:
    """Figures for which two files both have a value: which file was used, and by how much the
    other differs (`used`, `other`, both as file_id; `value_used`, `value_other`)."""

    table: pd.DataFrame

    @property
    def disagreements(self) -> pd.DataFrame:
        """The overlaps whose values differ by more than half of the last printed decimal."""
        decimals = self.table["indicator_id"].map({k: m.decimals for k, m in BY_ID.items()})
        gap = (self.table["value_used"] - self.table["value_other"]).abs()
        return self.table[gap > 0.5 * 10.0**-decimals]


def supersede(readings: list[Reading], published: Mapping[str, int | None]) -> None:
    """Leave out of a release what a later one of the same kind has too.

    A later release decides for each indicator, year and group of which it has any figure: what it
    holds back there is held back, whatever the earlier one printed. What it leaves out altogether
    stays as the earlier one has it: a series may drop its first years, or the rows of an area, such
    as those of abolished councils. The later of two is the one with the newer figures; if they are
    equally new, the one published later.
    published: year in which each file was published, by file_id; None for not yet known, the last.
    """
    slot = ["indicator_id", "year", "group"]

    def age(reading: Reading) -> tuple[str, int]:
        return reading.figures["year"].max(), published.get(reading.file_id) or LAST

    by_kind: dict[str, list[Reading]] = {}
    for reading in readings:
        if len(reading.figures):
            by_kind.setdefault(kind_of(reading.file_id), []).append(reading)
    for releases in by_kind.values():
        ordered = sorted(releases, key=age, reverse=True)
        for number, older in enumerate(ordered):
            for newer in ordered[:number]:
                held = pd.MultiIndex.from_frame(newer.figures[slot])
                doomed = older.figures["area_code"].isin(newer.figures["area_code"])
                doomed &= pd.MultiIndex.from_frame(older.figures[slot]).isin(held)
                older.drop(doomed, LATER_RELEASE.format(newer.file_id))


def choose(readings: list[Reading]) -> Overlap:
    """Keep each figure in one file only: the first in PRECEDENCE that has a value for it.

    Where none has a value, the first in PRECEDENCE that has a row gives the reason.
    Changes the readings; returns the figures that two files share.
    """
    everything = pd.concat(
        [reading.figures.assign(reading=i) for i, reading in enumerate(readings)]
    )
    everything["rank"] = everything["file_id"].map(_rank)
    everything["empty"] = everything["value"].isna()
    everything = everything.reset_index(names="row").sort_values(["empty", "rank"], kind="stable")
    later = everything.duplicated(KEY)
    best, rest = everything[~later], everything[later]
    for i, reading in enumerate(readings):
        mine = rest[rest["reading"] == i].set_index("row")
        if mine.empty:
            continue
        winners = mine[KEY].merge(best[[*KEY, "file_id"]], on=KEY, how="left")["file_id"]
        for winner in sorted(winners.unique()):
            doomed = mine.index[(winners == winner).to_numpy()]
            reading.drop(
                pd.Series(reading.figures.index.isin(doomed), index=reading.figures.index),
                f"the same figure is taken from {winner}",
            )
    both = rest[~rest["empty"]].merge(best, on=KEY, suffixes=("_other", "_used"))
    return Overlap(
        both[[*KEY, "file_id_used", "value_used", "file_id_other", "value_other"]]
        .rename(columns={"file_id_used": "used", "file_id_other": "other"})
        .sort_values(KEY)
        .reset_index(drop=True)
    )


def _rank(file_id: str) -> int:
    kind = kind_of(file_id)
    return PRECEDENCE.index(kind) if kind in PRECEDENCE else len(PRECEDENCE)


def drop_empty_years(readings: list[Reading], council_codes: pd.Series) -> None:
    """Leave out indicators in years in which no council has a value."""
    values = pd.concat([reading.figures for reading in readings])
    values = values[values["value"].notna() & values["area_code"].isin(council_codes)]
    alive = set(zip(values["indicator_id"], values["year"], strict=True))
    for reading in readings:
        pairs = zip(reading.figures["indicator_id"], reading.figures["year"], strict=True)
        doomed = [pair not in alive for pair in pairs]
        reading.drop(pd.Series(doomed, index=reading.figures.index), NO_FIGURES_THAT_YEAR)


def add_absent(figures: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Rows, marked [x], for the councils that a file leaves out in silence.

    For each indicator, year and group that any council has a value for, every council that
    existed in that year gets a row. Returns the added rows only.
    """
    councils = areas[(areas["level"] == "council") & ~areas["area_code"].isin(RECODE)]
    of_councils = figures[figures["area_code"].isin(councils["area_code"])]
    valued = of_councils[of_councils["value"].notna()]
    slots = valued.groupby(["indicator_id", "year", "group"])["file_id"].agg(
        lambda ids: ids.mode().iloc[0]
    )
    expected = slots.reset_index().merge(
        councils[["area_code", "first_year", "last_year"]], how="cross"
    )
    alive = (expected["year"] >= expected["first_year"]) & (
        (expected["last_year"] == "") | (expected["year"] <= expected["last_year"])
    )
    expected = expected[alive]
    here = pd.MultiIndex.from_frame(figures[KEY])
    absent = expected[~pd.MultiIndex.from_frame(expected[KEY]).isin(here)]
    return absent[[*KEY, "file_id"]].assign(status="[x]")


def finish(figures: pd.DataFrame) -> pd.DataFrame:
    """Intervals, base, basis and status; the columns of data/indicators/figures.csv, sorted.

    figures: the `figures` of a Reading, rows added for absent councils included.
    """
    figures = figures.reset_index(drop=True)
    kind = figures["indicator_id"].map({k: m.kind for k, m in BY_ID.items()})
    # Nobody in the denominator: a share of nobody is not 0, whatever the file prints.
    nobody = (kind == COUNTED) & (figures["denominator"] == 0)
    figures.loc[nobody, "status"] = "[w]"
    figures.loc[nobody, ["value", "lower", "upper"]] = np.nan
    for indicator_id, part in figures.groupby("indicator_id"):
        measure = BY_ID[str(indicator_id)]
        if measure.kind == SURVEY:
            lower, upper = survey_limits(part["value"], part["margin"], measure.scale)
        elif measure.kind == COUNTED:
            lower, upper = counted_limits(
                part["value"], part["numerator"], part["denominator"], measure.per
            )
        else:
            continue
        figures.loc[part.index, "lower"] = lower
        figures.loc[part.index, "upper"] = upper
    figures["base"] = figures["base"].where(kind != COUNTED, figures["denominator"])
    figures["basis_id"] = [
        basis_of(indicator_id, year)
        for indicator_id, year in zip(figures["indicator_id"], figures["year"], strict=True)
    ]
    # DHSC, note 15: left out of its commentary, as many councils' records are incomplete.
    doubtful = (figures["indicator_id"] == "self-directed-support") & (figures["year"] == "2024-25")
    figures.loc[doubtful & figures["value"].notna(), "status"] = "[u]"
    return figures[COLUMNS].sort_values(KEY).reset_index(drop=True)


def survey_limits(
    value: pd.Series, margin: pd.Series, scale: tuple[float, float]
) -> tuple[pd.Series, pd.Series]:
    """Value ± published margin of error, kept within the scale of the measure.

    A printed margin of 0 is not certainty. On a large sample it is a margin below 0.05 that was
    rounded, so 0.05 is used. At an end of the scale it says that all who answered (a handful)
    answered alike, for which the publisher's formula has no spread: no interval then.
    Returns (lower, upper), NaN where there is no margin.
    """
    at_end = value.isin(scale)
    margin = margin.where(margin != 0, np.where(at_end, np.nan, 0.05))
    return (value - margin).clip(lower=scale[0]), (value + margin).clip(upper=scale[1])


def counted_limits(
    value: pd.Series, numerator: pd.Series, denominator: pd.Series, per: int
) -> tuple[pd.Series, pd.Series]:
    """Wilson's limits for a percentage, Byar's or the exact ones for a rate, from the counts.

    Where the counts are rounded to 5 (all of 2014-15; England and regions in 2024-25) and do not
    give the published value, the numerator that the value implies is used in their place.
    Limits are widened to the published value where its rounding puts it outside them (99.97
    printed as 100.0).
    Returns (lower, upper), NaN where a count is missing.
    """
    given = numerator / denominator.where(denominator > 0) * per
    implied = value * denominator / per
    count = numerator.where((given - value).abs() <= 0.051, implied)
    count = count.where(numerator.notna() & value.notna())
    if per == 100:
        lower, upper = (
            100 * limit for limit in wilson_interval(count.clip(upper=denominator), denominator)
        )
    else:
        lower, upper = rate_interval(count.round(), denominator, per)
    index = value.index
    return (
        pd.Series(lower, index=index).clip(upper=value),
        pd.Series(upper, index=index).clip(lower=value),
    )
