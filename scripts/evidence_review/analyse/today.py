"""Then and now: which cells of the 2017 map still have their evidence.

The report's sources keep the extent that the coding gave them. What changes is whether a source
still counts, by its state today. The rules are printed in the book from these same constants.
"""

from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from evidence_review.analyse.gap_map import STRENGTH_RULES, gap_map
from evidence_review.analyse.placements import REPORT, SINCE_2017


class Counting(NamedTuple):
    """Whether a source of one state counts now, whether it surely does, and the rule in words."""

    now: bool
    firmly: bool
    rule: str


ENDED, UNKNOWN, REPLACED = "ended", "unknown", "replaced"
COUNTING_RULES = {
    "live": Counting(True, True, "counts"),
    "published": Counting(True, True, "counts: a study done once stands as evidence of its date"),
    REPLACED: Counting(
        True, True, "counts, and is marked: the successor carries on, on another basis"
    ),
    UNKNOWN: Counting(
        True, False, "counts, and makes the cell uncertain where the cell hangs on it"
    ),
    ENDED: Counting(False, False, "no longer counts"),
}

# The first that holds gives a cell its word.
CHANGE_RULES = {
    "empty": "no source in 2017; sources since then are shown apart",
    "lost": "every source that it had in 2017 has ended",
    "weaker": "a source has ended, and the strength of those that are left is lower",
    "uncertain": "it would be weaker or empty if its sources of unknown state have ended",
    "on a new basis": "it keeps its strength, but every source that still counts has been "
    "replaced by a successor on another basis",
    "as in 2017": "it keeps its strength, even without its sources of unknown state",
}

# The first that holds: what sources since 2017 may do for a cell.
ADDITION_RULES = {
    "where empty": "no source of the report still counts, and one since 2017 may speak to it",
    "still empty": "no source of the report still counts, and we found none since",
    "beside": "a source of the report still counts, and one since 2017 may speak to it too",
    "not added": "a source of the report still counts, and we found none since",
}

KEY = ["element_id", "frame_id"]
_RANK = {word: rank for rank, word in enumerate(STRENGTH_RULES)}


def then_and_now(
    elements: pd.DataFrame, frames: pd.DataFrame, placements: pd.DataFrame
) -> pd.DataFrame:
    """All cells with their strength in 2017 and now, and one word for the change.

    placements: see `analyse.placements`; only the report's are counted.
    Returns one row for each element × frame: element_id, frame_id, then, now (all but the ended
    count), firm (neither ended nor unknown count), change (a key of `CHANGE_RULES`).
    """
    report = placements[placements["origin"].eq(REPORT)]
    counts_now = report[report["today"].map(lambda state: COUNTING_RULES[state].now)]
    counts_firmly = report[report["today"].map(lambda state: COUNTING_RULES[state].firmly)]
    result = gap_map(elements, frames, report)[[*KEY, "strength"]]
    result = result.rename(columns={"strength": "then"})
    result["now"] = gap_map(elements, frames, counts_now)["strength"]
    result["firm"] = gap_map(elements, frames, counts_firmly)["strength"]
    kept = set(
        counts_now.loc[counts_now["today"].ne(REPLACED), KEY].itertuples(index=False, name=None)
    )
    result["change"] = [
        _change(row.then, row.now, row.firm, (row.element_id, row.frame_id) not in kept)
        for row in result.itertuples()
    ]
    return result


def _change(then: str, now: str, firm: str, all_replaced: bool) -> str:
    if then == "none":
        return "empty"
    if now == "none":
        return "lost"
    if _RANK[now] < _RANK[then]:
        return "weaker"
    if _RANK[firm] < _RANK[now]:
        return "uncertain"
    return "on a new basis" if all_replaced else "as in 2017"


def if_ended(
    elements: pd.DataFrame,
    frames: pd.DataFrame,
    placements: pd.DataFrame,
    source_ids: Collection[str],
) -> pd.DataFrame:
    """The cells that would be weaker or empty today had these sources ended.

    Returns element_id, frame_id, now, after (the strength without them).
    """
    ended = placements.assign(
        today=placements["today"].mask(placements["source_id"].isin(list(source_ids)), ENDED)
    )
    result = then_and_now(elements, frames, placements)[[*KEY, "now"]]
    result["after"] = then_and_now(elements, frames, ended)["now"]
    return result[result["after"].ne(result["now"])].reset_index(drop=True)


def with_additions(cells: pd.DataFrame, placements: pd.DataFrame) -> pd.DataFrame:
    """What the sources since 2017 may do for each cell; those that have ended do nothing.

    cells: result of `then_and_now`. Returns it with n_added and added (a key of
    `ADDITION_RULES`).
    """
    added = standing_additions(placements)
    counts = added.groupby(KEY)["source_id"].nunique().rename("n_added").reset_index()
    result = cells.merge(counts, on=KEY, how="left")
    result["n_added"] = result["n_added"].fillna(0).astype(int)
    words = {
        (True, True): "where empty",
        (True, False): "still empty",
        (False, True): "beside",
        (False, False): "not added",
    }
    result["added"] = [
        words[now == "none", n > 0] for now, n in zip(result["now"], result["n_added"], strict=True)
    ]
    return result


def standing_additions(placements: pd.DataFrame) -> pd.DataFrame:
    """The placements of sources since 2017 that have not ended."""
    return placements[placements["origin"].eq(SINCE_2017) & placements["today"].ne(ENDED)]
