"""What changed of the gap map and of its sources, in words."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from evidence_review.analyse.differences import Differences
from evidence_review.analyse.placements import REPORT
from evidence_review.analyse.table_changes import GONE, IS, NEW, WAS
from evidence_review.show.gap_map import EXTENT_WORDS
from evidence_review.show.today import CHANGE_WORDS
from evidence_review.show.what_changed.sections import Listing, Section
from evidence_review.show.words import STRENGTH_WORDS, count, listing, sentence

IN_PAGE = "--page FILE lists all of them"
_MAP = {
    "then": ("strength in 2017", STRENGTH_WORDS),
    "now": ("strength today", STRENGTH_WORDS),
    "change": ("change since 2017", CHANGE_WORDS),
}
_NO_CELL = "not on the map"

Row = Mapping[Hashable, Any]


def map_section(found: Differences) -> Section:
    """Which cells changed their strength in 2017, their strength now or their word: was, is."""
    evidence = found.evidence
    if evidence.fault:
        finding = f"The two maps cannot be compared: {evidence.fault}."
        return Section("Gap map", finding)
    if evidence.cells.empty:
        return Section("Gap map", f"None of the {evidence.n_cells} cells changed.")
    rows, lines = [], []
    for row in evidence.cells.to_dict("records"):
        name = _cell_name(found, row)
        said = {}
        for column, (_, words) in _MAP.items():
            was, now = (
                words.get(row[side + column], row[side + column] or _NO_CELL).lower()
                for side in (WAS, IS)
            )
            said[column] = f"was “{was}”, is “{now}”" if was != now else f"“{now}”, as before"
        rows.append({"cell": name, **{column: sentence(text) for column, text in said.items()}})
        news = [
            f"{_MAP[column][0]} {text}"
            for column, text in said.items()
            if row[WAS + column] != row[IS + column]
        ]
        lines.append(f"{name}: {'; '.join(news)}")
    changed = f"{len(rows)} of {evidence.n_cells} cells changed."
    columns = {"cell": "Element × frame"} | {key: sentence(said) for key, (said, _) in _MAP.items()}
    return Section(
        "Gap map",
        changed,
        [Listing("Cells that changed", columns, rows, lines, len(rows), IN_PAGE, all_lines=True)],
    )


def sources_section(found: Differences) -> Section:
    """Which sources are new or gone, stand elsewhere today, or speak to other cells."""
    moved = found.evidence
    names = found.names("sources", "source_id", "name") | found.names(
        "new_sources", "source_id", "name"
    )

    def name(row: Row) -> str:
        return names.get(row["source_id"]) or str(row["source_id"])

    came = [
        (name(row), _origin(row), str(row["change"])) for row in moved.sources.to_dict("records")
    ]
    states = [
        (name(row), f"{row['was_status'] or '[x]'}", f"{row['is_status'] or '[x]'}")
        for row in moved.states.to_dict("records")
    ]
    placed = [
        (name(row), _origin(row), _cell_name(found, row), *_extents(row))
        for row in moved.placements.to_dict("records")
    ]
    parts = [
        f"{count(sum(change == word for *_, change in came), 'source')} {word}"
        for word in (NEW, GONE)
        if any(change == word for *_, change in came)
    ]
    if states:
        parts.append(f"{count(len(states), 'source')} with another state today")
    if placed:
        parts.append(f"{count(len(placed), 'placement')} new, gone or of another extent")
    if not parts:
        return Section("Sources", "No source came, went or moved.")
    listings = [
        _listing("New and gone", ("Source", "Of the report, or since 2017", "Change"), came,
                 "{0} ({1}): {2}"),
        _listing("State today", ("Source", "Was", "Is"), states, "{0}: was {1}, is {2}"),
        _listing("Placements: which cells they speak to, and to what extent",
                 ("Source", "Of the report, or since 2017", "Element × frame", "Was", "Is"), placed,
                 "{0}, {2}: was {3}, is {4}"),
    ]  # fmt: skip
    return Section("Sources", f"{listing(parts)}.", [one for one in listings if one.total])


def _listing(
    caption: str, headings: tuple[str, ...], items: Sequence[tuple[str, ...]], line: str
) -> Listing:
    columns = {f"c{place}": heading for place, heading in enumerate(headings)}
    rows = [dict(zip(columns, item, strict=True)) for item in items]
    lines = [line.format(*item) for item in items]
    return Listing(caption, columns, rows, lines, len(rows), IN_PAGE)


def _origin(row: Row) -> str:
    return "of the report" if row["origin"] == REPORT else "since 2017"


def _extents(row: Row) -> tuple[str, str]:
    words = {NEW: ("not there", ""), GONE: ("", "not there")}.get(row["change"], ("", ""))
    was, now = (
        said or EXTENT_WORDS.get(row[f"{side}extent"], row[f"{side}extent"] or "[x]")
        for said, side in zip(words, (WAS, IS), strict=True)
    )
    return was, now


def _cell_name(found: Differences, row: Row) -> str:
    elements = found.names("elements", "element_id", "short_name")
    frames = found.names("frames", "frame_id", "short_name")
    element, frame = str(row["element_id"]), str(row["frame_id"])
    return f"{elements.get(element) or element} × {frames.get(frame) or frame}"
