"""Questions put to the map: how much evidence it holds for each, and how much of that is live.

Appendix 4 of the report names sources for each of its questions. All other questions name cells:
those of the National Audit Office, the five tests of the Mental Health Network, and those that
groups of readers ask. The rules below are printed in the book from these same constants.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pandas as pd

STANDING_RULES = {
    "stands": "every source that the report names for it is live today",
    "in part": "some of the sources named are live today, and some are not",
    "dated": "no source is live, but at least one was published and stands as evidence of its date",
    "lost": "no source is live or published: each was replaced, has ended, or is unknown",
    "none named": "the report names no source for it",
}

EVIDENCE_RULES = {
    "today": "each of its cells has a source that speaks to it in full and is live today",
    "some today": "at least one of its cells has a source that is live today",
    "dated": "no source there is live, but one was published and stands as evidence of its date",
    "none": "no source there is live or published",
}

# Whose interest a question of Appendix 4 is, as the column `interest` says it.
PEOPLE, SYSTEM = "P&C", "S"
# Appendix 4 counts people and carers among the one, all that work in care among the other.
INTEREST_OF_GROUP = {
    "A1": PEOPLE,
    "A2": PEOPLE,
    "A3": SYSTEM,
    "A4": SYSTEM,
    "A5": SYSTEM,
    "A6": SYSTEM,
}


def standing(states: Collection[str]) -> str:
    """How the sources named for a question stand today, by `STANDING_RULES`.

    states: where each source stands, as in sources_today.status.
    """
    if not states:
        return "none named"
    live = sum(state == "live" for state in states)
    if live:
        return "stands" if live == len(states) else "in part"
    return "dated" if "published" in states else "lost"


def question_standings(questions: pd.DataFrame, sources_today: pd.DataFrame) -> pd.DataFrame:
    """The questions of Appendix 4 with the sources named for each and how they stand today.

    Returns `questions` with: interests and sources (tuples of codes and ids), live (tuple: the
    sources that are live), standing (a key of `STANDING_RULES`).
    """
    status = dict(zip(sources_today["source_id"], sources_today["status"], strict=True))
    sources = [tuple(filter(None, str(ids).split(";"))) for ids in questions["source_ids"]]
    return questions.assign(
        interests=[tuple(str(text).split(";")) for text in questions["interest"]],
        sources=sources,
        live=[tuple(s for s in named if status[s] == "live") for named in sources],
        standing=[standing([status[s] for s in named]) for named in sources],
    )


def of_interest(standings: pd.DataFrame, interest: str) -> pd.DataFrame:
    """The questions that are of interest to people (`PEOPLE`) or to the system (`SYSTEM`)."""
    return standings[[interest in interests for interests in standings["interests"]]]


def cell_evidence(gap_map: pd.DataFrame, placements: pd.DataFrame) -> pd.DataFrame:
    """The cells of the map, with how many of their sources are live or published today.

    gap_map: see `analyse.gap_map`. placements: those that the map was made from.
    Returns `gap_map` with: live, live_full (live and in full), published.
    """
    full = placements["extent"].eq("full")
    live = placements["today"].eq("live")
    counted = placements.assign(
        live=live, live_full=live & full, published=placements["today"].eq("published")
    )
    columns = ["live", "live_full", "published"]
    counts = counted.groupby(["element_id", "frame_id"])[columns].sum().reset_index()
    result = gap_map.merge(counts, on=["element_id", "frame_id"], how="left", validate="1:1")
    result[columns] = result[columns].fillna(0).astype(int)
    return result


def cells_within(
    cells: pd.DataFrame, elements: Iterable[str], frames: Iterable[str]
) -> pd.DataFrame:
    """The cells where one of the elements meets one of the frames."""
    return cells[cells["element_id"].isin(list(elements)) & cells["frame_id"].isin(list(frames))]


def cells_reached(cells: pd.DataFrame, placements: pd.DataFrame) -> pd.DataFrame:
    """The cells that at least one of the placements speaks to."""
    pairs = placements[["element_id", "frame_id"]].drop_duplicates()
    return cells.merge(pairs, on=["element_id", "frame_id"], how="inner", validate="1:1")


def evidence(cells: pd.DataFrame) -> str:
    """How much evidence a question's cells hold today, by `EVIDENCE_RULES`.

    cells: rows of `cell_evidence`. Raises ValueError when there are none.
    """
    if cells.empty:
        raise ValueError("a question without cells has no answer on the map")
    if cells["live_full"].gt(0).all():
        return "today"
    if cells["live"].gt(0).any():
        return "some today"
    return "dated" if cells["published"].gt(0).any() else "none"


def read_cells(
    questions: pd.DataFrame, readings: pd.DataFrame, cells: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The cells that bear on each question, by question_id.

    readings: question_id, element_ids, frame_ids (each joined by semicolons).
    """
    read = questions[["question_id"]].merge(readings, on="question_id", validate="1:1")
    return {
        str(question): cells_within(cells, str(elements).split(";"), str(frames).split(";"))
        for question, elements, frames in zip(
            read["question_id"], read["element_ids"], read["frame_ids"], strict=True
        )
    }


def frame_columns(cells: pd.DataFrame, frames: Iterable[str]) -> pd.DataFrame:
    """What each frame's column of the map holds, in the order given.

    cells: rows of `cell_evidence`. Returns frame_id, cells, found (with any source), in_full
    (with a source in full), live (with a source that is live today).
    """
    marked = cells.assign(
        found=cells["n_sources"].gt(0), in_full=cells["n_full"].gt(0), live=cells["live"].gt(0)
    )
    return (
        marked.groupby("frame_id")
        .agg(
            cells=("element_id", "size"),
            found=("found", "sum"),
            in_full=("in_full", "sum"),
            live=("live", "sum"),
        )
        .reindex(list(frames))
        .reset_index()
    )


@dataclass(frozen=True)
class Spread:
    """How far councils lie apart on an indicator in one year: the tenth, middle and ninetieth of
    a hundred when they stand in order. It names no council."""

    year: str
    low: float
    middle: float
    high: float
    councils: int


def spread(figures: pd.DataFrame, councils: Collection[str], indicator_id: str) -> Spread:
    """The spread of an indicator over councils, in its newest year with figures for them.

    councils: codes of the councils to count. Raises ValueError when none has a figure.
    """
    own = figures[
        figures["indicator_id"].eq(indicator_id)
        & figures["group"].eq("total")
        & figures["area_code"].isin(list(councils))
        & figures["value"].notna()
    ]
    if own.empty:
        raise ValueError(f"no council has a figure for {indicator_id}")
    year = str(own["year"].max())
    values = own.loc[own["year"].eq(year), "value"]
    low, middle, high = (float(values.quantile(share)) for share in (0.1, 0.5, 0.9))
    return Spread(year, low, middle, high, len(values))
