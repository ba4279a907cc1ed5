"""The register of sources: what each is, where it stands today, and how far figures reach."""

from typing import Any

from evidence_review.analyse.review import Review
from evidence_review.show.html import Html, fragment
from evidence_review.show.words import count, sentence

COLUMNS = {
    "name": "Source",
    "short": "Short name",
    "kind": "Kind",
    "level": "Level",
    "mandatory": "Mandatory",
    "cells": "Cells",
    "today": "Today",
    "councils": "Councils with figures",
}
NUMERIC = ("cells", "councils")


def summary(review: Review) -> Html:
    """How many of the sources are still there, and how many give figures for councils."""
    rows = _rows(review)
    total = len(rows)
    live = sum(row["today"] == "live" for row in rows)
    must = [row for row in rows if row["mandatory"] == "yes"]
    must_live = sum(row["today"] == "live" for row in must)
    gone = sum(row["today"] in ("replaced", "ended") for row in rows)
    unknown = sum(row["today"] == "unknown" for row in rows)
    once = sum(row["today"] == "published" for row in rows)
    with_figures = sum(row["councils"] > 0 for row in rows)
    return fragment(
        "prose.html",
        paragraphs=[
            f"{live} of the {total} sources that the report names are live today. {once} were "
            f"published once and stand as evidence of their date. {gone} have been replaced or have "
            f"ended, and for {unknown} we could not tell."
        ],
        points=[
            f"{count(len(must), 'source')} {'is' if len(must) == 1 else 'are'} mandatory; "
            f"{must_live} of these are live.",
            f"{count(with_figures, 'source gives', 'sources give')} figures for councils in this "
            "review.",
        ],
    )


def table(review: Review) -> Html:
    """All sources in a table that the reader can sort and search."""
    rows = _rows(review)
    return fragment(
        "register.html",
        caption=f"The {len(rows)} sources of Tables 1 and 2",
        columns=COLUMNS,
        numeric=NUMERIC,
        rows=rows,
        total=len(review.councils),
    )


def _rows(review: Review) -> list[dict[str, Any]]:
    cells = review.cells.groupby("source_id").size()
    today = review.sources_today.set_index("source_id")["status"]
    councils = _councils_with_figures(review)
    return [
        {
            "source_id": source["source_id"],
            "name": source["name"],
            "short": source["abbreviation"],
            "kind": sentence(source["kind"]),
            "level": sentence("NHS area" if source["level"] == "footprint" else source["level"]),
            "mandatory": source["mandatory"],
            "cells": int(cells.get(source["source_id"], 0)),
            "today": today[source["source_id"]],
            "councils": councils.get(source["source_id"], 0),
        }
        for source in review.sources.to_dict("records")
    ]


def _councils_with_figures(review: Review) -> dict[str, int]:
    """For how many councils of today each source gives a figure, in any year."""
    figures = review.figures
    held = figures[
        figures["group"].eq("total")
        & figures["value"].notna()
        & figures["area_code"].isin(set(review.councils["area_code"]))
    ]
    by_source = held["indicator_id"].map(
        review.indicators.set_index("indicator_id")["source_id"].to_dict()
    )
    return {str(s): int(n) for s, n in held.groupby(by_source)["area_code"].nunique().items()}
