"""The areas that have figures: names, levels, and which council follows which."""

import pandas as pd

from evidence_review.read.years import FIRST_YEAR

ENGLAND = "E92000001"

REGIONS = {
    "E12000001": "North East",
    "E12000002": "North West",
    "E12000003": "Yorkshire and the Humber",
    "E12000004": "East Midlands",
    "E12000005": "West Midlands",
    "E12000006": "East of England",
    "E12000007": "London",
    "E12000008": "South East",
    "E12000009": "South West",
}

# The publishers use a letter; there are no official codes.
COUNCIL_TYPES = {
    "I": ("type-inner-london", "Inner London"),
    "O": ("type-outer-london", "Outer London"),
    "M": ("type-metropolitan-districts", "Metropolitan Districts"),
    "S": ("type-shire-counties", "Shire Counties"),
    "U": ("type-unitary-authorities", "Unitary Authorities"),
}
TYPE_CODES = {letter: code for letter, (code, _) in COUNCIL_TYPES.items()}

# Same territory, new code. These three keep one series, under today's code, so that no figure is
# stored twice: some files print their early years under the old code and some under the new.
SAME_TERRITORY = {
    "E10000002": ("E06000060", "Buckinghamshire", "2019-20"),
    "E10000023": ("E06000065", "North Yorkshire", "2022-23"),
    "E10000027": ("E06000066", "Somerset", "2022-23"),
}
RECODE = {old: new for old, (new, _, _) in SAME_TERRITORY.items()}

# Abolished, and followed by councils with other territory: the history stays under the old code,
# and none of it is shown as the successor's own. Code: name, last year, successors.
ABOLISHED = {
    "E06000028": ("Bournemouth", "2018-19", ("E06000058",)),
    "E06000029": ("Poole", "2018-19", ("E06000058",)),
    "E10000006": ("Cumbria", "2022-23", ("E06000063", "E06000064")),
    "E10000009": ("Dorset County", "2018-19", ("E06000058", "E06000059")),
    "E10000021": ("Northamptonshire", "2020-21", ("E06000061", "E06000062")),
}

NEW_COUNCILS = {
    "E06000058": "2019-20",
    "E06000059": "2019-20",
    "E06000061": "2021-22",
    "E06000062": "2021-22",
    "E06000063": "2023-24",
    "E06000064": "2023-24",
}


def areas_table(councils: pd.DataFrame) -> pd.DataFrame:
    """data/areas.csv: every area that has figures, and the old codes that today's stand for.

    councils: data/councils.csv. Returns one row per area: area_code, name, level, first_year and
    last_year of its figures (last_year blank: to today), successors (codes joined by ;), note.
    """
    first = FIRST_YEAR
    rows = [(ENGLAND, "England", "england", first, "", "", "")]
    rows += [(code, name, "region", first, "", "", "") for code, name in REGIONS.items()]
    for code, name in COUNCIL_TYPES.values():
        rows.append(
            (code, name, "council type", first, "", "", "Code of our own; there is no ONS code")
        )
    for code, name in zip(councils["area_code"], councils["name"], strict=True):
        old = [key for key, value in SAME_TERRITORY.items() if value[0] == code]
        note = f"Same territory as under its former code {old[0]}; one series" if old else ""
        if code in NEW_COUNCILS:
            note = "New council; the figures of those before it stay under their own codes"
        rows.append((code, name, "council", NEW_COUNCILS.get(code, first), "", "", note))
    for code, (name, last, successors) in ABOLISHED.items():
        note = "Abolished; its figures stay under its own code"
        if code == "E10000009":
            note += ". Christchurch went to E06000058, the rest to E06000059"
        rows.append((code, name, "council", first, last, ";".join(successors), note))
    for code, (today, name, last) in SAME_TERRITORY.items():
        note = f"Former code; its figures are kept under {today}, which has the same territory"
        rows.append((code, name, "council", first, last, today, note))
    columns = ["area_code", "name", "level", "first_year", "last_year", "successors", "note"]
    levels = ["england", "region", "council type", "council"]
    table = pd.DataFrame(rows, columns=columns)
    order = table["level"].map(levels.index)
    return table.assign(order=order).sort_values(["order", "area_code"]).drop(columns="order")
