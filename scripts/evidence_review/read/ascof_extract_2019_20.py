"""Reads the cut of the 2019-20 outcomes (the framework's open data, outcomes only).

The cut has no measure codes, and gives people who use care and their carers one title for
self-directed support and one for direct payments. Within an area the first block of rows is about
people who use care and the second about carers. The order of the file is the only thing that tells
them apart, so it must not be sorted.
"""

from collections import Counter
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.figures import (
    GROUPS,
    NOT_AN_INDICATOR,
    Reading,
    check_known,
    first_row,
    gather,
    read_csv,
)
from evidence_review.read.texts import shown

YEAR = "2019-20"
CARER_AGES = "carers by age, which the cut has averaged over the published age bands"

_TITLES = {
    "Social care-related quality of life": "quality-of-life",
    "Adjusted Social care-related quality of life – impact of Adult Social Care services":
        "adjusted-quality-of-life",
    "Proportion of people who use services who have control over their daily life": "control",
    "Overall satisfaction of people who use services with their care and support": "satisfaction",
    # Of people who use services alone: the carers' survey did not run in 2019-20.
    "Proportion of people who use services and carers who find it easy to find information about"
    " services": "information",
    "Proportion of people who use services who reported that they had as much social contact as"
    " they would like": "social-contact",
    "Proportion of people who use services who feel safe": "feel-safe",
    "Proportion of people who use services who say that those services have made them feel safe"
    " and secure": "services-feel-safe",
    "Proportion of those that received a short term service during the year where the sequel to"
    " service was either no ongoing support or support of a lower level": "reablement",
    "Long-term support needs of younger adults aged 18-64 met by admission to residential and"
    " nursing care homes, per 100,000 population": "admissions-18-64",
    "Long-term support needs of older adults aged 65 and over met by admission to residential and"
    " nursing care homes, per 100,000 population": "admissions-65",
}  # fmt: skip
_SHARED_TITLES = {
    "Proportion of people using social care who receive self-directed support":
        ("self-directed-support", "carer-self-directed-support"),
    "Proportion of people using social care who receive direct payments":
        ("direct-payments", "carer-direct-payments"),
}  # fmt: skip
# How the titles of measures that are not indicators of the review begin.
_OTHER_TITLES = (
    "Delayed transfers of care from hospital",
    "Proportion of adults in contact with secondary mental health services",
    "Proportion of adults with learning disabilities",
    "Proportion of older people 65 and over who were still at home 91 days after discharge",
)
_COLUMNS = [
    "ONS Code",
    "Measure Group Description",
    "Disaggregation Level",
    "Measure Value",
    "Year",
]


def read(path: Path, file_id: str) -> Reading:
    """The 2019-20 outcomes: totals, ages and sexes, without counts or margins."""
    table = read_csv(path, _COLUMNS)
    check_known(table["Year"].set_axis(table["place"]), ["2020"], "Year", path.name)
    groups = table["Disaggregation Level"].set_axis(table["place"])
    check_known(groups, GROUPS, "Disaggregation Level", path.name)
    title = table["Measure Group Description"]
    known = [*_TITLES, *_SHARED_TITLES]
    ours = title[~title.str.startswith(_OTHER_TITLES)]
    check_known(ours.set_axis(table.loc[ours.index, "place"]), known, title.name, path.name)
    missing = [words for words in (*_TITLES, *_SHARED_TITLES) if words not in set(title)]
    if missing:
        raise DataError(
            f"{path.name}, column “Measure Group Description”: no row is titled “{missing[0]}”."
            " Expected each measure under its 2019-20 title."
        )
    indicator = title.map(_TITLES).where(~title.isin(_SHARED_TITLES), _split_blocks(table, path))
    carers = indicator.str.startswith("carer-", na=False)
    reason = pd.Series("", index=table.index)
    reason[carers & (table["Disaggregation Level"] != "Total")] = CARER_AGES
    reason[indicator.isna()] = NOT_AN_INDICATOR
    used = table[reason == ""]
    long = pd.DataFrame(
        {
            "indicator_id": indicator[used.index],
            "area_code": used["ONS Code"],
            "year": YEAR,
            "group": used["Disaggregation Level"].map(GROUPS),
            "kind": "value",
            "text": used["Measure Value"],
            "place": used["place"],
        }
    )
    figures = gather(long, file_id, path.name)
    return Reading(file_id, len(table), figures, Counter(reason[reason != ""].tolist()))


def _split_blocks(table: pd.DataFrame, path: Path) -> pd.Series:
    """The indicator of the rows whose title people who use care and carers share.

    A block opens with its total. Blackburn with Darwen, Walsall and Somerset have one block only,
    the first: nothing was published about their carers.
    """
    shared = table[table["Measure Group Description"].isin(_SHARED_TITLES)]
    place = [shared["ONS Code"], shared["Measure Group Description"]]
    block = (shared["Disaggregation Level"] == "Total").groupby(place, sort=False).cumsum()
    wrong = ~block.isin([1, 2])
    if wrong.any():
        row = first_row(wrong)
        raise DataError(
            f"{path.name}, row {row + 2}, column “Disaggregation Level”: the rows of"
            f" {shown(table.at[row, 'ONS Code'])} do not fall into one block on people who use care and"
            " one on carers. Expected each block to open with “Total”. Is the file in its own"
            " order?"
        )
    pairs = shared["Measure Group Description"].map(_SHARED_TITLES)
    return pd.Series(
        [pair[n - 1] for pair, n in zip(pairs, block, strict=True)], index=shared.index
    )
