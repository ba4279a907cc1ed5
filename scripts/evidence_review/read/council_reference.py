"""Reads what is known of each council: codes, region, type, population, deprivation, map tile."""

import json
import re
from pathlib import Path

import pandas as pd

from evidence_review.errors import DataError
from evidence_review.read.areas import COUNCIL_TYPES, RECODE, REGIONS
from evidence_review.read.figures import first_row, read_csv
from evidence_review.read.rules import COUNCILS
from evidence_review.read.texts import shown

# Names as people write them, where the publisher writes them otherwise.
_NAMES = {
    "Medway Towns": "Medway",
    "St. Helens": "St Helens",
    "Telford and the Wrekin": "Telford and Wrekin",
}

# Two counties became two councils each. Northamptonshire's hex is hemmed in, so Warwickshire and
# Herefordshire move one place to the west; beside Cumbria there is room. Every tile still touches
# its neighbours on the ground. Code: (q, r).
_TILES = {
    "E06000019": (4, 6),  # Herefordshire
    "E10000031": (5, 6),  # Warwickshire
    "E06000062": (6, 6),  # West Northamptonshire
    "E06000061": (7, 6),  # North Northamptonshire
    "E06000063": (6, 14),  # Cumberland
    "E06000064": (7, 14),  # Westmorland and Furness
}

_FURTHEST_TILE = 30
_DENOMINATORS = "ASCOF 2024-25 denominators"
_ESTIMATE_YEAR = "2020"
_ESTIMATE = "ONS mid-2020 estimate"
_COLUMNS = [
    "ascof_la_code",
    "la_name",
    "ons_code",
    "region",
    "council_type",
    "predecessor_ons_codes",
    "pop_18_64_ascof2425_denominator",
    "pop_65plus_ascof2425_denominator",
    "imd2019_average_score",
    "imd2019_note",
]
_CODES = r"(E[0-9]{8}( ?\(part\))?)(;E[0-9]{8}( ?\(part\))?)*"
_PEOPLE = r"([1-9][0-9]{0,8}(\.0+)?)?"
# Column, the form of its cells, and its words.
_FORMS = (
    ("ascof_la_code", r"[A-Z0-9]{1,6}", "a code of digits and capital letters"),
    ("la_name", r"[A-Z][A-Za-z.,'’ -]+", "the name of a council"),
    ("ons_code", r"E(06|08|09|10)[0-9]{6}", "a code like E09000007"),
    ("predecessor_ons_codes", rf"({_CODES})?", "codes joined by “;”, or blank"),
    ("pop_18_64_ascof2425_denominator", _PEOPLE, "a whole number of people, or blank"),
    ("pop_65plus_ascof2425_denominator", _PEOPLE, "a whole number of people, or blank"),
    (
        "imd2019_note",
        r"(predecessor county value E1[0-9]{7} carried to both successors"
        r"|same area, predecessor code E1[0-9]{7})?",
        "“same area, predecessor code …”, “predecessor county value …”, or blank",
    ),
    ("imd2019_average_score", r"[0-9]{1,2}(\.[0-9]+)?", "a score from 0 to 100"),
)


def councils_table(reference: Path, population: Path, tiles: Path) -> pd.DataFrame:
    """data/councils.csv: the 153 councils of ASCOF 2024-25, one row each, sorted by code.

    reference: the council reference (CSV). population: ONS mid-year estimates (CSV), for the
    populations that ASCOF suppresses. tiles: a hex map of upper-tier councils (hexjson, odd-r).
    Raises DataError when a council is missing from a file or two share a tile.
    """
    raw = read_csv(reference, _COLUMNS)
    if len(raw) != COUNCILS:
        raise DataError(
            f"{reference.name}: found {len(raw)} rows. Expected {COUNCILS}, one for each council."
        )
    for column, form, expected in _FORMS:
        _check_form(raw, column, form, expected, reference)
    for column in ("ascof_la_code", "la_name", "ons_code"):
        if (again := raw[column].duplicated()).any():
            row = first_row(again)
            raise DataError(
                f"{reference.name}, row {row + 2}, column “{column}”: {shown(raw.at[row, column])}"
                " stands there twice. Expected another for each council."
            )
    name = raw["la_name"].replace(_NAMES)
    region = raw["region"].replace({"Yorkshire and The Humber": "Yorkshire and the Humber"})
    region_codes = {text: code for code, text in REGIONS.items()}
    type_codes = {text: code for code, text in COUNCIL_TYPES.values()}
    for column, texts, known in (
        ("region", region, region_codes),
        ("council_type", raw["council_type"], type_codes),
    ):
        if not texts.isin(known).all():
            row = first_row(~texts.isin(known))
            raise DataError(
                f"{reference.name}, row {row + 2}, column “{column}”: {shown(texts[row])} is not known."
                f" Expected one of {', '.join(known)}."
            )
    councils = pd.DataFrame(
        {
            "area_code": raw["ons_code"],
            "council_code": raw["ascof_la_code"],
            "name": name,
            "slug": name.map(slug),
            "region": region,
            "region_code": region.map(region_codes),
            "council_type": raw["council_type"],
            "council_type_code": raw["council_type"].map(type_codes),
            # "(part)" is said in words in areas.csv: Christchurch was part of Dorset.
            "predecessors": raw["predecessor_ons_codes"].str.replace("(part)", "", regex=False),
        }
    )
    councils = councils.join(_populations(raw, population))
    councils["imd2019_score"] = pd.to_numeric(raw["imd2019_average_score"])
    councils["imd2019_note"] = raw["imd2019_note"].map(_deprivation_note)
    councils = councils.join(_tile_positions(tiles), on="area_code")
    without = councils["tile_q"].isna()
    if without.any() or councils.duplicated(["tile_q", "tile_r"]).any():
        doomed = councils[without | councils.duplicated(["tile_q", "tile_r"], keep=False)]
        raise DataError(
            f"{tiles.name}: {', '.join(doomed['name'])} have no tile or share one. Expected each of"
            f" the {COUNCILS} councils on a tile of its own."
        )
    return councils.sort_values("area_code").astype({"tile_q": int, "tile_r": int})


def slug(name: str) -> str:
    """The name in a web address: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _deprivation_note(note: str) -> str:
    former = re.search(r"E1\d{7}", note)
    if not former:
        return ""
    if note.startswith("same area"):
        return f"Published under the former code {former[0]}, which had the same territory"
    return f"Score of the former county {former[0]}, carried to both of its successors"


def _populations(raw: pd.DataFrame, population: Path) -> pd.DataFrame:
    """pop_18_64, pop_65_plus and population_basis, in the order of the reference."""
    estimates = read_csv(population, ["mid_year", "code", "age_18_64", "age_65plus"])
    estimates = estimates[estimates["mid_year"] == _ESTIMATE_YEAR]
    for column in ("age_18_64", "age_65plus"):
        _check_form(estimates, column, r"[1-9][0-9]{0,8}", "a whole number of people", population)
    if (again := estimates["code"].duplicated()).any():
        row = first_row(again)
        raise DataError(
            f"{population.name}, row {row + 2}, column “code”: {shown(estimates.at[row, 'code'])}"
            f" stands there twice for {_ESTIMATE_YEAR}. Expected each area once; remove one."
        )
    estimates = estimates.set_index("code")
    result = pd.DataFrame(index=raw.index)
    filled = {}
    for column, source, estimate in (
        ("pop_18_64", "pop_18_64_ascof2425_denominator", "age_18_64"),
        ("pop_65_plus", "pop_65plus_ascof2425_denominator", "age_65plus"),
    ):
        published = pd.to_numeric(raw[source])
        filled[column] = published.isna()
        estimated = pd.to_numeric(raw["ons_code"].map(estimates[estimate]))
        if (without := published.isna() & estimated.isna()).any():
            code = raw.at[first_row(without), "ons_code"]
            raise DataError(
                f"{population.name}, column “{estimate}”: no row of {_ESTIMATE_YEAR} for {code}."
                " Expected one for each council whose population ASCOF suppresses."
            )
        result[column] = published.fillna(estimated).astype(int)
    basis = pd.Series(_DENOMINATORS, index=raw.index)
    young, old = filled["pop_18_64"], filled["pop_65_plus"]
    basis[young & ~old] = f"{_DENOMINATORS}; {_ESTIMATE} for 18 to 64, which ASCOF suppresses"
    basis[~young & old] = f"{_DENOMINATORS}; {_ESTIMATE} for 65 and over, which ASCOF suppresses"
    basis[young & old] = f"{_ESTIMATE}; ASCOF suppresses its denominators"
    return result.assign(population_basis=basis)


def _tile_positions(path: Path) -> pd.DataFrame:
    """tile_q and tile_r (odd-r offset, r counted upwards) by area code."""
    try:
        grid = json.loads(path.read_bytes().decode("utf-8-sig"))
        layout, hexes = grid["layout"], grid["hexes"]
        places = {code: (hexagon["q"], hexagon["r"]) for code, hexagon in hexes.items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise DataError(
            f"{path.name}: not a hex map. Expected JSON with “layout”, and “hexes” that each have q"
            " and r. Fetch it again from where data/indicators/files.csv says."
        ) from None
    if layout != "odd-r":
        raise DataError(f"{path.name}: layout {shown(layout)}. Expected odd-r.")
    for code, place in places.items():
        if not all(type(part) is int and 0 <= part <= _FURTHEST_TILE for part in place):
            raise DataError(
                f"{path.name}, {shown(code)}: q and r are {shown(place)}. Expected whole numbers from"
                f" 0 to {_FURTHEST_TILE}."
            )
    tiles = {RECODE.get(code, code): place for code, place in places.items()} | _TILES
    return pd.DataFrame.from_dict(tiles, orient="index", columns=["tile_q", "tile_r"])


def _check_form(raw: pd.DataFrame, column: str, form: str, expected: str, path: Path) -> None:
    """Raise DataError for the first cell of a column that has not this form."""
    wrong = ~raw[column].str.fullmatch(form)
    if wrong.any():
        row = first_row(wrong)
        raise DataError(
            f"{path.name}, row {row + 2}, column “{column}”: {shown(raw.at[row, column])} does not"
            f" fit. Expected {expected}. Mend the cell, or fetch the file again."
        )
