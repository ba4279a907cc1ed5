"""The gap map as tables: cells, placements, the register and the coding."""

import pandas as pd

from evidence_review.analyse.placements import SINCE_2017
from evidence_review.analyse.review import Review
from evidence_review.show.downloads.table import Column, Table, make_table
from evidence_review.show.words import STRENGTH_WORDS

_ELEMENT = (
    Column("element_id", "Element code", "Code of the element of change; E2.1 belongs to E2"),
    Column("element", "Element of change", "Short name of the element, from Table 1 of the report"),
)
_FRAME = (
    Column("frame_id", "Frame code", "Code of the frame of reference"),
    Column("frame", "Frame of reference", "Short name of the frame, from Table 2 of the report"),
)
_SOURCE = (
    Column("source_id", "Source code", "Code of the source"),
    Column("source", "Source", "Name of the source"),
)

_GAP_MAP = (
    *_ELEMENT,
    *_FRAME,
    Column("sources", "Sources", "How many of the report's sources speak to the cell"),
    Column("sources_in_full", "Sources in full", "How many of them speak to it in full"),
    Column("strength", "Strength", "Strength of the evidence, as a code", note="strength"),
    Column("strength_in_words", "Strength in words", "The same in words"),
    Column(
        "synthesis",
        "Evaluation or review",
        "Whether any source is a finished evaluation or review: yes or no",
    ),
    Column(
        "council_level",
        "Council-level source",
        "Whether any source exists at council level: yes or no",
    ),
    Column("source_ids", "Source codes", "Codes of the sources, joined by semicolons"),
)

_PLACEMENTS = (
    *_ELEMENT,
    *_FRAME,
    *_SOURCE,
    Column("short_name", "Short name", "The abbreviation that people know, else the name"),
    Column(
        "origin",
        "Origin",
        f"“report”, or “{SINCE_2017}” for what the review added",
        note="since 2017",
    ),
    Column("extent", "Extent", "How far the source speaks to the cell", note="extent"),
    Column("confidence", "Confidence", "Confidence of the coding", note="confidence"),
    Column("basis", "Basis", "What the placement rests on"),
    Column("locator", "Where it says so", "Place in the report"),
    Column("caveat", "Caveat", "Limit that the report's tables state", code="[w]"),
    Column("kind", "Kind", "Kind of source"),
    Column("family", "Family", "Family of kinds that the map is filtered by"),
    Column("level", "Level", "National, council or footprint"),
    Column("today", "Today", "Where the source stands today", note="today"),
    Column("year", "Newest year", "Newest year of its evidence", code="[x]"),
    Column(
        "address",
        "Address",
        "Where a reader finds the source, or what was read on it",
        kind="address",
    ),
)

_REGISTER = (
    *_SOURCE,
    Column("abbreviation", "Abbreviation", "The abbreviation that people know"),
    Column("publisher", "Publisher", "Publisher in 2017"),
    Column("kind", "Kind", "Kind of source"),
    Column("level", "Level", "National, council or footprint"),
    Column("mandatory", "Mandatory", "Whether councils or the NHS must produce it: yes or no"),
    Column("in_tables", "Tables", "Tables of the report that name it"),
    Column("cells", "Cells", "How many cells of the gap map it speaks to"),
    Column("in_2017", "In 2017", "Where it stood in 2017, as the report has it"),
    Column("today", "Today", "Where it stands today, in a word", note="today"),
    Column("today_in_full", "Today in full", "Where it stands today"),
    Column("successor", "Successor", "What came after it"),
    Column("latest_release", "Latest release", "Its latest release that was found"),
    Column("caution", "Take care", "What to mind when using it"),
    Column("address", "Address", "The page that was read", kind="address"),
    Column("address_date", "Date of the page", "Date of what was read there"),
    Column("confidence", "Confidence", "Our confidence in where it stands today"),
)

_CODING = (
    *_SOURCE,
    *_ELEMENT,
    *_FRAME,
    *(
        Column(f"coder_{coder}{name}", f"Coder {coder.upper()}{heading}", meaning, note=note)
        for coder in "ab"
        for name, heading, meaning, note in (
            ("", "", "Whether the coder placed the source in the cell: yes or no", None),
            ("_extent", ": extent", "Extent by this coder", "extent"),
            ("_confidence", ": confidence", "Confidence of this coder", "confidence"),
            ("_locator", ": where it says so", "Place in the documents", None),
            ("_reason", ": reason", "Reason of this coder", None),
        )
    ),
    Column("settled", "Settled", "Whether the placement stands: yes or no"),
    Column(
        "settled_reason",
        "Reason for settling",
        "Reason of the third reading, where one coder alone placed the source",
    ),
    Column("extent", "Settled extent", "Extent that stands", note="extent"),
    Column("confidence", "Settled confidence", "Confidence that stands", note="confidence"),
)


def tables(review: Review) -> list[Table]:
    """The four tables to take away, each with one row for each cell, placement, source or choice."""
    return [
        make_table(
            "gap-map",
            "Gap map",
            "The gap map: strength of the evidence in each cell, 2017",
            _GAP_MAP,
            _gap_map_rows(review),
        ),
        make_table(
            "placements",
            "Placements",
            "Placements: every source in every cell, from the report and since 2017",
            _PLACEMENTS,
            _placement_rows(review),
        ),
        make_table(
            "register",
            "Register",
            "Register: the sources of the report and where each stands today",
            _REGISTER,
            register_rows(review),
        ),
        make_table(
            "coding",
            "Coding",
            "Coding: what each of the two coders decided, and what was settled",
            _CODING,
            _coding_rows(review),
        ),
    ]


def _named(review: Review, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the names of their elements and frames."""
    elements = review.elements.set_index("element_id")["short_name"]
    frames = review.frames.set_index("frame_id")["short_name"]
    return rows.assign(element=rows["element_id"].map(elements), frame=rows["frame_id"].map(frames))


def _yes_no(flags: pd.Series) -> pd.Series:
    return flags.map({True: "yes", False: "no"})


def _gap_map_rows(review: Review) -> pd.DataFrame:
    cells = _named(review, review.gap_map)
    ids = review.cells.groupby(["element_id", "frame_id"])["source_id"].agg(";".join)
    keys = pd.MultiIndex.from_frame(cells[["element_id", "frame_id"]])
    return cells.assign(
        sources=cells["n_sources"],
        sources_in_full=cells["n_full"],
        strength_in_words=cells["strength"].map(STRENGTH_WORDS),
        synthesis=_yes_no(cells["synthesis"]),
        council_level=_yes_no(cells["council_level"]),
        source_ids=ids.reindex(keys).to_numpy(),
    )


def _placement_rows(review: Review) -> pd.DataFrame:
    placed = _named(review, review.placements)
    return placed.assign(source=placed["name"], short_name=placed["label"])


def register_rows(review: Review) -> pd.DataFrame:
    """The sources of the report, each with where it stands today."""
    both = review.sources.merge(review.sources_today, on="source_id", validate="1:1")
    placed = review.cells.groupby("source_id").size()
    return both.assign(
        source=both["name"],
        in_tables=[
            "; ".join(f"Table {number}" for number in tables.split(";"))
            for tables in both["in_table"]
        ],
        cells=both["source_id"].map(placed).fillna(0).astype(int),
        in_2017=both["status_in_2017"],
        today=both["status"],
        today_in_full=both["status_now"],
        address=both["evidence_url"],
        address_date=both["evidence_date"],
    )


def _coding_rows(review: Review) -> pd.DataFrame:
    key = ["source_id", "element_id", "frame_id"]
    decided = ["extent", "confidence", "locator", "reason"]
    both: pd.DataFrame | None = None
    for coder, coding in (("coder_a", review.coder_a), ("coder_b", review.coder_b)):
        one = coding[key + decided].rename(columns={name: f"{coder}_{name}" for name in decided})
        one[coder] = "yes"
        both = one if both is None else both.merge(one, on=key, how="outer", validate="1:1")
    assert both is not None
    both = both.fillna({"coder_a": "no", "coder_b": "no"})
    third = review.settled[[*key, "reason"]].rename(columns={"reason": "settled_reason"})
    stands = review.cells[[*key, "extent", "confidence"]]
    rows = both.merge(third, on=key, how="left", validate="1:1")
    rows = rows.merge(stands, on=key, how="left", validate="1:1")
    names = review.sources.set_index("source_id")["name"]
    rows = _named(review, rows).assign(
        settled=_yes_no(rows["extent"].notna()), source=rows["source_id"].map(names)
    )
    places = {
        name: {value: place for place, value in enumerate(table[name])}
        for name, table in zip(key, (review.sources, review.elements, review.frames), strict=True)
    }
    return rows.sort_values(key, key=lambda column: column.map(places[column.name]))
