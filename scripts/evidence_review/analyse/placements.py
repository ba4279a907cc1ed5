"""Placements: one source in one cell, with all that the map says and filters by.

The report's sources are placed by the coding (two coders and a third reading). Sources since 2017
are our own addition: no one has coded their extent, so each counts as `part` with low confidence
in every cell that our list names for it.
"""

import re

import pandas as pd

REPORT, SINCE_2017 = "report", "since 2017"
NOT_CODED = "added by us, not coded by two coders"
COLUMNS = [
    "source_id",
    "name",
    "label",
    "element_id",
    "frame_id",
    "extent",
    "confidence",
    "basis",
    "locator",
    "caveat",
    "kind",
    "family",
    "level",
    "today",
    "year",
    "origin",
    "address",
]


def placements(
    cells: pd.DataFrame,
    sources: pd.DataFrame,
    sources_today: pd.DataFrame,
    new_sources: pd.DataFrame,
    kinds: pd.DataFrame,
    table1: pd.DataFrame,
    table2: pd.DataFrame,
) -> pd.DataFrame:
    """All placements, the report's first, in the order of the coding.

    Arguments: the tables of the same names. Returns the columns `COLUMNS`: `today` is the state of
    the source now, `year` the newest year of its evidence ("2008"; as known in 2017 for the
    report's), `origin` "report" or "since 2017", `address` where a reader finds the source.
    """
    today = sources_today[["source_id", "status", "evidence_url"]]
    report = cells.merge(sources, on="source_id", validate="m:1").merge(
        today, on="source_id", validate="m:1"
    )
    caveats = _caveats(table1, "element_id") | _caveats(table2, "frame_id")
    report = report.assign(
        label=report["abbreviation"].where(report["abbreviation"].ne(""), report["name"]),
        basis=[
            " and ".join(dict.fromkeys([_basis(element), _basis(frame)]))
            for element, frame in zip(report["element_basis"], report["frame_basis"], strict=True)
        ],
        caveat=[
            "; ".join(dict.fromkeys(caveats[key] for key in ((s, e), (s, f)) if caveats.get(key)))
            for s, e, f in zip(
                report["source_id"], report["element_id"], report["frame_id"], strict=True
            )
        ],
        year=report["status_in_2017"].map(lambda text: _first_year(text) or "2017"),
        origin=REPORT,
    ).rename(columns={"status": "today", "evidence_url": "address"})
    added = new_sources.assign(
        element_id=new_sources["element_ids"].str.split(";"),
        frame_id=new_sources["frame_ids"].str.split(";"),
        label=new_sources["name"],
        extent="part",
        confidence="low",
        basis=NOT_CODED,
        locator="",
        caveat="",
        year=new_sources["since"].map(_first_year),
        origin=SINCE_2017,
    ).rename(columns={"status": "today", "evidence_url": "address"})
    added = added.explode("element_id").explode("frame_id")
    both = pd.concat([report, added], ignore_index=True)
    return both.merge(kinds, on="kind", validate="m:1", how="left")[COLUMNS]


def _basis(word: str) -> str:
    return {"table1": "Table 1", "table2": "Table 2", "text": "the text"}[word]


def _caveats(table: pd.DataFrame, key: str) -> dict[tuple[str, str], str]:
    said = table[table["caveat"].ne("")]
    return {
        (str(s), str(k)): str(c)
        for s, k, c in zip(said["source_id"], said[key], said["caveat"], strict=True)
    }


def _first_year(text: str) -> str:
    found = re.search(r"\b(?:19|20)\d\d\b", text)
    return found.group() if found else ""
