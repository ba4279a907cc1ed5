"""Filters of the gap map: which placements count, and which frames come first for a reader.

The map in the book filters in the browser (book/_static/gap-map.js) by the same rules; a test
holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import pandas as pd

from evidence_review.analyse.placements import REPORT
from evidence_review.errors import ReviewError

# Each filter with the column of the placements that it looks at. A blank value lets all pass.
COLUMNS = {
    "kind": "family",
    "level": "level",
    "extent": "extent",
    "confidence": "confidence",
    "today": "today",
}
REPORT_ONLY, WITH_ADDITIONS = "report", "all"


@dataclass(frozen=True)
class MapFilter:
    """What a reader chose. Blank: no filter.

    reader: a group_id; it orders the frames and hides nothing. kind: a family of kinds. level:
    council, footprint or national. extent, confidence: as coded. today: state of the source now.
    sources: "report" for the report's alone, "all" with those since 2017.
    """

    reader: str = ""
    kind: str = ""
    level: str = ""
    extent: str = ""
    confidence: str = ""
    today: str = ""
    sources: str = REPORT_ONLY

    def apply(self, placements: pd.DataFrame) -> pd.DataFrame:
        """The placements that pass."""
        kept = placements
        if self.sources == REPORT_ONLY:
            kept = kept[kept["origin"].eq(REPORT)]
        for name, column in COLUMNS.items():
            if wanted := getattr(self, name):
                kept = kept[kept[column].eq(wanted)]
        return kept

    def order(self, frames: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
        """The frames, those that matter most to the reader first and in that order.

        Returns `frames` with a column `matters_most` (true for those).
        """
        first = first_frames(groups).get(self.reader, [])
        rank = frames["frame_id"].map({frame: place for place, frame in enumerate(first)})
        ordered = frames.assign(matters_most=rank.notna(), rank=rank)
        return ordered.sort_values("rank", kind="stable", na_position="last").drop(columns="rank")


def first_frames(groups: pd.DataFrame) -> dict[str, list[str]]:
    """The frames that matter most to each group of readers, in order."""
    return {
        str(group): str(frames).split(";")
        for group, frames in zip(groups["group_id"], groups["frames_that_matter_most"], strict=True)
    }


def options(placements: pd.DataFrame, groups: pd.DataFrame) -> dict[str, list[str]]:
    """The values that each filter can take, blank left out, the fullest first."""
    found = {
        name: sorted((str(value) for value in placements[column].unique()), key=_place)
        for name, column in COLUMNS.items()
    }
    return {
        "reader": [str(group) for group in groups["group_id"]],
        **found,
        "sources": [REPORT_ONLY, WITH_ADDITIONS],
    }


def _place(value: str) -> tuple[int, str]:
    order = ["full", "part", "planned", "high", "medium", "low", "council", "footprint", "national"]
    return (order.index(value) if value in order else len(order), value)


def read_filter(
    chosen: Mapping[str, str], placements: pd.DataFrame, groups: pd.DataFrame
) -> MapFilter:
    """The filter from what a person typed. Raises ReviewError that names every wrong value."""
    possible = options(placements, groups)
    wrong = [
        f"{name} “{value}” is not known. Expected one of {', '.join(possible[name])}, or blank."
        for name, value in chosen.items()
        if value and value not in possible[name]
    ]
    if wrong:
        raise ReviewError("\n".join(wrong))
    known = {field.name for field in fields(MapFilter)}
    return MapFilter(**{name: value for name, value in chosen.items() if name in known and value})
